"""Ports whose calls are written down, and interrupted where a test wants it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


class Died(BaseException):
    """The worker was killed here: no handler of ours may catch it."""


@dataclass
class _Interruption:
    call: str
    after: bool
    nth: int
    act: Callable[[], object]


class Watch:
    """Knows every call of every port by name, such as `ledger.save`."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._pending: list[_Interruption] = []

    def over(self, name: str, port: Any) -> Any:
        """The port, watched."""
        return _Watched(name, port, self)

    def interrupt(self, call: str, act: Callable[[], object], *, after: bool = False, nth: int = 1) -> None:
        """Do this once, just before or after the nth of these calls from now on."""
        self._pending.append(_Interruption(call, after, nth, act))

    def reached(self, call: str, *, after: bool) -> None:
        """A call begins or has returned."""
        if not after:
            self.calls.append(call)
        for one in [pending for pending in self._pending if (pending.call, pending.after) == (call, after)]:
            one.nth -= 1
            if one.nth == 0:
                self._pending.remove(one)
                one.act()


class _Watched:
    def __init__(self, name: str, port: Any, watch: Watch) -> None:
        self._name, self._port, self._watch = name, port, watch

    def __getattr__(self, method: str) -> Any:
        real, call = getattr(self._port, method), f"{self._name}.{method}"
        if method == "brush":
            return lambda promotion_id: self._brush(real, promotion_id)

        def called(*arguments: Any, **named: Any) -> Any:
            self._watch.reached(call, after=False)
            answer = real(*arguments, **named)
            self._watch.reached(call, after=True)
            return answer

        return called

    @contextmanager
    def _brush(self, real: Any, promotion_id: str) -> Iterator[bool]:
        self._watch.reached("ledger.brush", after=False)
        with real(promotion_id) as smudged:
            self._watch.reached("ledger.brush", after=True)
            yield smudged
            self._watch.reached("ledger.put_down", after=False)
        self._watch.reached("ledger.put_down", after=True)


def die() -> None:
    """The end of a worker."""
    raise Died
