"""Bounds: one side of a guardrail, a number or one beside the champion's."""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

_COMPARATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_SIGNS: Final[Mapping[str, str]] = {">=": "≥", "<=": "≤", "-": "−", "*": "×"}
_NOISE: Final = 1e-9


@dataclass(frozen=True)
class Bound:
    """A comparator and its limit, on the value or (`absolute`) on its distance from zero.

    With `of_champion` the limit is the champion's number, `step` (`+`, `-` or `*`, empty for none) and
    `limit`. `written` is the number as the file writes it.
    """

    comparator: str
    limit: float
    written: str = ""
    absolute: bool = False
    of_champion: bool = False
    step: str = ""

    def __str__(self) -> str:
        number = self.written or format(self.limit, "g")
        if self.of_champion:
            number = f"champion {_SIGNS.get(self.step, self.step)} {number}" if self.step else "champion"
        bound = f"{_SIGNS.get(self.comparator, self.comparator)} {number}"
        return f"|x| {bound}" if self.absolute else bound

    def threshold(self, champion: float | None) -> float:
        """The number that the value is held against; NaN where it needs a champion's and there is none."""
        if not self.of_champion:
            return self.limit
        if champion is None:
            return math.nan
        match self.step:
            case "+":
                return champion + self.limit
            case "-":
                return champion - self.limit
            case "*":
                return champion * self.limit
            case _:
                return champion

    def margin(self, value: float, champion: float | None = None) -> float:
        """How far the value is on the right side, below 0 on the wrong one; NaN where nobody can say."""
        threshold, measured = self.threshold(champion), abs(value) if self.absolute else value
        if self.step and champion is not None and _same(measured, threshold, champion, self.limit):
            return 0.0  # 0.86 - 0.005 is a little more than 0.855
        return measured - threshold if self.comparator.startswith(">") else threshold - measured

    def holds(self, value: float, champion: float | None = None) -> bool:
        """Whether the value meets the bound; never where one of the numbers is none."""
        threshold, measured = self.threshold(champion), abs(value) if self.absolute else value
        if self.step and champion is not None and _same(measured, threshold, champion, self.limit):
            measured = threshold
        return _COMPARATORS[self.comparator](measured, threshold)


def _same(value: float, threshold: float, *of: float) -> bool:
    """Whether they differ by no more than reckoning with fractions costs."""
    return math.isclose(value, threshold, rel_tol=_NOISE, abs_tol=_NOISE * max(map(abs, of)))
