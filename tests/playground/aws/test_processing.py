"""Processing jobs: nothing runs, but they take their time, and EventBridge hears of them."""

from typing import Any

import pytest

from playground.aws import LocalAws
from tests.playground.aws.kit import IMAGE, ROLE, Queue, Until, unique

INPUTS = [
    {
        "InputName": "test",
        "S3Input": {
            "S3Uri": "s3://bucket/test/",
            "LocalPath": "/opt/ml/processing/test",
            "S3DataType": "S3Prefix",
            "S3InputMode": "File",
        },
    }
]
OUTPUTS = {
    "Outputs": [
        {
            "OutputName": "evaluation",
            "S3Output": {
                "S3Uri": "s3://bucket/evaluation/",
                "LocalPath": "/opt/ml/processing/evaluation",
                "S3UploadMode": "EndOfJob",
            },
        }
    ]
}
RESOURCES = {"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 5}}
ASKED: dict[str, Any] = {
    "ProcessingInputs": INPUTS,
    "ProcessingOutputConfig": OUTPUTS,
    "ProcessingResources": RESOURCES,
    "StoppingCondition": {"MaxRuntimeInSeconds": 600},
    "AppSpecification": {"ImageUri": IMAGE},
    "Environment": {"MODE": "fast"},
    "RoleArn": ROLE,
}


@pytest.fixture
def job(sagemaker: Any) -> str:
    name = unique("evaluate")
    sagemaker.create_processing_job(
        ProcessingJobName=name, Tags=[{"Key": "model", "Value": "churn"}], **ASKED
    )
    return name


def test_a_job_is_described_as_it_was_asked_for_and_has_no_end_before_it_ends(
    aws: LocalAws, sagemaker: Any, until: Until
) -> None:
    name = unique("evaluate")
    with aws.paced(job=1):
        sagemaker.create_processing_job(ProcessingJobName=name, **ASKED)
    begun = sagemaker.describe_processing_job(ProcessingJobName=name)
    assert begun["ProcessingJobStatus"] == "InProgress"
    assert "ProcessingEndTime" not in begun
    assert begun["ProcessingStartTime"] >= begun["CreationTime"]
    assert {key: begun[key] for key in ASKED} == ASKED
    ended = until(lambda: _ended(sagemaker, name))
    assert ended["ProcessingJobStatus"] == "Completed"
    assert ended["ProcessingEndTime"] >= ended["ProcessingStartTime"]


def test_a_name_is_used_once(sagemaker: Any, job: str) -> None:
    with pytest.raises(sagemaker.exceptions.ResourceInUse):
        sagemaker.create_processing_job(ProcessingJobName=job, **ASKED)


def test_both_its_states_are_events_in_the_shape_of_aws(
    aws: LocalAws, sagemaker_events: Queue, request: pytest.FixtureRequest
) -> None:
    aws.faults.inject({"kind": "events", "copies": 1})
    name = request.getfixturevalue("job")
    begun, ended = sagemaker_events.about(name), sagemaker_events.about(name)
    assert begun["detail-type"] == ended["detail-type"] == "SageMaker Processing Job State Change"
    assert begun["source"] == "aws.sagemaker"
    assert begun["resources"] == ended["resources"]
    assert [event["detail"]["ProcessingJobStatus"] for event in (begun, ended)] == ["InProgress", "Completed"]
    for detail in (begun["detail"], ended["detail"]):
        assert {key: detail[key] for key in ASKED} == ASKED
        assert (detail["ProcessingJobName"], [detail["ProcessingJobArn"]]) == (name, begun["resources"])
        assert detail["Tags"] == {"model": "churn"}
        assert detail["LastModifiedTime"] >= detail["CreationTime"] > 1e12


def _ended(sagemaker: Any, name: str) -> Any:
    described = sagemaker.describe_processing_job(ProcessingJobName=name)
    return described if described["ProcessingJobStatus"] != "InProgress" else None
