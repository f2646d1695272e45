"""The Transforms port over SageMaker's batch transform."""

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from bot.aws.errors import code
from bot.aws.replies import found, refusals
from bot.aws.tags import tags_of
from bot.domain.wording import strip
from bot.usecases.hosting import Transform, TransformState

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

_CSV: Final = "text/csv"
_WITHOUT_LABEL: Final = "$[1:]"
_PREFIX: Final = "S3Prefix"


class SageMakerTransforms:
    """Batch transform jobs of one account and region."""

    def __init__(self, client: "SageMakerClient") -> None:
        self._client = client

    def begin(self, transform: Transform) -> None:
        """See the port."""
        with refusals("SageMaker"):
            try:
                self._client.create_transform_job(**_asked(transform))
            except ClientError as error:
                # A job's name is used once and never again, so it is this very job.
                if code(error) != "ResourceInUse":
                    raise

    def state(self, name: str) -> TransformState | None:
        """See the port."""
        job = found(self._client.describe_transform_job, TransformJobName=name)
        if job is None:
            return None
        began, ended = job.get("TransformStartTime"), job.get("TransformEndTime")
        return TransformState(
            status=job["TransformJobStatus"],
            created_at=job["CreationTime"],
            reason=strip(job.get("FailureReason", "")),
            seconds=(ended - began).total_seconds() if began and ended else 0,
            # Whatever changes its environment is not that model any more.
            model="" if job.get("Environment") else job["ModelName"],
            data=_data(job),
            output=job["TransformOutput"]["S3OutputPath"],
            drops_label=(job.get("DataProcessing") or {}).get("InputFilter") == _WITHOUT_LABEL,
        )

    def stop(self, name: str) -> None:
        """See the port."""
        if not self._runs(name):
            return
        try:
            self._client.stop_transform_job(TransformJobName=name)
        except ClientError:
            if self._runs(name):
                raise

    def _runs(self, name: str) -> bool:
        state = self.state(name)
        return state is not None and state.status == "InProgress"


def _data(job: Any) -> str:
    """The prefix that a job reads; a list of objects in a manifest is none."""
    source = job["TransformInput"]["DataSource"]["S3DataSource"]
    return str(source["S3Uri"]) if source["S3DataType"] == _PREFIX else ""


def _asked(transform: Transform) -> Any:
    """CreateTransformJob's arguments: the label stays away from the model (SageMaker Developer Guide:
    Associate prediction results with input records).
    """
    source = {"S3DataSource": {"S3DataType": _PREFIX, "S3Uri": transform.data}}
    return {
        "TransformJobName": transform.name,
        "ModelName": transform.model,
        "BatchStrategy": "MultiRecord",
        "TransformInput": {"DataSource": source, "ContentType": _CSV, "SplitType": "Line"},
        "DataProcessing": {"InputFilter": _WITHOUT_LABEL},
        "TransformOutput": {
            "S3OutputPath": transform.output,
            "AssembleWith": "Line",
            "Accept": _CSV,
        },
        "TransformResources": {
            "InstanceType": transform.instance.type,
            "InstanceCount": transform.instance.count,
        },
        "Tags": tags_of(transform.tags),
    }
