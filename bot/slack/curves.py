"""Curves of both versions as charts that Slack draws, pure.

A chart's axis is of names: both curves are drawn at the same picked places, which keep their corners.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from bot.domain.report import CurveKind, Report
from bot.domain.thinning import CORNERS, Point, corner, thinned
from bot.slack.blocks import Block
from bot.slack.charts import MOST_CATEGORIES, Axes, Series, chart

_FEWEST: Final = 3  # a curve's ends and its corner
_DIGITS: Final = range(3, 13)
_SAID: Final = {
    CurveKind.ROC: ("ROC curve", Axes("False positive rate", "True positive rate")),
    CurveKind.PRECISION_RECALL: ("Precision by recall", Axes("Recall", "Precision")),
}


def curves(
    kind: CurveKind, candidate: Report, champion: Report | None, names: tuple[str, str]
) -> Block | None:
    """The ROC or the precision/recall curves of both; None where the candidate has none.

    Args:
        kind: Which.
        candidate: Its report.
        champion: The report of what it is held against, if there is one with such a curve.
        names: What the two are called.
    """
    drawn = [
        (name, points)
        for name, report in zip(names, (candidate, champion), strict=True)
        if (points := _points(report, kind))
    ]
    if not _points(candidate, kind):
        return None
    places = _places([points for _, points in drawn], kind)
    series = [Series(name, tuple(_height(points, x) for x in places.values())) for name, points in drawn]
    title, axes = _SAID[kind]
    return chart("line", title, list(places), series, axes)


def best(kind: CurveKind, report: Report | None) -> Point | None:
    """The corner of the report's curve, None where it has none."""
    points = _points(report, kind)
    return corner(points, CORNERS[kind]) if points else None


def _points(report: Report | None, kind: CurveKind) -> tuple[Point, ...]:
    """The curve from left to right, finite; a curve of one point is none."""
    curve = report.curve(kind) if report else None
    points = [point for point in curve.points if all(map(math.isfinite, point))] if curve else []
    points.sort(key=lambda point: point[0])
    return tuple(points) if len(points) > 1 else ()


def _places(drawn: Sequence[Sequence[Point]], kind: CurveKind) -> dict[str, float]:
    """As many places as Slack takes, by their labels: those that tell the most about either curve."""
    most = MOST_CATEGORIES
    while True:
        kept = {x for points in drawn for x, _ in thinned(points, most, CORNERS[kind])}
        places = _labelled(sorted(kept))
        if len(places) <= MOST_CATEGORIES or most == _FEWEST:
            return places
        most -= 1


def _labelled(places: Sequence[float]) -> dict[str, float]:
    """By labels in as few digits as tell the places apart."""
    found: dict[str, float] = {}
    for digits in _DIGITS:
        found = {f"{x:.{digits}g}": x for x in places}
        if len(found) == len(places):
            break
    return found


def _height(points: Sequence[Point], x: float) -> float:
    """The curve's height there, the upper end where it is upright; beyond its ends, as at the end."""
    exact = [y for at, y in points if at == x]
    if exact:
        return max(exact)
    for (left, low), (right, high) in pairwise(points):
        if left < x < right:
            return low + (high - low) * (x - left) / (right - left)
    return points[0][1] if x < points[0][0] else points[-1][1]
