"""The evidence that a package names in SageMaker's model registry: its reports and its model card."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from bot.aws.errors import Transient, transient
from bot.domain.model import NamedReport, Package, Version
from bot.domain.refusals import NotPossible
from bot.usecases.ports import Conflict
from playground.aws import LocalAws
from tests.contracts.benches import unique
from tests.contracts.test_registry import OnAws

PING = "\ue001S01LEADS\ue003"
CARD = '{"intended_uses": {"risk_rating": "Low"}}'


def source(name: str, media: str = "application/json") -> dict[str, str]:
    return {"ContentType": media, "S3Uri": f"s3://models/{name}.json"}


ALL: dict[str, Any] = {
    "ModelQuality": {"Statistics": source("statistics"), "Constraints": source("constraints")},
    "ModelDataQuality": {"Statistics": source("data"), "Constraints": source("data-constraints")},
    "Bias": {
        "Report": source("bias"),
        "PreTrainingReport": source("pre"),
        "PostTrainingReport": source("post", "application/jsonlines"),
    },
    "Explainability": {"Report": source("shap")},
}


@pytest.fixture
def bench(aws: LocalAws) -> OnAws:
    return OnAws(aws)


def registered(bench: OnAws, **facts: Any) -> Package:
    return bench.registry.package(Version.of_arn(bench.register(unique("model"), **facts)))


def test_every_metric_source_is_named_the_most_telling_first(bench: OnAws) -> None:
    package = registered(bench, ModelMetrics=ALL)
    assert package.report == "s3://models/statistics.json"
    assert [(one.kind, one.uri) for one in package.more] == [
        ("bias", "s3://models/bias.json"),
        ("pre-training bias", "s3://models/pre.json"),
        ("post-training bias", "s3://models/post.json"),
        ("explainability", "s3://models/shap.json"),
        ("model quality constraints", "s3://models/constraints.json"),
        ("data quality", "s3://models/data.json"),
        ("data quality constraints", "s3://models/data-constraints.json"),
    ]
    assert [one.media for one in package.more[1:3]] == ["application/json", "application/jsonlines"]


def test_a_package_without_reports_names_none(bench: OnAws) -> None:
    package = registered(bench, ModelMetrics={"Bias": {}, "ModelQuality": {}})
    assert (package.report, package.more) == ("", ())


def test_a_team_names_more_in_the_registration_s_properties(bench: OnAws) -> None:
    properties = {
        "mlops:report.slices": "s3://models/slices.json",
        "mlops:report": "s3://models/own.json",
        "mlops:report.latency.p95": "s3://models/latency.json",
        "mlops:reporter": "cara",
        "data": "s3://models/data/",
    }
    package = registered(
        bench,
        CustomerMetadataProperties=properties,
        ModelMetrics={"Explainability": ALL["Explainability"]},
    )
    assert package.more == (
        NamedReport("explainability", "s3://models/shap.json", "application/json"),
        NamedReport("report", "s3://models/own.json"),
        NamedReport("latency.p95", "s3://models/latency.json"),
        NamedReport("slices", "s3://models/slices.json"),
    )


def test_no_report_s_name_can_pass_for_a_mark(bench: OnAws) -> None:
    package = registered(
        bench,
        CustomerMetadataProperties={f"mlops:report.{PING}": f"s3://models/{PING}.json"},
        ModelMetrics={"Bias": {"Report": source(PING, PING)}},
    )
    assert package.more == (
        NamedReport("bias", "s3://models/S01LEADS.json", "S01LEADS"),
        NamedReport("S01LEADS", "s3://models/S01LEADS.json"),
    )


def test_a_card_is_given_as_it_stands_to_the_letter(bench: OnAws) -> None:
    content = f'{{"intended_uses":  {{"purpose_of_model": "{PING}"}} }}'
    assert registered(bench, ModelCard={"ModelCardContent": content}).card == content


@pytest.mark.parametrize("status", ["Draft", "PendingReview", "Approved"])
def test_writing_a_card_keeps_its_status(bench: OnAws, status: str) -> None:
    arn = bench.register(unique("model"), ModelCard={"ModelCardContent": "{}", "ModelCardStatus": status})
    bench.registry.write_card(arn, CARD, instead_of="{}")
    assert bench.sagemaker.describe_model_package(ModelPackageName=arn)["ModelCard"] == {
        "ModelCardContent": CARD,
        "ModelCardStatus": status,
    }


def test_a_first_card_is_a_draft(bench: OnAws) -> None:
    arn = bench.register(unique("model"))
    bench.registry.write_card(arn, CARD, instead_of="")
    described = bench.sagemaker.describe_model_package(ModelPackageName=arn)
    assert described["ModelCard"]["ModelCardStatus"] == "Draft"


def test_a_card_that_says_that_already_is_not_written_again(aws: LocalAws, bench: OnAws) -> None:
    arn = bench.register(unique("model"))
    before = len(aws.calls.of("UpdateModelPackage"))
    for _ in range(3):
        bench.registry.write_card(arn, CARD, instead_of="")
    assert len(aws.calls.of("UpdateModelPackage")) == before + 1


def test_a_card_that_somebody_changed_meanwhile_is_not_overwritten(bench: OnAws) -> None:
    arn = bench.register(unique("model"), ModelCard={"ModelCardContent": "{}"})
    with pytest.raises(Conflict):
        bench.registry.write_card(arn, CARD, instead_of='{"intended_uses": {}}')
    assert bench.registry.package(Version.of_arn(arn)).card == "{}"


def refuses(bench: OnAws, monkeypatch: pytest.MonkeyPatch, code: str, status: int) -> None:
    """SageMaker answers every UpdateModelPackage so."""
    answer: Any = {"Error": {"Code": code, "Message": "No."}, "ResponseMetadata": {"HTTPStatusCode": status}}

    def refuse(**_: Any) -> None:
        raise ClientError(answer, "UpdateModelPackage")

    monkeypatch.setattr(bench.sagemaker, "update_model_package", refuse)


REFUSED = ["ValidationException", "AccessDeniedException", "ConflictException", "ResourceLimitExceeded"]


@pytest.mark.parametrize("code", REFUSED)
def test_a_card_that_sagemaker_does_not_take_is_a_refusal(
    bench: OnAws, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    arn = bench.register(unique("model"))
    refuses(bench, monkeypatch, code, 400)
    with pytest.raises(NotPossible, match=rf"SageMaker does not take the model card of .*{code}: No\."):
        bench.registry.write_card(arn, CARD, instead_of="")


@pytest.mark.parametrize(("code", "status"), [("ThrottlingException", 400), ("InternalFailure", 500)])
def test_what_may_work_a_moment_later_is_no_refusal(
    bench: OnAws, monkeypatch: pytest.MonkeyPatch, code: str, status: int
) -> None:
    arn = bench.register(unique("model"))
    refuses(bench, monkeypatch, code, status)
    with pytest.raises(Transient), transient():
        bench.registry.write_card(arn, CARD, instead_of="")
