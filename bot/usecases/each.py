"""Each: one promotion's trouble is not the next one's."""

import logging
from collections.abc import Callable, Iterable
from typing import Final

from bot.domain.promotion import Promotion
from bot.domain.refusals import Refusal

log: Final = logging.getLogger(__name__)


def each(promotions: Iterable[Promotion], act: Callable[[Promotion], bool | None]) -> str:
    """Act on every promotion; gives the ids of those that it concerned, which is all but those where `act`
    says False. A refusal is logged; the first fault is raised when all have had their turn.
    """
    touched, faults = [], []
    for promotion in promotions:
        try:
            if act(promotion) is not False:
                touched.append(promotion.id)
        except Refusal as refusal:
            log.warning("%s could not be looked after: %s", promotion.id, refusal.sentence)
        except Exception as fault:  # noqa: BLE001 - raised below
            faults.append(fault)
    if faults:
        raise faults[0]
    return " ".join(touched)
