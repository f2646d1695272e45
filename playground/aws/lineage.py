"""SageMaker's lineage graph, which moto lacks: artifacts, actions, contexts, and what leads to what."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ResourceInUseException, ResourceNotFound, ValidationError

from playground.aws.sagemaker_base import SageMaker, now, only, page, sagemaker_arn

_DEEPEST: Final = 10
_LISTED: Final = ("CreationTime", "LastModifiedTime", "Source", "Status")
_CHANGED: Final = ("ArtifactName", "Description", "Status")


class LineageEntities(SageMaker):
    """Artifacts, actions and contexts: the same four operations for each."""

    def create_artifact(self) -> Any:
        """One per source, as in AWS: the content behind a URI is not looked at."""
        asked = self._asked
        source = f"{asked['Source']['SourceUri']}|{asked['ArtifactType']}|{asked.get('ArtifactName', '')}"
        return self._create_entity(
            "Artifact", hashlib.md5(source.encode(), usedforsecurity=False).hexdigest()
        )

    def create_action(self) -> Any:
        """By name."""
        return self._create_entity("Action", self._asked["ActionName"])

    def create_context(self) -> Any:
        """By name."""
        return self._create_entity("Context", self._asked["ContextName"])

    def describe_artifact(self) -> Any:
        """By ARN."""
        return ActionResult(self._named("Artifact"))

    def describe_action(self) -> Any:
        """By name."""
        return ActionResult(self._named("Action"))

    def describe_context(self) -> Any:
        """By name."""
        return ActionResult(self._named("Context"))

    def update_artifact(self) -> Any:
        """What is not named stays."""
        return self._update_entity("Artifact")

    def update_action(self) -> Any:
        """What is not named stays."""
        return self._update_entity("Action")

    def update_context(self) -> Any:
        """What is not named stays."""
        return self._update_entity("Context")

    def list_artifacts(self) -> Any:
        """By source, type and time."""
        return self._list_entities("Artifact")

    def list_actions(self) -> Any:
        """By source, type and time."""
        return self._list_entities("Action")

    def list_contexts(self) -> Any:
        """By source, type and time."""
        return self._list_entities("Context")

    def _create_entity(self, kind: str, ident: str) -> Any:
        arn = sagemaker_arn(kind.lower(), ident)
        if arn in self._around.lineage:
            text = f"{kind} {arn} already exists."
            raise ValidationError(text) if kind == "Artifact" else ResourceInUseException(text)
        asked = {key: value for key, value in self._asked.items() if key != "Tags"}
        times = {"CreationTime": now(), "LastModifiedTime": now(), "CreatedBy": self._caller()}
        self._around.lineage[arn] = {**asked, **times, f"{kind}Arn": arn}
        return ActionResult({f"{kind}Arn": arn})

    def _named(self, kind: str) -> dict[str, Any]:
        asked = self._asked
        arn = asked.get(f"{kind}Arn") or sagemaker_arn(kind.lower(), asked.get(f"{kind}Name", ""))
        return self._entity(arn)

    def _entity(self, arn: str) -> dict[str, Any]:
        if arn not in self._around.lineage:
            raise ResourceNotFound(f"Resource {arn} does not exist.")
        return self._around.lineage[arn]

    def _update_entity(self, kind: str) -> Any:
        entity, asked = self._named(kind), self._asked
        properties = {**entity.get("Properties", {}), **asked.get("Properties", {})}
        gone = asked.get("PropertiesToRemove") or []
        entity["Properties"] = {key: value for key, value in properties.items() if key not in gone}
        entity.update({**only(asked, _CHANGED), "LastModifiedTime": now()})
        return ActionResult({f"{kind}Arn": entity[f"{kind}Arn"]})

    def _list_entities(self, kind: str) -> Any:
        asked, arn, type_ = self._asked, f"{kind}Arn", f"{kind}Type"
        rows = [
            entity
            for entity in self._around.lineage.values()
            if arn in entity
            and asked.get("SourceUri") in (None, entity["Source"]["SourceUri"])
            and asked.get(type_) in (None, entity[type_])
        ]
        rows.sort(key=lambda it: it["CreationTime"], reverse=asked.get("SortOrder") != "Ascending")
        kept = (arn, f"{kind}Name", type_, *_LISTED)
        return page([only(entity, kept) for entity in rows], asked, f"{kind}Summaries")


class LineageOperations(LineageEntities):
    """Associations, and questions about the graph."""

    def add_association(self) -> Any:
        """Between two entities; model packages count as such."""
        asked = self._asked
        ends = (asked["SourceArn"], asked["DestinationArn"])
        for end in ends:
            if ":model-package/" not in end:
                self._entity(end)
        if ends in self._around.associations:
            raise ValidationError("The association already exists.")
        added = only(asked, ("SourceArn", "DestinationArn", "AssociationType"))
        self._around.associations[ends] = {**added, "CreationTime": now()}
        return ActionResult({"SourceArn": ends[0], "DestinationArn": ends[1]})

    def delete_association(self) -> Any:
        """One that exists."""
        ends = (self._asked["SourceArn"], self._asked["DestinationArn"])
        if self._around.associations.pop(ends, None) is None:
            raise ResourceNotFound("The association does not exist.")
        return ActionResult({"SourceArn": ends[0], "DestinationArn": ends[1]})

    def list_associations(self) -> Any:
        """By either end and by type."""
        asked = self._asked
        by = ("SourceArn", "DestinationArn", "AssociationType")
        rows = [
            {
                **row,
                "SourceType": self._type(row["SourceArn"]),
                "DestinationType": self._type(row["DestinationArn"]),
            }
            for row in self._around.associations.values()
            if all(asked.get(key) in (None, row.get(key)) for key in by)
        ]
        return page(rows, asked, "AssociationSummaries")

    def query_lineage(self) -> Any:
        """Everything that can be reached from the start, in the asked direction, at most ten steps away."""
        asked = self._asked
        depth = min(asked.get("MaxDepth") or _DEEPEST, _DEEPEST)
        seen, edges = self._walk(asked.get("StartArns") or [], asked.get("Direction", "Both"), depth)
        vertices = [
            {"Arn": arn, "Type": self._type(arn), "LineageType": _kind(arn)}
            for arn in seen
            if _wanted(asked.get("Filters") or {}, _kind(arn), self._type(arn))
        ]
        return ActionResult({"Vertices": vertices, "Edges": edges if asked.get("IncludeEdges", True) else []})

    def _walk(self, starts: list[str], direction: str, depth: int) -> tuple[list[str], list[dict[str, Any]]]:
        seen, edges = dict.fromkeys(starts), dict[tuple[str, str], dict[str, Any]]()
        frontier = list(starts)
        for _ in range(depth):
            found = [step for arn in frontier for step in self._steps(arn, direction)]
            edges.update({ends: edge for _, ends, edge in found})
            frontier = [arn for arn in dict.fromkeys(arn for arn, _, _ in found) if arn not in seen]
            seen.update(dict.fromkeys(frontier))
        return list(seen), list(edges.values())

    def _steps(self, arn: str, direction: str) -> Iterator[tuple[str, tuple[str, str], dict[str, Any]]]:
        for (source, destination), row in self._around.associations.items():
            edge = only(row, ("SourceArn", "DestinationArn", "AssociationType"))
            if source == arn and direction in ("Descendants", "Both"):
                yield destination, (source, destination), edge
            if destination == arn and direction in ("Ascendants", "Both"):
                yield source, (source, destination), edge

    def _type(self, arn: str) -> str:
        entity: Mapping[str, Any] = self._around.lineage.get(arn, {})
        return str(entity.get(f"{_kind(arn)}Type", "ModelPackage" if ":model-package/" in arn else ""))


def _kind(arn: str) -> str:
    return arn.split(":")[5].partition("/")[0].title()


def _wanted(filters: Mapping[str, Any], kind: str, type_: str) -> bool:
    kinds, types = filters.get("LineageTypes"), filters.get("Types")
    return (not kinds or kind in kinds) and (not types or type_ in types)
