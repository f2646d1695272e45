"""Modals and the Home tab."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from playground.slack import EntryAnswer
from tests.playground.slack.test_deliveries import payload, slow

if TYPE_CHECKING:
    from tests.playground.slack.conftest import Scene


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def reason(**more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "text", "min_length": 3}
    return {"type": "input", "block_id": "reason", "label": plain("Reason"), "element": element, **more}


def modal(*blocks: dict[str, Any], title: str = "Reject") -> dict[str, Any]:
    shown = list(blocks) or [reason()]
    return {
        "type": "modal",
        "callback_id": "reject",
        "title": plain(title),
        "submit": plain("Go"),
        "blocks": shown,
    }


def open_modal(scene: Scene, view: dict[str, Any] | None = None) -> str:
    scene.say("/mlops reject", user="ana")
    opened = scene.web.views_open(trigger_id=scene.door.form()["trigger_id"], view=view or modal())
    view_id: str = opened["view"]["id"]
    return view_id


def shown(scene: Scene) -> dict[str, Any]:
    views: dict[str, Any] = scene.http.get("/_control/views", params={"user": "ana"}).json()
    return views


@pytest.mark.parametrize(
    "values",
    [
        {"reason": {"text": "too old"}},
        {"reason": "too old"},
        {"reason": {"text": {"type": "plain_text_input", "value": "too old"}}},
    ],
)
def test_a_modal_is_submitted_and_closed(scene: Scene, values: dict[str, Any]) -> None:
    view_id = open_modal(scene)
    assert shown(scene)["modal"]["callback_id"] == "reject"
    answer = scene.control("submit", user="ana", view_id=view_id, values=values)
    assert (answer["ok"], answer["status"]) == (True, 200)
    sent = payload(scene)
    assert sent["type"] == "view_submission"
    typed = {"type": "plain_text_input", "value": "too old"}
    assert sent["view"]["state"]["values"] == {"reason": {"text": typed}}
    assert shown(scene)["modal"] is None


@pytest.mark.parametrize(
    ("value", "sentence"),
    [("", "Please complete this required field."), ("no", "Enter at least 3 characters.")],
)
def test_what_slacks_client_refuses_never_leaves(scene: Scene, value: str, sentence: str) -> None:
    view_id = open_modal(scene)
    before = len(scene.door.requests)
    answer = scene.control("submit", user="ana", view_id=view_id, values={"reason": {"text": value}})
    assert (answer["ok"], answer["errors"]) == (False, {"reason": sentence})
    assert len(scene.door.requests) == before
    assert sentence in scene.http.get("/ui/modal", params={"u": "U01ANA"}).text


def submitted_with(scene: Scene, said: dict[str, Any]) -> dict[str, Any]:
    view_id = open_modal(scene)
    scene.door.answer = lambda _request: EntryAnswer(200, {}, json.dumps(said).encode())
    scene.control("submit", user="ana", view_id=view_id, values={"reason": "because"})
    return shown(scene)


def test_the_app_may_find_errors(scene: Scene) -> None:
    said = {"response_action": "errors", "errors": {"reason": "Say more."}}
    assert submitted_with(scene, said)["errors"] == {"reason": "Say more."}


def test_the_app_may_update_push_and_clear(scene: Scene) -> None:
    second = modal(title="Second")
    assert (
        submitted_with(scene, {"response_action": "update", "view": second})["modal"]["title"]["text"]
        == "Second"
    )
    pushed = submitted_with(scene, {"response_action": "push", "view": second})["modal"]
    assert pushed["previous_view_id"] == pushed["root_view_id"] != pushed["id"]
    assert submitted_with(scene, {"response_action": "clear"})["modal"] is None


def test_a_bad_view_in_the_answer_is_refused(scene: Scene) -> None:
    said = {"response_action": "update", "view": modal(title="x" * 25)}
    assert submitted_with(scene, said)["notice"] == "We had some trouble connecting. Try again?"
    assert scene.log("submission_answer")[0]["errors"]


def test_a_slow_submission_keeps_the_modal(scene: Scene) -> None:
    view_id = open_modal(scene)
    scene.door.answer = slow
    answer = scene.control("submit", user="ana", view_id=view_id, values={"reason": "because"})
    assert answer["error"] == "operation_timeout"
    assert "trouble connecting" in shown(scene)["notice"]


@pytest.mark.parametrize(
    "order",
    [{"view_id": "V9"}, {"user": "ben"}, {"values": {"nowhere": "x"}}, {"values": "x"}],
)
def test_only_an_open_modal_can_be_submitted(scene: Scene, order: dict[str, Any]) -> None:
    answer = scene.control("submit", **({"user": "ana", "view_id": open_modal(scene), "values": {}} | order))
    assert answer["ok"] is False
    assert answer["error"]


def test_a_modal_is_pushed_updated_and_closed(scene: Scene) -> None:
    button = {"type": "button", "action_id": "more", "text": plain("More"), "value": "1"}
    view_id = open_modal(scene, modal({"type": "actions", "elements": [button]}))
    scene.control("click", user="ana", view_id=view_id, action_id="more")
    assert payload(scene)["view"]["id"] == view_id
    top = scene.web.views_push(trigger_id=payload(scene)["trigger_id"], view=modal(title="Top"))["view"]
    scene.web.views_update(view_id=top["id"], view=modal(title="New"), hash=top["hash"])
    assert shown(scene)["modal"]["title"]["text"] == "New"
    scene.control("close", user="ana", view_id=top["id"])
    assert shown(scene)["modal"]["id"] == view_id


def test_the_home_tab(scene: Scene) -> None:
    assert scene.control("home", user="ana")["status"] == 200
    assert json.loads(scene.door.requests[0].body)["event"]["type"] == "app_home_opened"
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "*Pending*"}}
    scene.web.views_publish(user_id="U01ANA", view={"type": "home", "blocks": [section]})
    assert shown(scene)["home"]["blocks"][0]["text"]["text"] == "*Pending*"
    assert "<b>Pending</b>" in scene.http.get("/ui/home", params={"u": "U01ANA"}).text
