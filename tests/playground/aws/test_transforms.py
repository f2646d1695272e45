"""Batch transform jobs that read, score and write."""

import gzip
from collections.abc import Mapping
from typing import Any

import pytest

from playground.aws import LocalAws
from playground.aws.tiny_model import pack
from tests.playground.aws.kit import IMAGE, ROLE, Queue, Until, unique
from tests.playground.aws.transform_kit import Jobs

SUM = {"format": "tiny-model/1", "kind": "linear", "coefficients": [1, 1], "intercept": 0}
BY_LINE: Mapping[str, Any] = {"TransformInput": {"SplitType": "Line", "ContentType": "text/csv"}}


@pytest.fixture
def jobs(aws: LocalAws, until: Until) -> Jobs:
    return Jobs(aws, until)


def test_every_line_under_the_prefix_is_answered_in_its_place(jobs: Jobs, model: str) -> None:
    jobs.put("in/a.csv", "1,2\n\n3,4.5\r\n")
    jobs.put("in/deep/b.csv", "0.1,0.2")
    jobs.put("in/deep/", "")
    jobs.put("in-other.csv", "no,numbers\n")
    assert jobs.run(model, **BY_LINE) == {
        "out/a.csv.out": "3.0\n7.5\n",
        "out/deep/b.csv.out": f"{0.1 + 0.2!r}\n",
    }


@pytest.mark.parametrize(
    ("prefix", "key"),
    [
        ("in", "out/a.csv.out"),
        ("in/", "out/a.csv.out"),
        ("in/a", "out/a.csv.out"),
        ("in/a.csv", "out/a.csv.out"),
        ("", "out/in/a.csv.out"),
    ],
)
def test_the_output_lies_as_deep_as_the_input_below_its_prefix(
    jobs: Jobs, model: str, prefix: str, key: str
) -> None:
    jobs.put("in/a.csv", "1,2\n")
    assert jobs.run(model, prefix) == {key: "3.0\n"}


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({"InputFilter": "$[1:]"}, "3.0"),
        ({"InputFilter": "$[1:]", "JoinSource": "None", "OutputFilter": "$"}, "3.0"),
        ({"InputFilter": "$[1:]", "JoinSource": "Input"}, "9,1,2,3.0"),
    ],
)
def test_the_model_sees_the_columns_of_the_filter(
    jobs: Jobs, model: str, asked: dict[str, str], line: str
) -> None:
    jobs.put("in/a.csv", "9,1,2\n")
    assert jobs.run(model, DataProcessing=asked, **BY_LINE) == {"out/a.csv.out": f"{line}\n"}


def test_input_may_be_gzipped(jobs: Jobs, model: str) -> None:
    jobs.put("in/a.csv.gz", gzip.compress(b"1,2\n3,4\n"))
    written = jobs.run(model, TransformInput={"CompressionType": "Gzip"})
    assert written == {"out/a.csv.gz.out": "3.0\n7.0\n"}


def test_the_containers_of_a_pipeline_answer_one_after_the_other(jobs: Jobs) -> None:
    doubled = {"format": "tiny-model/1", "kind": "linear", "coefficients": [2], "intercept": 0}
    jobs.put("in/a.csv", "1,2\n")
    assert jobs.run(jobs.model(pack(SUM), pack(doubled))) == {"out/a.csv.out": "6.0\n"}


def test_the_environment_of_the_model_matters_and_that_of_the_job_goes_over_it(jobs: Jobs) -> None:
    jobs.put("in/a.csv", "1,2\n")
    model = jobs.model(pack(SUM), TINY_BIAS="0.5")
    assert jobs.run(model) == {"out/a.csv.out": "3.5\n"}
    assert jobs.run(model, Environment={"TINY_BIAS": "10"}) == {"out/a.csv.out": "13.0\n"}


def test_a_model_of_a_package_runs_what_was_registered(aws: LocalAws, jobs: Jobs) -> None:
    sagemaker, group, name = aws.client("sagemaker"), unique("group"), unique("model")
    jobs.put("model.tar.gz", pack(SUM))
    jobs.put("in/a.csv", "1,2\n")
    sagemaker.create_model_package_group(ModelPackageGroupName=group)
    container = {
        "Image": IMAGE,
        "ModelDataUrl": f"s3://{jobs.bucket}/model.tar.gz",
        "Environment": {"TINY_BIAS": "1"},
    }
    package = sagemaker.create_model_package(
        ModelPackageGroupName=group,
        InferenceSpecification={
            "Containers": [container],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )["ModelPackageArn"]
    sagemaker.create_model(
        ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer={"ModelPackageName": package}
    )
    assert jobs.run(name) == {"out/a.csv.out": "4.0\n"}


def test_a_job_is_told_from_its_beginning_to_its_end(
    aws: LocalAws, jobs: Jobs, model: str, sagemaker_events: Queue
) -> None:
    aws.faults.inject({"kind": "events", "copies": 1})
    jobs.put("in/a.csv", "1,2\n")
    name = jobs.begin(model)
    begun = jobs.describe(name)
    assert begun["TransformJobStatus"] == "InProgress"
    assert "TransformStartTime" in begun
    assert "TransformEndTime" not in begun
    ended = jobs.ended(name)
    assert ended["TransformEndTime"] > ended["TransformStartTime"]
    assert "FailureReason" not in ended
    events = [sagemaker_events.about(name), sagemaker_events.about(name)]
    assert {event["detail-type"] for event in events} == {"SageMaker Transform Job State Change"}
    assert [event["detail"]["TransformJobStatus"] for event in events] == ["InProgress", "Completed"]
    assert {event["detail"]["TransformJobName"] for event in events} == {name}
    assert events[1]["detail"]["TransformEndTime"] >= events[1]["detail"]["TransformStartTime"]


def test_a_job_that_is_stopped_writes_nothing(aws: LocalAws, jobs: Jobs, model: str) -> None:
    jobs.put("in/a.csv", "1,2\n")
    name = jobs.begin(model)
    aws.client("sagemaker").stop_transform_job(TransformJobName=name)
    assert jobs.ended(name)["TransformJobStatus"] == "Stopped"
    jobs.put("second/b.csv", "1,2\n")
    jobs.run(model, "second/")  # takes as long, so the first one's time has come
    assert list(jobs.written()) == ["out/b.csv.out"]
    assert jobs.describe(name)["TransformJobStatus"] == "Stopped"


def test_a_long_job_blocks_nobody_and_can_be_stopped_while_it_scores(
    aws: LocalAws, jobs: Jobs, model: str, until: Until
) -> None:
    jobs.put("in/a.csv", "1,2\n" * 1_000_000)
    sagemaker, read = aws.client("sagemaker"), len(aws.calls.of("GetObject"))
    name = jobs.begin(model)
    until(lambda: len(aws.calls.of("GetObject")) == read + 2)  # the artifact and the data
    looks = [sagemaker.describe_transform_job(TransformJobName=name)["TransformJobStatus"] for _ in range(5)]
    assert looks == ["InProgress"] * 5  # who looks is answered while it scores
    sagemaker.stop_transform_job(TransformJobName=name)
    assert jobs.describe(name)["TransformJobStatus"] in ("Stopping", "Stopped")
    assert jobs.ended(name)["TransformJobStatus"] == "Stopped"
    assert jobs.written() == {}
