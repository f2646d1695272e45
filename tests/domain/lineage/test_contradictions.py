"""Where witnesses differ, people see both."""

from bot.domain.lineage import keys
from bot.domain.lineage.contradictions import contradictions
from bot.domain.lineage.graph import Edge, Fact, Kind, Node, Relation, Witness, graph_of

MODEL = Node("s3://b/model.tar.gz", Kind.ARTIFACT, "model.tar.gz")
ONE, TWO = keys.job("training", "one"), keys.job("training", "two")


def test_two_values_of_one_fact() -> None:
    image = [Fact("image", "x:1", Witness.DESCRIBED), Fact("image", "x:2", Witness.LINEAGE)]
    agreed = [Fact("status", "Completed", who) for who in (Witness.DESCRIBED, Witness.LINEAGE)]
    (found,) = contradictions(graph_of([Node(ONE, Kind.JOB, "one", (*image, *agreed))]))
    assert (found.node.name, found.name, list(found.said)) == ("one", "image", sorted(image))


def test_an_artifact_that_two_jobs_made() -> None:
    made = [
        Edge(ONE, MODEL.key, Relation.MADE, (Witness.LINEAGE,)),
        Edge(TWO, MODEL.key, Relation.MADE, (Witness.REGISTRY,)),
    ]
    (found,) = contradictions(graph_of([MODEL], made))
    assert (found.name, [fact.value for fact in found.said]) == ("made by", [ONE, TWO])
    assert contradictions(graph_of([MODEL], made[:1])) == ()
