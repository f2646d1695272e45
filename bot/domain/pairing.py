"""Pairing: two tests of the same lines, whose lines are drawn together.

On the same lines two models vary together: what is hard for one is mostly hard for the other. So their
difference varies less than two numbers that were measured apart, and a difference is clear sooner.
"""

import heapq
import json
import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.bootstrap import MOST_ROWS, deviations
from bot.domain.scoring import Problem, drawn_of

MOST_BYTES: Final = 2_000_000
"""So large a sample is at most, as JSON; of long answers fewer lines are kept."""

_SEED: Final = 21
_AROUND: Final = 4
"""Bytes between two entries of a JSON list of lists, beside the entries themselves, at most."""
_LEAST: Final = 10
_NOISE: Final = 1e-12

Pair = tuple[str, str]


@dataclass(frozen=True)
class Lines:
    """A sample of a test's lines: of `total`, those at `indexes` (from 0), each with its label and answer."""

    problem: Problem
    total: int
    indexes: tuple[int, ...]
    pairs: tuple[Pair, ...]


class Keeping:
    """Keeps a sample of the lines that pass.

    Which ones are kept follows from their indexes alone, so two tests on the same data keep the same:
    each index has a number, and the smallest numbers win. Where the answers of one are so long that it
    keeps fewer, these are among the other one's.
    """

    def __init__(self, problem: Problem, most: int = MOST_ROWS, most_bytes: int = MOST_BYTES) -> None:
        self._problem, self._most, self._most_bytes = problem, most, most_bytes
        self._kept: list[tuple[float, int, int, Pair]] = []  # the largest number first
        self._total, self._bytes, self._bound = 0, 0, 1.0

    def passing(self, pairs: Iterable[Pair]) -> Iterator[Pair]:
        """The same pairs, of which a sample is kept meanwhile."""
        # Only random(): what else draws may draw otherwise in another Python.
        dice = random.Random(_SEED)  # noqa: S311 - the same each time
        for pair in pairs:
            if (number := dice.random()) < self._bound:
                self._keep(number, pair)
            self._total += 1
            yield pair

    def lines(self) -> Lines:
        """What was kept of all that passed, in its order."""
        kept = sorted((index, pair) for _, index, _, pair in self._kept)
        indexes, pairs = tuple(index for index, _ in kept), tuple(pair for _, pair in kept)
        return Lines(self._problem, self._total, indexes, pairs)

    def _keep(self, number: float, pair: Pair) -> None:
        size = len(json.dumps(pair)) + len(str(self._total)) + _AROUND
        heapq.heappush(self._kept, (-number, self._total, size, pair))
        self._bytes += size
        while len(self._kept) > self._most or self._bytes > self._most_bytes:
            largest, _, size, _ = heapq.heappop(self._kept)
            self._bytes -= size
            self._bound = -largest


def paired(ours: Lines, theirs: Lines) -> Mapping[str, float]:
    """Standard deviations of our number minus theirs, by metric, as `bootstrap.deviations` gives them.

    Empty where the two were not tested on the same lines for the same problem, where they answer alike,
    and where the sample has too few lines of one class to stand for all. The order of lines does not
    matter, nor does which of the two is ours.

    Raises:
        Unreadable: A line cannot be scored.
    """
    same = _same(ours, theirs)
    if not same or _is_thin(ours, same[0]) or same[0] == same[1]:
        return {}
    first, second = (drawn_of(ours.problem, pairs, "the sample") for pairs in same)

    def difference(drawn: Sequence[int]) -> dict[str, float]:
        beside = second(drawn)
        found = first(drawn).items()
        return {metric: _minus(value, beside[metric]) for metric, value in found if metric in beside}

    return deviations(ours.total, difference, pool=len(same[0]))


def _same(ours: Lines, theirs: Lines) -> tuple[list[Pair], list[Pair]] | None:
    """The lines that both keep; None where their data differ."""
    if (ours.problem, ours.total) != (theirs.problem, theirs.total):
        return None
    first, second = (dict(zip(one.indexes, one.pairs, strict=True)) for one in (ours, theirs))
    both = sorted(first.keys() & second.keys())
    if len(both) < min(len(first), len(second)):
        return None
    pairs = [first[index] for index in both], [second[index] for index in both]
    labels, others = ([label for label, _ in one] for one in pairs)
    return pairs if labels == others else None


def _is_thin(lines: Lines, pairs: Sequence[Pair]) -> bool:
    """Whether the sample is of more lines, and has hardly one of a class on which so much depends."""
    if len(pairs) == lines.total or lines.problem is not Problem.BINARY:
        return False
    counts = Counter(label for label, _ in pairs)
    return len(counts) == 1 or min(counts.values(), default=0) < _LEAST


def _minus(ours: float, theirs: float) -> float:
    """The difference; 0 where it is one of rounding."""
    return 0.0 if math.isclose(ours, theirs, rel_tol=_NOISE) else ours - theirs
