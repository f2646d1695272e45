"""Words to write state machines in, and a stage to run them on."""

import json
from dataclasses import dataclass, field
from typing import Any

from playground.aws import LocalAws
from tests.playground.aws.kit import ROLE, Function, Queue, Until, unique

States = dict[str, Any]

FUNCTION = """
import boto3
class Custom(Exception): pass
tries = 0
def handler(event, context):
    global tries
    if event.get("token"):
        boto3.client("dynamodb").put_item(
            TableName="machine-tokens", Item={"pk": {"S": event["name"]}, "token": {"S": event["token"]}})
        return {}
    if event.get("fail"): raise Custom("nope")
    if event.get("flaky"):
        tries += 1
        if tries < 3: raise Custom(f"flaky {tries}")
    return {"echo": event}
"""


@dataclass
class Stage:
    """What the machines play with."""

    aws: LocalAws
    function: Function
    queue: Queue
    until: Until
    child: str = ""
    names: dict[str, str] = field(default_factory=dict)

    def token(self, name: str) -> str:
        key = {"pk": {"S": name}}
        row = self.until(
            lambda: self.aws.client("dynamodb").get_item(TableName="machine-tokens", Key=key).get("Item")
        )
        return str(row["token"]["S"])

    def machine(self, definition: Any, **more: Any) -> str:
        made = self.aws.client("stepfunctions").create_state_machine(
            name=unique("machine"), roleArn=ROLE, definition=json.dumps(definition), **more
        )
        return str(made["stateMachineArn"])

    def start(self, definition: Any, given: Any) -> str:
        arn = self.machine(definition)
        begun = self.aws.client("stepfunctions").start_execution(stateMachineArn=arn, input=json.dumps(given))
        return str(begun["executionArn"])

    def has(self, execution: str, kind: str) -> bool:
        history = self.aws.client("stepfunctions").get_execution_history(executionArn=execution)
        return kind in [event["type"] for event in history["events"]]

    def end(self, execution: str) -> dict[str, Any]:
        describe = self.aws.client("stepfunctions").describe_execution

        def ended() -> Any:
            described = describe(executionArn=execution)
            return described if described["status"] != "RUNNING" else None

        found: dict[str, Any] = self.until(ended, 25)
        return found


def variants(model: str) -> list[dict[str, Any]]:
    count = {"InitialInstanceCount": 1, "InitialVariantWeight": 1}
    return [{"VariantName": "v", "ModelName": model, "InstanceType": "ml.m5.large", **count}]


def flow(**states: Any) -> States:
    """A machine that starts with its first state."""
    return {"StartAt": next(iter(states)), "States": states}


def task(resource: str, parameters: Any = None, **more: Any) -> States:
    end = {} if "Next" in more else {"End": True}
    return {"Type": "Task", "Resource": resource, "Parameters": parameters or {}, **end, **more}


def invoke(payload: Any, **more: Any) -> States:
    return task("arn:aws:states:::lambda:invoke", {"FunctionName": "FN", "Payload": payload}, **more)


def ask(name: str, **more: Any) -> States:
    """A function gets the token, and the machine waits."""
    payload = {"name": name, "token.$": "$$.Task.Token"}
    parameters = {"FunctionName": "FN", "Payload": payload}
    return task("arn:aws:states:::lambda:invoke.waitForTaskToken", parameters, **more)


def catch(error: str) -> list[States]:
    return [{"ErrorEquals": [error], "ResultPath": "$.error", "Next": "Caught"}]


CAUGHT = {"Type": "Pass", "End": True}
SDK = "arn:aws:states:::aws-sdk:"
OPTIMISED = "arn:aws:states:::"


@dataclass(frozen=True)
class Case:
    name: str
    machine: States
    given: Any = field(default_factory=dict)
    status: str = "SUCCEEDED"
    output: Any = None  # a value, or a function that says whether the output is right


def filled(machine: Any, names: dict[str, str]) -> Any:
    if isinstance(machine, dict):
        return {key: filled(value, names) for key, value in machine.items()}
    if isinstance(machine, list):
        return [filled(value, names) for value in machine]
    return names.get(machine, machine) if isinstance(machine, str) else machine
