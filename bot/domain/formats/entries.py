"""Entries of home-made reports: objects that hold one metric, with its name or under it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from bot.domain.formats.naming import Place, is_wrapper, set_of, split, standard
from bot.domain.formats.structure import text
from bot.domain.formats.values import NESTED

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
_SAYING: Final = (str, bool)


class Entry(NamedTuple):
    """One metric: its place (with its name), where its value stands, and what stands beside that; `rest` are
    the keys of which no part of the metric is known.
    """

    place: Place
    path: str
    value: Any
    deviation: Any
    error: Any
    rest: tuple[str, ...]


@dataclass(frozen=True)
class _Keys:
    """Which key of an object has which part, empty where none has it; `rest` are the others."""

    value: str
    deviation: str
    measured: str
    sure: str
    name: str
    rest: tuple[str, ...]


def only_says(key: str, member: object) -> bool:
    """Whether what stands beside a value only says something of it: its unit, when it was measured."""
    return key in _TEXTS and isinstance(member, _SAYING)


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
            inside,
            f"{inside.path}.{keys.value}",
            value[keys.value],
            value[keys.deviation] if keys.deviation else None,
            value.get("error"),
            rest,
        )

    def _keys(self, value: Mapping[str, Any]) -> _Keys:
        listed = tuple(value)
        keys = self._known.get(listed)
        if keys is None:
            keys = self._known[listed] = _meant(listed)
        return keys


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
