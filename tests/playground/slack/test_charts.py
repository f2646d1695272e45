"""Charts are drawn, whatever their type and numbers."""

import re
from itertools import pairwise
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


def axis(kind: str, names: list[str], *rows: list[float], title: str = "") -> str:
    """A chart with these categories."""
    series = [
        {
            "name": f"s{i}",
            "data": [{"label": name, "value": value} for name, value in zip(names, row, strict=True)],
        }
        for i, row in enumerate(rows)
    ]
    chart = {"type": kind, "series": series, "axis_config": {"categories": names, "x_label": title}}
    return str(chart_svg({"title": "t", "chart": chart}))


def numbers_on_the_left(svg: str) -> list[str]:
    return re.findall(r'text-anchor="end">([^<]+)<', svg)


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ([0.8, 0.93], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        ([0.02, 0.03], ["0.00", "0.01", "0.02", "0.03"]),
        ([12000.0, 28900.0], ["0", "10k", "20k", "30k"]),
        ([-0.31, 0.2], ["-0.4", "-0.2", "0.0", "0.2"]),
        ([0.0, 0.0], ["-1.0", "-0.5", "0.0", "0.5", "1.0"]),
    ],
)
def test_the_grid_is_at_round_numbers(values: list[float], written: list[str]) -> None:
    assert numbers_on_the_left(axis("bar", ["a", "b"], values)) == written


def test_a_line_is_drawn_where_its_values_are() -> None:
    assert float(numbers_on_the_left(axis("line", ["a", "b"], [0.905, 0.912]))[0]) >= 0.9


def test_short_names_stand_beside_each_other() -> None:
    assert "rotate(-60" not in axis("bar", ["auc", "f1", "recall"], [1, 2, 3])


def test_twenty_long_names_are_tilted_whole_and_leave_room_for_themselves() -> None:
    names = [f"a_long_feature_nam{i:02}" for i in range(20)]
    svg = axis("bar", names, [1.0] * 20, [2.0] * 20, title="feature")
    assert svg.count("rotate(-60") == 20
    assert all(f">{name}</text>" in svg for name in names)
    high, short = float(svg.split('viewBox="0 0 520 ')[1].split('"')[0]), axis("bar", ["a"], [1], title="f")
    assert high > float(short.split('viewBox="0 0 520 ')[1].split('"')[0]) + 100


def test_twenty_numbers_are_thinned_out() -> None:
    names = [f"{i / 19:.2f}" for i in range(20)]
    shown = re.findall(r'class="label"[^>]*>([^<]+)<', axis("line", names, [float(i) for i in range(20)]))
    assert shown == names[::2]


def test_the_bars_of_two_series_stand_side_by_side_and_have_a_legend() -> None:
    svg = axis("bar", ["a", "b"], [1, 2], [2, 1])
    bars = re.findall(r'<rect x="([\d.]+)"[^>]* width="([\d.]+)"', svg)
    spans = sorted((float(x), float(x) + float(width)) for x, width in bars)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert re.findall(r"</i>(\w+)</li>", svg) == ["s0", "s1"]


def test_a_title_is_escaped() -> None:
    assert "<b>" not in chart_svg(block("bar", 1, title='"><b>'))
