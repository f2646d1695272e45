"""What the ledger knows of lineage: promotions, what they deployed, and the data that was seen."""

from collections.abc import Iterable, Iterator

from bot.domain.lineage import keys
from bot.domain.lineage.dataset import Sighting
from bot.domain.lineage.graph import Edge, Fact, Graph, Kind, Node, Relation, Witness, graph_of
from bot.domain.promotion import Promotion, Status, said
from bot.domain.wording import listed, person

_LEDGER = Witness.LEDGER


def promotions_graph(promotions: Iterable[Promotion]) -> Graph:
    """Each promotion between its version and its endpoint, and what exactly was copied of its artifacts."""
    nodes: list[Node] = []
    edges: list[Edge] = []
    for one in promotions:
        key = keys.promotion(one.id)
        nodes += [Node(key, Kind.PROMOTION, f"to {one.stage}", tuple(_facts(one))), *_artifacts(one)]
        edges.append(Edge(keys.version(one.version), key, Relation.PROMOTED_BY, (_LEDGER,)))
        if one.status is Status.LIVE and one.envelope:
            edges.append(Edge(key, keys.endpoint(one.envelope.endpoint), Relation.LED_TO, (_LEDGER,)))
    return graph_of(nodes, edges)


def sightings_graph(job: str, sightings: Iterable[Sighting]) -> Graph:
    """What lay under a training job's inputs, beside what the job says that it read."""
    key = keys.job("training", job)
    nodes, edges = [], []
    for one in sightings:
        found = one.manifest
        facts = (("manifest", found.digest), ("files", f"{found.files}"), ("bytes", f"{found.bytes}"))
        said_then = tuple(Fact(f"{name} {one.moment}", value, Witness.MANIFEST) for name, value in facts)
        nodes.append(Node(keys.data(found.uri), Kind.DATA, found.uri, said_then))
        channel = (Fact("channel", one.channel, Witness.MANIFEST),)
        edges.append(Edge(keys.data(found.uri), key, Relation.READ_BY, (Witness.MANIFEST,), channel))
    return graph_of(nodes, edges)


def _facts(promotion: Promotion) -> Iterator[Fact]:
    yield Fact("stage", promotion.stage, _LEDGER)
    yield Fact("status", said(promotion.status), _LEDGER)
    if promotion.envelope:
        yield Fact("envelope", promotion.envelope.digest, _LEDGER)
    if promotion.went_live:
        yield Fact("live since", promotion.went_live.isoformat(), _LEDGER)
    if promotion.consents:
        yield Fact("approved by", listed([person(one.person) for one in promotion.consents]), _LEDGER)


def _artifacts(promotion: Promotion) -> Iterator[Node]:
    for copy in promotion.copies:
        blob = copy.kept if copy.kept and copy.kept.sha256 else copy.source
        found = {
            "version": copy.source.version,
            "etag": copy.source.etag,
            "sha256": blob.sha256,
            "bytes": f"{copy.source.size}",
        }
        facts = tuple(Fact(name, value, _LEDGER) for name, value in found.items() if value)
        yield Node(copy.source.uri, Kind.ARTIFACT, copy.source.uri, facts)
