"""Charts are drawn, whatever their type and numbers."""

from typing import Any

import pytest

from playground.slack.chart_svg import chart_svg


def block(kind: str, *values: float, title: str = "t") -> dict[str, Any]:
    points = [{"label": f"v{i}", "value": value} for i, value in enumerate(values)]
    if kind == "pie":
        return {"title": title, "chart": {"type": kind, "segments": points}}
    axis = {"categories": [point["label"] for point in points], "y_label": "auc"}
    series = [{"name": "one", "data": points}, {"name": "two", "data": points[::-1]}]
    return {"title": title, "chart": {"type": kind, "series": series, "axis_config": axis}}


@pytest.mark.parametrize("values", [(0.8, 0.9), (5,), (0, 0), (-1, 2.5, -3)])
@pytest.mark.parametrize(("kind", "mark"), [("line", "<circle"), ("area", "opacity"), ("bar", "<rect")])
def test_series_are_drawn(kind: str, mark: str, values: tuple[float, ...]) -> None:
    svg = chart_svg(block(kind, *values))
    assert svg.count(mark) >= 2
    assert "nan" not in svg
    assert ">auc</text>" in svg


@pytest.mark.parametrize(("values", "mark"), [((1, 2, 3), "<path"), ((4,), "<circle")])
def test_a_pie_is_drawn(values: tuple[float, ...], mark: str) -> None:
    assert chart_svg(block("pie", *values)).count(mark) == len(values)


def test_a_title_is_escaped() -> None:
    assert "<b>" not in chart_svg(block("bar", 1, title='"><b>'))
