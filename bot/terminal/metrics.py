"""The metrics as a table for a terminal."""

from enum import Enum, auto
from itertools import compress
from typing import Final

from bot.domain import phrasing
from bot.domain.comparison import Row
from bot.domain.verdict import called
from bot.terminal.grid import fits, grid
from bot.terminal.screen import Screen, clean
from bot.usecases.evidence import Reported

_RULE, _CHANGE = "Guardrail", "Difference"
_COLOURS: Final = {"better": "green", "worse": "red"}


class _Detail(Enum):
    """How much of each metric there is room for, the most first."""

    WHOLE = auto()
    BRIEF = auto()  # without the champion's deviation and the relative difference
    BARE = auto()  # without the candidate's deviation either


def beside(found: Reported, screen: Screen) -> list[str]:
    """The metrics beside the champion's, with as much of each as the screen is wide enough for."""
    rows = found.comparison.rows
    tables = [_table(found, detail) for detail in _Detail]
    table = next((made for made in tables if fits(made, screen)), tables[-1])

    def paint(row: int, column: int, cell: str) -> str:
        if row == 0:
            return screen.painted(cell, "bold")
        colour = _colour(rows[row - 1], table[0][column])
        return screen.painted(cell, colour) if colour else cell

    return grid(table, screen, paint)


def _table(found: Reported, detail: _Detail) -> list[list[str]]:
    """The head and the rows, in the order in which people look; without columns that say nothing."""
    rows, champion = found.comparison.rows, found.comparison.champion
    live = f" ({clean(found.stage)})" if found.stage and detail is _Detail.WHOLE else ""
    head = ["Metric", str(found.package.version), _RULE, f"{champion}{live}", _CHANGE]
    kept = [True, True, any(row.guardrail for row in rows), bool(champion), bool(champion)]
    return [list(compress(cells, kept)) for cells in (head, *(_cells(row, detail) for row in rows))]


def _cells(row: Row, detail: _Detail) -> list[str]:
    ours = None if detail is _Detail.BARE else row.candidate_deviation
    theirs = row.champion_deviation if detail is _Detail.WHOLE else None
    cells = [
        called(row),
        phrasing.measured(row.candidate, ours, row.unit),
        phrasing.guardrail(row),
        phrasing.measured(row.champion, theirs, row.unit),
        phrasing.shift(row, brief=detail is not _Detail.WHOLE),
    ]
    return list(map(clean, cells))


def _colour(row: Row, column: str) -> str:
    if column == _RULE:
        return {True: "green", False: "red", None: ""}[row.guardrail_met]
    return _COLOURS.get(phrasing.judgement(row), "") if column == _CHANGE else ""
