"""Scales: round numbers for an axis, and where a value is on it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_FLAT: Final = 1e-9


@dataclass(frozen=True)
class Scale:
    """From `low` to `high`, drawn from pixel `left` to pixel `right`, with `ticks` between."""

    low: float
    high: float
    left: float
    right: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """The pixel of a value; what is beyond an end is at that end."""
        share = (value - self.low) / (self.high - self.low)
        return self.left + (self.right - self.left) * min(1.0, max(0.0, share))


def scale(values: Sequence[float], left: float, right: float, wanted: int = 4) -> Scale:
    """A scale that holds every value, from one round number to another."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if high - low <= _FLAT * max(abs(low), abs(high)) or high - low < 1e-200:  # noqa: PLR2004 - no step is as small
        room = max(abs(low), abs(high)) * 0.1 or 1.0
        low, high = low - room, high + room
    step = _step((high - low) / wanted)
    first, last = math.floor(low / step + _FLAT), math.ceil(high / step - _FLAT)
    ticks = tuple(step * number for number in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], left, right, ticks)


def ticked(shown: Scale) -> list[str]:
    """The ticks' texts, all with as many decimals as they need to differ."""
    step = (shown.high - shown.low) / max(1, len(shown.ticks) - 1)
    if max(abs(shown.low), abs(shown.high)) >= 1e6 or step < 1e-6:  # noqa: PLR2004 - too long below an axis
        return [f"{tick:.3g}" for tick in shown.ticks]
    decimals = max(0, -math.floor(math.log10(step) + _FLAT))
    decimals += round(step * 10**decimals, 6) != round(step * 10**decimals)
    return [f"{tick + 0:,.{decimals}f}" for tick in shown.ticks]


def _step(least: float) -> float:
    size = 10.0 ** math.floor(math.log10(least))
    return next((size * step for step in _STEPS if size * step >= least * (1 - _FLAT)), size * 10)
