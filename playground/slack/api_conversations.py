"""Web API: conversations.*."""

from typing import Any

from playground.slack.flaws import SlackError
from playground.slack.messages import Message
from playground.slack.team import Channel
from playground.slack.wire import Arguments, Json
from playground.slack.workspace import Workspace

LAST_PAGE = {"next_cursor": ""}


def _as_json(channel: Channel) -> Json:
    direct = channel.id.startswith("D")
    named: Json = {"is_im": True} if direct else {"name": channel.name, "is_channel": True, "is_member": True}
    return {"id": channel.id, "is_archived": False, "is_private": direct, **named}


def list_all(workspace: Workspace, _given: Arguments) -> Json:
    """conversations.list."""
    return {
        "channels": [_as_json(channel) for channel in workspace.team.channels],
        "response_metadata": LAST_PAGE,
    }


def info(_workspace: Workspace, given: Arguments) -> Json:
    """conversations.info."""
    return {"channel": _as_json(given.channel())}


def members(workspace: Workspace, given: Arguments) -> Json:
    """conversations.members."""
    given.channel()
    people = [user.id for user in workspace.team.users]
    return {"members": [*people, workspace.team.app.bot_user], "response_metadata": LAST_PAGE}


def open_direct(workspace: Workspace, given: Arguments) -> Json:
    """conversations.open: the direct channel with one person."""
    first = str(given.get("users") or given.get("channel") or "").split(",")[0]
    channel = workspace.team.channel(first)
    if channel is None:
        raise SlackError("user_not_found")
    return {"channel": _as_json(channel)}


def history(workspace: Workspace, given: Arguments) -> Json:
    """conversations.history: newest first, without replies and ephemeral messages."""
    channel = given.channel()
    found = [m for m in workspace.messages.in_channel(channel.id) if m.only_for is None and not m.is_reply]
    found = _between(found, given)[::-1]
    limit = given.number("limit", 100)
    shown = [_public(workspace, message, given) for message in found[:limit]]
    return {"messages": shown, "has_more": len(found) > limit, "response_metadata": LAST_PAGE}


def replies(workspace: Workspace, given: Arguments) -> Json:
    """conversations.replies: the parent, then its thread, oldest first."""
    message = workspace.messages.find(given.channel().id, str(given.get("ts") or ""))
    if message is None or message.only_for:
        raise SlackError("thread_not_found")
    parent = workspace.messages.find(message.channel, message.thread_ts or message.ts) or message
    thread = [parent, *_between(workspace.messages.replies(parent), given)]
    limit = given.number("limit", 1000)
    shown = [_public(workspace, one, given) for one in thread[:limit]]
    return {"messages": shown, "has_more": len(thread) > limit, "response_metadata": LAST_PAGE}


def _between(found: list[Message], given: Arguments) -> list[Message]:
    """Messages after `oldest` and before `latest`; with `inclusive` those on the edges too."""
    oldest = _seconds(given.get("oldest"), 0.0)
    latest = _seconds(given.get("latest"), float("inf"))
    inside = given.flag("inclusive")
    return [
        message
        for message in found
        if oldest < float(message.ts) < latest or (inside and float(message.ts) in (oldest, latest))
    ]


def _seconds(value: Any, default: float) -> float:
    try:
        return float(value) if value else default
    except ValueError as error:
        raise SlackError("invalid_ts_oldest") from error


def _public(workspace: Workspace, message: Message, given: Arguments) -> Json:
    shown = workspace.messages.as_json(message)
    if not given.flag("include_all_metadata"):
        shown.pop("metadata", None)
    return shown


METHODS = {
    "conversations.list": list_all,
    "conversations.info": info,
    "conversations.members": members,
    "conversations.open": open_direct,
    "conversations.history": history,
    "conversations.replies": replies,
}
