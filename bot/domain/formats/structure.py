"""Walking the structure of a report's file: whatever has the wrong shape is noted where it stands."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.domain.formats.reading import Found
from bot.domain.formats.values import at, shown
from bot.domain.wording import named


def members(value: object, path: str, found: Found) -> Mapping[str, Any]:
    """An object's members, none with a note where it is no object."""
    if isinstance(value, Mapping):
        return value
    found.odd(path, f"is {shown(value)}, no object")
    return {}


def objects(value: object, path: str, found: Found) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects of a list and where they stand, with a note of what is no list or no object."""
    if not isinstance(value, list):
        found.odd(path, f"is {shown(value)}, no list")
        return
    for place, entry in enumerate(value):
        if isinstance(entry, Mapping):
            yield at(path, place), entry
        else:
            found.odd(at(path, place), f"is {shown(entry)}, no object")


def unread(entry: Mapping[str, Any], known: Collection[str], path: str, found: Found) -> None:
    """Note the members that no format knows: one of them may be a number that somebody counts on."""
    for key, value in entry.items():
        if key not in known and value is not None:
            found.odd(at(path, key), f"is {shown(value)}, which I do not read here")


def text(value: object) -> str:
    """A name or a category as text (`40`, `North, South`), empty where it is neither."""
    match value:
        case str():
            return named(value)
        case bool() | int() | float():
            return json.dumps(value)
        case list():
            parts = [text(one) for one in value if not isinstance(one, list)]
            return ", ".join(parts) if len(parts) == len(value) and all(parts) else ""
        case _:
            return ""


def name_of(entry: Mapping[str, Any], path: str, found: Found, *, key: str = "name") -> str:
    """What an entry calls itself, empty with a note where it has no usable name."""
    name = text(entry.get(key))
    if not name:
        found.odd(
            at(path, key), f"is {shown(entry.get(key))}, no name, so I do not read what stands beside it"
        )
    return name
