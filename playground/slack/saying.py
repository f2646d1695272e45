"""Somebody types into the composer: a message, a mention of the app, or a slash command."""

import re

from playground.slack.deliveries import NOTHING_SENT, Deliveries
from playground.slack.payloads import command_form, event_callback, home_event, mention_event
from playground.slack.responses import answer_to_command
from playground.slack.team import Channel, Team, User
from playground.slack.tickets import ResponseUrl
from playground.slack.wire import Json
from playground.slack.workspace import Workspace

# Slack's own sentences to somebody who types a command.
IN_THREAD = "{command} is not supported in threads. Sorry!"
UNKNOWN = (
    '`{command}` is not a valid command. In Slack, all messages that start with the "/" character are '
    "interpreted as commands."
)
FAILED = '{command} failed with the error "{failure}"'
KEPT = re.compile(r"<(?:[@#!][^<>\s]*|https?://[^<>\s]+)(?:\|[^<>]*)?>")


def to_mrkdwn(text: str, team: Team) -> str:
    """Typed text as Slack stores it: names become ids, and &, < and > entities ("Formatting text")."""
    text = _known_references(text, team)
    text = re.sub(r"(?<![\w@<|])@([\w.-]*\w)", lambda found: _mention(found, team), text)
    return re.sub(r"(?<![\w#<&|])#([\w-]+)", lambda found: _channel(found, team), text)


def _known_references(text: str, team: Team) -> str:
    """Escape everything but references to ids that exist."""
    names = team.names()
    out, at = "", 0
    for found in KEPT.finditer(text):
        key = re.split(r"[|>]", found[0].lstrip("<@#!").removeprefix("subteam^"))[0]
        kept = key in names or found[0].startswith("<http")
        out += _escape(text[at : found.start()]) + (found[0] if kept else _escape(found[0]))
        at = found.end()
    return out + _escape(text[at:])


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _mention(found: re.Match[str], team: Team) -> str:
    name = found[1]
    if name == team.app.name:
        return f"<@{team.app.bot_user}>"
    if name in {"here", "channel", "everyone"}:
        return f"<!{name}>"
    user = team.user(name)
    if user:
        return f"<@{user.id}>"
    group = next((group for group in team.groups if group.handle == name), None)
    return f"<!subteam^{group.id}|@{group.handle}>" if group else found[0]


def _channel(found: re.Match[str], team: Team) -> str:
    channel = next((channel for channel in team.channels if channel.name == found[1]), None)
    return f"<#{channel.id}|{channel.name}>" if channel else found[0]


class Saying:
    """What the composer does."""

    def __init__(self, workspace: Workspace, deliveries: Deliveries) -> None:
        self._workspace = workspace
        self._deliveries = deliveries

    async def say(self, user: User, channel: Channel, text: str, thread_ts: str | None = None) -> Json:
        """Type `text` and press Enter; how the app took it, if it heard of it."""
        if text.startswith("/"):
            return await self._command(user, channel, text, thread_ts)
        message = self._workspace.messages.post(
            channel, user.id, to_mrkdwn(text, self._workspace.team), thread_ts=thread_ts
        )
        told: Json = {"ts": message.ts}
        if f"<@{self._workspace.team.app.bot_user}" not in message.text:
            return NOTHING_SENT | told
        callback = event_callback(self._workspace, mention_event(self._workspace, message))
        return (await self._deliveries.event(callback)).as_json() | told

    async def _command(self, user: User, channel: Channel, text: str, thread_ts: str | None) -> Json:
        command, _, rest = text.partition(" ")
        known = command == self._workspace.team.app.command
        if not known or thread_ts:
            sentence = (IN_THREAD if known else UNKNOWN).format(command=command)
            self._workspace.messages.whisper(channel, user.id, sentence, thread_ts)
            return {"ok": False, "error": sentence, "status": None, "acknowledged_ms": None}
        form = command_form(self._workspace, user, channel, command, rest.strip())
        delivery = await self._deliveries.command(form)
        if delivery.failure:
            sentence = FAILED.format(command=command, failure=delivery.failure)
            self._workspace.messages.whisper(channel, user.id, sentence)
        elif delivery.answer:
            place = ResponseUrl(channel, user.id, expires=0)
            answer_to_command(self._workspace, delivery.answer, place)
        return delivery.as_json()

    async def open_home(self, user: User) -> Json:
        """Open the app's Home tab."""
        callback = event_callback(self._workspace, home_event(self._workspace, user))
        return (await self._deliveries.event(callback)).as_json()
