"""Recall: from a thing to every version that learned from it, and to whatever serves one of these."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.lineage import keys
from bot.domain.lineage.graph import Edge, Gap, Graph, Kind, Node, Relation
from bot.domain.lineage.walks import downstream, gaps_above, path, upstream
from bot.domain.model import Version

_DEAD = frozenset({"Failed", "Creating", "Deleting"})  # Amazon SageMaker API: DescribeEndpoint


@dataclass(frozen=True)
class Learned:
    """A version that learned from what was asked for: a shortest way to it, by keys, both ends in it, and the
    edges to the endpoints that serve it, none where it is not live.
    """

    version: Version
    way: tuple[str, ...]
    live: tuple[Edge, ...] = ()


@dataclass(frozen=True)
class Recall:
    """What came of some things.

    `starts` are the nodes that were asked for. `learned` has live versions first, then by name.
    `unregistered` are the endpoints that serve something that came of them and that is no version.
    `unjudged` are the other live endpoints of which nobody knows all that they learned from: they have no
    lineage, or some of it could not be read. `endpoints` counts all that are live. `gaps` is all that
    could not be read.
    """

    starts: tuple[str, ...]
    learned: tuple[Learned, ...]
    unregistered: tuple[Node, ...]
    unjudged: tuple[Node, ...]
    endpoints: int
    gaps: tuple[Gap, ...] = ()

    @property
    def live(self) -> tuple[Learned, ...]:
        """Those of the versions that serve somewhere."""
        return tuple(one for one in self.learned if one.live)


def recall(graph: Graph, starts: Iterable[str]) -> Recall:
    """Everything that came of these nodes: the exact inverse of what `upstream` says of each version."""
    began = tuple(sorted(starts))
    reached = downstream(graph, began)
    learned = [
        Learned(version, path(graph, began, key), _served(graph, key))
        for key in reached
        if (version := keys.version_of(key))
    ]
    endpoints = [
        node for node in graph.nodes if node.kind is Kind.ENDPOINT and node.fact("status") not in _DEAD
    ]
    exposed = {edge.after for one in learned for edge in one.live}
    return Recall(
        began,
        tuple(sorted(learned, key=lambda one: (not one.live, one.version))),
        tuple(node for node in endpoints if node.key in reached and node.key not in exposed),
        tuple(node for node in endpoints if node.key not in reached and not is_judged(graph, node.key)),
        len(endpoints),
        graph.gaps,
    )


def knows_origin(graph: Graph, version: Version) -> bool:
    """Whether all that a version came from is known, down to what was read: only then can anybody say that it
    did not learn from something.
    """
    key = keys.version(version)
    return _learned(graph, key) and not gaps_above(graph, key)


def is_judged(graph: Graph, endpoint: str) -> bool:
    """Whether all that an endpoint serves has a lineage down to what was read, with no gap in it."""
    served = [edge.before for edge in graph.into.get(endpoint, ()) if edge.relation is Relation.SERVED_BY]
    if not served or gaps_above(graph, endpoint):
        return False
    return all(_learned(graph, key) for key in served)


def _learned(graph: Graph, key: str) -> bool:
    """Whether all of it came of something that read data: each artifact of a version has to, for one that
    is known says nothing of another.
    """
    parts = [edge.before for edge in graph.into.get(key, ()) if edge.relation is Relation.REGISTERED_AS]
    return all(_has_read(graph, part) for part in parts or [key])


def _has_read(graph: Graph, key: str) -> bool:
    """Whether anything that led to it read something: an address alone may be that of an artifact."""
    return any(e.relation is Relation.READ_BY for k in upstream(graph, [key]) for e in graph.into.get(k, ()))


def _served(graph: Graph, key: str) -> tuple[Edge, ...]:
    return tuple(edge for edge in graph.out_of.get(key, ()) if edge.relation is Relation.SERVED_BY)
