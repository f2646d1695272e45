"""Explainability, as SageMaker Clarify writes it: in `analysis.json`, and as the baseline of a monitor."""

import math
from collections.abc import Collection, Mapping
from typing import Any, Final

from bot.domain.formats.reading import Found
from bot.domain.formats.structure import members, objects, unread
from bot.domain.formats.values import at, read_number
from bot.domain.report import Attribution
from bot.domain.wording import named

SHAP: Final = "kernel_shap"
_VALUES, _TEXT, _EXPECTED = "global_shap_values", "global_top_shap_text", "expected_value"
_PLAIN: Final = bytes(range(ord(" "), ord("~") + 1)).replace(b"`", b"")


def claims(document: Mapping[str, Any]) -> Collection[str]:
    """`explanations`, and the version of the form."""
    return ("explanations", "version") if isinstance(document.get("explanations"), Mapping) else ()


def read(document: Mapping[str, Any], found: Found) -> None:
    """A method explains each label by the global SHAP values of the features, and, of a text, of its most
    telling words (SageMaker Developer Guide: Analysis Results). Explanations of images are pictures
    beside the file; what of them stands in it is noted.
    """
    for method, block in members(document.get("explanations", {}), "$.explanations", found).items():
        path = at("$.explanations", method)
        if method == "pdp":
            _count_plots(block, path, found)
        else:
            for label, entry in members(block, path, found).items():
                _read_label(method, label, members(entry, at(path, label), found), at(path, label), found)


def _count_plots(plots: object, path: str, found: Found) -> None:
    count = sum(1 for _ in objects(plots, path, found))
    if count:
        plural = "" if count == 1 else "s"
        found.odd(path, f"holds {count} partial dependence plot{plural}, which I do not draw")


def _read_label(method: str, label: str, entry: Mapping[str, Any], path: str, found: Found) -> None:
    unread(entry, (_VALUES, _TEXT, _EXPECTED), path, found)
    shap = method == SHAP
    title = named(label) if shap else f"{named(method)} · {named(label)}"
    if _EXPECTED in entry:
        name = f"{'shap' if shap else named(method)}.{_EXPECTED}"
        found.metric(name, entry[_EXPECTED], at(path, _EXPECTED), part=label)
    if _VALUES in entry:
        _read_features(title, entry[_VALUES], at(path, _VALUES), found)
    if _TEXT in entry:
        for feature, words in members(entry[_TEXT], at(path, _TEXT), found).items():
            _read_features(f"{title} · {named(feature)}", words, at(at(path, _TEXT), feature), found)


def _are_plain(names: Collection[str]) -> bool:
    """Whether all are words that `named` leaves as they are, found out at once: there may be 100,000."""
    line = f" {' '.join(names)} "
    return line.isascii() and not line.encode().translate(None, _PLAIN) and "  " not in line


def _read_features(label: str, values: object, path: str, found: Found) -> None:
    given = members(values, path, found)
    if set(map(type, given.values())) == {float} and math.isfinite(sum(given.values())):
        listed = given.items() if _are_plain(given) else ((named(key), value) for key, value in given.items())
        found.attributions.append(Attribution(label, tuple(listed)))
        return
    features = []
    for feature, value in given.items():
        number, why = read_number(value)
        if math.isfinite(number):
            features.append((named(feature), number))
        else:
            found.odd(at(path, feature), why)
    if features:
        found.attributions.append(Attribution(label, tuple(features)))
