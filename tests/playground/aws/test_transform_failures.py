"""Batch transform jobs that are refused, fail, and say why."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from playground.aws import LocalAws
from tests.playground.aws.kit import IMAGE, ROLE, Queue, Until, unique
from tests.playground.aws.transform_kit import Jobs


@pytest.fixture
def jobs(aws: LocalAws, until: Until) -> Jobs:
    return Jobs(aws, until)


def test_a_failure_is_told_with_its_reason(
    aws: LocalAws, jobs: Jobs, model: str, sagemaker_events: Queue
) -> None:
    aws.faults.inject({"kind": "events", "copies": 1})
    name = jobs.begin(model, "nothing/")
    reason = jobs.ended(name)["FailureReason"]
    sagemaker_events.about(name)
    assert sagemaker_events.about(name)["detail"]["FailureReason"] == reason


def test_a_prefix_without_objects_fails_the_job(jobs: Jobs, model: str) -> None:
    jobs.put("in/", "")
    assert f'No S3 objects found under S3 URL "s3://{jobs.bucket}/in/"' in jobs.reason(model)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("1,2\nleft,right\n", "a.csv, line 2: The line has a cell that is no number: 'left,right'."),
        ("1,2,3\n", "a.csv, line 1: The model takes 2 columns, the line has 3."),
        (b"\xff\xfe", "a.csv is no UTF-8 text."),
    ],
)
def test_a_line_that_the_model_cannot_read_fails_the_job(
    jobs: Jobs, model: str, body: str | bytes, said: str
) -> None:
    jobs.put("in/a.csv", body)
    reason = jobs.reason(model)
    assert reason.startswith("ClientError: ")
    assert reason.endswith(said)
    assert jobs.written() == {}


def test_a_file_that_is_not_gzipped_fails_the_job(jobs: Jobs, model: str) -> None:
    jobs.put("in/a.csv", "1,2\n")
    reason = jobs.reason(model, TransformInput={"CompressionType": "Gzip"})
    assert reason.endswith("in/a.csv is no gzipped UTF-8 text.")


def test_an_archive_that_is_no_model_fails_the_job(jobs: Jobs) -> None:
    jobs.put("in/a.csv", "1,2\n")
    reason = jobs.reason(jobs.model(b"a pickle"))
    assert "did not pass the ping health check" in reason
    assert "model.tar.gz cannot be used: The model data is not a gzipped tar archive." in reason


def test_an_artifact_that_is_gone_fails_the_job(aws: LocalAws, jobs: Jobs) -> None:
    name, address = unique("model"), f"s3://{jobs.bucket}/gone/model.tar.gz"
    container = {"Image": IMAGE, "ModelDataUrl": address}
    aws.client("sagemaker").create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container)
    jobs.put("in/a.csv", "1,2\n")
    assert f"Could not access model data at {address}." in jobs.reason(name)


def test_output_that_cannot_be_written_fails_the_job(jobs: Jobs, model: str) -> None:
    jobs.put("in/a.csv", "1,2\n")
    reason = jobs.reason(model, TransformOutput={"S3OutputPath": "s3://no-such-bucket-here/out"})
    assert reason.startswith("ClientError: s3://no-such-bucket-here/out/a.csv.out: ")


def test_a_model_that_is_not_there_is_not_found(jobs: Jobs) -> None:
    with pytest.raises(
        ClientError, match=r'Could not find model "arn:aws:sagemaker:.*:model/none"'
    ) as refused:
        jobs.begin("none")
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_the_name_of_a_job_is_used_once_even_for_a_model_that_is_gone(jobs: Jobs, model: str) -> None:
    jobs.put("in/a.csv", "1,2\n")
    name = jobs.begin(model)
    with pytest.raises(ClientError, match="must be unique") as refused:
        jobs.begin("none", name=name)
    assert refused.value.response["Error"]["Code"] == "ResourceInUse"
    assert jobs.ended(name)["TransformJobStatus"] == "Completed"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"DataProcessing": {"InputFilter": "$[0,2]"}}, "InputFilter"),
        ({"DataProcessing": {"InputFilter": "$.features"}}, "InputFilter"),
        ({"DataProcessing": {"OutputFilter": "$[0]"}}, "OutputFilter"),
        ({"DataProcessing": {"JoinSource": "Input"}}, "SplitType Line and AssembleWith Line"),
        ({"TransformInput": {"ContentType": "application/json"}}, "ContentType"),
        ({"TransformInput": {"SplitType": "RecordIO"}}, "SplitType"),
        ({"TransformInput": {"CompressionType": "Bzip2"}}, "CompressionType"),
        ({"TransformOutput": {"Accept": "application/json"}}, "Accept"),
        ({"TransformOutput": {"S3OutputPath": "out"}}, "S3OutputPath"),
    ],
)
def test_what_is_not_done_here_is_refused(jobs: Jobs, model: str, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(ClientError, match=said) as refused:
        jobs.begin(model, **asked)
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_job_fails_for_the_reason_that_was_injected_and_only_once(
    aws: LocalAws, jobs: Jobs, model: str
) -> None:
    jobs.put("in/a.csv", "1,2\n")
    aws.faults.inject({"kind": "transform", "name": "unlucky", "reason": "InternalServerError: once."})
    assert jobs.run(model) == {"out/a.csv.out": "3.0\n"}
    assert jobs.reason(model, name=unique("unlucky")) == "InternalServerError: once."
    assert jobs.ended(jobs.begin(model, name=unique("unlucky")))["TransformJobStatus"] == "Completed"
