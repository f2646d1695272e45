"""The Lineage port in memory."""

from collections.abc import Iterable, Sequence

from bot.domain.lineage import keys
from bot.domain.lineage.graph import (
    Edge,
    Fact,
    Gap,
    Graph,
    Kind,
    Node,
    Relation,
    Witness,
    graph_of,
    merged,
)
from bot.domain.lineage.walks import upstream
from bot.domain.model import Container, Package, Version
from bot.domain.refusals import NotFound, NotPossible
from bot.usecases.origins import Channel, Outcome, Registered
from tests.fakes.registry import FakeRegistry

_BY = Witness.DESCRIBED


class FakeLineage:
    """What was said of models, jobs and endpoints; `outcomes` has what was written, each promotion once."""

    def __init__(self, registry: FakeRegistry) -> None:
        self._registry = registry
        self._graph = Graph()
        self._channels: dict[str, list[Channel]] = {}
        self._broken: dict[str, str] = {}
        self._served: dict[str, list[Edge]] = {}
        self._calls = 0
        self._refusal = ""
        self.outcomes: list[Outcome] = []

    @property
    def calls(self) -> int:
        """See the port; here a graph takes one."""
        return self._calls

    def origin(self, package: Package) -> Graph:
        """See the port."""
        self._calls += 1
        key = keys.version(package.version)
        known = merged([self._graph, _registered(package)])
        above = upstream(known, [key])
        return Graph(
            tuple(node for node in known.nodes if node.key in above),
            tuple(edge for edge in known.edges if edge.after in above),
            tuple(sorted(Gap(at, why) for at, why in self._broken.items() if at in above)),
        )

    def endpoints(self) -> Graph:
        """See the port."""
        self._calls += 1
        edges = [edge for served in self._served.values() for edge in served]
        found = [self._endpoint(name) for name in self._served]
        gaps = [Gap(at, why) for at, why in self._broken.items() if at in {node.key for node in found}]
        return graph_of([*found, *(keys.bare(edge.before) for edge in edges)], edges, gaps)

    def channels(self, job: str) -> Sequence[Channel]:
        """See the port."""
        if job not in self._channels:
            raise NotFound(
                f"SageMaker has no training job “{job}” any more, so nobody can tell what it read."
            )
        return self._channels[job]

    def registered(self) -> Sequence[Registered]:
        """See the port."""
        named = [one.name for one in self._registry.models() if one.latest]
        found = [package for name in named for package in self._registry.versions(name, 10_000)]
        newest = sorted(found, key=lambda one: (one.registered_at, one.version), reverse=True)
        return [Registered(one.version, one.arn, one.registered_at) for one in newest]

    def write(self, outcome: Outcome) -> None:
        """See the port."""
        if self._refusal:
            raise NotPossible(self._refusal)
        if outcome.endpoint not in self._served:
            raise NotPossible(
                f"The endpoint `{outcome.endpoint}` is not there any more, so SageMaker’s lineage is not "
                f"told of {outcome.version}. Deploy it again if it should serve."
            )
        if outcome.promotion not in {one.promotion for one in self.outcomes}:
            self.outcomes.append(outcome)

    def trained(
        self, version: str, *, data: Iterable[str], job: str = "", image: str = "", commit: str = ""
    ) -> Package:
        """A version such as `churn:1` that a job made of these data sets; it is registered if it was not.
        The job's channels are `channel-1` and so on.
        """
        package = self._register(version, job)
        name = package.training_job
        self._channels[name] = [Channel(f"channel-{place}", uri) for place, uri in enumerate(data, 1)]
        self._run("training", name, self._channels[name], image=image, commit=commit)
        made = Node(package.containers[0].artifact, Kind.ARTIFACT, package.containers[0].artifact)
        key = keys.job("training", name)
        self._learn([made], [Edge(key, made.key, Relation.MADE, (_BY,))])
        return package

    def processed(self, job: str, *, reads: Iterable[str], writes: Iterable[str]) -> None:
        """A processing job that made data sets of data sets."""
        self._run("processing", job, [Channel("input", uri) for uri in reads])
        key = keys.job("processing", job)
        edges = [Edge(key, uri, Relation.MADE, (_BY,)) for uri in writes]
        self._learn([keys.bare(edge.after) for edge in edges], edges)

    def serve(self, endpoint: str, what: str = "", share: str = "100 %") -> None:
        """An endpoint serves a version such as `churn:1`, or the artifact at an address, besides whatever it
        serves already; nothing where nothing is named.
        """
        served = self._served.setdefault(endpoint, [])
        if what:
            model, _, number = what.rpartition(":")
            before = what if what.startswith("s3://") else keys.version(Version(model, int(number)))
            facts = (Fact("traffic", share, _BY),) if share else ()
            served.append(Edge(before, keys.endpoint(endpoint), Relation.SERVED_BY, (_BY,), facts))

    def stops(self, endpoint: str) -> None:
        """Somebody deletes the endpoint."""
        del self._served[endpoint]

    def breaks(self, key: str, why: str = "SageMaker is throttling") -> None:
        """From now on this node's branch cannot be read, until it `heals`."""
        self._broken[key] = why

    def heals(self) -> None:
        """All branches can be read again."""
        self._broken.clear()

    def refuses(self, sentence: str) -> None:
        """SageMaker takes no outcome from now on; an empty sentence ends that."""
        self._refusal = sentence

    def _register(self, version: str, job: str) -> Package:
        model, _, number = version.rpartition(":")
        wanted = Version(model, int(number))
        if any(one.version == wanted for one in self.registered()):
            return self._registry.package(wanted)
        name = job or f"{model}-job-{number}"
        container = Container(
            "acme/xgboost:1", "sha256:1", f"s3://models/{name}/output/model.tar.gz", f"etag-{number}"
        )
        return self._registry.register(
            model, number=wanted.number, training_job=name, containers=(container,)
        )

    def _run(
        self, kind: str, name: str, reads: Iterable[Channel], *, image: str = "", commit: str = ""
    ) -> None:
        key = keys.job(kind, name)
        edges = [
            Edge(one.uri, key, Relation.READ_BY, (_BY,), (Fact("channel", one.name, _BY),)) for one in reads
        ]
        if image:
            edges.append(Edge(keys.image(image), key, Relation.RUN_BY, (_BY,)))
        if commit:
            edges.append(Edge(keys.commit(commit), key, Relation.BUILT_INTO, (Witness.TAG,)))
        job = Node(key, Kind.JOB, name, (Fact("status", "Completed", _BY),))
        self._learn([job, *(keys.bare(edge.before) for edge in edges)], edges)

    def _learn(self, nodes: Iterable[Node], edges: Iterable[Edge]) -> None:
        self._graph = merged([self._graph, graph_of(nodes, edges)])

    def _endpoint(self, name: str) -> Node:
        return Node(keys.endpoint(name), Kind.ENDPOINT, name, (Fact("status", "InService", _BY),))


def _registered(package: Package) -> Graph:
    """What the registration itself says."""
    by = Witness.REGISTRY
    key = keys.version(package.version)
    facts = (
        Fact("registered", package.registered_at.isoformat(timespec="seconds"), by),
        Fact("registered by", package.registered_by.name, by),
    )
    nodes, edges = [Node(key, Kind.VERSION, str(package.version), facts)], []
    for one in package.containers:
        nodes += [Node(one.artifact, Kind.ARTIFACT, one.artifact), keys.bare(keys.image(one.image))]
        edges += [
            Edge(one.artifact, key, Relation.REGISTERED_AS, (by,)),
            Edge(keys.image(one.image), key, Relation.RUN_BY, (by,)),
        ]
    return graph_of(nodes, edges)
