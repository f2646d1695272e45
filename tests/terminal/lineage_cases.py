"""What several tests of lineage at a terminal share: hostile names, and any graph as an answer."""

from typing import Final

from hypothesis import strategies as st

from bot.domain.lineage import keys
from bot.domain.lineage.contradictions import contradictions
from bot.domain.lineage.dataset import Drift
from bot.domain.lineage.graph import Edge, Fact, Gap, Graph, Kind, Node, Relation, Witness, graph_of
from bot.domain.lineage.recall import recall
from bot.domain.model import Version
from bot.usecases.traced import Asked, Exposed, Recalled, Traced
from tests.domain.lineage.graphs import DATA, KEYS, graphs

START: Final = keys.version(Version("churn", 1))
STEERING: Final = '\x1b[2J\x9b31m\x07\u202e\u200b\r\n%%{init}%% "];style:x#;"`<b>`&é表'
JOB: Final = keys.job("training", STEERING)
URI: Final = f"s3://b/{STEERING}"
_FACTS: Final = tuple(
    Fact(name, STEERING, witness)
    for name in ("status", "reason", "ended", f"parameter {STEERING}", "rows", "repository")
    for witness in (Witness.DESCRIBED, Witness.LINEAGE)
)
_GRAPH: Final = graph_of(
    [
        Node(JOB, Kind.JOB, STEERING, _FACTS),
        Node(URI, Kind.DATA, STEERING, _FACTS),
        Node(keys.commit(STEERING), Kind.COMMIT, STEERING, _FACTS),
        Node(keys.endpoint(STEERING), Kind.ENDPOINT, STEERING, (Fact("status", "²", Witness.DESCRIBED),)),
        Node(keys.features(STEERING), Kind.FEATURES, STEERING, (Fact("rows", "²", Witness.TAG),)),
    ],
    [
        Edge(URI, JOB, Relation.READ_BY, (Witness.LINEAGE,)),
        Edge(keys.features(STEERING), JOB, Relation.READ_BY, (Witness.TAG,)),
        Edge(keys.commit(STEERING), JOB, Relation.BUILT_INTO, (Witness.TAG,)),
        Edge(JOB, START, Relation.LED_TO, (Witness.LINEAGE,)),
        Edge(
            START,
            keys.endpoint(STEERING),
            Relation.SERVED_BY,
            (Witness.DESCRIBED,),
            (Fact("traffic", STEERING, Witness.DESCRIBED),),
        ),
    ],
    [Gap(JOB, STEERING), Gap("", STEERING)],
)
HOSTILE: Final = Traced(
    START,
    _GRAPH,
    drifts=(Drift(URI, 2, rewritten=1),),
    unseen=(URI,),
    contradictions=contradictions(_GRAPH),
    gaps=_GRAPH.gaps,
    branches=3,
    note=STEERING,
)
HOSTILE_RECALL: Final = Recalled(
    Asked(URI),
    recall(_GRAPH, [URI]),
    _GRAPH,
    (Exposed(Version("churn", 1), STEERING, STEERING, STEERING, None),),
    versions=1,
    unread=1,
    frozen=(STEERING,),
)


def traced(start: str, graph: Graph) -> Traced:
    return Traced(start, graph, contradictions=contradictions(graph), gaps=graph.gaps, branches=1)


def recalled(start: str, graph: Graph) -> Recalled:
    return Recalled(Asked(start), recall(graph, [start]), graph, (), versions=6)


traces: st.SearchStrategy[Traced] = st.builds(traced, st.sampled_from(KEYS), graphs)
recalls: st.SearchStrategy[Recalled] = st.builds(recalled, st.sampled_from(DATA), graphs)
