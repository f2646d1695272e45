"""What several contracts speak of: promotions to write down, and the local Slack."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
from slack_sdk import WebClient

from bot.domain.comparison import Comparison, Row
from bot.domain.envelope import Envelope
from bot.domain.model import Identity, Version
from bot.domain.policy import Requirement
from bot.domain.promotion import Consent, Entry, Promotion, Status
from bot.usecases.ports import Picture

START: Final = datetime.now(UTC).replace(microsecond=250_000)


def unique(prefix: str) -> str:
    """A name that no other test uses."""
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def a_promotion(model: str = "churn", number: int = 1, *, minute: int = 0, **facts: Any) -> Promotion:
    """A promotion with something in every field; `facts` are fields of it."""
    at = START + timedelta(minutes=minute)
    full = Promotion(
        id=f"p_{uuid.uuid4().hex[:12]}",
        version=Version(model, number),
        stage="production",
        attempt=2,
        arn=f"arn:aws:sagemaker:us-east-1:123456789012:model-package/{model}/{number}",
        status=Status.ASKING,
        opened_at=at,
        registered_by=Identity("cara", "arn:aws:sts::123456789012:assumed-role/data-scientist/cara"),
        proposer="U04CARA",
        training_job="job-1",
        report="s3://models/statistics.json",
        envelope=Envelope({"package": "arn", "container 1 artifact sha256": "d" * 64}),
        comparison=Comparison(
            (Row("auc", 0.91, None, "≥ 0.80", guardrail_met=True), Row("f1", 1e-9, 0.25, better=False)),
            Version(model, 7),
            (),
            ("A note with “quotes” & <marks>",),
        ),
        consents=(Consent("U01ANA", ("leads", "risk"), at, "fine 👍", "request-1"),),
        story=(
            Entry(at, Status.OPENED, "Opened."),
            Entry(at, Status.ASKING, "\ue000U01ANA\ue003 said <yes> & more", "U01ANA", "request-1"),
        ),
        deployed_at=at + timedelta(seconds=5),
    )
    return replace(full, **facts)


def a_picture(promotion: Promotion) -> Picture:
    """Its picture."""
    return Picture(promotion, (Requirement("risk", 1),), "U04CARA", START + timedelta(days=7))


class Slack:
    """The local Slack: `web` as the bot, and what people do and see there."""

    def __init__(self, web: WebClient, http: httpx.Client) -> None:
        self.web, self._http = web, http

    def control(self, order: str, **facts: Any) -> Any:
        """An order to the playground."""
        answer = self._http.post(f"/_control/{order}", json=facts)
        assert answer.json()["ok"], answer.text
        return answer.json()

    def breaks(self, method: str, *, times: int = 1, **how: Any) -> None:
        """The next calls of a method fail, with `error=` or with `status=`."""
        self.control("faults", kind="slack", method=method, times=times, **how)

    def seen(self, channel: str) -> list[dict[str, Any]]:
        """What hangs in a channel, threads too, oldest first."""
        answer = self._http.get("/_control/seen", params={"user": "ana", "channel": channel})
        found: list[dict[str, Any]] = answer.json()
        return found

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The bot's calls of a method."""
        log: list[dict[str, Any]] = self._http.get("/_control/log").json()
        return [call for call in log if method in str(call)]
