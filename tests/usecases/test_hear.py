"""Hear: each event is only a reason to look, and one promotion's trouble is not the next one's."""

from dataclasses import replace

import pytest

from bot.domain.policy import AlarmKind, AlarmRule, Rollout
from bot.domain.refusals import NotFound
from bot.usecases.hear import EndpointChanged, ExecutionEnded, PackageChanged, Sweep, TransformEnded, hear
from bot.usecases.ports import Unreachable
from bot.usecases.step import step
from tests.fakes.world import World, policy_with


class TestPackageChanged:
    def test_it_opens_the_promotion_and_says_which(self, world: World) -> None:
        package = world.registry.register("churn")
        heard = hear(world.ports, PackageChanged(package.arn))
        assert heard == world.promotion("churn:1", "staging").id
        assert hear(world.ports, PackageChanged(package.arn)) == heard
        assert len(world.promotions("churn:1", "staging")) == 1

    def test_what_does_not_wait_for_approval_concerns_nobody(self, world: World) -> None:
        package = world.registry.register("churn", status="InProgress")
        assert hear(world.ports, PackageChanged(package.arn)) == ""

    def test_what_is_gone_is_said(self, world: World) -> None:
        with pytest.raises(NotFound):
            hear(world.ports, PackageChanged("arn:aws:sagemaker:us-east-1:1:model-package/churn/1"))


class TestExecutionEnded:
    @pytest.mark.parametrize(
        ("how", "text"),
        [
            ("ABORTED", "The workflow was stopped by hand."),
            ("TIMED_OUT", "The workflow ran out of time."),
            ("FAILED", "The workflow broke."),
        ],
    )
    def test_how_it_ended_is_said_with_what_to_do_next(self, asking: World, how: str, text: str) -> None:
        stopped = asking.promotion("churn:1", "production")
        asking.workflow.stop(stopped.id)
        assert hear(asking.ports, ExecutionEnded(stopped.id, how)) == stopped.id
        ending = asking.promotion("churn:1", "production").ending
        assert ending == f"{text} Propose it again with `/mlops deploy churn:1 to production`."

    def test_twice_is_once(self, asking: World) -> None:
        asking.stops("churn:1", "production")
        before = asking.ledger.all()
        asking.hears(ExecutionEnded(asking.promotion("churn:1", "production").id, "ABORTED"))
        assert asking.ledger.all() == before

    def test_while_slack_is_out_lambda_tries_it_again(self, asking: World) -> None:
        stopped = asking.promotion("churn:1", "production")
        asking.workflow.stop(stopped.id)
        asking.channel.is_down(minutes=1)
        with pytest.raises(Unreachable):
            hear(asking.ports, ExecutionEnded(stopped.id, "ABORTED"))
        asking.clock.passes(60)
        hear(asking.ports, ExecutionEnded(stopped.id, "ABORTED"))
        assert not asking.card("churn:1", "production").asks

    def test_a_transform_that_nobody_waits_for_any_more_is_stopped(self, world: World) -> None:
        world.holds_out("fraud")
        world.register("fraud")
        world.meanwhile("step.Pause", lambda: world.stops("fraud:1", "staging"))
        world.runs()
        (job,) = world.transforms.begun
        state = world.transforms.state(job.name)
        assert state
        assert state.status == "Stopped"

    def test_one_that_another_promotion_waits_for_goes_on(self, world: World) -> None:
        world.holds_out("fraud")
        world.registry.register("fraud")
        world.serves_already("fraud:1")
        world.announce("fraud:1")
        world.says("cara", "deploy fraud:1 to production")

        def the_other_comes_to_its_test() -> None:
            for name in ("Seal", "Copy", "Test"):
                step(world.ports, name, world.promotion("fraud:1", "production").id)
            world.stops("fraud:1", "staging")

        world.meanwhile("step.Pause", the_other_comes_to_its_test)
        world.runs()
        assert world.status("fraud:1", "staging") == "failed"
        assert world.status("fraud:1", "production") == "asking"
        assert len(world.transforms.begun) == 1


class TestEndpointChanged:
    def test_who_only_asks_is_not_woken(self, asking: World) -> None:
        heard = hear(asking.ports, EndpointChanged("churn"))
        assert heard == asking.promotion("churn:1", "production").id
        assert "workflow.resume" not in asking.watch.calls
        assert asking.execution("churn:1", "production").visited[-1] == "Ask"

    def test_the_alarms_of_an_endpoint_that_somebody_deletes_go_with_it(self, world: World) -> None:
        rule = AlarmRule(AlarmKind.ERRORS, 5)
        world.ports = replace(world.ports, policy=policy_with("staging", rollout=Rollout(rules=(rule,))))
        world.register("churn")
        world.runs()
        assert "churn-staging-5xx" in world.endpoints.cloudwatch.names()
        hear(world.ports, EndpointChanged("churn-staging", "UPDATING"))
        assert "churn-staging-5xx" in world.endpoints.cloudwatch.names()
        world.endpoints.delete("churn-staging")
        hear(world.ports, EndpointChanged("churn-staging", "DELETING"))
        assert "churn-staging-5xx" not in world.endpoints.cloudwatch.names()

    def test_what_was_taken_back_is_done_with_only_when_its_card_shows_it(self, world: World) -> None:
        for _ in range(2):
            world.register("churn")
            world.meanwhile("endpoints.progress", lambda: world.stops("churn:2", "staging"), nth=2)
            world.runs()
        world.time_passes(minutes=2)
        hear(world.ports, EndpointChanged("churn-staging"))
        world.time_passes(minutes=2)
        world.channel.is_down(minutes=1)
        with pytest.raises(Unreachable):
            hear(world.ports, EndpointChanged("churn-staging"))
        assert world.promotion("churn:2", "staging").unsettled
        world.clock.passes(60)
        hear(world.ports, EndpointChanged("churn-staging"))
        assert world.promotion("churn:2", "staging").is_done
        assert "serves churn:1 again" in world.card("churn:2", "staging").words


class TestTransformEnded:
    def test_it_wakes_who_waits_for_that_job_and_nobody_else(self, world: World) -> None:
        world.holds_out("fraud")
        world.register("fraud")
        world.register("churn")
        heard = []
        world.meanwhile(
            "step.Pause",
            lambda: heard.append(hear(world.ports, TransformEnded(world.transforms.begun[0].name))),
        )
        world.runs()
        assert heard == [world.promotion("fraud:1", "staging").id]


class TestSweep:
    def test_what_could_not_be_closed_is_closed_later(self, asking: World) -> None:
        asking.says("rita", "reject churn:1 to production -- no")
        asking.breaks("registry.reject", OSError("no route"), times=101)
        asking.runs()
        assert asking.execution("churn:1", "production").visited[-1] == "NotClosed"
        assert not asking.promotion("churn:1", "production").closed
        hear(asking.ports, Sweep())
        assert asking.promotion("churn:1", "production").is_done
        assert asking.package("churn:1").approval.value == "Rejected"

    def test_one_promotions_trouble_is_not_the_next_ones(self, world: World) -> None:
        for model in ("churn", "spam"):
            world.register(model)
        world.runs()
        for model in ("churn", "spam"):
            world.workflow.stop(world.promotion(f"{model}:1", "production").id)
        world.clock.passes(180)
        world.breaks("ledger.save", OSError("no route"))
        with pytest.raises(OSError, match="no route"):
            hear(world.ports, Sweep())
        assert {world.status(f"{model}:1", "production") for model in ("churn", "spam")} == {
            "asking",
            "failed",
        }
        hear(world.ports, Sweep())
        assert {world.status(f"{model}:1", "production") for model in ("churn", "spam")} == {"failed"}

    def test_a_refusal_of_one_does_not_keep_it_from_the_others(self, asking: World) -> None:
        asking.register("spam")
        asking.runs()
        for model in ("churn", "spam"):
            asking.workflow.stop(asking.promotion(f"{model}:1", "production").id)
        asking.clock.passes(180)
        asking.breaks("ledger.save", NotFound("It is gone."))
        hear(asking.ports, Sweep())
        assert asking.status("spam:1", "production") == "failed"

    def test_what_was_just_started_is_not_taken_for_broken(self, world: World) -> None:
        for _ in range(3):
            world.dies_before("workflow.start")
        world.register("churn")
        world.breaks("workflow.runs", AssertionError("asked too early"))
        hear(world.ports, Sweep())
        world.runs()
        assert world.status("churn:1", "staging") == "live"

    def test_what_is_done_is_not_looked_at_again(self, asking: World) -> None:
        asking.brings("churn:1", "production")
        asking.watch.calls.clear()
        assert hear(asking.ports, Sweep()) == ""
        assert asking.watch.calls == ["ledger.under_way"]
