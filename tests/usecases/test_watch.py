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
        assert world.promotion("churn:1", "staging").last.text == (
            "The endpoint `churn-staging` is Failed: The container did not answer. "
            "`/mlops status churn` shows what serves now."
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
