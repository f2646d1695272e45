"""Promotions in SageMaker's own graph: an approval and a deployment between a package and an endpoint."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import Any, Final

from botocore.exceptions import ClientError

from bot.aws.errors import code, message, passes, transient
from bot.aws.lineage_reading import is_gone
from bot.aws.replies import told
from bot.domain.refusals import NotPossible
from bot.domain.wording import one_line
from bot.usecases.origins import Outcome

_MOST: Final = 30
_LONGEST: Final = 2_500
_TAKEN: Final = frozenset({"ResourceInUse", "ConflictException"})
_ODD: Final = re.compile(r"[^a-zA-Z0-9]+")
_LEADS_TO: Final = "ContributedTo"


class Written:
    """Writes outcomes; each part is made once, however often it is written."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def write(self, outcome: Outcome) -> None:
        """See the port. The names of the actions are the promotion's own, so what is there is ours."""
        with transient(), _refusals(outcome):
            endpoint = self._endpoint(outcome)
            package = self._artifact(outcome)
            approval = self._action("approval", "Approval", outcome)
            deployment = self._action("deployment", "ModelDeployment", outcome)
            context = self._context(outcome, endpoint)
            self._associate(package, approval, _LEADS_TO)
            # An approval is associated with a deployment (Amazon SageMaker API: AddAssociation).
            self._associate(approval, deployment, "AssociatedWith")
            self._associate(deployment, context, _LEADS_TO)

    def _endpoint(self, outcome: Outcome) -> str:
        try:
            return str(self._client.describe_endpoint(EndpointName=outcome.endpoint)["EndpointArn"])
        except ClientError as error:
            if not is_gone(error):
                raise
            raise NotPossible(
                f"The endpoint `{outcome.endpoint}` is not there any more, so SageMaker’s lineage is not "
                f"told of {outcome.version}. Deploy it again if it should serve."
            ) from None

    def _artifact(self, outcome: Outcome) -> str:
        """The package's own artifact, whose source is its ARN; SageMaker may make it later than that."""
        found = self._first("list_artifacts", "Artifact", outcome.arn)
        if found:
            return found
        made = _made(self._client.create_artifact, Source={"SourceUri": outcome.arn}, ArtifactType="Model")
        return str(made["ArtifactArn"]) if made else self._first("list_artifacts", "Artifact", outcome.arn)

    def _action(self, what: str, type_: str, outcome: Outcome) -> str:
        name = f"mlops-{what}-{_ODD.sub('-', outcome.promotion).strip('-')}"
        made = _made(
            self._client.create_action,
            ActionName=name,
            ActionType=type_,
            Source={"SourceUri": f"mlops:promotion/{outcome.promotion}", "SourceType": "Promotion"},
            Description=f"{type_} of {outcome.version} for {outcome.stage}, by mlops",
            Status="Completed",
            Properties=_properties(outcome),
        )
        return str((made or self._client.describe_action(ActionName=name))["ActionArn"])

    def _context(self, outcome: Outcome, endpoint: str) -> str:
        found = self._first("list_contexts", "Context", endpoint, type_="Endpoint")
        if found:
            return found
        name = f"mlops-endpoint-{outcome.endpoint}"
        made = _made(
            self._client.create_context,
            ContextName=name,
            ContextType="Endpoint",
            Source={"SourceUri": endpoint, "SourceType": "Endpoint"},
        )
        return str((made or self._client.describe_context(ContextName=name))["ContextArn"])

    def _first(self, operation: str, kind: str, uri: str, type_: str = "") -> str:
        """The newest entity of an address, of this type rather than of another; empty where there is none."""
        asked = {"SourceUri": uri, "SortBy": "CreationTime", "SortOrder": "Descending"}
        found = getattr(self._client, operation)(**asked)[f"{kind}Summaries"]
        listed = sorted(found, key=lambda one: bool(type_) and one.get(f"{kind}Type") != type_)
        return str(listed[0][f"{kind}Arn"]) if listed else ""

    def _associate(self, source: str, destination: str, type_: str) -> None:
        _made(
            self._client.add_association,
            SourceArn=source,
            DestinationArn=destination,
            AssociationType=type_,
        )


def _made(create: Callable[..., Any], **asked: Any) -> Any:
    """What was made, or None where it was there already."""
    try:
        return create(**asked)
    except ClientError as error:
        if not _is_there(error):
            raise
        return None


def _is_there(error: ClientError) -> bool:
    return code(error) in _TAKEN or "already exist" in message(error).lower()


def _properties(outcome: Outcome) -> dict[str, str]:
    """At most thirty, each of one line and no longer than SageMaker takes (Amazon SageMaker API:
    CreateAction).
    """
    own = (
        ("stage", outcome.stage),
        ("endpoint", outcome.endpoint),
        ("live since", outcome.at.astimezone(UTC).isoformat(timespec="seconds")),
    )
    return dict(list(_clipped((*own, *outcome.properties)))[:_MOST])


def _clipped(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, value in pairs:
        said = one_line(value)
        yield one_line(name)[:_LONGEST], said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"


@contextmanager
def _refusals(outcome: Outcome) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if passes(error):
            raise
        raise NotPossible(
            f"SageMaker’s lineage does not take {outcome.version} on `{outcome.endpoint}` "
            f"({code(error)}: {told(error)}). The promotion itself is not touched by this; the audit has it."
        ) from None
