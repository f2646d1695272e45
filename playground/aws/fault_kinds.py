"""The kinds of faults, and how each is read from JSON; what cannot be read is a ValueError, a sentence."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

How = Literal["wrong", "errors", "slow"]
_HOWS: Final[tuple[How, ...]] = ("wrong", "errors", "slow")
_INJECTED: Final = "Injected by the playground."
_ALL: Final = 100  # percent
_LINEAGE: Final = ("DescribeArtifact", "DescribeAction", "DescribeContext", "DescribeTrialComponent")


@dataclass(frozen=True)
class EndpointFault:
    """How the next deployment of an endpoint ends."""

    name: str
    outcome: Literal["rollback", "fail"]
    reason: str


@dataclass
class CallFault:
    """What befalls the next calls of one operation; `times` None is until the faults end."""

    kind: Literal["kill", "error"]
    call: str
    times: int | None
    after: bool = False
    code: str = ""
    status: int = 400
    message: str = _INJECTED
    about: str = ""

    def befalls(self, call: str, body: bytes) -> bool:
        """Whether it is for this call; where it is about one thing, the JSON body has to name that."""
        return self.call == call and (not self.about or json.dumps(self.about).encode() in body)


@dataclass
class ThrottleFault:
    """The share of functions' calls to a service that is refused; `times` None is until the faults end."""

    share: float
    service: str
    times: int | None


@dataclass
class TransformFault:
    """Why the next transform jobs fail whose name has `name` in it."""

    name: str
    reason: str
    times: int


@dataclass
class AnswersFault:
    """What is wrong with an endpoint's answers: those of models deployed from now on, or all."""

    name: str
    how: How
    version: Literal["new", "all"]
    times: int | None


@dataclass(frozen=True)
class Copies:
    """How often each event is delivered."""

    number: int


Fault = EndpointFault | CallFault | ThrottleFault | TransformFault | AnswersFault | Copies


def read(fault: Mapping[str, Any]) -> Fault:
    """The fault that a dict describes."""
    reader = _KINDS.get(str(fault.get("kind")))
    if reader is None:
        *most, last = _KINDS
        raise ValueError(f"A fault is of kind {', '.join(most)} or {last}, not {fault.get('kind')!r}.")
    return reader(dict(fault))


def _endpoint(fault: dict[str, Any]) -> EndpointFault:
    _known(fault, "name", "outcome", "reason")
    outcome = fault.get("outcome")
    if outcome not in ("rollback", "fail"):
        raise ValueError(f'An endpoint\'s deployment can "rollback" or "fail", not {outcome!r}.')
    reason = fault.get("reason") or "The primary container did not pass the ping health check."
    return EndpointFault(_text(fault, "name"), outcome, str(reason))


def _events(fault: dict[str, Any]) -> Copies:
    _known(fault, "copies")
    return Copies(_count(fault, "copies", least=0))


def _kill(fault: dict[str, Any]) -> CallFault:
    _known(fault, "call", "times", "after")
    times = _count({"times": 1, **fault}, "times", least=1)
    return CallFault("kill", _text(fault, "call"), times, after=bool(fault.get("after", False)))


def _error(fault: dict[str, Any]) -> CallFault:
    _known(fault, "call", "code", "status", "times", "message")
    filled = {"times": 1, "status": 400, "message": _INJECTED, **fault}
    times, status = _count(filled, "times", least=1), _count(filled, "status", least=400)
    call, code, message = (_text(filled, key) for key in ("call", "code", "message"))
    return CallFault("error", call, times, code=code, status=status, message=message)


def _gone(fault: dict[str, Any]) -> CallFault:
    _known(fault, "call", "name", "times")
    call, name, times = _text(fault, "call"), _text(fault, "name"), _maybe_times(fault)
    code = "ResourceNotFound" if call in _LINEAGE else "ValidationException"
    message = f"Resource {name} does not exist." if call in _LINEAGE else "Requested resource not found."
    return CallFault("error", call, times, code=code, message=message, about=name)


def _throttle(fault: dict[str, Any]) -> ThrottleFault:
    _known(fault, "percent", "service", "times")
    percent = fault.get("percent")
    if isinstance(percent, bool) or not isinstance(percent, int | float) or not 0 < percent <= _ALL:
        raise ValueError("A fault of kind throttle needs 'percent' as a number above 0, up to 100.")
    service = _text({"service": "sagemaker", **fault}, "service")
    return ThrottleFault(percent / _ALL, service, _maybe_times(fault))


def _transform(fault: dict[str, Any]) -> TransformFault:
    _known(fault, "name", "reason", "times")
    filled = {"times": 1, **fault}
    name = _text(fault, "name") if "name" in fault else ""
    return TransformFault(name, _text(filled, "reason"), _count(filled, "times", least=1))


def _answers(fault: dict[str, Any]) -> AnswersFault:
    _known(fault, "name", "how", "version", "times")
    how, version = fault.get("how"), fault.get("version", "new")
    if how not in _HOWS:
        raise ValueError(f'Answers can be "wrong", "errors" or "slow", not {how!r}.')
    if version not in ("new", "all"):
        raise ValueError(f'Answers go wrong for the "new" version or for "all", not {version!r}.')
    return AnswersFault(_text(fault, "name"), how, version, _maybe_times(fault))


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


def _maybe_times(fault: dict[str, Any]) -> int | None:
    return _count(fault, "times", least=1) if "times" in fault else None


_KINDS: Final[Mapping[str, Callable[[dict[str, Any]], Fault]]] = {
    "endpoint": _endpoint,
    "transform": _transform,
    "answers": _answers,
    "events": _events,
    "kill": _kill,
    "gone": _gone,
    "throttle": _throttle,
    "error": _error,
}
