"""The bootstrap: how far a metric would have moved had other lines of the same kind been drawn."""

import math
import random
from array import array
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

REPLICATES: Final = 200
"""So many make a standard deviation right to about 5 %."""

MOST_ROWS: Final = 2000
"""So many rows a replicate has at most, so that a large test costs no more than a small one."""

_LEAST_ROWS: Final = 2
_SEED: Final = 20
_NOISE: Final = 1e-12
_DIGITS: Final = 4

Replicate = Callable[[Sequence[int]], Mapping[str, float]]
"""Numbers by metric of the rows at these places, of which some come several times."""


def deviations(n: int, replicate: Replicate, *, pool: int | None = None) -> dict[str, float]:
    """Standard deviations by metric, rounded to four digits.

    Above MOST_ROWS, m of the n rows are drawn (Bickel, Götze and van Zwet, 1997: Resampling fewer than n
    observations) and the deviation is scaled by √(m/n), which holds for metrics that settle like a mean.

    Left out is a metric that fewer than half of the replicates give, one that is not finite in one of
    them, and one that is the same in all: rows without a mistake do not say how rare mistakes are. Of
    one row, nothing is known.

    Args:
        n: How many rows there are.
        replicate: Computes the metrics of drawn rows. Their places must follow from the rows alone, for
            the same rows to have the same deviations in whatever order they came.
        pool: How many rows the places count, where `replicate` holds only a sample of the n; no more are
            drawn at once.
    """
    most = n if pool is None else pool
    if min(n, most) < _LEAST_ROWS:
        return {}
    # Only random() and arithmetic on it: what else draws may draw otherwise in another Python.
    dice, m = random.Random(_SEED), min(rows(n), most)  # noqa: S311 - the same each time
    found: defaultdict[str, array[float]] = defaultdict(lambda: array("d"))
    for _ in range(REPLICATES):
        for metric, value in replicate([int(dice.random() * most) for _ in range(m)]).items():
            found[metric].append(value)
    scale = math.sqrt(m / n)
    spreads = {metric: _spread(values) for metric, values in found.items()}
    return {metric: float(f"{spread * scale:.{_DIGITS}g}") for metric, spread in spreads.items() if spread}


def rows(n: int) -> int:
    """How many of n rows a replicate has."""
    return min(n, MOST_ROWS)


def described(n: int) -> dict[str, object]:
    """How the deviations of a document came about, for whoever reads it; empty where there are none."""
    if n < _LEAST_ROWS:
        return {}
    return {"deviations": {"method": "bootstrap", "replicates": REPLICATES, "rows": rows(n)}}


def places(n: int, most: int) -> list[int]:
    """Ascending places from 0 to n-1: all, or of more than `most` one at random in each of `most` equal
    stretches, which stand for all more closely than as many drawn freely.
    """
    if n <= most:
        return list(range(n))
    dice = random.Random(_SEED)  # noqa: S311 - the same each time
    return [int((stretch + dice.random()) * n / most) for stretch in range(most)]


def _spread(values: Sequence[float]) -> float:
    """The standard deviation; 0 where nothing can be said about it."""
    peak = max(map(abs, values))
    if 2 * len(values) < REPLICATES or not all(map(math.isfinite, values)) or not peak:
        return 0.0
    shares = [value / peak for value in values]  # a squared error may be too large to be squared
    mean = math.fsum(shares) / len(shares)
    spread = math.sqrt(math.fsum((share - mean) ** 2 for share in shares) / (len(shares) - 1))
    return spread * peak if spread > _NOISE else 0.0
