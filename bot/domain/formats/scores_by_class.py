"""Scores of each class and their averages, as scikit-learn's `classification_report` gives them."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from bot.domain.formats import dataset
from bot.domain.formats.naming import Place, joined
from bot.domain.formats.reading import Found
from bot.domain.formats.values import at, shown

NAME: Final = "scores by class"
_AVERAGES: Final = {
    "macro avg": "macro",
    "weighted avg": "weighted",
    "micro avg": "micro",
    "samples avg": "samples",
}
_SCORES: Final = frozenset(["precision", "recall", "f1-score", "support"])
_WHOLE: Final = ("accuracy",)


def knows(block: object) -> bool:
    """Whether an object is such a report: it has an average."""
    return (
        isinstance(block, dict)
        and not _AVERAGES.keys().isdisjoint(block)
        and any(_is_scores(block.get(average)) for average in _AVERAGES)
    )


def claims(document: Mapping[str, Any]) -> Collection[str]:
    """The averages, the classes and the accuracy."""
    return [key for key, value in document.items() if _is_ours(key, value)] if knows(document) else ()


def read(document: Mapping[str, Any], found: Found) -> None:
    """`weighted_f1` and so on, and `f1` of the part `class=2` (scikit-learn: classification_report with
    `output_dict`).
    """
    rest = read_block(document, Place(), found)
    for key, value in rest.items():
        found.odd(at("$", key), f"is {shown(value)}, which I do not read here")


def read_block(block: Mapping[str, Any], place: Place, found: Found) -> Mapping[str, Any]:
    """Take what is of this form; gives the rest."""
    for key, value in block.items():
        if not _is_ours(key, value):
            continue
        where = place.at(key)
        if key in _WHOLE:
            found.metric(joined(place.name, key), value, where.path, part=place.part)
        elif key in _AVERAGES:
            _read_scores(value, where, f"{_AVERAGES[key]}_", found)
        else:
            _read_scores(value, where.of(f"class={key}"), "", found)
    return {key: value for key, value in block.items() if not _is_ours(key, value)}


def _is_ours(key: str, value: object) -> bool:
    return _is_scores(value) or (key in _WHOLE and not isinstance(value, Mapping | list))


def _is_scores(value: object) -> bool:
    return isinstance(value, Mapping) and len(_SCORES.intersection(value)) > 1


def _read_scores(scores: Mapping[str, Any], place: Place, average: str, found: Found) -> None:
    for key, value in scores.items():
        path = at(place.path, key)
        if key == "support" and average and not place.part:
            dataset.add_rows(value, path, found)
        elif isinstance(value, Mapping | list):
            found.odd(path, f"is {shown(value)}, no score")
        else:
            name = key if key == "support" else f"{average}{joined('', key)}"
            found.metric(joined(place.name, name), value, path, part=place.part)
