"""Versions that are tested before anybody is asked: what the card tells, and what runs in the end."""

import re
from typing import Any

import pytest

from bot.domain.envelope import Envelope
from playground.training import archive
from tests.main_job.model import BUCKET, Model
from tests.main_job.town import until, words


def jobs(model: Model, promotion: dict[str, Any]) -> list[str]:
    """The transform jobs that this promotion's trials name, where SageMaker has them."""
    sagemaker = model.town.aws("sagemaker")
    names = [trial["job"] for trial in promotion["trials"] if trial.get("job")]
    return [sagemaker.describe_transform_job(TransformJobName=name)["TransformJobStatus"] for name in names]


@pytest.mark.model("tested")
def test_a_version_is_tested_asked_about_and_attested_and_so_is_the_one_after_it(model: Model) -> None:
    model.register()
    staging = model.card(1, "staging", "Live")
    assert "Tested on 60 held-out rows" in words(staging)
    told = model.thread(staging)
    assert "Testing it on the held-out data: 1 file" in told
    assert "Tested: 60 rows scored in" in told

    live = words(model.to_production(1))

    promotion = model.promotions()[-1]
    digest = Envelope(promotion["envelope"]["facts"]).digest
    assert f"approved `{digest[:8]}` = serving `{digest[:8]}`" in live
    assert "It answers 10 lines of the test data as the test did." in live
    assert "cost $" in model.shows(1, "production", "cost")
    assert model.answers_as("production") == 1
    tagged(model, promotion, digest)
    until(lambda: captured(model), lambda: "what the endpoint answered to be kept")

    model.register()
    staging = model.card(2, "staging", "Live")
    assert "Tested on 60 held-out rows" in words(staging)
    assert "and so was tested:1" in words(staging)
    assert "tested:1 (before)" in words(staging)
    assert "and so was tested:1" in words(model.to_production(2))
    assert model.serving("production") == model.answers_as("production") == 2
    model.told("1 staging superseded", "1 production superseded", "2 staging live", "2 production live")
    model.ended()
    scored = {trial["job"] for p in model.promotions() for trial in p["trials"] if trial.get("job")}
    assert len(scored) == 2  # nothing is scored twice, whatever it is promoted to


def tagged(model: Model, promotion: dict[str, Any], digest: str) -> None:
    """Everything that was made says whose it is."""
    sagemaker, endpoint = model.town.aws("sagemaker"), model.endpoint("production")
    described = sagemaker.describe_endpoint(EndpointName=endpoint)
    config = sagemaker.describe_endpoint_config(EndpointConfigName=described["EndpointConfigName"])
    served = config["ProductionVariants"][0]["ModelName"]
    arns = (
        described["EndpointArn"],
        config["EndpointConfigArn"],
        sagemaker.describe_model(ModelName=served)["ModelArn"],
    )
    wanted = {
        "mlops:project": "acme",
        "mlops:model": model.name,
        "mlops:version": "1",
        "mlops:promotion": promotion["id"],
        "mlops:envelope": digest,
    }
    for arn in arns:
        assert wanted.items() <= model.town.tags(arn).items(), arn


def captured(model: Model) -> bool:
    found = model.town.aws("s3").list_objects_v2(Bucket=BUCKET, Prefix=f"captured/{model.name}/")
    return bool(found.get("Contents"))


@pytest.mark.model("untested")
def test_a_champion_that_was_never_tested_is_tested_beside_the_candidate(model: Model) -> None:
    sagemaker = model.town.aws("sagemaker")
    model.town.aws("s3").put_object(Bucket=BUCKET, Key="by-hand/model.tar.gz", Body=archive(-2))
    variant = {"VariantName": "AllTraffic", "ModelName": "by-hand", "InitialInstanceCount": 1}
    sagemaker.create_model(
        ModelName="by-hand",
        ExecutionRoleArn="arn:aws:iam::123456789012:role/by-hand",
        PrimaryContainer={"Image": "serving:1", "ModelDataUrl": f"s3://{BUCKET}/by-hand/model.tar.gz"},
    )
    sagemaker.create_endpoint_config(
        EndpointConfigName="by-hand",
        ProductionVariants=[{**variant, "InstanceType": "ml.m5.large", "InitialVariantWeight": 1.0}],
    )
    sagemaker.create_endpoint(EndpointName=model.endpoint("staging"), EndpointConfigName="by-hand")
    until(lambda: model.endpoint_status("staging") == "InService", lambda: model.endpoint_status("staging"))

    model.register()

    card = model.card(1, "staging", "Live")
    assert "Testing it and the champion on the held-out data" in model.thread(card)
    assert re.search(r"Tested on 60 held-out rows .*, and so was", words(card))
    promotion = model.promotions()[0]
    assert jobs(model, promotion) == ["Completed", "Completed"]
    assert len({trial["report"] for trial in promotion["trials"]}) == 2
    assert model.answers_as("staging") == 1


@pytest.mark.model("broken")
def test_a_test_that_fails_refuses_the_version_with_sagemakers_reason(model: Model) -> None:
    model.town.fault(kind="transform", reason="AlgorithmError: the container ran out of memory")
    model.register()

    card = words(model.card(1, "staging", "Refused"))

    assert "The test of broken-1-" in card
    assert "is Failed: AlgorithmError: the container ran out of memory. Propose it again" in card
    model.ended()
    model.told("1 staging refused")
    assert jobs(model, model.promotions()[0]) == ["Failed"]
    assert not model.endpoint_status("staging")
    until(lambda: not any(model.resources().values()), lambda: str(model.resources()))

    model.say("dan", "/mlops deploy MODEL:1 to staging").hears("Proposed broken:1")
    model.card(1, "staging", "Live", attempt=2)
    assert model.answers_as("staging") == 1
