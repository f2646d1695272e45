"""What SageMaker takes in a request, as its published API model says: lengths, patterns, sizes and values.

botocore checks only some of it before it sends a request.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from moto.core.utils import get_service_model
from moto.sagemaker.exceptions import ValidationError

_LONGEST_SHOWN: Final = 64


def check(operation: str, asked: Mapping[str, Any]) -> None:
    """Refuse, in AWS's words, what the API model of this operation does not take.

    Raises:
        ValidationError: all that is wrong.
    """
    shape = get_service_model("sagemaker").operation_model(operation).input_shape
    wrong = list(_wrong(shape, asked, ""))
    if wrong:
        errors = "error" if len(wrong) == 1 else "errors"
        raise ValidationError(f"{len(wrong)} validation {errors} detected: {'; '.join(wrong)}")


def _wrong(shape: Any, value: Any, at: str) -> Iterator[str]:
    if value is not None:
        yield from _CHECKS.get(shape.type_name, _anything)(shape, value, at)


def _structure(shape: Any, value: Any, at: str) -> Iterator[str]:
    for name, member in shape.members.items():
        yield from _wrong(member, value.get(name), f"{at}.{_spelt(name)}" if at else _spelt(name))


def _list(shape: Any, value: Any, at: str) -> Iterator[str]:
    yield from _sized(shape, value, at)
    for place, one in enumerate(value, 1):
        yield from _wrong(shape.member, one, f"{at}.{place}.member")


def _map(shape: Any, value: Any, at: str) -> Iterator[str]:
    yield from _sized(shape, value, at)
    for key, one in value.items():
        yield from _wrong(shape.key, key, at)
        yield from _wrong(shape.value, one, f"{at}.{key}.member")


def _string(shape: Any, value: Any, at: str) -> Iterator[str]:
    yield from _sized(shape, value, at)
    pattern = shape.metadata.get("pattern", "")
    if pattern and r"\p" not in pattern and not re.fullmatch(pattern, value):  # Python has no \p
        yield _said(value, at, f"satisfy regular expression pattern: {pattern}")
    if shape.enum and value not in shape.enum:
        yield _said(value, at, f"satisfy enum value set: [{', '.join(shape.enum)}]")


def _integer(shape: Any, value: Any, at: str) -> Iterator[str]:
    if value > shape.metadata.get("max", value):
        yield _said(value, at, f"have value less than or equal to {shape.metadata['max']}")
    if value < shape.metadata.get("min", value):
        yield _said(value, at, f"have value greater than or equal to {shape.metadata['min']}")


def _sized(shape: Any, value: Any, at: str) -> Iterator[str]:
    if len(value) > shape.metadata.get("max", len(value)):
        yield _said(value, at, f"have length less than or equal to {shape.metadata['max']}")
    if len(value) < shape.metadata.get("min", 0):
        yield _said(value, at, f"have length greater than or equal to {shape.metadata['min']}")


def _anything(_shape: Any, _value: Any, _at: str) -> Iterator[str]:
    yield from ()


def _said(value: Any, at: str, must: str) -> str:
    return f"Value '{str(value)[:_LONGEST_SHOWN]}' at '{at}' failed to satisfy constraint: Member must {must}"


def _spelt(name: str) -> str:
    return name[:1].lower() + name[1:]


_CHECKS: Final[Mapping[str, Callable[[Any, Any, str], Iterator[str]]]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "integer": _integer,
}
