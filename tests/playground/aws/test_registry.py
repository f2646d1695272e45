"""SageMaker's model registry."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from playground.aws import LocalAws
from tests.playground.aws.kit import IMAGE, MakeFunction, Queue, Until, unique

SPECIFICATION = {
    "Containers": [{"Image": IMAGE, "ModelDataUrl": "s3://bucket/model.tar.gz"}],
    "SupportedContentTypes": ["text/csv"],
    "SupportedResponseMIMETypes": ["text/csv"],
}
METRICS = {
    "ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": "s3://bucket/quality.json"}}
}


@pytest.fixture
def sagemaker(aws: LocalAws) -> Any:
    return aws.client("sagemaker")


@pytest.fixture
def group(sagemaker: Any) -> str:
    name = unique("churn")
    sagemaker.create_model_package_group(ModelPackageGroupName=name)
    return name


Register = Callable[..., str]


@pytest.fixture
def register(sagemaker: Any, group: str) -> Register:
    def make(**more: Any) -> str:
        asked = {"ModelPackageGroupName": group, "InferenceSpecification": SPECIFICATION, **more}
        return str(sagemaker.create_model_package(**asked)["ModelPackageArn"])

    return make


def test_a_package_is_described_as_it_was_registered(sagemaker: Any, group: str, register: Register) -> None:
    arn = register(
        ModelMetrics=METRICS,
        ModelApprovalStatus="PendingManualApproval",
        CustomerMetadataProperties={"data": "s3://d"},
        MetadataProperties={"GeneratedBy": "pipeline"},
        SourceUri="s3://source",
    )
    described = sagemaker.describe_model_package(ModelPackageName=arn)
    assert arn == f"arn:aws:sagemaker:us-east-1:123456789012:model-package/{group}/1"
    assert described["ModelPackageVersion"] == 1
    assert described["ModelPackageStatus"] == "Completed"
    assert described["ModelApprovalStatus"] == "PendingManualApproval"
    assert described["ModelMetrics"] == METRICS
    assert described["CustomerMetadataProperties"] == {"data": "s3://d"}
    assert described["MetadataProperties"] == {"GeneratedBy": "pipeline"}
    assert described["SourceUri"] == "s3://source"
    assert isinstance(described["CreationTime"], dt.datetime)


def test_a_package_was_created_by_the_data_scientist(sagemaker: Any, register: Register) -> None:
    creator = sagemaker.describe_model_package(ModelPackageName=register())["CreatedBy"]
    assert (creator["UserProfileName"], creator["DomainId"]) == ("cara", "d-playground")
    assert creator["IamIdentity"]["Arn"] == "arn:aws:sts::123456789012:assumed-role/data-scientist/cara"


def test_a_package_that_a_function_changed_says_so(
    sagemaker: Any, register: Register, make_function: MakeFunction
) -> None:
    function, arn = (
        make_function(
            "import boto3\n"
            "def handler(event, context):\n"
            "    asked = {'ModelPackageArn': event, 'ModelApprovalStatus': 'Approved'}\n"
            "    boto3.client('sagemaker').update_model_package(**asked)\n"
        ),
        register(),
    )
    assert function.invoke(arn) == (None, None)
    changer = sagemaker.describe_model_package(ModelPackageName=arn)["LastModifiedBy"]
    assert function.name in changer["IamIdentity"]["Arn"]
    assert "UserProfileName" not in changer


def test_the_digest_of_an_image_is_always_the_same(sagemaker: Any, register: Register) -> None:
    digests = set()
    for _ in range(2):
        described = sagemaker.describe_model_package(ModelPackageName=register())
        digests.add(described["InferenceSpecification"]["Containers"][0]["ImageDigest"])
    assert len(digests) == 1
    assert digests.pop().startswith("sha256:")


def test_an_update_keeps_what_it_does_not_name(sagemaker: Any, register: Register) -> None:
    arn = register(ModelMetrics=METRICS, CustomerMetadataProperties={"data": "s3://d"})
    sagemaker.update_model_package(
        ModelPackageArn=arn, ModelApprovalStatus="Approved", ApprovalDescription="by ana"
    )
    sagemaker.update_model_package(ModelPackageArn=arn, CustomerMetadataProperties={"more": "1"})
    sagemaker.update_model_package(ModelPackageArn=arn, CustomerMetadataPropertiesToRemove=["data"])
    described = sagemaker.describe_model_package(ModelPackageName=arn)
    assert described["ModelApprovalStatus"] == "Approved"
    assert described["ApprovalDescription"] == "by ana"
    assert described["CustomerMetadataProperties"] == {"more": "1"}
    assert described["ModelMetrics"] == METRICS
    assert described["InferenceSpecification"]["Containers"][0]["Image"] == IMAGE


def test_an_update_can_change_what_was_approved(sagemaker: Any, register: Register) -> None:
    arn = register(ModelApprovalStatus="Approved")
    other = {**SPECIFICATION, "Containers": [{"Image": IMAGE, "ModelDataUrl": "s3://bucket/other.tar.gz"}]}
    sagemaker.update_model_package(ModelPackageArn=arn, InferenceSpecification=other)
    described = sagemaker.describe_model_package(ModelPackageName=arn)
    assert described["InferenceSpecification"]["Containers"][0]["ModelDataUrl"] == "s3://bucket/other.tar.gz"
    assert described["ModelApprovalStatus"] == "Approved"


def test_a_life_cycle_stage_is_kept(sagemaker: Any, register: Register) -> None:
    arn, stage = register(), {"Stage": "Production", "StageStatus": "Approved"}
    sagemaker.update_model_package(ModelPackageArn=arn, ModelLifeCycle=stage)
    assert sagemaker.describe_model_package(ModelPackageName=arn)["ModelLifeCycle"] == stage


def test_a_deleted_version_is_not_numbered_again(sagemaker: Any, register: Register) -> None:
    first = register()
    last = register()
    sagemaker.delete_model_package(ModelPackageName=last)
    assert register() == first.rpartition("/")[0] + "/3"
    with pytest.raises(ClientError, match="does not exist"):
        sagemaker.describe_model_package(ModelPackageName=last)


def versions(sagemaker: Any, **asked: Any) -> list[int]:
    rows = sagemaker.list_model_packages(**asked)["ModelPackageSummaryList"]
    return [row["ModelPackageVersion"] for row in rows]


def test_packages_are_listed_by_group_and_status_in_order(
    sagemaker: Any, group: str, register: Register
) -> None:
    for status in ("Approved", "Rejected", "Approved"):
        register(ModelApprovalStatus=status)
    assert versions(sagemaker, ModelPackageGroupName=group) == [1, 2, 3]
    assert versions(
        sagemaker, ModelPackageGroupName=group, SortOrder="Descending", SortBy="CreationTime"
    ) == [3, 2, 1]
    assert versions(sagemaker, ModelPackageGroupName=group, ModelApprovalStatus="Approved") == [1, 3]
    future = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    assert versions(sagemaker, ModelPackageGroupName=group, CreationTimeAfter=future) == []
    assert versions(sagemaker, ModelPackageGroupName=group, CreationTimeBefore=future) == [1, 2, 3]


def test_packages_are_listed_in_pages(sagemaker: Any, group: str, register: Register) -> None:
    for _ in range(5):
        register()
    pages = sagemaker.get_paginator("list_model_packages").paginate(
        ModelPackageGroupName=group, PaginationConfig={"PageSize": 2}
    )
    assert [len(page["ModelPackageSummaryList"]) for page in pages] == [2, 2, 1]


def test_a_group_is_listed_described_and_deleted_when_it_is_empty(
    sagemaker: Any, group: str, register: Register
) -> None:
    arn = register()
    listed = sagemaker.list_model_package_groups(NameContains=group)["ModelPackageGroupSummaryList"]
    assert [row["ModelPackageGroupName"] for row in listed] == [group]
    assert (
        sagemaker.describe_model_package_group(ModelPackageGroupName=group)["CreatedBy"]["UserProfileName"]
        == "cara"
    )
    with pytest.raises(ClientError, match="still contains"):
        sagemaker.delete_model_package_group(ModelPackageGroupName=group)
    sagemaker.delete_model_package(ModelPackageName=arn)
    sagemaker.delete_model_package_group(ModelPackageGroupName=group)
    with pytest.raises(ClientError, match="does not exist"):
        sagemaker.describe_model_package_group(ModelPackageGroupName=group)


def test_a_groups_name_is_used_once(sagemaker: Any, group: str) -> None:
    with pytest.raises(ClientError, match="already exists"):
        sagemaker.create_model_package_group(ModelPackageGroupName=group)


def test_tags_are_added_and_listed(sagemaker: Any, group: str) -> None:
    arn = sagemaker.describe_model_package_group(ModelPackageGroupName=group)["ModelPackageGroupArn"]
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "growth"}])
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "growth"}]


def test_a_description_that_is_too_long_is_refused(sagemaker: Any, register: Register) -> None:
    with pytest.raises(ClientError, match="1024"):
        sagemaker.update_model_package(ModelPackageArn=register(), ApprovalDescription="x" * 1025)


def test_every_change_is_an_event_in_the_shape_of_aws(
    aws: LocalAws, sagemaker: Any, group: str, register: Register, sagemaker_events: Queue
) -> None:
    aws.faults.inject({"kind": "events", "copies": 1})
    arn = register(ModelMetrics=METRICS)
    sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    made, approved = sagemaker_events.about(arn), sagemaker_events.about(arn)
    assert made["source"] == "aws.sagemaker"
    assert made["detail-type"] == "SageMaker Model Package State Change"
    assert made["account"] == "123456789012"
    assert made["resources"] == [arn]
    detail = made["detail"]
    assert (detail["ModelPackageGroupName"], detail["ModelPackageVersion"]) == (group, 1)
    assert detail["ModelPackageArn"] == arn
    assert detail["ModelApprovalStatus"] == "PendingManualApproval"
    assert detail["ModelMetrics"] == METRICS
    assert detail["InferenceSpecification"]["Containers"][0]["Image"] == IMAGE
    assert dt.datetime.fromisoformat(detail["CreationTime"])
    assert approved["detail"]["ModelApprovalStatus"] == "Approved"


@pytest.mark.parametrize("copies", [0, 3])
def test_events_can_be_lost_or_repeated(
    aws: LocalAws, register: Register, registry_events: Queue, until: Until, copies: int
) -> None:
    aws.faults.inject({"kind": "events", "copies": copies})
    register()
    aws.faults.inject({"kind": "events", "copies": 1})
    register(ModelApprovalStatus="Approved")
    until(lambda: registry_events.waiting() >= copies + 1)
    assert registry_events.waiting() == copies + 1


def test_now_and_then_an_event_comes_twice(register: Register, registry_events: Queue, until: Until) -> None:
    for _ in range(20):
        register()
    until(lambda: registry_events.waiting() > 20)
    assert registry_events.waiting() < 32
