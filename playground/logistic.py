"""Logistic regression by gradient descent, in plain Python."""

import math
from collections.abc import Sequence
from typing import Any, Final

from playground.aws.tiny_scoring import FORMAT, sigmoid

_DIGITS: Final = 6


def fitted(
    rows: Sequence[Sequence[float]],
    labels: Sequence[int],
    *,
    used: Sequence[int],
    steps: int = 15,
    rate: float = 2.0,
) -> dict[str, Any]:
    """Train on these columns, the others weigh nothing; gives a model.json of kind logistic."""
    columns = [[row[column] for row in rows] for column in used]
    means = [math.fsum(column) / len(column) for column in columns]
    spreads = [_spread(column, mean) for column, mean in zip(columns, means, strict=True)]
    scaled = [
        [(value - mean) / spread for value in column]
        for column, mean, spread in zip(columns, means, spreads, strict=True)
    ]
    weights, intercept = _descend(scaled, labels, steps, rate)
    slopes = [weight / spread for weight, spread in zip(weights, spreads, strict=True)]
    found = dict(zip(used, slopes, strict=True))
    shift = math.fsum(slope * mean for slope, mean in zip(slopes, means, strict=True))
    return {
        "format": FORMAT,
        "kind": "logistic",
        "coefficients": [round(found.get(column, 0.0), _DIGITS) for column in range(len(rows[0]))],
        "intercept": round(intercept - shift, _DIGITS),
    }


def _descend(
    columns: Sequence[Sequence[float]], labels: Sequence[int], steps: int, rate: float
) -> tuple[list[float], float]:
    weights, intercept, size = [0.0] * len(columns), 0.0, len(labels)
    for _ in range(steps):
        scores = [intercept] * size
        for weight, column in zip(weights, columns, strict=True):
            scores = [score + weight * value for score, value in zip(scores, column, strict=True)]
        errors = [label - sigmoid(score) for label, score in zip(labels, scores, strict=True)]
        intercept += rate * sum(errors) / size
        weights = [
            weight + rate * sum([error * value for error, value in zip(errors, column, strict=True)]) / size
            for weight, column in zip(weights, columns, strict=True)
        ]
    return weights, intercept


def _spread(column: Sequence[float], mean: float) -> float:
    return math.sqrt(math.fsum((value - mean) ** 2 for value in column) / len(column)) or 1.0
