"""Rows of cells in aligned columns, as wide as the screen at the most."""

from collections.abc import Callable, Sequence
from typing import Final

from bot.terminal.screen import Screen, columns, cut

_GAP: Final = "  "
_NARROWEST: Final = 6
Paint = Callable[[int, int, str], str]
"""A cell's row and column and its padded text, painted; row 0 is the head."""


def grid(rows: Sequence[Sequence[str]], screen: Screen, paint: Paint) -> list[str]:
    """The rows as lines, the first column to the left and the others to the right; all rows are as long
    as the first. Where the screen is too narrow, the widest columns lose the ends of their cells.
    """
    widths = _widths(rows)
    if screen.width is not None:
        _shrink(widths, screen.width - len(_GAP) * (len(widths) - 1))
    lines = []
    for number, row in enumerate(rows):
        cells = [
            paint(number, at, _padded(cell, width, left=at == 0))
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(_GAP.join(cells).rstrip())
    return lines


def fits(rows: Sequence[Sequence[str]], screen: Screen) -> bool:
    """Whether the rows fit the screen whole."""
    widths = _widths(rows)
    return screen.width is None or sum(widths) + len(_GAP) * (len(widths) - 1) <= screen.width


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(columns(row[at]) for row in rows) for at in range(len(rows[0]))] if rows else []


def _shrink(widths: list[int], most: int) -> None:
    widths[:] = [min(width, most) for width in widths]
    while sum(widths) > most and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1


def _padded(cell: str, width: int, *, left: bool) -> str:
    text = cut(cell, width)
    space = " " * (width - columns(text))
    return text + space if left else space + text
