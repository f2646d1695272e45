"""Scoring a regression: errors, and how much of the labels' variance the answers explain."""

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bot.domain.bootstrap import MOST_ROWS, Replicate, deviations, places
from bot.domain.scoring_found import Scored
from bot.domain.scoring_lines import Form, Side, Unfit, bare, columns, number, read

_FORM: Final = Form("a number", "one number")
_POOL: Final = 10 * MOST_ROWS
"""Of more lines, so many are drawn from in their stead: all in one order would take too long."""


def regression(pairs: Iterable[tuple[str, str]], where: str) -> Scored:
    """Numbers by metric: mae, mse, rmse and r2; no r2 where all labels are the same.

    Both columns are kept, 16 bytes a line, so that every sum is `math.fsum`'s: rounded once.
    """
    labels, answers = array("d"), array("d")
    for label, answer in read(pairs, where, _parsed, _FORM):
        labels.append(label)
        answers.append(answer)
    n = len(labels)
    pool = list(_pool(labels, answers))
    return Scored(
        lines=n,
        metrics=_metrics(labels, *_errors(labels, answers)),
        deviations=deviations(n, _replicate(pool), pool=len(pool)),
    )


def drawn_regression(pairs: Iterable[tuple[str, str]], where: str) -> Replicate:
    """The metrics of drawn lines, whose places are those of the pairs. Raises Unreadable."""
    return _replicate(list(read(pairs, where, _parsed, _FORM)))


def _metrics(labels: Sequence[float], absolute: float, squared: float) -> dict[str, float]:
    """Of the labels and the sums of the errors."""
    n = len(labels)
    found = {"mae": absolute / n, "mse": squared / n, "rmse": math.sqrt(squared / n)}
    if (spread := _spread(labels)) > 0:
        found["r2"] = 1 - squared / spread
    return found


def _replicate(pool: Sequence[tuple[float, float]]) -> Replicate:
    labels = [label for label, _ in pool]
    absolute, squared = [abs(y - p) for y, p in pool], [(y - p) ** 2 for y, p in pool]

    def replicate(drawn: Sequence[int]) -> dict[str, float]:
        sums = (math.fsum(map(errors.__getitem__, drawn)) for errors in (absolute, squared))
        return _metrics([labels[place] for place in drawn], *sums)

    return replicate


def _errors(labels: Sequence[float], answers: Sequence[float]) -> tuple[float, float]:
    absolute = math.fsum(abs(y - p) for y, p in zip(labels, answers, strict=True))
    return absolute, math.fsum((y - p) ** 2 for y, p in zip(labels, answers, strict=True))


def _pool(labels: "array[float]", answers: "array[float]") -> Iterator[tuple[float, float]]:
    """The lines at `places` in the order of label, then answer.

    Only the labels are sorted, and the answers to those that were picked: no more than three columns of
    numbers are in memory, where a tuple a line would take as much as nine.
    """
    ascending = array("d", sorted(labels))
    picked = places(len(labels), _POOL)
    answered = {ascending[place]: array("d") for place in picked}
    for label, answer in zip(labels, answers, strict=True):
        if (same := answered.get(label)) is not None:
            same.append(answer)
    ordered = {label: sorted(same) for label, same in answered.items()}
    for place in picked:
        label = ascending[place]
        yield label, ordered[label][place - bisect_left(ascending, label)]


def _spread(labels: Sequence[float]) -> float:
    """The sum of squared distances from the mean."""
    if min(labels) == max(labels):
        return 0.0
    n = len(labels)
    mean = math.fsum(labels) / n
    squared = math.fsum((y - mean) ** 2 for y in labels)
    # The mean is rounded; with labels near 1e9 that alone would spoil the ninth digit.
    return squared - math.fsum(y - mean for y in labels) ** 2 / n


def _parsed(label: str, answer: str) -> tuple[float, float]:
    found = columns(answer)
    if len(found) != 1:
        raise Unfit(Side.ANSWER, answer, f"has {len(found)} columns")
    return number(bare(label), Side.LABEL), number(found[0], Side.ANSWER)
