"""What SageMaker itself adds to its lineage graph: entities that are there already are used again.

SageMaker Developer Guide: Lineage Tracking Entities ("reuses any existing entities"). AWS adds them after a
while; here they are there at once.
"""

from typing import Any, Final

from playground.aws.lineage_graph import Entity, LineageGraph, artifact_arn, named_arn
from playground.aws.sagemaker_base import now

_LONGEST_NAME: Final = 120


class Making:
    """Adds to a graph what is not in it yet. Every method answers with an ARN."""

    def __init__(self, graph: LineageGraph) -> None:
        self._graph = graph

    def artifact(self, uri: str, type_: str, **more: Any) -> str:
        """The artifact of an address; one that is there keeps its type."""
        arn = artifact_arn(uri)
        if self._graph.get(arn) is None:
            said = {"ArtifactArn": arn, "Source": {"SourceUri": uri}, "ArtifactType": type_, **more}
            self._graph.add(Entity("Artifact", arn, "", type_, {**said, **_times()}))
        return arn

    def context(self, type_: str, source: str, name: str) -> str:
        """The context of this type that stands for the source, an ARN."""
        there = [one for one in self._graph.found("Context", source) if one.type_ == type_]
        return there[0].arn if there else self._named("Context", type_, source, name)

    def action(self, type_: str, source: str, name: str, **more: Any) -> str:
        """The action of this name; its source is an ARN."""
        arn = named_arn("Action", _fitted(name))
        return arn if self._graph.get(arn) else self._named("Action", type_, source, name, **more)

    def leads(self, source: str, destination: str, type_: str) -> None:
        """Associate the two, unless they are."""
        row = {"SourceArn": source, "DestinationArn": destination, "AssociationType": type_}
        self._graph.associate({**row, "CreationTime": now()})

    def _named(self, kind: str, type_: str, source: str, name: str, **more: Any) -> str:
        name = _fitted(name)
        arn = named_arn(kind, name)
        about = {
            f"{kind}Arn": arn,
            f"{kind}Name": name,
            f"{kind}Type": type_,
            "Source": {"SourceUri": source, "SourceType": "ARN"},
        }
        return self._graph.add(Entity(kind, arn, name, type_, {**about, **more, **_times()})).arn


def _times() -> dict[str, Any]:
    at = now()
    return {"CreationTime": at, "LastModifiedTime": at}


def _fitted(name: str) -> str:
    """Long names lose their beginning, which leaves what tells them apart."""
    return name[-_LONGEST_NAME:].lstrip("-")
