"""Void: what is not any more what was sealed is asked about anew."""

from datetime import datetime

from bot.domain.promotion import Promotion, Status
from bot.usecases.change import change
from bot.usecases.ports import Ports
from bot.usecases.seal import changes, void_text

MOST_REOPENINGS = 5
"""So often in a row a promotion is weighed anew before anybody is asked; then something is not right."""


def is_void(ports: Ports, promotion: Promotion) -> bool:
    """Whether something changed since it was sealed; if so the promotion ends and reopens in Close."""
    changed = changes(ports, promotion)
    if not changed:
        return False
    text = void_text(promotion, changed)
    change(ports.ledger, promotion.id, lambda now: voided(ports, now, text))
    return True


def voided(ports: Ports, promotion: Promotion, text: str) -> Promotion | None:
    """The promotion after its envelope broke, None where it is over or serves already."""
    if Status.SUPERSEDED not in promotion.onward or promotion.is_over:
        return None
    if promotion.status is not Status.ASKING and _reopened(ports, promotion) >= MOST_REOPENINGS - 1:
        text = f"{text} It changed {MOST_REOPENINGS} times; propose it again when it rests."
        return promotion.moved(Status.FAILED, ports.clock.now(), text)
    unsettled = promotion.status is Status.DEPLOYING  # SageMaker may have taken it already
    now = ports.clock.now()
    return promotion.moved(Status.SUPERSEDED, now, text, reopens=True, unsettled=unsettled)


def reopened_since(ports: Ports, promotion: Promotion, since: datetime) -> int:
    """How often the version's way to this stage ended since then because something had changed."""
    known = ports.ledger.of_model(promotion.version.model)
    return sum(one.reopens and _same_way(one, promotion) and one.last.at > since for one in known)


def _reopened(ports: Ports, promotion: Promotion) -> int:
    """How many attempts in a row, up to this one, ended because something had changed."""
    known = ports.ledger.of_model(promotion.version.model)
    before = {one.attempt for one in known if one.reopens and _same_way(one, promotion)}
    count = 0
    while promotion.attempt - count - 1 in before:
        count += 1
    return count


def _same_way(one: Promotion, other: Promotion) -> bool:
    return (one.arn, one.stage) == (other.arn, other.stage)
