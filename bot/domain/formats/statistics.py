"""Statistics of data, as Model Monitor's data quality writes them into `statistics.json`."""

import math
from collections.abc import Collection, Mapping
from typing import Any, Final

from bot.domain.formats import dataset
from bot.domain.formats.reading import Found
from bot.domain.formats.structure import members, name_of, objects, unread
from bot.domain.formats.values import at, read_number, shown

KINDS: Final = ("numerical_statistics", "string_statistics")
_NUMBERS: Final = ("mean", "std_dev", "min", "max", "sum", "distinct_count")
_COUNTS: Final = ("num_present", "num_missing")
_FEATURE: Final = ("name", "inferred_type", *KINDS)
_BOUNDS: Final = ("completeness", "num_constraints", "string_constraints")  # read by `constraints`


def claims(document: Mapping[str, Any]) -> Collection[str]:
    """`features` where one of them has statistics, and the data set that they were taken of."""
    features = document.get("features")
    if not isinstance(features, list):
        return ()
    ours = any(
        isinstance(feature, Mapping) and any(kind in feature for kind in KINDS) for feature in features
    )
    return ("features", "dataset", "version") if ours else ()


def read(document: Mapping[str, Any], found: Found) -> None:
    """A number such as `data.mean` has a feature's name as its part (SageMaker Developer Guide: Schema for
    Statistics). Distributions and sketches of them are no single number, and are passed over.
    """
    if "dataset" in document:
        dataset.read(document["dataset"], "$.dataset", found)
    for path, feature in objects(document.get("features", []), "$.features", found):
        unread(feature, (*_FEATURE, *_BOUNDS), path, found)
        if name := name_of(feature, path, found):
            for kind in KINDS:
                if kind in feature:
                    _read_feature(name, feature[kind], at(path, kind), found)


def _read_feature(name: str, value: object, path: str, found: Found) -> None:
    numbers = members(value, path, found)
    unread(numbers, (*_NUMBERS, "common", "distribution"), path, found)
    for key in _NUMBERS:
        if key in numbers:
            found.metric(f"data.{key}", numbers[key], at(path, key), part=name)
    common = members(numbers.get("common", {}), at(path, "common"), found)
    if common:
        _read_completeness(name, common, at(path, "common"), found)


def _read_completeness(name: str, common: Mapping[str, Any], path: str, found: Found) -> None:
    unread(common, _COUNTS, path, found)
    counts = [_count(common.get(key), at(path, key), found) for key in _COUNTS]
    present, missing = counts
    if present is None or missing is None:
        return
    if present + missing == 0:
        found.odd(path, "counts no line at all, so there is no completeness")
        return
    found.metric("data.completeness", present / (present + missing), path, part=name)


def _count(value: object, path: str, found: Found) -> int | None:
    number, why = read_number(value)
    if math.isfinite(number) and (number < 0 or not number.is_integer()):
        why = f"is {shown(value)}, no count"
    if why:
        found.odd(path, why)
        return None
    return int(number)
