"""Settle: what the ledger says when the waiting is over, whatever ended it."""

from bot.domain.promotion import Promotion, Status
from bot.usecases.change import change
from bot.usecases.ports import Ports


def expire(ports: Ports, promotion_id: str) -> None:
    """Asking → expired. A decision that was written just before the time ran out stands."""

    def decide(now: Promotion) -> Promotion | None:
        if now.status is not Status.ASKING:
            return None
        text = f"Expired: nobody decided in time. `/mlops deploy {now.version} to {now.stage}` asks again."
        return now.moved(Status.EXPIRED, ports.clock.now(), text)

    change(ports.ledger, promotion_id, decide)
