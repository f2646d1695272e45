"""Close: the end, and what follows from it."""

from dataclasses import replace

from bot.usecases.close import close
from bot.usecases.step import step
from tests.fakes.world import World


class TestSupersede:
    def test_what_was_live_is_superseded_and_its_card_says_by_what(self, world: World) -> None:
        for _ in range(2):
            world.register("churn")
            world.runs()
        assert world.status("churn:1", "staging") == "superseded"
        assert world.status("churn:2", "staging") == "live"
        assert "churn:2 went live in staging." in world.card("churn:1", "staging").words

    def test_only_in_its_own_stage_and_model(self, asking: World) -> None:
        asking.brings("churn:1", "production")
        asking.register("spam")
        asking.register("churn")
        asking.runs()
        assert asking.status("churn:1", "production") == "live"
        assert asking.status("spam:1", "staging") == "live"

    def test_one_that_still_asks_is_superseded_too(self, asking: World) -> None:
        asking.register("churn", auc=0.91)
        asking.runs()
        asking.brings("churn:2", "production")
        assert asking.status("churn:1", "production") == "superseded"
        assert asking.execution("churn:1", "production").status == "SUCCEEDED"
        card = asking.card("churn:1", "production")
        assert not card.asks
        assert "churn:2 went live in production." in card.words

    def test_a_newer_one_that_asks_goes_on_asking(self, asking: World) -> None:
        asking.register("churn", auc=0.91)
        asking.runs()
        asking.brings("churn:1", "production")
        assert asking.status("churn:2", "production") == "asking"
        asking.brings("churn:2", "production")
        assert asking.status("churn:1", "production") == "superseded"

    def test_one_that_is_approved_while_it_is_superseded_does_not_go_back(self, asking: World) -> None:
        asking.register("churn", auc=0.91)
        asking.runs()
        asking.says("ana", "approve churn:1 to production")
        asking.meanwhile(
            "step.Close",
            lambda: asking.meanwhile("ledger.save", lambda: _approves(asking, "rita", "churn:1")),
        )
        asking.brings("churn:2", "production")
        assert asking.status("churn:1", "production") == "superseded"
        assert "was proposed later and is live in production" in (
            asking.promotion("churn:1", "production").last.text
        )
        serving = asking.endpoints.serving("churn")
        assert serving
        assert serving.arns == (asking.package("churn:2").arn,)

    def test_an_old_one_that_is_closed_late_does_not_supersede_the_new(self, world: World) -> None:
        world.register("churn")
        world.runs()
        old = world.promotion("churn:1", "staging")
        world.register("churn")
        world.runs()
        late = replace(old, revision=world.promotion("churn:1", "staging").revision)
        world.ledger._promotions[old.id] = late  # noqa: SLF001 - as if nobody had superseded it yet
        close(world.ports, old.id, "")
        assert world.status("churn:2", "staging") == "live"

    def test_each_has_one_live_version(self, world: World) -> None:
        for _ in range(4):
            world.register("churn")
            world.runs()
        live = [one for one in world.ledger.all() if (one.stage, one.status.value) == ("staging", "live")]
        assert [str(one.version) for one in live] == ["churn:4"]


class TestClose:
    def test_closing_twice_is_closing_once(self, asking: World) -> None:
        before = asking.ledger.all()
        step(asking.ports, "Close", asking.promotion("churn:1", "staging").id)
        assert asking.ledger.all() == before

    def test_a_workflow_that_ended_before_its_time_is_a_failure(self, asking: World) -> None:
        promotion_id = asking.promotion("churn:1", "production").id
        step(asking.ports, "Close", promotion_id)
        assert asking.promotion("churn:1", "production").last.text == "The workflow ended before its time."

    def test_a_rejected_version_that_was_deleted_is_closed_all_the_same(self, asking: World) -> None:
        asking.says("rita", "reject churn:1 -- no")
        asking.registry.delete(asking.package("churn:1").version)
        asking.runs()
        assert asking.execution("churn:1", "production").status == "SUCCEEDED"
        assert "Rejected by" in asking.card("churn:1", "production").words

    def test_a_live_version_that_was_deleted_does_not_climb_and_its_card_says_live(
        self, world: World
    ) -> None:
        world.register("churn")
        gone = world.package("churn:1").version
        world.meanwhile("step.Close", lambda: world.registry.delete(gone))
        world.runs()
        assert world.status("churn:1", "staging") == "live"
        assert world.execution("churn:1", "staging").status == "SUCCEEDED"
        assert "*Live*" in world.card("churn:1", "staging").words
        assert world.promotions("churn:1", "production") == []

    def test_slack_that_is_down_for_half_an_hour_is_waited_for(self, world: World) -> None:
        world.register("churn")
        world.meanwhile("endpoints.deploy", lambda: world.channel.is_down(minutes=30))
        world.runs()
        assert world.execution("churn:1", "staging").status == "SUCCEEDED"
        assert "*Live*" in world.card("churn:1", "staging").words
        assert world.status("churn:1", "production") == "asking"

    def test_slack_that_is_down_for_days_is_an_alarm_but_no_failed_promotion(self, world: World) -> None:
        world.register("churn")
        world.meanwhile("endpoints.deploy", lambda: world.channel.is_down(days=4))
        world.runs()
        assert world.execution("churn:1", "staging").status == "FAILED"
        assert world.execution("churn:1", "staging").visited[-1] == "NotClosed"
        assert world.status("churn:1", "staging") == "live"

    def test_a_registry_that_does_not_answer_is_tried_again(self, asking: World) -> None:
        asking.says("rita", "reject churn:1 -- no")
        asking.breaks("registry.reject", OSError("reset"), times=3)
        asking.runs()
        assert asking.package("churn:1").approval.value == "Rejected"


def _approves(world: World, who: str, version: str) -> None:
    assert world.says(who, f"approve {version} to production").startswith("You approved")
