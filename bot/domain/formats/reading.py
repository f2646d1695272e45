"""Reading a report's values: JSON to numbers and names, and a note of whatever cannot be taken."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bot.domain.refusals import Unreadable
from bot.domain.report import (
    Attribution,
    Constraint,
    Curve,
    Dataset,
    Matrix,
    Metric,
    Oddity,
    Violation,
)
from bot.domain.wording import named

MOST_METRICS: Final = 20_000
"""A file with more of them is no evaluation report."""
MOST_ODDITIES: Final = 1_000
"""More notes than anybody reads; the others are counted."""
MOST_UNNOTED: Final = 100_000
"""A file with more of what is only counted is no evaluation report."""
MOST_NAME: Final = 256
"""Characters of a metric's name and of its part, which records in the ledger repeat."""

NESTED: Final = (dict, list)
"""What JSON holds other values in."""

_PLAIN: Final = re.compile(r"[A-Za-z_][\w-]*")
_NUMBER: Final = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*", re.ASCII)
_WORDS: Final[Mapping[str, float]] = {
    "nan": math.nan,
    "infinity": math.inf,
    "inf": math.inf,
    "+infinity": math.inf,
    "+inf": math.inf,
    "-infinity": -math.inf,
    "-inf": -math.inf,
}
_SHOWN, _PLACE = 60, 300
_NUMBERS: Final = frozenset([int, float])
NEXT: Final = "Write it again in a form that docs/reports.md names and register a new version."


@dataclass(frozen=True)
class Twice:
    """The values of a key that an object has more than once: none of them counts."""

    values: tuple[Any, ...]


@dataclass
class Found:
    """What the formats take out of one file. The only way to add a number is `metric`, which notes what
    is none. `kinds` names the formats that had something to read, `unnoted` counts the notes beyond
    MOST_ODDITIES, `cells` those of all matrices.
    """

    metrics: list[Metric] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    matrices: list[Matrix] = field(default_factory=list)
    attributions: list[Attribution] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)
    data: Dataset = field(default_factory=Dataset)
    problem: str = ""
    uri: str = ""
    kinds: list[str] = field(default_factory=list)
    unnoted: int = 0
    cells: int = 0
    _known: dict[str, tuple[int, str]] = field(default_factory=dict)

    def metric(  # noqa: PLR0913 - all that a file can say of one number
        self,
        name: str,
        value: object,
        path: str,
        *,
        deviation: object = None,
        part: str = "",
        error: object = None,
        data: Dataset | None = None,
    ) -> None:
        """Take a metric, with a note where its value is no finite number. One whose key is there
        again with another value has none: nobody can say which of them counts.

        Args:
            name: Its name.
            value: As the file has it; None is no value.
            path: Where it stands.
            deviation: Its standard deviation as the file has it; what is no finite number is none.
            part: The part of the data that it was measured on.
            error: Why there is no value, as the file has it.
            data: What it was measured on, where that is not the data of the whole file.

        Raises:
            Unreadable: The file has more than MOST_METRICS of them.
        """
        number, why = read_number(value)
        if error is not None:
            why = f"{why or f'is {shown(value)}'}; the file says: {said(error)}"
        if why:
            self.odd(path, why)
        spread = None if deviation is None else self._deviation(deviation, path)
        metric = Metric(named(name), number, spread, named(part) if part else "", data)
        if not metric.name:
            self.odd(path, f"is {shown(value)} without a name")
        elif (longest := max(len(metric.name), len(metric.part))) > MOST_NAME:
            self.odd(path, f"has a name or a part of {longest:,} characters; I take {MOST_NAME}")
        elif known := self._known.get(metric.key):
            self._again(*known, metric, path)
        elif len(self.metrics) == MOST_METRICS:
            raise Unreadable(
                f"The report {self.uri} has more than {MOST_METRICS:,} metrics; {path} is one too many. "
                "Leave out what nobody compares and register a new version."
            )
        else:
            self._known[metric.key] = len(self.metrics), path
            self.metrics.append(metric)

    def odd(self, path: str, why: str | Callable[[], str]) -> None:
        """Note what was not taken as it stands, and why: `is “NaN”, no number`, or what makes that text,
        which is asked only while notes are kept.

        Raises:
            Unreadable: More than MOST_UNNOTED of them are not kept.
        """
        if len(self.oddities) < MOST_ODDITIES:
            end = path if len(path) <= _PLACE else f"…{path[1 - _PLACE :]}"
            self.oddities.append(Oddity(end, why if isinstance(why, str) else why()))
        elif self.unnoted == MOST_UNNOTED:
            raise Unreadable(
                f"The report {self.uri} has more than {MOST_ODDITIES + MOST_UNNOTED:,} things in it that I "
                f"cannot take; {_cut(path, _PLACE)} is one too many. Write only the metrics into it and "
                "register a new version."
            )
        else:
            self.unnoted += 1

    def _deviation(self, given: object, path: str) -> float | None:
        spread, why = read_number(given)
        if math.isfinite(spread) and spread >= 0:
            return spread
        if not why or why.endswith("no number"):
            self.odd(path, f"has the standard deviation {shown(given)}, which is none")
        return None

    def _again(self, number: int, first: str, metric: Metric, path: str) -> None:
        before = self.metrics[number]
        if before.value == metric.value or (math.isnan(before.value) and math.isnan(metric.value)):
            return
        if not math.isnan(before.value):
            self.odd(first, f"is {shown(before.value)}, but {path} has the same name: neither counts")
        self.odd(path, f"is {shown(metric.value)}, but {first} has the same name: neither counts")
        self.metrics[number] = Metric(before.name, math.nan, part=before.part, data=before.data)


def numbers(values: object, path: str, found: Found) -> list[float] | None:
    """A list of finite numbers, None with a note where it is not one."""
    if not isinstance(values, Sequence) or isinstance(values, str):
        found.odd(path, f"is {shown(values)}, no list of numbers")
        return None
    kinds = set(map(type, values))
    if kinds <= _NUMBERS:
        try:
            quick = list(values) if kinds == {float} else list(map(float, values))
            if math.isfinite(sum(quick)):  # of finite numbers too large to be added the loop tells
                return quick
        except OverflowError:
            pass
    read = []
    for place, value in enumerate(values):
        number, why = read_number(value)
        if why:
            found.odd(at(path, place), why)
            return None
        read.append(number)
    return read


def read_number(value: object) -> tuple[float, str]:
    """The number, and why it is none where it is not a finite one: `is “NaN”, no finite number`."""
    if type(value) is float and -math.inf < value < math.inf:
        return value, ""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return math.nan, f"is {shown(value)}, no number"
    try:
        number = _of_text(value) if isinstance(value, str) else float(value)
    except ValueError:
        return math.nan, f"is {shown(value)}, no number"
    except OverflowError:
        return math.nan, f"is {shown(value)}, too large a number"
    return number, "" if math.isfinite(number) else f"is {shown(value)}, no finite number"


def at(path: str, key: str | int) -> str:
    """The JSON path of a member: `$.auc`, `$["f1 score"]`, `$[3]`. A long key is cut."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if len(key) <= _SHOWN and ((key.isascii() and key.isidentifier()) or _PLAIN.fullmatch(key)):
        return f"{path}.{key}"
    return f"{path}[{json.dumps(_cut(named(key)), ensure_ascii=False)}]"


def said(error: object) -> str:
    """What the file says beside a value that it does not have."""
    return _cut(named(error), 200) if isinstance(error, str) else shown(error)


def shown(value: object) -> str:
    """A value as a note quotes it."""
    match value:
        case Twice(values):
            return f"there twice ({', '.join(shown(one) for one in values[:3])})"
        case str():
            return f"“{_cut(named(value))}”"
        case Mapping():
            return "an object"
        case list():
            return f"a list of {len(value):,}"
        case None | bool() | float():
            return json.dumps(value)
        case _:
            return _cut(str(value))


def _cut(text: str, most: int = _SHOWN) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _of_text(text: str) -> float:
    word = text.strip().lower()
    if word in _WORDS:
        return _WORDS[word]
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return float(text)
