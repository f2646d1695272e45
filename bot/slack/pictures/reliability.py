"""The reliability curve: whether a score of 0.7 comes true seven times in ten."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.meaning import written
from bot.domain.report import Curve
from bot.slack.drawing import Drawing
from bot.slack.pictures import svg
from bot.slack.pictures.amounts import count, error, listed
from bot.slack.pictures.lettering import fitted, fitted_name, said

TITLE: Final = "Reliability"
_ALT: Final = 1900
_WIDE, _HIGH = 552.0, 474.0
_LEFT, _TOP, _SIDE = 82.0, 92.0, 312.0
_ASIDE: Final = _LEFT + _SIDE + 26
_SMALLEST, _LARGEST, _PLAIN = 3.5, 10.0, 5.0
_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Bin:
    """One point: mean score, share of positives, and lines where the report says."""

    score: float
    positives: float
    lines: int | None


@dataclass(frozen=True)
class _Shown:
    name: str
    bins: tuple[Bin, ...]
    left_out: int
    champion: bool

    @property
    def lines(self) -> int | None:
        known = [b.lines for b in self.bins if b.lines is not None]
        return sum(known) if known and len(known) == len(self.bins) else None

    @property
    def error(self) -> float | None:
        """The expected calibration error, None where it is not known how many lines stand behind a point."""
        if not self.lines:
            return None
        return math.fsum((b.lines or 0) / self.lines * abs(b.score - b.positives) for b in self.bins)


def reliability(curves: Sequence[tuple[str, Curve]]) -> Drawing:
    """The candidate's calibration curve, by name, and the champion's after it if there is one."""
    shown = [_shown(name, curve, champion=place > 0) for place, (name, curve) in enumerate(curves)][:2]
    room = _ALT // max(1, len(shown))
    alt = ". ".join(_alt(one, room - 2) for one in shown) or "No calibration curves"
    parts = [*_plot(), *(part for one in reversed(shown) for part in _curve(one, shown)), *_aside(shown)]
    return Drawing(TITLE, alt, svg.card(_WIDE, _HIGH, TITLE, _subtitle(shown), parts))


def bins(curve: Curve) -> tuple[Bin, ...]:
    """The points that can be drawn, from left to right: both parts between 0 and 1."""
    lines: tuple[int, ...] | tuple[None, ...] = (None,) * len(curve.points)
    if len(curve.lines) == len(curve.points) and all(number >= 0 for number in curve.lines):
        lines = curve.lines
    found = [Bin(x, y, number) for (x, y), number in zip(curve.points, lines, strict=True)]
    inside = [b for b in found if 0 <= b.score <= 1 and 0 <= b.positives <= 1 and b.lines != 0]
    return tuple(sorted(inside, key=lambda b: b.score))


def _shown(name: str, curve: Curve, *, champion: bool) -> _Shown:
    kept = bins(curve)
    return _Shown(said(name), kept, len(curve.points) - len(kept), champion)


def _subtitle(shown: Sequence[_Shown]) -> str:
    errors = [
        f"{fitted_name(one.name, svg.TEXT, 110)} {error(one.error)}" for one in shown if one.error is not None
    ]
    if errors:
        return f"Expected calibration error: {', '.join(errors)}"
    return "Share of positives among the lines of about the same score"


def _plot() -> Iterator[str]:
    right, bottom = _LEFT + _SIDE, _TOP + _SIDE
    for tick in _TICKS:
        x, y = _LEFT + tick * _SIDE, bottom - tick * _SIDE
        colour = svg.AXIS if tick == 0 else svg.GRID
        yield svg.line((_LEFT, y), (right, y), colour)
        yield svg.line((x, _TOP), (x, bottom), colour)
        yield svg.text(_LEFT - 10, y + 4.5, f"{tick:g}", size=svg.SMALL, anchor="end", fill=svg.SOFT)
        yield svg.text(x, bottom + 20, f"{tick:g}", size=svg.SMALL, anchor="middle", fill=svg.SOFT)
    yield svg.line((_LEFT, bottom), (right, _TOP), svg.AXIS, wide=1.5)
    middle = _LEFT + _SIDE / 2
    yield svg.text(middle, bottom + 44, "mean score", size=svg.TEXT, anchor="middle", fill=svg.SOFT)
    words = "share of positives"
    yield svg.text(svg.MARGIN + 6, _TOP + _SIDE / 2, words, anchor="middle", fill=svg.SOFT, turned=-90)
    yield svg.text(_LEFT + 12, _TOP + 22, "scores too low", size=svg.SMALL, fill=svg.SOFT)
    yield svg.text(right - 12, bottom - 12, "scores too high", size=svg.SMALL, anchor="end", fill=svg.SOFT)


def _curve(one: _Shown, shown: Sequence[_Shown]) -> Iterator[str]:
    most = max((b.lines or 0 for other in shown for b in other.bins), default=0)
    places = [(_LEFT + b.score * _SIDE, _TOP + _SIDE - b.positives * _SIDE, b.lines) for b in one.bins]
    colour = svg.CHAMPION if one.champion else svg.CANDIDATE
    if len(places) > 1:
        yield svg.path([(x, y) for x, y, _ in places], colour, dashes="6 4" if one.champion else "")
    for x, y, lines in sorted(places, key=lambda place: -(place[2] or 0)):
        yield svg.dot(x, y, _radius(lines, most), champion=one.champion)


def _radius(lines: int | None, most: int) -> float:
    if lines is None or not most:
        return _PLAIN
    return _SMALLEST + (_LARGEST - _SMALLEST) * math.sqrt(lines / most)


def _aside(shown: Sequence[_Shown]) -> Iterator[str]:
    room, y = _WIDE - svg.MARGIN - _ASIDE - 20, _TOP + 14
    for one in shown:
        yield svg.dot(_ASIDE + 6, y - 4.5, 6, champion=one.champion)
        yield svg.text(_ASIDE + 20, y, fitted_name(one.name, svg.TEXT, room, bold=True), bold=True)
        if one.lines:
            lines = fitted(f"{count(one.lines)} lines", svg.SMALL, room)
            yield svg.text(_ASIDE + 20, y + 20, lines, size=svg.SMALL, fill=svg.SOFT)
        y += 54 if one.lines else 32
    yield svg.line((_ASIDE, y - 5), (_ASIDE + 13, y - 5), svg.AXIS, wide=svg.THICK)
    yield svg.text(_ASIDE + 20, y, "as it should be", size=svg.SMALL, fill=svg.SOFT)
    if any(one.lines for one in shown):
        yield svg.text(_ASIDE + 20, y + 24, "larger: more lines", size=svg.SMALL, fill=svg.SOFT)


def _alt(one: _Shown, most: int) -> str:
    head = f"{one.name} reliability"
    head += f", expected calibration error {error(one.error)}" if one.error is not None else ""
    head += f", {one.left_out} points left out" if one.left_out else ""
    clauses = [f"score {written(b.score)}: {written(b.positives)} positive{_of(b.lines)}" for b in one.bins]
    return f"{head}; {listed(clauses, most - len(head) - 2, 'points')}" if clauses else f"{head}: no points"


def _of(lines: int | None) -> str:
    return "" if lines is None else f" of {count(lines)}"
