"""Limits: a file that holds more than any report does is refused before it takes time and memory."""

from collections.abc import Mapping
from typing import Any, Final

from bot.domain.refusals import Unreadable

MOST_VALUES: Final = 200_000
"""Members of objects and items of lists that are looked at in one file."""
_TOGETHER: Final = 10
"""So many numbers of a list count as one value: nobody looks at them one by one."""
_NUMBERS: Final = frozenset([int, float])


def check_text(text: str, uri: str) -> None:
    """Look at JSON before it is decoded, which takes fifty times the memory of what `[{},{},…]` is written
    with. It lets pass up to three times MOST_VALUES; `check_values` is exact.

    Raises:
        Unreadable: It holds more than MOST_VALUES objects and lists, or members, or texts.
    """
    if "\\" in text:
        text = text.replace("\\\\", "").replace('\\"', "")
    quotes = text.count('"')
    if max(_brackets(text), text.count(":"), quotes // 2) <= MOST_VALUES:
        return
    colons = brackets = 0
    if quotes // 4 <= MOST_VALUES:
        outside = "".join(text.split('"')[::2])
        colons, brackets = outside.count(":"), _brackets(outside)
    if max(brackets, colons, quotes // 2 - colons) > MOST_VALUES:
        raise _too_many(uri)


def check_values(document: Any, uri: str) -> None:
    """Count what the formats would look at.

    Raises:
        Unreadable: These are more than MOST_VALUES.
    """
    count, open_ = 0, [document] if isinstance(document, dict | list) else []
    while open_:
        held = open_.pop()
        inner = held.values() if isinstance(held, Mapping) else held
        kinds = set(map(type, inner))
        together = isinstance(held, list) and kinds <= _NUMBERS
        count += len(held) // _TOGETHER if together else len(held)
        if count > MOST_VALUES:
            raise _too_many(uri)
        if not kinds.isdisjoint((dict, list)):
            open_ += [value for value in inner if isinstance(value, dict | list)]


def _brackets(text: str) -> int:
    return text.count("{") + text.count("[")


def _too_many(uri: str) -> Unreadable:
    return Unreadable(
        f"The report {uri} holds more than {MOST_VALUES:,} values, which is the most that I look at. Write "
        "only the metrics into it and register a new version."
    )
