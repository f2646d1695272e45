"""The quick door: only what Slack signed comes in, and it comes in once."""

import base64
import hmac
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import Clock, SignatureVerifier

from bot.slack.deliveries import delivery_of
from bot.slack.door import answer, is_signed

SECRET = "playground-signing-secret"
NOW = 1_772_366_400
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
COMMAND = "command=%2Fmlops&text=approve+churn%3A12&user_id=U01ANA&channel_id=C1"
EVENT = json.dumps({"type": "event_callback", "event_id": "Ev1", "event": {"type": "app_mention"}})


def interaction(**payload: Any) -> str:
    return f"payload={quote_plus(json.dumps(payload))}"


CLICK = interaction(type="block_actions", actions=[{"action_id": "promotion.approve", "value": "p_1"}])


@dataclass
class Doorway:
    """The door between a Slack that signs and a queue that remembers."""

    queued: list[dict[str, Any]] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)

    def send(self, body: str, kind: str = FORM, *, at: int = NOW, arrives: str = "") -> dict[str, Any]:
        signed = SignatureVerifier(SECRET).generate_signature(timestamp=str(at), body=body)
        headers = {
            "content-type": kind,
            "x-slack-request-timestamp": str(at),
            "x-slack-signature": signed,
        }
        return self.receive({"headers": headers, "body": arrives or body, "isBase64Encoded": False})

    def receive(self, event: dict[str, Any]) -> dict[str, Any]:
        return answer(event, secret=SECRET, now=float(NOW), queue=self.queue, at_once=self._at_once)

    def queue(self, message: str) -> None:
        self.queued.append(json.loads(message))

    def _at_once(self, body: str, headers: dict[str, str]) -> dict[str, Any]:
        assert headers["x-slack-signature"]
        self.answered.append(body)
        return {"statusCode": 200, "body": "at once"}

    @property
    def untouched(self) -> bool:
        return not self.queued and not self.answered


@pytest.fixture
def door() -> Doorway:
    return Doorway()


# ---- what comes in ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (COMMAND, FORM),
        (CLICK, FORM),
        (interaction(type="shortcut", callback_id="block_suggestion"), FORM),
        (interaction(type="block_actions", value='"type": "view_submission"'), FORM),
        (f"{COMMAND}&note=view_submission", FORM),
        ("payload=view_submission", FORM),
        (EVENT, JSON),
        (EVENT, f"{JSON}; charset=utf-8"),
        (json.dumps({"type": "event_callback", "event": {"text": '"url_verification"'}}), JSON),
        (json.dumps(["url_verification"]), JSON),
        ('no JSON, and "url_verification" in it', JSON),
        ("", FORM),
        ("text=Grüße an alle 😀", FORM),
        ("ssl_check=10&text=not+a+check", FORM),
    ],
)  # fmt: skip
def test_what_slack_signed_goes_to_the_queue_once_and_is_acknowledged_in_silence(
    door: Doorway, body: str, kind: str
) -> None:
    said = door.send(body, kind)
    assert (said["statusCode"], said["body"]) == (200, "")
    assert [(message["body"], message["type"]) for message in door.queued] == [(body, kind.partition(";")[0])]
    assert door.answered == []


@pytest.mark.parametrize(("body", "kind"), [(COMMAND, FORM), (EVENT, JSON)])
def test_the_message_has_what_it_takes_to_check_the_signature_again(
    door: Doorway, body: str, kind: str
) -> None:
    door.send(body, kind, at=NOW - 7)
    signed = SignatureVerifier(SECRET).generate_signature(timestamp=str(NOW - 7), body=body)
    assert door.queued == [{"type": kind, "body": body, "timestamp": str(NOW - 7), "signature": signed}]


def test_two_requests_go_by_two_names_and_the_same_request_by_one(door: Doorway) -> None:
    for body, at in ((COMMAND, NOW), (COMMAND, NOW), (COMMAND, NOW + 1), (CLICK, NOW)):
        door.send(body, at=at)
    named = [delivery_of(json.dumps(message), 1, SECRET).id for message in door.queued]
    first, again, later, other = named
    assert first == again
    assert len({first, later, other}) == 3


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (json.dumps({"type": "url_verification", "challenge": "3eZb"}), JSON),
        (interaction(type="view_submission", view={"id": "V1"}), FORM),
        (interaction(type="block_suggestion", value="ch"), FORM),
    ],
)
def test_what_slack_wants_an_answer_to_is_answered_at_once_and_never_queued(
    door: Doorway, body: str, kind: str
) -> None:
    assert door.send(body, kind) == {"statusCode": 200, "body": "at once"}
    assert (door.answered, door.queued) == ([body], [])


@pytest.mark.parametrize("body", ["ssl_check=1", "ssl_check=1&token=abc"])
def test_slack_s_certificate_check_needs_no_signature_and_does_nothing(door: Doorway, body: str) -> None:
    said = door.receive({"headers": {"content-type": FORM}, "body": body})
    assert (said["statusCode"], door.untouched) == (200, True)


@pytest.mark.parametrize("body", [COMMAND, "text=Grüße 😀", EVENT])
def test_a_body_in_base64_is_the_same_request(door: Doorway, body: str) -> None:
    encoded = base64.b64encode(body.encode()).decode()
    signed = SignatureVerifier(SECRET).generate_signature(timestamp=str(NOW), body=body)
    headers = {"x-slack-request-timestamp": str(NOW), "x-slack-signature": signed, "content-type": FORM}
    said = door.receive({"headers": headers, "body": encoded, "isBase64Encoded": True})
    assert (said["statusCode"], door.queued[0]["body"]) == (200, body)


@pytest.mark.parametrize("off", [-300, -299, 0, 299, 300])
def test_a_request_may_be_five_minutes_old_or_early(door: Doorway, off: int) -> None:
    assert door.send(COMMAND, at=NOW + off)["statusCode"] == 200


def test_a_queue_that_fails_is_no_acknowledgement() -> None:
    class Broken(Doorway):
        def queue(self, message: str) -> None:
            raise OSError(f"AmazonSQS.SendMessage answered 500 to {message}")

    with pytest.raises(OSError, match="SendMessage"):
        Broken().send(COMMAND)


# ---- what does not ---------------------------------------------------------------------------------


@pytest.mark.parametrize("off", [-301, 301, -86_400, 10**9])
def test_an_old_or_future_request_is_refused(door: Doorway, off: int) -> None:
    assert door.send(COMMAND, at=NOW + off)["statusCode"] == 401
    assert door.untouched


GOOD = SignatureVerifier(SECRET).generate_signature(timestamp=str(NOW), body=COMMAND)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-slack-signature": GOOD},
        {"x-slack-request-timestamp": str(NOW)},
        {"x-slack-request-timestamp": str(NOW), "x-slack-signature": ""},
        {"x-slack-request-timestamp": str(NOW), "x-slack-signature": "v0="},
        {"x-slack-request-timestamp": str(NOW), "x-slack-signature": (GOOD or "").upper()},
        {"x-slack-request-timestamp": str(NOW), "x-slack-signature": f"{GOOD}0"},
        {"x-slack-request-timestamp": str(NOW), "x-slack-signature": "ü" * 67},
        {"x-slack-request-timestamp": str(NOW + 1), "x-slack-signature": GOOD},
        {"x-slack-request-timestamp": f"{NOW}.0", "x-slack-signature": GOOD},
        {"x-slack-request-timestamp": f" {NOW}", "x-slack-signature": GOOD},
        {"x-slack-request-timestamp": f"+{NOW}", "x-slack-signature": GOOD},
        {"x-slack-request-timestamp": "soon", "x-slack-signature": GOOD},
        {"x-slack-request-timestamp": "", "x-slack-signature": GOOD},
        {"x-slack-request-timestamp": "nan", "x-slack-signature": GOOD},
        {"x-slack-request-timestamp": "²", "x-slack-signature": GOOD},
        {"x-slack-request-timestamp": "9" * 400, "x-slack-signature": GOOD},
        {"x-slack-request-timestamp": "9" * 5000, "x-slack-signature": GOOD},
    ],
)
def test_without_slack_s_signature_nothing_happens(door: Doorway, headers: dict[str, str]) -> None:
    said = door.receive({"headers": headers, "body": COMMAND})
    assert said["statusCode"] == 401
    assert said["body"] == "The signature is missing, wrong or too old."
    assert door.untouched


@pytest.mark.parametrize("event", [{}, {"headers": None, "body": None}, {"headers": {}, "body": ""}])
def test_an_empty_request_is_refused(door: Doorway, event: dict[str, Any]) -> None:
    assert door.receive(event)["statusCode"] == 401
    assert door.untouched


def test_a_changed_body_is_refused(door: Doorway) -> None:
    assert door.send(COMMAND, arrives=COMMAND.replace("12", "13"))["statusCode"] == 401
    assert door.untouched


@pytest.mark.parametrize("body", ["ssl_check=1%26", "text=x&ssl_check=1", "SSL_CHECK=1", "ssl_check=0"])
def test_what_only_resembles_a_certificate_check_needs_a_signature(door: Doorway, body: str) -> None:
    assert door.receive({"headers": {}, "body": body})["statusCode"] == 401
    assert door.untouched


@pytest.mark.parametrize("secret", ["", " ", "\n"])
def test_an_app_without_a_secret_lets_nobody_in(secret: str) -> None:
    base = f"v0:{NOW}:{COMMAND}".encode()
    signed = f"v0={hmac.new(secret.encode(), base, 'sha256').hexdigest()}"
    assert not is_signed(secret, str(NOW), COMMAND, signed, NOW)


class Frozen(Clock):
    def now(self) -> float:
        return NOW


@given(
    body=st.text(),
    secret=st.text().filter(str.strip),
    off=st.integers(-400, 400),
    signer=st.none() | st.text().filter(str.strip),
)
def test_the_door_agrees_with_slack_s_own_verifier(
    body: str, secret: str, off: int, signer: str | None
) -> None:
    stamp = str(NOW + off)
    signed = SignatureVerifier(signer or secret).generate_signature(timestamp=stamp, body=body) or ""
    theirs = SignatureVerifier(secret, Frozen()).is_valid(body, stamp, signed)
    assert is_signed(secret, stamp, body, signed, NOW) == theirs
