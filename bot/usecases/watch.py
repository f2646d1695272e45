"""Watch: follow the endpoint until it has settled."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.domain.model import Version
from bot.domain.progress import Progress
from bot.domain.promotion import Promotion, Status
from bot.domain.refusals import NotPossible, Refusal
from bot.domain.wording import strip
from bot.usecases.change import change
from bot.usecases.deployment import endpoint_of
from bot.usecases.hosting import Serving
from bot.usecases.ports import Ports

_GRACE: Final = timedelta(minutes=2)
"""How long an endpoint may look untouched after SageMaker took the update."""
_LONGEST: Final = timedelta(hours=20)
"""An execution has 25,000 events (Step Functions: Service quotas), ten for each look."""
_RINGING: Final = "ALARM"
_GOING_BACK: Final = "RollingBack"


def watch(ports: Ports, promotion_id: str) -> bool:
    """Whether the endpoint has settled; a failure or a silent rollback is written down here.

    A rolled-back endpoint looks like a success: it is InService on the old config (SageMaker
    Developer Guide: Auto-Rollback Configuration and Monitoring), so the config is compared.
    """
    promotion = ports.ledger.promotion(promotion_id)
    if promotion.status is not Status.WATCHING:
        return True
    endpoint = endpoint_of(ports, promotion)
    serving = ports.endpoints.serving(endpoint)
    if serving is not None and not _is_settled(ports, promotion, serving):
        if promotion.deployed_at and ports.clock.now() - promotion.deployed_at > _LONGEST:
            raise NotPossible(
                f"`{serving.endpoint}` has been {serving.status} for most of a day; I stop "
                f"watching. `/mlops status {promotion.version.model}` shows what serves."
            )
        _look(ports, promotion, endpoint)
        return False
    if serving is not None and serving.status == "InService" and serving.config == promotion.resource:
        return True
    why = _why(ports, promotion, serving) if serving else ""
    change(ports.ledger, promotion_id, lambda now: _lost(ports, now, serving, why))
    return True


def _look(ports: Ports, promotion: Promotion, endpoint: str) -> None:
    """Write down how far it is, for the card."""
    started = promotion.deployed_at or promotion.opened_at
    rollout = ports.policy.stage(promotion.stage).rollout_of(rollback=promotion.rollback)
    progress = ports.endpoints.progress(endpoint, rollout, started)

    def decide(now: Promotion) -> Promotion | None:
        if now.status is not Status.WATCHING:
            return None
        return replace(now, progress=_further(now.progress, progress), looks=now.looks + 1)

    change(ports.ledger, promotion.id, decide)


def _further(before: Progress | None, now: Progress | None) -> Progress | None:
    """The progress now. While it rolls back SageMaker does not say any more which share it had."""
    if now is None or before is None or now.phase != _GOING_BACK:
        return now or before
    return replace(now, percent=before.percent)


def _is_settled(ports: Ports, promotion: Promotion, serving: Serving) -> bool:
    if not serving.settled:
        return False
    started = promotion.deployed_at
    untouched = started is not None and serving.modified_at < started and serving.config != promotion.resource
    return not (untouched and started is not None and ports.clock.now() - started < _GRACE)


def _why(ports: Ports, promotion: Promotion, serving: Serving) -> str:
    """SageMaker's reason, and what the alarms that ring have measured."""
    reason = (strip(serving.reason) or "SageMaker gives no reason").rstrip(".")
    stage = ports.policy.stage(promotion.stage)
    names = stage.alarms_of(promotion.version.model, stage.rollout_of(rollback=promotion.rollback))
    if not names or serving.status != "InService":
        return reason
    started = promotion.deployed_at or promotion.opened_at
    rang = [one for one in ports.endpoints.alarms(names) if one.state == _RINGING or one.since >= started]
    measured = "; ".join(f"Alarm `{one.name}`: {strip(one.reason).rstrip('.')}" for one in rang)
    return f"{reason}. {measured}" if measured else reason


def _lost(ports: Ports, promotion: Promotion, serving: Serving | None, why: str) -> Promotion | None:
    if promotion.status is not Status.WATCHING:
        return None
    now = ports.clock.now()
    if serving is None:
        return promotion.moved(Status.FAILED, now, "The endpoint was deleted while it was being updated.")
    if serving.status == "InService":
        text = f"Rolled back by SageMaker: {why}. {_meanwhile(promotion)}{_said(serving)} serves as before."
        return promotion.moved(Status.ROLLED_BACK, now, text)
    status = f"`/mlops status {promotion.version.model}` shows what serves now"
    text = f"The endpoint `{serving.endpoint}` is {serving.status}: {why}. {status}."
    return promotion.moved(Status.FAILED, now, text, unsettled=True)


def _meanwhile(promotion: Promotion) -> str:
    """What the new version answered before it was taken back, where that is known."""
    progress = promotion.progress
    if progress is None or not progress.requests:
        return ""
    share = f" with {progress.percent} % on {promotion.version}" if progress.percent else ""
    return (
        f"Meanwhile the endpoint answered {progress.requests:,} requests{share}, {progress.errors:,} of them "
        f"with errors. "
    )


def _said(serving: Serving) -> str:
    try:
        return str(Version.of_arn(serving.arns[0])) if serving.arns else "The old version"
    except Refusal:
        return f"Config `{serving.config}`"
