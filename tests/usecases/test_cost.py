"""Cost: what a promotion used, line by line, at list prices."""

from dataclasses import replace

import pytest

from bot.domain.cost import Line, workflow
from bot.domain.promotion import Promotion, Status
from bot.usecases.cost import cost_of
from tests.fakes.world import World

TASKS = {"Seal", "Copy", "Test", "PauseTest", "Weigh", "Ask", "Expire", "Settle", "Deploy", "Pause", "Watch"}
TASKS |= {"Attest", "Close"}


def line(promotion: Promotion, what: str) -> Line:
    """The line of that name; there must be one."""
    assert promotion.cost
    (found,) = [one for one in promotion.cost.lines if one.what == what]
    return found


def transitions(visited: list[str]) -> int:
    """The start counts as one too (AWS Step Functions: Pricing)."""
    return 1 + len(visited)


def lines(promotion: Promotion) -> list[str]:
    assert promotion.cost
    return [one.what for one in promotion.cost.lines]


class TestWorkflow:
    def test_every_state_and_every_step_of_a_question_is_counted(self, asking: World) -> None:
        asking.brings("churn:1", "production")
        visited = asking.execution("churn:1", "production").visited
        steps = [state for state in visited if state in TASKS]
        assert line(asking.promotion("churn:1", "production"), "workflow") == workflow(
            transitions(visited), len(steps)
        )

    def test_what_asks_nobody_passes_fewer(self, asking: World) -> None:
        visited = asking.execution("churn:1", "staging").visited
        amount = line(asking.promotion("churn:1", "staging"), "workflow").amount
        assert "Ask" not in visited
        assert amount == f"{transitions(visited)} transitions"

    def test_and_so_does_what_is_rejected(self, asking: World) -> None:
        asking.says("rita", "reject churn:1 to production -- not on a Friday")
        asking.runs()
        visited = asking.execution("churn:1", "production").visited
        amount = line(asking.promotion("churn:1", "production"), "workflow").amount
        assert "Deploy" not in visited
        assert amount == f"{transitions(visited)} transitions"

    def test_so_is_every_hour_that_it_waited(self, asking: World) -> None:
        for _ in range(5):
            asking.time_passes(hours=1)
        asking.brings("churn:1", "production")
        visited = asking.execution("churn:1", "production").visited
        assert visited.count("Expire") == 5
        amount = line(asking.promotion("churn:1", "production"), "workflow").amount
        assert amount == f"{transitions(visited)} transitions"

    def test_and_every_look_at_a_test_that_ran(self, world: World) -> None:
        world.holds_out("fraud")
        world.register("fraud")
        world.runs()
        world.says("ana", "approve fraud:1 to production")
        world.says("rita", "approve fraud:1 to production")
        world.holds_out("fraud", part=1)  # new data: the click below voids, and it is tested anew
        world.runs()
        world.says("ana", "approve fraud:1 to production")
        world.says("rita", "approve fraud:1 to production")
        world.runs()
        promotion = world.promotion("fraud:1", "production")
        visited = world.execution("fraud:1", "production").visited
        assert (promotion.status.value, promotion.attempt) == ("live", 2)
        assert "PauseTest" in visited
        assert line(promotion, "workflow").amount == f"{transitions(visited)} transitions"


class TestInstances:
    def test_the_test_is_billed_for_what_its_job_says(self, world: World) -> None:
        world.holds_out("fraud")
        world.register("fraud")
        world.runs()
        test = line(world.promotion("fraud:1", "staging"), "test")
        assert test.amount == "1 × ml.m5.large for 0.5 min"
        assert test.dollars == pytest.approx(0.115 * 30 / 3600)

    def test_who_comes_after_does_not_pay_again(self, world: World) -> None:
        world.holds_out("fraud")
        world.register("fraud")
        world.brings("fraud:1", "production")
        assert "test" not in lines(world.promotion("fraud:1", "production"))

    def test_a_first_deployment_overlaps_with_nothing(self, asking: World) -> None:
        assert lines(asking.promotion("churn:1", "staging")) == ["workflow"]

    def test_an_update_pays_for_instances_that_run_beside_each_other(self, asking: World) -> None:
        asking.register("churn", auc=0.91)
        asking.runs()
        promotion = asking.promotion("churn:2", "staging")
        overlap = line(promotion, "overlap of instances")
        story = {entry.status: entry.at for entry in promotion.story}
        seconds = (story[Status.LIVE] - story[Status.WATCHING]).total_seconds()
        assert overlap.amount == f"1 × ml.m5.large for {seconds / 60:.1f} min"
        assert overlap.dollars == pytest.approx(0.115 * seconds / 3600)

    def test_prices_of_the_policy_come_first_and_an_unknown_one_is_named(self, world: World) -> None:
        world.holds_out("fraud")
        world.register("fraud")
        world.runs()
        promotion = world.promotion("fraud:1", "staging")
        dear = replace(world.ports, policy=replace(world.ports.policy, prices={"ml.m5.large": 120.0}))
        assert [one.dollars for one in cost_of(dear, promotion).lines][1] == pytest.approx(1.0)
        (trial,) = promotion.trials
        strange = replace(trial, instance=replace(trial.instance, type="ml.x9.huge"))
        cost = cost_of(world.ports, replace(promotion, trials=(strange,)))
        assert cost.sentence.endswith("and 1 × ml.x9.huge for 0.5 min (test) of unknown price")

    def test_it_is_on_the_card_when_it_is_over(self, asking: World) -> None:
        promotion = asking.promotion("churn:1", "staging")
        assert promotion.cost
        assert promotion.cost.sentence in asking.card("churn:1", "staging").words
