"""Every threshold at once: areas and curves of a ranking by score."""

import math
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_POINTS: Final = 100


@dataclass(frozen=True)
class Steps:
    """By distinct score, highest first: how many positives and negatives have at least that score.

    Equal scores are one step, so that no order among them counts. The last step holds all.
    """

    positives: "array[int]"
    negatives: "array[int]"

    @classmethod
    def of(cls, negatives: Iterable[float], positives: Iterable[float]) -> "Steps":
        """The steps of the scores of both classes, neither empty."""
        steps = cls(array("q"), array("q"))
        for true, false in _counted(_descending(negatives), _descending(positives)):
            steps.positives.append(true)
            steps.negatives.append(false)
        return steps

    def area(self) -> float:
        """The area under the ROC curve: the share of pairs of a positive and a negative in which the
        positive has the higher score, ties counting half (Mann-Whitney). Counted in whole numbers.
        """
        twice, true_before, false_before = 0, 0, 0
        for true, false in self._each():
            twice += (false - false_before) * (true + true_before)
            true_before, false_before = true, false
        return twice / (2 * true_before * false_before)

    def average_precision(self) -> float:
        """The mean precision over the positives, each at its own score."""
        return math.fsum(self._precisions()) / self.positives[-1]

    def _precisions(self) -> Iterator[float]:
        before = 0
        for true, false in self._each():
            yield (true - before) * true / (true + false)
            before = true

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
