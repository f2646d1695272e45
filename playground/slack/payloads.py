"""The payloads that Slack sends to an app."""

import secrets

from playground.slack.messages import Message
from playground.slack.team import Channel, User
from playground.slack.views import OpenView
from playground.slack.wire import Json
from playground.slack.workspace import Workspace

VERIFICATION = "playground-verification"  # the deprecated token that every payload still carries


def command_form(workspace: Workspace, user: User, channel: Channel, command: str, text: str) -> Json:
    """The form of a slash command ("Implementing slash commands")."""
    team = workspace.team
    return {
        "token": VERIFICATION,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.id == user.dm else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": team.app.id,
        "is_enterprise_install": "false",
        "response_url": workspace.tickets.response_url(channel, user.id),
        "trigger_id": workspace.tickets.trigger(user.id),
    }


def event_callback(workspace: Workspace, event: Json) -> Json:
    """An Events API request ("The Events API": the event_callback wrapper)."""
    team = workspace.team
    authorization = {
        "enterprise_id": None,
        "team_id": team.id,
        "user_id": team.app.bot_user,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": VERIFICATION,
        "team_id": team.id,
        "api_app_id": team.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev" + secrets.token_hex(5).upper(),
        "event_time": int(workspace.clock.now()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": secrets.token_hex(8),
    }


def mention_event(workspace: Workspace, message: Message) -> Json:
    """An app_mention ("app_mention event")."""
    event: Json = {
        "type": "app_mention",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "channel": message.channel,
        "team": workspace.team.id,
        "event_ts": message.ts,
    }
    return event | ({"thread_ts": message.thread_ts} if message.thread_ts else {})


def home_event(workspace: Workspace, user: User) -> Json:
    """An app_home_opened ("app_home_opened event")."""
    home = workspace.views.home(user.id)
    event: Json = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": user.dm,
        "tab": "home",
        "event_ts": workspace.clock.stamp(),
    }
    return event | ({"view": home.content} if home else {})


def _common(workspace: Workspace, kind: str, user: User) -> Json:
    team = workspace.team
    return {
        "type": kind,
        "team": {"id": team.id, "domain": team.domain},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": team.id},
        "api_app_id": team.app.id,
        "token": VERIFICATION,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def message_action(workspace: Workspace, user: User, message: Message, action: Json, state: Json) -> Json:
    """A block_actions payload from a message ("block_actions payload"); an ephemeral one is not included."""
    channel = workspace.team.channel(message.channel)
    if channel is None:
        raise ValueError(f"there is no channel {message.channel}")
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.only_for is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    included = {} if message.only_for else {"message": workspace.messages.as_json(message)}
    return {
        **_common(workspace, "block_actions", user),
        "container": container,
        "trigger_id": workspace.tickets.trigger(user.id),
        "channel": {"id": channel.id, "name": channel.name},
        **included,
        "state": {"values": state},
        "response_url": workspace.tickets.response_url(channel, user.id, message.ts),
        "actions": [action],
    }


def view_action(workspace: Workspace, user: User, opened: OpenView, action: Json, state: Json) -> Json:
    """A block_actions payload from a modal or the Home tab."""
    return {
        **_common(workspace, "block_actions", user),
        "container": {"type": "view", "view_id": opened.id},
        "trigger_id": workspace.tickets.trigger(user.id),
        "view": opened.content | {"state": {"values": state}},
        "actions": [action],
    }


def submission(workspace: Workspace, user: User, opened: OpenView, state: Json) -> Json:
    """A view_submission payload ("View interactions payload")."""
    return {
        **_common(workspace, "view_submission", user),
        "trigger_id": workspace.tickets.trigger(user.id),
        "view": opened.content | {"state": {"values": state}},
        "response_urls": [],
    }


def closed(workspace: Workspace, user: User, opened: OpenView) -> Json:
    """A view_closed payload; only views with notify_on_close send one."""
    return {
        **_common(workspace, "view_closed", user),
        "view": opened.content,
        "is_cleared": False,
    }
