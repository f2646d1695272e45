"""The data that a report was measured on, where its file says."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bot.domain.formats.reading import Found
from bot.domain.formats.values import at, read_number, shown
from bot.domain.wording import named

_ADDRESSES: Final = ("uri", "uris", "s3_uri", "S3Uri", "url", "location")
_ROWS: Final = ("item_count", "rows", "row_count", "num_rows", "n_rows", "num_samples", "n_samples")
_DIGESTS: Final = ("digest", "sha256")
_LONGEST: Final = 2048  # characters; a key in S3 has at most 1,024 bytes
_PASSED: Final = (
    "name",
    "deviations",
    "start_time",
    "end_time",
    "evaluation_time",
    "format",
    "description",
    "split",
    "version",
)


def knows(value: object) -> bool:
    """Whether an object describes data."""
    return isinstance(value, Mapping) and any(key in value for key in (*_ADDRESSES, *_ROWS, *_DIGESTS))


def read(value: object, path: str, found: Found) -> None:
    """Take an address, a list of addresses, or an object with `uri`, `rows` (also `item_count`) and
    `sha256`.
    """
    if not isinstance(value, Mapping):
        add_addresses(value, path, found)
        return
    for key, given in value.items():
        _read_member(key, given, at(path, key), found)


def add_addresses(value: object, path: str, found: Found) -> None:
    """Take one address or a list of them."""
    taken = dict.fromkeys(found.data.uris)
    for place, one in enumerate(value) if isinstance(value, list) else [(-1, value)]:
        where = at(path, place) if place >= 0 else path
        if isinstance(one, str) and len(one) > _LONGEST:
            found.odd(where, f"is an address of {len(one):,} characters; I take {_LONGEST:,}")
        elif isinstance(one, str) and ("://" in one or one.startswith("arn:")):
            taken[named(one)] = None
        else:
            found.odd(where, f"is {shown(one)}, no address")
    found.data = replace(found.data, uris=tuple(taken))


def add_rows(value: object, path: str, found: Found) -> None:
    """Take the count of lines."""
    number, why = read_number(value)
    if math.isfinite(number) and (number < 0 or not number.is_integer()):
        why = f"is {shown(value)}, no count"
    if not why and found.data.rows not in {None, int(number)}:
        why = f"is {shown(value)}, and another count of lines is {found.data.rows}"
    if why:
        found.odd(path, why)
    else:
        found.data = replace(found.data, rows=int(number))


def _read_member(key: str, given: Any, path: str, found: Found) -> None:
    if key in _ADDRESSES:
        add_addresses(given, path, found)
    elif key in _ROWS:
        add_rows(given, path, found)
    elif key in _DIGESTS and isinstance(given, str):
        found.data = replace(found.data, digest=named(given))
    elif key not in _PASSED:
        found.odd(path, f"is {shown(given)}, which I do not read here")
