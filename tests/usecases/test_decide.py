"""Approving and rejecting, as people do it."""

from collections.abc import Callable

import pytest

from bot.domain.model import Identity
from bot.domain.policy import Requirement
from bot.slack import desk
from bot.usecases.ports import Conflict
from tests.fakes.world import World, policy_with

Says = Callable[[World, str, str], str]


def commands(world: World, who: str, verb: str) -> str:
    """By a command."""
    tail = " -- not yet" if verb == "reject" else ""
    return world.says(who, f"{verb} churn:1 to production{tail}")


class TestApprove:
    def test_two_approvals_deploy(self, asking: World) -> None:
        said = asking.says("ana", "approve churn:1 to production -- fine")
        assert said == "Your approval of churn:1 to production counts. Still needed: 1 of risk."
        assert asking.status("churn:1", "production") == "asking"
        assert "Still needed: *1* of *risk*." in asking.card("churn:1", "production").words
        said = asking.clicks("rita", "approve", "churn:1", "production")
        assert said == "You approved churn:1 to production. It goes out now; its card shows how far it is."
        asking.runs()
        assert asking.status("churn:1", "production") == "live"
        consents = asking.promotion("churn:1", "production").consents
        assert [(one.person, one.groups, one.comment) for one in consents] == [
            ("U01ANA", ("leads",), "fine"),
            ("U03RITA", ("risk",), ""),
        ]

    def test_each_approval_is_told(self, asking: World) -> None:
        asking.says("ben", "approve churn:1 -- looks good!")
        asking.says("rita", "approve churn:1 -- fine")
        (_, first), (_, second) = asking.card("churn:1", "production").thread[-2:]
        assert "Approved by <@U02BEN> for leads: looks good! Still needed: 1 of risk." in first
        assert "Approved by <@U03RITA> for risk: fine." in second

    def test_without_a_stage_the_one_that_asks_is_meant(self, asking: World) -> None:
        asking.says("rita", "approve churn 1")
        assert len(asking.promotion("churn:1", "production").consents) == 1

    @pytest.mark.parametrize(
        "by", [commands, lambda w, who, verb: w.clicks(who, verb, "churn:1", "production")]
    )
    @pytest.mark.parametrize(
        ("who", "sentence"),
        [
            (
                "cara",
                "You registered churn:1, so you cannot approve it: production needs somebody else’s eyes.",
            ),
            ("dan", "Only leads or risk may decide on churn:1 to production."),
        ],
    )
    def test_who_may_not_is_told_why(self, asking: World, by: Says, who: str, sentence: str) -> None:
        assert sentence in by(asking, who, "approve")
        assert asking.promotion("churn:1", "production").consents == ()
        assert asking.status("churn:1", "production") == "asking"

    def test_who_proposed_it_may_not(self, world: World) -> None:
        world.registry.register("spam", by="pipeline")
        world.serves_already("spam:1")
        world.says("ana", "deploy spam:1 to production")
        world.runs()
        said = world.says("ana", "approve spam:1")
        assert said.startswith("You proposed spam:1, so you cannot approve it: ")

    def test_nobody_may_where_nobody_knows_who_registered_it(self, world: World) -> None:
        world.register("churn", registered_by=Identity("", "arn:aws:iam::1:user/mallory"))
        world.runs()
        said = world.says("ana", "approve churn:1 to production")
        assert "Nobody may approve: churn:1 was registered by" in said
        assert world.promotion("churn:1", "production").consents == ()

    def test_a_machine_is_nobody(self, world: World) -> None:
        world.register("churn", by="pipeline")
        world.runs()
        world.brings("churn:1", "production")

    def test_nobody_may_where_the_policy_says_nothing(self) -> None:
        world = World(policy_with(approvals=None))
        world.register("churn")
        world.runs()
        assert world.status("churn:1", "production") == "asking"
        for who in ("ana", "rita", "dan"):
            assert "mlops.toml gives it no approvals" in world.says(who, "approve churn:1 to production")
            assert "mlops.toml gives it no approvals" in world.says(who, "reject churn:1 to production -- no")

    def test_one_person_counts_once(self, asking: World) -> None:
        asking.says("ana", "approve churn:1")
        said = asking.clicks("ana", "approve", "churn:1", "production")
        assert said.startswith("You already approved churn:1 to production at ")
        assert len(asking.promotion("churn:1", "production").consents) == 1

    def test_two_of_one_group_do_not_stand_for_the_other(self, asking: World) -> None:
        asking.says("ana", "approve churn:1")
        said = asking.says("ben", "approve churn:1")
        assert "was already approved by <@U01ANA>" in said
        assert "for leads; still needed: 1 of risk." in said

    def test_somebody_in_both_groups_counts_once(self, asking: World) -> None:
        asking.directory.groups["@model-risk"] = ("S02RISK", ("U03RITA", "U01ANA"))
        said = asking.says("ana", "approve churn:1")
        assert "Still needed: 1 of " in said
        assert asking.says("rita", "approve churn:1").startswith("You approved churn:1 to production.")

    def test_so_many_of_a_group(self) -> None:
        world = World(policy_with(approvals=(Requirement("leads", 2),)))
        world.register("churn")
        world.runs()
        assert "Still needed: 1 of leads" in world.says("ana", "approve churn:1 to production")
        assert world.says("ben", "approve churn:1 to production").startswith("You approved")

    def test_membership_counts_as_it_is_when_they_decide(self, asking: World) -> None:
        asking.directory.groups["@model-risk"] = ("S02RISK", ())
        assert "Only leads or risk may decide" in asking.says("rita", "approve churn:1")

    @pytest.mark.parametrize("trouble", ["silent", "gone"])
    def test_nobody_may_while_slack_does_not_say_who_is_who(self, asking: World, trouble: str) -> None:
        if trouble == "silent":
            asking.directory.silent = True
        else:
            del asking.directory.groups["@model-risk"]
        for who in ("ana", "rita"):
            assert asking.says(who, "approve churn:1").startswith("Nobody may decide: ")
            assert asking.says(who, "reject churn:1 -- no").startswith("Nobody may decide: ")
        assert asking.promotion("churn:1", "production").consents == ()
        assert asking.dead_letters == []

    def test_a_fault_of_slacks_approves_nothing(self, asking: World) -> None:
        asking.breaks("directory.members", OSError("no route"))
        asking.says("ana", "approve churn:1")
        assert len(asking.promotion("churn:1", "production").consents) == 1  # the next delivery

    def test_what_was_decided_is_decided(self, asking: World) -> None:
        asking.brings("churn:1", "production")
        said = asking.says("ben", "approve churn:1 to production")
        assert said.startswith("churn:1 to production was already approved by <@U03RITA> at ")

    def test_what_was_rejected_cannot_be_approved(self, asking: World) -> None:
        asking.says("rita", "reject churn:1 -- no")
        said = asking.clicks("ana", "approve", "churn:1", "production")
        assert said.startswith("churn:1 to production was already rejected by <@U03RITA> at ")

    def test_what_asked_nobody_says_so(self, asking: World) -> None:
        said = asking.says("ana", "approve churn:1 to staging")
        assert said == "churn:1 to staging asked nobody: the policy lets evidence alone decide. It is live."

    def test_what_was_never_proposed_says_how(self, world: World) -> None:
        world.registry.register("spam")
        said = world.says("ana", "approve spam:1 to production")
        assert said == "spam:1 was never proposed. Propose it with `/mlops deploy spam:1 to production`."

    def test_a_comment_cannot_forge_a_mark(self, asking: World) -> None:
        asking.says("ana", "approve churn:1 -- \ue000U03RITA\ue003 agrees & <@U03RITA>")
        (_, told) = asking.card("churn:1", "production").thread[-1]
        assert "for leads: U03RITA agrees &amp; &lt;@U03RITA&gt;" in told


class TestTwice:
    def test_the_same_delivery_counts_once_and_says_the_same(self, asking: World) -> None:
        once = asking.says("ana", "approve churn:1 -- fine", request="same")
        asking.dies_before("ledger.done")
        asking.ledger._done.clear()  # noqa: SLF001 - the queue delivered it before it was noted
        assert asking.says("ana", "approve churn:1 -- fine", request="same") == once
        assert len(asking.promotion("churn:1", "production").consents) == 1
        assert len(asking.promotion("churn:1", "production").story) == 7

    def test_the_last_approval_redelivered_says_the_same(self, asking: World) -> None:
        asking.says("ana", "approve churn:1")
        once = asking.says("rita", "approve churn:1", request="same")
        asking.runs()
        asking.ledger._done.clear()  # noqa: SLF001 - likewise
        assert asking.says("rita", "approve churn:1", request="same") == once
        assert asking.status("churn:1", "production") == "live"

    def test_a_rejection_redelivered_says_the_same(self, asking: World) -> None:
        once = asking.says("rita", "reject churn:1 -- no", request="same")
        asking.runs()
        asking.ledger._done.clear()  # noqa: SLF001 - likewise
        assert asking.says("rita", "reject churn:1 -- no", request="same") == once

    def test_a_second_click_finishes_what_a_killed_first_one_left(self, asking: World) -> None:
        asking.says("ana", "approve churn:1")
        for _ in range(4):
            asking.dies_before("workflow.resume")
        asking.says("rita", "approve churn:1")
        assert asking.dead_letters
        asking.runs()
        assert asking.status("churn:1", "production") == "approved"
        asking.clicks("ben", "approve", "churn:1", "production")
        asking.runs()
        assert asking.status("churn:1", "production") == "live"


class TestAtOnce:
    def test_two_different_approvals_both_count(self, asking: World) -> None:
        asking.meanwhile("ledger.save", lambda: asking.says("rita", "approve churn:1"))
        assert asking.says("ana", "approve churn:1").startswith("You approved churn:1 to production.")
        assert len(asking.promotion("churn:1", "production").consents) == 2
        asking.runs()
        assert asking.status("churn:1", "production") == "live"
        assert len(asking.endpoints.deployed) == 2

    def test_of_two_for_one_group_the_second_is_told_about_the_first(self, asking: World) -> None:
        asking.meanwhile("ledger.save", lambda: asking.says("ben", "approve churn:1"))
        assert "already approved by <@U02BEN>" in asking.says("ana", "approve churn:1")

    def test_a_double_click_is_one_approval(self, asking: World) -> None:
        asking.meanwhile("ledger.save", lambda: asking.clicks("ana", "approve", "churn:1", "production"))
        said = asking.clicks("ana", "approve", "churn:1", "production")
        assert said.startswith("You already approved")
        assert len(asking.promotion("churn:1", "production").consents) == 1

    def test_a_rejection_beats_an_approval_that_comes_second(self, asking: World) -> None:
        asking.says("ana", "approve churn:1")
        asking.meanwhile("ledger.save", lambda: asking.says("ben", "reject churn:1 -- stop"))
        assert "was already rejected by <@U02BEN>" in asking.says("rita", "approve churn:1")
        asking.runs()
        assert asking.status("churn:1", "production") == "rejected"
        assert len(asking.endpoints.deployed) == 1

    def test_an_approval_beats_a_rejection_that_comes_second(self, asking: World) -> None:
        asking.says("ana", "approve churn:1")
        asking.meanwhile("ledger.save", lambda: asking.says("rita", "approve churn:1"))
        assert "was already approved by <@U03RITA>" in asking.says("ben", "reject churn:1 -- stop")
        asking.runs()
        assert asking.status("churn:1", "production") == "live"

    def test_who_always_loses_is_tried_again_later(self, asking: World) -> None:
        asking.breaks("ledger.save", Conflict("busy"), times=10)
        said = asking.says("ana", "approve churn:1")
        assert said.startswith("Your approval of churn:1 to production counts.")
        assert len(asking.promotion("churn:1", "production").consents) == 1


class TestReject:
    def test_one_of_a_group_is_enough(self, asking: World) -> None:
        said = asking.says("ben", "reject churn:1 to production -- recall <dropped>")
        assert said == "You rejected churn:1 to production. Its card and the registry say why."
        asking.runs()
        assert asking.status("churn:1", "production") == "rejected"
        package = asking.package("churn:1")
        assert package.approval.value == "Rejected"
        assert "Rejected by @Ben: recall <dropped>" in package.approval_note
        assert "recall &lt;dropped&gt;" in asking.card("churn:1", "production").words
        assert not asking.card("churn:1", "production").asks
        assert asking.execution("churn:1", "production").status == "SUCCEEDED"
        assert len(asking.endpoints.deployed) == 1

    def test_who_registered_it_may_take_it_back_if_they_are_asked(self, asking: World) -> None:
        asking.directory.groups["@ml-leads"] = ("S01LEADS", ("U04CARA",))
        assert asking.says("cara", "reject churn:1 -- found a leak").startswith("You rejected")

    def test_who_approved_may_think_again(self, asking: World) -> None:
        asking.says("ana", "approve churn:1")
        assert asking.says("ana", "reject churn:1 -- on second thought").startswith("You rejected")

    def test_it_needs_a_reason(self, asking: World) -> None:
        wanted = "A rejection needs a reason. Write `/mlops reject churn:1 to production -- why not`."
        assert asking.clicks("rita", "reject", "churn:1", "production") == wanted
        assert asking.says("rita", "reject churn:1") == wanted
        assert asking.says("rita", "reject churn:1 -- ") == wanted
        assert asking.status("churn:1", "production") == "asking"

    def test_a_reason_of_characters_that_do_not_count_is_none(self, asking: World) -> None:
        assert "needs a reason" in asking.says("rita", "reject churn:1 -- \ue000\ue003")

    def test_who_is_in_no_group_may_not(self, asking: World) -> None:
        assert "Only leads or risk may decide" in asking.says("dan", "reject churn:1 -- no")
        assert asking.status("churn:1", "production") == "asking"

    def test_a_reason_of_any_length_is_noted_as_far_as_the_registry_takes_it(self, asking: World) -> None:
        asking.says("rita", f"reject churn:1 -- {'long ' * 500}")
        asking.runs()
        assert len(asking.package("churn:1").approval_note) == 1024


class TestAsking:
    def test_when_two_stages_ask_the_stage_must_be_said(self) -> None:
        policy = policy_with("staging", approvals=(Requirement("leads", 1),))
        world = World(policy)
        world.registry.register("spam")
        world.says("cara", "deploy spam:1 to staging")
        world.runs()
        world.serves_already("spam:1")
        world.says("cara", "deploy spam:1 to production")
        world.runs()
        said = world.says("ana", "approve spam:1")
        assert said.startswith("spam:1 waits for approval in 2 stages. Say which: `to ")
        assert world.says("ana", "approve spam:1 to staging").startswith("You approved spam:1 to staging")

    def test_a_card_whose_promotion_is_unknown_says_so(self, asking: World) -> None:
        said = desk.clicked(asking.ports, "promotion.approve", "p_lost", "U01ANA", "r").text
        assert said == "There is no promotion p_lost. `/mlops pending` lists what waits."
