"""The Registry port over SageMaker's model registry."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from bot.aws.errors import code, message
from bot.domain.model import Approval, Container, Identity, ModelSummary, Package, Version
from bot.domain.refusals import NotFound
from bot.domain.wording import strip

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

_ABSENT: Final = ("does not exist", "not found", "could not find")
_LONGEST_NOTE: Final = 1024
_OWN: Final = frozenset({"Image", "ImageDigest", "ModelDataUrl", "ModelDataETag", "Environment"})
"""The keys of a described container that have a field of their own."""


class SageMakerRegistry:
    """Packages of one account and region; `prefix` is what their ARNs begin with."""

    def __init__(self, client: "SageMakerClient", prefix: str) -> None:
        self._client, self._prefix = client, prefix

    def package(self, version: Version) -> Package:
        """See the port."""
        arn = f"{self._prefix}:model-package/{version.model}/{version.number}"
        try:
            described = self._client.describe_model_package(ModelPackageName=arn)
        except ClientError as error:
            if not _is_absent(error):
                raise
            raise NotFound(self._unknown(version)) from None
        return _package(version, described)

    def latest(self, model: str) -> Version:
        """See the port."""
        return self.versions(model, 1)[0].version

    def versions(self, model: str, most: int) -> Sequence[Package]:
        """See the port."""
        summaries = self._summaries(model, most)
        if not summaries:
            raise NotFound(self._unknown_model(model))
        return [self.package(Version.of_arn(summary["ModelPackageArn"])) for summary in summaries]

    def models(self) -> Sequence[ModelSummary]:
        """See the port."""
        pages = self._client.get_paginator("list_model_package_groups").paginate(
            SortBy="Name", SortOrder="Ascending"
        )
        names = [g["ModelPackageGroupName"] for page in pages for g in page["ModelPackageGroupSummaryList"]]
        return [self._summary(name) for name in names]

    def approve(self, arn: str, note: str) -> None:
        """See the port."""
        self._set(arn, Approval.APPROVED, note)

    def reject(self, arn: str, note: str) -> None:
        """See the port."""
        self._set(arn, Approval.REJECTED, note)

    def _set(self, arn: str, approval: Approval, note: str) -> None:
        now, line = self.package(Version.of_arn(arn)), _line(note)
        if now.approval is not approval or now.approval_note != line:
            self._client.update_model_package(
                ModelPackageArn=arn, ModelApprovalStatus=approval.value, ApprovalDescription=line
            )

    def _summary(self, name: str) -> ModelSummary:
        newest = self._summaries(name, 1)
        if not newest:
            return ModelSummary(name, None, None)
        return ModelSummary(
            name, Version.of_arn(newest[0]["ModelPackageArn"]), Approval(newest[0]["ModelApprovalStatus"])
        )

    def _summaries(self, model: str, most: int) -> Sequence[Any]:
        try:
            answer = self._client.list_model_packages(
                ModelPackageGroupName=model, SortBy="CreationTime", SortOrder="Descending", MaxResults=most
            )
        except ClientError as error:
            if not _is_absent(error):
                raise
            raise NotFound(self._unknown_model(model)) from None
        return answer["ModelPackageSummaryList"][:most]

    def _unknown_model(self, model: str) -> str:
        return f"The registry has no version of “{model}”. `/mlops models` lists what it has."

    def _unknown(self, version: Version) -> str:
        newest = [Version.of_arn(s["ModelPackageArn"]) for s in self._summaries(version.model, 1)]
        if not newest:
            return self._unknown_model(version.model)
        return f"The registry has no {version}. The newest is {newest[0]}: `/mlops show {newest[0]}`."


def _is_absent(error: ClientError) -> bool:
    """SageMaker says ValidationException both of what is not there and of what it does not understand."""
    if code(error) == "ValidationException":
        return any(words in message(error).lower() for words in _ABSENT)
    return code(error) == "ResourceNotFound"


def _line(note: str) -> str:
    """The note as ApprovalDescription takes it: one line (Amazon SageMaker API: UpdateModelPackage)."""
    line = " ".join(strip(note).split())
    return line if len(line) <= _LONGEST_NOTE else f"{line[: _LONGEST_NOTE - 1]}…"


def _package(version: Version, described: Any) -> Package:
    """The package; whoever registers writes its texts, so none may carry a mark into a sentence."""
    specification = described.get("InferenceSpecification") or {}
    containers = tuple(_container(container) for container in specification.get("Containers", ()))
    statistics = (described.get("ModelMetrics") or {}).get("ModelQuality", {}).get("Statistics", {})
    return Package(
        version=version,
        arn=strip(described["ModelPackageArn"]),
        status=strip(described["ModelPackageStatus"]),
        approval=Approval(described.get("ModelApprovalStatus", Approval.PENDING)),
        registered_at=described["CreationTime"],
        registered_by=_identity(described.get("CreatedBy") or {}),
        containers=containers,
        training_job=strip(_training_job(described, containers)),
        report=strip(statistics.get("S3Uri", "")),
        instance_types=tuple(specification.get("SupportedRealtimeInferenceInstanceTypes", ())),
        approval_note=strip(described.get("ApprovalDescription", "")),
    )


def _container(described: Any) -> Container:
    return Container(
        image=described.get("Image", ""),
        image_digest=described.get("ImageDigest", ""),
        artifact=described.get("ModelDataUrl") or _object(described),
        artifact_etag=described.get("ModelDataETag", ""),
        environment=dict(described.get("Environment") or {}),
        rest=_rest(described),
    )


def _object(described: Any) -> str:
    """The artifact of a container whose model data is one compressed object (Amazon SageMaker API:
    S3ModelDataSource).
    """
    source = (described.get("ModelDataSource") or {}).get("S3DataSource") or {}
    is_one = (source.get("S3DataType"), source.get("CompressionType")) == ("S3Object", "Gzip")
    return str(source.get("S3Uri", "")) if is_one else ""


def _rest(described: Any) -> str:
    """All else that decides what a container runs, in one form only, so that it can be sealed.

    Amazon SageMaker API: ModelPackageContainerDefinition.
    """
    rest = {key: value for key, value in described.items() if key not in _OWN}
    if not rest:
        return ""
    return json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_text)


def _text(value: object) -> str:
    # boto3 gives times in this machine's zone; the same moment has to read the same everywhere.
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _identity(created_by: Any) -> Identity:
    iam = created_by.get("IamIdentity") or {}
    return Identity(strip(created_by.get("UserProfileName", "")), strip(iam.get("Arn", "")))


def _training_job(described: Any, containers: Sequence[Container]) -> str:
    """The job that the registration names, or the one in the artifact's path.

    A training job writes to `<output path>/<job name>/output/model.tar.gz` (SageMaker Developer Guide:
    Amazon SageMaker Training Storage Folders).
    """
    generated = (described.get("MetadataProperties") or {}).get("GeneratedBy", "")
    if ":training-job/" in generated:
        return str(generated.rsplit("/", 1)[-1])
    for container in containers:
        parts = container.artifact.rsplit("/", 3)
        if len(parts) == 4 and parts[2:] == ["output", "model.tar.gz"]:  # noqa: PLR2004
            return parts[1]
    return ""
