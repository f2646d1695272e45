"""Close: the end of a promotion, whichever it is, and what follows from it."""

from bot.domain.promotion import Promotion, Status
from bot.usecases.change import change
from bot.usecases.deploy import note_of
from bot.usecases.draw import draw
from bot.usecases.ports import Ports
from bot.usecases.propose import climb


def close(ports: Ports, promotion_id: str, error: str) -> None:
    """End it: tell the registry, supersede what it replaces, propose the next rung.

    Args:
        ports: The world.
        promotion_id: Whose end it is.
        error: What ended the workflow before its time, in words for people; empty where nothing did.
    """
    promotion = ports.ledger.promotion(promotion_id)
    if not promotion.is_over:
        promotion = change(ports.ledger, promotion_id, lambda now: _failed(ports, now, error))
    if promotion.status is Status.REJECTED:
        ports.registry.reject(promotion.arn, note_of(promotion))
    if promotion.status is Status.LIVE:
        _supersede(ports, promotion)
        climb(ports, promotion)


def _failed(ports: Ports, promotion: Promotion, error: str) -> Promotion | None:
    if promotion.is_over:
        return None
    text = error or "The workflow ended before its time."
    return promotion.moved(Status.FAILED, ports.clock.now(), text)


def _supersede(ports: Ports, live: Promotion) -> None:
    for other in ports.ledger.of_model(live.version.model):
        if other.id != live.id and other.stage == live.stage and other.status is Status.LIVE:
            change(ports.ledger, other.id, lambda now: _superseded(ports, now, live))
            draw(ports, other.id)


def _superseded(ports: Ports, promotion: Promotion, by: Promotion) -> Promotion | None:
    if promotion.status is not Status.LIVE or promotion.opened_at > by.opened_at:
        return None
    text = f"{by.version} took its place in {by.stage}."
    return promotion.moved(Status.SUPERSEDED, ports.clock.now(), text)
