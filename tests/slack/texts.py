"""What people read of a message's blocks."""

from collections.abc import Iterator
from typing import Any


def texts_of(node: Any) -> Iterator[str]:
    """Every text in it, in order."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from [value] if key == "text" and isinstance(value, str) else texts_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts_of(value)
