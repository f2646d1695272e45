"""Scoring a binary classification: counts at the threshold, and what the ranking of the scores is worth."""

import math
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.scoring_curves import Steps
from bot.domain.scoring_lines import Form, Side, Unfit, bare, columns, number, probability, read

THRESHOLD: Final = 0.5
"""From this score on, an answer counts as 1."""

LEAST: Final = 2.0**-52
"""What an answer of 0 for what came true counts as in log_loss, which would be infinite; the distance
from 1 to the next float, as is usual."""

_FORM: Final = Form("0 or 1", "one score from 0 to 1 (or label,score)")
_LABELS: Final[Mapping[str, int]] = {"0": 0, "1": 1, "false": 0, "true": 1}
_COMPLEMENT: Final = 0.01
"""How far two written probabilities may be from a sum of 1."""


@dataclass(frozen=True)
class Counts:
    """What one class hit, wrongly claimed and missed; a ratio of nothing to nothing is 0."""

    hit: int
    claimed: int
    missed: int

    @property
    def precision(self) -> float:
        """The share of right ones among those that were answered."""
        return _share(self.hit, self.hit + self.claimed)

    @property
    def recall(self) -> float:
        """The share of found ones among those that there are."""
        return _share(self.hit, self.hit + self.missed)

    def f(self, beta: float) -> float:
        """The mean of precision and recall in which recall weighs `beta` times as much."""
        both = (1 + beta**2) * self.hit
        return _share(both, both + beta**2 * self.missed + self.claimed)


def binary(pairs: Iterable[tuple[str, str]], where: str) -> tuple[int, dict[str, object]]:
    """The count of lines; numbers by metric, the confusion matrix (by label, by answer) and two curves.

    What needs lines of both classes (auc, average_precision, the curves) or of one (recall and the
    other rates, the F scores) is left out where the labels have none.
    """
    scores = array("d"), array("d")
    for label, score in read(pairs, where, _parsed, _FORM):
        scores[label].append(score)
    negatives, positives = scores
    n = len(negatives) + len(positives)
    hit, claimed = (sum(score >= THRESHOLD for score in side) for side in (positives, negatives))
    rejected, missed = len(negatives) - claimed, len(positives) - hit
    counts = Counts(hit, claimed, missed)
    found: dict[str, object] = {
        "accuracy": (hit + rejected) / n,
        "precision": counts.precision,
        "log_loss": math.fsum(_losses(negatives, positives)) / n,
    }
    if positives:
        found |= {"recall": counts.recall, "f0_5": counts.f(0.5), "f1": counts.f(1), "f2": counts.f(2)}
        found |= {"true_positive_rate": counts.recall, "false_negative_rate": missed / len(positives)}
    if negatives:
        false_positives = claimed / len(negatives)
        found |= {"true_negative_rate": rejected / len(negatives), "false_positive_rate": false_positives}
    found["confusion_matrix"] = {"0": {"0": rejected, "1": claimed}, "1": {"0": missed, "1": hit}}
    return n, (_ranked(negatives, positives) if negatives and positives else {}) | found


def _ranked(negatives: "array[float]", positives: "array[float]") -> dict[str, object]:
    steps = Steps.of(negatives, positives)
    return {"auc": steps.area(), "average_precision": steps.average_precision(), **steps.curves()}


def _losses(negatives: "array[float]", positives: "array[float]") -> Iterator[float]:
    for score in negatives:
        yield -math.log1p(-min(score, 1 - LEAST))
    for score in positives:
        yield -math.log(max(score, LEAST))


def _parsed(label: str, answer: str) -> tuple[int, float]:
    wanted = _label(label, Side.LABEL)
    found = columns(answer)
    if len(found) > 2:  # noqa: PLR2004 - label,score or the probabilities of both classes
        raise Unfit(Side.ANSWER, answer, f"has {len(found)} columns")
    score = probability(found[-1], Side.ANSWER)
    if len(found) > 1 and not _fits(found[0], score):
        raise Unfit(Side.ANSWER, answer, "is neither label,score nor the probabilities of 0 and of 1")
    return wanted, score


def _fits(first: str, score: float) -> bool:
    """Whether it is what may stand before a score; else the columns may be swapped."""
    try:
        _label(first, Side.ANSWER)
    except Unfit:
        return abs(1 - score - probability(first, Side.ANSWER)) <= _COMPLEMENT
    return True


def _label(text: str, side: Side) -> int:
    word = bare(text).lower()
    if (known := _LABELS.get(word)) is not None:
        return known
    value = number(bare(text), side)
    if value not in (0, 1):
        raise Unfit(side, text, "is neither 0 nor 1")
    return int(value)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
