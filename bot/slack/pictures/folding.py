"""Folding: a confusion matrix small enough to be drawn, its rarest classes as one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.report import Matrix
from bot.slack.pictures.amounts import usable
from bot.slack.pictures.lettering import drawn, said

MOST: Final = 12
"""Classes in one picture."""


@dataclass(frozen=True)
class Class:
    """One class: its whole name, and what of that can be drawn."""

    name: str
    label: str

    @property
    def spoken(self) -> str:
        """For the alt text, which ties the label to the name."""
        return f"{self.label} {self.name}" if self.label.startswith("#") and self.name else self.label


@dataclass(frozen=True)
class Grid:
    """Counts by actual and answered class; None where the report gives no count. `folded` classes stand
    behind the last one, 0 where each has its own.
    """

    classes: tuple[Class, ...]
    counts: tuple[tuple[float | None, ...], ...]
    folded: int = 0

    def shares(self, row: int) -> tuple[float | None, ...]:
        """Each cell's share of its row, None where the row is empty."""
        counts = self.counts[row]
        largest = max((c for c in counts if c is not None), default=0)
        if not largest:
            return (None,) * len(counts)
        whole = math.fsum(c / largest for c in counts if c is not None)
        return tuple(None if c is None else c / largest / whole for c in counts)

    def right(self, row: int, column: int) -> bool | None:
        """Whether such an answer is right; None among the folded, where it may be either."""
        if self.folded and row == column == len(self.classes) - 1:
            return None
        return row == column


def grid(matrix: Matrix, like: Sequence[int] | None = None) -> Grid:
    """The matrix as it is drawn; `like` are the places of the classes that are not folded."""
    size = len(matrix.classes)
    cells = [[_cell(matrix, i, j) for j in range(size)] for i in range(size)]
    classes = tuple(_class(name, place) for place, name in enumerate(matrix.classes))
    kept = list(frequent(matrix) if like is None else like)
    rest = [place for place in range(size) if place not in set(kept)]
    groups = [[place] for place in kept] + ([rest] if rest else [])
    counts = tuple(tuple(_sum([cells[i][j] for i in a for j in b]) for b in groups) for a in groups)
    shown = tuple(classes[place] for place in kept) + ((Class("", "other"),) if rest else ())
    return Grid(shown, counts, len(rest))


def frequent(matrix: Matrix) -> tuple[int, ...]:
    """The places of the classes that are drawn each for itself, in the file's order."""
    size = len(matrix.classes)
    if size <= MOST:
        return tuple(range(size))
    lines = [_sum([_cell(matrix, i, j) for j in range(size)]) or 0.0 for i in range(size)]
    ranked = sorted(range(size), key=lambda place: (-lines[place], place))
    return tuple(sorted(ranked[: MOST - 1]))


def reordered(matrix: Matrix, classes: tuple[str, ...]) -> Matrix | None:
    """The matrix with the classes in that order; None where they are others."""
    if matrix.classes == classes:
        return matrix
    places = {name: place for place, name in enumerate(matrix.classes)}
    if len(places) != len(matrix.classes) or sorted(places) != sorted(classes):
        return None
    order = [places[name] for name in classes]
    size = len(order)
    raw = [[_raw(matrix, i, j) for j in range(size)] for i in range(size)]
    counts = tuple(tuple(raw[i][j] for j in order) for i in order)
    return replace(matrix, classes=classes, counts=counts)


def _class(name: str, place: int) -> Class:
    return Class(said(name), drawn(said(name), f"#{place + 1}"))


def _raw(matrix: Matrix, row: int, column: int) -> float:
    """NaN where a row is missing or too short."""
    counts = matrix.counts[row] if row < len(matrix.counts) else ()
    return counts[column] if column < len(counts) else math.nan


def _cell(matrix: Matrix, row: int, column: int) -> float | None:
    count = usable(_raw(matrix, row, column))
    return count if count is not None and count >= 0 else None


def _sum(cells: Sequence[float | None]) -> float | None:
    known = [cell for cell in cells if cell is not None]
    return math.fsum(known) if known else None
