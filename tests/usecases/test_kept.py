"""Kept: the copies that an earlier promotion made, where they are still what they were."""

from bot.usecases.kept import kept_before
from tests.fakes.world import World

ARTIFACT = "s3://models/churn-job-1/output/model.tar.gz"


def test_what_an_earlier_promotion_copied_is_found(asking: World) -> None:
    (copy,) = kept_before(asking.ports, asking.package("churn:1"), "staging")
    assert copy.kept
    assert (copy.source.uri, copy.kept.uri.startswith("s3://project/")) == (ARTIFACT, True)


def test_also_where_its_source_is_gone(asking: World) -> None:
    asking.artifacts.purge(ARTIFACT)
    assert len(kept_before(asking.ports, asking.package("churn:1"), "staging")) == 1


def test_what_was_never_promoted_has_none(asking: World) -> None:
    asking.registry.register("churn")
    assert kept_before(asking.ports, asking.package("churn:2"), "staging") == ()


def test_a_copy_that_was_overwritten_or_deleted_is_none(asking: World) -> None:
    (copy,) = kept_before(asking.ports, asking.package("churn:1"), "staging")
    assert copy.kept
    asking.artifacts.put(copy.kept.uri, b"tampered")
    assert kept_before(asking.ports, asking.package("churn:1"), "staging") == ()
    asking.artifacts.lose(copy.kept.uri)
    assert kept_before(asking.ports, asking.package("churn:1"), "staging") == ()


def test_what_was_live_in_another_stage_only_has_none(asking: World) -> None:
    assert kept_before(asking.ports, asking.package("churn:1"), "production") == ()


def test_a_number_that_was_given_out_again_has_none(asking: World) -> None:
    version = asking.package("churn:1").version
    asking.registry.delete(version)
    asking.clock.passes(60)
    asking.registry.register("churn", number=1)
    assert kept_before(asking.ports, asking.package("churn:1"), "staging") == ()


def test_one_whose_copy_was_not_finished_has_none(world: World) -> None:
    world.artifacts.pauses = 10**6
    world.register("churn")
    world.meanwhile("step.Copy", lambda: world.stops("churn:1", "staging"), nth=2)
    world.runs()
    assert kept_before(world.ports, world.package("churn:1"), "staging") == ()
