"""Decoding a report's file: packed or plain bytes, in any of Unicode's encodings, to JSON."""

import gzip
import io
import json
import zlib
from collections.abc import Callable
from typing import Any, Final

from bot.domain.formats.limits import Size, check_marks, check_size, has_more_members, marks_of, size_of
from bot.domain.formats.reading import NEXT
from bot.domain.formats.values import Twice
from bot.domain.refusals import Unreadable
from bot.domain.report import MOST_BYTES

_GZIP: Final = b"\x1f\x8b"


def decoded(raw: bytes, uri: str) -> Any:
    """The JSON of a file, which may be packed with gzip and in any of Unicode's encodings, with or without
    a byte order mark. A key that an object has twice with different values becomes a Twice.

    Raises:
        Unreadable: It is no JSON, unpacks to more than MOST_BYTES, or holds more than MOST_VALUES.
    """
    content = _unpacked(raw, uri)
    if not content.strip(b"\0 \t\r\n"):
        raise Unreadable(f"The report {uri} is empty. {NEXT}")
    try:
        text = content.decode(json.detect_encoding(content), "surrogatepass")
        marks = marks_of(text)
        check_marks(marks, uri)
        document, size = _loaded(text, marks)
    except RecursionError:
        raise too_deep(uri) from None
    except ValueError as error:
        raise Unreadable(f"The report {uri} is not JSON ({error}). {NEXT}") from None
    check_size(size, uri)
    return document


def too_deep(uri: str) -> Unreadable:
    """Of a file that nests deeper than anything that people write."""
    return Unreadable(f"The report {uri} nests its values too deep for me to follow. {NEXT}")


def _loaded(text: str, marks: bytes) -> tuple[Any, Size]:
    """The quick way loses a key that an object has twice; where that happened it is read again."""
    document = _read(text)
    size = size_of(document)
    if has_more_members(marks, size.members):
        del document  # both at once would take twice the memory
        document = _read(text, _object)
        size = size_of(document)
    return document, size


def _read(text: str, hook: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:
    try:
        return json.loads(text, object_pairs_hook=hook)
    except json.JSONDecodeError:
        raise
    except ValueError:  # a whole number of more digits than Python reads
        return json.loads(text, object_pairs_hook=hook, parse_int=_whole)


def _whole(digits: str) -> float:
    try:
        return int(digits)
    except ValueError:
        return float(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    several: dict[str, list[Any]] = {}
    for key, value in pairs:
        if key in made:
            several.setdefault(key, [made[key]]).append(value)
        else:
            made[key] = value
    return made | {key: _one(values) for key, values in several.items()}


def _one(values: list[Any]) -> Any:
    first = values[0]
    same = all(value is first or (type(value) is type(first) and value == first) for value in values)
    return first if same else Twice(tuple(values))


def _unpacked(raw: bytes, uri: str) -> bytes:
    if not raw.startswith(_GZIP):
        return raw
    try:
        content = gzip.GzipFile(fileobj=io.BytesIO(raw)).read(MOST_BYTES + 1)
    except EOFError:
        raise Unreadable(f"The report {uri} is packed, and its end is missing. {NEXT}") from None
    except (OSError, zlib.error) as error:
        raise Unreadable(f"The report {uri} is packed, but not well ({error}). {NEXT}") from None
    if len(content) > MOST_BYTES:
        raise Unreadable(
            f"The report {uri} unpacks to more than {MOST_BYTES // 2**20} MB, which is the most that I read. "
            f"Write only the metrics into it and register a new version."
        )
    return content
