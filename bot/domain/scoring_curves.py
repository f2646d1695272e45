"""Every threshold at once: areas and curves of a ranking by score; and how true the scores are as shares."""

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from operator import add, mul, sub, truediv
from typing import Final

_POINTS: Final = 100
_BINS: Final = 10


@dataclass(frozen=True)
class Steps:
    """By distinct score, highest first: how many positives and negatives have at least that score.

    Equal scores are one step, so that no order among them counts. The last step holds all.
    """

    positives: Sequence[int]
    negatives: Sequence[int]

    @classmethod
    def of(cls, negatives: Iterable[float], positives: Iterable[float]) -> "Steps":
        """The steps of the scores of both classes."""
        trues, falses = array("q"), array("q")
        for true, false in _counted(_descending(negatives), _descending(positives)):
            trues.append(true)
            falses.append(false)
        return cls(trues, falses)

    def area(self) -> float:
        """The area under the ROC curve: the share of pairs of a positive and a negative in which the
        positive has the higher score, ties counting half (Mann-Whitney). Counted in whole numbers.
        """
        true, false = self.positives, self.negatives
        twice: int = sum(map(mul, _rises(false), map(add, true, chain((0,), true))))
        return twice / (2 * true[-1] * false[-1])

    def average_precision(self) -> float:
        """The mean precision over the positives, each at its own score."""
        true, false = self.positives, self.negatives
        found = map(truediv, map(mul, _rises(true), true), map(add, true, false))
        return math.fsum(found) / true[-1]

    def curves(self) -> dict[str, object]:
        """Both curves, as SageMaker names them, of at most about 100 points.

        The points are the steps that come first after equal distances along the ROC curve, so that a
        rare class gets as many as a frequent one.
        """
        picked = list(self._picked())
        all_true, all_false = self.positives[-1], self.negatives[-1]
        recalls = [true / all_true for true, _ in picked]
        return {
            "receiver_operating_characteristic_curve": {
                "false_positive_rates": [0.0, *(false / all_false for _, false in picked)],
                "true_positive_rates": [0.0, *recalls],
            },
            "precision_recall_curve": {
                "precisions": [1.0, *(true / (true + false) for true, false in picked)],
                "recalls": [0.0, *recalls],
            },
        }

    def _picked(self) -> Iterator[tuple[int, int]]:
        all_true, all_false = self.positives[-1], self.negatives[-1]
        length, reached = 2 * all_true * all_false, 0
        for true, false in self._each():
            distance = (true * all_false + false * all_true) * _POINTS // length
            if distance > reached:
                reached = distance
                yield true, false

    def _each(self) -> Iterator[tuple[int, int]]:
        return zip(self.positives, self.negatives, strict=True)


def calibration(negatives: Sequence[float], positives: Sequence[float]) -> dict[str, object]:
    """The mean score and the share of positives in ten bins of equal width, with how many lines each has.

    A bin holds its lower end, the last one 1 too; empty ones are left out. Both classes ascend.
    """
    predicted, observed, counts = [], [], []
    for false, true in zip(_binned(negatives), _binned(positives), strict=True):
        if n := len(false) + len(true):
            predicted.append(math.fsum(chain(false, true)) / n)
            observed.append(len(true) / n)
            counts.append(n)
    return {"predicted": predicted, "observed": observed, "counts": counts}


def _binned(ascending: Sequence[float]) -> Iterator[Sequence[float]]:
    ends = [bisect_left(ascending, bound / _BINS) for bound in range(_BINS)]
    for start, end in pairwise([*ends, len(ascending)]):
        yield ascending[start:end]


def _rises(counts: Sequence[int]) -> Iterator[int]:
    return map(sub, counts, chain((0,), counts))


def _descending(scores: Iterable[float]) -> "array[float]":
    return array("d", sorted(scores, reverse=True))


def _counted(negatives: "array[float]", positives: "array[float]") -> Iterator[tuple[int, int]]:
    false, true, most_false, most_true = 0, 0, len(negatives), len(positives)
    while false < most_false or true < most_true:
        score = max(
            negatives[false] if false < most_false else -math.inf,
            positives[true] if true < most_true else -math.inf,
        )
        while false < most_false and negatives[false] == score:
            false += 1
        while true < most_true and positives[true] == score:
            true += 1
        yield true, false
