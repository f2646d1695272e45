"""Void: an approval is bound to content, and what changed is named with before and after."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from bot.domain.envelope import kept_facts
from bot.domain.model import Container
from tests.fakes.world import World, the_policy

ARTIFACT = "s3://models/churn-job-1/output/model.tar.gz"
REPORT = "s3://models/churn/1/statistics.json"


def another_image(world: World) -> None:
    package = world.package("churn:1")
    world.registry.change(
        package.version, containers=(replace(package.containers[0], image_digest="sha256:2"),)
    )


def another_environment(world: World) -> None:
    package = world.package("churn:1")
    changed = replace(package.containers[0], environment={"PASSWORD": "secret"})
    world.registry.change(package.version, containers=(changed,))


def one_more_container(world: World) -> None:
    package = world.package("churn:1")
    world.registry.change(
        package.version, containers=(*package.containers, Container("acme/spy:1", "sha256:9"))
    )


def overwritten_artifact(world: World) -> None:
    world.artifacts.put(ARTIFACT, b"another model")


def deleted_artifact(world: World) -> None:
    world.artifacts.lose(ARTIFACT)


def another_report(world: World) -> None:
    world.reports.write(REPORT, b'{"binary_classification_metrics": {"auc": {"value": 0.99}}}')


def lost_report(world: World) -> None:
    world.reports.lose(REPORT)


def tampered_copy(world: World) -> None:
    (copy,) = world.promotion("churn:1", "production").copies
    assert copy.kept
    world.artifacts.put(copy.kept.uri, b"tampered")


def another_policy(world: World) -> None:
    world.ports = replace(world.ports, policy=replace(the_policy(), digest="f" * 64))


CHANGES: list[tuple[Callable[[World], None], str]] = [
    (another_image, "container 1 image digest: `sha256:1` → `sha256:2`"),
    (another_environment, "container 1 environment: nothing → `"),
    (one_more_container, "container 2 image: nothing → `acme/spy:1`"),
    (overwritten_artifact, "container 1 artifact version: `v"),
    (deleted_artifact, "→ `gone`"),
    (another_report, "report: `"),
    (lost_report, "→ `gone`"),
    (tampered_copy, "container 1 artifact copy: `v"),
    (another_policy, "mlops.toml: `"),
]


@pytest.mark.parametrize(("changes", "named"), CHANGES, ids=[row[0].__name__ for row in CHANGES])
class TestVoid:
    def test_at_the_click_it_voids_the_approval_names_what_changed_and_asks_again(
        self, asking: World, changes: Callable[[World], None], named: str
    ) -> None:
        asking.says("rita", "approve churn:1 to production")
        changes(asking)
        heard = asking.says("ana", "approve churn:1 to production")
        assert "the approval is void" in heard
        assert named in heard
        assert "secret" not in heard
        asking.runs()
        first, *more = asking.promotions("churn:1", "production")
        assert first.status.value == "superseded"
        if changes not in {deleted_artifact, lost_report, tampered_copy}:
            assert [(one.status.value, one.consents) for one in more] == [("asking", ())]
            assert first.envelope
            assert more[0].envelope
            assert first.envelope.digest != more[0].envelope.digest
        else:  # there is nothing any more that could be asked about
            assert [one.status.value for one in more] == ["refused"]
        assert len(asking.endpoints.deployed) == 1  # staging's

    def test_before_the_deployment_it_voids_the_approval_too(
        self, asking: World, changes: Callable[[World], None], named: str
    ) -> None:
        for who in ("ana", "rita"):
            asking.says(who, "approve churn:1 to production")
        changes(asking)
        asking.runs()
        first = asking.promotions("churn:1", "production")[0]
        assert first.status.value == "superseded"
        assert named in first.last.text
        assert len(asking.endpoints.deployed) == 1


def test_a_rejection_needs_no_seal(asking: World) -> None:
    overwritten_artifact(asking)
    asking.says("rita", "reject churn:1 to production -- no")
    assert asking.status("churn:1", "production") == "rejected"


def test_a_stage_that_asks_nobody_does_not_go_round_for_ever(world: World) -> None:
    for nth in range(1, 40):
        content = str(nth).encode()
        world.meanwhile("artifacts.keep", partial(world.artifacts.put, ARTIFACT, content), nth=nth)
    world.register("churn")
    world.runs()
    attempts = world.promotions("churn:1", "staging")
    assert len(attempts) == 5
    assert attempts[-1].status.value == "failed"
    assert "propose it again when it rests" in attempts[-1].last.text


def test_what_serves_is_compared_with_the_seal_before_it_is_called_live(asking: World) -> None:
    asking.says("ana", "approve churn:1 to production")
    asking.says("rita", "approve churn:1 to production")
    asking.meanwhile("endpoints.deploy", lambda: tampered_copy(asking), after=True)
    asking.runs()
    promotion = asking.promotion("churn:1", "production")
    assert promotion.status.value == "failed"
    assert "container 1 artifact copy" in " ".join(entry.text for entry in promotion.story)


@pytest.mark.parametrize("changes", [another_image, another_environment, one_more_container])
def test_what_is_deployed_is_what_was_compared_and_is_not_read_again(
    asking: World, changes: Callable[[World], None]
) -> None:
    asking.says("ana", "approve churn:1 to production")
    asking.says("rita", "approve churn:1 to production")
    asking.meanwhile("registry.approve", lambda: changes(asking))
    asking.runs()
    sealed = asking.promotions("churn:1", "production")[0].envelope
    assert sealed
    for deployment in asking.endpoints.deployed:
        runs = kept_facts((), deployment.parts)
        assert {n: v for n, v in sealed.facts.items() if n.endswith(" runs")} == runs


def test_another_content_than_the_rung_below_runs_is_said(asking: World) -> None:
    another_image(asking)
    asking.says("ana", "approve churn:1 to production")
    asking.runs()
    newest = asking.promotion("churn:1", "production")
    assert newest.status.value == "asking"
    assert newest.comparison
    assert "staging runs another content of churn:1 than this" in newest.comparison.warnings[0]
