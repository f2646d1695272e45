"""Guardrails: bounds that a report must meet, written like `>= 0.80` or `>= champion - 0.005`."""

import difflib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.bounds import Bound
from bot.domain.refusals import Unreadable

_EXAMPLES: Final = "Write one like “>= 0.80”, “abs <= 0.10” or “>= champion - 0.005”."
_TOKEN: Final = re.compile(
    r"[<>=!]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|\|x\||[^\W\d]\w*|\S", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"\.?[0-9]")
_PLAIN: Final = str.maketrans({"≥": ">=", "≤": "<=", "−": "-", "–": "-", "×": "*"})
_COMPARATORS: Final = (">=", "<=", ">", "<")
_SWAPPED: Final = {"=>": ">=", "=<": "<="}
_WORDS: Final = ("abs", "between", "and", "champion")
_NO_NUMBERS: Final = frozenset({"nan", "inf", "infinity", "null", "none"})
_MOST_BOUNDS: Final = 2
_QUOTED: Final = 80


@dataclass(frozen=True)
class Guardrail:
    """A metric and the one or two bounds on it."""

    metric: str
    bounds: tuple[Bound, ...]

    def __str__(self) -> str:
        return " and ".join(map(str, self.bounds))

    @property
    def needs_champion(self) -> bool:
        """Whether it holds the value against the champion's."""
        return any(bound.of_champion for bound in self.bounds)

    @property
    def alone(self) -> "Guardrail":
        """What is left of it where there is no champion."""
        return replace(self, bounds=tuple(bound for bound in self.bounds if not bound.of_champion))

    def holds(self, value: float, champion: float | None = None) -> bool:
        """Whether the value meets the bounds; never where it, or a champion's that it needs, is no number."""
        return not math.isnan(value) and all(bound.holds(value, champion) for bound in self.bounds)

    def margin(self, value: float, champion: float | None = None) -> float:
        """How far the value is from its nearest bound, below 0 where it is on the wrong side; without
        end below where nobody can say.
        """
        margins = [bound.margin(value, champion) for bound in self.bounds]
        return min((-math.inf if math.isnan(margin) else margin for margin in margins), default=math.inf)


def parse_guardrail(metric: str, text: str) -> Guardrail:
    """The guardrail that mlops.toml writes: `>= 0.80`, `abs <= 0.10`, `>= champion - 0.005`,
    `<= champion * 1.05`, `between 0.8 and 1.25`, or two bounds with `and` between them.

    Raises:
        Unreadable: The text is no bound, or one that no number can meet.
    """
    try:
        bounds = _Reading(text).bounds()
        _possible(bounds)
    except _Wrong as wrong:
        quoted = text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
        problem = f"“{quoted}” is no guardrail for {metric}: {wrong}"
        raise Unreadable(f"{problem}{'' if problem.endswith('?') else '.'} {_EXAMPLES}") from None
    return Guardrail(metric, bounds)


class _Wrong(Exception):  # noqa: N818 - it becomes the middle of a refusal's sentence
    """What is not understood, and where."""


class _Reading:
    """A guardrail's text, read from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text.strip()[:_QUOTED]
        self.left = [str(token).lower() for token in _TOKEN.findall(text.translate(_PLAIN))]
        self.last = ""

    def bounds(self) -> tuple[Bound, ...]:
        if not self.left:
            raise _Wrong("it is empty")
        bounds = self._term()
        while self._took("and"):
            bounds += self._term()
        if self.left:
            raise _Wrong(self._strange())
        if len(bounds) > _MOST_BOUNDS:
            raise _Wrong("it has more than two bounds")
        return bounds

    def _term(self) -> tuple[Bound, ...]:
        absolute = self._took("abs", "|x|")
        if self._took("between"):
            low = self._limit(">=", absolute=absolute)
            if not self._took("and"):
                raise _Wrong(f"“between” needs “and” and a second number; {self._strange()}")
            return (low, self._limit("<=", absolute=absolute))
        if not self._took(*_COMPARATORS):
            raise _Wrong(self._no_comparison())
        return (self._limit(self.last, absolute=absolute),)

    def _limit(self, comparator: str, *, absolute: bool) -> Bound:
        if not self._took("champion"):
            sign = self.last if self._took("-", "+") else ""
            written = sign + self._number()
            return Bound(comparator, _finite(written), written, absolute)
        if absolute:
            raise _Wrong("“abs” goes with a number, not with “champion”")
        if not self._took("+", "-", "*"):
            return Bound(comparator, 0.0, of_champion=True)
        step = self.last
        written = self._number()
        return Bound(comparator, _finite(written), written, of_champion=True, step=step)

    def _number(self) -> str:
        if not self.left or not _NUMBER.match(self.left[0]):
            raise _Wrong(self._strange())
        number = self.left.pop(0)
        self.last = number
        if self._took("%"):
            raise _Wrong(f"write “{number} %” as {_share(number)}")
        if self.left[:1] == [","]:
            raise _Wrong("a number has a point, no comma")
        return number

    def _took(self, *tokens: str) -> bool:
        if not self.left or self.left[0] not in tokens:
            return False
        self.last = self.left.pop(0)
        return True

    def _no_comparison(self) -> str:
        found = self.left[0] if self.left else ""
        if found in _SWAPPED:
            return f"“{found}” is no comparison; did you mean “{_SWAPPED[found]}”?"
        if found[:1] in {"<", ">", "=", "!"}:
            return f"“{found}” is no comparison; use >=, <=, > or <"
        if _NUMBER.match(found) or found in {"-", "+", "champion"}:
            return f"it has no comparison; write “>= {self.text}”"
        return self._strange()

    def _strange(self) -> str:
        """What is said of the next token, where another one is wanted."""
        if not self.left:
            return f"something is missing after “{self.last}”"
        found = self.left[0]
        if found in _NO_NUMBERS:
            return f"“{found}” is no number"
        if found == "*":
            return "“*” goes behind “champion”; write it like “champion * 0.98”"
        near = difflib.get_close_matches(found, _WORDS, 1, 0.6) if found not in _WORDS else []
        return f"I do not understand “{found[:_QUOTED]}”" + (
            f"; did you mean “{near[0]}”?" if near else " there"
        )


def _finite(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise _Wrong(f"“{written}” is larger than any number that I know")
    return number


def _share(percent: str) -> str:
    share = float(percent) / 100
    short = f"{share:.2f}"
    return short if float(short) == share else f"{share:g}"


def _possible(bounds: Sequence[Bound]) -> None:
    """Refuse what no number can meet; what the champion's will be, nobody knows."""
    known = [bound for bound in bounds if not bound.of_champion]
    lows = [bound for bound in known if bound.comparator.startswith(">")]
    highs = [bound for bound in known if bound.comparator.startswith("<")]
    if any(bound.absolute and not bound.holds(0.0) for bound in highs):
        raise _Wrong("a distance from 0 is never that small, so no number can meet it")
    for low in lows:
        for high in highs:
            alike = low.absolute == high.absolute
            if alike and (low.limit > high.limit or (low.limit == high.limit and not _touch(low, high))):
                raise _Wrong(f"nothing is both {low} and {high}, so no number can meet it")


def _touch(low: Bound, high: Bound) -> bool:
    return low.comparator == ">=" and high.comparator == "<="
