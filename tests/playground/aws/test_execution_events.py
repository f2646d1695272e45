"""EventBridge hears how executions end; what is stopped goes no further."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from playground.aws import LocalAws
from tests.playground.aws.kit import MakeFunction, MakeQueue, Queue, heard, unique
from tests.playground.aws.machine_kit import CAUGHT, OPTIMISED, Stage, ask, catch, filled, flow, task

CHANGED = "Step Functions Execution Status Change"


@pytest.fixture
def changes(aws: LocalAws, make_queue: MakeQueue) -> Iterator[Queue]:
    """A queue of the ends of executions."""
    ends = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
    pattern = {"source": ["aws.states"], "detail-type": [CHANGED], "detail": {"status": ends}}
    with heard(aws, make_queue(), pattern) as queue:
        yield queue


FAIL = {"Type": "Fail", "Error": "Nope", "Cause": "because"}
WAIT = {"Type": "Wait", "Seconds": 30, "End": True}
PASS = {"Type": "Pass", "Result": {"b": 2}, "End": True}

ENDS: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    (flow(A=PASS), "SUCCEEDED", {"output": '{"b":2}', "outputDetails": {"included": True}}),
    (flow(A=FAIL), "FAILED", {"output": None, "error": "Nope", "cause": "because"}),
    ({**flow(A=WAIT), "TimeoutSeconds": 1}, "TIMED_OUT", {"output": None}),
]


@pytest.mark.parametrize(("machine", "status", "more"), ENDS, ids=[end[1] for end in ENDS])
def test_the_end_of_an_execution_is_an_event(
    stage: Stage, changes: Queue, machine: dict[str, Any], status: str, more: dict[str, Any]
) -> None:
    execution = stage.start(machine, {"a": 1})
    event = changes.about(execution)
    detail = event["detail"]
    assert (event["source"], event["detail-type"], event["resources"]) == ("aws.states", CHANGED, [execution])
    assert (detail["executionArn"], detail["status"], detail["input"]) == (execution, status, '{"a":1}')
    assert detail["stateMachineArn"] == execution.replace(":execution:", ":stateMachine:").rpartition(":")[0]
    assert detail["name"] == execution.rpartition(":")[2]
    assert 1.6e12 < detail["startDate"] <= detail["stopDate"]
    assert {key: detail[key] for key in more} == more
    after = stage.start(flow(A=PASS), {})
    while (later := changes.body()["resources"]) != [after]:
        assert later != [execution]  # its end is told once


def stop(stage: Stage, execution: str) -> None:
    stage.aws.client("stepfunctions").stop_execution(executionArn=execution, error="Stopped", cause="by hand")


def test_stopping_an_execution_is_an_event(stage: Stage, changes: Queue) -> None:
    execution = stage.start(flow(A=WAIT), {})
    stop(stage, execution)
    detail = changes.about(execution)["detail"]
    assert (detail["executionArn"], detail["status"]) == (execution, "ABORTED")
    assert (detail["error"], detail["cause"]) == ("Stopped", "by hand")
    assert stage.end(execution)["error"] == "Stopped"


def test_an_execution_that_was_stopped_while_it_waits_for_an_answer_goes_no_further(
    aws: LocalAws, stage: Stage, changes: Queue
) -> None:
    """Neither the next state nor the one that catches errors runs."""
    name = unique("stopped")
    waiting = filled(ask(name, Next="Caught", TimeoutSeconds=60, Catch=catch("States.ALL")), stage.names)
    execution = stage.start(flow(A=waiting, Caught=CAUGHT), {})
    token = stage.token(name)
    stop(stage, execution)
    assert changes.about(execution)["detail"]["status"] == "ABORTED"
    states = aws.client("stepfunctions")
    with pytest.raises(ClientError, match=r"InvalidToken|TaskTimedOut|TaskDoesNotExist"):
        states.send_task_success(taskToken=token, output="{}")
    time.sleep(0.3)  # nothing to wait for: what must not happen would happen now
    history = states.get_execution_history(executionArn=execution)["events"]
    entered = [event["stateEnteredEventDetails"]["name"] for event in history if "stateEntered" in str(event)]
    assert entered == ["A"]
    assert history[-1]["type"] == "ExecutionAborted"
    assert stage.end(execution)["status"] == "ABORTED"


def test_a_function_that_runs_while_its_execution_is_stopped_is_the_last_thing_that_does(
    stage: Stage, make_function: MakeFunction, changes: Queue
) -> None:
    slow = make_function("import time\ndef handler(event, context):\n    time.sleep(0.7)\n    return {}\n")
    sleep = task(f"{OPTIMISED}lambda:invoke", {"FunctionName": slow.arn}, Next="B", Catch=catch("States.ALL"))
    machine = flow(A=sleep, B={"Type": "Pass", "End": True}, Caught=CAUGHT)
    execution = stage.start(machine, {})
    stage.until(lambda: stage.has(execution, "TaskScheduled"))
    stop(stage, execution)
    assert changes.about(execution)["detail"]["status"] == "ABORTED"
    assert not stage.has(execution, "PassStateEntered")
    assert stage.end(execution)["status"] == "ABORTED"
