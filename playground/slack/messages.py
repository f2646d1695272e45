"""The messages of a workspace."""

import copy
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from playground.slack.clock import Clock
from playground.slack.feed import Feed
from playground.slack.rules import elements
from playground.slack.team import SLACKBOT, Channel, SlackApp, Team
from playground.slack.wire import Json


@dataclass
class Message:
    """One message; `only_for` makes it ephemeral, `warnings` are Slack's own notes to one person each."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    broadcast: bool = False
    only_for: str | None = None
    edited: Json | None = None
    metadata: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)

    def visible_to(self, user: str) -> bool:
        """Whether this person may see it."""
        return self.only_for in (None, user)

    @property
    def is_reply(self) -> bool:
        """Whether it lives in a thread only."""
        return self.thread_ts is not None and self.thread_ts != self.ts and not self.broadcast


def with_ids(blocks: list[Json] | None) -> list[Json]:
    """A copy in which every block and element has an id, as Slack gives them."""
    named = copy.deepcopy(blocks or [])
    for block in named:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for _, element in elements("", block):
            if element.get("type") != "image":
                element.setdefault("action_id", secrets.token_urlsafe(4))
    return named


class Messages:
    """All messages, oldest first, and the news about them."""

    def __init__(self, team: Team, clock: Clock, feed: Feed) -> None:
        self._team = team
        self._clock = clock
        self._feed = feed
        self._all: dict[tuple[str, str], Message] = {}

    def post(self, channel: Channel, user: str, text: str, **details: object) -> Message:
        """Add a message now; `details` are fields of Message."""
        message = Message(self._clock.stamp(), channel.id, user, text)
        for name, value in details.items():
            setattr(message, name, value)
        message.blocks = with_ids(message.blocks)
        self._all[channel.id, message.ts] = message
        self.changed(message)
        return message

    def whisper(self, channel: Channel, person: str, text: str, thread_ts: str | None = None) -> Message:
        """Slackbot's word to one person, for what Slack itself has to say."""
        return self.post(channel, SLACKBOT, text, only_for=person, thread_ts=thread_ts)

    def edit(self, message: Message, text: str, blocks: list[Json] | None) -> None:
        """Replace what a message says."""
        message.text = text
        message.blocks = with_ids(blocks)
        message.edited = {"user": message.user, "ts": self._clock.stamp()}
        message.warnings.clear()
        self.changed(message)

    def delete(self, message: Message) -> None:
        """Take a message away."""
        self._all.pop((message.channel, message.ts), None)
        self.changed(message)

    def changed(self, message: Message) -> None:
        """Let the open pages draw this message anew."""
        self._feed.publish("messages", channel=message.channel, ts=message.ts, thread=message.thread_ts)

    def find(self, channel: str, ts: str) -> Message | None:
        """The message with this time stamp."""
        return self._all.get((channel, ts))

    def in_channel(self, channel: str) -> Iterator[Message]:
        """Everything in a channel, threads and ephemeral messages too."""
        return (message for message in list(self._all.values()) if message.channel == channel)

    def replies(self, parent: Message) -> list[Message]:
        """What everybody can read in the thread below a message."""
        return [
            message
            for message in self.in_channel(parent.channel)
            if message.thread_ts == parent.ts and message.ts != parent.ts and message.only_for is None
        ]

    def clear(self) -> None:
        """Take all messages away."""
        self._all.clear()
        self._feed.publish("reset")

    def _broadcast(self, message: Message) -> Json:
        """What a reply that is shown in the channel has besides ("thread_broadcast event")."""
        root = self.find(message.channel, message.thread_ts or "")
        return {"subtype": "thread_broadcast"} | ({"root": self.as_json(root)} if root else {})

    def as_json(self, message: Message) -> Json:
        """The message object of the Web API and of payloads ("Message event")."""
        shown: Json = {
            "type": "message",
            "user": message.user,
            "ts": message.ts,
            "text": message.text,
            "team": self._team.id,
            **_author(message, self._team.app),
        }
        optional = {
            "blocks": message.blocks,
            "thread_ts": message.thread_ts,
            "edited": message.edited,
            "metadata": message.metadata,
            "reactions": reactions(message),
        }
        shown |= {name: value for name, value in optional.items() if value}
        if message.broadcast:
            shown |= self._broadcast(message)
        if replies := self.replies(message):
            shown |= {
                "thread_ts": message.ts,
                "reply_count": len(replies),
                "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
                "latest_reply": replies[-1].ts,
            }
        return shown


def _author(message: Message, app: SlackApp) -> Json:
    return {"bot_id": app.bot_id, "app_id": app.id} if message.user == app.bot_user else {}


def reactions(message: Message) -> list[Json]:
    """The reactions in the form of reactions.get."""
    return [{"name": name, "users": who, "count": len(who)} for name, who in message.reactions.items()]
