"""Faults that tests and demos inject: a deployment that rolls back, a lost event, a killed function."""

import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

_SEED = 4566
_SENT_TWICE = 0.2  # EventBridge delivers at least once; the playground makes "at least" visible


@dataclass(frozen=True)
class EndpointFault:
    """How the next deployment of an endpoint ends."""

    name: str
    outcome: Literal["rollback", "fail"]
    reason: str


@dataclass
class CallFault:
    """What befalls the next calls of one operation."""

    kind: Literal["kill", "error"]
    call: str
    times: int
    after: bool = False
    code: str = ""
    status: int = 400


class Faults:
    """What goes wrong on purpose; thread-safe, described by JSON-able dicts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(_SEED)  # noqa: S311 - repeatable on purpose
        self._endpoints: dict[str, EndpointFault] = {}
        self._calls: list[CallFault] = []
        self._copies: int | None = None

    def inject(self, fault: Mapping[str, Any]) -> None:
        """Arm one fault: kind "endpoint", "events", "kill" or "error"; anything else is a ValueError."""
        read = _KINDS.get(str(fault.get("kind")))
        if read is None:
            raise ValueError(
                f"A fault is of kind endpoint, events, kill or error, not {fault.get('kind')!r}."
            )
        armed = read(dict(fault))
        with self._lock:
            if isinstance(armed, EndpointFault):
                self._endpoints[armed.name] = armed
            elif isinstance(armed, CallFault):
                self._calls.append(armed)
            else:
                self._copies = armed

    def clear(self) -> None:
        """Disarm everything; events are delivered once or, now and then, twice."""
        with self._lock:
            self._endpoints.clear()
            self._calls.clear()
            self._copies = None
            self._random.seed(_SEED)

    def take_endpoint(self, name: str) -> EndpointFault | None:
        """The fault of this deployment, which uses it up."""
        with self._lock:
            return self._endpoints.pop(name, None)

    def take_call(self, operation: str, *, from_function: bool) -> CallFault | None:
        """The fault of this call, which uses up one of its times; only functions can be killed."""
        with self._lock:
            for fault in self._calls:
                if fault.call == operation and (from_function or fault.kind == "error"):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._calls.remove(fault)
                    return fault
        return None

    def copies(self) -> int:
        """How many times the next SageMaker event is delivered."""
        with self._lock:
            if self._copies is not None:
                return self._copies
            return 2 if self._random.random() < _SENT_TWICE else 1


def _endpoint(fault: dict[str, Any]) -> EndpointFault:
    _known(fault, "name", "outcome", "reason")
    outcome = fault.get("outcome")
    if outcome not in ("rollback", "fail"):
        raise ValueError(f'An endpoint\'s deployment can "rollback" or "fail", not {outcome!r}.')
    reason = fault.get("reason") or "The primary container did not pass the ping health check."
    return EndpointFault(_text(fault, "name"), outcome, str(reason))


def _events(fault: dict[str, Any]) -> int:
    _known(fault, "copies")
    return _count(fault, "copies", least=0)


def _kill(fault: dict[str, Any]) -> CallFault:
    _known(fault, "call", "times", "after")
    times = _count({"times": 1, **fault}, "times", least=1)
    return CallFault("kill", _text(fault, "call"), times, after=bool(fault.get("after", False)))


def _error(fault: dict[str, Any]) -> CallFault:
    _known(fault, "call", "code", "status", "times")
    filled = {"times": 1, "status": 400, **fault}
    times, status = _count(filled, "times", least=1), _count(filled, "status", least=400)
    return CallFault("error", _text(fault, "call"), times, code=_text(fault, "code"), status=status)


def _known(fault: dict[str, Any], *keys: str) -> None:
    unknown = sorted(set(fault) - {"kind", *keys})
    if unknown:
        raise ValueError(
            f"A fault of kind {fault['kind']} knows {', '.join(keys)}, not {', '.join(unknown)}."
        )


def _text(fault: dict[str, Any], key: str) -> str:
    value = fault.get(key)
    if not isinstance(value, str) or not value:
        raise ValueError(f"A fault of kind {fault['kind']} needs {key!r} as text.")
    return value


def _count(fault: dict[str, Any], key: str, *, least: int) -> int:
    value = fault.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"A fault of kind {fault['kind']} needs {key!r} as a whole number from {least} up.")
    return value


_KINDS: Final[Mapping[str, Callable[[dict[str, Any]], EndpointFault | CallFault | int]]] = {
    "endpoint": _endpoint,
    "events": _events,
    "kill": _kill,
    "error": _error,
}
