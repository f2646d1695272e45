"""QueryLineage: directions, depth, filters and pages."""

import itertools
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from playground.aws.lineage_graph import LineageGraph
from playground.aws.lineage_made import Making
from playground.aws.lineage_query import walk
from tests.playground.aws.kit import unique
from tests.playground.aws.lineage_kit import PREFIX


def chain(sagemaker: Any, length: int, *, is_ring: bool = False) -> list[str]:
    """Artifacts that lead from one to the next; in a ring, from the last to the first too."""
    stem = unique("s3://chain")
    arns = [
        sagemaker.create_artifact(
            ArtifactType="Model" if number == 0 else "DataSet",
            Source={"SourceUri": f"{stem}/{number}"},
            Properties={"number": str(number)},
        )["ArtifactArn"]
        for number in range(length)
    ]
    for before, after in zip(arns, [*arns[1:], arns[0]] if is_ring else arns[1:], strict=False):
        sagemaker.add_association(SourceArn=before, DestinationArn=after, AssociationType="DerivedFrom")
    return arns


def vertices(sagemaker: Any, start: str, **asked: Any) -> list[str]:
    return [one["Arn"] for one in sagemaker.query_lineage(StartArns=[start], **asked)["Vertices"]]


def pages(sagemaker: Any, **asked: Any) -> list[dict[str, Any]]:
    found, token = list[dict[str, Any]](), dict[str, str]()
    while not found or token:
        found.append(sagemaker.query_lineage(**asked, **token))
        token = {"NextToken": found[-1]["NextToken"]} if "NextToken" in found[-1] else {}
    return found


def test_it_goes_ten_steps_at_most(sagemaker: Any) -> None:
    arns = chain(sagemaker, 13)
    assert vertices(sagemaker, arns[0], Direction="Descendants") == arns[:11]
    assert vertices(sagemaker, arns[12], Direction="Ascendants", MaxDepth=3) == arns[:8:-1]
    with pytest.raises(ClientError, match=r"'maxDepth' .* less than or equal to 10"):
        sagemaker.query_lineage(StartArns=[arns[0]], MaxDepth=11)


def test_a_ring_is_walked_once(sagemaker: Any) -> None:
    arns = chain(sagemaker, 3, is_ring=True)
    answer = sagemaker.query_lineage(StartArns=arns[:1], Direction="Ascendants", IncludeEdges=True)
    assert sorted(one["Arn"] for one in answer["Vertices"]) == sorted(arns)
    ends = {(edge["SourceArn"], edge["DestinationArn"]) for edge in answer["Edges"]}
    assert (len(answer["Edges"]), ends) == (3, {(arns[0], arns[1]), (arns[1], arns[2]), (arns[2], arns[0])})


def test_pages_have_all_vertices_and_all_edges_once(sagemaker: Any) -> None:
    arns = chain(sagemaker, 7)
    found = pages(sagemaker, StartArns=arns[:1], Direction="Both", IncludeEdges=True, MaxResults=3)
    assert [len(page["Vertices"]) for page in found] == [3, 3, 1]
    assert [one["Arn"] for page in found for one in page["Vertices"]] == arns
    edges = [(edge["SourceArn"], edge["DestinationArn"]) for page in found for edge in page["Edges"]]
    assert edges == list(itertools.pairwise(arns))
    with pytest.raises(ClientError, match=r"'maxResults' .* less than or equal to 50"):
        sagemaker.query_lineage(StartArns=arns[:1], MaxResults=51)
    with pytest.raises(ClientError, match="NextToken"):
        sagemaker.query_lineage(StartArns=arns[:1], NextToken="elsewhere")


def test_filters_leave_only_what_is_asked_for_and_with_edges_the_way_there(sagemaker: Any) -> None:
    arns = chain(sagemaker, 4)
    asked: dict[str, Any] = {"Direction": "Ascendants", "Filters": {"Types": ["Model"]}}
    assert vertices(sagemaker, arns[2], **asked) == arns[:1]
    with_edges = sagemaker.query_lineage(StartArns=arns[2:3], IncludeEdges=True, **asked)
    assert [one["Arn"] for one in with_edges["Vertices"]] == [arns[2], arns[1], arns[0]]
    assert len(with_edges["Edges"]) == 2
    assert with_edges["Edges"][0]["AssociationType"] == "DerivedFrom"


def test_filters_know_kinds_times_and_properties(sagemaker: Any) -> None:
    arns = chain(sagemaker, 3)
    later = datetime.now(UTC) + timedelta(hours=1)

    def found(**filters: Any) -> list[str]:
        return vertices(sagemaker, arns[0], Direction="Descendants", Filters=filters)

    assert found(LineageTypes=["Context"]) == []
    assert found(LineageTypes=["Artifact"], CreatedBefore=later, ModifiedBefore=later) == arns
    assert found(CreatedAfter=later) == found(ModifiedAfter=later) == []
    assert found(Properties={"number": "2", "colour": "red"}) == arns[2:]


def test_a_start_has_to_be_a_lineage_entity_that_is_there(sagemaker: Any) -> None:
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        sagemaker.query_lineage(StartArns=[f"{PREFIX}:artifact/none"])
    with pytest.raises(ClientError, match="pattern"):
        sagemaker.query_lineage(StartArns=[f"{PREFIX}:model-package/churn/1"])
    with pytest.raises(ClientError, match="length less than or equal to 1"):
        sagemaker.query_lineage(StartArns=[f"{PREFIX}:artifact/a", f"{PREFIX}:artifact/b"])
    with pytest.raises(ClientError, match="StartArns"):
        sagemaker.query_lineage()


def test_an_answer_is_as_new_as_the_graph(sagemaker: Any) -> None:
    arns = chain(sagemaker, 2)
    assert vertices(sagemaker, arns[0]) == arns
    sagemaker.delete_association(SourceArn=arns[0], DestinationArn=arns[1])
    assert vertices(sagemaker, arns[0]) == arns[:1]


def test_a_walk_takes_time_in_proportion_to_what_it_finds() -> None:
    def seconds(width: int) -> float:
        graph = LineageGraph()
        making = Making(graph)
        start = making.artifact("s3://start", "DataSet")
        for number in range(width):
            making.leads(start, making.artifact(f"s3://{number}", "DataSet"), "DerivedFrom")
        best = 1.0
        for _ in range(5):
            begun = time.perf_counter()
            found = walk(graph, start, "Both", 10)
            best = min(best, time.perf_counter() - begun)
        assert len(found.before) == width + 1
        return best

    assert seconds(10_000) < 60 * seconds(1_000)
