"""Attest: what serves is what was approved, or it is not live."""

from bot.domain.promotion import Promotion, Status
from bot.domain.refusals import NotPossible
from bot.usecases.change import change
from bot.usecases.deploy import check_content, endpoint_of
from bot.usecases.ports import Ports


def attest(ports: Ports, promotion_id: str) -> None:
    """Watching → live, after the endpoint's config, its model and the package were compared."""
    promotion = ports.ledger.promotion(promotion_id)
    if promotion.status is not Status.WATCHING:
        return
    endpoint = endpoint_of(ports, promotion)
    serving = ports.endpoints.serving(endpoint)
    if serving is None or serving.config != promotion.resource or serving.arns != (promotion.arn,):
        what = ", ".join(serving.arns) if serving else "nothing"
        raise NotPossible(f"Approved was {promotion.arn}, but `{endpoint}` serves {what}.")
    check_content(ports, promotion)
    change(ports.ledger, promotion_id, lambda now: _live(ports, now, endpoint))


def _live(ports: Ports, promotion: Promotion, endpoint: str) -> Promotion | None:
    if promotion.status is not Status.WATCHING or promotion.envelope is None:
        return None
    text = f"Live on `{endpoint}`: serving what was sealed, `{promotion.envelope.short}`."
    return promotion.moved(Status.LIVE, ports.clock.now(), text)
