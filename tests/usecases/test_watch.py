"""Watch: how a rollout ends, and what only looks like an end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.promotion import Status
from bot.usecases.watch import watch
from tests.fakes.world import World


class TestEnds:
    def test_a_silent_rollback_is_a_failure(self, world: World) -> None:
        world.register("churn")
        world.runs()
        world.endpoints.rolls_back("churn-staging", "Alarm churn-5xx moved into ALARM.")
        world.register("churn")
        world.runs()
        assert world.status("churn:2", "staging") == "rolled_back"
        assert world.promotion("churn:2", "staging").last.text == (
            "Rolled back by SageMaker: Alarm churn-5xx moved into ALARM. churn:1 serves as before."
        )
        assert world.status("churn:1", "staging") == "live"
        assert world.promotions("churn:2", "production") == []

    def test_a_failed_endpoint_says_why(self, world: World) -> None:
        world.endpoints.fails("churn-staging", "The container did not answer.")
        world.register("churn")
        world.runs()
        assert world.status("churn:1", "staging") == "failed"
        assert world.promotion("churn:1", "staging").ending == (
            "The endpoint `churn-staging` is Failed: The container did not answer. "
            "`/mlops status churn` shows what serves now. "
            "`churn-staging` was made for it and never went live, so I delete it."
        )

    def test_an_endpoint_that_somebody_deletes_is_a_failure(self, world: World) -> None:
        world.register("churn")
        world.meanwhile("step.Watch", lambda: world.endpoints.delete("churn-staging"))
        world.runs()
        assert world.status("churn:1", "staging") == "failed"
        assert "was deleted while it was being updated" in world.card("churn:1", "staging").words

    def test_it_is_looked_at_until_it_has_settled(self, world: World) -> None:
        world.register("churn")
        world.runs()
        visited = world.execution("churn:1", "staging").visited
        assert visited.count("Watch") > 1
        assert visited[-3:] == ["Attest", "Close", "Done"]

    @pytest.mark.parametrize("arns", ["none", "strange"])
    def test_a_rollback_to_something_unknown_is_still_said(self, world: World, arns: str) -> None:
        world.endpoints.serves("churn-staging", "arn:aws:sagemaker:us-east-1:1:model-package/unversioned")
        if arns == "none":
            world.endpoints.loses_its_model("churn-staging")
        world.endpoints.rolls_back("churn-staging", "disk full")
        world.register("churn")
        world.runs()
        assert "serves as before." in world.promotion("churn:1", "staging").last.text


class TestGrace:
    """An endpoint may look untouched for a moment after SageMaker took the update."""

    def _watching(self, world: World, age: timedelta) -> str:
        world.register("churn")
        world.runs()
        world.register("churn")
        world.runs()
        promotion = world.promotion("churn:2", "staging")
        serving = world.endpoints.serving("churn-staging")
        assert serving
        world.endpoints.serves("churn-staging", world.package("churn:1").arn)
        known = world.ledger.promotion(promotion.id)
        started = world.clock.now()
        world.ledger._promotions[promotion.id] = replace(  # noqa: SLF001 - back to where it watched
            known, status=Status.WATCHING, deployed_at=started
        )
        world.clock.passes(age.total_seconds())
        return promotion.id

    def test_right_after_the_update_an_old_config_means_nothing(self, world: World) -> None:
        promotion_id = self._watching(world, timedelta(seconds=30))
        assert not watch(world.ports, promotion_id)
        assert world.ledger.promotion(promotion_id).status is Status.WATCHING

    def test_after_two_minutes_it_means_a_rollback(self, world: World) -> None:
        promotion_id = self._watching(world, timedelta(minutes=3))
        assert watch(world.ports, promotion_id)
        assert world.ledger.promotion(promotion_id).status is Status.ROLLED_BACK
        assert "SageMaker gives no reason" in world.ledger.promotion(promotion_id).last.text

    def test_it_counts_from_when_sagemaker_took_the_update_not_from_when_it_was_first_asked(
        self, world: World
    ) -> None:
        world.register("churn")
        world.runs()
        world.endpoints.is_changed("churn-staging", world.package("churn:1").arn)
        world.register("churn")
        world.runs()
        promotion = world.promotion("churn:2", "staging")
        took = next(entry.at for entry in promotion.story if entry.status is Status.WATCHING)
        assert promotion.deployed_at == took

    def test_what_does_not_watch_has_settled(self, asking: World) -> None:
        assert watch(asking.ports, asking.promotion("churn:1", "production").id)
        assert asking.status("churn:1", "production") == "asking"


class TestProgress:
    """How far a rollout is stands in the ledger, for the card."""

    def _going_out(self, world: World) -> World:
        for who in ("ana", "rita"):
            world.says(who, "approve churn:1 to production")
        return world

    def test_every_look_writes_down_how_far_it_is(self, asking: World) -> None:
        world, seen = self._going_out(asking), []
        world.meanwhile("endpoints.progress", lambda: world.endpoints.is_asked("churn", 312, 3))
        for nth in (1, 2):
            world.meanwhile(
                "step.Watch", lambda: seen.append(world.promotion("churn:1", "production").progress), nth=nth
            )
        world.runs()
        first, second = seen
        assert first is None
        assert second
        assert (second.percent, second.requests, second.errors) == (0, 312, 3)
        promotion = world.promotion("churn:1", "production")
        assert promotion.progress is None  # it is live: nothing moves
        assert promotion.looks == world.execution("churn:1", "production").visited.count("Watch") - 1

    def test_a_canary_that_bakes_says_with_how_much_and_how_long(self, world: World) -> None:
        world.registry.register("churn")
        world.serves_already("churn:1", "production")
        world.register("churn")
        world.runs()
        seen = []
        world.meanwhile("step.Attest", lambda: seen.append(world.promotion("churn:2", "production").progress))
        for who in ("ana", "rita"):
            world.says(who, "approve churn:2 to production")
        world.runs()
        (progress,) = seen
        assert progress
        assert (progress.phase, progress.percent, progress.bake) == ("Baking", 10, 600)

    def test_a_rollback_says_what_the_alarms_measured_and_what_was_answered_meanwhile(
        self, world: World
    ) -> None:
        world.registry.register("churn")
        world.serves_already("churn:1", "production")
        world.register("churn")
        world.runs()

        def it_rings() -> None:
            world.endpoints.is_asked("churn", 1312, 40)
            world.endpoints.cloudwatch.rings("churn-5xx", "Threshold Crossed: 40.0 was greater than 5.0.")

        world.endpoints.rolls_back("churn", "Auto rollback was triggered.")
        world.meanwhile("endpoints.progress", it_rings)
        for who in ("ana", "rita"):
            world.says(who, "approve churn:2 to production")
        world.runs()
        assert world.status("churn:2", "production") == "rolled_back"
        assert world.promotion("churn:2", "production").ending == (
            "Rolled back by SageMaker: Auto rollback was triggered. Alarm `churn-5xx`: Threshold Crossed: "
            "40.0 was greater than 5.0. Meanwhile the endpoint answered 1,312 requests with 10 % on churn:2, "
            "40 of them with errors. churn:1 serves as before."
        )

    def test_an_alarm_that_is_quiet_again_is_named_too(self, world: World) -> None:
        world.registry.register("churn")
        world.serves_already("churn:1", "production")
        world.register("churn")
        world.runs()

        def it_rang_for_a_moment() -> None:
            world.endpoints.cloudwatch.lacks("churn-5xx")
            world.endpoints.cloudwatch.is_there("churn-5xx")  # OK, since now

        world.endpoints.rolls_back("churn", "Auto rollback was triggered.")
        world.meanwhile("endpoints.progress", it_rang_for_a_moment)
        for who in ("ana", "rita"):
            world.says(who, "approve churn:2 to production")
        world.runs()
        assert "Alarm `churn-5xx`" in world.promotion("churn:2", "production").ending

    def test_an_alarm_that_rang_and_is_quiet_since_before_the_rollout_is_not_blamed(
        self, world: World
    ) -> None:
        world.registry.register("churn")
        world.serves_already("churn:1", "production")
        world.endpoints.cloudwatch.is_there("churn-5xx")
        world.register("churn")
        world.runs()
        world.endpoints.rolls_back("churn", "Insufficient capacity.")
        for who in ("ana", "rita"):
            world.says(who, "approve churn:2 to production")
        world.runs()
        assert "churn-5xx" not in world.promotion("churn:2", "production").ending
