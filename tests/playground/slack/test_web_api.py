"""Slack's own Python client works against the local Slack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

if TYPE_CHECKING:
    from tests.playground.slack.conftest import Scene

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*hi*"}}


def test_a_message_is_posted_updated_and_deleted(scene: Scene) -> None:
    posted = scene.web.chat_postMessage(channel="#ml-churn", text="one", blocks=[SECTION])
    assert posted["channel"] == "C01CHURN"
    assert posted["message"]["bot_id"] == "B0MLOPS"
    assert posted["message"]["blocks"][0]["block_id"]
    scene.web.chat_update(channel="C01CHURN", ts=posted["ts"], text="two")
    (seen,) = scene.seen()
    assert (seen["text"], seen["blocks"], seen["edited"]) == ("two", [], True)
    scene.web.chat_delete(channel="C01CHURN", ts=posted["ts"])
    assert scene.seen() == []


def test_metadata_is_kept_and_given_on_demand(scene: Scene) -> None:
    metadata = {"event_type": "promotion", "event_payload": {"id": "p_1"}}
    scene.web.chat_postMessage(channel="C01CHURN", text="x", metadata=metadata)
    history = scene.web.conversations_history(channel="C01CHURN", include_all_metadata=True)
    assert history["messages"][0]["metadata"] == metadata
    assert "metadata" not in scene.web.conversations_history(channel="C01CHURN")["messages"][0]


def test_replies_live_in_a_thread(scene: Scene) -> None:
    parent = scene.web.chat_postMessage(channel="C01CHURN", text="parent")["ts"]
    scene.web.chat_postMessage(channel="C01CHURN", text="first", thread_ts=parent)
    scene.web.chat_postMessage(channel="C01CHURN", text="second", thread_ts=parent, reply_broadcast=True)
    replies = scene.web.conversations_replies(channel="C01CHURN", ts=parent)["messages"]
    assert [message["text"] for message in replies] == ["parent", "first", "second"]
    assert replies[0]["reply_count"] == 2
    history = scene.web.conversations_history(channel="C01CHURN")["messages"]
    assert [message["text"] for message in history] == ["second", "parent"]
    assert [message.get("subtype") for message in history] == ["thread_broadcast", None]
    assert history[0]["root"]["ts"] == parent
    assert [message["broadcast"] for message in scene.seen()] == [False, False, True]


def test_only_a_reply_can_be_shown_in_the_channel_too(scene: Scene) -> None:
    said = scene.web.chat_postMessage(channel="C01CHURN", text="x", reply_broadcast=True)["message"]
    assert "subtype" not in said


def test_history_is_cut_by_time_and_number(scene: Scene) -> None:
    stamps = [scene.web.chat_postMessage(channel="C01CHURN", text=str(i))["ts"] for i in range(4)]
    newer = scene.web.conversations_history(channel="C01CHURN", oldest=stamps[1])["messages"]
    assert [message["text"] for message in newer] == ["3", "2"]
    page = scene.web.conversations_history(channel="C01CHURN", limit=1)
    assert page["has_more"]
    assert len(page["messages"]) == 1


def test_an_ephemeral_message_is_for_one(scene: Scene) -> None:
    scene.web.chat_postEphemeral(channel="C01CHURN", user="U01ANA", text="psst")
    assert [message["ephemeral"] for message in scene.seen("ana")] == [True]
    assert scene.seen("ben") == []
    assert scene.web.conversations_history(channel="C01CHURN")["messages"] == []


def test_a_permalink_opens_the_message_on_the_page(scene: Scene) -> None:
    ts = scene.web.chat_postMessage(channel="C01CHURN", text="x")["ts"]
    permalink = scene.web.chat_getPermalink(channel="C01CHURN", message_ts=ts)["permalink"]
    assert permalink == f"{scene.url}/archives/C01CHURN/p{ts.replace('.', '')}"
    opened = scene.http.get(permalink, follow_redirects=True)
    assert f'data-focus="{ts}"' in opened.text
    assert 'data-channel="C01CHURN"' in opened.text


def test_reactions(scene: Scene) -> None:
    ts = scene.web.chat_postMessage(channel="C01CHURN", text="x")["ts"]
    scene.web.reactions_add(channel="C01CHURN", timestamp=ts, name="eyes")
    found = scene.web.reactions_get(channel="C01CHURN", timestamp=ts)["message"]["reactions"]
    assert found == [{"name": "eyes", "users": ["U0MLOPS"], "count": 1}]
    assert scene.seen()[0]["reactions"] == found


def test_who_is_who(scene: Scene) -> None:
    assert scene.web.auth_test()["user_id"] == "U0MLOPS"
    assert scene.web.bots_info(bot="B0MLOPS")["bot"]["name"] == "mlops"
    assert scene.web.users_info(user="U01ANA")["user"]["real_name"] == "Ana Lopez"
    assert scene.web.users_lookupByEmail(email="ben@acme.example")["user"]["id"] == "U02BEN"
    assert len(scene.web.users_list()["members"]) == 6
    groups = scene.web.usergroups_list(include_users=True)["usergroups"]
    assert {group["handle"]: group["users"] for group in groups}["ml-leads"] == ["U02BEN"]
    assert scene.web.usergroups_users_list(usergroup="S02RISK")["users"] == ["U03RITA"]
    assert scene.web.conversations_list()["channels"][0]["name"] == "ml-churn"
    assert "U05DAN" in scene.web.conversations_members(channel="C01CHURN")["members"]
    assert scene.web.conversations_info(channel="C01CHURN")["channel"]["name"] == "ml-churn"


def test_a_person_can_be_written_to(scene: Scene) -> None:
    direct = scene.web.conversations_open(users="U01ANA")["channel"]["id"]
    assert direct == "D01ANA"
    assert scene.web.chat_postMessage(channel="U01ANA", text="hello")["channel"] == direct
    assert scene.seen("ana", direct)[0]["text"] == "hello"


ERRORS: list[tuple[str, dict[str, Any], str]] = [
    ("chat.postMessage", {"channel": "C09", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "#nowhere", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "C01CHURN"}, "no_text"),
    ("chat.postMessage", {"channel": "C01CHURN", "text": "x" * 40_001}, "msg_too_long"),
    ("chat.postMessage", {"channel": "C01CHURN", "blocks": "[{]"}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": "C01CHURN", "blocks": [{"type": "x"}]}, "invalid_blocks"),
    ("chat.postMessage", {"channel": "C01CHURN", "text": "x", "metadata": {}}, "invalid_metadata_schema"),
    ("chat.postEphemeral", {"channel": "C01CHURN", "text": "x", "user": "U9"}, "user_not_in_channel"),
    ("chat.update", {"channel": "C01CHURN", "ts": "1.2", "text": "x"}, "message_not_found"),
    ("chat.delete", {"channel": "C01CHURN", "ts": "1.2"}, "message_not_found"),
    ("chat.getPermalink", {"channel": "C01CHURN", "message_ts": "1.2"}, "message_not_found"),
    ("conversations.replies", {"channel": "C01CHURN", "ts": "1.2"}, "thread_not_found"),
    ("users.info", {"user": "U9"}, "user_not_found"),
    ("users.lookupByEmail", {"email": "x@acme.example"}, "users_not_found"),
    ("usergroups.users.list", {"usergroup": "S9"}, "no_such_subteam"),
    ("bots.info", {"bot": "B9"}, "bot_not_found"),
    ("reactions.add", {"channel": "C01CHURN", "timestamp": "1.2", "name": "eyes"}, "message_not_found"),
    ("views.open", {"trigger_id": "x", "view": {"type": "home", "blocks": []}}, "invalid_arguments"),
    ("views.update", {"view_id": "V9", "view": {"type": "home", "blocks": []}}, "not_found"),
    ("views.publish", {"user_id": "U9", "view": {"type": "home", "blocks": []}}, "user_not_found"),
    ("no.such", {}, "unknown_method"),
]


@pytest.mark.parametrize(("method", "arguments", "code"), ERRORS)
def test_errors_have_slacks_codes(scene: Scene, method: str, arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(SlackApiError) as refused:
        scene.web.api_call(method, json=arguments)
    assert refused.value.response["error"] == code
    assert refused.value.response.status_code == 200


@pytest.mark.parametrize(("token", "code"), [("xoxb-other", "invalid_auth"), (None, "not_authed")])
def test_the_token_is_asked_for(scene: Scene, token: str | None, code: str) -> None:
    with pytest.raises(SlackApiError) as refused:
        WebClient(token, base_url=f"{scene.url}/api/").chat_postMessage(channel="C01CHURN", text="x")
    assert refused.value.response["error"] == code


def test_somebody_elses_message_cannot_be_changed(scene: Scene) -> None:
    ts = scene.say("mine")["ts"]
    for method, code in (("chat.update", "cant_update_message"), ("chat.delete", "cant_delete_message")):
        with pytest.raises(SlackApiError) as refused:
            scene.web.api_call(method, json={"channel": "C01CHURN", "ts": ts, "text": "yours"})
        assert refused.value.response["error"] == code


def test_forms_carry_json_strings(scene: Scene) -> None:
    form = {"token": "xoxb-playground", "channel": "C01CHURN", "text": "x", "blocks": json.dumps([SECTION])}
    assert scene.http.post("/api/chat.postMessage", data=form).json()["ok"]
    assert scene.seen()[0]["blocks"][0]["text"]["text"] == "*hi*"


def test_a_refusal_is_logged_and_shown(scene: Scene) -> None:
    bad = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    with pytest.raises(SlackApiError):
        scene.web.chat_postMessage(channel="C01CHURN", text="x", blocks=bad)
    (call,) = scene.log("chat.postMessage")
    sentence = "must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    assert (call["ok"], call["error"], call["errors"]) == (False, "invalid_blocks", [sentence])
    strip = scene.http.get("/ui/refusals").text
    assert f"Slack refused chat.postMessage: invalid_blocks; {sentence}" in strip


def test_blocks_can_be_validated_without_a_token(scene: Scene) -> None:
    assert scene.http.post("/api/blocks.validate", json={"blocks": [SECTION]}).json() == {"ok": True}
    assert scene.http.post("/api/blocks.validate", json={"blocks": [{}]}).json()["error"] == "invalid_blocks"


def test_a_rate_limit_comes_as_often_as_asked(scene: Scene) -> None:
    order = {"method": "chat.update", "error": "ratelimited", "retry_after": 7, "times": 2}
    assert scene.control("faults", kind="slack", **order) == {"ok": True}
    for _ in range(2):
        limited = scene.http.post("/api/chat.update")
        assert (limited.status_code, limited.headers["retry-after"]) == (429, "7")
        assert limited.json() == {"ok": False, "error": "ratelimited"}
    assert scene.http.post("/api/chat.update").json()["error"] == "not_authed"


def test_other_faults_and_clear(scene: Scene) -> None:
    scene.control("faults", kind="slack", method="chat.postMessage", error="fatal_error")
    scene.control("faults", kind="slack", method="auth.test", status=500, times=5)
    assert scene.http.post("/api/chat.postMessage").json() == {"ok": False, "error": "fatal_error"}
    assert scene.http.post("/api/auth.test").status_code == 500
    scene.control("faults", kind="clear")
    assert scene.http.post("/api/auth.test").status_code == 200
    assert scene.foreign_faults == [{"kind": "clear"}]


@pytest.mark.parametrize(
    "order",
    [
        {"kind": "slack"},
        {"kind": "slack", "method": "chat.update"},
        {"kind": "slack", "method": "chat.update", "error": 5},
        {"kind": "slack", "method": "chat.update", "error": "x", "times": "many"},
        {"kind": "slack", "method": "chat.update", "error": "x", "oops": 1},
        {"kind": "unheard of"},
        {},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(scene: Scene, order: dict[str, Any]) -> None:
    answer = scene.http.post("/_control/faults", json=order)
    assert answer.status_code == 400
    assert answer.json()["ok"] is False
    assert answer.json()["error"]


def test_other_kinds_of_faults_are_passed_on(scene: Scene) -> None:
    assert scene.control("faults", kind="sagemaker", what="slow") == {"ok": True}
    assert scene.foreign_faults == [{"kind": "sagemaker", "what": "slow"}]
