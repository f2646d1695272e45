"""A data_visualization block as an SVG, roughly as Slack draws it."""

import math
from html import escape

from markupsafe import Markup

from playground.slack.wire import Json

COLOURS = ("#1d9bd1", "#e8912d", "#2eb67d", "#e01e5a", "#6c4fbb", "#ecb22e")
WIDTH, HEIGHT = 520, 240
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 12, 44
PLOT_WIDTH, PLOT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
GRID_LINES = 4
TAU = 2 * math.pi


def chart_svg(block: Json) -> Markup:
    """The chart of a block that the checker has let through."""
    chart = block["chart"]
    body = _pie(chart["segments"]) if chart["type"] == "pie" else _plot(chart)
    names = chart["segments"] if chart["type"] == "pie" else chart["series"]
    label = escape(str(block["title"]))
    svg = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{body}</svg>'
    return Markup(svg + _legend([str(one.get("name", one.get("label"))) for one in names]))  # noqa: S704 -- labels are escaped


def _legend(names: list[str]) -> str:
    items = [
        f'<li><i style="background:{_colour(i)}"></i>{escape(name)}</li>' for i, name in enumerate(names)
    ]
    return f'<ul class="legend">{"".join(items)}</ul>'


def _colour(i: int) -> str:
    return COLOURS[i % len(COLOURS)]


def _text(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


class _Scale:
    """From values to heights: 0 is in the picture for bars and areas, lines get the room they need."""

    def __init__(self, values: list[float], *, from_zero: bool) -> None:
        low, high = min(values), max(values)
        if from_zero:
            low, high = min(low, 0.0), max(high, 0.0)
        margin = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
        self.low = low if from_zero and low == 0 else low - margin
        self.high = high if from_zero and high == 0 and low < 0 else high + margin

    def y(self, value: float) -> float:
        return TOP + PLOT_HEIGHT * (1 - (value - self.low) / (self.high - self.low))

    def grid(self) -> str:
        lines = []
        for step in range(GRID_LINES + 1):
            value = self.low + (self.high - self.low) * step / GRID_LINES
            y = self.y(value)
            lines.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
            lines.append(_text(LEFT - 6, y + 4, f"{value:.3g}", "end"))
        return "".join(lines)


def _plot(chart: Json) -> str:
    categories = [str(one) for one in chart["axis_config"]["categories"]]
    rows = [_in_order(series["data"], categories) for series in chart["series"]]
    kind = chart["type"]
    scale = _Scale([value for row in rows for value in row], from_zero=kind != "line")
    draw = _bars if kind == "bar" else _lines
    names = "".join(
        _text(LEFT + PLOT_WIDTH * (i + 0.5) / len(categories), HEIGHT - BOTTOM + 16, name)
        for i, name in enumerate(categories)
    )
    axis = chart["axis_config"]
    titles = _text(LEFT + PLOT_WIDTH / 2, HEIGHT - 8, str(axis.get("x_label", "")))
    upright = f'<g class="upright" transform="rotate(-90 11 {TOP + PLOT_HEIGHT / 2:.1f})">'
    titles += upright + _text(11, TOP + PLOT_HEIGHT / 2, str(axis.get("y_label", ""))) + "</g>"
    return scale.grid() + draw(rows, scale, area=kind == "area") + names + titles


def _in_order(points: list[Json], categories: list[str]) -> list[float]:
    values = {str(point["label"]): float(point["value"]) for point in points}
    return [values[name] for name in categories]


def _bars(rows: list[list[float]], scale: _Scale, *, area: bool) -> str:  # noqa: ARG001 -- same shape as _lines
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


def _lines(rows: list[list[float]], scale: _Scale, *, area: bool) -> str:
    out = []
    for s, row in enumerate(rows):
        step = PLOT_WIDTH / len(row)
        points = [(LEFT + step * (i + 0.5), scale.y(value)) for i, value in enumerate(row)]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        if area:
            floor = f"L{points[-1][0]:.1f} {scale.y(0):.1f}L{points[0][0]:.1f} {scale.y(0):.1f}Z"
            out.append(f'<path d="M{path}{floor}" fill="{_colour(s)}" opacity=".25"/>')
        out.append(f'<path d="M{path}" fill="none" stroke="{_colour(s)}" stroke-width="2.5"/>')
        for (x, y), value in zip(points, row, strict=True):
            dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{_colour(s)}">'
            out.append(f"{dot}<title>{value:g}</title></circle>")
    return "".join(out)


def _pie(segments: list[Json]) -> str:
    total = sum(float(segment["value"]) for segment in segments)
    x, y, radius = WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - 12
    if len(segments) == 1:
        return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{_colour(0)}"/>'
    out, at = [], 0.0
    for i, segment in enumerate(segments):
        share = float(segment["value"]) / total
        ends = [(x + radius * math.sin(TAU * p), y - radius * math.cos(TAU * p)) for p in (at, at + share)]
        (x1, y1), (x2, y2) = ends
        arc = f"A{radius} {radius} 0 {int(share > 0.5)} 1 {x2:.1f} {y2:.1f}"  # noqa: PLR2004 -- half a turn
        title = f"<title>{segment['value']:g}</title>"
        out.append(f'<path d="M{x} {y}L{x1:.1f} {y1:.1f}{arc}Z" fill="{_colour(i)}">{title}</path>')
        at += share
    return "".join(out)
