"""The resources of a promotion stack, all in one template: honoured, or ignored for a reason."""

import json
from typing import Any

import pytest
import yaml

from playground.aws import LocalAws, Stack
from playground.aws.honoured import reason_to_ignore
from tests.playground.aws.kit import Until, unique

CODE = """
import boto3, os, json
def handler(event, context):
    kind = event.get("detail-type", "none")
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET"], Key=f"heard/{kind}", Body=json.dumps(event))
"""
BUCKET = {
    "VersioningConfiguration": {"Status": "Enabled"},
    "BucketEncryption": {
        "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
    },
    "LifecycleConfiguration": {
        "Rules": [
            {
                "Id": "old",
                "Status": "Enabled",
                "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
            }
        ]
    },
    "PublicAccessBlockConfiguration": {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    },
    "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
    "Tags": [{"Key": "project", "Value": "mlops"}],
}
ENDED = {
    "source": ["aws.states"],
    "detail-type": ["Step Functions Execution Status Change"],
    "detail": {"status": ["FAILED", "TIMED_OUT", "ABORTED"], "stateMachineArn": [{"Ref": "Machine"}]},
}
RINGS = {"source": ["aws.sagemaker"], "detail-type": ["SageMaker Endpoint Deployment State Change"]}
TEMPLATE: dict[str, Any] = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Resources": {
        "Artifacts": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": BUCKET},
        "Listener": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "app.handler",
                "CodeUri": "code",
                "Environment": {"Variables": {"BUCKET": {"Ref": "Artifacts"}}},
                "Events": {
                    "Ended": {"Type": "EventBridgeRule", "Properties": {"Pattern": ENDED}},
                    "Sweep": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 minute)"}},
                },
            },
        },
        "Machine": {
            "Type": "AWS::Serverless::StateMachine",
            "Properties": {
                "Definition": {"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "Nope"}}},
            },
        },
        "Phases": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "Description": "by hand",
                "State": "ENABLED",
                "EventPattern": RINGS,
                "Targets": [{"Id": "listener", "Arn": {"Fn::GetAtt": ["Listener", "Arn"]}}],
            },
        },
        "MayCall": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "Action": "lambda:InvokeFunction",
                "FunctionName": {"Ref": "Listener"},
                "Principal": "events.amazonaws.com",
                "SourceArn": {"Fn::GetAtt": ["Phases", "Arn"]},
            },
        },
    },
}


@pytest.fixture(scope="module")
def stack(aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    root = tmp_path_factory.mktemp("honoured")
    (root / "code").mkdir()
    (root / "code" / "app.py").write_text(CODE)
    (root / "template.yaml").write_text(yaml.safe_dump(TEMPLATE))
    return aws.deploy(root / "template.yaml", name=unique("honoured"), parameters={}, root=root)


@pytest.mark.parametrize("name", sorted(set(BUCKET) - {"VersioningConfiguration"}))
def test_what_a_bucket_asks_for_beside_versions_is_ignored_for_a_reason(name: str) -> None:
    assert reason_to_ignore("AWS::S3::Bucket", name)


def test_the_bucket_keeps_versions(aws: LocalAws, stack: Stack) -> None:
    s3, bucket = aws.client("s3"), stack.resources["Artifacts"]
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    versions = [s3.put_object(Bucket=bucket, Key="k", Body=body)["VersionId"] for body in (b"1", b"2")]
    assert s3.get_object(Bucket=bucket, Key="k", VersionId=versions[0])["Body"].read() == b"1"


def heard(aws: LocalAws, stack: Stack, until: Until, kind: str) -> Any:
    """The event of this detail type that reached the function."""
    s3, asked = aws.client("s3"), {"Bucket": stack.resources["Artifacts"], "Key": f"heard/{kind}"}

    def look() -> Any:
        listed = s3.list_objects_v2(Bucket=asked["Bucket"], Prefix=asked["Key"])
        return s3.get_object(**asked)["Body"].read() if listed["KeyCount"] else None

    return json.loads(until(look))


def test_the_end_of_an_execution_reaches_the_function(aws: LocalAws, stack: Stack, until: Until) -> None:
    started = aws.client("stepfunctions").start_execution(stateMachineArn=stack.resources["Machine"])
    detail = heard(aws, stack, until, "Step Functions Execution Status Change")["detail"]
    assert (detail["executionArn"], detail["status"]) == (started["executionArn"], "FAILED")


def test_a_schedule_is_there_and_calls_the_function(aws: LocalAws, stack: Stack) -> None:
    rules = aws.client("events").list_rule_names_by_target(
        TargetArn=f"arn:aws:lambda:us-east-1:123456789012:function:{stack.resources['Listener']}"
    )["RuleNames"]
    described = [aws.client("events").describe_rule(Name=rule) for rule in rules]
    assert "rate(1 minute)" in [rule.get("ScheduleExpression") for rule in described]


def test_a_rule_by_hand_calls_the_function(
    aws: LocalAws, stack: Stack, until: Until, make_config: Any
) -> None:
    sagemaker, name, config = aws.client("sagemaker"), unique("endpoint"), make_config()
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
    until(lambda: sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"] == "InService")
    sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=config)
    detail = heard(aws, stack, until, "SageMaker Endpoint Deployment State Change")["detail"]
    assert detail["EndpointStatus"] == "UPDATING"
