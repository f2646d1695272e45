"""Which versions learned from a thing, and what serves them."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lineage import keys
from bot.domain.lineage.graph import Edge, Fact, Gap, Graph, Kind, Node, Relation, Witness, graph_of
from bot.domain.lineage.recall import knows_origin, recall
from bot.domain.lineage.walks import upstream
from bot.domain.model import Version
from tests.domain.lineage.graphs import DATA, ENDPOINTS, VERSIONS, graphs

RAW, TRAIN, MODEL = "s3://b/raw/", keys.job("training", "churn-12"), "s3://b/out/model.tar.gz"
CHURN = Version("churn", 12)


def edge(before: str, after: str, relation: Relation, *facts: Fact) -> Edge:
    return Edge(before, after, relation, (Witness.DESCRIBED,), facts)


def trained(*, served: bool = True) -> list[Edge]:
    found = [
        edge(RAW, TRAIN, Relation.READ_BY),
        edge(TRAIN, MODEL, Relation.MADE),
        edge(MODEL, keys.version(CHURN), Relation.REGISTERED_AS),
    ]
    share = Fact("traffic", "90 %", Witness.DESCRIBED)
    serves = edge(keys.version(CHURN), keys.endpoint("churn"), Relation.SERVED_BY, share)
    return [*found, serves] if served else found


def nodes(*endpoints: str) -> list[Node]:
    known = [Node(RAW, Kind.DATA, RAW), Node(MODEL, Kind.ARTIFACT, MODEL)]
    return [*known, *(keys.bare(keys.endpoint(name)) for name in endpoints)]


def test_what_is_live_comes_with_its_share_of_the_traffic() -> None:
    found = recall(graph_of(nodes("churn"), trained()), [RAW])
    (learned,) = found.live
    assert (learned.version, learned.way) == (CHURN, (RAW, TRAIN, MODEL, keys.version(CHURN)))
    assert [(one.after, one.fact("traffic")) for one in learned.live] == [(keys.endpoint("churn"), "90 %")]
    assert (found.endpoints, found.unjudged, found.unregistered) == (1, (), ())


def test_endpoints_without_lineage_are_never_passed_over() -> None:
    artifact = edge("s3://who/knows.tar.gz", keys.endpoint("legacy"), Relation.SERVED_BY)
    graph = graph_of(nodes("churn", "legacy", "empty"), [*trained(), artifact])
    assert [node.name for node in recall(graph, ["s3://other/"]).unjudged] == ["empty", "legacy"]


def test_nor_is_one_with_a_gap_above_it() -> None:
    graph = graph_of(nodes("churn"), trained(), [Gap(TRAIN, "SageMaker is throttling")])
    found = recall(graph, ["s3://other/"])
    assert [node.name for node in found.unjudged] == ["churn"]
    assert found.gaps == graph.gaps


def test_an_endpoint_that_serves_what_is_no_version_is_told_too() -> None:
    graph = graph_of(
        nodes("adhoc"), [*trained(served=False), edge(MODEL, keys.endpoint("adhoc"), Relation.SERVED_BY)]
    )
    assert [node.name for node in recall(graph, [RAW]).unregistered] == ["adhoc"]


def test_what_serves_comes_first() -> None:
    old = keys.version(Version("churn", 2))
    graph = graph_of(nodes("churn"), [*trained(), edge(RAW, old, Relation.LED_TO)])
    assert [str(one.version) for one in recall(graph, [RAW]).learned] == ["churn:12", "churn:2"]


@given(graphs, st.sets(st.sampled_from(DATA), min_size=1))
def test_recall_is_the_exact_inverse_of_ascent(graph: Graph, starts: set[str]) -> None:
    found = {keys.version(one.version) for one in recall(graph, starts).learned}
    assert found == {key for key in VERSIONS if set(upstream(graph, [key])) & starts}


@given(graphs, st.sampled_from(DATA))
def test_each_live_endpoint_is_exposed_judged_or_counted_as_unjudged(graph: Graph, start: str) -> None:
    found = recall(graph, [start])
    exposed = {edge.after for one in found.learned for edge in one.live}
    named = {node.key for node in (*found.unregistered, *found.unjudged)}
    assert not exposed & named
    for key in {node.key for node in graph.nodes if node.kind is Kind.ENDPOINT} & set(ENDPOINTS):
        led_there = upstream(graph, [key])
        if start in led_there:
            assert key in exposed | named
        read = {e.after for e in graph.edges if e.relation is Relation.READ_BY}
        if not read & set(led_there) or any(gap.at in led_there for gap in graph.gaps):
            assert key in exposed | named


def test_one_artifact_that_is_known_does_not_vouch_for_another() -> None:
    by_hand = edge("s3://b/by-hand.tar.gz", keys.version(CHURN), Relation.REGISTERED_AS)
    graph = graph_of(nodes("churn"), [*trained(), by_hand])
    assert not knows_origin(graph, CHURN)
    assert [node.name for node in recall(graph, ["s3://other/"]).unjudged] == ["churn"]
    assert knows_origin(graph_of(nodes("churn"), trained()), CHURN)


def test_an_endpoint_that_failed_serves_nobody() -> None:
    failed = Node(
        keys.endpoint("dead"), Kind.ENDPOINT, "dead", (Fact("status", "Failed", Witness.DESCRIBED),)
    )
    assert recall(graph_of([failed]), [RAW]).endpoints == 0
