"""Repairs moto's task tokens: one answer each, none after the task has ended, heartbeats at any time."""

import threading
from typing import Any

from moto.core.exceptions import AWSError
from moto.stepfunctions.parser import api
from moto.stepfunctions.parser.asl.eval.callback import callback

from playground.aws.hooks import Hooks

_ANSWERING = threading.Lock()


def repair_tokens(hooks: Hooks) -> None:
    """Apply the cures."""
    endpoint = callback.CallbackEndpoint
    notify, interrupt = endpoint.notify, endpoint.interrupt_all

    def answer_once(waiting: Any, outcome: Any) -> None:
        with _ANSWERING:
            if waiting.get_outcome() is not None or waiting.consumer_error is not None:
                raise callback.CallbackNotifyConsumerError(callback.CallbackConsumerTimeout())
            notify(waiting, outcome)

    def leave(waiting: Any) -> None:
        with _ANSWERING:
            waiting.report(callback.CallbackConsumerTimeout())
        interrupt(waiting)

    hooks.attribute(endpoint, "notify", answer_once)
    hooks.attribute(endpoint, "interrupt_all", leave)
    hooks.attribute(endpoint, "notify_heartbeat", _beat)


def name_errors(hooks: Hooks) -> None:
    """Half of the errors that the interpreter raises have lost their code on the way to the client."""
    for error in vars(api).values():
        if (
            isinstance(error, type)
            and issubclass(error, AWSError)
            and isinstance(vars(error).get("code"), str)
        ):
            hooks.attribute(error, "TYPE", error.code)
    for error in (api.TaskTimedOut, api.TaskDoesNotExist):
        hooks.attribute(error, "__init__", _gone)


def _beat(waiting: Any) -> bool:
    """A task may beat before its machine has begun to listen."""
    if waiting._heartbeat_endpoint:
        waiting._heartbeat_endpoint.notify()
    return True


def _gone(error: Any) -> None:
    AWSError.__init__(error, "Task Timed Out: 'Provided task does not exist anymore'")
