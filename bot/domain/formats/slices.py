"""Slices of home-made reports: metrics of each group of the data, and of each class."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.domain.formats.naming import Place, is_wrapper, joined
from bot.domain.formats.structure import text
from bot.domain.formats.values import NESTED

_WORDS: Final = frozenset(["slices", "slice_metrics", "groups", "segments", "subgroups", "slicing"])
_PER: Final = re.compile(
    r"(?:(?P<before>[a-z0-9_]+)_)?(?:per|by)_(?P<of>[a-z0-9]+)(?:_(?P<after>\w+))?", re.IGNORECASE
)
_ANY: Final = frozenset(["slice", "group", "segment", "subgroup", "slices", "groups"])
_LABELS: Final = (
    "slice",
    "slice_name",
    "group",
    "group_name",
    "segment",
    "subgroup",
    "class",
    "label",
    "name",
)
_DIMENSIONS: Final = ("feature", "column", "facet", "dimension")
_VALUES: Final = ("value", "group", "slice", "category")
_SCORES: Final = frozenset(["accuracy", "auc", "f1", "f1-score", "precision", "recall", "support"])


def knows(key: str, value: object) -> bool:
    """Whether a key holds the metrics of several groups."""
    lower = key.lower()
    per = "per_" in lower or "by_" in lower
    return isinstance(value, NESTED) and (lower in _WORDS or (per and _PER.fullmatch(key) is not None))


def groups(key: str, value: Any, place: Place) -> Iterator[tuple[Place, str, Any]]:
    """Each group: where it stands and its part, its key, and its metrics or its one number."""
    dimension, name = _meant(key)
    inside = place.at(key).called(name) if name else place.at(key)
    if isinstance(value, list):
        yield from _of_list(dimension, value, inside)
    elif value and all(score in _SCORES and isinstance(by, Mapping) for score, by in value.items()):
        for score, by in value.items():
            for group, number in by.items():
                where = inside.at(score).at(group)
                yield (
                    Place(where.path, joined(where.name, score), where.part).of(_part(dimension, group)),
                    "",
                    number,
                )
    else:
        for group, metrics in value.items():
            yield from _of_group(dimension, group, metrics, inside)


def _meant(key: str) -> tuple[str, str]:
    """The dimension and the metric of a key: `region` and `f1` of `f1_by_region`."""
    match = _PER.fullmatch(key)
    if key.lower() in _WORDS or match is None:
        return "", ""
    of = match["of"].lower()
    names = [name for name in (match["before"], match["after"]) if name and not is_wrapper(name)]
    return "" if of in _ANY else of, "_".join(names)


def _of_list(dimension: str, values: list[Any], place: Place) -> Iterator[tuple[Place, str, Any]]:
    for number, entry in enumerate(values):
        where = place.at(number)
        if isinstance(entry, Mapping):
            part, rest = _labelled(dimension, entry)
            yield where.of(part or _part(dimension or "item", str(number))), "", rest
        else:
            yield where.of(_part(dimension or "item", str(number))), "", entry


def _labelled(dimension: str, entry: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    used = []
    of = next((key for key in _DIMENSIONS if text(entry.get(key))), "")
    value = next((key for key in (*_VALUES, *_LABELS) if of and text(entry.get(key))), "")
    if of and value:
        used, part = [of, value], _part(text(entry[of]), text(entry[value]))
    else:
        label = next((key for key in (dimension, *_LABELS) if key and text(entry.get(key))), "")
        used = [label]
        part = _part(dimension or ("class" if label == "class" else ""), text(entry.get(label)))
    return part, {key: metrics for key, metrics in entry.items() if key not in used}


def _of_group(dimension: str, group: str, metrics: Any, place: Place) -> Iterator[tuple[Place, str, Any]]:
    where = place.at(group)
    if not dimension and _is_dimension(metrics):
        for value, inner in metrics.items():
            yield where.at(value).of(_part(group, value)), "", inner
    else:
        yield where.of(_part(dimension, group)), group, metrics


def _is_dimension(metrics: object) -> bool:
    """Whether an object holds groups in its turn (`{"EU": {…}, "US": {…}}`), not metrics."""
    return (
        isinstance(metrics, Mapping)
        and bool(metrics)
        and all(
            isinstance(inner, Mapping) and "value" not in inner and not is_wrapper(key)
            for key, inner in metrics.items()
        )
    )


def _part(dimension: str, group: str) -> str:
    return f"{dimension}={group}" if dimension and group and "=" not in group else group
