"""Confusion matrices and curves, as Model Monitor, scikit-learn and people write them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from bot.domain.formats.reading import Found, numbers
from bot.domain.formats.structure import unread
from bot.domain.formats.values import NESTED, at, read_number, shown
from bot.domain.report import Curve, CurveKind, Matrix
from bot.domain.wording import named

MOST_CELLS: Final = 250_000
"""Of all matrices of a file; a sparse one of many classes would fill the memory."""

MOST_POINTS: Final = 5_000
"""Of a longer curve every n-th point is kept, and both ends: more than anybody can see."""


@dataclass(frozen=True)
class _Axes:
    kind: CurveKind
    across: tuple[str, ...]
    up: tuple[str, ...]


_ROC: Final = _Axes(
    CurveKind.ROC,
    ("false_positive_rates", "false_positive_rate", "fpr"),
    ("true_positive_rates", "true_positive_rate", "tpr"),
)
_PRECISION_RECALL: Final = _Axes(
    CurveKind.PRECISION_RECALL, ("recalls", "recall"), ("precisions", "precision")
)
_CALIBRATION: Final = _Axes(
    CurveKind.CALIBRATION,
    ("predicted", "prob_pred", "mean_predicted_value"),
    ("observed", "prob_true", "fraction_of_positives"),
)
_CURVES: Final[Mapping[str, _Axes]] = {
    "receiveroperatingcharacteristiccurve": _ROC,
    "roccurve": _ROC,
    "roc": _ROC,
    "precisionrecallcurve": _PRECISION_RECALL,
    "prcurve": _PRECISION_RECALL,
    "calibrationcurve": _CALIBRATION,
    "reliabilitycurve": _CALIBRATION,
}
_MATRIX: Final = "confusionmatrix"
_PASSED: Final = ("thresholds",)
_CELLS: Final = ("matrix", "values")
_LABELS: Final = ("labels", "classes")
_QUARTERS: Final = (("tn", "fp"), ("fn", "tp"))


def knows(name: str, value: object) -> bool:
    """Whether a value of that name is a matrix or a curve."""
    return isinstance(value, NESTED) and ((word := _word(name)) == _MATRIX or word in _CURVES)


def read(name: str, value: Any, path: str, found: Found, part: str = "") -> None:
    """Take a matrix or a curve, with a note where it is not well formed."""
    axes = _CURVES.get(_word(name))
    if axes is None:
        _read_matrix(value, path, found, part)
    elif isinstance(value, list):
        points = [numbers(point, at(path, place), found) for place, point in enumerate(value)]
        pairs = [point for point in points if point and len(point) == 2]  # noqa: PLR2004 - x, y
        if len(pairs) == len(points):
            x, y = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
            _add_curve(axes.kind, x, y, [], path, found, part)
        elif all(point is not None for point in points):
            found.odd(path, "is no list of pairs of numbers, so it is no curve")
    else:
        _read_axes(axes, value, path, found, part)


def _word(name: str) -> str:
    return name.replace("_", "").replace(" ", "").replace("-", "").lower()


def _read_axes(axes: _Axes, value: Mapping[str, Any], path: str, found: Found, part: str) -> None:
    unread(value, (*axes.across, *axes.up, "counts", *_PASSED), path, found)
    x, y = (_axis(names, value, path, found) for names in (axes.across, axes.up))
    if x is None or y is None:
        return
    if len(x) != len(y):
        found.odd(path, f"has {len(x):,} values across and {len(y):,} up, so it is no curve")
        return
    lines = _lines(value["counts"], len(x), at(path, "counts"), found) if "counts" in value else []
    _add_curve(axes.kind, x, y, lines, path, found, part)


def _axis(names: Sequence[str], value: Mapping[str, Any], path: str, found: Found) -> list[float] | None:
    name = next((name for name in names if name in value), None)
    if name is None:
        found.odd(path, f"has no {names[0]}, so it is no curve")
        return None
    return numbers(value[name], at(path, name), found)


def _lines(value: object, wanted: int, path: str, found: Found) -> list[int]:
    counts = numbers(value, path, found)
    if counts is None:
        return []
    if len(counts) != wanted or any(count < 0 or not count.is_integer() for count in counts):
        found.odd(path, "is no list of a count of lines for each point")
        return []
    return list(map(int, counts))


def _add_curve(  # noqa: PLR0913 - what a curve is made of
    kind: CurveKind,
    x: list[float],
    y: list[float],
    lines: list[int],
    path: str,
    found: Found,
    part: str,
) -> None:
    if not x:
        found.odd(path, "has no points")
        return
    across = sorted(x)
    if across[0] < 0 or across[-1] > 1 or min(y) < 0 or max(y) > 1:
        found.odd(path, "has values that are no shares between 0 and 1, so it is no curve")
        return
    if x[0] > x[-1]:
        x, y, lines = x[::-1], y[::-1], lines[::-1]
    if x != across:
        order = sorted(range(len(x)), key=x.__getitem__)
        x, y = [x[place] for place in order], [y[place] for place in order]
        lines = [lines[place] for place in order] if lines else []
    step = -(-len(x) // MOST_POINTS)
    if step > 1 and not lines:
        x, y = ([*axis[:-1:step], axis[-1]] for axis in (x, y))
    found.curves.append(Curve(kind, tuple(zip(x, y, strict=True)), named(part), tuple(lines)))


def _read_matrix(value: Any, path: str, found: Found, part: str) -> None:
    if isinstance(value, list):
        read_rows(value, (), path, found, part)
    elif cells := next((key for key in _CELLS if isinstance(value.get(key), list)), ""):
        unread(value, (cells, *_LABELS), path, found)
        labels: list[Any] = next((value[key] for key in _LABELS if isinstance(value.get(key), list)), [])
        read_rows(value[cells], [str(label) for label in labels], at(path, cells), found, part)
    elif {key.lower() for key in value} == set(chain.from_iterable(_QUARTERS)):
        quarters = {key.lower(): cell for key, cell in value.items()}
        rows = [[quarters[key] for key in row] for row in _QUARTERS]
        _add_matrix(("negative", "positive"), rows, path, found, part)
    else:
        _read_classes(value, path, found, part)


def _read_classes(value: Mapping[str, Any], path: str, found: Found, part: str) -> None:
    """An object of each class, and in it how often it was answered with each; what is absent is 0."""
    for name, row in value.items():
        if not isinstance(row, Mapping):
            found.odd(at(path, name), f"is {shown(row)}, no row of a matrix")
            return
    classes = list(dict.fromkeys(chain(value, chain.from_iterable(value.values()))))
    if _fits(classes, path, found):
        rows = [[value.get(row, {}).get(column, 0) for column in classes] for row in classes]
        _add_matrix(classes, rows, path, found, part)


def read_rows(value: list[Any], classes: Sequence[str], path: str, found: Found, part: str) -> None:
    """Take a matrix of lists; without `classes` they are numbered, as scikit-learn does."""
    names = list(classes) or [str(number) for number in range(len(value))]
    if len(names) != len(value) or any(not isinstance(row, list) or len(row) != len(value) for row in value):
        found.odd(path, "has not as many rows as columns and names, so it is no confusion matrix")
        return
    if _fits(names, path, found):
        _add_matrix(names, value, path, found, part)


def _fits(classes: Sequence[str], path: str, found: Found) -> bool:
    fits = bool(classes) and found.cells + len(classes) ** 2 <= MOST_CELLS
    if not fits:
        found.odd(path, f"has {len(classes):,} classes, which I do not draw")
    return fits


def _add_matrix(
    classes: Sequence[str], rows: Sequence[Sequence[Any]], path: str, found: Found, part: str
) -> None:
    counts = []
    for row, values in zip(classes, rows, strict=True):
        read = [_count(value) for value in values]
        wrong = [column for column, count in enumerate(read) if count is None]
        if wrong:
            where = f"{at(path, row)}{at('', classes[wrong[0]])}"
            found.odd(where, f"is {shown(values[wrong[0]])}, no count, so I do not draw the matrix")
            return
        counts.append(tuple(count for count in read if count is not None))
    found.cells += len(classes) ** 2
    found.matrices.append(Matrix(tuple(map(named, classes)), tuple(counts), named(part)))


def _count(value: object) -> float | None:
    number, why = read_number(value)
    return None if why or number < 0 else number
