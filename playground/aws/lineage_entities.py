"""Artifacts, actions and contexts: made, described, changed, listed and deleted, as SageMaker does it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ResourceInUseException, ResourceNotFound, ValidationError

from playground.aws.lineage_graph import Entity, artifact_arn, named_arn
from playground.aws.lineage_limits import check
from playground.aws.sagemaker_base import SageMaker, aware, now, only, page

_LISTED: Final = 10  # Amazon SageMaker API: ListArtifacts
_MOST_PROPERTIES: Final = 30
_SUMMARY: Final = ("CreationTime", "LastModifiedTime", "Source", "Status")
_CHANGED: Final = ("ArtifactName", "Description", "Status")


class LineageRequest(SageMaker):
    """A request that is about the lineage graph."""

    @property
    def _checked(self) -> dict[str, Any]:
        """The request, once it is known to be one that AWS takes."""
        check(self._get_action(), self.params)
        return self._asked

    def _entity(self, arn: str) -> Entity:
        entity = self._around.lineage.get(arn)
        if entity is None:
            raise ResourceNotFound(f"Resource {arn} does not exist.")
        return entity


class LineageEntities(LineageRequest):
    """The same five operations for each kind."""

    def create_artifact(self) -> Any:
        """One per source URI: the content behind it is not looked at."""
        asked = self._checked
        arn = artifact_arn(asked["Source"]["SourceUri"])
        if self._around.lineage.get(arn):
            raise ValidationError(f"Artifact ({arn}) already exists.")
        return self._create("Artifact", arn, asked)

    def create_action(self) -> Any:
        """By name."""
        return self._create_named("Action")

    def create_context(self) -> Any:
        """By name."""
        return self._create_named("Context")

    def describe_artifact(self) -> Any:
        """By ARN."""
        return ActionResult(self._asked_for("Artifact").said)

    def describe_action(self) -> Any:
        """By name or ARN."""
        return ActionResult(self._asked_for("Action").said)

    def describe_context(self) -> Any:
        """By name or ARN."""
        return ActionResult(self._asked_for("Context").said)

    def update_artifact(self) -> Any:
        """What is not named stays."""
        return self._update("Artifact")

    def update_action(self) -> Any:
        """What is not named stays."""
        return self._update("Action")

    def update_context(self) -> Any:
        """What is not named stays."""
        return self._update("Context")

    def list_artifacts(self) -> Any:
        """By source, type and time."""
        return self._list("Artifact")

    def list_actions(self) -> Any:
        """By source, type and time."""
        return self._list("Action")

    def list_contexts(self) -> Any:
        """By source, type and time."""
        return self._list("Context")

    def delete_artifact(self) -> Any:
        """By ARN, or by source."""
        return self._delete("Artifact")

    def delete_action(self) -> Any:
        """By name."""
        return self._delete("Action")

    def delete_context(self) -> Any:
        """By name."""
        return self._delete("Context")

    def _create_named(self, kind: str) -> Any:
        asked = self._checked
        arn = named_arn(kind, asked[f"{kind}Name"])
        if self._around.lineage.get(arn):
            raise ResourceInUseException(f"{kind} ({arn}) already exists.")
        return self._create(kind, arn, asked)

    def _create(self, kind: str, arn: str, asked: dict[str, Any]) -> Any:
        at, tags = now(), asked.pop("Tags", None) or []
        said = {**asked, f"{kind}Arn": arn, "CreationTime": at, "LastModifiedTime": at}
        said["CreatedBy"] = said["LastModifiedBy"] = self._caller()
        name, type_ = asked.get(f"{kind}Name") or "", asked[f"{kind}Type"]
        self._around.lineage.add(Entity(kind, arn, name, type_, said, list(tags)))
        return ActionResult({f"{kind}Arn": arn})

    def _asked_for(self, kind: str) -> Entity:
        asked = self._checked
        if kind != "Artifact":
            return self._entity(named_arn(kind, asked[f"{kind}Name"]))
        if not asked.get("ArtifactArn") and not asked.get("Source"):
            raise ValidationError("Either ArtifactArn or Source must be specified.")
        return self._entity(asked.get("ArtifactArn") or artifact_arn(asked["Source"]["SourceUri"]))

    def _update(self, kind: str) -> Any:
        entity, asked = self._asked_for(kind), self._asked
        properties = {**(entity.said.get("Properties") or {}), **(asked.get("Properties") or {})}
        gone = asked.get("PropertiesToRemove") or []
        kept = {key: value for key, value in properties.items() if key not in gone}
        if len(kept) > _MOST_PROPERTIES:
            raise ValidationError(f"{kind} has more than {_MOST_PROPERTIES} properties.")
        by = {"LastModifiedTime": now(), "LastModifiedBy": self._caller()}
        entity.said.update({**only(asked, _CHANGED), "Properties": kept, **by})
        entity.name = entity.said.get(f"{kind}Name") or ""
        self._around.lineage.answers.clear()
        return ActionResult({f"{kind}Arn": entity.arn})

    def _delete(self, kind: str) -> Any:
        """Our reading: associations go first, as AWS's Python SDK has it (delete with disassociate)."""
        entity, graph = self._asked_for(kind), self._around.lineage
        if graph.out_of(entity.arn) or graph.into(entity.arn):
            raise ValidationError(f"{kind} ({entity.arn}) cannot be deleted: it has associations.")
        graph.remove(entity)
        return ActionResult({f"{kind}Arn": entity.arn})

    def _list(self, kind: str) -> Any:
        asked = self._checked
        rows = [
            entity
            for entity in self._around.lineage.found(kind, asked.get("SourceUri"))
            if asked.get(f"{kind}Type") in (None, entity.type_) and within(asked, "Created", entity.said)
        ]
        in_order(
            rows, asked, lambda it: it.name if asked.get("SortBy") == "Name" else it.said["CreationTime"]
        )
        kept = (f"{kind}Arn", f"{kind}Name", f"{kind}Type", *_SUMMARY)
        summaries = [only(entity.said, kept) for entity in rows]
        return page(summaries, {"MaxResults": _LISTED, **asked}, f"{kind}Summaries")


def within(asked: Mapping[str, Any], what: str, said: Mapping[str, Any]) -> bool:
    """Whether a time lies in the asked span; `what` is Created or Modified, as in CreatedAfter."""
    at = said.get("CreationTime" if what == "Created" else "LastModifiedTime")
    after, before = asked.get(f"{what}After"), asked.get(f"{what}Before")
    if at is None:
        return after is None and before is None
    return (after is None or at > aware(after)) and (before is None or at < aware(before))


def in_order(rows: list[Any], asked: Mapping[str, Any], key: Callable[[Any], Any]) -> None:
    """Sort in place, the highest first unless asked otherwise (Amazon SageMaker API: SortOrder)."""
    rows.sort(key=key, reverse=asked.get("SortOrder") != "Ascending")
