"""What SageMaker's lineage graph holds: entities by ARN and by source, associations by both ends."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from playground.aws.identity import arn

Row = dict[str, Any]
_RESOURCES: Final = {
    "Artifact": "artifact",
    "Action": "action",
    "Context": "context",
    "TrialComponent": "experiment-trial-component",
}
_JOB: Final = "Job"


@dataclass
class Entity:
    """One entity; `kind` is AWS's LineageType, `said` is what a description says of it."""

    kind: str
    arn: str
    name: str
    type_: str
    said: Row
    tags: list[dict[str, str]] = field(default_factory=list)

    @property
    def listed_type(self) -> str:
        """The type in ListAssociations, where a job's trial component has its source's type, such as
        SageMakerTrainingJob, while QueryLineage says TrainingJob (as AWS's own Python SDK asks for them).
        """
        return f"SageMaker{self.type_}" if self.type_.endswith(_JOB) else self.type_


class LineageGraph:
    """Every look-up is by an index. `answers` are of questions that went over more than one page, until
    anything changes.
    """

    def __init__(self) -> None:
        self._entities: dict[str, Entity] = {}
        self._kinds: defaultdict[str, dict[str, Entity]] = defaultdict(dict)
        self._sources: defaultdict[tuple[str, str], dict[str, Entity]] = defaultdict(dict)
        self._out: defaultdict[str, dict[str, Row]] = defaultdict(dict)
        self._into: defaultdict[str, dict[str, Row]] = defaultdict(dict)
        self.answers: dict[str, Any] = {}

    def get(self, arn_: str) -> Entity | None:
        """The entity, if it is there."""
        return self._entities.get(arn_)

    def found(self, kind: str, source: str | None = None) -> list[Entity]:
        """Those of a kind, oldest first; only those of this source URI, where one is given."""
        if source is None:
            return list(self._kinds[kind].values())
        return list(self._sources.get((kind, source), {}).values())

    def add(self, entity: Entity) -> Entity:
        """Take in a new entity."""
        self.answers.clear()
        self._entities[entity.arn] = self._kinds[entity.kind][entity.arn] = entity
        self._sources[_source(entity)][entity.arn] = entity
        return entity

    def remove(self, entity: Entity) -> None:
        """Forget an entity that has no associations."""
        self.answers.clear()
        del self._entities[entity.arn], self._kinds[entity.kind][entity.arn]
        del self._sources[_source(entity)][entity.arn]

    def out_of(self, arn_: str) -> Mapping[str, Row]:
        """The associations that lead away, by destination."""
        return self._out.get(arn_, {})

    def into(self, arn_: str) -> Mapping[str, Row]:
        """The associations that lead here, by source."""
        return self._into.get(arn_, {})

    def associations(self, source: str | None, destination: str | None) -> list[Row]:
        """Those with these ends, None standing for any."""
        if source is not None:
            rows = self.out_of(source)
            return (
                list(rows.values()) if destination is None else [rows[to] for to in rows if to == destination]
            )
        if destination is not None:
            return list(self.into(destination).values())
        return [row for rows in self._out.values() for row in rows.values()]

    def associate(self, row: Row) -> bool:
        """Add an association; False where these two have one already."""
        source, destination = row["SourceArn"], row["DestinationArn"]
        if destination in self.out_of(source):
            return False
        self.answers.clear()
        self._out[source][destination] = self._into[destination][source] = row
        return True

    def dissociate(self, source: str, destination: str) -> bool:
        """Take an association away; False where there is none."""
        if destination not in self.out_of(source):
            return False
        self.answers.clear()
        del self._out[source][destination], self._into[destination][source]
        return True


def artifact_arn(uri: str) -> str:
    """There is one artifact for a source URI (SageMaker Developer Guide: Lineage Tracking Entities)."""
    return arn("sagemaker", f"artifact/{hashlib.md5(uri.encode(), usedforsecurity=False).hexdigest()}")


def named_arn(kind: str, name: str) -> str:
    """The ARN of an action, a context or a trial component; a name that is an ARN is its own.

    Names are not case-sensitive (Amazon SageMaker API: CreateTrialComponent), and ARNs have them in small
    letters.
    """
    return name.lower() if name.startswith("arn:") else arn("sagemaker", f"{_RESOURCES[kind]}/{name.lower()}")


def _source(entity: Entity) -> tuple[str, str]:
    return entity.kind, entity.said["Source"].get("SourceUri", "")
