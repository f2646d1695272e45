"""Model cards of model packages: kept as they are, checked as SageMaker checks them."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.playground.aws.kit import IMAGE, Queue, unique

CARD = {
    "model_overview": {"model_creator": "Cara", "model_artifact": ["s3://bucket/model.tar.gz"]},
    "intended_uses": {"purpose_of_model": "who leaves", "risk_rating": "Low"},
    "evaluation_details": [{"name": "test", "metric_groups": []}],
    "additional_information": {"custom_details": {"custom details1": "a value"}},
}


def content(**sections: Any) -> str:
    return json.dumps({**CARD, **sections})


@pytest.fixture
def group(sagemaker: Any) -> str:
    name = unique("churn")
    sagemaker.create_model_package_group(ModelPackageGroupName=name)
    return name


def register(sagemaker: Any, group: str, **card: str) -> str:
    specification = {"Containers": [{"Image": IMAGE}], "SupportedContentTypes": ["text/csv"]}
    more = {"ModelCard": card} if card else {}
    made = sagemaker.create_model_package(
        ModelPackageGroupName=group, InferenceSpecification=specification, **more
    )
    return str(made["ModelPackageArn"])


def card_of(sagemaker: Any, arn: str) -> Any:
    return sagemaker.describe_model_package(ModelPackageName=arn).get("ModelCard")


def test_a_package_has_a_card_only_where_somebody_gave_it_one(sagemaker: Any, group: str) -> None:
    assert card_of(sagemaker, register(sagemaker, group)) is None
    arn = register(sagemaker, group, ModelCardContent=content())
    assert card_of(sagemaker, arn) == {"ModelCardContent": content(), "ModelCardStatus": "Draft"}


def test_an_update_keeps_the_half_that_it_does_not_name(sagemaker: Any, group: str) -> None:
    arn = register(sagemaker, group, ModelCardContent=content(), ModelCardStatus="PendingReview")
    other = content(business_details={"line_of_business": "telephony"})
    sagemaker.update_model_package(ModelPackageArn=arn, ModelCard={"ModelCardContent": other})
    assert card_of(sagemaker, arn) == {"ModelCardContent": other, "ModelCardStatus": "PendingReview"}
    sagemaker.update_model_package(ModelPackageArn=arn, ModelCard={"ModelCardStatus": "Approved"})
    assert card_of(sagemaker, arn) == {"ModelCardContent": other, "ModelCardStatus": "Approved"}


def test_an_archived_card_is_not_written_any_more(sagemaker: Any, group: str) -> None:
    arn = register(sagemaker, group, ModelCardContent=content(), ModelCardStatus="Archived")
    with pytest.raises(ClientError, match="Archived state"):
        sagemaker.update_model_package(ModelPackageArn=arn, ModelCard={"ModelCardContent": "{}"})
    assert card_of(sagemaker, arn)["ModelCardContent"] == content()


REFUSED = {
    "no JSON": "{",
    "no object": "[]",
    "longer": json.dumps({"additional_information": {"custom_details": {"a": "x" * 100_000}}}),
    "/surprise": content(surprise={}),
    "/evaluation_details": content(evaluation_details={}),
    "/model_overview/model_owner": content(model_overview={"model_owner": "Ana"}),
    "/intended_uses/risk_rating": content(intended_uses={"risk_rating": "Awful"}),
    "/intended_uses/purpose_of_model": content(intended_uses={"purpose_of_model": "x" * 2049}),
    "/evaluation_details/0/name": content(evaluation_details=[{"metric_groups": []}]),
    "/custom_details/a": content(additional_information={"custom_details": {"a": "x" * 1025}}),
    "/additional_information/b": content(additional_information={"b": "c"}),
}


@pytest.mark.parametrize(("fault", "refused"), REFUSED.items(), ids=REFUSED)
def test_what_follows_no_schema_is_refused_and_changes_nothing(
    sagemaker: Any, group: str, fault: str, refused: str
) -> None:
    with pytest.raises(ClientError, match=fault):
        register(sagemaker, group, ModelCardContent=refused)
    arn = register(sagemaker, group, ModelCardContent=content())
    assert arn.endswith("/1")
    asked = {"ModelApprovalStatus": "Approved", "ModelCard": {"ModelCardContent": refused}}
    with pytest.raises(ClientError, match=fault):
        sagemaker.update_model_package(ModelPackageArn=arn, **asked)
    described = sagemaker.describe_model_package(ModelPackageName=arn)
    assert described["ModelCard"]["ModelCardContent"] == content()
    assert described["ModelApprovalStatus"] == "PendingManualApproval"


def test_what_a_card_says_is_in_no_event(sagemaker: Any, group: str, sagemaker_events: Queue) -> None:
    arn = register(sagemaker, group, ModelCardContent=content())
    assert "ModelCard" not in sagemaker_events.about(arn)["detail"]
