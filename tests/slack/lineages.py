"""Lineage answers of every sort, for the tests of how they look."""

from datetime import UTC, datetime
from typing import Final

from bot.domain.lineage import keys
from bot.domain.lineage.contradictions import contradictions
from bot.domain.lineage.dataset import Drift
from bot.domain.lineage.graph import Edge, Fact, Gap, Graph, Kind, Node, Relation, Witness, graph_of
from bot.domain.model import Version
from bot.domain.wording import person
from bot.usecases.traced import Traced

NOON: Final = datetime(2026, 11, 25, 12, tzinfo=UTC)
L, D, R, P, T, A = (
    Witness.LINEAGE,
    Witness.DESCRIBED,
    Witness.REGISTRY,
    Witness.LEDGER,
    Witness.TAG,
    Witness.ADDRESS,
)
CHURN: Final = Version("churn", 12)
RAW, FEATURES, LABELS = (
    "s3://acme-ml/raw/2026-11/",
    "s3://acme-ml/churn/features/",
    "s3://acme-ml/churn/labels.csv",
)
PREPARE, TRAIN = keys.job("processing", "churn-prepare-41"), keys.job("training", "churn-train-12")
MODEL: Final = "s3://acme-ml/churn/out/churn-train-12/output/model.tar.gz"
IMAGE, COMMIT = (
    keys.image("123456789012.dkr.ecr.us-east-1.amazonaws.com/xgboost:1.7"),
    keys.commit("4f2a9c1be07d"),
)
START: Final = keys.version(CHURN)
LIVE: Final = keys.promotion("p_0123456789ab")


def fact(name: str, value: str, witness: Witness = D) -> Fact:
    return Fact(name, value, witness)


NODES: Final = (
    Node(
        RAW,
        Kind.DATA,
        RAW,
        (fact("files", "40"), fact("bytes", "73400320"), fact("manifest", "a1b2c3d4e5f6")),
    ),
    Node(
        FEATURES, Kind.DATA, FEATURES, (fact("rows", "7032", T), fact("files", "4"), fact("bytes", "1468006"))
    ),
    Node(LABELS, Kind.DATA, LABELS, (fact("version", "3HL4kqtJvjVBH40N"), fact("bytes", "52428"))),
    Node(
        PREPARE,
        Kind.JOB,
        "churn-prepare-41",
        (fact("status", "Completed"), fact("ended", "2026-11-24T08:10:00+00:00")),
    ),
    Node(
        TRAIN,
        Kind.JOB,
        "churn-train-12",
        (
            fact("status", "Completed"),
            fact("ended", "2026-11-24T09:00:00+00:00"),
            fact("parameter max_depth", "5"),
            fact("parameter eta", "0.2"),
        ),
    ),
    Node(MODEL, Kind.ARTIFACT, MODEL, (fact("sha256", "9f86d081884c7d65", P), fact("bytes", "204800", P))),
    keys.bare(IMAGE),
    keys.bare(COMMIT),
    Node(
        START, Kind.VERSION, "churn:12", (fact("approval", "Approved", R), fact("registered by", "cara", R))
    ),
    Node(
        LIVE,
        Kind.PROMOTION,
        "to production",
        (
            fact("status", "live", P),
            fact("approved by", f"{person('U01ANA')} and {person('U03RITA')}", P),
            fact("live since", "2026-11-24T15:00:00+00:00", P),
        ),
    ),
    Node(keys.endpoint("churn"), Kind.ENDPOINT, "churn", (fact("status", "InService"),)),
)
EDGES: Final = (
    Edge(RAW, PREPARE, Relation.READ_BY, (L, D), (fact("channel", "raw"),)),
    Edge(PREPARE, FEATURES, Relation.MADE, (L, D)),
    Edge(FEATURES, TRAIN, Relation.READ_BY, (L, D), (fact("channel", "train"),)),
    Edge(LABELS, TRAIN, Relation.READ_BY, (D,), (fact("channel", "labels"),)),
    Edge(IMAGE, TRAIN, Relation.RUN_BY, (D,)),
    Edge(COMMIT, TRAIN, Relation.BUILT_INTO, (T,)),
    Edge(TRAIN, MODEL, Relation.MADE, (L, D)),
    Edge(MODEL, START, Relation.REGISTERED_AS, (R,)),
    Edge(START, LIVE, Relation.PROMOTED_BY, (P,)),
    Edge(LIVE, keys.endpoint("churn"), Relation.LED_TO, (P,)),
    Edge(START, keys.endpoint("churn"), Relation.SERVED_BY, (D,), (fact("traffic", "100 %"),)),
)
GRAPH: Final = graph_of(NODES, EDGES)


def around(graph: Graph, start: str = START, **more: object) -> Traced:
    return Traced(start, graph, contradictions=contradictions(graph), gaps=graph.gaps, branches=4, **more)  # type: ignore[arg-type]


WHOLE: Final = around(GRAPH, note="churn:12 is what is live of churn in production.")
WORRYING: Final = around(
    graph_of(
        [*NODES, Node(TRAIN, Kind.JOB, "churn-train-12", (fact("status", "Failed", L),))],
        EDGES,
        [Gap(PREPARE, "SageMaker is throttling"), Gap(RAW, "the role may not read it: s3:ListBucket")],
    ),
    drifts=(Drift(FEATURES, 40, rewritten=2, deleted=1, added=5),),
    unseen=(LABELS,),
)
ALONE: Final = around(graph_of([Node(START, Kind.VERSION, "churn:12")]))
ENDPOINT: Final = around(GRAPH, keys.endpoint("churn"))
EVIL_NAME: Final = "<!channel> `rm` *bold* & :bomb: http://evil.example"
EVIL: Final = around(
    graph_of(
        [
            Node(START, Kind.VERSION, "churn:12"),
            Node(TRAIN, Kind.JOB, EVIL_NAME, (fact("status", EVIL_NAME),)),
        ],
        [
            Edge(keys.data(f"s3://b/{EVIL_NAME}"), TRAIN, Relation.READ_BY, (L,)),
            Edge(TRAIN, START, Relation.LED_TO, (L,)),
        ],
        [Gap(TRAIN, EVIL_NAME)],
    ),
    drifts=(Drift(f"s3://b/{EVIL_NAME}", 2, rewritten=1),),
    note=EVIL_NAME,
)
HUGE: Final = around(
    graph_of(
        [],
        [
            *(Edge(f"s3://acme-ml/lake/part-{n:05}/", TRAIN, Relation.READ_BY, (D,)) for n in range(5000)),
            Edge(TRAIN, START, Relation.LED_TO, (L,)),
        ],
    )
)
TRACES: Final = {
    "whole": WHOLE,
    "worrying": WORRYING,
    "alone": ALONE,
    "endpoint": ENDPOINT,
    "evil": EVIL,
    "huge": HUGE,
}
