"""Lines of labels and answers, read one pair at a time; the first that cannot be scored is refused."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from bot.domain.refusals import Unreadable
from bot.domain.wording import one_line

MOST: Final = 1e140
"""Above it, squares and their sums leave the range of a float."""

_WRAPPING: Final = " \t\r\n\"'[]\ufeff"
_SHOWN: Final = 40
_T = TypeVar("_T")


class Side(StrEnum):
    """Which text of a pair."""

    LABEL = "label"
    ANSWER = "answer"


class Unfit(Exception):  # noqa: N818 - the word for it; `read` makes a refusal of it
    """A label or an answer that cannot be scored: the text, and what is wrong with it."""

    def __init__(self, side: Side, text: str, wrong: str) -> None:
        self.side = side
        shown = one_line(text)
        shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        super().__init__(f"the {side} “{shown}” {wrong}" if shown else f"the {side} is empty")


@dataclass(frozen=True)
class Form:
    """What labels and answers must be, in words."""

    label: str
    answer: str

    def advice(self, side: Side) -> str:
        """What to do about an unfit label or answer."""
        if side is Side.LABEL:
            return f"Correct the test data: the first column is {self.label}, and there is no header line."
        return f"Let the model’s container answer {self.answer} a line, and register it as a new version."


def read(
    pairs: Iterable[tuple[str, str]], where: str, parse: Callable[[str, str], _T], form: Form
) -> Iterator[_T]:
    """What `parse` makes of each label and answer.

    Raises:
        Unreadable: There is no pair, or `parse` found one unfit; the sentence names its line.
    """
    line = 0
    for line, (label, answer) in enumerate(pairs, 1):
        try:
            parsed = parse(label, answer)
        except Unfit as unfit:
            advice = form.advice(unfit.side)
            raise Unreadable(f"Line {line} of {where} cannot be scored: {unfit}. {advice}") from None
        yield parsed
    if not line:
        raise Unreadable(f"There is nothing to score: {where} has no lines. Put labelled lines there.")


def bare(text: str) -> str:
    """The text without the spaces, quotes and brackets around it."""
    return text.strip(_WRAPPING)


def number(text: str, side: Side) -> float:
    """A finite number that can be squared."""
    try:
        value = float(text)
    except ValueError:
        raise Unfit(side, text, "is not a number") from None
    if "_" in text:  # Python reads 1_000, nobody else does
        raise Unfit(side, text, "is not a number")
    if not math.isfinite(value):
        raise Unfit(side, text, "is not a finite number")
    if abs(value) > MOST:
        raise Unfit(side, text, "is too large a number to be squared")
    return value


def probability(text: str, side: Side) -> float:
    """A number from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1 or "_" in text:
        number(text, side)  # says so, where it is none
        raise Unfit(side, text, "is not between 0 and 1")
    return value


def columns(answer: str) -> list[str]:
    """The columns of an answer such as `0.1,0.9`, `[0.1, 0.9]`, `"[0.1, 0.9]"` or `[0.1 0.9]`."""
    inner = bare(answer)
    if "," in inner:
        found = inner.split(",")
        if '"' in inner:
            found = [bare(column) for column in found]
    elif "[" in answer:
        found = inner.split() or [""]
    else:
        found = [inner]
    if answer.count("[") != answer.count("]"):
        raise Unfit(Side.ANSWER, answer, "has a bracket that does not close on its line")
    if not all(found):
        raise Unfit(Side.ANSWER, answer, "has an empty column")
    return found
