"""Sentences of lineage and recall, as Slack and a terminal say them."""

import pytest

from bot.domain.lineage import keys, sentences, verdicts
from bot.domain.lineage.contradictions import contradictions
from bot.domain.lineage.graph import Edge, Fact, Gap, Graph, Kind, Node, Relation, Witness, graph_of
from bot.domain.lineage.recall import Learned, Recall, recall
from bot.domain.model import Version

D = Witness.DESCRIBED
V1, V2 = (keys.version(Version("churn", n)) for n in (1, 2))
JOB, RAW = keys.job("training", "train"), "s3://b/raw"
EDGES = [
    Edge(RAW, JOB, Relation.READ_BY, (D,)),
    Edge(JOB, V1, Relation.LED_TO, (D,)),
    Edge(V1, keys.endpoint("churn"), Relation.SERVED_BY, (D,), (Fact("traffic", "90 %", D),)),
]
LIVE = keys.bare(keys.endpoint("churn"))
GRAPH = graph_of([LIVE], EDGES)


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (V1, "Learned from 1 data set by `train`. Live on `churn` with 90 % of the traffic."),
        (V2, "Nobody knows what it learned from. It serves nowhere that I know of."),
        (
            keys.endpoint("churn"),
            "Serves churn:1 with 90 % of the traffic. Learned from 1 data set by `train`.",
        ),
        (keys.endpoint("other"), "Nobody says what it serves. Nobody knows what it learned from."),
    ],
)
def test_what_a_thing_learned_from_and_where_it_serves(start: str, said: str) -> None:
    assert sentences.summary(GRAPH, start) == said


@pytest.mark.parametrize(
    ("at", "branches", "said"),
    [
        ("a b", 7, "2 of 7 branches could not be read"),
        ("a a", 1, "1 of 1 branch could not be read"),
        ("a", 0, "1 branch could not be read"),
        ("a b", 0, "2 branches could not be read"),
    ],
)
def test_branches_that_could_not_be_read_are_counted(at: str, branches: int, said: str) -> None:
    assert sentences.counted([Gap(key, "gone") for key in at.split()], branches) == said


def test_witnesses_that_differ_are_quoted() -> None:
    facts = tuple(Fact("status", value, D) for value in "abcde")
    (found,) = contradictions(graph_of([Node(JOB, Kind.JOB, "train", facts)]))
    assert sentences.contradiction(GRAPH, found) == (
        "Witnesses differ on status of `train`: “a” by SageMaker’s description, “b” by SageMaker’s "
        "description, “c” by SageMaker’s description but 2 more."
    )


def test_what_nobody_saw_is_counted_where_it_is_much() -> None:
    said = sentences.unseen([f"s3://b/{n}" for n in range(5)])
    assert "`s3://b/0`, `s3://b/1`, `s3://b/2` and 2 more when it was learned from" in said


LEARNED = "1 version of churn learned from it; 1 of them is live"
AND_MORE = "2 versions are not read yet and 1 branch could not be read."
UNTOUCHED = "None of 9 versions that I have read learned from it"
SURE = recall(GRAPH, [RAW])
UNSURE = recall(graph_of([LIVE, keys.bare("endpoint:legacy")], EDGES, [Gap(RAW, "throttled")]), [RAW])
NONE = Recall((RAW,), (), (), (), 3)


@pytest.mark.parametrize(
    ("found", "live", "unread", "said"),
    [
        (SURE, 1, 0, "1 version of churn learned from it; 1 of them is live."),
        (
            SURE,
            0,
            1,
            "1 version of churn learned from it; none of them is live — but 1 version is not read yet.",
        ),
        (
            UNSURE,
            1,
            2,
            f"{LEARNED} — but 1 of 2 live endpoints has no lineage to judge by, {AND_MORE}",
        ),
        (
            NONE,
            0,
            0,
            f"{UNTOUCHED}, and every live endpoint has a lineage to judge by.",
        ),
        (
            NONE,
            0,
            2,
            f"{UNTOUCHED} — but 2 versions are not read yet.",
        ),
        (Recall((), (), (), (), 0), 0, 0, "Nothing that I have read knows `x`."),
    ],
)
def test_a_verdict_says_what_keeps_it_from_being_sure(
    found: Recall, live: int, unread: int, said: str
) -> None:
    assert verdicts.verdict("x", found, live, 9, unread) == said


def test_the_jobs_on_the_way_to_a_version_are_named() -> None:
    assert verdicts.jobs_between(SURE, Version("churn", 1)) == (JOB,)
    assert verdicts.jobs_between(SURE, Version("churn", 2)) == ()


def test_versions_that_are_not_live_are_told_by_model() -> None:
    idle = [Learned(Version(model, n), ()) for model, n in (("a", 1), ("a", 2), ("b", 1))]
    found = verdicts.idle(Recall((), tuple(idle), (), (), 0))
    assert {model: [one.version.number for one in ones] for model, ones in found.items()} == {
        "a": [1, 2],
        "b": [1],
    }


def test_who_decided_is_said_even_where_nobody_did() -> None:
    assert verdicts.decided(None) == "No promotion of mine put it there."


def test_a_graph_without_witnesses_has_no_legend() -> None:
    assert sentences.legend(GRAPH) == "Known from SageMaker’s description."
    assert not sentences.legend(Graph())
