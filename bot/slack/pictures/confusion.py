"""The confusion matrix: how the lines of each class were answered, candidate beside champion."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.domain.report import Matrix
from bot.slack.drawing import Drawing
from bot.slack.pictures import svg
from bot.slack.pictures.amounts import count, listed, share, short
from bot.slack.pictures.folding import Grid, frequent, grid, reordered
from bot.slack.pictures.lettering import fitted, fitted_name, said, width

TITLE: Final = "Confusion matrix"
_ALT: Final = 1900
_SIZES: Final = ((2, 104.0, 76.0), (3, 86.0, 66.0), (4, 74.0, 56.0), (6, 64.0, 50.0), (12, 57.0, 46.0))
_GAP: Final = 4.0
_BETWEEN: Final = 28.0
_LABELS: Final = (56.0, 132.0)
_TOP: Final = 132.0
_LEAST: Final = 440.0
_BLUE, _SLATE, _ORANGE = "#0a549a", "#3b4759", "#c2520a"  # dark enough that white stands out on most of it
_SLANTED: Final = 92.0  # room for a label that leans
_ROOMY: Final = 66.0
_TOLD: Final = 0.01  # in a small cell a smaller share is only its shade


@dataclass(frozen=True)
class _Panel:
    """One matrix of the picture: where it is, how large its cells are, whose it is."""

    grid: Grid
    name: str
    left: float
    top: float
    cell: tuple[float, float]
    champion: bool


def confusion(matrix: Matrix, name: str, beside: Matrix | None = None, beside_name: str = "") -> Drawing:
    """The candidate's matrix, and the champion's beside it where that has the same classes."""
    like = frequent(matrix)
    first = grid(matrix, like)
    same = reordered(beside, matrix.classes) if beside else None
    second = grid(same, like) if same else None
    part = f", {said(matrix.part)}" if matrix.part else ""
    alt = _alt(f"{said(name)} confusion matrix{part}", first, _ALT // 2 if second else _ALT)
    if second:
        alt += ". " + _alt(f"{said(beside_name)} confusion matrix", second, _ALT - len(alt) - 2)
    return Drawing(TITLE, alt, _drawn(f"{TITLE}{part}", first, name, second, beside_name))


def _drawn(title: str, first: Grid, name: str, second: Grid | None, beside: str) -> str:
    size = len(first.classes)
    cell = next(((wide, high) for most, wide, high in _SIZES if size <= most), _SIZES[-1][1:])
    longest = max((width(c.label, svg.TEXT) for c in first.classes), default=0)
    left = svg.MARGIN + min(max(longest + 4, _LABELS[0]), _LABELS[1]) + 10
    turned = longest > cell[0] - 8 and cell[0] < _SLANTED
    top = _TOP + (min(longest, _SLANTED) * 0.64 - 8 if turned else 0)
    panels = [_Panel(first, name, left, top, cell, champion=False)]
    across = size * cell[0]
    if second:
        panels.append(_Panel(second, beside, left + across + _BETWEEN, top, cell, champion=True))
    end = width(first.classes[-1].label, svg.TEXT) if turned else 0  # it leans out of the last column
    beyond = max(svg.MARGIN, min(end, _SLANTED) * 0.77 - cell[0] / 2 + 16)
    wide = max(left + across * len(panels) + _BETWEEN * (len(panels) - 1) + beyond, _LEAST)
    parts = [part for panel in panels for part in _panel(panel, turned=turned)]
    parts += _rows(first, left, top, cell[1])
    return svg.card(wide, top + size * cell[1] + svg.MARGIN - 2, title, _subtitle(first), parts)


def _subtitle(shown: Grid) -> str:
    if not shown.classes:
        return "The report gives no classes"
    orange = "Shade is the share of the row; orange is wrong"
    if shown.folded:
        kept = len(shown.classes) - 1
        return f"{orange}. The {kept} most frequent of {kept + shown.folded} classes"
    return orange


def _rows(shown: Grid, left: float, top: float, high: float) -> Iterator[str]:
    yield svg.text(left - 12, top - 10, "actual", size=svg.SMALL, anchor="end", fill=svg.SOFT)
    for row, of in enumerate(shown.classes):
        label = fitted(of.label, svg.TEXT, left - svg.MARGIN - 10)
        yield svg.text(left - 12, top + row * high + high / 2 + 4.5, label, anchor="end")


def _panel(panel: _Panel, *, turned: bool) -> Iterator[str]:
    wide, _ = panel.cell
    across = max(len(panel.grid.classes) * wide, 120)
    yield svg.dot(panel.left + 8, 95.5, 6, champion=panel.champion)
    name = fitted_name(panel.name, svg.TEXT, across - 96, bold=True)
    yield svg.text(panel.left + 20, 100, name, bold=True)
    after = panel.left + 26 + width(name, svg.TEXT, bold=True)
    yield svg.text(after, 100, "answered", size=svg.SMALL, fill=svg.SOFT)
    for column, of in enumerate(panel.grid.classes):
        middle = panel.left + column * wide + (wide - _GAP) / 2
        if turned:
            label = fitted(of.label, svg.TEXT, _SLANTED)
            yield svg.text(middle - 4, panel.top - 10, label, turned=-40)
        else:
            label = fitted(of.label, svg.TEXT, wide - 8)
            yield svg.text(middle, panel.top - 10, label, anchor="middle")
    for row in range(len(panel.grid.classes)):
        yield from _cells(panel, row)


def _cells(panel: _Panel, row: int) -> Iterator[str]:
    (wide, high), roomy = panel.cell, panel.cell[1] >= _ROOMY
    for column, part in enumerate(panel.grid.shares(row)):
        x, y = panel.left + column * wide, panel.top + row * high
        fill = _fill(panel, row, column, part or 0)
        ink = svg.ink_on(fill) if part else svg.SOFT
        yield svg.rect(x, y, wide - _GAP, high - _GAP, fill, radius=6)
        middle, centre = x + (wide - _GAP) / 2, y + (high - _GAP) / 2
        number = panel.grid.counts[row][column]
        words, size = (short(number), 18.0) if roomy else (short(number, 1000), 14.0)
        bold = bool(part) and (roomy or row == column)
        beside = part is not None and part > (0 if roomy else _TOLD)
        base = centre + ((1 if roomy else -1) if beside else size / 3)
        yield svg.text(middle, base, words, size=size, anchor="middle", fill=ink, bold=bold)
        if beside:
            of_row = share(part, 1 if roomy else 0)
            below = centre + (20 if roomy else 14)
            yield svg.text(middle, below, of_row, size=svg.SMALL, anchor="middle", fill=ink)


def _fill(panel: _Panel, row: int, column: int, part: float) -> str:
    if not part:
        return svg.EMPTY
    right = panel.grid.right(row, column)
    colour = _SLATE if panel.champion or right is None else _BLUE
    return svg.mixed(_ORANGE if right is False else colour, 0.06 + 0.94 * part**0.7)


def _alt(head: str, shown: Grid, most: int) -> str:
    clauses = []
    for of, counts in zip(shown.classes, shown.counts, strict=True):
        answers = [
            f"{count(c)} answered {answered.spoken}"
            for answered, c in zip(shown.classes, counts, strict=True)
            if c != 0
        ]
        clauses.append(f"actual {of.spoken}: {', '.join(answers) or 'no lines'}")
    folded = f" ({shown.folded} classes are one, other)" if shown.folded else ""
    return (
        f"{head}{folded}; {listed(clauses, most - len(head) - len(folded) - 2, 'classes')}"
        if clauses
        else f"{head}: no classes"
    )
