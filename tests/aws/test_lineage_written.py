"""Outcomes in SageMaker's graph, and the list of all versions: what is sent, and what AWS says no to."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from bot.aws.errors import Transient
from bot.aws.lineage import SageMakerLineage
from bot.domain.model import Version
from bot.domain.refusals import NotPossible
from bot.usecases.origins import Outcome, Registered
from tests.aws.lineage_on_paper import ACCOUNT, AT, PACKAGE, Paper, error

APPROVAL, DEPLOYMENT = f"{ACCOUNT}:action/approval", f"{ACCOUNT}:action/deployment"
CONTEXT, ENDPOINT = f"{ACCOUNT}:context/churn", f"{ACCOUNT}:endpoint/churn"
ODD = tuple((f"property {place}", "two\nlines " + "x" * 3_000) for place in range(40))
OUTCOME = Outcome("p_0123", Version("churn", 1), PACKAGE, "churn", "production", AT, ODD)
NAMES = ("mlops-approval-p-0123", "mlops-deployment-p-0123")


def paper() -> Paper:
    """A package that SageMaker's graph has, and an endpoint with its context."""
    found = Paper()
    found.artifact("package", PACKAGE, "Model")
    found.says("describe_endpoint", "churn", {"EndpointArn": ENDPOINT})
    found.says("create_action", NAMES[0], {"ActionArn": APPROVAL})
    found.says("create_action", NAMES[1], {"ActionArn": DEPLOYMENT})
    contexts = [
        {"ContextArn": "other", "ContextType": "Other"},
        {"ContextArn": CONTEXT, "ContextType": "Endpoint"},
    ]
    found.says("list_contexts", ENDPOINT, {"ContextSummaries": contexts})
    for source in (f"{ACCOUNT}:artifact/package", APPROVAL, DEPLOYMENT):
        found.says("add_association", source, {})
    return found


def write(on: Paper) -> None:
    client: Any = on
    SageMakerLineage(client).write(OUTCOME)


def associations(on: Paper) -> list[tuple[str, str, str]]:
    said = [asked for operation, asked in on.asked if operation == "add_association"]
    return [(one["SourceArn"], one["DestinationArn"], one["AssociationType"]) for one in said]


LINKED = [
    (f"{ACCOUNT}:artifact/package", APPROVAL, "ContributedTo"),
    (APPROVAL, DEPLOYMENT, "AssociatedWith"),
    (DEPLOYMENT, CONTEXT, "ContributedTo"),
]


def test_the_package_leads_by_the_approval_and_the_deployment_to_the_endpoint() -> None:
    on = paper()
    write(on)
    assert associations(on) == LINKED
    actions = [asked for operation, asked in on.asked if operation == "create_action"]
    assert [(one["ActionType"], one["Status"]) for one in actions] == [
        ("Approval", "Completed"),
        ("ModelDeployment", "Completed"),
    ]


def test_properties_fit_what_sagemaker_takes() -> None:
    on = paper()
    write(on)
    (properties, _) = [asked["Properties"] for operation, asked in on.asked if operation == "create_action"]
    assert len(properties) == 30
    assert properties["endpoint"] == "churn"
    assert all(len(value) <= 2_500 and "\n" not in value for value in properties.values())


@pytest.mark.parametrize(
    "taken", [error("ResourceInUse"), error("ValidationException", "The association already exists.")]
)
def test_what_is_there_already_is_taken(taken: Exception) -> None:
    on = paper()
    for name, arn in zip(NAMES, (APPROVAL, DEPLOYMENT), strict=True):
        on.says("create_action", name, taken)
        on.says("describe_action", name, {"ActionArn": arn})
    on.says("add_association", "*", taken)
    write(on)
    assert associations(on) == LINKED


def test_an_endpoint_without_a_context_gets_one() -> None:
    on = paper()
    on.says("list_contexts", ENDPOINT, {"ContextSummaries": []})
    on.says("create_context", "mlops-endpoint-churn", {"ContextArn": CONTEXT})
    write(on)
    assert associations(on) == LINKED


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceLimitExceeded", "ValidationException"])
def test_what_sagemaker_does_not_take_is_a_sentence(code: str) -> None:
    on = paper()
    on.says("create_action", NAMES[0], error(code, "Not this one."))
    with pytest.raises(NotPossible, match=f"does not take churn:1 on `churn` \\({code}: Not this one\\)"):
        write(on)


@pytest.mark.parametrize("passing", [error("ThrottlingException"), error("InternalFailure", status=500)])
def test_what_may_work_a_moment_later_is_transient(passing: Exception) -> None:
    on = paper()
    on.says("add_association", APPROVAL, passing)
    with pytest.raises(Transient):
        write(on)


@pytest.fixture
def sagemaker() -> Iterator[tuple[Any, Stubber]]:
    client = boto3.client(
        "sagemaker", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    with Stubber(client) as stub:
        yield client, stub


def summary(model: str, number: int, **more: Any) -> dict[str, Any]:
    arn = f"{ACCOUNT}:model-package/{model}/{number}"
    return {"ModelPackageArn": arn, "CreationTime": AT, "ModelPackageStatus": "Completed", **more}


def test_versions_are_listed_page_by_page_without_a_group(sagemaker: tuple[Any, Stubber]) -> None:
    client, stub = sagemaker
    asked = {
        "ModelPackageType": "Versioned",
        "SortBy": "CreationTime",
        "SortOrder": "Descending",
        "MaxResults": 100,
    }
    first = {"ModelPackageSummaryList": [summary("churn", 2)], "NextToken": "more"}
    stub.add_response("list_model_packages", first, asked)
    last = {"ModelPackageSummaryList": [summary("churn", 1)]}
    stub.add_response("list_model_packages", last, {**asked, "NextToken": "more"})
    found = SageMakerLineage(client).registered()
    assert found == [
        Registered(Version("churn", number), summary("churn", number)["ModelPackageArn"], AT)
        for number in (2, 1)
    ]
    stub.assert_no_pending_responses()


def test_where_sagemaker_wants_a_group_they_are_listed_group_by_group(sagemaker: tuple[Any, Stubber]) -> None:
    client, stub = sagemaker
    stub.add_client_error("list_model_packages", "ValidationException")
    group = {"ModelPackageGroupArn": "arn", "CreationTime": AT, "ModelPackageGroupStatus": "Completed"}
    groups = [{**group, "ModelPackageGroupName": name} for name in ("churn", "fraud")]
    stub.add_response("list_model_package_groups", {"ModelPackageGroupSummaryList": groups})
    for name in ("churn", "fraud"):
        stub.add_response("list_model_packages", {"ModelPackageSummaryList": [summary(name, 1)]})
    found = SageMakerLineage(client).registered()
    assert [str(one.version) for one in found] == ["fraud:1", "churn:1"]


def test_a_throttled_list_is_transient(sagemaker: tuple[Any, Stubber]) -> None:
    client, stub = sagemaker
    stub.add_client_error("list_model_packages", "ThrottlingException")
    with pytest.raises(Transient):
        SageMakerLineage(client).registered()
