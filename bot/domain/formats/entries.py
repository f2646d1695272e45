"""Entries of home-made reports: objects that hold one metric, with its name or under it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.domain.formats.naming import Place, is_wrapper, set_of, split, standard
from bot.domain.formats.reading import NESTED
from bot.domain.formats.structure import text

_VALUES: Final = ("value", "Value", "metric_value", "MetricValue")
_SURE: Final = ("StandardMetricName", "MetricName", "metric_name", "metricName", "Metric", "metric")
_NAMES: Final = (*_SURE, "name", "Name")
_DEVIATIONS: Final = ("standard_deviation", "std", "stddev", "std_dev", "stdev", "StandardDeviation")
_SETS: Final = ("Set", "set", "split", "subset", "dataset")
_TEXTS: Final = frozenset(
    [
        "unit",
        "units",
        "type",
        "Type",
        "description",
        "notes",
        "Timestamp",
        "direction",
        "greater_is_better",
        *_NAMES,
    ]
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One metric: its place (with its name), where its value stands, and what stands beside that."""

    place: Place
    path: str
    value: Any
    deviation: Any
    error: Any
    rest: Mapping[str, Any]


@dataclass(frozen=True)
class _Keys:
    """Which key of an object has which part, empty where none has it; `rest` are the others."""

    value: str
    deviation: str
    measured: str
    sure: str
    name: str
    rest: tuple[str, ...]


@dataclass
class Entries:
    """Tells entries from other objects. What the keys of an object mean is found out once: a file with
    many entries has few kinds of them.
    """

    _known: dict[tuple[str, ...], _Keys] = field(default_factory=dict)

    def is_named(self, value: object) -> bool:
        """Whether an object is a metric that says its name."""
        if not isinstance(value, dict):
            return False
        keys = self._keys(value)
        return _holds(keys, value) and _says(keys.name, value)

    def entry(self, key: str, value: Mapping[str, Any], place: Place) -> Entry | None:
        """The entry that an object under a key is (no key at the top and in lists), None where it is none."""
        keys = self._keys(value)
        if not _holds(keys, value):
            return None
        wrapper = bool(key) and is_wrapper(key)
        bare = wrapper or not key
        name = keys.name if bare else keys.sure
        named = _says(name, value)
        if not named and bare and not place.name:
            return None
        if not key:
            inside = place
        elif wrapper:
            inside = place.inside(key)
        else:
            inside = place.at(key) if named else place.named(key)
        if named:
            inside = inside.called(_name(name, value))
        rest = keys.rest
        if keys.measured and isinstance(value[keys.measured], str) and set_of(value[keys.measured]):
            inside = inside.of(set_of(value[keys.measured]))
        elif keys.measured:
            rest = (*rest, keys.measured)
        return Entry(
            place=inside,
            path=f"{inside.path}.{keys.value}",
            value=value[keys.value],
            deviation=value[keys.deviation] if keys.deviation else None,
            error=value.get("error"),
            rest=_without_texts(rest, value) if rest else {},
        )

    def _keys(self, value: Mapping[str, Any]) -> _Keys:
        listed = tuple(value)
        if listed not in self._known:
            self._known[listed] = _meant(listed)
        return self._known[listed]


def _meant(listed: tuple[str, ...]) -> _Keys:
    holder, deviation, measured, sure, name = (
        next((key for key in keys if key in listed), "")
        for keys in (_VALUES, _DEVIATIONS, _SETS, _SURE, _NAMES)
    )
    used = {holder, deviation, measured, "error"}
    return _Keys(holder, deviation, measured, sure, name, tuple(key for key in listed if key not in used))


def _holds(keys: _Keys, value: Mapping[str, Any]) -> bool:
    return bool(keys.value) and not isinstance(value[keys.value], NESTED)


def _says(key: str, value: Mapping[str, Any]) -> bool:
    return bool(key) and isinstance(value[key], str) and bool(text(value[key]))


def _name(key: str, value: Mapping[str, Any]) -> str:
    """An entry's own name; Autopilot's are put as Model Monitor has them."""
    if "StandardMetricName" not in value and "Set" not in value:
        return str(value[key])
    measured = next((split(value[of])[0] for of in _SURE[1:] if isinstance(value.get(of), str)), "")
    name = standard(split(value[key])[1])
    return f"{measured}:{name}" if measured else name


def _without_texts(keys: tuple[str, ...], value: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value[key] for key in keys if key not in _TEXTS or not isinstance(value[key], str | bool)}
