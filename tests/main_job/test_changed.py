"""What changes, or goes, between the sealing and the serving."""

import pytest

from playground.training import archive
from tests.main_job.model import BUCKET, Model
from tests.main_job.town import until, words


@pytest.mark.model("altered")
def test_an_artifact_that_changes_before_the_click_voids_the_question(model: Model) -> None:
    model.register()
    card = model.card(1, "production", "Waiting for approval")
    model.click("rita", card, "approve").hears("counts")
    s3, key = model.town.aws("s3"), model.artifact(1)
    before = s3.head_object(Bucket=BUCKET, Key=key)["VersionId"]
    after = s3.put_object(Bucket=BUCKET, Key=key, Body=archive(0.5))["VersionId"]

    said = model.click("ana", card, "approve").hears("void")

    assert "altered:1 is not any more what was sealed, so the approval is void" in said
    assert f"container 1 artifact version: `{before}` → `{after}`" in said
    assert "asked about anew, on a card of its own" in said
    first = words(model.card(1, "production", "Superseded"))
    assert f"`{before}` → `{after}`" in first
    second = words(model.card(1, "production", "Waiting for approval", attempt=2))
    assert "*1* of *leads* and *1* of *risk*" in second  # rita's approval was of something else
    assert "Weighed anew" in model.thread(model.card(1, "production", "Waiting for approval", attempt=2))
    model.approve(1, attempt=2)
    model.card(1, "production", "Live", attempt=2)
    assert model.answers_as("production") is None  # none of the numbered ones
    assert model.answers_as("staging") == 1
    model.told("1 staging live", "1 production superseded", "1 production live")
    model.ended()


def test_an_artifact_that_changes_between_approval_and_deployment_is_not_deployed(model: Model) -> None:
    model.register()
    card = model.card(1, "production", "Waiting for approval")
    model.click("rita", card, "approve").hears("counts")
    # The worker dies once the approval is written; the workflow goes on when Slack's request comes again.
    model.town.fault(kind="kill", call="SendTaskSuccess", times=1)
    said = model.click("ana", card, "approve")
    model.told("1 staging live", "1 production approved")
    model.town.aws("s3").put_object(Bucket=BUCKET, Key=model.artifact(1), Body=archive(0.5))

    said.hears("You approved")

    first = words(model.card(1, "production", "Superseded"))
    assert "so the approval is void. Changed: container 1 artifact ETag" in first
    model.card(1, "production", "Waiting for approval", attempt=2)
    assert not model.endpoint_status("production")
    model.told("1 staging live", "1 production superseded", "1 production asking")
    assert len(model.resources()["configs"]) == 1


def test_a_package_that_is_changed_in_the_registry_is_asked_about_anew(model: Model) -> None:
    arn = model.register()
    card = model.card(1, "production", "Waiting for approval")
    model.town.aws("s3").put_object(Bucket=BUCKET, Key="other.tar.gz", Body=archive(0.5))
    containers = [{"Image": "somewhere/else:latest", "ModelDataUrl": f"s3://{BUCKET}/other.tar.gz"}]
    specification = {
        "Containers": containers,
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    }
    model.town.aws("sagemaker").update_model_package(
        ModelPackageArn=arn, InferenceSpecification=specification
    )

    said = model.click("ana", card, "approve").hears("void")

    assert f"`s3://{BUCKET}/other.tar.gz`" in said
    model.card(1, "production", "Superseded")
    model.card(1, "production", "Waiting for approval", attempt=2)
    assert not model.endpoint_status("production")


def test_a_package_that_is_deleted_while_it_is_asked_about_fails_with_a_sentence(model: Model) -> None:
    arn = model.register()
    card = model.card(1, "production", "Waiting for approval")
    model.town.aws("sagemaker").delete_model_package(ModelPackageName=arn)
    gone = "was deleted from the registry meanwhile. Register it again to promote it."
    assert gone in model.click("rita", card, "approve").hears("deleted")
    assert gone in words(model.card(1, "production", "Failed"))
    model.told("1 staging live", "1 production failed")
    model.ended()
    assert model.answers_as("staging") == 1
    assert not model.endpoint_status("production")


@pytest.mark.model("unmade")
def test_a_sagemaker_model_that_is_deleted_while_it_is_asked_about_is_made_again(model: Model) -> None:
    model.register()
    card = model.card(1, "production", "Waiting for approval")
    made = next(name for name in model.resources()["models"] if name.endswith(card_id(model)))
    model.town.aws("sagemaker").delete_model(ModelName=made)
    model.to_production(1)
    assert made in model.resources()["models"]
    assert model.serving("production") == model.answers_as("production") == 1
    assert card["ts"] == model.card(1, "production", "Live")["ts"]


def card_id(model: Model) -> str:
    """The part of the asking promotion's id that its resources are named after."""
    until(lambda: len(model.promotions()) == 2, lambda: str(model.statuses()))
    return str(model.promotions()[-1]["id"]).removeprefix("p_")
