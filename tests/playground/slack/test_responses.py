"""The response_url: five uses, thirty minutes, and what it can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from tests.playground.slack.test_deliveries import button, card, payload

if TYPE_CHECKING:
    from tests.playground.slack.conftest import Scene


def command_url(scene: Scene) -> str:
    scene.say("/mlops x", user="ana")
    return scene.door.form()["response_url"]


def click_url(scene: Scene, ts: str) -> str:
    scene.click(ts, "approve", user="ben")
    url: str = payload(scene)["response_url"]
    return url


def answer(url: str, **said: Any) -> httpx.Response:
    return httpx.post(url, json=said, timeout=5)


def test_five_uses_and_no_more(scene: Scene) -> None:
    url = command_url(scene)
    for i in range(5):
        assert answer(url, text=str(i)).text == "ok"
    sixth = answer(url, text="6")
    assert (sixth.status_code, sixth.json()["error"]) == (404, "used_url")
    assert scene.texts("ana") == ["0", "1", "2", "3", "4"]
    assert scene.texts("ben") == []


def test_thirty_minutes_and_no_longer(scene: Scene) -> None:
    url = command_url(scene)
    scene.control("clock", advance=1790)
    assert answer(url, text="in time").status_code == 200
    scene.control("clock", advance=11)
    late = answer(url, text="late")
    assert (late.status_code, late.json()["error"]) == (404, "expired_url")


def test_it_can_speak_to_all(scene: Scene) -> None:
    answer(command_url(scene), text="all", response_type="in_channel")
    assert scene.texts("ben") == ["all"]


def test_it_can_replace_and_delete_what_was_clicked(scene: Scene) -> None:
    ts = card(scene)
    url = click_url(scene, ts)
    answer(url, text="done", replace_original=True)
    assert [(m["ts"], m["text"], m["blocks"]) for m in scene.seen()] == [(ts, "done", [])]
    answer(url, delete_original=True)
    assert scene.seen() == []


def test_it_can_replace_an_ephemeral_message(scene: Scene) -> None:
    blocks = [{"type": "actions", "elements": [button()]}]
    ts = scene.web.chat_postEphemeral(channel="C01CHURN", user="U02BEN", text="x", blocks=blocks)[
        "message_ts"
    ]
    answer(click_url(scene, ts), text="done", replace_original=True)
    (seen,) = scene.seen("ben")
    assert (seen["text"], seen["ephemeral"]) == ("done", True)


def test_it_can_answer_in_a_thread(scene: Scene) -> None:
    ts = card(scene)
    answer(click_url(scene, ts), text="below", response_type="in_channel", thread_ts=ts)
    assert scene.seen()[0]["reply_count"] == 1


def test_what_it_says_is_checked(scene: Scene) -> None:
    refused = answer(command_url(scene), blocks=[{"type": "poster"}])
    assert (refused.status_code, refused.json()["error"]) == (404, "invalid_blocks")
    (call,) = scene.log("response_url")
    assert call["errors"] == ["unsupported type: poster [json-pointer:/blocks/0/type]"]
    assert "Slack refused response_url" in scene.http.get("/ui/refusals").text


def test_an_unknown_url_has_expired(scene: Scene) -> None:
    assert answer(f"{scene.url}/actions/1/abc", text="x").json()["error"] == "expired_url"
