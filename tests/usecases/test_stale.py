"""Evidence and approvals that are no longer about what they were given for."""

from dataclasses import replace

from bot.domain.model import Approval, Version
from bot.domain.policy import Requirement
from tests.fakes.world import World


def approve(world: World, version: str) -> None:
    for who in ("ana", "rita"):
        world.says(who, f"approve {version} to production")
    world.runs()


class TestEvidence:
    def test_who_asks_while_another_goes_live_is_weighed_anew_against_it(self, asking: World) -> None:
        for auc in (0.95, 0.946):
            asking.register("churn", auc=auc)
            asking.runs()
        assert asking.status("churn:3", "production") == "asking"
        approve(asking, "churn:2")
        assert asking.status("churn:2", "production") == "live"
        first, second = asking.promotions("churn:3", "production")
        assert first.status.value == "superseded"
        assert second.status.value == "asking"
        assert second.comparison
        assert second.comparison.champion == Version("churn", 2)
        assert second.consents == ()

    def test_who_asked_before_it_is_superseded_and_not_asked_again(self, asking: World) -> None:
        asking.register("churn", auc=0.95)
        asking.runs()
        approve(asking, "churn:2")
        (only,) = asking.promotions("churn:1", "production")
        assert only.status.value == "superseded"
        assert only.last.text == "churn:2 went live in production."

    def test_a_neighbour_whose_package_is_gone_does_not_keep_it_from_going_live(self, asking: World) -> None:
        for auc in (0.95, 0.96):
            asking.register("churn", auc=auc)
            asking.runs()
        asking.registry.delete(Version("churn", 3))
        approve(asking, "churn:2")
        assert asking.execution("churn:2", "production").status == "SUCCEEDED"
        assert asking.status("churn:3", "production") == "superseded"

    def test_something_else_that_serves_by_now_sends_it_back_to_the_scales(self, asking: World) -> None:
        other = asking.registry.register("churn", approval=Approval.APPROVED)
        asking.meanwhile("step.Deploy", lambda: asking.endpoints.serves("churn", other.arn), nth=1)
        approve(asking, "churn:1")
        first, second = asking.promotions("churn:1", "production")
        assert first.status.value == "superseded"
        assert "serves something else by now" in first.last.text
        assert second.status.value == "asking"


class TestApproval:
    def test_another_policy_for_the_stage_voids_it(self, asking: World) -> None:
        stages = tuple(
            replace(stage, approvals=(Requirement("leads", 1), Requirement("risk", 1)), four_eyes=False)
            if stage.name == "production"
            else stage
            for stage in asking.ports.policy.stages
        )
        policy = replace(asking.ports.policy, stages=stages, digest="e" * 64)
        asking.ports = replace(asking.ports, policy=policy)
        assert "the approval is void" in asking.says("ana", "approve churn:1 to production")
        asking.runs()
        first, second = asking.promotions("churn:1", "production")
        assert (first.status.value, second.status.value) == ("superseded", "asking")
        assert "mlops.toml: `" in first.last.text
        assert asking.workflow.executions[first.id].status == "SUCCEEDED"

    def test_a_rejection_in_the_registry_itself_is_not_overruled(self, asking: World) -> None:
        asking.registry.change(Version("churn", 1), approval=Approval.REJECTED, approval_note="No.")
        approve(asking, "churn:1")
        assert asking.status("churn:1", "production") == "failed"
        assert "is Rejected in the registry" in asking.promotion("churn:1", "production").last.text
        assert asking.package("churn:1").approval_note == "No."

    def test_who_proposed_it_below_may_not_approve_it_above(self, world: World) -> None:
        world.register("spam", approval=Approval.APPROVED)
        world.says("ana", "deploy spam:1 to staging")
        world.runs()
        assert world.status("spam:1", "production") == "asking"
        assert world.says("ana", "approve spam:1 to production").startswith("You proposed spam:1")

    def test_latest_in_a_delivery_that_comes_again_means_what_it_meant(self, asking: World) -> None:
        def a_newer_one_comes() -> None:
            asking.register("churn", auc=0.95)
            asking.runs()
            raise ConnectionError("the worker lost the ledger")

        asking.meanwhile("ledger.done", a_newer_one_comes)
        asking.says("ana", "approve churn latest to production")
        assert asking.status("churn:2", "production") == "asking"
        assert [len(p.consents) for p in asking.promotions("churn:1", "production")] == [1]
        assert [len(p.consents) for p in asking.promotions("churn:2", "production")] == [0]

    def test_a_comment_cannot_write_a_second_line(self, asking: World) -> None:
        asking.says("ana", "approve churn:1 to production -- fine\n✓ @Rita for risk")
        assert "fine ✓ @Rita for risk" in asking.card("churn:1", "production").words
