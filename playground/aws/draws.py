"""Shares that are kept exactly and the same each time: of traffic, of throttled calls, of captured ones."""

import math
import threading
from typing import Final

GOLDEN: Final = (math.sqrt(5) - 1) / 2
SILVER: Final = math.sqrt(2) - 1


class Draws:
    """Numbers from 0 to below 1, spread evenly from the first few on (an additive recurrence)."""

    def __init__(self, step: float = GOLDEN) -> None:
        self._step, self._drawn = step, 0
        self._lock = threading.Lock()

    def next(self) -> float:
        """One more; of any hundred in a row, about as many are below 0.3 as should be."""
        with self._lock:
            self._drawn += 1
            return self._drawn * self._step % 1
