"""Reading a report: what is found in its file, and a note of whatever cannot be taken."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.domain.formats.values import at, cut, read_number, said, shown
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

_PLACE: Final = 300
_NUMBERS: Final = frozenset([int, float])
NEXT: Final = "Write it again in a form that docs/reports.md names and register a new version."


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
        elif known := self._known.get(key := metric.key):
            self._again(*known, metric, path)
        elif len(self.metrics) == MOST_METRICS:
            raise Unreadable(
                f"The report {self.uri} has more than {MOST_METRICS:,} metrics; {path} is one too many. "
                "Leave out what nobody compares and register a new version."
            )
        else:
            self._known[key] = len(self.metrics), path
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
                f"cannot take; {cut(path, _PLACE)} is one too many. Write only the metrics into it and "
                "register a new version."
            )
        else:
            self.unnoted += 1

    def _deviation(self, given: object, path: str) -> float | None:
        if type(given) is float and 0 <= given < math.inf:
            return given
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
