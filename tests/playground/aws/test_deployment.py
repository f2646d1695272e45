"""A SAM template is deployed as it is, or not at all."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from playground.aws import DeploymentFailed, LocalAws, NotHonoured, Stack
from tests.playground.aws.kit import Until, unique

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module")
def stack(aws: LocalAws) -> Stack:
    return aws.deploy(DATA / "template.yaml", name=unique("stack"), parameters={"Stage": "test"}, root=DATA)


def rows(aws: LocalAws, stack: Stack) -> dict[str, str]:
    items = aws.client("dynamodb").scan(TableName=stack.resources["Ledger"])["Items"]
    return {item["pk"]["S"]: item["kind"]["S"] for item in items}


def test_everything_that_the_template_names_is_there(stack: Stack) -> None:
    named = {"Ledger", "Dead", "Jobs", "Door", "DoorUrl", "Worker", "WorkerJobs", "WorkerRegistry", "Machine"}
    assert named | {"Artifacts", "Errors", "Overview", "Log"} <= set(stack.resources)
    assert stack.outputs["Url"].startswith("https://")
    assert stack.outputs["Machine"] == stack.resources["Machine"]


def test_a_condition_that_does_not_hold_leaves_its_resource_out(stack: Stack) -> None:
    assert "OnlyInProduction" not in stack.resources


def test_a_functions_url_is_called_by_its_logical_id(aws: LocalAws, stack: Stack) -> None:
    assert stack.resources["Door"]
    answer = aws.invoke_url("Door", method="GET", path="/hello", headers={}, body=b"")
    assert answer.status == 200
    assert json.loads(answer.body) == {"path": "/hello", "stage": "test"}


def test_code_runs_where_it_lies(aws: LocalAws, stack: Stack) -> None:
    aws.client("lambda").invoke(FunctionName=stack.resources["Worker"], Payload=b'{"Records": []}')
    assert list((DATA / "code" / "__pycache__").glob("app.*.pyc"))  # kept, so that the next start is quick


def test_the_queue_feeds_its_function(aws: LocalAws, stack: Stack, until: Until) -> None:
    sent = aws.client("sqs").send_message(QueueUrl=stack.resources["Jobs"], MessageBody="x")
    until(lambda: rows(aws, stack).get(sent["MessageId"]) == "message")


def test_the_rule_calls_its_function(aws: LocalAws, stack: Stack, until: Until) -> None:
    group = unique("stack")
    aws.client("sagemaker").create_model_package_group(ModelPackageGroupName=group)
    aws.client("sagemaker").create_model_package(ModelPackageGroupName=group)
    until(lambda: rows(aws, stack).get("event-0") == "SageMaker Model Package State Change")


def test_the_state_machine_has_its_substitutions(aws: LocalAws, stack: Stack, until: Until) -> None:
    aws.client("stepfunctions").start_execution(stateMachineArn=stack.resources["Machine"])
    until(lambda: "from-machine" in rows(aws, stack))


def test_the_index_of_the_table_is_queried(aws: LocalAws, stack: Stack, until: Until) -> None:
    aws.client("sqs").send_message(QueueUrl=stack.resources["Jobs"], MessageBody="y")
    query = {
        "TableName": stack.resources["Ledger"],
        "IndexName": "by-kind",
        "KeyConditionExpression": "kind = :kind",
        "ExpressionAttributeValues": {":kind": {"S": "message"}},
    }
    until(lambda: aws.client("dynamodb").query(**query)["Count"])


def test_the_bucket_keeps_versions(aws: LocalAws, stack: Stack) -> None:
    s3, bucket = aws.client("s3"), stack.resources["Artifacts"]
    first = s3.put_object(Bucket=bucket, Key="model.tar.gz", Body=b"1")["VersionId"]
    assert s3.put_object(Bucket=bucket, Key="model.tar.gz", Body=b"2")["VersionId"] != first
    assert s3.get_object(Bucket=bucket, Key="model.tar.gz", VersionId=first)["Body"].read() == b"1"


def test_secrets_are_kept(aws: LocalAws) -> None:
    ssm = aws.client("ssm")
    ssm.put_parameter(Name="/slack/token", Value="xoxb", Type="SecureString")
    assert ssm.get_parameter(Name="/slack/token", WithDecryption=True)["Parameter"]["Value"] == "xoxb"


FUNCTION = {"Runtime": "python3.13", "Handler": "app.handler", "CodeUri": "code"}
QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {}}

REFUSED: list[tuple[str, dict[str, Any], type[Exception], str]] = [
    (
        "an unknown type",
        {"Type": "AWS::Redshift::Cluster", "Properties": {}},
        NotHonoured,
        "It is a AWS::Redshift::Cluster",
    ),
    ("an unknown property", {**QUEUE, "Properties": {"FifoQueue": True}}, NotHonoured, "It sets FifoQueue"),
    (
        "an unknown property of a function",
        {
            "Type": "AWS::Serverless::Function",
            "Properties": {**FUNCTION, "Layers": ["arn:aws:lambda:us-east-1:1:layer:x:1"]},
        },
        NotHonoured,
        "It sets Layers",
    ),
    (
        "an HTTP API",
        {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                **FUNCTION,
                "Events": {"E": {"Type": "HttpApi", "Properties": {"Path": "/", "Method": "GET"}}},
            },
        },
        NotHonoured,
        "AWS::ApiGatewayV2",
    ),
    (
        "code that is not there",
        {"Type": "AWS::Serverless::Function", "Properties": {**FUNCTION, "CodeUri": ".build"}},
        DeploymentFailed,
        "code of It is not there",
    ),
    (
        "a misspelt property",
        {"Type": "AWS::Serverless::Function", "Properties": {**FUNCTION, "Handlr": "x"}},
        DeploymentFailed,
        "Handlr",
    ),
    (
        "a substitution that is missing",
        {"Type": "AWS::Serverless::StateMachine", "Properties": {"DefinitionUri": "machine.asl.yaml"}},
        DeploymentFailed,
        "no substitution for Worker",
    ),
    (
        "a reference to nothing",
        {**QUEUE, "Properties": {"VisibilityTimeout": 60, "QueueName": {"Fn::GetAtt": ["Nothing", "Arn"]}}},
        DeploymentFailed,
        "It refers to Nothing",
    ),
    (
        "a bucket whose name is taken",
        {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "playground-artifacts"}},
        DeploymentFailed,
        "It.*already exists",
    ),
]


@pytest.mark.parametrize(
    ("resource", "error", "words"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_would_not_be_honoured_is_refused(
    aws: LocalAws, tmp_path: Path, resource: dict[str, Any], error: type[Exception], words: str
) -> None:
    template = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"It": resource}}
    (tmp_path / "template.yaml").write_text(yaml.safe_dump(template))
    with pytest.raises(error, match=words) as refused:
        aws.deploy(tmp_path / "template.yaml", name=unique("refused"), parameters={}, root=DATA)
    assert type(refused.value) is error


def test_a_parameter_without_a_value_is_refused(aws: LocalAws) -> None:
    with pytest.raises(DeploymentFailed, match="Stage"):
        aws.deploy(DATA / "template.yaml", name=unique("refused"), parameters={}, root=DATA)


def test_a_large_template_is_deployed_too(aws: LocalAws, tmp_path: Path) -> None:
    queues = {f"Queue{n}": {**QUEUE, "Metadata": {"why": "x" * 1000}} for n in range(60)}
    template = {"Transform": "AWS::Serverless-2016-10-31", "Resources": queues}
    (tmp_path / "template.yaml").write_text(yaml.safe_dump(template))
    stack = aws.deploy(tmp_path / "template.yaml", name=unique("large"), parameters={}, root=tmp_path)
    assert len(stack.resources) == 60
