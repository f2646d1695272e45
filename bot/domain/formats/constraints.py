"""Constraints that a baseline suggests, as Model Monitor writes them into `constraints.json`.

Those of a bias monitor have the form of bias metrics, those of an explainability monitor that of
explanations: `bias` and `explainability` read them.
"""

import math
from collections.abc import Collection, Mapping
from typing import Any, Final

from bot.domain.formats.reading import Found
from bot.domain.formats.structure import members, name_of, objects, unread
from bot.domain.formats.values import at, read_number, shown
from bot.domain.report import Constraint
from bot.domain.wording import named

QUALITY: Final = ("binary_classification", "multiclass_classification", "regression")
_BOUNDS: Final = ("completeness", "num_constraints", "string_constraints")
_STATISTICS: Final = ("numerical_statistics", "string_statistics")  # read by `statistics`
_SETTINGS: Final = ("monitoring_config_overrides", "monitoringConfigOverrides")
_FEATURE: Final = ("name", "inferred_type", *_BOUNDS, *_STATISTICS, *_SETTINGS)
_HELD: Final = {
    "LessThanThreshold": ">=",
    "LessThanOrEqualToThreshold": ">",
    "GreaterThanThreshold": "<=",
    "GreaterThanOrEqualToThreshold": "<",
}
"""What holds where a comparison does not: the file has the comparison that is a violation."""


def claims(document: Mapping[str, Any]) -> Collection[str]:
    """`regression_constraints` and so on, `features` where one of them is bound, and how it is monitored."""
    blocks = [f"{kind}_constraints" for kind in QUALITY if isinstance(document.get(_block(kind)), Mapping)]
    features = document.get("features")
    if isinstance(features, list) and (
        isinstance(document.get("monitoring_config"), Mapping) or any(map(_is_bound, features))
    ):
        blocks.append("features")
    return [*blocks, "monitoring_config", "version"] if blocks else ()


def read(document: Mapping[str, Any], found: Found) -> None:
    """Bounds on numbers become constraints; the values that a text may have, the inferred types and the
    settings of the monitor are no such bounds (SageMaker Developer Guide: Schema for Constraints, Model
    Quality Baselines).
    """
    for kind in QUALITY:
        if _block(kind) in document:
            _read_quality(kind, document[_block(kind)], found)
    for path, feature in objects(document.get("features", []), "$.features", found):
        unread(feature, _FEATURE, path, found)
        if name := name_of(feature, path, found):
            _read_feature(name, feature, path, found)


def _block(kind: str) -> str:
    return f"{kind}_constraints"


def _is_bound(feature: object) -> bool:
    return isinstance(feature, Mapping) and any(bound in feature for bound in _BOUNDS)


def _read_quality(kind: str, block: object, found: Found) -> None:
    path = at("$", _block(kind))
    found.problem = found.problem or kind
    for name, value in members(block, path, found).items():
        if isinstance(value, Mapping):
            _read_bound(named(name), value, at(path, name), found)
        else:
            found.odd(at(path, name), f"is {shown(value)}, no object")


def _read_bound(name: str, entry: Mapping[str, Any], path: str, found: Found) -> None:
    unread(entry, ("threshold", "comparison_operator", "additional_properties"), path, found)
    threshold = _threshold(entry.get("threshold"), at(path, "threshold"), found)
    operator = entry.get("comparison_operator")
    comparator = _HELD.get(operator) if isinstance(operator, str) else None
    if comparator is None:
        found.odd(at(path, "comparison_operator"), f"is {shown(operator)}, no comparison that I know")
    elif threshold is not None:
        found.constraints.append(Constraint(name, comparator, threshold))


def _read_feature(name: str, feature: Mapping[str, Any], path: str, found: Found) -> None:
    if "completeness" in feature:
        where = at(path, "completeness")
        share = _threshold(feature["completeness"], where, found)
        if share is not None and 0 <= share <= 1:
            found.constraints.append(Constraint("data.completeness", ">=", share, name))
        elif share is not None:
            found.odd(where, f"is {shown(feature['completeness'])}, no share between 0 and 1")
    if "num_constraints" in feature:
        where = at(path, "num_constraints")
        _read_sign(name, members(feature["num_constraints"], where, found), where, found)


def _read_sign(name: str, bounds: Mapping[str, Any], path: str, found: Found) -> None:
    unread(bounds, ("is_non_negative",), path, found)
    match bounds.get("is_non_negative", False):
        case True:
            found.constraints.append(Constraint("data.min", ">=", 0.0, name))
        case False:
            pass
        case other:
            found.odd(at(path, "is_non_negative"), f"is {shown(other)}, neither true nor false")


def _threshold(value: object, path: str, found: Found) -> float | None:
    number, why = read_number(value)
    if math.isfinite(number):
        return number
    found.odd(path, why)
    return None
