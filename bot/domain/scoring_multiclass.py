"""Scoring a multiclass classification: each class against the rest, weighted by how many lines it has."""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from bot.domain.bootstrap import Replicate, deviations
from bot.domain.scoring_binary import LEAST, Counts
from bot.domain.scoring_found import Scored
from bot.domain.scoring_lines import Form, Side, Unfit, bare, columns, number, probability, read

MOST_CLASSES: Final = 1000
"""More of them are no classes."""

MOST_IN_MATRIX: Final = 100
"""Of more classes, the confusion matrix is left out: it would be a file of its own."""

_FORM: Final = Form(
    "a class, which is 0, 1, … k-1 where the model answers probabilities",
    "one class or, comma separated, the probability of each class",
)


_Matrix = Mapping[str, Counter[str]]
_Cell = tuple[str, str]


def multiclass(pairs: Iterable[tuple[str, str]], where: str) -> Scored:
    """Numbers by metric, and the confusion matrix (by label, by answer).

    A class that is never answered has precision 0. log_loss is there where answers are probabilities.
    """
    reader, losses = _Reader(), array("d")
    matrix: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for label, answer, likelihood in read(pairs, where, reader.parsed, _FORM):
        matrix[label][answer] += 1
        if likelihood is not None:
            losses.append(-math.log(max(likelihood, LEAST)))
    n, dense = sum(row.total() for row in matrix.values()), len(reader.classes) <= MOST_IN_MATRIX
    classes = sorted(reader.classes, key=_place)
    return Scored(
        lines=n,
        metrics=_metrics(_counts(matrix), n, math.fsum(losses) if losses else None),
        deviations=deviations(n, _replicate(*_lines(matrix), array("d", sorted(losses)))),
        shapes={"confusion_matrix": _dense(matrix, classes)} if dense else {},
    )


def drawn_multiclass(pairs: Iterable[tuple[str, str]], where: str) -> Replicate:
    """The metrics of drawn lines, whose places are those of the pairs. Raises Unreadable."""
    rows = list(read(pairs, where, _Reader().parsed, _FORM))
    cells = sorted({(label, answer) for label, answer, _ in rows})
    numbers = {cell: place for place, cell in enumerate(cells)}
    losses = [-math.log(max(share, LEAST)) for _, _, share in rows if share is not None]
    return _replicate(cells, [numbers[label, answer] for label, answer, _ in rows], losses)


def _metrics(counts: Sequence[Counts], n: int, loss: float | None) -> dict[str, float]:
    """Of n lines, counted by class; `loss` is their sum, None where answers are no probabilities."""

    def weighted(metric: Callable[[Counts], float]) -> float:
        return math.fsum((c.hit + c.missed) * metric(c) for c in counts) / n

    found = {
        "accuracy": sum(c.hit for c in counts) / n,
        "weighted_precision": weighted(lambda c: c.precision),
        "weighted_recall": weighted(lambda c: c.recall),
        "weighted_f0_5": weighted(lambda c: c.f(0.5)),
        "weighted_f1": weighted(lambda c: c.f(1)),
        "weighted_f2": weighted(lambda c: c.f(2)),
    }
    if loss is not None:
        found["log_loss"] = loss / n
    return found


def _lines(matrix: _Matrix) -> tuple[list[_Cell], "array[int]"]:
    """All cells in their order, and by line the place of its cell, in the order of cells."""
    cells = sorted((label, answer) for label, row in matrix.items() for answer in row)
    numbers = array("q")
    for place, (label, answer) in enumerate(cells):
        numbers.extend((place,) * matrix[label][answer])
    return cells, numbers


def _replicate(cells: Sequence[_Cell], numbers: Sequence[int], losses: Sequence[float]) -> Replicate:
    """Of lines of which the place of the cell and the loss are known; as no metric needs both of a line,
    each may be in an order of its own.
    """

    def replicate(drawn: Sequence[int]) -> dict[str, float]:
        found: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for place, count in Counter(map(numbers.__getitem__, drawn)).items():
            label, answer = cells[place]
            found[label][answer] = count
        loss = math.fsum(map(losses.__getitem__, drawn)) if losses else None
        return _metrics(_counts(found), len(drawn), loss)

    return replicate


def _counts(matrix: _Matrix) -> list[Counts]:
    """What is counted of each class that is a label."""
    answered: Counter[str] = Counter()
    for row in matrix.values():
        for answer, count in row.items():
            answered[answer] += count
    found = []
    for label, row in matrix.items():
        hit = row[label]
        found.append(Counts(hit, answered[label] - hit, row.total() - hit))
    return found


def _dense(matrix: _Matrix, classes: list[str]) -> dict[str, dict[str, int]]:
    nothing: Counter[str] = Counter()
    return {label: {answer: matrix.get(label, nothing)[answer] for answer in classes} for label in classes}


def _place(name: str) -> tuple[bool, int, str]:
    return (not _is_whole(name), int(name) if _is_whole(name) else 0, name)


class _Reader:
    """Knows the classes so far, and how many columns the answers have."""

    def __init__(self) -> None:
        self.classes: dict[str, str] = {}
        self._columns = 0

    def parsed(self, label: str, answer: str) -> tuple[str, str, float | None]:
        """The label's class, the answer's, and the likelihood that the answer gives the label's."""
        found = columns(answer)
        self._columns = self._columns or len(found)
        if len(found) != self._columns:
            counts = f"{len(found)}, not {self._columns}"
            raise Unfit(Side.ANSWER, answer, f"has not as many columns as those before it: {counts}")
        wanted = self._class(label, Side.LABEL)
        if len(found) == 1:
            return wanted, self._class(found[0], Side.ANSWER), None
        shares = [probability(column, Side.ANSWER) for column in found]
        if not (total := math.fsum(shares)):
            raise Unfit(Side.ANSWER, answer, "gives every class the probability 0")
        if not _is_whole(wanted) or not 0 <= int(wanted) < len(shares):
            classes = f"the answers have {len(shares)} columns"
            raise Unfit(Side.LABEL, label, f"is no class from 0 to {len(shares) - 1}, and {classes}")
        best = self._class(str(shares.index(max(shares))), Side.ANSWER)
        return wanted, best, shares[int(wanted)] / total

    def _class(self, text: str, side: Side) -> str:
        """The one text for a class: 2, 2.0 and "2" are the same."""
        if (known := self.classes.get(text)) is not None:
            return known
        name = _name(text, side)
        if name not in self.classes and len(self.classes) == MOST_CLASSES:
            raise Unfit(side, text, f"is one class more than {MOST_CLASSES}; is this a regression?")
        return self.classes.setdefault(name, name)


def _name(text: str, side: Side) -> str:
    name = bare(text)
    if not name:
        raise Unfit(side, "", "")
    try:
        float(name)
    except ValueError:
        return name
    value = number(name, side)
    if not value.is_integer():
        raise Unfit(side, text, "is a number, but no class: classes are whole numbers or words")
    return str(int(value))


def _is_whole(name: str) -> bool:
    return name.removeprefix("-").isdecimal() and name.isascii()
