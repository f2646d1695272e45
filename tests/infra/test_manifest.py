"""The Slack app's manifest: it asks for what the bot uses, and for nothing else."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_bolt import App
from slack_sdk import WebClient

from bot.domain.model import Identity, Version
from bot.domain.promotion import Promotion, Status
from bot.slack.app import make_app
from bot.slack.channel import SlackChannel
from bot.slack.grammar import parse

ROOT = Path(__file__).parent.parent.parent
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "infra" / "slack-manifest.yaml").read_text())
SCOPES = MANIFEST["oauth_config"]["scopes"]["bot"]

# Slack's reference pages of the methods, for bot tokens: public and private channels.
METHODS: dict[str, set[str]] = {
    "chat.postMessage": {"chat:write", "chat:write.public"},
    "chat.postEphemeral": {"chat:write"},
    "chat.update": {"chat:write"},
    "chat.getPermalink": set(),
    "conversations.history": {"channels:history", "groups:history"},
    "conversations.replies": {"channels:history", "groups:history"},
    "conversations.list": {"channels:read", "groups:read"},
    "files.getUploadURLExternal": {"files:write"},
    "files.completeUploadExternal": {"files:write"},
    "files.info": {"files:read"},
    "usergroups.list": {"usergroups:read"},
    "usergroups.users.list": {"usergroups:read"},
    "users.info": {"users:read"},
}
PROMOTION = Promotion(
    id="p_0123456789ab",
    version=Version("churn", 12),
    stage="production",
    attempt=1,
    arn="arn",
    status=Status.OPENED,
    opened_at=datetime(2026, 3, 1, tzinfo=UTC),
    registered_by=Identity(),
)
EVENTS = {"app_mention": {"app_mentions:read"}}


def called() -> set[str]:
    """The Web API methods that bot/ names: as text, or as a client's own method."""
    source = "\n".join(path.read_text() for path in (ROOT / "bot" / "slack").glob("*.py"))
    named = set(re.findall(r'"((?:chat|conversations|usergroups|users|views|files)\.[\w.]+)"', source))
    own = set(re.findall(r"\.((?:chat|conversations|usergroups|users|views|files)_\w+)\(", source))
    known = {method.replace(".", "_"): method for method in METHODS}
    return named | {known.get(method, method) for method in own}


def scopes_of_what_is_used() -> set[str]:
    methods = set().union(*(METHODS[method] for method in METHODS))
    return methods.union(*EVENTS.values(), {"commands"})


def test_every_method_that_the_bot_calls_is_in_the_table() -> None:
    assert called() == set(METHODS)


def test_every_scope_that_the_bot_needs_is_asked_for() -> None:
    assert scopes_of_what_is_used() - set(SCOPES) == set()


def test_no_scope_is_asked_for_that_the_bot_does_not_need() -> None:
    assert set(SCOPES) - scopes_of_what_is_used() == set()


class Slack(WebClient):
    """Takes every call and has nothing to tell."""

    def __init__(self) -> None:
        super().__init__("xoxb-test")
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def api_call(self, api_method: str, **arguments: Any) -> Any:
        self.calls.append((api_method, arguments["params"]))
        return {"channels": []}


def test_a_card_is_looked_for_in_private_channels_too_as_the_scopes_allow() -> None:
    slack = Slack()
    assert SlackChannel(slack).find("#ml-risk", PROMOTION) is None
    ((method, arguments),) = slack.calls
    # Without types, Slack lists public channels only (Slack Web API: conversations.list).
    assert (method, arguments["types"]) == ("conversations.list", "public_channel,private_channel")


@pytest.fixture(scope="module")
def app() -> App:
    unused: Any = None
    return make_app(lambda: unused, lambda: unused)


def test_the_events_that_are_subscribed_are_those_that_are_listened_to(app: App) -> None:
    assert MANIFEST["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)
    source = (ROOT / "bot" / "slack" / "app.py").read_text()
    assert re.findall(r'@app\.event\("(\w+)"\)', source) == list(EVENTS)
    assert len(app._listeners) == len(EVENTS) + 2  # noqa: SLF001 - a command and clicks besides; no public way


def test_the_command_is_the_one_that_is_listened_to_and_its_hint_is_understood() -> None:
    (command,) = MANIFEST["features"]["slash_commands"]
    assert f'@app.command("{command["command"]}")' in (ROOT / "bot" / "slack" / "app.py").read_text()
    for example in command["usage_hint"].split(" | "):
        parse(example)


def test_every_request_goes_to_the_one_door() -> None:
    (command,) = MANIFEST["features"]["slash_commands"]
    settings = MANIFEST["settings"]
    urls = [command["url"], settings["event_subscriptions"]["request_url"]]
    urls.append(settings["interactivity"]["request_url"])
    assert urls == ["SLACK_REQUEST_URL"] * 3
    assert json.dumps(MANIFEST).count("SLACK_REQUEST_URL") == 3


def test_clicks_are_on_and_nothing_needs_a_socket() -> None:
    assert MANIFEST["settings"]["interactivity"]["is_enabled"] is True
    assert MANIFEST["settings"]["socket_mode_enabled"] is False


def test_the_limits_of_a_manifest_are_kept() -> None:
    information, (command,) = MANIFEST["display_information"], MANIFEST["features"]["slash_commands"]
    assert len(information["name"]) <= 35
    assert len(information["description"]) <= 140
    assert re.fullmatch(r"#[0-9a-f]{6}", information["background_color"])
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000
