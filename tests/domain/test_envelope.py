"""The envelope: any change of what was approved breaks the seal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.envelope import content_of, seal
from bot.domain.model import Approval, Container, Identity, Package, Version
from bot.domain.policy import Requirement, Rollout, RolloutKind, Stage

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
SEALED = seal(PACKAGE, STAGE, "report", "policy")


def test_the_same_thing_is_sealed_the_same_for_ever() -> None:
    # An approval that waits outlives a deployment of the bot: this may change only on purpose.
    assert SEALED.content == "806026384982a52e60424896a66a0a1ef8c60d27a550403db23b6f62914ae551"
    assert SEALED.digest == "3a93d1eb2666370ba751572defc72bfe4d218630a4c4ad4aac7f0c21ed7a31ef"


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
        Container("", artifact=CONTAINER.image),
    ],
)
def test_whatever_changes_in_a_container_changes_the_content_and_the_digest(container: Container) -> None:
    changed = seal(replace(PACKAGE, containers=(container,)), STAGE, "report", "policy")
    assert changed.content != SEALED.content
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
        replace(STAGE, rollout=Rollout()),
        replace(STAGE, rollout=replace(CANARY, percent=20)),
        replace(STAGE, rollout=replace(CANARY, bake=timedelta(minutes=11))),
        replace(STAGE, rollout=replace(CANARY, alarms=())),
    ],
)
def test_whatever_changes_in_where_and_how_changes_the_digest_alone(stage: Stage) -> None:
    changed = seal(PACKAGE, stage, "report", "policy")
    assert changed.content == SEALED.content
    assert changed.digest != SEALED.digest


@pytest.mark.parametrize(
    ("package", "report", "policy"),
    [
        (replace(PACKAGE, arn=f"{PACKAGE.arn}3"), "report", "policy"),
        (replace(PACKAGE, version=Version("other", 12)), "report", "policy"),
        (PACKAGE, "report2", "policy"),
        (PACKAGE, "", "policy"),
        (PACKAGE, "report", "policy2"),
        (PACKAGE, "policy", "report"),
    ],
)
def test_other_evidence_another_policy_or_another_package_is_another_envelope(
    package: Package, report: str, policy: str
) -> None:
    assert seal(package, STAGE, report, policy).digest != SEALED.digest


@pytest.mark.parametrize(
    "package",
    [
        replace(PACKAGE, approval=Approval.APPROVED, approval_note="mlops p_1: approved"),
        replace(PACKAGE, registered_by=Identity("ben")),
    ],
)
def test_what_the_registry_notes_about_the_decision_does_not_break_the_seal(package: Package) -> None:
    assert seal(package, STAGE, "report", "policy") == SEALED
