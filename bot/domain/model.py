"""Models and their versions, as the registry describes them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.refusals import NotUnderstood

_ARN = re.compile(r"arn:[^:]+:sagemaker:[^:]*:[^:]*:model-package/(?P<model>[^/]+)/(?P<number>\d+)$")


@dataclass(frozen=True, order=True)
class Version:
    """One version of a model, written `churn:12`."""

    model: str
    number: int

    def __str__(self) -> str:
        return f"{self.model}:{self.number}"

    @classmethod
    def of_arn(cls, arn: str) -> "Version":
        """The version that a versioned model package's ARN names.

        Raises:
            NotUnderstood: The ARN is not that of a versioned model package.
        """
        match = _ARN.match(arn)
        if match is None:
            raise NotUnderstood(f"{arn} is not the ARN of a versioned model package.")
        return cls(match["model"], int(match["number"]))


class Approval(StrEnum):
    """The registry's own approval status (Amazon SageMaker API: DescribeModelPackage)."""

    PENDING = "PendingManualApproval"
    APPROVED = "Approved"
    REJECTED = "Rejected"


@dataclass(frozen=True)
class Identity:
    """Who registered a package, as SageMaker's `CreatedBy` tells it; each part may be empty."""

    profile: str = ""
    arn: str = ""

    @property
    def name(self) -> str:
        """The shortest name a person would recognise: the Studio profile or the ARN's last part."""
        return self.profile or self.arn.rsplit("/", 1)[-1]

    @property
    def known_as(self) -> tuple[str, ...]:
        """What `[people]` may call it, the most exact first: the ARN, the Studio profile, and an IAM user's
        NAME or an assumed role's ROLE/SESSION and ROLE (IAM User Guide: IAM identifiers).

        Never a SESSION alone: whoever assumes a role chooses it (AWS STS API Reference: AssumeRole). Nor
        the role behind a Studio profile, which all profiles of a domain may share.
        """
        short = () if self.profile else self._short_names()
        return tuple(key for key in (self.arn, self.profile, *short) if key)

    def _short_names(self) -> tuple[str, ...]:
        service, resource = (self.arn.split(":", 5) + [""] * 6)[2:6:3]
        match service, *resource.split("/"):
            case "iam", "user", *_, name:
                return (name,)
            case "sts", "assumed-role", role, session:
                return (f"{role}/{session}", role)
            case _:
                return ()


@dataclass(frozen=True)
class Container:
    """One container of a package: what runs, and the artifact that it loads.

    `rest` is canonical JSON of all that the registry says of it besides, empty where that is nothing.
    """

    image: str
    image_digest: str = ""
    artifact: str = ""
    artifact_etag: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    rest: str = ""


@dataclass(frozen=True)
class NamedReport:
    """A report that a package names: what it is of (`bias`, `explainability`, …), where it lies, and its
    media type where the registry says one.
    """

    kind: str
    uri: str
    media: str = ""


@dataclass(frozen=True)
class Package:
    """A version as registered.

    `status` is SageMaker's ModelPackageStatus; only `Completed` can be promoted. `report` is the S3
    URI of its model-quality statistics, empty where it has none; `more` are the other reports that it
    names, the most telling first. `card` is the content of its model card, JSON, empty where it has none.
    """

    version: Version
    arn: str
    status: str
    approval: Approval
    registered_at: datetime
    registered_by: Identity
    containers: tuple[Container, ...]
    training_job: str = ""
    report: str = ""
    instance_types: tuple[str, ...] = ()
    approval_note: str = ""
    more: tuple[NamedReport, ...] = ()
    card: str = ""


@dataclass(frozen=True)
class ModelSummary:
    """A model with its newest version, for lists."""

    name: str
    latest: Version | None
    approval: Approval | None
