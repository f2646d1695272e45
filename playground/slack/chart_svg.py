"""A data_visualization block as an SVG, roughly as Slack draws it."""

import math
from html import escape

from markupsafe import Markup

from playground.slack.chart_axes import (
    LEFT,
    PLOT_WIDTH,
    WIDTH,
    Categories,
    Scale,
    upright,
)
from playground.slack.wire import Json

COLOURS = ("#1d9bd1", "#e8912d", "#2eb67d", "#e01e5a", "#6c4fbb", "#ecb22e")
PIE_HEIGHT = 240
MOST_DOTS = 12  # points of a line from which on its dots would hide it
TAU = 2 * math.pi


def chart_svg(block: Json) -> Markup:
    """The chart of a block that the checker has let through."""
    chart = block["chart"]
    body, height = _pie(chart["segments"]) if chart["type"] == "pie" else _plot(chart)
    names = chart["segments"] if chart["type"] == "pie" else chart["series"]
    label = escape(str(block["title"]))
    svg = f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{label}">{body}</svg>'
    return Markup(svg + _legend([str(one.get("name", one.get("label"))) for one in names]))  # noqa: S704 -- labels are escaped


def _legend(names: list[str]) -> str:
    items = [
        f'<li><i style="background:{_colour(i)}"></i>{escape(name)}</li>' for i, name in enumerate(names)
    ]
    return f'<ul class="legend">{"".join(items)}</ul>'


def _colour(i: int) -> str:
    return COLOURS[i % len(COLOURS)]


def _plot(chart: Json) -> tuple[str, float]:
    axis = chart["axis_config"]
    categories = Categories([str(one) for one in axis["categories"]], str(axis.get("x_label") or ""))
    rows = [_in_order(series["data"], categories.names) for series in chart["series"]]
    kind = chart["type"]
    scale = Scale([value for row in rows for value in row], from_zero=kind != "line")
    shapes = _bars(rows, scale) if kind == "bar" else _lines(rows, scale, area=kind == "area")
    labels = categories.svg() + upright(str(axis.get("y_label") or ""))
    return scale.grid() + shapes + labels, categories.bottom


def _in_order(points: list[Json], categories: list[str]) -> list[float]:
    values = {str(point["label"]): float(point["value"]) for point in points}
    return [values[name] for name in categories]


def _bars(rows: list[list[float]], scale: Scale) -> str:
    group = PLOT_WIDTH / len(rows[0])
    width = min(group * 0.7 / len(rows), 48)
    zero = scale.y(0)
    out = []
    for s, row in enumerate(rows):
        for i, value in enumerate(row):
            x = LEFT + group * (i + 0.5) + (s - len(rows) / 2) * width
            top, bottom = sorted((scale.y(value), zero))
            shape = f'x="{x:.1f}" y="{top:.1f}" width="{width * 0.92:.1f}" height="{bottom - top:.1f}" rx="2"'
            out.append(f'<rect {shape} fill="{_colour(s)}"><title>{value:g}</title></rect>')
    return "".join(out)


def _lines(rows: list[list[float]], scale: Scale, *, area: bool) -> str:
    out = []
    for s, row in enumerate(rows):
        step = PLOT_WIDTH / len(row)
        points = [(LEFT + step * (i + 0.5), scale.y(value)) for i, value in enumerate(row)]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        if area:
            floor = f"L{points[-1][0]:.1f} {scale.y(0):.1f}L{points[0][0]:.1f} {scale.y(0):.1f}Z"
            out.append(f'<path d="M{path}{floor}" fill="{_colour(s)}" opacity=".25"/>')
        out.append(f'<path d="M{path}" fill="none" stroke="{_colour(s)}" stroke-width="2.5"/>')
        radius = 3.5 if len(row) <= MOST_DOTS else 2.2
        for (x, y), value in zip(points, row, strict=True):
            dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{_colour(s)}">'
            out.append(f"{dot}<title>{value:g}</title></circle>")
    return "".join(out)


def _pie(segments: list[Json]) -> tuple[str, float]:
    total = sum(float(segment["value"]) for segment in segments)
    x, y, radius = WIDTH / 2, PIE_HEIGHT / 2, PIE_HEIGHT / 2 - 12
    if len(segments) == 1:
        return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{_colour(0)}"/>', PIE_HEIGHT
    out, at = [], 0.0
    for i, segment in enumerate(segments):
        share = float(segment["value"]) / total
        ends = [(x + radius * math.sin(TAU * p), y - radius * math.cos(TAU * p)) for p in (at, at + share)]
        (x1, y1), (x2, y2) = ends
        arc = f"A{radius} {radius} 0 {int(share > 0.5)} 1 {x2:.1f} {y2:.1f}"  # noqa: PLR2004 -- half a turn
        title = f"<title>{segment['value']:g}</title>"
        out.append(f'<path d="M{x} {y}L{x1:.1f} {y1:.1f}{arc}Z" fill="{_colour(i)}">{title}</path>')
        at += share
    return "".join(out), PIE_HEIGHT
