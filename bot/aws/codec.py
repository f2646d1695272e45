"""Domain values to JSON and back, by their type hints."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """The value as JSON knows it: objects, arrays, texts, numbers; times in ISO 8601."""
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    return value


def from_plain(kind: type[T], plain: Any) -> T:
    """The value of that type. A field that is not there takes its default, so that an older record
    can be read after a field was added; one that is not known any more is passed over.
    """
    return _built(kind, plain)  # type: ignore[no-any-return]  # by construction


def _built(kind: Any, plain: Any) -> Any:  # noqa: PLR0911 - one return a kind of type
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        if plain is None:
            return None
        kind = next(option for option in get_args(kind) if option is not type(None))
        return _built(kind, plain)
    if origin is tuple:
        return tuple(_built(get_args(kind)[0], item) for item in plain)
    if origin is not None:
        return dict(plain)
    if is_dataclass(kind):
        return _made(kind, plain)
    if kind is datetime:
        return datetime.fromisoformat(plain)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(plain)
    return plain


def _made(kind: Any, plain: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    known = {name: value for name, value in plain.items() if name in hints}
    return kind(**{name: _built(hints[name], value) for name, value in known.items()})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
