"""Up to what a thing came from, down to what came of it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lineage.graph import Edge, Gap, Graph, Relation, Witness, graph_of
from bot.domain.lineage.walks import downstream, gaps_above, path, upstream
from tests.domain.lineage.graphs import KEYS, graphs


def led(*chain: str) -> Graph:
    pairs = pairwise(chain)
    return graph_of(edges=[Edge(a, b, Relation.LED_TO, (Witness.LINEAGE,)) for a, b in pairs])


def all_above(graph: Graph, key: str) -> set[str]:
    """By brute force: add whatever leads to what is there, until nothing is added."""
    found = {key}
    while more := {edge.before for edge in graph.edges if edge.after in found} - found:
        found |= more
    return found


@given(graphs, st.sampled_from(KEYS))
def test_upstream_is_all_that_led_there(graph: Graph, key: str) -> None:
    assert set(upstream(graph, [key])) == all_above(graph, key)


@given(graphs, st.sampled_from(KEYS), st.sampled_from(KEYS))
def test_downstream_is_the_exact_inverse(graph: Graph, one: str, other: str) -> None:
    assert (other in downstream(graph, [one])) == (one in upstream(graph, [other]))


@given(graphs, st.sampled_from(KEYS), st.sampled_from(KEYS))
def test_a_path_is_a_shortest_way_of_edges(graph: Graph, start: str, end: str) -> None:
    way, there = path(graph, [start], end), downstream(graph, [start])
    assert bool(way) == (end in there)
    if way:
        assert (way[0], way[-1], len(way) - 1) == (start, end, there[end])
        ends = {(edge.before, edge.after) for edge in graph.edges}
        assert all(step in ends for step in pairwise(way))


def test_a_cycle_ends_where_it_began() -> None:
    assert dict(upstream(led("a", "b", "c", "a"), ["a"])) == {"a": 0, "c": 1, "b": 2}


def test_a_gap_is_a_gap_for_everything_below_it() -> None:
    graph = graph_of(edges=led("a", "b", "c").edges, gaps=[Gap("a", "gone")])
    assert gaps_above(graph, "c") == (Gap("a", "gone"),)
    assert gaps_above(led("a", "b"), "b") == ()


def test_a_chain_of_5000_is_walked() -> None:
    chain = [str(number) for number in range(5000)]
    assert len(downstream(led(*chain), ["0"])) == 5000
