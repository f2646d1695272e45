"""Web API: chat.* and reactions.*."""

from typing import Any

from playground.slack.checker import block_flaws, check_message, view_flaws
from playground.slack.flaws import Flaw, SlackError
from playground.slack.messages import Message, reactions
from playground.slack.wire import Arguments, Json
from playground.slack.workspace import Workspace


def post_message(workspace: Workspace, given: Arguments) -> Json:
    """chat.postMessage."""
    channel = given.channel()
    check_message(given.get("text"), given.get("blocks"), workspace.files)
    thread_ts = _thread(workspace, channel.id, given.get("thread_ts"))
    message = workspace.messages.post(
        channel,
        workspace.team.app.bot_user,
        given.get("text") or "",
        blocks=given.get("blocks"),
        thread_ts=thread_ts,
        broadcast=thread_ts is not None and given.flag("reply_broadcast"),
        metadata=_metadata(given),
    )
    return {"channel": channel.id, "ts": message.ts, "message": workspace.messages.as_json(message)}


def _thread(workspace: Workspace, channel: str, thread_ts: Any) -> str | None:
    """The parent's time stamp: a reply to a reply lands in the same thread."""
    if not thread_ts:
        return None
    parent = workspace.messages.find(channel, str(thread_ts))
    return (parent.thread_ts or parent.ts) if parent else str(thread_ts)


def _metadata(given: Arguments) -> Json | None:
    """`metadata` has an event_type and an event_payload ("Message metadata")."""
    metadata = given.get("metadata")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not {"event_type", "event_payload"} <= set(metadata):
        raise SlackError("invalid_metadata_schema")
    return metadata


def post_ephemeral(workspace: Workspace, given: Arguments) -> Json:
    """chat.postEphemeral."""
    channel = given.channel()
    if given.get("user") not in {user.id for user in workspace.team.users}:
        raise SlackError("user_not_in_channel")
    check_message(given.get("text"), given.get("blocks"), workspace.files)
    message = workspace.messages.post(
        channel,
        workspace.team.app.bot_user,
        given.get("text") or "",
        blocks=given.get("blocks"),
        thread_ts=_thread(workspace, channel.id, given.get("thread_ts")),
        only_for=given.get("user"),
    )
    return {"message_ts": message.ts}


def _public(workspace: Workspace, given: Arguments, name: str = "ts") -> Message:
    """A message that the API can reach: ephemeral ones cannot be."""
    message = workspace.messages.find(given.channel().id, str(given.get(name) or ""))
    if message is None or message.only_for:
        raise SlackError("message_not_found")
    return message


def update(workspace: Workspace, given: Arguments) -> Json:
    """chat.update: `blocks` stay when neither text nor blocks replace them."""
    message = _public(workspace, given)
    if message.user != workspace.team.app.bot_user:
        raise SlackError("cant_update_message")
    check_message(given.get("text"), given.get("blocks"), workspace.files)
    workspace.messages.edit(message, given.get("text") or message.text, given.get("blocks"))
    if given.get("metadata") is not None:
        message.metadata = _metadata(given)
    shown = workspace.messages.as_json(message)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


def delete(workspace: Workspace, given: Arguments) -> Json:
    """chat.delete."""
    message = _public(workspace, given)
    if message.user != workspace.team.app.bot_user:
        raise SlackError("cant_delete_message")
    workspace.messages.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(workspace: Workspace, given: Arguments) -> Json:
    """chat.getPermalink; the link opens this Slack's page."""
    message = _public(workspace, given, "message_ts")
    place = f"{workspace.base_url}/archives/{message.channel}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        place += f"?thread_ts={message.thread_ts}&cid={message.channel}"
    return {"channel": message.channel, "permalink": place}


def add_reaction(workspace: Workspace, given: Arguments) -> Json:
    """reactions.add."""
    name = given.text("name").strip(":")
    message = _public(workspace, given, "timestamp")
    people = message.reactions.setdefault(name, [])
    if workspace.team.app.bot_user in people:
        raise SlackError("already_reacted")
    people.append(workspace.team.app.bot_user)
    workspace.messages.changed(message)
    return {}


def remove_reaction(workspace: Workspace, given: Arguments) -> Json:
    """reactions.remove."""
    name = given.text("name").strip(":")
    message = _public(workspace, given, "timestamp")
    people = message.reactions.get(name, [])
    if workspace.team.app.bot_user not in people:
        raise SlackError("no_reaction")
    people.remove(workspace.team.app.bot_user)
    if not people:
        del message.reactions[name]
    workspace.messages.changed(message)
    return {}


def get_reactions(workspace: Workspace, given: Arguments) -> Json:
    """reactions.get."""
    message = _public(workspace, given, "timestamp")
    shown = workspace.messages.as_json(message) | {"reactions": reactions(message)}
    return {"type": "message", "channel": message.channel, "message": shown}


def validate(_workspace: Workspace, given: Arguments) -> Json:
    """blocks.validate: the checker on its own."""
    if given.get("view") is not None:
        flaws = view_flaws(given.get("view"))
    elif given.get("blocks") is not None:
        flaws = block_flaws(given.get("blocks"))
    else:
        flaws = [Flaw("missing required field: blocks", "/blocks")]
    if flaws:
        raise SlackError("invalid_blocks", flaws)
    return {}


METHODS = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
    "reactions.add": add_reaction,
    "reactions.remove": remove_reaction,
    "reactions.get": get_reactions,
    "blocks.validate": validate,
}
