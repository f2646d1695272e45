"""Where the demo's versions come from: each month raw data, a job that prepares it, and a job that trains."""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from playground.aws import LocalAws
from playground.aws.identity import ACCOUNT, REGION
from playground.churn_data import FEATURES, Table
from playground.training import parameters, training_data

BUCKET: Final = "acme-ml"
_PARTS: Final = 4  # files of features
_REGISTRY: Final = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
_ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/training-pipeline"
_MACHINE: Final = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10}
_HOUR: Final = {"MaxRuntimeInSeconds": 3600}
_LOCAL: Final = "/opt/ml/processing"
_PATIENCE: Final = 5  # seconds


def training_job(number: int) -> str:
    """The name of the job that trained a version."""
    return f"churn-train-{_month(number)}"


def artifact(number: int) -> str:
    """The key of what that job made, in the bucket."""
    return f"jobs/{training_job(number)}/output/model.tar.gz"


def prepare(aws: LocalAws, numbers: Sequence[int]) -> None:
    """Raw data and features of these months, and the jobs that made the one of the other."""
    sagemaker, table = aws.client("sagemaker"), training_data()
    with aws.paced(job=0), unheard(aws):
        for number in numbers:
            sagemaker.create_processing_job(**_preparing(number))
        _lay_data(aws, numbers, table)
        _await(sagemaker, "Processing")


@contextmanager
def training(aws: LocalAws, numbers: Sequence[int]) -> Iterator[None]:
    """Meanwhile the training jobs of these versions run."""
    sagemaker, rows = aws.client("sagemaker"), len(training_data().rows)
    with aws.paced(job=0):
        for number in numbers:
            sagemaker.create_training_job(**_training(number, rows))
        yield
        _await(sagemaker, "Training")


@contextmanager
def unheard(aws: LocalAws) -> Iterator[None]:
    """No event of what happens meanwhile is delivered: the bot was not there yet."""
    aws.faults.inject({"kind": "events", "copies": 0})
    try:
        yield
    finally:
        aws.faults.clear()


def overwrite_a_part(aws: LocalAws, number: int, *, patience: float = _PATIENCE) -> None:
    """Somebody changes a file after a version was trained on it: once the bot saw what it had been, which is
    waited for so many seconds.
    """
    job, deadline = training_job(number), time.monotonic() + patience
    while not _is_heard(aws, job) and time.monotonic() < deadline:
        time.sleep(0.02)
    lines = _parts(training_data())[-1].splitlines(keepends=True)
    _put(aws, f"{_features(number)}part-{_PARTS - 1}.csv", "".join(lines[: len(lines) // 2]))


def _is_heard(aws: LocalAws, job: str) -> bool:
    """Whether the function that hears events logged that the job was completed."""
    said = (line for _, line in list(aws.logs) if job in line and "Completed" in line)
    return any(_message(line) == "heard" for line in said)


def _message(line: str) -> Any:
    try:
        return json.loads(line).get("message")
    except ValueError:
        return None


def _lay_data(aws: LocalAws, numbers: Iterable[int], table: Table) -> None:
    """Every month the same customers, in files that are small enough for a demo's start."""
    parts, people = _parts(table), _people(table)
    for number in numbers:
        _put(aws, f"{_raw(number)}customers.csv", people)
        _put(aws, f"{_raw(number)}left.csv", "left\n" + "".join(f"{label}\n" for label in table.labels))
        for place, part in enumerate(parts):
            _put(aws, f"{_features(number)}part-{place}.csv", part)


def _people(table: Table) -> str:
    return "\n".join([",".join(FEATURES), *(",".join(map(repr, row)) for row in table.rows), ""])


def _parts(table: Table) -> list[str]:
    lines = table.csv().splitlines(keepends=True)
    size = -(-len(lines) // _PARTS)
    return ["".join(lines[part * size :][:size]) for part in range(_PARTS)]


def _put(aws: LocalAws, key: str, text: str) -> None:
    aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=text.encode(), ContentType="text/csv")


def _preparing(number: int) -> dict[str, Any]:
    read = {"S3Uri": _at(_raw(number)), "LocalPath": f"{_LOCAL}/raw", "S3DataType": "S3Prefix"}
    made = {"S3Uri": _at(_features(number)), "LocalPath": f"{_LOCAL}/features", "S3UploadMode": "EndOfJob"}
    return {
        "ProcessingJobName": _processing_job(number),
        "RoleArn": _ROLE,
        "AppSpecification": {"ImageUri": f"{_REGISTRY}/churn-prepare:1.1"},
        "ProcessingResources": {"ClusterConfig": _MACHINE},
        "ProcessingInputs": [{"InputName": "raw", "S3Input": {**read, "S3InputMode": "File"}}],
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": "features", "S3Output": made}]},
        "StoppingCondition": _HOUR,
        "Tags": _tags(commit=_commit(number)),
    }


def _training(number: int, rows: int) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": _at(_features(number))}
    return {
        "TrainingJobName": training_job(number),
        "RoleArn": _ROLE,
        "AlgorithmSpecification": {
            "TrainingImage": f"{_REGISTRY}/churn-training:1.4",
            "TrainingInputMode": "File",
        },
        "HyperParameters": parameters(number),
        "InputDataConfig": [
            {"ChannelName": "train", "ContentType": "text/csv", "DataSource": {"S3DataSource": source}}
        ],
        "OutputDataConfig": {"S3OutputPath": _at("jobs")},
        "ResourceConfig": _MACHINE,
        "StoppingCondition": _HOUR,
        "Tags": _tags(commit=_commit(number), rows=str(rows)),
    }


def _await(sagemaker: Any, kind: str) -> None:
    """No job of this kind is running; `kind` is Processing or Training."""
    unfinished = getattr(sagemaker, f"list_{kind.lower()}_jobs")
    deadline = time.monotonic() + _PATIENCE
    while unfinished(StatusEquals="InProgress")[f"{kind}JobSummaries"]:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{kind} jobs do not end.")
        time.sleep(0.03)


def _tags(**said: str) -> list[dict[str, str]]:
    return [{"Key": f"mlops:{key}", "Value": value} for key, value in said.items()]


def _commit(number: int) -> str:
    return hashlib.sha1(training_job(number).encode(), usedforsecurity=False).hexdigest()


def _month(number: int) -> str:
    return f"2026-{number:02d}"


def _processing_job(number: int) -> str:
    return f"churn-prepare-{_month(number)}"


def _raw(number: int) -> str:
    return f"raw/churn/{_month(number)}/"


def _features(number: int) -> str:
    return f"churn/features/{_month(number)}/"


def _at(key: str) -> str:
    return f"s3://{BUCKET}/{key}"
