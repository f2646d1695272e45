"""What SageMaker adds to its lineage graph for packages and endpoints."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.playground.aws.kit import IMAGE, Until, unique
from tests.playground.aws.lineage_kit import PREFIX, Lineage, Workshop


@pytest.fixture
def lineage(sagemaker: Any) -> Lineage:
    return Lineage(sagemaker)


@pytest.fixture
def workshop(sagemaker: Any, until: Until) -> Workshop:
    return Workshop(sagemaker, until)


def test_a_package_comes_from_its_model_and_image_and_belongs_to_its_group(
    lineage: Lineage, workshop: Workshop
) -> None:
    group, model = unique("Churn"), f"s3://models/{unique('m')}/model.tar.gz"
    about = {"CommitId": "c0ffee1", "Repository": "acme/churn"}
    package = workshop.register(group, model, MetadataProperties=about)
    artifact = lineage.artifact(package)["ArtifactArn"]
    assert lineage.into(artifact) == {
        ("Model", "ContributedTo"),
        ("Image", "ContributedTo"),
        ("Approval", "ContributedTo"),
    }
    assert lineage.out_of(artifact) == {("ModelGroup", "AssociatedWith")}
    described = lineage.sagemaker.describe_artifact(ArtifactArn=artifact)
    assert described["MetadataProperties"] == about
    assert lineage.artifact(model)["ArtifactArn"] in lineage.above(artifact)


def test_versions_of_a_group_share_its_context(lineage: Lineage, workshop: Workshop) -> None:
    group = unique("churn")
    for _ in range(2):
        workshop.register(group, f"s3://models/{unique('m')}/model.tar.gz")
    source = f"{PREFIX}:model-package-group/{group}"
    (context,) = lineage.sagemaker.list_contexts(SourceUri=source)["ContextSummaries"]
    rows = lineage.sagemaker.list_associations(DestinationArn=context["ContextArn"])
    assert len(rows["AssociationSummaries"]) == 2


def test_each_new_approval_status_is_an_action(lineage: Lineage, workshop: Workshop) -> None:
    package = workshop.register(unique("churn"), f"s3://models/{unique('m')}/model.tar.gz")
    for status in ("Approved", "Approved", "Rejected"):
        lineage.sagemaker.update_model_package(ModelPackageArn=package, ModelApprovalStatus=status)
    listed = lineage.sagemaker.list_actions(SourceUri=package, ActionType="Approval", SortOrder="Ascending")
    names = [one["ActionName"] for one in listed["ActionSummaries"]]
    assert all(name.endswith("-aws-model-group") for name in names)
    said = [lineage.sagemaker.describe_action(ActionName=name)["Properties"] for name in names]
    assert [one["ModelApprovalStatus"] for one in said] == [
        "PendingManualApproval",
        "Approved",
        "Rejected",
    ]


def test_an_endpoint_comes_from_the_package_that_its_model_names(
    lineage: Lineage, workshop: Workshop, settled: Callable[[str], Any]
) -> None:
    data_url, endpoint = f"s3://models/{unique('m')}/model.tar.gz", unique("endpoint")
    package = workshop.register(unique("churn"), data_url)
    workshop.serve(endpoint, {"ModelPackageName": package})
    source = f"{PREFIX}:endpoint/{endpoint}"
    (context,) = lineage.sagemaker.list_contexts(SourceUri=source)["ContextSummaries"]
    assert context["ContextType"] == "Endpoint"
    assert lineage.into(context["ContextArn"]) == {("ModelDeployment", "AssociatedWith")}
    above = lineage.above(context["ContextArn"], Types=["Model"])
    assert set(above) == {lineage.artifact(uri)["ArtifactArn"] for uri in (package, data_url)}
    settled(endpoint)


def test_an_endpoint_that_is_made_again_is_the_same_context_with_two_deployments(
    lineage: Lineage, workshop: Workshop, settled: Callable[[str], Any], until: Until
) -> None:
    endpoint, sagemaker = unique("endpoint"), lineage.sagemaker
    for _ in range(2):
        workshop.serve(endpoint, {"Image": IMAGE})
        settled(endpoint)
        sagemaker.delete_endpoint(EndpointName=endpoint)
        until(lambda: not sagemaker.list_endpoints(NameContains=endpoint)["Endpoints"])
    (context,) = sagemaker.list_contexts(SourceUri=f"{PREFIX}:endpoint/{endpoint}")["ContextSummaries"]
    rows = sagemaker.list_associations(DestinationArn=context["ContextArn"])["AssociationSummaries"]
    assert len(rows) == 2
