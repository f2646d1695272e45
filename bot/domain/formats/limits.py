"""Limits: a file that holds more than any report does is refused before it takes time and memory."""

from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from bot.domain.refusals import Unreadable

MOST_VALUES: Final = 200_000
"""Members of objects and items of lists that are looked at in one file."""
_TOGETHER: Final = 10
"""So many numbers of a list count as one value: nobody looks at them one by one."""
_NUMBERS: Final = frozenset([int, float])
_UNMARKED: Final = bytes(set(range(256)).difference(b'{[:"'))


@dataclass(frozen=True)
class Size:
    """What decoded JSON holds: `members` of its objects, and `values` that the formats would look at."""

    members: int
    values: int


def marks_of(text: str) -> bytes:
    """The brackets, colons and quotes of JSON that it can be counted by; each quote begins or ends a text."""
    if "\\" in text:
        text = text.replace("\\\\", "").replace('\\"', "")
    return text.encode("utf-8", "surrogatepass").translate(None, _UNMARKED)


def check_marks(marks: bytes, uri: str) -> None:
    """Look at JSON before it is decoded, which takes fifty times the memory of what `[{},{},…]` is written
    with. It lets pass up to three times MOST_VALUES; `check_size` is exact.

    Raises:
        Unreadable: It holds more than MOST_VALUES objects and lists, or members, or texts.
    """
    quotes = marks.count(b'"')
    if max(_brackets(marks), marks.count(b":"), quotes // 2) <= MOST_VALUES:
        return
    colons = brackets = 0
    if quotes // 4 <= MOST_VALUES:
        outside = _outside(marks)
        colons, brackets = outside.count(b":"), _brackets(outside)
    if max(brackets, colons, quotes // 2 - colons) > MOST_VALUES:
        raise _too_many(uri)


def check_size(size: Size, uri: str) -> None:
    """Look at what was decoded.

    Raises:
        Unreadable: It holds more than MOST_VALUES.
    """
    if size.values > MOST_VALUES:
        raise _too_many(uri)


def size_of(document: Any) -> Size:
    """Count what decoded JSON holds."""
    members = items = 0
    level = [document]
    while not set(map(type, level)).isdisjoint((dict, list)):
        objects: list[dict[str, Any]] = [held for held in level if type(held) is dict]
        lists = [held for held in level if type(held) is list]
        members += sum(map(len, objects))
        level = list(chain.from_iterable(map(dict.values, objects)))
        for held in lists:
            together = _NUMBERS.issuperset(map(type, held))
            items += len(held) // _TOGETHER if together else len(held)
            level += [] if together else held
    return Size(members, members + items)


def has_more_members(marks: bytes, members: int) -> bool:
    """Whether well-formed JSON is written with more members than so many: an object that has a key twice
    keeps one of them. There is a colon to each member, and in texts there may be others.
    """
    return marks.count(b":") > members and _outside(marks).count(b":") > members


def _outside(marks: bytes) -> bytes:
    return b"".join(marks.split(b'"')[::2])


def _brackets(marks: bytes) -> int:
    return marks.count(b"{") + marks.count(b"[")


def _too_many(uri: str) -> Unreadable:
    return Unreadable(
        f"The report {uri} holds more than {MOST_VALUES:,} values, which is the most that I look at. Write "
        "only the metrics into it and register a new version."
    )
