"""Scoring a binary classification: counts at the threshold, and what the ranking of the scores is worth."""

import math
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, pairwise
from typing import Final

from bot.domain.bootstrap import Replicate, deviations
from bot.domain.scoring_curves import Steps, calibration
from bot.domain.scoring_found import Scored
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


def binary(pairs: Iterable[tuple[str, str]], where: str) -> Scored:
    """Numbers by metric, the confusion matrix (by label, by answer) and three curves.

    What needs lines of both classes (auc, average_precision, the curves of every threshold) or of one
    (recall and the other rates, the F scores) is left out where the labels have none.
    """
    scores = array("d"), array("d")
    for label, score in read(pairs, where, _parsed, _FORM):
        scores[label].append(score)
    negatives, positives = (array("d", sorted(side)) for side in scores)
    ranked = _Ranked.of(negatives, positives)
    n, steps = len(negatives) + len(positives), ranked.steps
    return Scored(
        lines=n,
        metrics=_metrics(steps, ranked.claimed, math.fsum(ranked.losses)),
        deviations=deviations(n, ranked.replicate),
        shapes={
            **(steps.curves() if negatives and positives else {}),
            "calibration_curve": calibration(negatives, positives),
            "confusion_matrix": _matrix(steps, ranked.claimed),
        },
    )


def drawn_binary(pairs: Iterable[tuple[str, str]], where: str) -> Replicate:
    """The metrics of drawn lines, whose places are those of the pairs. Raises Unreadable."""
    rows = list(read(pairs, where, _parsed, _FORM))
    order = sorted(range(len(rows)), key=rows.__getitem__)
    ranked = _Ranked.of(*([rows[line][1] for line in order if rows[line][0] == label] for label in (0, 1)))
    places = sorted(range(len(order)), key=order.__getitem__)
    codes, losses = [ranked.codes[place] for place in places], [ranked.losses[place] for place in places]
    return replace(ranked, codes=codes, losses=losses).replicate


def _metrics(steps: Steps, claimed: int, loss: float) -> dict[str, float]:
    """Of lines that are not none: the first `claimed` steps count as 1, the losses sum up to `loss`."""
    rows = _matrix(steps, claimed)
    (rejected, claims), (missed, hit) = (row.values() for row in rows.values())
    positives, negatives, counts = hit + missed, claims + rejected, Counts(hit, claims, missed)
    n = positives + negatives
    found = {"accuracy": (hit + rejected) / n, "precision": counts.precision, "log_loss": loss / n}
    if positives:
        found |= {"recall": counts.recall, "f0_5": counts.f(0.5), "f1": counts.f(1), "f2": counts.f(2)}
        found |= {"true_positive_rate": counts.recall, "false_negative_rate": missed / positives}
    if negatives:
        found |= {"true_negative_rate": rejected / negatives, "false_positive_rate": claims / negatives}
    if positives and negatives:
        found |= {"auc": steps.area(), "average_precision": steps.average_precision()}
    return found


def _matrix(steps: Steps, claimed: int) -> dict[str, dict[str, int]]:
    negatives, positives = steps.negatives, steps.positives
    claims, hit = (side[claimed - 1] if claimed else 0 for side in (negatives, positives))
    return {"0": {"0": negatives[-1] - claims, "1": claims}, "1": {"0": positives[-1] - hit, "1": hit}}


@dataclass(frozen=True)
class _Ranked:
    """Lines, and every threshold among them: `codes` has twice the step of each line, one more of a
    positive, `losses` what its answer loses; the first `claimed` steps count as 1.
    """

    steps: Steps
    claimed: int
    codes: Sequence[int]
    losses: Sequence[float]

    @classmethod
    def of(cls, negatives: Sequence[float], positives: Sequence[float]) -> "_Ranked":
        """Of the ascending scores of both classes; the lines are the negatives, then the positives."""
        steps = Steps.of(negatives, positives)
        codes = _codes(steps.negatives, 0)
        codes.extend(_codes(steps.positives, 1))
        above = sum(len(side) - bisect_left(side, THRESHOLD) for side in (negatives, positives))
        ranks = range(len(steps.positives))
        claimed = bisect_right(ranks, above, key=lambda at: steps.positives[at] + steps.negatives[at])
        return cls(steps, claimed, codes, array("d", _losses(negatives, positives)))

    def replicate(self, drawn: Sequence[int]) -> dict[str, float]:
        """The metrics of drawn lines; a step that has none of them is none."""
        counts = Counter(map(self.codes.__getitem__, drawn))
        ranks = sorted({code >> 1 for code in counts})
        negatives, positives = (
            list(accumulate(counts.get(2 * rank + label, 0) for rank in ranks)) for label in (0, 1)
        )
        claimed = bisect_left(ranks, self.claimed)
        loss = math.fsum(map(self.losses.__getitem__, drawn))
        return _metrics(Steps(positives, negatives), claimed, loss)


def _codes(counts: Sequence[int], label: int) -> "array[int]":
    found = array("q")
    for step, (before, until) in enumerate(pairwise(chain((0,), counts))):
        found.extend((2 * step + label,) * (until - before))
    found.reverse()
    return found


def _losses(negatives: Iterable[float], positives: Iterable[float]) -> Iterator[float]:
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
