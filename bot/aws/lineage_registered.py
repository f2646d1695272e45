"""What the registry says of where a version came from."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from bot.aws.lineage_facts import edge, facts, image, node, stored
from bot.aws.lineage_reading import Reading
from bot.aws.lineage_tags import built_into, told_by_tags
from bot.domain.lineage import keys
from bot.domain.lineage.graph import Graph, Kind, Node, Relation, Witness, graph_of, merged
from bot.domain.lineage.walks import upstream
from bot.domain.model import Package
from bot.domain.wording import strip

_BY: Final = Witness.REGISTRY


class Registration:
    """One package as the registry describes it; what may still change, such as the approval, is left out."""

    def __init__(self, reading: Reading, package: Package) -> None:
        self._reading, self._package = reading, package

    @property
    def artifacts(self) -> tuple[str, ...]:
        """The addresses that its containers load."""
        return tuple(strip(one.artifact) for one in self._package.containers if one.artifact)

    @cached_property
    def maker(self) -> Mapping[str, str]:
        """The job that made it, by key, and its ARN where the registration names that; empty where nobody
        knows it.
        """
        generated = strip(self._about.get("GeneratedBy", ""))
        if (key := keys.of_arn(generated)).startswith("job:"):
            return {key: generated}
        name = self._package.training_job
        return {keys.job("training", name): ""} if name else {}

    def graph(self) -> Graph:
        """The version, what its containers run and load, and its commit."""
        version, parts = self._version, [graph_of([self._version])]
        for container in self._package.containers:
            if container.artifact:
                loaded = stored(container.artifact, "Model")
                parts.append(graph_of([loaded], [edge(loaded, version, Relation.REGISTERED_AS, _BY)]))
            if container.image:
                ran = image(container.image, _BY, container.image_digest)
                parts.append(graph_of([ran], [edge(ran, version, Relation.RUN_BY, _BY)]))
        about = self._about
        parts.append(
            built_into(about.get("CommitId", ""), version, _BY, repository=about.get("Repository", ""))
        )
        return merged([*parts, self._properties()])

    def made_by(self, graph: Graph) -> Graph:
        """The way from the job to the version where nothing else says it: by way of the artifact where the
        job could not be described and there is one artifact, else straight.
        """
        for key, arn in self.maker.items():
            job = node(key, Kind.JOB, name="" if arn else self._package.training_job)
            if any(one.relation is Relation.MADE for one in graph.out_of.get(key, ())):
                if self._is_above(graph, key):
                    return Graph()
            elif len(self.artifacts) == 1:
                artifact = stored(self.artifacts[0], "Model")
                return graph_of([job, artifact], [edge(job, artifact, Relation.MADE, _BY)])
            return graph_of([job], [edge(job, self._version, Relation.LED_TO, _BY)])
        return Graph()

    def _is_above(self, graph: Graph, key: str) -> bool:
        return key in upstream(graph, [self._version.key])

    def _properties(self) -> Graph:
        """What a team says in the registration's own properties. A version's tags are those of its group
        (Amazon SageMaker API: CreateModelPackage), so they say nothing of it.
        """
        properties = self._described.get("CustomerMetadataProperties") or {}
        return told_by_tags(self._version, {key: strip(value) for key, value in properties.items()}, ())

    @cached_property
    def _version(self) -> Node:
        package = self._package
        said = facts(
            _BY, ("registered", package.registered_at), ("registered by", package.registered_by.name or None)
        )
        return node(keys.version(package.version), said=said)

    @cached_property
    def _described(self) -> Mapping[str, Any]:
        key, arn = keys.version(self._package.version), self._package.arn
        return self._reading.ask(key, "describe_model_package", ModelPackageName=arn) or {}

    @property
    def _about(self) -> Mapping[str, str]:
        return self._described.get("MetadataProperties") or {}
