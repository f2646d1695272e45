"""Read, decide, write: how every use case changes a promotion."""

from collections.abc import Callable

from bot.domain.promotion import Promotion
from bot.usecases.ports import Conflict, Ledger

_TRIES = 10


def change(ledger: Ledger, promotion_id: str, decide: Callable[[Promotion], Promotion | None]) -> Promotion:
    """Save what `decide` makes of the promotion, deciding anew where somebody wrote in between.

    Args:
        ledger: The truth.
        promotion_id: Whose.
        decide: Gives the promotion to be saved, or None to leave it as it is.

    Returns:
        The promotion as the ledger now has it.

    Raises:
        Conflict: Others wrote faster, ten times in a row.
    """
    for _ in range(_TRIES):
        promotion = ledger.promotion(promotion_id)
        decided = decide(promotion)
        if decided is None:
            return promotion
        try:
            return ledger.save(decided)
        except Conflict:
            continue
    raise Conflict(promotion_id)
