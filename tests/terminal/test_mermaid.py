"""Lineage as a Mermaid flowchart: all of the graph, and no text that means anything to Mermaid."""

import re
from typing import Final

from hypothesis import given

from bot.domain.lineage import telling
from bot.domain.lineage.graph import Edge, Graph, Relation, Witness, graph_of
from bot.domain.lineage.recall import recall
from bot.domain.lineage.sentences import node_of
from bot.terminal.mermaid import text
from bot.usecases.traced import Asked, Recalled, Traced
from tests.slack.lineages import HUGE, WHOLE, WORRYING
from tests.slack.recalls import FOUND
from tests.terminal.lineage_cases import HOSTILE, HOSTILE_RECALL, JOB, START, recalls, traces

NODE: Final = re.compile(r'  (n\d+)\W+"(.*)"\W+:::(\w+)')
EDGE: Final = re.compile(r'  (n\d+) -->\|"(.*)"\| (n\d+)')
GAP: Final = re.compile(r'  g\d+\["(.*)"\]:::gap')
LINE: Final = re.compile(
    r"flowchart LR|%% [\d,]+ more (node|edge|gap)s? not drawn|  g\d+ -\.- n\d+|  classDef [^;]+"
    r"|  style n\d+ stroke-width:3px"
)
SAFE: Final = re.compile(r"(?:[\w ./:@,…·()=+-]|#\d+;)*")


def said(label: str) -> str:
    return re.sub(r"#(\d+);", lambda match: chr(int(match[1])), label)


def drawn(shown: str) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """The labels of the nodes, and the edges between these labels."""
    lines = shown.splitlines()
    nodes = {match[1]: said(match[2]) for line in lines if (match := NODE.fullmatch(line))}
    found = [match for line in lines if (match := EDGE.fullmatch(line))]
    return nodes, [(nodes[one[1]], said(one[2]), nodes[one[3]]) for one in found]


def label(graph: Graph, key: str) -> str:
    node = node_of(graph, key)
    return f"{telling.what(node)} · {telling.name(node, 80)}"


def test_a_version_and_all_around_it_is_drawn_from_left_to_right() -> None:
    lines = text(WHOLE).splitlines()
    assert lines[0] == "flowchart LR"
    assert lines[1] == '  n0["version · churn:12"]:::version'
    assert any(line.endswith('(["endpoint · churn"]):::endpoint') for line in lines)
    assert any(line.endswith('[("data · s3://acme-ml/churn/labels.csv")]:::data') for line in lines)
    assert any(re.fullmatch(r'  n0 -->\|"served by · 100 #37;"\| n\d+', line) for line in lines)
    assert "  style n0 stroke-width:3px" in lines
    assert not any(line.startswith("%%") for line in lines)


@given(traces)
def test_every_node_and_edge_of_the_graph_is_drawn(found: Traced) -> None:
    graph = found.graph
    nodes, edges = drawn(text(found))
    assert set(nodes.values()) >= {label(graph, node.key) for node in graph.nodes}
    assert sorted(edges) == sorted(
        (label(graph, one.before), one.relation.value, label(graph, one.after)) for one in graph.edges
    )
    assert text(found).count(":::gap") == len(graph.gaps)


@given(recalls)
def test_all_that_learned_from_a_thing_is_drawn(found: Recalled) -> None:
    nodes, _ = drawn(text(found))
    came = {*found.found.starts, *(key for one in found.found.learned for key in one.way)}
    assert set(nodes.values()) >= {label(found.graph, key) for key in came}


def test_a_gap_is_dashed_and_hangs_on_what_could_not_be_read() -> None:
    shown = text(WORRYING)
    assert '["could not be read: SageMaker is throttling"]:::gap' in shown
    assert len(re.findall(r"  g\d -\.- n\d", shown)) == 2
    assert "stroke-dasharray:5 5" in shown


def test_a_large_graph_is_cut_at_what_is_nearest_and_says_how_much_it_leaves_out() -> None:
    assert text(HUGE).endswith("%% 4,852 more nodes not drawn\n%% 4,852 more edges not drawn\n")
    assert len(drawn(text(HUGE))[0]) == 150
    edges = [
        Edge(f"s3://b/{n}", START, relation, (Witness.LINEAGE,)) for n in range(90) for relation in Relation
    ]
    shown = text(Traced(START, graph_of(edges=edges)))
    assert shown.count("-->") == 400
    assert shown.endswith("%% 410 more edges not drawn\n")
    assert text(Traced(START, graph_of(edges=edges)), most=90).count("%% 1 more node not drawn\n") == 1


def test_of_a_large_recall_what_is_live_is_drawn_first() -> None:
    lake = [Edge(f"s3://b/{n}", JOB, Relation.READ_BY, (Witness.LINEAGE,)) for n in range(1000)]
    edges = [
        Edge(JOB, START, Relation.LED_TO, (Witness.LINEAGE,)),
        Edge(START, "endpoint:live", Relation.SERVED_BY, (Witness.DESCRIBED,)),
    ]
    graph = graph_of(edges=[*lake, *edges])
    found = Recalled(Asked("s3://b"), recall(graph, [one.before for one in lake]), graph, (), versions=1)
    nodes, drawn_edges = drawn(text(found))
    assert {"version · churn:1", "endpoint · live"} <= set(nodes.values())
    assert ("version · churn:1", "served by", "endpoint · live") in drawn_edges


def test_a_text_stays_below_what_mermaid_takes() -> None:
    long = [f"s3://{'bucket' * 9}/{n}{'_key' * 200}" for n in range(5000)]
    found = Traced(START, graph_of(edges=[Edge(k, START, Relation.LED_TO, (Witness.LINEAGE,)) for k in long]))
    assert len(text(found)) < 50_000


def test_nothing_in_a_name_means_anything_to_mermaid() -> None:
    for shown in (text(HOSTILE), text(HOSTILE_RECALL), text(FOUND)):
        for line in shown.splitlines():
            match = NODE.fullmatch(line) or EDGE.fullmatch(line) or GAP.fullmatch(line)
            labels = match.groups() if match else []
            assert match or LINE.fullmatch(line), line
            assert all(SAFE.fullmatch(one) for one in labels), line
            assert "style:x" not in line
