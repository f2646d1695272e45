"""The record of every AWS call that reached the front door."""

import threading
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

_KEPT = 20_000


class Call(NamedTuple):
    """One AWS call: epoch seconds, operation, the function that made it ("" if none did), HTTP status."""

    time: float
    operation: str
    function: str
    status: int


class Calls:
    """The last calls, oldest first; safe to read while calls arrive."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=_KEPT)
        self._lock = threading.Lock()

    def add(self, call: Call) -> None:
        """Remember one more."""
        with self._lock:
            self._calls.append(call)

    def __iter__(self) -> Iterator[Call]:
        with self._lock:
            return iter(list(self._calls))

    def __len__(self) -> int:
        return len(self._calls)

    def of(self, operation: str) -> list[Call]:
        """The calls of one operation, such as `UpdateEndpoint`."""
        return [call for call in self if call.operation == operation]
