"""Machines that wait for somebody to answer."""

import json
from typing import Any

import pytest

from tests.playground.aws.kit import MakeFunction, unique
from tests.playground.aws.machine_kit import CAUGHT, OPTIMISED, Stage, ask, catch, filled, flow, task


def waiting(stage: Stage, name: str, **more: Any) -> str:
    return stage.start(filled(flow(A=ask(name, **more), Caught=CAUGHT), stage.names), {})


def test_a_token_answered_with_success_gives_the_output(stage: Stage) -> None:
    execution = waiting(stage, "success")
    stage.aws.client("stepfunctions").send_task_success(
        taskToken=stage.token("success"), output='{"by": "U1"}'
    )
    assert json.loads(stage.end(execution)["output"]) == {"by": "U1"}


def test_a_token_answered_with_failure_is_caught_by_its_error(stage: Stage) -> None:
    execution = waiting(stage, "failure", Catch=catch("Rejected"))
    stage.aws.client("stepfunctions").send_task_failure(
        taskToken=stage.token("failure"), error="Rejected", cause="no"
    )
    assert json.loads(stage.end(execution)["output"])["error"] == {"Error": "Rejected", "Cause": "no"}


def test_a_token_answered_inside_the_function_is_not_lost(stage: Stage, make_function: MakeFunction) -> None:
    quick = make_function(
        "import boto3\n"
        "def handler(event, context):\n"
        "    boto3.client('stepfunctions').send_task_success(taskToken=event['token'], output='7')\n"
    )
    parameters = {"FunctionName": quick.arn, "Payload": {"token.$": "$$.Task.Token"}}
    machine = flow(A=task(f"{OPTIMISED}lambda:invoke.waitForTaskToken", parameters, TimeoutSeconds=5))
    assert stage.end(stage.start(machine, {}))["output"] == "7"


def test_heartbeats_keep_a_task_waiting(stage: Stage) -> None:
    execution, states = (
        waiting(stage, "beats", TimeoutSeconds=20, HeartbeatSeconds=1),
        stage.aws.client("stepfunctions"),
    )
    token, beats = stage.token("beats"), []

    def beat() -> bool:
        states.send_task_heartbeat(taskToken=token)
        beats.append(1)
        return len(beats) > 100  # about 2 s, of which no second is silent

    stage.until(beat)
    states.send_task_success(taskToken=token, output='"alive"')
    assert stage.end(execution)["output"] == '"alive"'


def settled(states: Any) -> tuple[type[Exception], ...]:
    """What says that a token is no longer good, depending on why."""
    errors = states.exceptions
    return errors.TaskTimedOut, errors.InvalidToken, errors.TaskDoesNotExist


ANSWERS = [
    ("send_task_success", {"output": "{}"}),
    ("send_task_failure", {"error": "E", "cause": "c"}),
    ("send_task_heartbeat", {}),
]


@pytest.mark.parametrize(("method", "answer"), ANSWERS, ids=[name for name, _ in ANSWERS])
@pytest.mark.parametrize("machine", ["still running", "ended"])
def test_a_token_is_good_for_one_answer(stage: Stage, method: str, answer: Any, machine: str) -> None:
    name, states = unique("once"), stage.aws.client("stepfunctions")
    after = {"Type": "Wait", "Seconds": 30 if machine == "still running" else 0, "End": True}
    execution = stage.start(filled(flow(A=ask(name, Next="After"), After=after), stage.names), {})
    token = stage.token(name)
    states.send_task_success(taskToken=token, output="{}")
    stage.until(lambda: stage.has(execution, "WaitStateEntered"))
    if machine == "ended":
        stage.end(execution)
    with pytest.raises(settled(states)):
        getattr(states, method)(taskToken=token, **answer)


def test_an_answer_that_comes_too_late_is_refused(stage: Stage) -> None:
    execution = waiting(stage, "late", TimeoutSeconds=1, Catch=catch("States.Timeout"))
    states, token = stage.aws.client("stepfunctions"), stage.token("late")
    stage.end(execution)
    with pytest.raises(settled(states)):
        states.send_task_success(taskToken=token, output="{}")


def test_a_token_that_never_was_is_refused(stage: Stage) -> None:
    states = stage.aws.client("stepfunctions")
    with pytest.raises(states.exceptions.InvalidToken):
        states.send_task_success(taskToken="bogus" * 10, output="{}")


def test_a_token_can_travel_through_a_queue(stage: Stage) -> None:
    parameters = {"QueueUrl": stage.queue.url, "MessageBody": {"t.$": "$$.Task.Token"}}
    execution = stage.start(flow(A=task(f"{OPTIMISED}sqs:sendMessage.waitForTaskToken", parameters)), {})
    token = stage.queue.body()["t"]
    stage.aws.client("stepfunctions").send_task_success(taskToken=token, output='"queued"')
    assert stage.end(execution)["output"] == '"queued"'


def test_jsonata_can_wait_for_a_token_too(stage: Stage) -> None:
    payload = {"name": "jsonata", "token": "{% $states.context.Task.Token %}"}
    state = {
        "Type": "Task",
        "Resource": f"{OPTIMISED}lambda:invoke.waitForTaskToken",
        "TimeoutSeconds": "{% $states.input.t %}",
        "Arguments": {"FunctionName": stage.function.arn, "Payload": payload},
        "Output": "{% $states.result.ok %}",
        "End": True,
    }
    execution = stage.start({"QueryLanguage": "JSONata", **flow(A=state)}, {"t": 15})
    stage.aws.client("stepfunctions").send_task_success(taskToken=stage.token("jsonata"), output='{"ok": 1}')
    assert stage.end(execution)["output"] == "1"
