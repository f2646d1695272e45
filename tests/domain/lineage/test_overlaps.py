"""Addresses in S3 that share objects."""

import pytest
from hypothesis import given

from bot.domain.lineage import keys
from bot.domain.lineage.graph import Edge, Graph, Kind, Node, Relation, Witness, graph_of
from bot.domain.lineage.overlaps import touching, with_overlaps
from bot.domain.lineage.walks import downstream
from tests.domain.lineage.graphs import graphs

PREPARE, TRAIN = keys.job("processing", "prepare"), keys.job("training", "train")


def joined(written: str, read: str) -> Graph:
    nodes = [Node(uri, Kind.DATA, uri) for uri in (written, read)]
    said = (Witness.DESCRIBED,)
    made, used = Edge(PREPARE, written, Relation.MADE, said), Edge(read, TRAIN, Relation.READ_BY, said)
    return with_overlaps(graph_of(nodes, [made, used]))


@pytest.mark.parametrize(
    ("written", "read", "flows"),
    [
        ("s3://b/features/", "s3://b/features/", True),
        ("s3://b/features/", "s3://b/features/train.csv", True),
        ("s3://b/features/train.csv", "s3://b/features/", True),
        ("s3://b/features/train.csv", "s3://b/", True),
        ("s3://b/features-old/x.csv", "s3://b/features", True),  # a prefix ends anywhere
        ("s3://b/features-old/x.csv", "s3://b/features/", False),
        ("s3://b/features/", "s3://c/features/", False),
    ],
)
def test_what_one_job_writes_another_reads(written: str, read: str, *, flows: bool) -> None:
    assert (TRAIN in downstream(joined(written, read), [PREPARE])) is flows


def test_a_job_may_start_from_the_folder_of_another_s_artifact() -> None:
    model, folder = "s3://b/base/output/model.tar.gz", "s3://b/base/output/"
    said = (Witness.DESCRIBED,)
    edges = [Edge(PREPARE, model, Relation.MADE, said), Edge(folder, TRAIN, Relation.READ_BY, said)]
    graph = graph_of([Node(model, Kind.ARTIFACT, model), Node(folder, Kind.DATA, folder)], edges)
    assert TRAIN in downstream(with_overlaps(graph), [PREPARE])


def test_data_that_two_jobs_read_does_not_flow_between_them() -> None:
    nodes = [Node(uri, Kind.DATA, uri) for uri in ("s3://b/x", "s3://b/x/1")]
    reads = [Edge(node.key, TRAIN, Relation.READ_BY, (Witness.DESCRIBED,)) for node in nodes]
    graph = graph_of(nodes, reads)
    assert with_overlaps(graph) == graph


@given(graphs)
def test_each_pair_that_shares_objects_is_found(graph: Graph) -> None:
    wider = with_overlaps(graph)
    data = {
        node.key
        for node in graph.nodes
        if node.kind in {Kind.DATA, Kind.ARTIFACT} and node.key.startswith("s3://")
    }
    read = {edge.before for edge in graph.edges if edge.relation is Relation.READ_BY}
    written = {edge.after for edge in graph.edges}
    wanted = {
        (one, other)
        for one in data & written
        for other in data & read
        if one != other and (one.startswith(other) or other.startswith(one))
    }
    found = {(e.before, e.after) for e in wider.edges if e.witnesses == (Witness.ADDRESS,)}
    before = {(e.before, e.after) for e in graph.edges if e.witnesses == (Witness.ADDRESS,)}
    assert found - before == wanted - before


def test_an_address_touches_what_is_under_it_and_what_it_is_under() -> None:
    uris = ["s3://b/raw/", "s3://b/raw/2024/1.csv", "s3://b/raw/2023/1.csv", "s3://c/raw/2024/"]
    graph = graph_of(Node(uri, Kind.DATA, uri) for uri in uris)
    assert touching(graph, "s3://b/raw/2024/") == ("s3://b/raw/", "s3://b/raw/2024/1.csv")
    assert touching(graph, "s3://nobody/knows") == ()
