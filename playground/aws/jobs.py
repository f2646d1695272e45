"""Training, transform and processing jobs: in progress for a while, then completed."""

from typing import Any, Final

from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker.exceptions import ResourceInUseException, ResourceNotFound

from playground.aws.sagemaker_base import LOCK, SageMaker, milliseconds, now, result_of

_TRAINING: Final = (
    "HyperParameters",
    "AlgorithmSpecification",
    "RoleArn",
    "InputDataConfig",
    "OutputDataConfig",
    "ResourceConfig",
    "StoppingCondition",
    "ModelArtifacts",
)
_TRANSFORM: Final = ("ModelName", "TransformInput", "TransformOutput", "TransformResources")


class JobOperations(SageMaker):
    """Jobs of the three kinds."""

    def create_training_job(self) -> Any:
        """Completes by itself."""
        return self._create_job("Training", super().create_training_job)

    def create_transform_job(self) -> Any:
        """Completes by itself; nothing is read or written."""
        return self._create_job("Transform", super().create_transform_job)

    def create_processing_job(self) -> Any:
        """Completes by itself; nothing is read or written."""
        return self._create_job("Processing", super().create_processing_job)

    def describe_training_job(self) -> Any:
        """An unfinished job has no end and no artifacts yet."""
        described = result_of(super().describe_training_job())
        if described["TrainingJobStatus"] == "InProgress":
            for unknown in ("TrainingEndTime", "ModelArtifacts", "FinalMetricDataList"):
                described.pop(unknown, None)
        return ActionResult(described)

    def stop_training_job(self) -> Any:
        """At once."""
        return self._stop_job("Training")

    def stop_transform_job(self) -> Any:
        """At once."""
        return self._stop_job("Transform")

    def stop_processing_job(self) -> Any:
        """At once."""
        return self._stop_job("Processing")

    def _jobs(self, kind: str) -> Any:
        return getattr(self._store, f"{kind.lower()}_jobs")

    def _create_job(self, kind: str, create: Any) -> Any:
        name = self._get_param(f"{kind}JobName")
        if name in self._jobs(kind):
            raise ResourceInUseException(f"Job name must be unique within an AWS account and region: {name}")
        made = create()
        job = self._jobs(kind)[name]
        self._set_job(kind, job, "InProgress")
        self._around.timers.later(self._around.pace.job, lambda: self._complete_job(kind, job))
        return made

    def _complete_job(self, kind: str, job: Any) -> None:
        with LOCK:
            if getattr(job, f"{kind.lower()}_job_status") == "InProgress":
                self._set_job(kind, job, "Completed")

    def _stop_job(self, kind: str) -> Any:
        name = self._get_param(f"{kind}JobName")
        if name not in self._jobs(kind):
            raise ResourceNotFound(f"Requested resource not found: {kind} job {name}.")
        self._set_job(kind, self._jobs(kind)[name], "Stopped")
        return EmptyResult()

    def _set_job(self, kind: str, job: Any, status: str) -> None:
        setattr(job, f"{kind.lower()}_job_status", status)
        if kind == "Training":
            job.secondary_status = "Training" if status == "InProgress" else status
            job.training_end_time = now()
        job.last_modified_time = now()
        self._around.emit(f"SageMaker {kind} Job State Change", _detail(kind, job, status), job.arn)


def _detail(kind: str, job: Any, status: str) -> dict[str, Any]:
    described = job.response_object
    kept = {"Training": _TRAINING, "Transform": _TRANSFORM}.get(kind, ())
    detail = {key: described[key] for key in kept if described.get(key) is not None}
    detail |= {f"{kind}JobName": described[f"{kind}JobName"], f"{kind}JobArn": job.arn}
    detail |= {f"{kind}JobStatus": status, "Tags": {tag["Key"]: tag["Value"] for tag in job.tags or []}}
    detail |= {"CreationTime": milliseconds(job.creation_time), "LastModifiedTime": milliseconds(now())}
    return detail | ({"SecondaryStatus": job.secondary_status} if kind == "Training" else {})
