"""Which part of all that is known an answer is about."""

from bot.domain.lineage.graph import Graph
from bot.domain.lineage.sentences import node_of
from bot.domain.lineage.walks import downstream
from bot.usecases.traced import Recalled, Traced


def scope(found: Traced | Recalled) -> Graph:
    """The graph of an answer, in which every edge and gap is at nodes of the graph.

    Of a recall that is all that came of what was asked for, with what these jobs read besides, and the
    endpoints of which nobody can say what they learned from. All gaps are in it.
    """
    graph = found.graph
    if isinstance(found, Traced):
        known = {key for edge in graph.edges for key in (edge.before, edge.after)} | set(graph.by_key)
        return _part(graph, {*known, found.start})
    came = set(downstream(graph, found.found.starts))
    known = came | {edge.before for key in came for edge in graph.into.get(key, ())}
    known |= {node.key for node in (*found.found.unregistered, *found.found.unjudged)}
    return _part(graph, known)


def _part(graph: Graph, keys: set[str]) -> Graph:
    whole = keys | {gap.at for gap in graph.gaps if gap.at}
    return Graph(
        tuple(node_of(graph, key) for key in sorted(whole)),
        tuple(edge for edge in graph.edges if edge.before in whole and edge.after in whole),
        graph.gaps,
    )
