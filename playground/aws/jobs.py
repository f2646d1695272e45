"""Jobs: transforms read, score and write; training and processing take a while, then are completed."""

from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import ConnectionError as Unreachable
from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker.exceptions import ResourceInUseException, ResourceNotFound, ValidationError

from playground.aws.job_events import UNFINISHED, detail_of
from playground.aws.lineage_jobs import record_job
from playground.aws.sagemaker_base import LOCK, SageMaker, now, result_of, sagemaker_arn
from playground.aws.transform_plans import Plan, plan_of
from playground.aws.transforms import Stopped, Transform, TransformFailed

_LONGEST_REASON: Final = 1024


class JobOperations(SageMaker):
    """Jobs of the three kinds."""

    def create_training_job(self) -> Any:
        """Completes by itself."""
        self._unused("Training")
        asked = self._asked
        specification = dict(asked["AlgorithmSpecification"])  # moto adds a metric of its own
        made = super().create_training_job()
        job = self._jobs("Training")[asked["TrainingJobName"]]
        job.algorithm_specification, job.environment = specification, asked.get("Environment")
        return self._begun("Training", made, self._complete_job)

    def create_transform_job(self) -> Any:
        """Scores its input with its model: Completed when the output is written, or Failed with a reason."""
        self._unused("Transform")
        plan = plan_of(self._asked)
        if plan.model not in self._store._models:
            raise ValidationError(f'Could not find model "{sagemaker_arn("model", plan.model)}".')
        return self._begun(
            "Transform", super().create_transform_job(), lambda _, job: self._transform(job, plan)
        )

    def create_processing_job(self) -> Any:
        """Completes by itself; nothing is read or written."""
        self._unused("Processing")
        asked, made = self._asked, super().create_processing_job()
        job = self._jobs("Processing")[asked["ProcessingJobName"]]
        job.processing_resources, job.environment = asked["ProcessingResources"], asked.get("Environment")
        job.processing_start_time = job.creation_time
        return self._begun("Processing", made, self._complete_job)

    def describe_training_job(self) -> Any:
        """An unfinished job has no end and no artifacts yet."""
        described = result_of(super().describe_training_job())
        if described["TrainingJobStatus"] == "InProgress":
            for unknown in ("TrainingEndTime", "ModelArtifacts", "FinalMetricDataList"):
                described.pop(unknown, None)
        return ActionResult(described)

    def describe_transform_job(self) -> Any:
        """An unfinished job has no end, and only a failed one a reason."""
        described = result_of(super().describe_transform_job())
        if described["TransformJobStatus"] in UNFINISHED:
            described.pop("TransformEndTime", None)
        return ActionResult({key: value for key, value in described.items() if value not in ("", None)})

    def describe_processing_job(self) -> Any:
        """An unfinished job has no end."""
        described = result_of(super().describe_processing_job())
        if described["ProcessingJobStatus"] in UNFINISHED:
            described.pop("ProcessingEndTime", None)
        return ActionResult(described)

    def stop_training_job(self) -> Any:
        """At once."""
        return self._stop_job("Training")

    def stop_transform_job(self) -> Any:
        """At once, or Stopping first while lines are being scored."""
        return self._stop_job("Transform")

    def stop_processing_job(self) -> Any:
        """At once."""
        return self._stop_job("Processing")

    def _jobs(self, kind: str) -> Any:
        return getattr(self._store, f"{kind.lower()}_jobs")

    def _unused(self, kind: str) -> None:
        name = self._get_param(f"{kind}JobName")
        if name in self._jobs(kind):
            raise ResourceInUseException(f"Job name must be unique within an AWS account and region: {name}")

    def _begun(self, kind: str, made: Any, end: Callable[[str, Any], None]) -> Any:
        job = self._jobs(kind)[self._get_param(f"{kind}JobName")]
        self._set_job(kind, job, "InProgress")
        self._around.timers.later(self._around.pace.job, lambda: end(kind, job))
        return made

    def _complete_job(self, kind: str, job: Any) -> None:
        with LOCK:
            if _status(kind, job) == "InProgress":
                self._set_job(kind, job, "Completed")

    def _transform(self, job: Any, plan: Plan) -> None:
        with LOCK:
            if job.transform_job_status != "InProgress":
                return
            job.running = True
        status, reason = "Completed", ""
        run = Transform(
            plan,
            self._around.s3(),
            stopped=lambda: job.transform_job_status != "InProgress",
            fault=self._around.faults.take_transform(plan.name) or "",
        )
        try:
            run.run()
        except TransformFailed as failed:
            status, reason = "Failed", str(failed)
        except Stopped:
            status = "Stopped"
        except Unreachable:
            return  # this AWS was stopped meanwhile
        with LOCK:
            stopped = job.transform_job_status == "Stopping"
            job.failure_reason = "" if stopped else reason[:_LONGEST_REASON]
            self._set_job("Transform", job, "Stopped" if stopped else status)

    def _stop_job(self, kind: str) -> Any:
        name = self._get_param(f"{kind}JobName")
        if name not in self._jobs(kind):
            raise ResourceNotFound(f"Requested resource not found: {kind} job {name}.")
        job = self._jobs(kind)[name]
        if _status(kind, job) == "InProgress":
            self._set_job(kind, job, "Stopping" if job.__dict__.get("running") else "Stopped")
        return EmptyResult()

    def _set_job(self, kind: str, job: Any, status: str) -> None:
        setattr(job, f"{kind.lower()}_job_status", status)
        if kind == "Training":
            job.secondary_status = "Training" if status == "InProgress" else status
        setattr(job, f"{kind.lower()}_end_time", now())
        job.last_modified_time = now()
        record_job(self._around.lineage, kind, job.response_object, status)
        self._around.emit(f"SageMaker {kind} Job State Change", detail_of(kind, job, status), job.arn)


def _status(kind: str, job: Any) -> str:
    return str(getattr(job, f"{kind.lower()}_job_status"))
