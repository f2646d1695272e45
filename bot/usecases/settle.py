"""Settle: what the ledger says when the waiting is over, whatever ended it."""

from datetime import datetime

from bot.domain.promotion import Promotion, Status
from bot.usecases.change import change
from bot.usecases.ports import Ports


def expires_at(ports: Ports, promotion: Promotion) -> datetime:
    """When a promotion that asks expires."""
    asked = next(entry.at for entry in promotion.story if entry.status is Status.ASKING)
    return asked + ports.policy.stage(promotion.stage).expires


def expire(ports: Ports, promotion_id: str) -> None:
    """Asking → expired, when it is time. A decision that was written just before stands.

    The machine wakes every hour while it asks, so that a decision whose wake-up was lost is carried out.
    """

    def decide(now: Promotion) -> Promotion | None:
        if now.status is not Status.ASKING or ports.clock.now() < expires_at(ports, now):
            return None
        text = f"Expired: nobody decided in time. `{now.command}` asks again."
        return now.moved(Status.EXPIRED, ports.clock.now(), text)

    change(ports.ledger, promotion_id, decide)
