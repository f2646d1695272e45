"""Watch: follow the endpoint until it has settled."""

from datetime import timedelta
from typing import Final

from bot.domain.model import Version
from bot.domain.promotion import Promotion, Status
from bot.domain.refusals import NotPossible, Refusal
from bot.usecases.change import change
from bot.usecases.deploy import endpoint_of
from bot.usecases.ports import Ports, Serving

_GRACE: Final = timedelta(minutes=2)
"""How long an endpoint may look untouched after SageMaker took the update."""
_LONGEST: Final = timedelta(hours=20)
"""An execution has 25,000 events (Step Functions: Service quotas), ten for each look."""


def watch(ports: Ports, promotion_id: str) -> bool:
    """Whether the endpoint has settled; a failure or a silent rollback is written down here.

    A rolled-back endpoint looks like a success: it is InService on the old config (SageMaker
    Developer Guide: Auto-Rollback Configuration and Monitoring), so the config is compared.
    """
    promotion = ports.ledger.promotion(promotion_id)
    if promotion.status is not Status.WATCHING:
        return True
    serving = ports.endpoints.serving(endpoint_of(ports, promotion))
    if serving is not None and not _is_settled(ports, promotion, serving):
        if promotion.deployed_at and ports.clock.now() - promotion.deployed_at > _LONGEST:
            raise NotPossible(
                f"`{serving.endpoint}` has been {serving.status} for most of a day; I stop "
                f"watching. `/mlops status {promotion.version.model}` shows what serves."
            )
        return False
    if serving is not None and serving.status == "InService" and serving.config == promotion.resource:
        return True
    change(ports.ledger, promotion_id, lambda now: _lost(ports, now, serving))
    return True


def _is_settled(ports: Ports, promotion: Promotion, serving: Serving) -> bool:
    if not serving.settled:
        return False
    started = promotion.deployed_at
    untouched = started is not None and serving.modified_at < started and serving.config != promotion.resource
    return not (untouched and started is not None and ports.clock.now() - started < _GRACE)


def _lost(ports: Ports, promotion: Promotion, serving: Serving | None) -> Promotion | None:
    if promotion.status is not Status.WATCHING:
        return None
    now = ports.clock.now()
    if serving is None:
        return promotion.moved(Status.FAILED, now, "The endpoint was deleted while it was being updated.")
    reason = serving.reason or "SageMaker gives no reason"
    if serving.status == "InService":
        text = f"Rolled back by SageMaker: {reason.rstrip('.')}. {_said(serving)} serves as before."
        return promotion.moved(Status.ROLLED_BACK, now, text)
    status = f"`/mlops status {promotion.version.model}` shows what serves now"
    text = f"The endpoint `{serving.endpoint}` is {serving.status}: {reason.rstrip('.')}. {status}."
    return promotion.moved(Status.FAILED, now, text)


def _said(serving: Serving) -> str:
    try:
        return str(Version.of_arn(serving.arns[0])) if serving.arns else "The old version"
    except Refusal:
        return f"Config `{serving.config}`"
