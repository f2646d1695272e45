"""SageMaker's lineage graph."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from playground.aws import LocalAws
from tests.playground.aws.kit import unique


@pytest.fixture
def sagemaker(aws: LocalAws) -> Any:
    return aws.client("sagemaker")


@pytest.fixture
def artifact(sagemaker: Any) -> Callable[[str, str], str]:
    def make(kind: str, uri: str) -> str:
        source = {"SourceUri": uri}
        return str(sagemaker.create_artifact(ArtifactType=kind, Source=source)["ArtifactArn"])

    return make


@pytest.fixture
def chain(sagemaker: Any, artifact: Callable[[str, str], str]) -> dict[str, str]:
    """From data to model to approval to endpoint."""
    name = unique("chain")
    action = {
        "ActionName": name,
        "ActionType": "Approval",
        "Source": {"SourceUri": "arn:x"},
        "Status": "Completed",
    }
    context = {"ContextName": name, "ContextType": "Endpoint", "Source": {"SourceUri": "arn:y"}}
    made = {
        "data": artifact("DataSet", f"s3://{name}/data"),
        "model": artifact("Model", f"s3://{name}/model"),
        "approval": sagemaker.create_action(**action)["ActionArn"],
        "endpoint": sagemaker.create_context(**context)["ContextArn"],
        "name": name,
    }
    steps = (
        ("data", "model", "ContributedTo"),
        ("model", "approval", "AssociatedWith"),
        ("approval", "endpoint", "Produced"),
    )
    for source, destination, kind in steps:
        ends = {"SourceArn": made[source], "DestinationArn": made[destination]}
        sagemaker.add_association(**ends, AssociationType=kind)
    return made


def reached(sagemaker: Any, start: str, **more: Any) -> list[str]:
    return [vertex["Arn"] for vertex in sagemaker.query_lineage(StartArns=[start], **more)["Vertices"]]


def test_an_endpoint_leads_down_to_its_data(sagemaker: Any, chain: dict[str, str]) -> None:
    found = reached(sagemaker, chain["endpoint"], Direction="Ascendants")
    assert found == [chain["endpoint"], chain["approval"], chain["model"], chain["data"]]


def test_data_leads_up_to_its_endpoints(sagemaker: Any, chain: dict[str, str]) -> None:
    contexts = {"LineageTypes": ["Context"]}
    assert reached(sagemaker, chain["data"], Direction="Descendants", Filters=contexts) == [chain["endpoint"]]


def test_a_walk_goes_no_deeper_than_asked(sagemaker: Any, chain: dict[str, str]) -> None:
    assert reached(sagemaker, chain["data"], Direction="Both", MaxDepth=1) == [chain["data"], chain["model"]]


def test_the_edges_of_a_walk_have_their_types(sagemaker: Any, chain: dict[str, str]) -> None:
    answer = sagemaker.query_lineage(
        StartArns=[chain["model"]], Direction="Both", MaxDepth=1, IncludeEdges=True
    )
    assert {edge["AssociationType"] for edge in answer["Edges"]} == {"ContributedTo", "AssociatedWith"}


def test_entities_are_found_by_source_and_by_either_end(sagemaker: Any, chain: dict[str, str]) -> None:
    listed = sagemaker.list_artifacts(SourceUri=f"s3://{chain['name']}/data")["ArtifactSummaries"]
    assert [row["ArtifactArn"] for row in listed] == [chain["data"]]
    associated = sagemaker.list_associations(DestinationArn=chain["model"])["AssociationSummaries"]
    assert [row["SourceArn"] for row in associated] == [chain["data"]]
    assert sagemaker.describe_action(ActionName=chain["name"])["Status"] == "Completed"


def test_an_update_keeps_what_it_does_not_name(sagemaker: Any, chain: dict[str, str]) -> None:
    sagemaker.update_artifact(ArtifactArn=chain["model"], Properties={"a": "1", "b": "2"})
    sagemaker.update_artifact(ArtifactArn=chain["model"], PropertiesToRemove=["a"])
    assert sagemaker.describe_artifact(ArtifactArn=chain["model"])["Properties"] == {"b": "2"}


def test_what_is_not_there_is_not_found(sagemaker: Any, chain: dict[str, str]) -> None:
    with pytest.raises(ClientError, match="does not exist"):
        sagemaker.describe_context(ContextName="none")
    with pytest.raises(ClientError, match="already exists"):
        sagemaker.create_artifact(ArtifactType="DataSet", Source={"SourceUri": f"s3://{chain['name']}/data"})
