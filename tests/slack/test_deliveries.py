"""Deliveries: a request on the queue, what it goes by, and that it is Slack's."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.signature import SignatureVerifier

from bot.slack.deliveries import ATTEMPTS, Delivery, Forged, delivery_of

SECRET = "playground-signing-secret"
NOON = 1_772_366_400
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
COMMAND = "command=%2Fmlops&text=pending"


def signature(body: str, at: int, secret: str = SECRET) -> str:
    return SignatureVerifier(secret).generate_signature(timestamp=str(at), body=body) or ""


def wrapped(kind: str, sent: str, at: int = NOON, **otherwise: Any) -> str:
    """A message as the door puts it on the queue, or as somebody else does."""
    message = {"type": kind, "body": sent, "timestamp": str(at), "signature": signature(sent, at)}
    return json.dumps(message | otherwise)


@pytest.mark.parametrize(
    ("kind", "body", "event_id"),
    [
        (JSON, '{"type": "event_callback", "event_id": "Ev1"}', "Ev1"),
        (JSON, '{"type": "event_callback"}', ""),
        (JSON, '{"event_id": ""}', ""),
        (FORM, "command=%2Fmlops&event_id=Ev1", ""),
        (FORM, "payload=%7B%22event_id%22%3A%22Ev1%22%7D", ""),
        (FORM, "text=Grüße 😀", ""),
    ],
)
def test_an_event_goes_by_its_id_and_all_else_by_its_signature(kind: str, body: str, event_id: str) -> None:
    name = event_id or signature(body, NOON).removeprefix("v0=")[:32]
    assert delivery_of(wrapped(kind, body), 2, SECRET) == Delivery(name, kind, body, 2, NOON)


def test_slack_s_second_delivery_of_an_event_is_the_same_delivery() -> None:
    body = '{"type": "event_callback", "event_id": "Ev1"}'
    first, second = (delivery_of(wrapped(JSON, body, at), 1, SECRET) for at in (NOON, NOON + 60))
    assert first.id == second.id


@pytest.mark.parametrize(
    "otherwise",
    [
        {"body": "command=%2Fmlops&text=approve+churn%3A12"},
        {"body": ""},
        {"timestamp": str(NOON + 1)},
        {"timestamp": NOON + 1},
        {"timestamp": f"{NOON}.0"},
        {"timestamp": f" {NOON}"},
        {"timestamp": ""},
        {"timestamp": "nan"},
        {"timestamp": "²"},
        {"timestamp": "9" * 400},
        {"timestamp": "9" * 5000},
        {"timestamp": None},
        {"signature": ""},
        {"signature": "v0="},
        {"signature": "v0=" + "0" * 64},
        {"signature": signature(COMMAND, NOON)[:-1]},
        {"signature": signature(COMMAND, NOON).upper()},
        {"signature": signature(COMMAND, NOON, "another secret")},
        {"signature": "ü" * 67},
        {"signature": None},
    ],
    ids=lambda otherwise: ascii(otherwise)[:60],
)
def test_what_slack_did_not_sign_is_forged(otherwise: dict[str, Any]) -> None:
    with pytest.raises(Forged):
        delivery_of(wrapped(FORM, COMMAND, **otherwise), 1, SECRET)


@pytest.mark.parametrize("absent", ["type", "body", "timestamp", "signature"])
def test_a_message_that_lacks_a_part_is_no_delivery(absent: str) -> None:
    message = json.loads(wrapped(FORM, COMMAND))
    del message[absent]
    with pytest.raises(KeyError, match=absent):
        delivery_of(json.dumps(message), 1, SECRET)


@pytest.mark.parametrize("secret", ["", " ", "another secret"])
def test_only_the_app_s_own_secret_counts(secret: str) -> None:
    with pytest.raises(Forged):
        delivery_of(wrapped(FORM, COMMAND), 1, secret)


@pytest.mark.parametrize("ago", [0, 301, 3600, 4 * 86_400])
def test_what_waited_on_the_queue_is_still_slack_s_and_says_how_old_it_is(ago: int) -> None:
    sent_at = int(time.time()) - ago
    delivery = delivery_of(wrapped(FORM, COMMAND, sent_at), 1, SECRET)
    assert delivery.sent_at == sent_at
    assert timedelta(seconds=ago) <= delivery.age < timedelta(seconds=ago + 60)


def test_what_never_was_on_the_queue_is_new() -> None:
    assert timedelta() <= Delivery("at-once", FORM, COMMAND).age < timedelta(seconds=60)


@pytest.mark.parametrize(
    ("attempt", "last"), [(1, False), (ATTEMPTS - 1, False), (ATTEMPTS, True), (9, True)]
)
def test_the_last_attempt_is_known_for_it(attempt: int, last: bool) -> None:  # noqa: FBT001 - a column of the table
    assert Delivery("id", "kind", "body", attempt).is_last is last
