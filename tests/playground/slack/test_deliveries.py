"""What reaches the app, how it is signed, timed and retried, and what people see when it fails."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier

from playground.slack import EntryAnswer, EntryRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.playground.slack.conftest import Scene

VERIFIER = SignatureVerifier("playground-signing-secret")


def button(value: str = "p_1", action_id: str = "approve") -> dict[str, Any]:
    return {
        "type": "button",
        "text": {"type": "plain_text", "text": "Go"},
        "action_id": action_id,
        "value": value,
    }


def card(scene: Scene, *elements: dict[str, Any], **more: Any) -> str:
    blocks = [{"type": "actions", "block_id": "act", "elements": list(elements) or [button()]}]
    ts: str = scene.web.chat_postMessage(channel="C01CHURN", text="card", blocks=blocks, **more)["ts"]
    return ts


def payload(scene: Scene) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(scene.door.form()["payload"])
    return read


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 3
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def slow(_request: EntryRequest) -> EntryAnswer:
    time.sleep(0.5)
    return EntryAnswer(200)


def quick(_request: EntryRequest) -> EntryAnswer:
    return EntryAnswer(200)


def test_every_delivery_is_signed(scene: Scene) -> None:
    scene.say("/mlops help")
    scene.say("@mlops help")
    scene.click(card(scene), "approve")
    assert len(scene.door.requests) == 3
    for request in scene.door.requests:
        assert VERIFIER.is_valid_request(request.body, request.headers)
        assert (request.method, request.path) == ("POST", "/slack/events")


def test_the_signature_survives_slacks_own_clock(scene: Scene) -> None:
    scene.control("clock", advance=86_400)
    scene.say("/mlops help")
    assert VERIFIER.is_valid_request(scene.door.requests[0].body, scene.door.requests[0].headers)


def test_a_slash_command_is_a_form(scene: Scene) -> None:
    answer = scene.say("/mlops approve churn:12 -- a & b", user="U02BEN", channel="C01CHURN")
    assert answer["ok"]
    assert answer["status"] == 200
    assert answer["acknowledged_ms"] >= 0
    form = scene.door.form()
    assert (form["command"], form["text"]) == ("/mlops", "approve churn:12 -- a & b")
    assert (form["user_id"], form["channel_id"], form["channel_name"]) == ("U02BEN", "C01CHURN", "ml-churn")
    assert scene.texts() == []


@pytest.mark.parametrize(
    ("headers", "body", "text"),
    [
        ({"content-type": "text/plain"}, b"hello", "hello"),
        ({"Content-Type": "application/json"}, b'{"text": "hello"}', "hello"),
        ({"content-type": "application/json"}, b"", None),
    ],
)
def test_the_answer_to_a_command_is_whispered(
    scene: Scene, headers: dict[str, str], body: bytes, text: str | None
) -> None:
    scene.door.answer = lambda _request: EntryAnswer(200, headers, body)
    scene.say("/mlops help", user="ana")
    assert scene.texts("ana") == ([text] if text else [])
    assert scene.texts("ben") == []


def test_the_answer_to_a_command_may_be_for_all(scene: Scene) -> None:
    body = b'{"response_type": "in_channel", "text": "hello all"}'
    scene.door.answer = lambda _request: EntryAnswer(200, {"content-type": "application/json"}, body)
    scene.say("/mlops help", user="ana")
    assert scene.texts("ben") == ["hello all"]


def test_a_command_that_takes_too_long_fails_in_slacks_words(scene: Scene) -> None:
    scene.door.answer = slow
    answer = scene.say("/mlops help", user="ana")
    assert (answer["ok"], answer["status"], answer["error"]) == (False, None, "operation_timeout")
    assert 300 <= answer["acknowledged_ms"] < 480
    assert scene.texts("ana") == ['/mlops failed with the error "operation_timeout"']
    assert scene.texts("ben") == []


def crash(_request: EntryRequest) -> EntryAnswer:
    raise OSError("no route")


@pytest.mark.parametrize("answer", [lambda _r: EntryAnswer(500), lambda _r: EntryAnswer(404), crash])
def test_a_command_that_fails_fails_in_slacks_words(
    scene: Scene, answer: Callable[[EntryRequest], EntryAnswer]
) -> None:
    scene.door.answer = answer
    assert not scene.say("/mlops help", user="ana")["ok"]
    assert scene.texts("ana") == ['/mlops failed with the error "dispatch_failed"']


def test_commands_do_not_work_in_threads(scene: Scene) -> None:
    parent = scene.say("parent")["ts"]
    answer = scene.say("/mlops help", user="ana", thread_ts=parent)
    assert answer["error"] == "/mlops is not supported in threads. Sorry!"
    assert scene.door.requests == []
    assert scene.seen("ana")[-1]["thread_ts"] == parent


def test_a_command_that_is_not_there_never_leaves_slack(scene: Scene) -> None:
    assert "not a valid command" in scene.say("/mlop help")["error"]
    assert scene.door.requests == []


@pytest.mark.parametrize("text", ["@mlops help", "<@U0MLOPS> help", "hey @mlops help"])
def test_a_mention_is_an_event(scene: Scene, text: str) -> None:
    answer = scene.say(text, user="cara")
    callback = json.loads(scene.door.requests[0].body)
    assert callback["type"] == "event_callback"
    assert callback["event"]["type"] == "app_mention"
    assert callback["event"]["text"].endswith("<@U0MLOPS> help")
    assert (callback["event"]["user"], callback["event"]["ts"]) == ("U04CARA", answer["ts"])


def test_other_messages_stay_in_slack(scene: Scene) -> None:
    answer = scene.say("just talking")
    assert (answer["ok"], answer["status"]) == (True, None)
    assert scene.door.requests == []


def test_an_event_is_retried_three_times(scene: Scene) -> None:
    scene.door.answer = lambda _request: EntryAnswer(500)
    assert scene.say("@mlops help")["status"] == 500
    until(lambda: len(scene.door.requests) == 4)
    numbers = [request.headers.get("x-slack-retry-num") for request in scene.door.requests]
    assert numbers == [None, "1", "2", "3"]
    assert scene.door.requests[1].headers["x-slack-retry-reason"] == "http_error"
    ids = {json.loads(request.body)["event_id"] for request in scene.door.requests}
    assert len(ids) == 1


def test_retries_end_when_the_app_takes_it(scene: Scene) -> None:
    answers = iter([EntryAnswer(500), EntryAnswer(200)])
    scene.door.answer = lambda _request: next(answers, EntryAnswer(200))
    scene.say("@mlops help")
    until(lambda: len(scene.log("app_mention")) == 2)
    time.sleep(0.2)
    assert len(scene.door.requests) == 2


def test_a_slow_event_is_retried_as_a_timeout(scene: Scene) -> None:
    answers = iter([slow])

    def slow_once(request: EntryRequest) -> EntryAnswer:
        return next(answers, quick)(request)

    scene.door.answer = slow_once
    scene.say("@mlops help")
    until(lambda: len(scene.door.requests) == 2)
    assert scene.door.requests[1].headers["x-slack-retry-reason"] == "http_timeout"


def test_an_app_may_refuse_retries(scene: Scene) -> None:
    scene.door.answer = lambda _request: EntryAnswer(500, {"X-Slack-No-Retry": "1"})
    scene.say("@mlops help")
    time.sleep(0.2)
    assert len(scene.door.requests) == 1


def test_a_click_says_what_was_clicked(scene: Scene) -> None:
    ts = card(scene, button("p_1"), button("p_2", "reject"))
    answer = scene.click(ts, "reject", user="ben", value="p_2")
    assert (answer["ok"], answer["status"]) == (True, 200)
    sent = payload(scene)
    assert sent["type"] == "block_actions"
    assert sent["actions"][0]["value"] == "p_2"
    assert sent["actions"][0]["block_id"] == "act"
    assert (sent["user"]["id"], sent["channel"]["id"]) == ("U02BEN", "C01CHURN")
    assert sent["message"]["ts"] == sent["container"]["message_ts"] == ts


@pytest.mark.parametrize(
    "click",
    [
        {"action_id": "other"},
        {"action_id": "approve", "value": "p_9"},
        {"action_id": "approve", "ts": "1.2"},
        {"action_id": "approve", "user": "nobody"},
        {"action_id": "approve", "channel": "nowhere"},
    ],
)
def test_only_what_is_there_can_be_clicked(scene: Scene, click: dict[str, Any]) -> None:
    order = {"user": "ben", "channel": "ml-churn", "ts": card(scene)} | click
    answer = scene.control("click", **order)
    assert answer["ok"] is False
    assert answer["error"]
    assert scene.door.requests == []


def test_somebody_elses_ephemeral_message_cannot_be_clicked(scene: Scene) -> None:
    blocks = [{"type": "actions", "elements": [button()]}]
    ts = scene.web.chat_postEphemeral(channel="C01CHURN", user="U01ANA", text="x", blocks=blocks)[
        "message_ts"
    ]
    assert not scene.click(ts, "approve", user="ben")["ok"]
    assert scene.click(ts, "approve", user="ana")["ok"]
    assert payload(scene)["container"]["is_ephemeral"] is True


def test_a_click_that_fails_leaves_a_warning_to_one_person(scene: Scene) -> None:
    ts = card(scene)
    scene.door.answer = slow
    answer = scene.click(ts, "approve", user="ben")
    assert (answer["ok"], answer["error"]) == (False, "operation_timeout")
    assert scene.seen("ben")[0]["warnings"] == ["Slack could not reach the app: operation_timeout"]
    page = {"c": "C01CHURN"}
    assert "could not reach" in scene.http.get("/ui/channel", params={"u": "U02BEN", **page}).text
    assert "could not reach" not in scene.http.get("/ui/channel", params={"u": "U01ANA", **page}).text


def test_a_menu_sends_the_option(scene: Scene) -> None:
    option = {"text": {"type": "plain_text", "text": "Lineage"}, "value": "lineage"}
    ts = card(scene, {"type": "overflow", "action_id": "more", "options": [option]})
    assert not scene.click(ts, "more", value="other")["ok"]
    scene.click(ts, "more", value="lineage")
    assert payload(scene)["actions"][0]["selected_option"] == option


def test_fifty_people_click_at_once(scene: Scene) -> None:
    ts = card(scene)

    def steady(_request: EntryRequest) -> EntryAnswer:
        time.sleep(0.05)
        return EntryAnswer(200)

    scene.door.answer = steady

    def one_click(_number: int) -> bool:
        order = {"user": "ben", "channel": "ml-churn", "ts": ts, "action_id": "approve"}
        answer: dict[str, Any] = httpx.post(f"{scene.url}/_control/click", json=order, timeout=20).json()
        return bool(answer["status"] == 200 or answer["error"] == "operation_timeout")

    with ThreadPoolExecutor(50) as crowd:
        assert all(crowd.map(one_click, range(50)))
    assert len(scene.door.requests) == 50


def test_the_entry_is_open_to_anybody_who_signs(scene: Scene) -> None:
    scene.door.answer = lambda request: EntryAnswer(
        201, {"x-seen": request.headers["x-slack-signature"]}, request.body
    )
    answer = scene.http.post("/slack/events?a=1", content=b"raw", headers={"X-Slack-Signature": "v0=1"})
    assert (answer.status_code, answer.content, answer.headers["x-seen"]) == (201, b"raw", "v0=1")
    assert scene.door.requests[0].query == "a=1"
    scene.door.answer = crash
    assert scene.http.post("/slack/events").status_code == 502


def test_a_trigger_lives_three_seconds_and_once(scene: Scene) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": []}
    scene.say("/mlops x")
    trigger = scene.door.form()["trigger_id"]
    scene.web.views_open(trigger_id=trigger, view=view)
    scene.say("/mlops x")
    late = scene.door.form()["trigger_id"]
    scene.control("clock", advance=3.1)
    for used, code in (
        (trigger, "exchanged_trigger_id"),
        (late, "expired_trigger_id"),
        ("1", "invalid_trigger_id"),
    ):
        with pytest.raises(SlackApiError) as refused:
            scene.web.views_open(trigger_id=used, view=view)
        assert refused.value.response["error"] == code
