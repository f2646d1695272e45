"""The envelope: any change of what was approved breaks the seal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.envelope import content_of, seal, terms_of
from bot.domain.guardrails import parse_guardrail
from bot.domain.model import Approval, Container, Identity, Package, Version
from bot.domain.policy import Instance, ModelPolicy, Requirement, Rollout, RolloutKind, Stage

CONTAINER = Container(
    image="1.dkr.ecr.eu-central-1.amazonaws.com/churn:3",
    image_digest="sha256:aa",
    artifact="s3://acme-ml/churn/12/model.tar.gz",
    artifact_etag="e1",
    environment={"THRESHOLD": "0.5", "LOCALE": "de_DE", "GREETING": "Grüß Gott"},
)
PACKAGE = Package(
    version=Version("churn", 12),
    arn="arn:aws:sagemaker:eu-central-1:1:model-package/churn/12",
    status="Completed",
    approval=Approval.PENDING,
    registered_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    registered_by=Identity("cara"),
    containers=(CONTAINER,),
)
CANARY = Rollout(RolloutKind.CANARY, 10, timedelta(minutes=10), ("{endpoint}-5xx",))
STAGE = Stage("production", "{model}", (Requirement("leads", 1),), rollout=CANARY)
AUC = parse_guardrail("auc", ">= 0.80")
RULES = ModelPolicy("C1", (AUC,), {"auc": 0.005, "mae": 0.1})
SEALED = seal(PACKAGE, STAGE, RULES, "report")


def test_the_same_thing_is_sealed_the_same_for_ever() -> None:
    # An approval that waits outlives a deployment of the bot: this may change only on purpose.
    assert SEALED.content == "c32a180e3f79de423f435114a9d91d5a68b80c2a90136576942bc898b76410da"
    assert SEALED.terms == "c0f329f8b930d491a434f79588db9d19bc9d8e96cfd3666e719731c3fb74be70"
    assert SEALED.digest == "57eb08884cd5574be649338570dcd23e044aa6fba35947cc067484feccf023ab"


def test_people_compare_the_first_eight_characters() -> None:
    assert SEALED.short == SEALED.digest[:8]


@pytest.mark.parametrize(
    "container",
    [
        replace(CONTAINER, image="1.dkr.ecr.eu-central-1.amazonaws.com/churn:4"),
        replace(CONTAINER, image_digest="sha256:ab"),
        replace(CONTAINER, artifact="s3://acme-ml/churn/13/model.tar.gz"),
        replace(CONTAINER, artifact_etag="e2"),
        replace(CONTAINER, environment={}),
        replace(CONTAINER, environment={**CONTAINER.environment, "THRESHOLD": "0.6"}),
        replace(CONTAINER, environment={**CONTAINER.environment, "EXTRA": ""}),
        replace(CONTAINER, rest='{"ModelDataSource":{}}'),
        Container("", artifact=CONTAINER.image),
    ],
)
def test_whatever_changes_in_a_container_changes_the_content_and_the_digest(container: Container) -> None:
    changed = seal(replace(PACKAGE, containers=(container,)), STAGE, RULES, "report")
    assert changed.content != SEALED.content
    assert changed.terms == SEALED.terms
    assert changed.digest != SEALED.digest


@pytest.mark.parametrize("containers", [(), (CONTAINER, CONTAINER)])
def test_another_number_of_containers_is_another_content(containers: tuple[Container, ...]) -> None:
    assert content_of(containers) != SEALED.content


def test_containers_run_in_order() -> None:
    other = replace(CONTAINER, image="preprocess")
    assert content_of((CONTAINER, other)) != content_of((other, CONTAINER))


def test_the_order_of_environment_variables_means_nothing() -> None:
    turned = replace(CONTAINER, environment=dict(sorted(CONTAINER.environment.items())))
    assert content_of((turned,)) == SEALED.content


@pytest.mark.parametrize(
    "stage",
    [
        replace(STAGE, name="staging"),
        replace(STAGE, endpoint="{model}-2"),
        replace(STAGE, endpoint="churn"),
        replace(STAGE, approvals=None),
        replace(STAGE, approvals=()),
        replace(STAGE, approvals=(Requirement("leads", 2),)),
        replace(STAGE, approvals=(Requirement("risk", 1),)),
        replace(STAGE, approvals=(Requirement("leads", 1), Requirement("risk", 1))),
        replace(STAGE, notify=("U01ANA",)),
        replace(STAGE, four_eyes=False),
        replace(STAGE, expires=timedelta(days=8)),
        replace(STAGE, expires=timedelta(days=7, seconds=1)),
        replace(STAGE, instance=Instance("ml.m5.large")),
        replace(STAGE, rollout=Rollout()),
        replace(STAGE, rollout=replace(CANARY, percent=20)),
        replace(STAGE, rollout=replace(CANARY, bake=timedelta(minutes=11))),
        replace(STAGE, rollout=replace(CANARY, alarms=())),
    ],
)
def test_whatever_changes_in_a_stage_changes_the_terms_and_the_digest(stage: Stage) -> None:
    changed = seal(PACKAGE, stage, RULES, "report")
    assert changed.content == SEALED.content
    assert changed.terms == terms_of(stage, RULES) != SEALED.terms
    assert changed.digest != SEALED.digest


@pytest.mark.parametrize("instance", [Instance("ml.m5.xlarge"), Instance("ml.m5.large", 2), None])
def test_what_an_endpoint_first_runs_on_is_among_the_terms(instance: Instance | None) -> None:
    small = replace(STAGE, instance=Instance("ml.m5.large"))
    assert terms_of(replace(STAGE, instance=instance), RULES) != terms_of(small, RULES)


@pytest.mark.parametrize(
    "rules",
    [
        ModelPolicy(),
        replace(RULES, channel="C2"),
        replace(RULES, guardrails=()),
        replace(RULES, guardrails=(parse_guardrail("auc", ">= 0.79"),)),
        replace(RULES, guardrails=(parse_guardrail("auc", "> 0.80"),)),
        replace(RULES, guardrails=(parse_guardrail("auc", "abs >= 0.80"),)),
        replace(RULES, guardrails=(parse_guardrail("f1", ">= 0.80"),)),
        replace(RULES, guardrails=(AUC, parse_guardrail("f1", ">= 0.80"))),
        replace(RULES, tolerance={}),
        replace(RULES, tolerance={"auc": 0.006, "mae": 0.1}),
        replace(RULES, tolerance={"auc": 0.005}),
    ],
)
def test_whatever_is_demanded_of_the_model_is_among_the_terms(rules: ModelPolicy) -> None:
    changed = seal(PACKAGE, STAGE, rules, "report")
    assert changed.content == SEALED.content
    assert changed.terms == terms_of(STAGE, rules) != SEALED.terms
    assert changed.digest != SEALED.digest


def test_the_order_of_tolerances_means_nothing() -> None:
    assert seal(PACKAGE, STAGE, replace(RULES, tolerance={"mae": 0.1, "auc": 0.005}), "report") == SEALED


@pytest.mark.parametrize("report", ["report2", "", SEALED.terms])
def test_other_evidence_changes_the_digest_alone(report: str) -> None:
    changed = seal(PACKAGE, STAGE, RULES, report)
    assert changed.report == report
    assert changed.digest != SEALED.digest
    assert replace(changed, report=SEALED.report, digest=SEALED.digest) == SEALED


def test_an_envelope_names_the_evidence_and_the_endpoint() -> None:
    assert (SEALED.report, SEALED.endpoint) == ("report", "churn")


@pytest.mark.parametrize(
    "package", [replace(PACKAGE, arn=f"{PACKAGE.arn}3"), replace(PACKAGE, version=Version("other", 12))]
)
def test_another_package_is_another_envelope(package: Package) -> None:
    changed = seal(package, STAGE, RULES, "report")
    assert changed.digest != SEALED.digest
    assert (changed.content, changed.terms) == (SEALED.content, SEALED.terms)


@pytest.mark.parametrize(
    "package",
    [
        replace(PACKAGE, approval=Approval.APPROVED, approval_note="mlops p_1: approved"),
        replace(PACKAGE, registered_by=Identity("ben")),
    ],
)
def test_what_the_registry_notes_about_the_decision_does_not_break_the_seal(package: Package) -> None:
    assert seal(package, STAGE, RULES, "report") == SEALED
