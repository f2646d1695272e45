"""Faults that tests and demos inject: a deployment that rolls back, a lost event, a killed function."""

import random
import threading
from collections.abc import Mapping
from typing import Any, Final

from playground.aws.draws import Draws
from playground.aws.fault_kinds import (
    AnswersFault,
    CallFault,
    Copies,
    EndpointFault,
    Fault,
    How,
    ThrottleFault,
    TransformFault,
    read,
)

__all__ = ["CallFault", "EndpointFault", "Faults"]

_SEED: Final = 4566
_SENT_TWICE: Final = 0.2  # EventBridge delivers at least once; the playground makes "at least" visible


class Faults:
    """What goes wrong on purpose; thread-safe, described by JSON-able dicts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(_SEED)  # noqa: S311 - repeatable on purpose
        self._deployments = 0
        self._forget()

    def inject(self, fault: Mapping[str, Any]) -> None:
        """Arm one fault, of a kind that docs/playground.md lists; anything else is a ValueError."""
        armed = read(fault)
        with self._lock:
            self._arm(armed)

    def clear(self) -> None:
        """Disarm everything; events are delivered once or, now and then, twice."""
        with self._lock:
            self._forget()
            self._random.seed(_SEED)

    def take_endpoint(self, name: str) -> EndpointFault | None:
        """The fault of this deployment, which uses it up."""
        with self._lock:
            return self._endpoints.pop(name, None)

    def take_transform(self, job_name: str) -> str | None:
        """The reason why this transform job fails, which uses up one of the fault's times."""
        with self._lock:
            for fault in self._transforms:
                if fault.name in job_name:
                    self._use(fault, self._transforms)
                    return fault.reason
        return None

    def take_call(
        self, operation: str, *, from_function: bool, service: str = "", body: bytes = b""
    ) -> CallFault | None:
        """The fault of this call, which uses up one of its times.

        Only functions are killed and throttled. `service` is the name that the request is signed for,
        `body` is the request's.
        """
        with self._lock:
            for fault in self._calls:
                if fault.befalls(operation, body) and (from_function or fault.kind == "error"):
                    self._use(fault, self._calls)
                    return fault
            for throttle in self._throttles if from_function else ():
                if throttle.service == service and self._draws.next() < throttle.share:
                    self._use(throttle, self._throttles)
                    return CallFault(
                        "error", operation, 1, code="ThrottlingException", message="Rate exceeded"
                    )
        return None

    def deployment(self) -> int:
        """The number of a deployment that begins; faults that were there before have lower ones."""
        with self._lock:
            self._deployments += 1
            return self._deployments

    def take_answers(self, endpoint: str, deployment: int) -> frozenset[How]:
        """What is wrong with one answer of a model that came with this deployment."""
        with self._lock:
            spoilt = [
                (fault, since)
                for fault, since in self._answers
                if fault.name == endpoint and (fault.version == "all" or deployment > since)
            ]
            for fault, since in spoilt:
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._answers.remove((fault, since))
            return frozenset(fault.how for fault, _ in spoilt)

    def copies(self) -> int:
        """How many times the next SageMaker event is delivered."""
        with self._lock:
            if self._sent is not None:
                return self._sent
            return 2 if self._random.random() < _SENT_TWICE else 1

    def _forget(self) -> None:
        self._draws = Draws()
        self._endpoints: dict[str, EndpointFault] = {}
        self._calls: list[CallFault] = []
        self._throttles: list[ThrottleFault] = []
        self._transforms: list[TransformFault] = []
        self._answers: list[tuple[AnswersFault, int]] = []
        self._sent: int | None = None

    def _arm(self, armed: Fault) -> None:
        match armed:
            case EndpointFault():
                self._endpoints[armed.name] = armed
            case CallFault():
                self._calls.append(armed)
            case ThrottleFault():
                self._throttles.append(armed)
            case TransformFault():
                self._transforms.append(armed)
            case AnswersFault():
                self._answers.append((armed, self._deployments))
            case Copies():
                self._sent = armed.number

    @staticmethod
    def _use(fault: Any, armed: list[Any]) -> None:
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                armed.remove(fault)
