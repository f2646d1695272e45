"""Graphs as hypothesis makes them: any edges between a few nodes, cycles too."""

from hypothesis import strategies as st

from bot.domain.lineage import keys
from bot.domain.lineage.graph import Edge, Fact, Gap, Graph, Kind, Node, Relation, Witness, graph_of
from bot.domain.model import Version

VERSIONS = [keys.version(Version(model, number)) for model in ("churn", "fraud") for number in (1, 2, 3)]
DATA = ["s3://b/raw", "s3://b/raw/2024.csv", "s3://b/raw-old/", "s3://b/features/", "s3://other/x"]
ENDPOINTS = [keys.endpoint(name) for name in ("churn", "fraud", "legacy")]
JOBS = [keys.job("training", name) for name in ("one", "two")]
KEYS = [*VERSIONS, *DATA, *ENDPOINTS, *JOBS, keys.image("i:1")]

facts = st.builds(
    Fact, st.sampled_from(["rows", "image"]), st.sampled_from(["1", "2"]), st.sampled_from(Witness)
)
nodes = st.builds(
    lambda key, facts, kind: Node(key, kind or keys.kind_of(key), keys.name_of(key), tuple(facts)),
    st.sampled_from(KEYS),
    st.lists(facts, max_size=3),
    st.sampled_from([None, None, Kind.ARTIFACT]),
)
edges = st.builds(
    lambda ends, relation, witnesses: Edge(ends[0], ends[1], relation, tuple(witnesses)),
    st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)).filter(lambda ends: ends[0] != ends[1]),
    st.sampled_from(Relation),
    st.lists(st.sampled_from(Witness), min_size=1, max_size=3),
)
gaps = st.builds(Gap, st.sampled_from(KEYS), st.sampled_from(["throttled", "deleted"]))
graphs: st.SearchStrategy[Graph] = st.builds(
    graph_of, st.lists(nodes, max_size=8), st.lists(edges, max_size=20), st.lists(gaps, max_size=2)
)
