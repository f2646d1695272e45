"""Overlaps: data sets whose addresses in S3 share objects, which SageMaker's own graph does not join.

A channel reads all keys that begin with its prefix (Amazon SageMaker API: S3DataSource), so `s3://b/raw`
holds `s3://b/raw/2024.csv`, and `s3://b/raw-old/` too. A job that writes the one and a job that reads the
other are joined by nothing but these letters.
"""

from collections.abc import Iterator

from bot.domain.lineage.graph import Edge, Graph, Kind, Relation, Witness, merged

_S3 = "s3://"
_STORED = frozenset({Kind.DATA, Kind.ARTIFACT})  # an artifact, too, may be what the next job starts from


def with_overlaps(graph: Graph) -> Graph:
    """The graph with an edge from each data set that something wrote to each that something read, where one's
    address begins with the other's.
    """
    return merged([graph, Graph(edges=tuple(sorted(_flows(graph))))])


def touching(graph: Graph, uri: str) -> tuple[str, ...]:
    """The data sets and artifacts that share objects with an address: those under it, and those that it is
    under, by key.
    """
    found = [node.key for node in graph.nodes if node.kind in _STORED]
    return tuple(sorted(key for key in found if key.startswith(uri) or uri.startswith(key)))


def _flows(graph: Graph) -> Iterator[Edge]:
    for wide, narrow in _nested(graph):
        for one, other in ((wide, narrow), (narrow, wide)):
            if graph.into.get(one) and _is_read(graph, other):
                yield Edge(one, other, Relation.OVERLAPS, (Witness.ADDRESS,))


def _nested(graph: Graph) -> Iterator[tuple[str, str]]:
    """Each pair of addresses of which the first begins the second; sorted, such a one comes right before."""
    around: list[str] = []
    for uri in sorted(n.key for n in graph.nodes if n.kind in _STORED and n.key.startswith(_S3)):
        while around and not uri.startswith(around[-1]):
            around.pop()
        yield from ((wide, uri) for wide in around)
        around.append(uri)


def _is_read(graph: Graph, key: str) -> bool:
    return any(edge.relation is Relation.READ_BY for edge in graph.out_of.get(key, ()))
