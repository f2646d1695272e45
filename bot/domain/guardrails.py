"""Guardrails: bounds that a report must meet, written like `>= 0.80` or `abs <= 0.10`."""

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.refusals import Unreadable

_OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_BOUND = re.compile(r"\s*(?P<abs>abs\s+)?(?P<op>>=|<=|>|<)\s*(?P<limit>[-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*")


@dataclass(frozen=True)
class Guardrail:
    """A metric and the bound on it, or on its distance from zero; `written` is the limit as the file
    writes it.
    """

    metric: str
    comparator: str
    limit: float
    absolute: bool = False
    written: str = ""

    def __str__(self) -> str:
        sign = {">=": "≥", "<=": "≤"}.get(self.comparator, self.comparator)
        bound = f"{sign} {self.written or format(self.limit, 'g')}"
        return f"|x| {bound}" if self.absolute else bound

    def holds(self, value: float) -> bool:
        """Whether the value meets the bound; a value that is not a number never does."""
        return not math.isnan(value) and _OPERATORS[self.comparator](
            abs(value) if self.absolute else value, self.limit
        )


def parse_guardrail(metric: str, text: str) -> Guardrail:
    """The guardrail that mlops.toml writes.

    Raises:
        Unreadable: The text is no bound.
    """
    match = _BOUND.fullmatch(text)
    try:
        limit = float(match["limit"]) if match else math.nan
    except ValueError:
        limit = math.nan
    if match is None or not math.isfinite(limit):
        raise Unreadable(f"“{text}” is no guardrail for {metric}. Write one like “>= 0.80” or “abs <= 0.10”.")
    return Guardrail(metric, match["op"], limit, absolute=bool(match["abs"]), written=match["limit"])
