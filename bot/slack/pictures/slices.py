"""Slices: one metric by part of the data, the worst part first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.comparison import Row
from bot.domain.meaning import written
from bot.slack.drawing import Drawing
from bot.slack.pictures import svg
from bot.slack.pictures.amounts import listed
from bot.slack.pictures.lettering import drawn, fitted, fitted_name, said, width
from bot.slack.pictures.scale import Scale, scale, ticked
from bot.slack.pictures.slicing import Slice, facet, read, worst_first

MOST: Final = 12
ALL: Final = "all data"
_ALT: Final = 1900
_WIDE: Final = 580.0
_TOP: Final = 122.0
_ROW: Final = 30.0
_MOST_DECIMALS: Final = 4
_COLUMN: Final = 60.0
_LABELS: Final = (60.0, 140.0)


@dataclass(frozen=True)
class _Plot:
    """Where everything is: the values' scale, the first row, and where the rows end."""

    values: Scale
    names: tuple[str, str]
    bottom: float
    decimals: int | None

    def written(self, value: float) -> str:
        """A value, all with as many decimals; None is for values too different for that."""
        return written(value) if self.decimals is None else f"{value + 0:,.{self.decimals}f}"

    def column(self, *, champion: bool) -> float:
        """The right edge of the values of one version."""
        return _WIDE - svg.MARGIN - (_COLUMN if self.names[1] and not champion else 0)


def slices(rows: Sequence[Row], metric_title: str, candidate: str, champion: str) -> Drawing:
    """One metric of each part, and of all the data where a row has no part; names are of the versions."""
    found = [read(row) for row in rows]
    parts = worst_first([one for one in found if one and one.part], rows)
    whole = next((one for one in found if one and not one.part), None)
    by = facet([one.part for one in parts])
    title = f"{said(metric_title)} by {by or 'slice'}"
    beside = any(one.champion is not None for one in parts)
    names = (said(candidate), said(champion) if beside else "")
    return Drawing(title, _alt(title, parts, whole, names), _drawn(title, parts, whole, names))


def _drawn(title: str, parts: Sequence[Slice], whole: Slice | None, names: tuple[str, str]) -> str:
    shown = parts[:MOST]
    labels = [_label(one.part, place, title) for place, one in enumerate(shown)]
    room = max((width(label, svg.TEXT) for label in [*labels, ALL]), default=0)
    left = svg.MARGIN + min(max(room, _LABELS[0]), _LABELS[1]) + 22
    right = _WIDE - svg.MARGIN - _COLUMN * (2 if names[1] else 1) - 14
    values = [edge for one in [*shown, *([whole] if whole else [])] for edge in _edges(one)]
    more = len(parts) - len(shown)
    rows = len(shown) + bool(more) + bool(whole)
    plot = _Plot(scale(values, left, right), names, _TOP + _ROW * rows, _decimals(values))
    body = [*_frame(plot, whole), *_legend(plot)]
    for place, (one, label) in enumerate(zip(shown, labels, strict=True)):
        body += _row(plot, one, label, _TOP + _ROW * (place + 0.5))
    if more:
        words = f"… {more} more"
        body.append(
            svg.text(left - 14, _TOP + _ROW * (len(shown) + 0.5) + 4.5, words, anchor="end", fill=svg.SOFT)
        )
    if whole:
        y = plot.bottom - _ROW
        body.append(svg.line((svg.MARGIN, y), (_WIDE - svg.MARGIN, y), svg.AXIS))
        body += _row(plot, whole, ALL, y + _ROW / 2)
    return svg.card(_WIDE, plot.bottom + 46, title, _subtitle(shown, whole), body)


def _decimals(values: Sequence[float]) -> int | None:
    texts = [written(value) for value in values]
    if any("e" in text for text in texts):
        return None
    most = max((len(text.partition(".")[2]) for text in texts), default=0)
    return None if most > _MOST_DECIMALS else most


def _label(part: str, place: int, title: str) -> str:
    value = part.partition("=")[2] if "=" in part and not title.endswith(" by slice") else part
    return fitted(drawn(said(value), f"#{place + 1}"), svg.TEXT, _LABELS[1])


def _edges(one: Slice) -> Iterator[float]:
    yield from (one.candidate - one.deviation, one.candidate + one.deviation)
    if one.champion is not None:
        yield one.champion


def _subtitle(shown: Sequence[Slice], whole: Slice | None) -> str:
    if not shown:
        return "The report gives no values by slice"
    told = ["Worst first"]
    told += ["dashed: all the data"] if whole else []
    told += ["whiskers: ± one standard deviation"] if any(one.deviation for one in shown) else []
    told += ["orange: worse"] if any(one.better is False for one in shown) else []
    return "; ".join(told)


def _frame(plot: _Plot, whole: Slice | None) -> Iterator[str]:
    for tick, words in zip(plot.values.ticks, ticked(plot.values), strict=True):
        x = plot.values.at(tick)
        yield svg.line((x, _TOP), (x, plot.bottom), svg.GRID)
        yield svg.text(x, plot.bottom + 19, words, size=svg.SMALL, anchor="middle", fill=svg.SOFT)
    for value, colour in ((whole.champion, svg.CHAMPION), (whole.candidate, svg.CANDIDATE)) if whole else ():
        if value is not None:
            x = plot.values.at(value)
            yield svg.line((x, _TOP), (x, plot.bottom), colour, wide=svg.THICK, dashes="3 4")


def _legend(plot: _Plot) -> Iterator[str]:
    x = plot.values.left
    room = (plot.values.right - x) / 2 - 34
    for name, champion in zip(plot.names, (False, True), strict=True):
        if name:
            shown = fitted_name(name, svg.TEXT, room, bold=True)
            yield svg.dot(x + 6, 97.5, 6, champion=champion)
            yield svg.text(x + 18, 102, shown, bold=True)
            yield svg.dot(plot.column(champion=champion) - 7, 97.5, 6, champion=champion)
            x += 18 + width(shown, svg.TEXT, bold=True) + 20


def _row(plot: _Plot, one: Slice, label: str, y: float) -> Iterator[str]:
    x, whole = plot.values.at(one.candidate), not one.part
    yield svg.text(plot.values.left - 14, y + 4.5, label, anchor="end", bold=whole)
    if one.champion is not None:
        colour = {True: svg.CANDIDATE, False: svg.WRONG, None: svg.AXIS}[one.better]
        yield svg.line((plot.values.at(one.champion), y), (x, y), svg.mixed(colour, 0.45), wide=4)
    if one.deviation:
        ends = [plot.values.at(one.candidate + side * one.deviation) for side in (-1, 1)]
        yield svg.line((ends[0], y), (ends[1], y), svg.CANDIDATE, wide=svg.THICK)
        yield from (svg.line((end, y - 4), (end, y + 4), svg.CANDIDATE, wide=svg.THICK) for end in ends)
    if one.champion is not None:
        yield svg.dot(plot.values.at(one.champion), y, 5.5, champion=True)
        words = plot.written(one.champion)
        yield svg.text(plot.column(champion=True), y + 4.5, words, anchor="end", fill=svg.SOFT)
    yield svg.dot(x, y, 6)
    yield svg.text(plot.column(champion=False), y + 4.5, plot.written(one.candidate), anchor="end", bold=True)


def _alt(title: str, parts: Sequence[Slice], whole: Slice | None, names: tuple[str, str]) -> str:
    if not parts:
        return f"{title}: no values"
    clauses = [
        f"{said(one.part or ALL)}: {_spoken(one, names)}" for one in ([whole] if whole else []) + list(parts)
    ]
    head = f"{title}, worst first"
    return f"{head}; {listed(clauses, _ALT - len(head) - 2, 'slices')}"


def _spoken(one: Slice, names: tuple[str, str]) -> str:
    spread = f" ± {written(one.deviation)}" if one.deviation else ""
    beside = f", {names[1]} {written(one.champion)}" if names[1] and one.champion is not None else ""
    return f"{names[0]} {written(one.candidate)}{spread}{beside}"
