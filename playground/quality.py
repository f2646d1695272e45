"""How good answers are, in the form of SageMaker's model-quality reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

_CUT: Final = 0.5  # a score from here up says yes


@dataclass(frozen=True)
class Confusion:
    """How often yes (1) and no (0) were said, right and wrong."""

    true_no: int
    false_yes: int
    false_no: int
    true_yes: int

    @property
    def accuracy(self) -> float:
        """The share of right answers."""
        return _share(self.true_yes + self.true_no, self.false_yes + self.false_no)

    @property
    def precision(self) -> float:
        """The share of the said yes that is right."""
        return _share(self.true_yes, self.false_yes)

    @property
    def recall(self) -> float:
        """The share of the real yes that is found."""
        return _share(self.true_yes, self.false_no)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return _share(2 * self.true_yes, self.false_yes + self.false_no)


def confusion(labels: Sequence[int], scores: Sequence[float]) -> Confusion:
    """Count the answers of a binary model."""
    pairs = [(label, int(score >= _CUT)) for label, score in zip(labels, scores, strict=True)]
    return Confusion(*(pairs.count(pair) for pair in ((0, 0), (0, 1), (1, 0), (1, 1))))


def auc(labels: Sequence[int], scores: Sequence[float]) -> float:
    """The exact area under the ROC curve: how often a yes scores above a no, ties counting half.

    Raises:
        ValueError: there is only one kind of label.
    """
    yes = sum(labels)
    no = len(labels) - yes
    if not yes or not no:
        raise ValueError("The area under the ROC curve needs both labels.")
    below, doubled = 0, 0  # twice the count of pairs, so that it is a whole number
    for _, same in groupby(sorted(zip(scores, labels, strict=True)), key=lambda pair: pair[0]):
        group = [label for _, label in same]
        found = sum(group)
        doubled += found * (2 * below + len(group) - found)
        below += len(group) - found
    return doubled / (2 * yes * no)


def report(labels: Sequence[int], scores: Sequence[float]) -> dict[str, Any]:
    """A model-quality report in SageMaker's form (Developer Guide: Model Quality Metrics)."""
    counts = confusion(labels, scores)
    values = {
        "auc": auc(labels, scores),
        "accuracy": counts.accuracy,
        "precision": counts.precision,
        "recall": counts.recall,
        "f1": counts.f1,
    }
    return {
        "binary_classification_metrics": {
            **{name: {"value": value, "standard_deviation": "NaN"} for name, value in values.items()},
            "confusion_matrix": {
                "0": {"0": counts.true_no, "1": counts.false_yes},
                "1": {"0": counts.false_no, "1": counts.true_yes},
            },
        }
    }


def _share(part: int, rest: int) -> float:
    return part / (part + rest) if part + rest else 0.0
