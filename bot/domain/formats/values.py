"""Values of a report's file: which number one is, and how a note quotes it and says where it stands."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.wording import named

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
_SHOWN: Final = 60


@dataclass(frozen=True)
class Twice:
    """The values of a key that an object has more than once: none of them counts."""

    values: tuple[Any, ...]


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
    return f"{path}[{json.dumps(cut(named(key)), ensure_ascii=False)}]"


def said(error: object) -> str:
    """What the file says beside a value that it does not have."""
    return cut(named(error), 200) if isinstance(error, str) else shown(error)


def shown(value: object) -> str:
    """A value as a note quotes it."""
    match value:
        case Twice(values):
            return f"there twice ({', '.join(shown(one) for one in values[:3])})"
        case str():
            return f"“{cut(named(value))}”"
        case Mapping():
            return "an object"
        case list():
            return f"a list of {len(value):,}"
        case None | bool() | float():
            return json.dumps(value)
        case _:
            return cut(str(value))


def cut(text: str, most: int = _SHOWN) -> str:
    """The beginning of a long text."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _of_text(text: str) -> float:
    word = text.strip().lower()
    if word in _WORDS:
        return _WORDS[word]
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return float(text)
