"""Many sources make one graph."""

import random

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lineage.graph import Edge, Fact, Graph, Kind, Node, Relation, Witness, graph_of, merged
from tests.domain.lineage.graphs import graphs

DESCRIBED, LINEAGE, TAG = Witness.DESCRIBED, Witness.LINEAGE, Witness.TAG


@given(st.lists(graphs, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_the_sources_does_not_matter(sources: list[Graph], chance: random.Random) -> None:
    shuffled = list(sources)
    chance.shuffle(shuffled)
    assert merged(shuffled) == merged(sources)


@given(graphs, graphs, graphs)
def test_nor_does_what_is_merged_first(one: Graph, two: Graph, three: Graph) -> None:
    assert merged([merged([one, two]), three]) == merged([one, merged([two, three])])


@given(graphs)
def test_what_is_said_twice_counts_once(graph: Graph) -> None:
    assert merged([graph, graph]) == graph


@given(graphs, graphs)
def test_nothing_that_any_source_knows_is_lost(one: Graph, two: Graph) -> None:
    both = merged([one, two])
    for graph in (one, two):
        assert all(set(node.facts) <= set(both.by_key[node.key].facts) for node in graph.nodes)
        assert {(e.before, e.after, e.relation) for e in graph.edges} <= {
            (e.before, e.after, e.relation) for e in both.edges
        }
        assert set(graph.gaps) <= set(both.gaps)


def test_an_edge_has_all_its_witnesses() -> None:
    seen = [graph_of(edges=[Edge("a", "b", Relation.MADE, (who,))]) for who in (LINEAGE, DESCRIBED)]
    (edge,) = merged(seen).edges
    assert edge.witnesses == (LINEAGE, DESCRIBED)


def test_the_more_telling_kind_counts_and_all_facts_do() -> None:
    uri = "s3://b/model.tar.gz"
    data = Node(uri, Kind.DATA, uri, (Fact("bytes", "1", DESCRIBED),))
    artifact = Node(uri, Kind.ARTIFACT, uri, (Fact("bytes", "2", TAG),))
    (node,) = graph_of([data, artifact]).nodes
    assert node.kind is Kind.ARTIFACT
    assert node.facts == (Fact("bytes", "1", DESCRIBED), Fact("bytes", "2", TAG))
    assert node.fact("bytes") == "1"
    assert node.fact("rows") == ""
