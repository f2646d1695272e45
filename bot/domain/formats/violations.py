"""Violations, as Model Monitor writes them into `constraint_violations.json`, whatever it watches."""

import math
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from bot.domain.formats.reading import Found
from bot.domain.formats.structure import objects, text, unread
from bot.domain.formats.values import at, read_number, shown
from bot.domain.report import Violation
from bot.domain.wording import named

_MOST: Final = 500  # characters of a description
_KNOWN: Final = (
    "constraint_check_type",
    "description",
    "feature_name",
    "metric_name",
    "facet",
    "facet_value",
    "label",
    "value",
    "threshold",
)
_N: Final = r"([-+]?(?:\d++(?:\.\d*+)?|\.\d++)(?:e[-+]?\d++)?)(?!\w|[.,]\d)(%?)"
_HOW: Final = re.IGNORECASE | re.ASCII
_VALUE: Final = tuple(
    re.compile(pattern, _HOW)
    for pattern in (
        rf"\bdistance:? {_N}",
        rf"\bdrift:? {_N}",
        rf"\bvalue:? {_N} does not meet",
        rf"\bwith {_N} (?:\+/- \S+ )?was\b",
        rf"\b(?:actual|observed):? (?:only )?{_N}",
        rf"\bin current dataset: {_N}",
        rf"(?<!\S){_N} (?:exceeds|is above|is below)\b",
    )
)
_THRESHOLD: Final = tuple(
    re.compile(pattern, _HOW)
    for pattern in (
        rf"threshold:? ['\"]?{_N}",
        rf"\bexpected (?:data type )?match: {_N}",
        rf"\bin baseline constraints: {_N}",
    )
)


def claims(document: Mapping[str, Any]) -> Collection[str]:
    """`violations`, and the version of the form."""
    return ("violations", "version") if isinstance(document.get("violations"), list) else ()


def read(document: Mapping[str, Any], found: Found) -> None:
    """Each violation, and their count as the metric `violations`: a file that lists none is evidence as
    well (SageMaker Developer Guide: Schema for Violations, Bias Drift Violations, Model Feature
    Attribution Drift Violations). Whatever stands in the list counts, understood or not.
    """
    listed = document.get("violations", [])
    for path, entry in objects(listed, "$.violations", found):
        _read_violation(entry, path, found)
    if isinstance(listed, list):
        found.metric("violations", len(listed), "$.violations")


def _read_violation(entry: Mapping[str, Any], path: str, found: Found) -> None:
    unread(entry, _KNOWN, path, found)
    for key in ("constraint_check_type", "description"):
        if not isinstance(entry.get(key), str):
            found.odd(at(path, key), f"is {shown(entry.get(key))}, no text")
    sentence = _sentence(text(entry.get("description")))
    of = _subject(entry, path, found)
    if not of:
        found.odd(path, "names no feature and no metric")
    found.violations.append(
        Violation(
            check=text(entry.get("constraint_check_type")),
            of=of,
            sentence=sentence,
            value=_given("value", entry, path, found, _number(_VALUE, sentence)),
            threshold=_given("threshold", entry, path, found, _number(_THRESHOLD, sentence)),
        )
    )


def _subject(entry: Mapping[str, Any], path: str, found: Found) -> str:
    feature, metric, facet, value, label = (
        _name(key, entry, path, found)
        for key in ("feature_name", "metric_name", "facet", "facet_value", "label")
    )
    where = f"{facet}={value}" if facet and value else facet or label or feature
    return f"{metric} of {where}" if metric and where else metric or where


def _name(key: str, entry: Mapping[str, Any], path: str, found: Found) -> str:
    given = entry.get(key)
    name = text(given)
    if given is not None and not name:
        found.odd(at(path, key), f"is {shown(given)}, no name")
    return name


def _sentence(description: str) -> str:
    said = named(description)
    return said if len(said) <= _MOST else f"{said[: _MOST - 1]}…"


def _number(patterns: Iterable[re.Pattern[str]], sentence: str) -> float | None:
    """The number that the sentence gives, a percentage as a share, None where it gives none."""
    match = next(filter(None, (pattern.search(sentence) for pattern in patterns)), None)
    if not match:
        return None
    number = float(match[1]) / (100 if match[2] else 1)
    return number if math.isfinite(number) else None


def _given(key: str, entry: Mapping[str, Any], path: str, found: Found, said: float | None) -> float | None:
    """The number beside the sentence, which files of one's own container may have, before the one in it."""
    if entry.get(key) is None:
        return said
    number, why = read_number(entry[key])
    if why:
        found.odd(at(path, key), why)
        return said
    return number
