"""Rules of the chart in a data_visualization block ("Data visualization block")."""

import math
from collections.abc import Iterator
from typing import Any

from playground.slack.flaws import Flaw


def chart_flaws(pointer: str, chart: Any) -> Iterator[Flaw]:
    """What is wrong with the numbers and names of a chart whose types are right."""
    if not isinstance(chart, dict):
        return
    if chart.get("type") == "pie":
        yield from _pie(f"{pointer}/segments", _dicts(chart.get("segments")))
        return
    series = _dicts(chart.get("series"))
    names = [one.get("name") for one in series]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield Flaw(f"series name {name} already exists", f"{pointer}/series/{i}/name")
    axis = chart.get("axis_config")
    categories = axis.get("categories") if isinstance(axis, dict) else None
    if not isinstance(categories, list):
        return
    if len({str(category) for category in categories}) < len(categories):
        yield Flaw("categories must be unique", f"{pointer}/axis_config/categories")
    for i, one in enumerate(series):
        yield from _points(f"{pointer}/series/{i}/data", _dicts(one.get("data")), categories)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _points(pointer: str, points: list[dict[str, Any]], categories: list[Any]) -> Iterator[Flaw]:
    """A series has one finite number for every category."""
    if sorted(str(point.get("label")) for point in points) != sorted(map(str, categories)):
        yield Flaw("must have one value for every category", pointer)
    for i, point in enumerate(points):
        if isinstance(point.get("value"), float) and not math.isfinite(point["value"]):
            yield Flaw("must be a finite number", f"{pointer}/{i}/value")


def _pie(pointer: str, segments: list[dict[str, Any]]) -> Iterator[Flaw]:
    for i, segment in enumerate(segments):
        value = segment.get("value")
        if isinstance(value, int | float) and not 0 < value < math.inf:
            yield Flaw("must be a positive number", f"{pointer}/{i}/value")
