"""The pictures that Slack cannot draw itself, of whatever the evidence has."""

import math
from collections.abc import Container, Sequence
from typing import Final

from bot.domain.comparison import Comparison, Row
from bot.domain.comparison_rows import Beside
from bot.domain.meaning import Meaning, Meanings, is_baseline
from bot.domain.report import Curve, CurveKind, Matrix, Metric, Report
from bot.domain.spelling import is_split, split_key
from bot.slack.drawing import Drawing
from bot.slack.pictures.confusion import confusion
from bot.slack.pictures.reliability import bins, reliability
from bot.slack.pictures.slices import slices

__all__ = ["confusion", "drawings", "reliability", "slices"]

_FEWEST: Final = 2
"""One slice beside all the data shows nothing."""
_NO_SLICES: Final = ("bias.", "data.", "violations.")


def drawings(
    candidate: Report,
    champion: Report | None,
    names: tuple[str, str],
    comparison: Comparison,
    meanings: Meanings | None = None,
) -> tuple[Drawing, ...]:
    """At most three: the confusion matrix, the reliability curve, the slices of one metric.

    Args:
        candidate: The candidate's evidence.
        champion: The champion's, None where there is none.
        names: What the candidate and the champion are called, `churn:12` and `churn:9`.
        comparison: Of both; its order says which sliced metric matters most.
        meanings: What the team calls its metrics, and which way is better; where nobody gives them, what
            the comparison's rows say of it counts.
    """
    found = (
        _confusion(candidate, champion, names),
        _reliability(candidate, champion, names),
        _slices(candidate, champion, names, comparison, meanings),
    )
    return tuple(drawing for drawing in found if drawing)


def _confusion(candidate: Report, champion: Report | None, names: tuple[str, str]) -> Drawing | None:
    matrix = _foremost([matrix for matrix in candidate.matrices if _counts(matrix)])
    if matrix is None:
        return None
    others = champion.matrices if champion else ()
    beside = next((other for other in others if other.part == matrix.part and _counts(other)), None)
    return confusion(matrix, names[0], beside, names[1])


def _foremost(matrices: Sequence[Matrix]) -> Matrix | None:
    """The matrix of all the data, or the first there is."""
    return next((matrix for matrix in matrices if not matrix.part), matrices[0] if matrices else None)


def _counts(matrix: Matrix) -> bool:
    return any(count > 0 for row in matrix.counts[: len(matrix.classes)] for count in row)


def _reliability(candidate: Report, champion: Report | None, names: tuple[str, str]) -> Drawing | None:
    ours = candidate.curve(CurveKind.CALIBRATION)
    if ours is None or not bins(ours):
        return None
    theirs = champion.curve(CurveKind.CALIBRATION) if champion else None
    curves: list[tuple[str, Curve]] = [(names[0], ours)]
    if theirs and theirs.part == ours.part and bins(theirs):
        curves.append((names[1], theirs))
    return reliability(curves)


def _slices(
    candidate: Report,
    champion: Report | None,
    names: tuple[str, str],
    comparison: Comparison,
    meanings: Meanings | None,
) -> Drawing | None:
    sliced: dict[str, dict[str, Metric]] = {}
    keys = {metric.key for metric in candidate.metrics}
    for metric in candidate.metrics:
        if _is_sliced(metric, keys):
            sliced.setdefault(metric.name, {}).setdefault(metric.key, metric)
    foremost = [comparison.worst] if comparison.worst else []
    compared = [split_key(row.metric)[0] for row in [*foremost, *comparison.rows]]
    enough = [name for name, parts in sliced.items() if len(parts) >= _FEWEST]
    name = next((name for name in [*compared, *enough] if name in enough), "")
    if not name:
        return None
    meant = meanings or _said(name, comparison)
    beside = Beside(candidate, champion, comparison.champion, meant)
    known = {row.metric: row for row in comparison.rows}
    rows = [known.get(key) or beside.row(key) for key in [*sliced[name], name]]
    meaning = meant.of(name)
    title = meaning.title or name
    return slices(rows, f"{title} ({meaning.unit})" if meaning.unit else title, *names)


def _said(name: str, comparison: Comparison) -> Meanings:
    """What the rows of a metric say that it means; rows of older records say nothing."""
    rows = [*comparison.rows, *([comparison.worst] if comparison.worst else [])]
    row = next((row for row in rows if split_key(row.metric)[0] == name and row.title), None)
    return Meanings({name: Meaning(_whole(row), row.direction, row.unit)}) if row else Meanings()


def _whole(row: Row) -> str:
    """What the metric is called without its part."""
    _, part = split_key(row.metric)
    return row.title.removesuffix(f" · {part}") if part else row.title


def _is_sliced(metric: Metric, keys: Container[str]) -> bool:
    """Whether it is of a slice of the data, and neither of a feature nor of a whole data set."""
    if not metric.part or not math.isfinite(metric.value) or metric.name.startswith(_NO_SLICES):
        return False
    named = "=" in metric.part or metric.name in keys
    return named and not is_split(metric.part) and not is_baseline(metric.name)
