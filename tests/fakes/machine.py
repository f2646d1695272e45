"""An interpreter for what infra/promotion.asl.yaml uses of the States Language."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import yaml

from tests.fakes.clock import FakeClock
from tests.fakes.watched import Died

DEFINITION: Final = Path(__file__).parents[2] / "infra" / "promotion.asl.yaml"
Json = dict[str, Any]


@dataclass
class Execution:
    """One run; it waits where it has a token that nobody answered yet."""

    name: str
    at: str
    input: Json
    status: str = "RUNNING"
    token: str = ""
    answered: bool = False
    deadline: datetime | None = None
    visited: list[str] = field(default_factory=list)
    tries: Counter[int] = field(default_factory=Counter)

    def goes_to(self, state: str) -> None:
        """Leave this state for another."""
        self.at, self.token, self.answered, self.tries = state, "", False, Counter()


class TimedOut(Exception):  # noqa: N818 - the States Language's name is States.Timeout
    """A question that nobody answered in time."""


class Machine:
    """Runs executions until they wait or end; `task` is the function that tasks invoke."""

    def __init__(self, clock: FakeClock, task: Callable[[Json], Json]) -> None:
        self._clock, self._task = clock, task
        self._tokens = 0
        self._states: Mapping[str, Json] = _definition()["States"]

    def begin(self, name: str) -> Execution:
        """A new execution."""
        return Execution(name, _definition()["StartAt"], {"promotion": name})

    def run(self, execution: Execution) -> None:
        """On, until it waits for an answer or ends."""
        while execution.status == "RUNNING":
            state = self._states[execution.at]
            if execution.token and not execution.answered and not self._is_late(execution):
                return
            if not execution.token:
                execution.visited.append(execution.at)
            self._take(execution, state)

    def _take(self, execution: Execution, state: Json) -> None:
        match state["Type"]:
            case "Task":
                try:
                    self._invoke(execution, state)
                except BaseException as error:  # noqa: BLE001 - a worker that died is an error like others
                    self._fail(execution, state, error)
            case "Choice":
                chosen = (c["Next"] for c in state["Choices"] if _holds(c, execution.input))
                execution.goes_to(next(chosen, state["Default"]))
            case "Wait":
                self._clock.passes(_at(execution.input, state["SecondsPath"]))
                execution.goes_to(state["Next"])
            case "Succeed":
                execution.status = "SUCCEEDED"
            case "Fail":
                execution.status = "FAILED"

    def _invoke(self, execution: Execution, state: Json) -> None:
        if execution.token:
            if not execution.answered:
                raise TimedOut
            execution.goes_to(state["Next"])
            return
        waits = state["Resource"].endswith(".waitForTaskToken")
        if waits:
            self._tokens += 1
            execution.token, execution.answered = f"token-{self._tokens}", False
            seconds = _at(execution.input, state["TimeoutSecondsPath"])
            execution.deadline = self._clock.now() + timedelta(seconds=seconds)
        output = self._task(_filled(state["Parameters"]["Payload"], execution))
        if execution.at.startswith("Pause"):  # a short wait: nobody wakes it here, the time just passes
            self._clock.passes(seconds)
            execution.goes_to(state["Next"])
        elif not waits:
            execution.input = output
            execution.goes_to(state["Next"])

    def _fail(self, execution: Execution, state: Json, error: BaseException) -> None:
        name = _name_of(error)
        execution.token = ""
        for number, retrier in enumerate(state.get("Retry", ())):
            if _matches(retrier, name):
                if execution.tries[number] < retrier["MaxAttempts"]:
                    self._clock.passes(_pause(retrier, execution.tries[number]))
                    execution.tries[number] += 1
                    return
                break
        catcher = next((c for c in state.get("Catch", ()) if _matches(c, name)), None)
        if catcher is None:
            execution.status = "FAILED"
            return
        if catcher["ResultPath"]:
            caught = {"Error": name, "Cause": str(error)}
            execution.input = {**execution.input, catcher["ResultPath"].removeprefix("$."): caught}
        execution.goes_to(catcher["Next"])

    def _is_late(self, execution: Execution) -> bool:
        return execution.deadline is not None and self._clock.now() >= execution.deadline


@cache
def _definition() -> Json:
    return cast("Json", yaml.safe_load(DEFINITION.read_text()))


def _name_of(error: BaseException) -> str:
    """What Lambda and the States Language call it."""
    if isinstance(error, TimedOut):
        return "States.Timeout"
    return "Runtime.ExitError" if isinstance(error, Died) else type(error).__name__


def _matches(rule: Json, name: str) -> bool:
    return bool({"States.ALL", name} & set(rule["ErrorEquals"]))


def _pause(retrier: Json, tries: int) -> float:
    seconds = retrier["IntervalSeconds"] * retrier["BackoffRate"] ** tries
    return float(min(seconds, retrier.get("MaxDelaySeconds", seconds)))


def _filled(payload: Json, execution: Execution) -> Json:
    filled = {}
    for key, value in payload.items():
        if not key.endswith(".$"):
            filled[key] = value
        elif value == "$$.Task.Token":
            filled[key.removesuffix(".$")] = execution.token
        else:
            filled[key.removesuffix(".$")] = _at(execution.input, value)
    return filled


def _holds(choice: Json, given: Json) -> bool:
    if "And" in choice:
        return all(_holds(part, given) for part in choice["And"])
    value = _at(given, choice["Variable"])
    wanted = choice.get("StringEquals", choice.get("BooleanEquals"))
    return bool(value == wanted)


def _at(given: Json, path: str) -> Any:
    return given[path.removeprefix("$.")]
