"""Scoring a regression: errors, and how much of the labels' variance the answers explain."""

import math
from array import array
from collections.abc import Iterable
from typing import Final

from bot.domain.scoring_lines import Form, Side, Unfit, bare, columns, number, read

_FORM: Final = Form("a number", "one number")


def regression(pairs: Iterable[tuple[str, str]], where: str) -> tuple[int, dict[str, float]]:
    """The count of lines, and mae, mse, rmse and r2; no r2 where all labels are the same.

    Both columns are kept, 16 bytes a line, so that every sum is `math.fsum`'s: rounded once.
    """
    labels, answers = array("d"), array("d")
    for label, answer in read(pairs, where, _parsed, _FORM):
        labels.append(label)
        answers.append(answer)
    n = len(labels)
    absolute = math.fsum(abs(y - p) for y, p in zip(labels, answers, strict=True))
    squared = math.fsum((y - p) ** 2 for y, p in zip(labels, answers, strict=True))
    found = {"mae": absolute / n, "mse": squared / n, "rmse": math.sqrt(squared / n)}
    if (spread := _spread(labels)) > 0:
        found["r2"] = 1 - squared / spread
    return n, found


def _spread(labels: "array[float]") -> float:
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
