"""The Registry port over SageMaker's model registry."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from bot.aws.errors import code, message, transient
from bot.aws.registry_packages import package_of
from bot.domain.model import Approval, ModelSummary, Package, Version
from bot.domain.refusals import NotFound, NotPossible
from bot.domain.wording import strip
from bot.usecases.ports import Conflict

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

_ABSENT: Final = ("does not exist", "not found", "could not find")
_LONGEST_NOTE: Final = 1024
_DRAFT, _ARCHIVED = "Draft", "Archived"


class SageMakerRegistry:
    """Packages of one account and region; `prefix` is what their ARNs begin with."""

    def __init__(self, client: "SageMakerClient", prefix: str) -> None:
        self._client, self._prefix = client, prefix

    def package(self, version: Version) -> Package:
        """See the port."""
        return package_of(version, self._described(version))

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

    def write_card(self, arn: str, content: str, instead_of: str) -> None:
        """See the port. UpdateModelPackage has no condition, so whoever writes between the look and the
        update, a few milliseconds, is not seen.
        """
        version = Version.of_arn(arn)
        card = self._described(version).get("ModelCard") or {}
        held = card.get("ModelCardContent", "")
        if held == content:
            return
        if held != instead_of:
            raise Conflict(arn)
        status = card.get("ModelCardStatus", _DRAFT)
        if status == _ARCHIVED:  # Amazon SageMaker API: ModelPackageModelCard
            raise NotPossible(
                f"The model card of {version} is archived, so nothing more is written into it. "
                f"Set it to {_DRAFT} in the registry first."
            )
        try:
            with transient():
                self._client.update_model_package(
                    ModelPackageArn=arn, ModelCard={"ModelCardContent": content, "ModelCardStatus": status}
                )
        except ClientError as error:
            raise NotPossible(
                f"SageMaker does not take the model card of {version} ({code(error)}: {message(error)}). "
                f"Correct it in the registry, or take `model_card` out of mlops.toml."
            ) from None

    def _described(self, version: Version) -> Any:
        arn = f"{self._prefix}:model-package/{version.model}/{version.number}"
        try:
            return self._client.describe_model_package(ModelPackageName=arn)
        except ClientError as error:
            if not _is_absent(error):
                raise
            raise NotFound(self._unknown(version)) from None

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
