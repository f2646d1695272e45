"""A promotion in every status, and its picture."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.artifact import Manifest
from bot.domain.comparison import Comparison, Row
from bot.domain.cost import Cost, Line
from bot.domain.envelope import Envelope
from bot.domain.model import Identity, Version
from bot.domain.policy import Instance, Requirement
from bot.domain.progress import Progress, Trial
from bot.domain.promotion import OVER, Consent, Entry, Promotion, Status
from bot.domain.wording import person
from bot.usecases.ports import Picture

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANA, BEN, CARA = "U01ANA", "U02BEN", "U04CARA"
COMPARISON = Comparison(
    rows=(
        Row("auc", 0.9132, 0.8951, "≥ 0.80", guardrail_met=True, better=True),
        Row("recall", 0.7, 0.71, better=False),
        Row("f1", 0.8, 0.8),
        Row("mae", 12.5, None),
        Row("precision", 0.9, 0.8, better=True),
    ),
    champion=Version("churn", 11),
    failures=(),
    against="churn-11",
)
VERDICT = COMPARISON.verdict
WARNED = replace(COMPARISON, warnings=("recall is 0.01 worse than churn:11’s; R&D tolerates 0.005",))
BROKEN = Comparison(
    rows=(Row("auc", 0.7511, None, "≥ 0.80", guardrail_met=False),),
    champion=None,
    failures=("auc is 0.7511 and must be ≥ 0.80",),
    notes=("Not compared with what is live in production: the report is not there.",),
)
SEALED = Envelope({"package": "churn/12", "rollout": "canary 10 % for 10 min"})
ENVELOPE = SEALED.with_facts({"container 1 runs": "c" * 64})
SHORT = ENVELOPE.short
DATA = Manifest("s3://acme-ml/churn/test/", "1a2b3c4d" + "0" * 56, 2, 64_000)
TRIALS = (
    Trial("mlops-1", DATA, Instance("ml.m5.large"), report="s3://acme/reports/1.json", seconds=94, rows=2000),
    Trial("mlops-2", DATA, Instance("ml.m5.large"), report="s3://acme/reports/2.json", seconds=91, rows=2000),
)
COST = Cost(
    (
        Line("workflow", "40 transitions", 0.0011),
        Line("test", "1 × ml.m5.large for 1.6 min", 0.003),
        Line("overlap of instances", "1 × ml.x9.huge for 12.0 min", None),
    )
)
PROGRESS = Progress("Baking", 10, NOON, 600, 312, 0)
TEXTS = {
    Status.OPENED: "The registry has a new version.",
    Status.SEALED: f"Sealed as `{SHORT}`: package, artifact, evidence, stage, rollout and policy.",
    Status.TESTED: "Tested: 2,000 rows scored in 94 s of ml.m5.large.",
    Status.WEIGHED: VERDICT,
    Status.ASKING: f"Waiting for approval by 1 of leads and 1 of risk. {person(ANA)}",
    Status.APPROVED: f"Approved by {person(BEN)} for risk: recall is worth it.",
    Status.DEPLOYING: "Deploying to `churn`, canary.",
    Status.WATCHING: "SageMaker took it; watching the rollout.",
    Status.LIVE: f"Live on `churn`: approved `{SHORT}` = serving `{SHORT}`. "
    "It answers 10 lines of the test data as the test did.",
    Status.SUPERSEDED: "churn:13 took its place in production.",
    Status.REJECTED: f"Rejected by {person(BEN)}: recall dropped for new customers",
    Status.REFUSED: "Refused: auc is 0.7511 and must be ≥ 0.80.",
    Status.EXPIRED: "Expired: nobody decided in time. `/mlops deploy churn:12 to production` asks again.",
    Status.FAILED: "The endpoint `churn` is Failed: out of capacity.",
    Status.ROLLED_BACK: "Rolled back by SageMaker: alarm churn-5xx. churn:11 serves as before.",
}
LADDER = (
    Status.OPENED, Status.SEALED, Status.TESTED, Status.WEIGHED, Status.ASKING, Status.APPROVED,
    Status.DEPLOYING, Status.WATCHING, Status.LIVE, Status.SUPERSEDED,
)  # fmt: skip
ENDS = {
    Status.REFUSED: Status.TESTED,
    Status.REJECTED: Status.ASKING,
    Status.EXPIRED: Status.ASKING,
    Status.FAILED: Status.WATCHING,
    Status.ROLLED_BACK: Status.WATCHING,
}
YES = (
    Consent(ANA, ("leads",), NOON + timedelta(minutes=3), "", "r1"),
    Consent(BEN, ("risk",), NOON + timedelta(minutes=4), "recall is worth it", "r2"),
)


def path_to(status: Status) -> list[Status]:
    before = ENDS.get(status, status)
    return [*LADDER[: LADDER.index(before) + 1], *([status] if status in ENDS else [])]


def promotion(status: Status) -> Promotion:
    """As it would be after the whole way to this status."""
    path = path_to(status)
    return Promotion(
        id="p_0123456789ab",
        version=Version("churn", 12),
        stage="production",
        attempt=1,
        arn="arn:aws:sagemaker:eu-central-1:1:model-package/churn/12",
        status=status,
        opened_at=NOON,
        registered_by=Identity("cara"),
        training_job="churn-2026-03-01",
        report="s3://acme-ml/churn/12/statistics.json",
        revision=len(path),
        envelope=SEALED if status is Status.SEALED else ENVELOPE if Status.SEALED in path else None,
        comparison=BROKEN if status is Status.REFUSED else (COMPARISON if Status.WEIGHED in path else None),
        consents=YES if Status.APPROVED in path else YES[:1] if status is Status.ASKING else (),
        story=tuple(Entry(NOON + timedelta(minutes=m), s, TEXTS[s]) for m, s in enumerate(path)),
        trials=TRIALS if Status.TESTED in path else (),
        progress=PROGRESS if status is Status.WATCHING else None,
        cost=COST if status in OVER else None,
    )


def rollback(status: Status) -> Promotion:
    """People want churn:11 back: not tested, and not weighed."""
    whole = promotion(status)
    texts = {
        Status.OPENED: f"{person(ANA)} wants churn:11 back in production.",
        Status.TESTED: "Not tested: it was live here before.",
        Status.WEIGHED: "Back to churn:11 instead of churn:12.",
    }
    return replace(
        whole,
        version=Version("churn", 11),
        rollback=True,
        proposer=ANA,
        trials=(),
        comparison=Comparison((), Version("churn", 12), (), against="churn-12") if whole.comparison else None,
        story=tuple(replace(entry, text=texts.get(entry.status, entry.text)) for entry in whole.story),
    )


def shown_as(promoted: Promotion) -> Picture:
    if promoted.status is Status.ASKING:
        return Picture(promoted, (Requirement("risk", 1),), CARA, NOON + timedelta(days=7))
    back = promoted.status in {Status.LIVE, Status.FAILED}
    return Picture(promoted, maker=CARA, can_roll_back=back, now=NOON + timedelta(minutes=4, seconds=50))


def picture(status: Status) -> Picture:
    return shown_as(promotion(status))


CARDS: dict[str, Picture] = {
    **{status.value: picture(status) for status in Status},
    "sealed_testing": shown_as(replace(promotion(Status.SEALED), envelope=ENVELOPE)),
    "watching_without_numbers": shown_as(replace(promotion(Status.WATCHING), progress=None)),
    "live_without_a_way_back": replace(picture(Status.LIVE), can_roll_back=False),
    "asking_rollback": shown_as(rollback(Status.ASKING)),
    "live_rollback": shown_as(rollback(Status.LIVE)),
}
