"""Names of metrics: which metrics of a report a rule's name means."""

from collections.abc import Iterable
from typing import Final

from bot.domain.report import Metric, Report
from bot.domain.spelling import SPLITS, TRAINING, is_split, spelled, split_key

_BIAS: Final = "bias_"


def resolve(report: Report, name: str) -> tuple[Metric, ...]:
    """The metrics that a rule's name means, none where the report has none or more than one could be meant.

    In this order: the metric of exactly that key; where no overall one has the name, those of all its
    parts (of test or else validation data only, where the parts are data sets, and of training data
    only where there is nothing else); and the same of the one name that differs only in spelling. Bias is
    fair to all or to nobody: its name means the overall number and every facet.
    """
    wanted = spelled(name)
    if wanted.startswith(_BIAS) and (
        facets := [one for one in report.metrics if spelled(one.name) == wanted]
    ):
        return _each(facets)
    exact = report.metric(name)
    if exact is not None:
        return (exact,)
    parts = [metric for metric in report.metrics if metric.name == name]
    return _telling(parts) if parts else _respelled(report, name)


def _respelled(report: Report, name: str) -> tuple[Metric, ...]:
    wanted = spelled(name)
    names = {metric.name for metric in report.metrics if spelled(metric.name) == wanted}
    if names:
        return resolve(report, names.pop()) if len(names) == 1 else ()
    base, part = split_key(name)
    if not part:
        return ()
    keyed = [
        m for m in report.metrics if (spelled(m.name), spelled(m.part)) == (spelled(base), spelled(part))
    ]
    return tuple(keyed) if len(keyed) == 1 else ()


def _each(facets: Iterable[Metric]) -> tuple[Metric, ...]:
    """All that is measured on no data set as a whole, and of the data sets what tells the most."""
    found = {metric.key: metric for metric in reversed(list(facets))}
    splits = {key: metric for key, metric in found.items() if is_split(metric.part)}
    untold = splits.keys() - {metric.key for metric in _telling(splits.values())}
    return tuple(metric for key, metric in reversed(found.items()) if key not in untold)


def _telling(parts: Iterable[Metric]) -> tuple[Metric, ...]:
    """Those that say how good the model is on data that it did not learn from."""
    listed = list({metric.key: metric for metric in reversed(list(parts))}.values())[::-1]
    for split in SPLITS:
        if measured := [metric for metric in listed if spelled(metric.part) in split]:
            return tuple(measured)
    unseen = [metric for metric in listed if spelled(metric.part) not in TRAINING]
    return tuple(unseen or listed)
