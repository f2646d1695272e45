"""Opening promotions: by the registry, by the ladder, by a person."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.model import Approval, Version
from tests.fakes.world import World, the_policy


class TestRegistered:
    def test_a_new_version_starts_at_the_first_rung(self, world: World) -> None:
        world.register("churn")
        assert world.status("churn:1", "staging") == "opened"
        assert [entry.text for entry in world.promotion("churn:1", "staging").story] == [
            "The registry has a new version."
        ]
        world.runs()
        assert world.status("churn:1", "staging") == "live"

    def test_the_same_event_again_opens_nothing_more(self, world: World) -> None:
        world.register("churn")
        world.announce("churn:1")
        world.runs()
        world.announce("churn:1")
        world.runs()
        assert len(world.promotions("churn:1", "staging")) == 1
        assert len(world.channel.of(world.promotion("churn:1", "staging").id)) == 1

    @pytest.mark.parametrize(
        "facts",
        [
            {"approval": Approval.APPROVED},
            {"approval": Approval.REJECTED},
            {"status": "InProgress"},
            {"status": "Failed"},
        ],
        ids=str,
    )
    def test_what_does_not_wait_or_is_not_completed_opens_nothing(
        self, world: World, facts: dict[str, Any]
    ) -> None:
        world.register("churn", **facts)
        assert world.ledger.all() == []
        assert world.workflow.executions == {}

    def test_an_event_about_a_version_that_is_gone_opens_nothing(self, world: World) -> None:
        world.register("churn")
        world.registry.delete(world.package("churn:1").version)
        world.announce("churn:1")
        world.announce("unheard:7")
        assert len(world.ledger.all()) == 1
        assert world.dead_letters == []

    def test_a_late_event_does_not_reopen_what_is_over(self, world: World) -> None:
        world.register("churn", auc=0.5)
        world.runs()
        world.announce("churn:1")
        world.runs()
        assert [one.status.value for one in world.promotions("churn:1", "staging")] == ["refused"]

    def test_a_new_package_under_an_old_number_is_opened_anew(self, world: World) -> None:
        world.register("churn", auc=0.5)
        world.runs()
        world.registry.delete(world.package("churn:1").version)
        world.register("churn", auc=0.9, number=1)
        world.runs()
        statuses = [one.status.value for one in world.promotions("churn:1", "staging")]
        assert statuses == ["refused", "live"]

    def test_a_fault_is_tried_again_and_then_kept(self, world: World) -> None:
        world.breaks("ledger.open", OSError("no route"))
        world.register("churn")
        assert world.status("churn:1", "staging") == "opened"
        world.breaks("ledger.open", OSError("no route"), times=3)
        world.register("churn")
        assert len(world.dead_letters) == 1


class TestClimb:
    def test_what_is_live_is_proposed_for_the_next_rung(self, world: World) -> None:
        world.register("churn")
        world.runs()
        assert world.promotion("churn:1", "production").story[0].text == "It is live in staging."
        assert world.promotion("churn:1", "production").proposer == ""

    def test_at_the_top_nothing_follows(self, asking: World) -> None:
        asking.brings("churn:1", "production")
        assert len(asking.ledger.all()) == 2

    def test_what_does_not_get_live_does_not_climb(self, world: World) -> None:
        world.register("churn", auc=0.7)
        world.runs()
        assert [one.title for one in world.ledger.all()] == ["churn:1 to staging"]

    def test_what_was_proposed_above_before_is_not_proposed_again(self, asking: World) -> None:
        asking.register("churn")
        asking.runs()
        asking.says("cara", "deploy churn:1 to staging")
        asking.runs()
        assert [one.status.value for one in asking.promotions("churn:1", "staging")] == ["superseded", "live"]
        assert len(asking.promotions("churn:1", "production")) == 1

    def test_a_ladder_of_one_ends_there(self) -> None:
        policy = the_policy()
        world = World(replace(policy, stages=policy.stages[:1]))
        world.register("churn")
        world.runs()
        assert [one.title for one in world.ledger.all()] == ["churn:1 to staging"]


class TestPropose:
    def test_a_person_proposes_and_the_card_says_so(self, world: World) -> None:
        world.registry.register("spam", approval=Approval.APPROVED)
        world.serves_already("spam:1")
        said = world.says("cara", "deploy spam:1 to production")
        assert said == "Proposed spam:1 to production. Its card follows it from here."
        assert "<@U04CARA>" in world.card("spam:1", "production").words
        world.runs()
        assert world.status("spam:1", "production") == "asking"

    def test_the_same_delivery_twice_is_one_promotion(self, world: World) -> None:
        world.registry.register("spam")
        world.serves_already("spam:1")
        world.dies_before("ledger.done")
        said = world.says("cara", "deploy spam:1 to production")
        assert said.startswith("Proposed spam:1 to production")
        assert len(world.promotions("spam:1", "production")) == 1

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("deploy spam:9 to production", "The registry has no spam:9. The newest is spam:2"),
            ("deploy eggs:1 to production", "The registry has no version of “eggs”."),
            ("deploy eggs latest to production", "The registry has no version of “eggs”."),
            ("deploy spam:1 to moon", "There is no stage “moon”. mlops.toml has: staging, production."),
            ("deploy spam:1", "To which stage?"),
            (
                "deploy spam:1 to production",
                "the rung below production. Deploy it there first: `/mlops deploy spam:1 to staging`",
            ),
            ("deploy spam:2 to staging", "spam:2 is Failed in the registry; only a Completed version can"),
        ],
    )
    def test_what_cannot_be_proposed_is_refused_with_a_sentence(
        self, world: World, text: str, sentence: str
    ) -> None:
        world.registry.register("spam")
        world.registry.register("spam", status="Failed")
        assert sentence in world.says("cara", text)
        assert world.ledger.all() == []
        assert world.dead_letters == []

    def test_latest_is_the_newest(self, world: World) -> None:
        world.registry.register("spam")
        world.registry.register("spam")
        world.says("cara", "deploy spam latest to staging")
        assert world.promotions("spam:2", "staging")

    def test_what_is_on_its_way_is_not_proposed_again(self, asking: World) -> None:
        said = asking.says("cara", "deploy churn:1 to production")
        assert said.startswith("churn:1 to production is on its way already: waiting for approval.")
        assert said.endswith("Decide on that first: `/mlops approve churn:1 to production`.")

    def test_what_is_live_is_not_deployed_again(self, asking: World) -> None:
        said = asking.says("cara", "deploy churn:1 to staging")
        assert said == "churn:1 is live in staging already; there is nothing to do."

    def test_after_the_end_comes_the_next_attempt(self, asking: World) -> None:
        for attempt in (1, 2):
            asking.says("rita", "reject churn:1 to production -- not yet")
            asking.runs()
            refused = asking.says("cara", "deploy churn:1 to production")
            assert refused.startswith("churn:1 is Rejected in the registry.")
            asking.registry.change(Version("churn", 1), approval=Approval.PENDING)
            asking.says("cara", "deploy churn:1 to production")
            asking.runs()
            assert [one.attempt for one in asking.promotions("churn:1", "production")][-1] == attempt + 1
        assert asking.status("churn:1", "production") == "asking"

    def test_an_older_version_goes_back_over_a_newer_one(self, world: World) -> None:
        for _ in range(2):
            world.register("churn")
            world.runs()
        assert world.status("churn:1", "staging") == "superseded"
        world.says("cara", "deploy churn:1 to staging")
        world.runs()
        assert world.status("churn:1", "staging") == "live"
        assert world.status("churn:2", "staging") == "superseded"

    def test_two_people_at_once_open_one(self, world: World) -> None:
        world.registry.register("spam")
        world.serves_already("spam:1")
        world.meanwhile("ledger.open", lambda: world.says("ben", "deploy spam:1 to production"))
        world.says("cara", "deploy spam:1 to production")
        (only,) = world.promotions("spam:1", "production")
        assert only.proposer == "U02BEN"

    def test_when_slack_cannot_draw_it_is_proposed_all_the_same(self, world: World) -> None:
        world.registry.register("spam")
        world.serves_already("spam:1")
        world.channel.is_down(minutes=1)
        assert world.says("cara", "deploy spam:1 to production").startswith("Proposed")
        world.clock.passes(120)
        world.runs()
        assert world.card("spam:1", "production").asks


class TestLadder:
    def test_what_serves_in_the_rung_below_can_be_proposed_whoever_put_it_there(self, world: World) -> None:
        world.registry.register("spam")
        world.serves_already("spam:1")
        world.says("cara", "deploy spam:1 to production")
        world.runs()
        assert world.status("spam:1", "production") == "asking"

    def test_what_was_live_below_and_serves_there_no_more_cannot(self, asking: World) -> None:
        asking.says("rita", "reject churn:1 to production -- not yet")
        asking.runs()
        asking.registry.change(Version("churn", 1), approval=Approval.PENDING)
        asking.register("churn", auc=0.91)
        asking.runs()
        said = asking.says("cara", "deploy churn:1 to production")
        assert "churn:1 is not live in staging, the rung below production." in said
        assert "use `/mlops rollback churn in production`" in said
        assert len(asking.promotions("churn:1", "production")) == 1

    @pytest.mark.parametrize("version", [1, 2])
    def test_what_is_on_its_way_to_the_rung_below_cannot_yet(self, world: World, version: int) -> None:
        heard = []
        for _ in range(version - 1):
            world.register("churn")
            world.runs()
        wish = f"deploy churn:{version} to production"
        world.meanwhile("endpoints.progress", lambda: heard.append(world.says("cara", wish)))
        world.register("churn")
        world.runs()
        assert heard[0].startswith(f"churn:{version} is not live in staging, the rung below production.")

    def test_the_lowest_rung_has_none_below(self, world: World) -> None:
        world.registry.register("spam")
        assert world.says("cara", "deploy spam:1 to staging").startswith("Proposed spam:1 to staging")

    def test_what_the_endpoint_below_serves_of_another_model_does_not_count(self, world: World) -> None:
        world.registry.register("spam")
        world.registry.register("eggs")
        world.endpoints.serves("spam-staging", world.package("eggs:1").arn)
        assert "is not live in staging" in world.says("cara", "deploy spam:1 to production")
