"""EventBridge's events as the use cases know them."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.aws.lineage_descriptions import flows
from bot.usecases.hear import (
    EndpointChanged,
    EvaluationEnded,
    Event,
    ExecutionEnded,
    PackageChanged,
    Sweep,
    TrainingChanged,
    TransformEnded,
)


def _endpoint(detail: Mapping[str, Any]) -> Event:
    return EndpointChanged(detail["EndpointName"], str(detail.get("EndpointStatus", "")).upper())


def _processing(detail: Mapping[str, Any]) -> Event:
    # An output may go to a feature store instead (Amazon SageMaker API: ProcessingOutput).
    outputs = (detail.get("ProcessingOutputConfig") or {}).get("Outputs") or ()
    written = ((output.get("S3Output") or {}).get("S3Uri") for output in outputs)
    job = detail["ProcessingJobName"]
    return EvaluationEnded(job, tuple(filter(None, written)), flows("processing", detail))


def _training(detail: Mapping[str, Any]) -> Event:
    return TrainingChanged(detail["TrainingJobName"], detail["TrainingJobStatus"])


# SageMaker Developer Guide: Events that SageMaker sends to EventBridge; Step Functions Developer Guide:
# Automating Step Functions event delivery with EventBridge; Amazon EventBridge: Scheduled rules.
_KINDS: Final[Mapping[str, Callable[[Mapping[str, Any]], Event]]] = {
    "SageMaker Model Package State Change": lambda detail: PackageChanged(detail["ModelPackageArn"]),
    "SageMaker Endpoint State Change": _endpoint,
    "SageMaker Endpoint Deployment State Change": _endpoint,
    "SageMaker Transform Job State Change": lambda detail: TransformEnded(detail["TransformJobName"]),
    "SageMaker Processing Job State Change": _processing,
    "SageMaker Training Job State Change": _training,
    "Step Functions Execution Status Change": lambda detail: ExecutionEnded(detail["name"], detail["status"]),
    "Scheduled Event": lambda _: Sweep(),
}


def event_of(raw: Mapping[str, Any]) -> Event | None:
    """What the event tells, None where it is none of ours."""
    read = _KINDS.get(raw.get("detail-type", ""))
    return read(raw.get("detail") or {}) if read else None
