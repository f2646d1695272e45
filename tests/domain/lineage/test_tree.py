"""Lines for people, and an honest count of what is not in them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lineage import keys
from bot.domain.lineage.graph import Edge, Graph, Relation, Witness, graph_of
from bot.domain.lineage.tree import Tree, tree_of
from bot.domain.lineage.walks import Direction, reached
from tests.domain.lineage.graphs import KEYS, graphs

UP, DOWN = Direction


def led(*pairs: tuple[str, str]) -> Graph:
    return graph_of(edges=[Edge(a, b, Relation.LED_TO, (Witness.LINEAGE,)) for a, b in pairs])


def drawn(tree: Tree) -> list[str]:
    return [
        f"{'  ' * line.depth}{line.node.name}"
        f"{' (above)' if line.again else ''}{f' +{line.hidden}' if line.hidden else ''}"
        for line in tree.lines
    ]


V = "version:churn:12"
WIDE = led(*[(f"s3://b/{number}", "job:training/t") for number in range(5)], ("job:training/t", V))
DIAMOND = led(("a:x", "b:y"), ("a:x", "c:z"), ("b:y", "d:end"), ("c:z", "d:end"))


@pytest.mark.parametrize(
    ("asked", "lines", "hidden"),
    [
        ((led(("s3://b/x", "c:t"), ("c:t", V)), V, UP, 9), ["churn:12", "  t", "    s3://b/x"], 0),
        ((WIDE, V, UP, 4), ["churn:12", "  t +3", "    s3://b/0", "    s3://b/1"], 3),
        ((WIDE, V, UP, 1), ["churn:12 +1"], 6),
        ((WIDE, "s3://b/0", DOWN, 9), ["s3://b/0", "  t", "    churn:12"], 0),
        ((WIDE, "s3://b/9", DOWN, 9), ["s3://b/9"], 0),
        ((DIAMOND, "d:end", UP, 9), ["end", "  y", "    x", "  z", "    x (above)"], 0),
        ((led(("a:x", "b:y"), ("b:y", "a:x")), "a:x", UP, 9), ["x", "  y", "    x (above)"], 0),
    ],
)
def test_a_tree(asked: tuple[Graph, str, Direction, int], lines: list[str], hidden: int) -> None:
    tree = tree_of(*asked)
    assert (drawn(tree), tree.hidden) == (lines, hidden)


@given(graphs, st.sampled_from(KEYS), st.sampled_from(Direction), st.integers(1, 20))
def test_what_is_shown_and_what_is_hidden_is_all_there_is(
    graph: Graph, start: str, direction: Direction, most: int
) -> None:
    tree, found = tree_of(graph, start, direction, most), reached(graph, [start], direction)
    shown = [line.node.key for line in tree.lines if not line.again]
    assert len(shown) == len(set(shown)) == min(most, len(found))
    assert len(shown) + tree.hidden == len(found)
    assert set(shown) <= set(found)


@given(graphs, st.sampled_from(KEYS), st.sampled_from(Direction), st.integers(1, 20))
def test_every_edge_between_two_shown_nodes_is_a_line(
    graph: Graph, start: str, direction: Direction, most: int
) -> None:
    tree = tree_of(graph, start, direction, most)
    shown = {line.node.key for line in tree.lines}
    edges = [edge for edge in graph.edges if {edge.before, edge.after} <= shown]
    assert sorted(line.edge for line in tree.lines if line.edge) == edges


def test_a_chain_of_5000_is_no_trouble() -> None:
    chain = [keys.other(str(number)) for number in range(5000)]
    tree = tree_of(led(*pairwise(chain)), chain[0], DOWN, 40)
    assert (len(tree.lines), tree.hidden) == (40, 4960)
