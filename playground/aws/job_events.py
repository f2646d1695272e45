"""What EventBridge is told of a job.

SageMaker Developer Guide: Events that Amazon SageMaker AI sends to Amazon EventBridge.
"""

from collections.abc import Mapping
from typing import Any, Final

from playground.aws.sagemaker_base import milliseconds, now

UNFINISHED: Final = ("InProgress", "Stopping")
_KEPT: Final[Mapping[str, tuple[str, ...]]] = {
    "Training": (
        "HyperParameters",
        "AlgorithmSpecification",
        "RoleArn",
        "InputDataConfig",
        "OutputDataConfig",
        "ResourceConfig",
        "StoppingCondition",
        "ModelArtifacts",
    ),
    "Transform": (
        "ModelName",
        "MaxConcurrentTransforms",
        "MaxPayloadInMB",
        "BatchStrategy",
        "Environment",
        "TransformInput",
        "TransformOutput",
        "TransformResources",
        "DataProcessing",
    ),
    "Processing": (
        "ProcessingInputs",
        "ProcessingOutputConfig",
        "ProcessingResources",
        "StoppingCondition",
        "AppSpecification",
        "Environment",
        "NetworkConfig",
        "RoleArn",
        "ExperimentConfig",
    ),
}


def detail_of(kind: str, job: Any, status: str) -> dict[str, Any]:
    """The detail of a state change; `kind` as in CreateTrainingJob."""
    described = job.response_object
    detail = {key: described[key] for key in _KEPT[kind] if described.get(key) is not None}
    detail |= {f"{kind}JobName": described[f"{kind}JobName"], f"{kind}JobArn": job.arn}
    detail |= {f"{kind}JobStatus": status, "Tags": {tag["Key"]: tag["Value"] for tag in job.tags or []}}
    detail |= {"CreationTime": milliseconds(job.creation_time), "LastModifiedTime": milliseconds(now())}
    if kind == "Transform":
        detail |= _transform(job, status)
    return detail | ({"SecondaryStatus": job.secondary_status} if kind == "Training" else {})


def _transform(job: Any, status: str) -> dict[str, Any]:
    detail: dict[str, Any] = {"TransformStartTime": milliseconds(job.transform_start_time)}
    if status not in UNFINISHED:
        detail["TransformEndTime"] = milliseconds(job.transform_end_time)
    return detail | ({"FailureReason": job.failure_reason} if job.failure_reason else {})
