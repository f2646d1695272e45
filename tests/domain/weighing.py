"""Reports in one line each, and what weighing them gives."""

from collections.abc import Mapping

from bot.domain.comparison import Comparison, weigh
from bot.domain.guardrails import parse_guardrail
from bot.domain.model import Version
from bot.domain.report import Dataset, Metric, Oddity, Report
from bot.domain.spelling import split_key

CHAMPION = Version("churn", 11)
Values = Mapping[str, float]


def report(values: Values, *oddities: Oddity) -> Report:
    metrics = tuple(metric(key, value) for key, value in values.items())
    return Report("binary_classification", "s3://b/r.json", "0" * 64, metrics, oddities=oddities)


def metric(key: str, value: float, deviation: float | None = None, data: Dataset | None = None) -> Metric:
    name, part = split_key(key)
    return Metric(name, value, deviation, part, data)


def measured(*metrics: Metric) -> Report:
    return Report("model quality", "s3://b/r.json", "0" * 64, metrics)


def weighed(
    candidate: Values | None,
    champion: Values | None = None,
    guardrails: Mapping[str, str] | None = None,
    tolerance: Values | None = None,
) -> Comparison:
    return weigh(
        None if candidate is None else report(candidate),
        None if champion is None else report(champion),
        None if champion is None else CHAMPION,
        [parse_guardrail(metric, text) for metric, text in (guardrails or {}).items()],
        tolerance or {},
    )
