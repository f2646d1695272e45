"""A stack is deployed again while it works: what changed is new, what holds data stays."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from playground.aws import DeploymentFailed, LocalAws, Stack
from tests.playground.aws.kit import Until, unique

CODE = """
import os
def handler(event, context):
    return {"stage": os.environ["STAGE"], "code": CODE}
"""
TEMPLATE: dict[str, Any] = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Parameters": {"Stage": {"Type": "String"}},
    "Resources": {
        "Ledger": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            },
        },
        "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 60}},
        "Step": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "app.handler",
                "CodeUri": "code",
                "FunctionUrlConfig": {"AuthType": "NONE"},
                "Environment": {"Variables": {"STAGE": {"Ref": "Stage"}}},
            },
        },
        "Machine": {
            "Type": "AWS::Serverless::StateMachine",
            "Properties": {
                "Name": {"Fn::Sub": "${AWS::StackName}-machine"},
                "DefinitionUri": "machine.json",
                "DefinitionSubstitutions": {"Step": {"Fn::GetAtt": ["Step", "Arn"]}},
            },
        },
    },
    "Outputs": {"Stage": {"Value": {"Ref": "Stage"}}},
}
WAIT = {"Type": "Wait", "SecondsPath": "$.wait", "Next": "B"}
CALL = {"Type": "Task", "Resource": "${Step}", "End": True}


@dataclass
class Project:
    """A template, code and a state machine on disk, deployed when asked."""

    aws: LocalAws
    root: Path
    name: str = field(default_factory=lambda: unique("updated"))
    template: dict[str, Any] = field(default_factory=lambda: json.loads(json.dumps(TEMPLATE)))

    def write(self, version: int, last: dict[str, Any]) -> None:
        """Code and a machine of this version; the machine's second state is `last`."""
        (self.root / "code").mkdir(exist_ok=True)
        place = self.root / "code" / "app.py"
        place.write_text(f"CODE = {version}\n{CODE}")
        os.utime(place, (version, version))  # whatever the clock says, another time
        machine = {"StartAt": "A", "States": {"A": WAIT, "B": last}}
        (self.root / "machine.json").write_text(json.dumps(machine))

    def deploy(self, stage: str) -> Stack:
        path = self.root / "template.yaml"
        path.write_text(yaml.safe_dump(self.template))
        return self.aws.deploy(path, name=self.name, parameters={"Stage": stage}, root=self.root)

    def call(self, stack: Stack) -> Any:
        answer = self.aws.client("lambda").invoke(FunctionName=stack.resources["Step"], Payload=b"{}")
        return json.loads(answer["Payload"].read())

    def start(self, stack: Stack, wait: float) -> str:
        begun = self.aws.client("stepfunctions").start_execution(
            stateMachineArn=stack.resources["Machine"], input=json.dumps({"wait": wait})
        )
        return str(begun["executionArn"])

    def output(self, execution: str, until: Callable[..., Any]) -> Any:
        describe = self.aws.client("stepfunctions").describe_execution

        def ended() -> Any:
            described = describe(executionArn=execution)
            return described if described["status"] != "RUNNING" else None

        return json.loads(until(ended)["output"])


@pytest.fixture
def project(aws: LocalAws, tmp_path: Path) -> Project:
    made = Project(aws, tmp_path)
    made.write(1, CALL)
    return made


def test_an_update_changes_code_environment_and_machine_and_keeps_the_data(
    aws: LocalAws, project: Project, until: Until
) -> None:
    before = project.deploy("staging")
    assert project.call(before) == {"stage": "staging", "code": 1}
    aws.client("dynamodb").put_item(TableName=before.resources["Ledger"], Item={"pk": {"S": "kept"}})
    aws.client("sqs").send_message(QueueUrl=before.resources["Jobs"], MessageBody="kept")
    execution = project.start(before, 2)

    project.write(2, {"Type": "Pass", "Result": "new", "End": True})
    after = project.deploy("production")

    assert after.resources == before.resources
    assert after.outputs == {"Stage": "production"}
    assert project.call(after) == {"stage": "production", "code": 2}
    assert aws.client("dynamodb").scan(TableName=after.resources["Ledger"])["Count"] == 1
    received = aws.client("sqs").receive_message(QueueUrl=after.resources["Jobs"])
    assert [message["Body"] for message in received["Messages"]] == ["kept"]
    # The execution goes on as it began, with the function that there is now.
    assert project.output(execution, until) == {"stage": "production", "code": 2}
    assert project.output(project.start(after, 0), until) == "new"
    answer = aws.invoke_url("Step", method="GET", path="/", headers={}, body=b"")
    assert json.loads(answer.body) == {"stage": "production", "code": 2}


def test_resources_come_and_go_with_an_update(aws: LocalAws, project: Project) -> None:
    before = project.deploy("staging")
    resources = project.template["Resources"]
    resources["More"] = {"Type": "AWS::SQS::Queue", "Properties": {}}
    resources["Jobs"]["Properties"]["VisibilityTimeout"] = 90
    resources["Ledger"]["Properties"]["AttributeDefinitions"].append(
        {"AttributeName": "model", "AttributeType": "S"}
    )
    index = {"IndexName": "Model", "KeySchema": [{"AttributeName": "model", "KeyType": "HASH"}]}
    resources["Ledger"]["Properties"]["GlobalSecondaryIndexes"] = [
        {**index, "Projection": {"ProjectionType": "ALL"}}
    ]
    aws.client("dynamodb").put_item(
        TableName=before.resources["Ledger"], Item={"pk": {"S": "kept"}, "model": {"S": "churn"}}
    )
    after = project.deploy("staging")
    assert after.resources["Ledger"] == before.resources["Ledger"]
    found = aws.client("dynamodb").query(
        TableName=after.resources["Ledger"],
        IndexName="Model",
        KeyConditionExpression="model = :model",
        ExpressionAttributeValues={":model": {"S": "churn"}},
    )
    assert found["Count"] == 1
    attributes = aws.client("sqs").get_queue_attributes(
        QueueUrl=after.resources["Jobs"], AttributeNames=["VisibilityTimeout"]
    )
    assert attributes["Attributes"]["VisibilityTimeout"] == "90"
    del resources["More"]
    assert "More" not in project.deploy("staging").resources


def test_deploying_the_same_again_changes_nothing(project: Project) -> None:
    assert project.deploy("staging") == project.deploy("staging")


def test_an_update_that_fails_leaves_the_stack_as_it_was(project: Project) -> None:
    before = project.deploy("staging")
    project.template["Resources"]["Bad"] = {
        "Type": "AWS::S3::Bucket",
        "Properties": {"BucketName": "playground-artifacts"},
    }
    with pytest.raises(DeploymentFailed, match="already exists"):
        project.deploy("production")
    assert project.call(before) == {"stage": "staging", "code": 1}
    del project.template["Resources"]["Bad"]
    assert project.call(project.deploy("production")) == {"stage": "production", "code": 1}


def test_a_stack_is_updated_with_boto3_too(aws: LocalAws, project: Project) -> None:
    stack = project.deploy("staging")
    cloudformation = aws.client("cloudformation")
    cloudformation.update_stack(
        StackName=project.name,
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": "Stage", "ParameterValue": "production"}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    cloudformation.get_waiter("stack_update_complete").wait(
        StackName=project.name, WaiterConfig={"Delay": 1, "MaxAttempts": 10}
    )
    assert project.call(stack)["stage"] == "production"
