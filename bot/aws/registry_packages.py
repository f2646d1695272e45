"""A described model package as the domain knows it."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from bot.domain.model import Approval, Container, Identity, NamedReport, Package, Version
from bot.domain.wording import strip

_OWN: Final = frozenset({"Image", "ImageDigest", "ModelDataUrl", "ModelDataETag", "Environment"})
"""The keys of a described container that have a field of their own."""

_SOURCES: Final = (
    ("Bias", "Report", "bias"),
    ("Bias", "PreTrainingReport", "pre-training bias"),
    ("Bias", "PostTrainingReport", "post-training bias"),
    ("Explainability", "Report", "explainability"),
    ("ModelQuality", "Constraints", "model quality constraints"),
    ("ModelDataQuality", "Statistics", "data quality"),
    ("ModelDataQuality", "Constraints", "data quality constraints"),
)
"""The metric sources besides the model quality's statistics, and what each is of."""

_PROPERTY: Final = "mlops:report"
"""A property of this name, or of this name with a dot and a kind, holds a report's address."""


def package_of(version: Version, described: Any) -> Package:
    """The package; whoever registers writes its texts, so none may carry a mark into a sentence."""
    specification = described.get("InferenceSpecification") or {}
    containers = tuple(_container(container) for container in specification.get("Containers", ()))
    return Package(
        version=version,
        arn=strip(described["ModelPackageArn"]),
        status=strip(described["ModelPackageStatus"]),
        approval=Approval(described.get("ModelApprovalStatus", Approval.PENDING)),
        registered_at=described["CreationTime"],
        registered_by=_identity(described.get("CreatedBy") or {}),
        containers=containers,
        training_job=strip(_training_job(described, containers)),
        report=strip(_metrics(described, "ModelQuality", "Statistics").get("S3Uri", "")),
        instance_types=tuple(specification.get("SupportedRealtimeInferenceInstanceTypes", ())),
        approval_note=strip(described.get("ApprovalDescription", "")),
        more=(*_named_metrics(described), *_named_properties(described)),
        # As it stands: a mark in it, which JSON can also write as an escape, is stripped where it is parsed.
        card=(described.get("ModelCard") or {}).get("ModelCardContent", ""),
    )


def _metrics(described: Any, kind: str, part: str) -> Any:
    """One of a package's metric sources, empty where it is not named (Amazon SageMaker API: ModelMetrics)."""
    return ((described.get("ModelMetrics") or {}).get(kind) or {}).get(part) or {}


def _named_metrics(described: Any) -> Iterator[NamedReport]:
    for kind, part, name in _SOURCES:
        source = _metrics(described, kind, part)
        if uri := strip(source.get("S3Uri", "")):
            yield NamedReport(name, uri, strip(source.get("ContentType", "")))


def _named_properties(described: Any) -> Iterator[NamedReport]:
    """The reports that a team names in the registration's own properties."""
    for key, uri in sorted((described.get("CustomerMetadataProperties") or {}).items()):
        prefix, _, kind = key.partition(".")
        if prefix == _PROPERTY and strip(uri):
            yield NamedReport(strip(kind) or "report", strip(uri))


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
