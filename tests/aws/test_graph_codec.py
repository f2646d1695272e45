"""Graphs go into few bytes and come back as they were."""

from hypothesis import given

from bot.aws.graph_codec import packed, unpacked
from bot.domain.lineage.graph import Graph
from tests.domain.lineage.graphs import graphs


@given(graphs)
def test_a_graph_comes_back_as_it_was(graph: Graph) -> None:
    assert unpacked(packed(graph)) == graph
