"""Measured: whether a claim is about what a test of ours measures itself, however it is spelled."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from bot.domain.canonical import canonical
from bot.domain.report import Metric
from bot.domain.scoring import MEASURED
from bot.domain.spelling import is_split, spelled, split_key

_TURNED: Final = "neg_"  # scikit-learn's scorers: the same number, told from the other side


def measured_as(metric: Metric) -> str:
    """What a test calls the number that this is a claim of, whatever its part: `auc` of `ROC AUC` and of
    `eval_auc[region=EU]`; empty where no test measures it.
    """
    name, _ = split_key(metric.key)  # and not the name alone, which may have brackets of its own
    return _names().get(canonical(spelled(name).removeprefix(_TURNED)), "") or _names().get(
        canonical(name), ""
    )


def is_of_all(metric: Metric) -> bool:
    """Whether it is of a whole data set, and not of a slice."""
    _, part = split_key(metric.key)
    return not part or is_split(part)


@cache
def _names() -> Mapping[str, str]:
    return {canonical(name): name for name in sorted(MEASURED)}
