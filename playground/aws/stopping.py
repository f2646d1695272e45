"""Repairs how moto's executions are stopped: at once, whatever they wait for, and nothing follows.

Moto leaves a task that waits for an answer waiting, so that its execution runs on until the task's time is
over; whatever that task then raises replaces the end by StopExecution, or the execution's own time-out.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, Final

from moto.stepfunctions.parser.api import ExecutionStatus, HistoryEventType
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution

from playground.aws.hooks import Hooks

Ended = Callable[[Any], None]

_PATIENCE: Final = 5.0  # seconds for an execution to begin
_LAST: Final = (HistoryEventType.ExecutionAborted, HistoryEventType.ExecutionTimedOut)


def repair_stopping(hooks: Hooks, ended: Ended) -> None:
    """Apply the cures; `ended` is told once of each execution that ends, or is stopped."""
    _repair_ends(hooks, ended)
    set_error: Any = Environment.set_error
    set_timed_out: Any = Environment.set_timed_out

    def fail_unless_over(env: Any, error: Any) -> None:
        if env.is_running():
            set_error(env, error)

    def time_out_and_leave(env: Any) -> None:
        if env.is_running():
            set_timed_out(env)
            if not env.is_frame():
                _interrupt(env)

    hooks.attribute(Environment, "set_error", fail_unless_over)
    hooks.attribute(Environment, "set_timed_out", time_out_and_leave)


def _repair_ends(hooks: Hooks, ended: Ended) -> None:
    reflect: Any = BaseExecutionWorkerCommunication._reflect_execution_status
    ending = threading.Lock()

    def stop(execution: Any, stop_date: Any, error: str | None, cause: str | None) -> None:
        with ending:
            stopped = _stop(execution, stop_date, error, cause)
        if stopped:
            ended(execution)

    def end_once(worker: Any) -> None:
        execution = worker.execution
        with ending:
            if execution.exec_status != ExecutionStatus.RUNNING:
                return  # it was stopped before its thread came to its end
            reflect(worker)
        ended(execution)

    hooks.attribute(Execution, "stop", stop)
    hooks.attribute(BaseExecutionWorkerCommunication, "_reflect_execution_status", end_once)


def _stop(execution: Any, stop_date: Any, error: str | None, cause: str | None) -> bool:
    """Whether the execution is over because of this."""
    if execution.exec_status != ExecutionStatus.RUNNING or not _has_begun(execution):
        return False
    env = execution.exec_worker.env
    env.set_stop(stop_date=stop_date, cause=cause, error=error)
    if not isinstance(env.program_state(), ProgramStopped):
        return False  # it ended by itself meanwhile
    execution.stop_date, execution.error, execution.cause = stop_date, error, cause
    execution.exec_status = ExecutionStatus.ABORTED
    _interrupt(env)
    return True


def _has_begun(execution: Any) -> bool:
    """An execution is running as soon as it is asked for, but its machine is read first."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        env = execution.exec_worker.env if execution.exec_worker else None
        if env is not None and env.program_state() is not None:
            return True
        time.sleep(0.005)
    return False


def _interrupt(env: Any) -> None:
    """Wake whatever waits for an answer; what comes of that is not in the history."""
    add_event = env.event_manager.add_event

    def add_the_end(context: Any, event_type: Any, *more: Any, **named: Any) -> int:
        if event_type not in _LAST:
            return int(context.last_published_event_id)
        return int(add_event(context, event_type, *more, **named))

    env.event_manager.add_event = add_the_end
    for waiting in list(env.callback_pool_manager._pool.values()):
        waiting.interrupt_all()
