"""Charts that Slack draws itself: evidence to `data_visualization` blocks, pure.

Limits: Slack API, "Data visualization block". Its axes are of names, not of numbers.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from bot.domain.comparison import Comparison, Row
from bot.domain.meaning import Better
from bot.domain.phrasing import NDCG
from bot.domain.report import Attribution, Report
from bot.slack.blocks import Block, clamp

MOST_CATEGORIES: Final = 20
_MOST_SERIES: Final = 12
_LABEL, _TITLE = 20, 50
_BARS, _FEATURES, _LABELS = 8, 10, 3
_DRIFT: Final = "drift"
_RATE: Final = "_rate"


@dataclass(frozen=True)
class Series:
    """One line or colour of a chart: a value for each category, in their order."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Axes:
    """What the axes are of, empty where the title says it."""

    x: str = ""
    y: str = ""


def chart(
    kind: str, title: str, categories: Sequence[str], series: Sequence[Series], axes: Axes | None = None
) -> Block | None:
    """A `line` or `bar` chart; None where there is nothing to draw. A series with a value that is not
    finite is left out.
    """
    labels = unique(categories[:MOST_CATEGORIES])
    shown = [one for one in series if all(map(math.isfinite, one.values))][:_MOST_SERIES]
    if not shown or not labels:
        return None
    titles = {"x_label": axes.x, "y_label": axes.y} if axes else {}
    plot: dict[str, Any] = {
        "type": kind,
        "series": [
            {"name": name, "data": _data(labels, one.values)}
            for name, one in zip(unique(one.name for one in shown), shown, strict=True)
        ],
        "axis_config": {"categories": labels} | {key: clamp(text, _TITLE) for key, text in titles.items()},
    }
    return {"type": "data_visualization", "title": clamp(title, _TITLE), "chart": plot}


def unique(texts: Iterable[str]) -> list[str]:
    """The texts as labels: on one line, short enough for Slack, and no two the same."""
    labels: dict[str, None] = {}
    for text in texts:
        line, nth = " ".join(text.split()) or "–", 1
        label = _short(line, _LABEL)
        while label in labels:
            nth += 1
            mark = f" ({nth})"
            label = _short(line, _LABEL - len(mark)) + mark
        labels[label] = None
    return list(labels)


def metrics(comparison: Comparison, candidate: str) -> Block | None:
    """The first metrics from 0 to 1 of both as bars; None where fewer than two can be held together.

    Args:
        comparison: Of the two.
        candidate: What its bars are called, such as `churn:12`.
    """
    both = [
        (row.title or row.metric, row.candidate, row.champion)
        for row in comparison.rows
        if row.comparable and _is_share(row) and row.candidate is not None and row.champion is not None
    ][:_BARS]
    if len(both) < 2:  # noqa: PLR2004 - one pair is told by the table
        return None
    champion = str(comparison.champion or "champion")
    series = (
        Series(candidate, tuple(ours for _, ours, _ in both)),
        Series(champion, tuple(theirs for _, _, theirs in both)),
    )
    return chart("bar", f"{candidate} beside {champion}", [title for title, _, _ in both], series)


def attributions(report: Report) -> Block | None:
    """What matters most to the answers: the top features by their SHAP values, a colour for each label
    where there are few; None where the report has none.
    """
    by_label: dict[str, dict[str, float]] = {}
    for one in report.attributions:
        by_label.setdefault(one.label, _finite(one))
    weights: dict[str, float] = {}
    for features in by_label.values():
        for name, value in features.items():
            weights[name] = weights.get(name, 0.0) + abs(value)
    top = sorted(weights, key=lambda name: -weights[name])[:_FEATURES]
    if len(by_label) > _LABELS:
        by_label = {"all labels": weights}
    series = [
        Series(label or "SHAP value", tuple(features.get(name, 0.0) for name in top))
        for label, features in by_label.items()
    ]
    return chart("bar", "What matters most (global SHAP values)", top, series)


def drift(report: Report) -> Block | None:
    """What a monitor measured beside what it allows, by feature, for the kind of check that is violated
    most; None where the report has no such numbers.
    """
    known = [
        (one.check, one.of, one.value, one.threshold)
        for one in report.violations
        if _is_number(one.value) and _is_number(one.threshold)
    ]
    if not known:
        return None
    kind = Counter(check for check, *_ in known).most_common(1)[0][0]
    shown = [(of, value, allowed) for check, of, value, allowed in known if check == kind]
    shown.sort(key=lambda row: -abs(row[1] - row[2]))
    names, measured, allowed = zip(*shown[:MOST_CATEGORIES], strict=True)
    bound = "Lowest allowed" if kind == NDCG else "Allowed"
    return chart("bar", _titled(kind), names, (Series("Measured", measured), Series(bound, allowed)))


def _finite(one: Attribution) -> dict[str, float]:
    return {name: value for name, value in one.features if math.isfinite(value)}


def _titled(check: str) -> str:
    if check == NDCG:
        return "Attribution drift (nDCG, lower is more drift)"
    return "Drift per feature" if _DRIFT in check else f"Violations: {check.replace('_', ' ')}"


def _is_number(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def _is_share(row: Row) -> bool:
    """Whether the metric is one of those that go from 0 to 1, and both of its numbers do."""
    known = (row.candidate, row.champion)
    goes = row.direction is Better.HIGHER or _RATE in row.metric
    return goes and not row.unit and all(value is not None and 0 <= value <= 1 for value in known)


def _short(text: str, most: int) -> str:
    """At most so many characters; of `a-long-model:12` the end is what tells versions apart."""
    if len(text) <= most:
        return text
    head, colon, number = text.rpartition(":")
    if colon and number.isdigit() and len(number) < most // 2:
        return f"{head[: most - len(number) - 2]}…:{number}"
    return clamp(text, most)


def _data(labels: Sequence[str], values: Sequence[float]) -> list[Block]:
    return [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)]
