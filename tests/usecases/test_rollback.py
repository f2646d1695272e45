"""Rollback: what was live before comes back, and the shelf says what can."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.policy import RolloutKind
from bot.usecases.rollback import shelf
from tests.fakes.reports import quality
from tests.fakes.world import World, policy_with


@pytest.fixture
def two(world: World) -> World:
    """churn:1 was live in production, churn:2 is."""
    for version in ("churn:1", "churn:2"):
        world.register("churn", auc=0.9)
        world.brings(version, "staging")
        world.brings(version, "production")
        world.time_passes(days=1)
    return world


class TestRollback:
    def test_the_last_good_version_comes_back_with_as_many_approvals(self, two: World) -> None:
        heard = two.says("cara", "rollback churn in production")
        assert "churn:1" in heard
        two.runs()
        back = two.promotion("churn:1", "production")
        assert (back.rollback, back.status.value) == (True, "asking")
        two.says("ana", "approve churn:1 to production")
        two.says("rita", "approve churn:1 to production")
        two.runs()
        assert two.status("churn:1", "production") == "live"
        assert two.endpoints.deployed[-1].arn == two.package("churn:1").arn
        assert two.status("churn:2", "production") == "rolled_back"

    def test_it_goes_at_once_and_without_alarms(self, two: World) -> None:
        two.says("cara", "rollback churn in production to 1")
        two.runs()
        for who in ("ana", "rita"):
            two.says(who, "approve churn:1 to production")
        two.runs()
        deployment = two.endpoints.deployed[-1]
        assert (deployment.rollout.kind, deployment.alarms) == (RolloutKind.ALL_AT_ONCE, ())

    def test_it_asks_for_fewer_where_the_policy_says_so(self) -> None:
        world = World(policy_with(rollback_approvals=()))
        for version in ("churn:1", "churn:2"):
            world.register("churn", auc=0.9)
            world.brings(version, "staging")
            world.brings(version, "production")
        world.says("cara", "rollback churn in production")
        world.runs()
        assert world.status("churn:1", "production") == "live"

    def test_evidence_is_not_weighed_again(self, two: World) -> None:
        two.reports.lose("s3://models/churn/1/statistics.json")
        two.says("cara", "rollback churn in production")
        two.runs()
        assert two.status("churn:1", "production") == "asking"

    def test_a_version_whose_own_files_are_gone_comes_back_from_the_projects_copy(self, two: World) -> None:
        two.artifacts.lose("s3://models/churn-job-1/output/model.tar.gz")
        two.says("cara", "rollback churn in production")
        two.runs()
        for who in ("ana", "rita"):
            two.says(who, "approve churn:1 to production")
        two.runs()
        assert two.status("churn:1", "production") == "live"

    def test_what_was_rolled_back_is_on_the_shelf_no_more(self, two: World) -> None:
        two.says("cara", "rollback churn in production")
        two.runs()
        for who in ("ana", "rita"):
            two.says(who, "approve churn:1 to production")
        two.runs()
        assert shelf(two.ports, "churn", "production") == []
        assert "nothing to roll back to" in two.says("cara", "rollback churn in production")

    def test_what_did_not_stay_the_last_time_is_on_the_shelf_no_more(self, two: World) -> None:
        two.says("cara", "deploy churn:1 to staging")
        two.endpoints.rolls_back("churn-staging", "Alarm churn-5xx")
        two.runs()
        assert two.status("churn:1", "staging") == "rolled_back"
        assert shelf(two.ports, "churn", "staging") == []

    def test_a_rollback_does_not_climb(self, two: World) -> None:
        two.says("cara", "rollback churn in staging")
        two.runs()
        assert two.status("churn:1", "staging") == "live"
        assert len(two.promotions("churn:1", "production")) == 1

    def test_the_shelf_says_since_when_and_whether_it_can_be_deployed(self, two: World) -> None:
        (known,) = shelf(two.ports, "churn", "production")
        assert (str(known.version), known.problem) == ("churn:1", "")
        assert known.since == two.promotion("churn:1", "production").went_live
        package = two.package("churn:1")
        two.registry.change(package.version, status="Failed")
        (known,) = shelf(two.ports, "churn", "production")
        assert known.problem == "it is Failed in the registry."
        two.registry.delete(package.version)
        (known,) = shelf(two.ports, "churn", "production")
        assert known.problem == "it was deleted from the registry."

    def test_what_served_before_the_bot_came_comes_back_like_any_other_version(self, world: World) -> None:
        world.reports.write("s3://models/spam-1.json", quality(auc=0.9))
        world.registry.register("spam", report="s3://models/spam-1.json")
        world.serves_already("spam:1")
        world.register("spam")
        world.runs()
        (known,) = shelf(world.ports, "spam", "staging")
        assert (str(known.version), known.since) == ("spam:1", None)
        world.says("cara", "rollback spam in staging")
        world.runs()
        back = world.promotion("spam:1", "staging")
        assert (back.status.value, back.rollback) == ("live", False)
        assert "It served before I came, so it is tested and weighed" in back.story[0].text
        assert back.comparison
        assert back.comparison.rows

    @pytest.mark.parametrize(
        "changes",
        [
            {"image_digest": "sha256:evil"},
            {"environment": {"MODE": "evil"}},
            {"artifact": "s3://models/evil"},
        ],
    )
    def test_what_is_not_what_was_live_is_refused_and_by_name(self, changes: dict[str, Any]) -> None:
        world = World(policy_with(rollback_approvals=()))
        for version in ("churn:1", "churn:2"):
            world.register("churn", auc=0.9)
            world.brings(version, "staging")
            world.brings(version, "production")
        package = world.package("churn:1")
        world.artifacts.put("s3://models/evil", b"evil")
        world.registry.change(package.version, containers=(replace(package.containers[0], **changes),))
        world.says("cara", "rollback churn in production to 1")
        world.runs()
        back = world.promotion("churn:1", "production")
        assert (back.rollback, back.status.value) == (True, "refused")
        assert "is not what was live in production. Changed: container 1 " in back.last.text
        assert world.endpoints.deployed[-1].arn == world.package("churn:2").arn

    def test_a_number_that_was_given_out_again_does_not_come_back_unseen(self, two: World) -> None:
        version = two.package("churn:1").version
        two.registry.delete(version)
        two.clock.passes(60)
        two.registry.register("churn", number=1)
        two.says("cara", "rollback churn in production to 1")
        two.runs()
        assert two.status("churn:1", "production") == "refused"
        assert "was never live in production" in two.promotion("churn:1", "production").last.text

    def test_while_another_goes_out_nothing_is_rolled_back(self, two: World) -> None:
        two.register("churn", auc=0.9)
        two.brings("churn:3", "staging")
        for who in ("ana", "rita"):
            two.says(who, "approve churn:3 to production")
        heard = []
        two.meanwhile(
            "endpoints.progress", lambda: heard.append(two.says("cara", "rollback churn in production"))
        )
        two.runs()
        assert "churn:3 to production is on its way out right now" in heard[0]

    @pytest.mark.parametrize(
        ("text", "fragment"),
        [
            ("rollback churn in production to 2", "was never live in production, or serves there now"),
            ("rollback churn in production to 9", "The shelf has: churn:1."),
            ("rollback churn in moon", "There is no stage “moon”"),
            ("rollback nothing in production", "nothing to roll back to"),
        ],
    )
    def test_what_cannot_come_back_is_a_sentence(self, two: World, text: str, fragment: str) -> None:
        assert fragment in two.says("cara", text)

    def test_a_version_that_the_registry_rejected_does_not_come_back(self, two: World) -> None:
        two.registry.reject(two.package("churn:1").arn, "bad data")
        heard = two.says("cara", "rollback churn in production to 1")
        assert "it is Rejected in the registry" in heard

    def test_the_same_delivery_twice_is_one_rollback(self, two: World) -> None:
        for _ in range(2):
            two.says("cara", "rollback churn in production", request="r-1")
        two.runs()
        assert [one.rollback for one in two.promotions("churn:1", "production")] == [False, True]

    def test_nobody_rolls_back_where_nothing_is_said_of_approvals(self, two: World) -> None:
        stages = tuple(replace(stage, approvals=None) for stage in two.ports.policy.stages)
        two.ports = replace(two.ports, policy=replace(two.ports.policy, stages=stages))
        two.says("cara", "rollback churn in production")
        two.runs()
        assert "Nobody may approve" in two.says("ana", "approve churn:1 to production")
