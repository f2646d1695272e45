"""Tidy and hear: whatever ends a workflow, the ledger, the card and AWS agree in the end."""

import pytest

from bot.usecases.hear import EndpointChanged, ExecutionEnded, Sweep, TransformEnded, hear
from tests.fakes.world import World


@pytest.fixture
def stopped(asking: World) -> World:
    """churn:2 goes out to staging over churn:1, and somebody stops its workflow in the middle."""
    asking.register("churn", auc=0.91)

    def stop() -> None:
        promotion = asking.promotion("churn:2", "staging")
        asking.workflow.stop(promotion.id)
        hear(asking.ports, ExecutionEnded(promotion.id, "ABORTED"))

    asking.meanwhile("endpoints.progress", stop)
    asking.runs()
    return asking


def settles(world: World) -> None:
    """The rollout ends, and SageMaker tells."""
    world.time_passes(minutes=2)
    hear(world.ports, EndpointChanged("churn-staging"))


class TestTidy:
    def test_stopped_by_hand_it_fails_and_says_so(self, stopped: World) -> None:
        promotion = stopped.promotion("churn:2", "staging")
        assert promotion.status.value == "failed"
        assert promotion.unsettled
        assert "The workflow was stopped by hand." in stopped.card("churn:2", "staging").words

    def test_when_the_endpoint_has_settled_it_is_put_back_to_what_served(self, stopped: World) -> None:
        settles(stopped)
        settles(stopped)
        promotion = stopped.promotion("churn:2", "staging")
        assert promotion.status.value == "rolled_back"
        assert promotion.is_done
        serving = stopped.endpoints.serving("churn-staging")
        assert serving
        assert serving.arns == (stopped.package("churn:1").arn,)
        assert stopped.status("churn:1", "staging") == "live"
        assert stopped.card("churn:2", "staging").picture.promotion == promotion

    def test_without_any_event_the_sweep_does_it(self, stopped: World) -> None:
        for _ in range(2):
            stopped.time_passes(minutes=15)
            hear(stopped.ports, Sweep())
        assert stopped.status("churn:2", "staging") == "rolled_back"

    def test_events_that_come_twice_do_nothing_twice(self, stopped: World) -> None:
        for _ in range(3):
            settles(stopped)
            settles(stopped)
        texts = [entry.text for entry in stopped.promotion("churn:2", "staging").story]
        assert len(texts) == len(set(texts)) + texts.count(texts[1]) - 1

    def test_an_endpoint_that_was_made_for_it_is_deleted(self, world: World) -> None:
        world.endpoints.fails("churn-staging", "no capacity")
        world.register("churn")
        world.runs()
        promotion = world.promotion("churn:1", "staging")
        assert promotion.status.value == "failed"
        assert "was made for it and never went live, so I delete it" in promotion.last.text
        assert world.endpoints.serving("churn-staging") is None
        hear(world.ports, Sweep())
        assert world.promotion("churn:1", "staging").is_done
        assert world.models.find(promotion.resource) is None

    def test_after_it_was_deleted_the_next_attempt_goes_through(self, world: World) -> None:
        world.endpoints.fails("churn-staging", "no capacity")
        world.register("churn")
        world.runs()
        hear(world.ports, Sweep())
        world.says("cara", "deploy churn:1 to staging")
        world.runs()
        assert world.status("churn:1", "staging") == "live"


class TestHear:
    def test_a_stopped_question_fails_and_its_card_has_no_buttons(self, asking: World) -> None:
        promotion = asking.promotion("churn:1", "production")
        asking.workflow.stop(promotion.id)
        hear(asking.ports, ExecutionEnded(promotion.id, "ABORTED"))
        assert asking.status("churn:1", "production") == "failed"
        assert not asking.card("churn:1", "production").asks
        assert "`/mlops deploy churn:1 to production`" in asking.promotion("churn:1", "production").last.text

    def test_a_stop_that_nobody_told_of_is_found_by_the_sweep(self, asking: World) -> None:
        asking.workflow.stop(asking.promotion("churn:1", "production").id)
        hear(asking.ports, Sweep())
        assert asking.status("churn:1", "production") == "asking"  # it may just have begun
        asking.clock.passes(180)
        hear(asking.ports, Sweep())
        assert asking.status("churn:1", "production") == "failed"

    def test_the_sweep_leaves_alone_what_runs(self, asking: World) -> None:
        hear(asking.ports, Sweep())
        assert asking.status("churn:1", "production") == "asking"

    def test_the_sweep_starts_what_was_opened_and_not_started(self, world: World) -> None:
        world.dies_before("workflow.start", nth=1)
        world.dies_before("workflow.start", nth=1)
        world.dies_before("workflow.start", nth=1)
        world.register("churn")
        assert world.status("churn:1", "staging") == "opened"
        hear(world.ports, Sweep())
        world.runs()
        assert world.status("churn:1", "staging") == "live"

    def test_an_execution_that_is_none_of_ours_is_nothing(self, world: World) -> None:
        assert hear(world.ports, ExecutionEnded("p_unknown", "FAILED")) == ""

    def test_the_end_of_what_was_live_changes_nothing(self, asking: World) -> None:
        promotion = asking.promotion("churn:1", "staging")
        hear(asking.ports, ExecutionEnded(promotion.id, "FAILED"))
        assert asking.status("churn:1", "staging") == "live"

    def test_an_endpoints_event_wakes_the_watch(self, asking: World) -> None:
        asking.register("churn", auc=0.91)
        woken = []

        def tell() -> None:
            woken.append(hear(asking.ports, EndpointChanged("churn-staging")))

        asking.meanwhile("endpoints.progress", tell)
        asking.runs()
        assert woken == [asking.promotion("churn:2", "staging").id]
        assert asking.status("churn:2", "staging") == "live"

    def test_a_transforms_event_wakes_the_test(self, world: World) -> None:
        world.holds_out("fraud")
        world.register("fraud")

        def tell() -> None:
            hear(world.ports, TransformEnded(world.transforms.begun[0].name))

        world.meanwhile("transforms.state", tell, nth=3)
        world.runs()
        assert world.status("fraud:1", "staging") == "live"

    @pytest.mark.parametrize("event", [EndpointChanged("nobodys"), TransformEnded("mlops-unknown-1")])
    def test_what_concerns_nobody_wakes_nobody(self, asking: World, event: EndpointChanged) -> None:
        assert hear(asking.ports, event) == ""
