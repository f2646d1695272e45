"""The API of Step Functions around its machines."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from playground.aws import LocalAws
from tests.playground.aws.kit import ROLE, Until, unique

WAIT = {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 30, "End": True}}}
PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}


@pytest.fixture
def states(aws: LocalAws) -> Any:
    return aws.client("stepfunctions")


@pytest.fixture
def machine(states: Any) -> Callable[..., str]:
    def make(definition: Any, **more: Any) -> str:
        made = states.create_state_machine(
            name=unique("m"), roleArn=ROLE, definition=json.dumps(definition), **more
        )
        return str(made["stateMachineArn"])

    return make


@pytest.fixture
def running(states: Any, machine: Callable[..., str]) -> Iterator[tuple[str, str]]:
    """A machine, and an execution of it called "same"."""
    arn = machine(WAIT)
    execution = states.start_execution(stateMachineArn=arn, name="same", input='{"a":1}')["executionArn"]
    yield arn, execution
    states.stop_execution(executionArn=execution)


def test_a_start_with_the_same_name_and_input_is_the_same_execution(
    states: Any, running: tuple[str, str]
) -> None:
    again = states.start_execution(stateMachineArn=running[0], name="same", input='{"a":1}')
    assert again["executionArn"] == running[1]
    assert len(states.list_executions(stateMachineArn=running[0])["executions"]) == 1


def test_a_start_with_the_same_name_and_another_input_is_refused(
    states: Any, running: tuple[str, str]
) -> None:
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        states.start_execution(stateMachineArn=running[0], name="same", input='{"a":2}')


def test_a_start_with_the_name_of_an_ended_execution_is_refused(
    states: Any, running: tuple[str, str]
) -> None:
    states.stop_execution(executionArn=running[1])
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        states.start_execution(stateMachineArn=running[0], name="same", input='{"a":1}')


def test_a_start_needs_no_name(states: Any, running: tuple[str, str]) -> None:
    unnamed = states.start_execution(stateMachineArn=running[0])["executionArn"]
    assert unnamed != running[1]
    states.stop_execution(executionArn=unnamed)


def test_a_stopped_execution_says_why(states: Any, running: tuple[str, str], until: Until) -> None:
    states.stop_execution(executionArn=running[1], error="Cancelled", cause="by a test")

    def aborted() -> Any:
        described = states.describe_execution(executionArn=running[1])
        return described if described["status"] == "ABORTED" else None

    described = until(aborted)
    assert (described["error"], described["cause"]) == ("Cancelled", "by a test")
    assert described["stopDate"] >= described["startDate"]


def test_executions_are_listed_by_status(states: Any, running: tuple[str, str]) -> None:
    listed = states.list_executions(stateMachineArn=running[0], statusFilter="RUNNING")["executions"]
    assert [row["name"] for row in listed] == ["same"]
    assert states.list_executions(stateMachineArn=running[0], statusFilter="FAILED")["executions"] == []


def test_the_history_comes_in_pages_and_backwards(
    states: Any, machine: Callable[..., str], until: Until
) -> None:
    execution = states.start_execution(stateMachineArn=machine(PASS))["executionArn"]
    until(lambda: states.describe_execution(executionArn=execution)["status"] == "SUCCEEDED")
    whole = [event["type"] for event in states.get_execution_history(executionArn=execution)["events"]]
    assert whole == ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]
    last = states.get_execution_history(executionArn=execution, reverseOrder=True, maxResults=1)
    assert last["events"][0]["type"] == "ExecutionSucceeded"
    assert last["nextToken"]


def test_an_execution_leads_back_to_its_machine(states: Any, running: tuple[str, str]) -> None:
    described = states.describe_state_machine_for_execution(executionArn=running[1])
    assert described["stateMachineArn"] == running[0]


def test_a_new_definition_is_for_new_executions(
    states: Any, machine: Callable[..., str], until: Until
) -> None:
    arn = machine(WAIT)
    states.update_state_machine(stateMachineArn=arn, definition=json.dumps(PASS))
    execution = states.start_execution(stateMachineArn=arn)["executionArn"]
    until(lambda: states.describe_execution(executionArn=execution)["status"] == "SUCCEEDED")


def test_a_definition_that_makes_no_sense_is_refused(states: Any) -> None:
    with pytest.raises(states.exceptions.InvalidDefinition):
        states.create_state_machine(
            name=unique("m"), roleArn=ROLE, definition='{"StartAt":"X","States":{"A":{"Type":"?"}}}'
        )


def test_an_input_that_is_not_json_is_refused(states: Any, machine: Callable[..., str]) -> None:
    with pytest.raises(states.exceptions.InvalidExecutionInput):
        states.start_execution(stateMachineArn=machine(PASS), input="{")


def test_an_execution_that_never_was_is_not_found(states: Any) -> None:
    with pytest.raises(states.exceptions.ExecutionDoesNotExist):
        states.describe_execution(executionArn="arn:aws:states:us-east-1:123456789012:execution:none:none")
