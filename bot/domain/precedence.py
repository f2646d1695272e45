"""Precedence: which of several files' metrics count, the most trusted file first."""

import math
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.domain.canonical import canonical
from bot.domain.spelling import is_split, split_key

_MOST: Final = 20
_LONGEST: Final = 120


@dataclass
class Precedence:
    """What the files before have, by keys of metrics (`auc`, `auc[region=EU]`)."""

    _names: dict[str, str] = field(default_factory=dict)
    _parts: dict[tuple[str, str], str] = field(default_factory=dict)

    def rival(self, key: str) -> str:
        """The key of a more trusted metric that counts instead, empty where this one counts.

        A number of all the data, or of a whole data set, says what a more trusted file has said of the
        metric already, whatever part that one is of. One of a slice, a facet or a class says more, unless
        that very part is there.
        """
        name, part = _place(key)
        if same := self._parts.get((name, part)):
            return same
        return self._names.get(name, "") if not part or is_split(part) else ""

    def counts(self, keys: Iterable[str]) -> None:
        """From the next file on, these are what a more trusted one has."""
        for key in keys:
            name, part = _place(key)
            self._names.setdefault(name, key)
            self._parts.setdefault((name, part), key)


@dataclass
class Conflicts:
    """The first numbers that do not count because a more trusted file has another one."""

    _first: list[str] = field(default_factory=list)
    _more: int = 0

    def note(self, key: str, value: float, file: str, rival: tuple[str, float]) -> None:
        """A number that does not count, the file that has it, and the key and the value that count."""
        other, counting = rival
        if value == counting or (math.isnan(value) and math.isnan(counting)):
            return
        if len(self._first) == _MOST:
            self._more += 1
            return
        said = f"{key[:_LONGEST]} is {_number(value)} in {file}"
        if key != other:
            self._first.append(f"{said}, and {other[:_LONGEST]} counts, which is {_number(counting)}")
        elif math.isnan(counting):
            self._first.append(f"{said}, and a more trusted file counts, which has no number for it")
        else:
            self._first.append(f"{said}, and {_number(counting)} counts")

    def texts(self) -> Iterator[str]:
        """What is to be said of them, each the end of a sentence about the files."""
        yield from self._first
        if self._more:
            yield f"has {self._more:,} more numbers that a more trusted file contradicts"


def _number(value: float) -> str:
    return "no number" if math.isnan(value) else f"{value:.12g}"


def _place(key: str) -> tuple[str, str]:
    """What a key is the same by: `age=<30` and `age=>30` are two parts, `region=EU` and `Region=eu` one."""
    name, part = split_key(key)
    return canonical(name), " ".join(unicodedata.normalize("NFKC", part).casefold().split())
