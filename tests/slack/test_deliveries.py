"""Deliveries: a request on the queue, and what it goes by."""

import json

import pytest

from bot.slack.deliveries import ATTEMPTS, Delivery, delivery_of


def wrapped(kind: str, body: str) -> str:
    return json.dumps({"id": "signature", "type": kind, "body": body, "at": 1_772_366_400.5})


@pytest.mark.parametrize(
    ("kind", "body", "name"),
    [
        ("application/json", '{"type": "event_callback", "event_id": "Ev1"}', "Ev1"),
        ("application/json", '{"type": "event_callback"}', "signature"),
        ("application/json", '{"event_id": ""}', "signature"),
        ("application/x-www-form-urlencoded", "command=%2Fmlops&event_id=Ev1", "signature"),
        ("application/x-www-form-urlencoded", "payload=%7B%22event_id%22%3A%22Ev1%22%7D", "signature"),
    ],
)
def test_an_event_goes_by_its_id_and_all_else_by_its_signature(kind: str, body: str, name: str) -> None:
    assert delivery_of(wrapped(kind, body), 2) == Delivery(name, kind, body, 2)


def test_slack_s_second_delivery_of_an_event_is_the_same_delivery() -> None:
    body = '{"type": "event_callback", "event_id": "Ev1"}'
    first = delivery_of(json.dumps({"id": "one", "type": "application/json", "body": body}), 1)
    second = delivery_of(json.dumps({"id": "two", "type": "application/json", "body": body}), 1)
    assert first == second


@pytest.mark.parametrize(
    ("attempt", "last"), [(1, False), (ATTEMPTS - 1, False), (ATTEMPTS, True), (9, True)]
)
def test_the_last_attempt_is_known_for_it(attempt: int, last: bool) -> None:  # noqa: FBT001 - a column of the table
    assert Delivery("id", "kind", "body", attempt).is_last is last
