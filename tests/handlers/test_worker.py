"""The worker: what Slack signed is carried out, and what it did not sign stays on the queue."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot import wiring
from bot.slack.app import make_app
from bot.slack.deliveries import ATTEMPTS
from handlers import worker
from tests.fakes.directory import PEOPLE
from tests.fakes.world import World

SECRET = "playground-signing-secret"


class Town:
    """A world with churn:1 waiting for approval, the worker before it, and what people hear."""

    def __init__(self) -> None:
        self.world = World()
        self.world.register("churn")
        self.world.brings("churn:1", "staging")
        self.heard: list[str] = []

    def consents(self) -> int:
        return len(self.world.promotion("churn:1", "production").consents)


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Town:
    town, client = Town(), WebClient("xoxb-test")
    monkeypatch.setattr(client, "chat_postEphemeral", lambda **said: town.heard.append(said["text"]))
    app = make_app(lambda: town.world.ports, lambda: client)
    monkeypatch.setattr(wiring, "signing_secret", lambda: SECRET)
    monkeypatch.setattr(wiring, "slack_app", lambda: app)
    monkeypatch.setattr(wiring, "ports", lambda: town.world.ports)
    return town


def approval(who: str = "ana", event_id: str = "Ev1") -> str:
    event = {
        "type": "app_mention", "user": PEOPLE[who], "text": "<@U0BOT> approve churn:1 to production",
        "ts": "1.4", "channel": "C1",
    }  # fmt: skip
    return json.dumps(
        {"type": "event_callback", "event_id": event_id, "team_id": "T1", "api_app_id": "A1", "event": event}
    )


def queued(sent: str, ago: int = 0, **otherwise: Any) -> dict[str, Any]:
    """A message as the door puts it on the queue, or as somebody else does; None takes a part out."""
    stamp = str(int(time.time()) - ago)
    signed = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=sent)
    message = {"type": "application/json", "body": sent, "timestamp": stamp, "signature": signed, **otherwise}
    return {key: value for key, value in message.items() if value is not None}


def deliver(*messages: Any, attempt: int = 1) -> list[str]:
    """Give the worker a batch; gives what stays on the queue."""
    records = [
        {
            "messageId": f"m{number}",
            "body": message if isinstance(message, str) else json.dumps(message),
            "attributes": {"ApproximateReceiveCount": str(attempt)},
        }
        for number, message in enumerate(messages)
    ]
    answer = worker.handler({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_what_slack_signed_is_carried_out_and_leaves_the_queue(town: Town) -> None:
    assert deliver(queued(approval())) == []
    assert town.consents() == 1
    assert town.heard[0].startswith("Your approval of churn:1 to production counts.")


@pytest.mark.parametrize(
    "forged",
    [
        lambda: queued(approval("ben"), body=approval("ana")),
        lambda: queued(approval(), signature="v0=" + "0" * 64),
        lambda: queued(approval(), ago=7200, timestamp=str(int(time.time()))),
        lambda: queued(approval(), timestamp="soon"),
        lambda: queued(approval(), signature=None),
        lambda: queued(approval(), timestamp=None),
        lambda: queued(approval(), type=None),
        lambda: queued(approval(), body=None),
        lambda: {"id": "r1", "type": "application/json", "body": approval(), "at": time.time()},
        lambda: [approval()],
        lambda: "no JSON",
    ],
    ids=["body", "signature", "timestamp", "no time", "no signature", "no timestamp", "no type", "no body",
         "as it was before", "a list", "no JSON"],
)  # fmt: skip
@pytest.mark.parametrize("attempt", [1, ATTEMPTS])
def test_a_forged_message_stays_on_the_queue_and_nothing_is_carried_out(
    town: Town, forged: Callable[[], Any], attempt: int
) -> None:
    assert deliver(forged(), attempt=attempt) == ["m0"]
    assert (town.consents(), town.heard) == (0, [])


def test_a_forged_message_keeps_nobody_else_s_from_being_served(town: Town) -> None:
    forged = queued(approval("rita", "Ev1"), signature="v0=" + "0" * 64)
    assert deliver(forged, queued(approval("ana", "Ev2"))) == ["m0"]
    assert town.consents() == 1


def test_a_forged_message_does_not_take_a_true_one_s_name(town: Town) -> None:
    assert deliver(queued(approval(), signature="v0=" + "0" * 64)) == ["m0"]
    assert deliver(queued(approval())) == []
    assert town.consents() == 1


def test_an_old_message_leaves_the_queue_without_being_carried_out(town: Town) -> None:
    assert deliver(queued(approval(), ago=3600)) == []
    assert town.consents() == 0
    assert "more than an hour old" in town.heard[0]


def test_what_fails_on_our_side_stays_on_the_queue(town: Town) -> None:
    town.world.breaks("ledger.of_model", RuntimeError("boom"))
    assert deliver(queued(approval())) == ["m0"]
    assert deliver(queued(approval()), attempt=2) == []
    assert town.consents() == 1
