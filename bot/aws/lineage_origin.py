"""All that led to a version: SageMaker's graph upstream of it, and the descriptions of its jobs."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.aws.lineage_edges import edges_of, joined
from bot.aws.lineage_facts import maker_of, stored
from bot.aws.lineage_jobs import described, spellings, steps
from bot.aws.lineage_nodes import bookkeeping, jobs_in, known
from bot.aws.lineage_reading import Kept, Reading, account_of
from bot.aws.lineage_registered import Registration
from bot.aws.lineage_walk import Walk
from bot.domain.lineage import keys
from bot.domain.lineage.graph import Edge, Gap, Graph, Node, Relation, Witness, graph_of, merged
from bot.domain.model import Package

_S3 = "s3://"
_LEVELS = 4


class OriginReading:
    """One version's origin, read in rounds: addresses are looked up in SageMaker's graph, the graph is walked
    upstream, jobs are described, and what they read is looked up where the graph does not have it.
    """

    def __init__(self, client: Any, kept: Kept, package: Package) -> None:
        self.reading = Reading(client, kept, account_of(package.arn))
        self._walk = Walk(self.reading)
        self._registration = Registration(self.reading, package)
        self._package = package
        self._nodes: dict[str, Node] = {}
        self._quiet: set[str] = set()
        self._looked: set[str] = set()
        self._jobs: dict[str, Graph] = {}
        self._parts: list[Graph] = []

    def graph(self) -> Graph:
        """The whole of it, as far as it could be read."""
        self._parts.append(self._registration.graph())
        self._round([self._package.arn])
        while (uris := self._unlooked()) or self._new_jobs():
            self._round(uris)
        return self._assembled()

    def _round(self, uris: list[str]) -> None:
        self._looked.update(uris)
        found = self.reading.each(self._artifacts_at, uris)
        self._walk.ascend(arn for arns in found for arn in arns)
        self._name(
            {arn: t for arn, t in self._walk.types.items() if arn not in self._nodes.keys() | self._quiet}
        )
        jobs = self._new_jobs()
        named = [self._package.training_job, *(one.key for one in self._nodes.values())]
        told = described(self.reading, jobs, spellings([*named, *self._inputs(), *self._made_by_name()]))
        self._jobs.update(told)

    def _artifacts_at(self, uri: str) -> list[str]:
        """What stands in SageMaker's graph for an address; a package is there as an artifact whose source is
        its ARN (SageMaker Developer Guide: Querying lineage entities).
        """
        at = keys.version(self._package.version) if uri == self._package.arn else uri
        listed = self.reading.pages(at, "list_artifacts", "ArtifactSummaries", SourceUri=uri)
        return [one["ArtifactArn"] for one in listed]

    def _name(self, types: Mapping[str, str]) -> None:
        found = known(self.reading, types)
        self._nodes.update(found.nodes)
        self._quiet |= found.quiet
        self._parts += [found.graph, *steps(self.reading, found.nodes)]

    def _unlooked(self) -> list[str]:
        """Addresses that jobs read or the package loads, and that the graph has not told of."""
        there = {one.key for one in self._nodes.values()} | self._looked
        read = list(self._inputs())
        wider = (around for uri in read for around in _around(uri))
        wanted = (*self._registration.artifacts, *read, *wider)
        return [uri for uri in dict.fromkeys(wanted) if uri not in there]

    def _new_jobs(self) -> Mapping[str, str]:
        guessed = {keys.job("training", maker_of(uri)): "" for uri in self._made_by_name()}
        maker = self._registration.maker
        told = {key: arn for key, arn in maker.items() if arn}
        wanted = {**guessed, **maker, **jobs_in(self._walk.types), **told}
        return {key: arn for key, arn in wanted.items() if key not in self._jobs}

    def _inputs(self) -> Iterator[str]:
        for graph in self._jobs.values():
            for edge in graph.edges:
                if edge.relation is Relation.READ_BY and edge.before.startswith(_S3):
                    yield edge.before

    def _made_by_name(self) -> list[str]:
        """Artifacts of which nobody has said yet what made them, and whose address names a job."""
        made = {edge.after for graph in self._jobs.values() for edge in graph.edges}
        made |= {
            self._nodes[one.destination].key
            for one in self._walk.associations
            if one.destination in self._nodes
        }
        artifacts = {*self._registration.artifacts, *self._inputs()}
        return sorted(uri for uri in artifacts if maker_of(uri) and uri not in made)

    def _assembled(self) -> Graph:
        unread = self._quiet & {gap.at for gap in self.reading.gaps}
        associations, kept = joined(self._walk.associations, self._quiet - unread)
        shown = {arn: bookkeeping(arn) for arn in unread | kept}
        nodes = {**self._nodes, **shown}
        linked = graph_of(nodes.values(), edges_of(associations, nodes))
        at = {arn: one.key for arn, one in nodes.items()}
        missed = [Gap(at.get(gap.at, gap.at), gap.why) for gap in self.reading.gaps]
        whole = merged([*self._parts, *self._jobs.values(), linked, Graph(gaps=tuple(sorted(set(missed))))])
        guessed = merged([whole, self._guesses(whole)])
        return merged([guessed, self._registration.made_by(guessed)])

    def _guesses(self, graph: Graph) -> Graph:
        """Artifacts that nobody told of, with the job that their address names; a job that could be described
        says itself what it made, and this is a copy of it.
        """
        makers = {uri: keys.job("training", maker_of(uri)) for uri in self._made_by_name()}
        edges = [
            Edge(job, uri, Relation.MADE if job in graph.gaps_at else Relation.LED_TO, (Witness.ADDRESS,))
            for uri, job in makers.items()
        ]
        return graph_of([stored(uri) for uri in makers], edges)


def _around(uri: str) -> Iterator[str]:
    """The nearest folders that an address lies in, each as people write it: what a job wrote there it may
    have written under this address, and SageMaker knows only whole addresses.
    """
    parts = uri.removeprefix(_S3).rstrip("/").split("/")
    for end in range(len(parts) - 1, max(1, len(parts) - 1 - _LEVELS), -1):
        folder = _S3 + "/".join(parts[:end])
        yield from (f"{folder}/", folder)
    yield f"{_S3}{parts[0]}/"
