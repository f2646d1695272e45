"""Freeze: nothing new of a model goes out, until somebody who may says so."""

import pytest

from bot.domain.refusals import NotAllowed, NotFound, NotPossible
from bot.usecases import freeze
from bot.usecases.ports import Unreachable
from tests.fakes.directory import PEOPLE
from tests.fakes.world import World

ANA, BEN, CARA, DAN, RITA = (PEOPLE[name] for name in ("ana", "ben", "cara", "dan", "rita"))
WHY = "it learned from s3://data/bad/"


def frozen(world: World, model: str = "churn") -> None:
    freeze.ask(world.ports, model, WHY, CARA, "asked")
    freeze.approve(world.ports, model, 1, RITA, "approved")


def message(world: World) -> str:
    (_, said), *more = world.channel.frozen.values()
    assert not more
    return said


class TestAsking:
    def test_the_channel_is_asked(self, asking: World) -> None:
        freeze.ask(asking.ports, "churn", WHY, CARA, "r1")
        assert "Shall it be frozen?" in message(asking)
        assert "Approve freeze" in message(asking)
        assert asking.says("ana", "approve churn:1 to production").startswith("Your approval")

    def test_the_same_delivery_asks_once(self, asking: World) -> None:
        for _ in range(2):
            freeze.ask(asking.ports, "churn", WHY, CARA, "r1")
        assert len(asking.ledger.freeze_of("churn").story) == 1
        assert message(asking)

    def test_a_model_that_nobody_knows_cannot_be_frozen(self, world: World) -> None:
        with pytest.raises(NotFound):
            freeze.ask(world.ports, "churm", WHY, CARA, "r1")

    def test_it_is_asked_for_though_slack_is_out_and_shown_when_it_is_decided(self, asking: World) -> None:
        asking.breaks("channel.post_freeze", Unreachable("down"))
        freeze.ask(asking.ports, "churn", WHY, CARA, "r1")
        assert asking.channel.frozen == {}
        freeze.approve(asking.ports, "churn", 1, RITA, "r2")
        assert "Frozen" in message(asking)

    def test_a_message_that_hangs_already_is_found_again(self, asking: World) -> None:
        freeze.ask(asking.ports, "churn", WHY, CARA, "r1")
        known = asking.ledger.freeze_of("churn")
        asking.ledger.save_freeze(known.hung(None))  # type: ignore[arg-type]  # what a death leaves
        freeze.approve(asking.ports, "churn", 1, RITA, "r2")
        assert "Frozen" in message(asking)


class TestDeciding:
    def test_somebody_else_approves(self, asking: World) -> None:
        frozen(asking)
        assert "Frozen" in message(asking)
        assert "Approve freeze" not in message(asking)

    @pytest.mark.parametrize("who", [CARA, DAN])
    def test_neither_who_asked_nor_a_stranger_does(self, asking: World, who: str) -> None:
        freeze.ask(asking.ports, "churn", WHY, CARA, "r1")
        with pytest.raises(NotAllowed):
            freeze.approve(asking.ports, "churn", 1, who, "r2")
        assert not asking.ledger.freeze_of("churn").is_in_force

    def test_a_lead_who_asked_cannot_approve_it(self, asking: World) -> None:
        freeze.ask(asking.ports, "churn", WHY, ANA, "r1")
        with pytest.raises(NotAllowed, match="somebody else"):
            freeze.approve(asking.ports, "churn", 1, ANA, "r2")

    def test_who_asked_may_take_it_back(self, asking: World) -> None:
        freeze.ask(asking.ports, "churn", WHY, CARA, "r1")
        freeze.dismiss(asking.ports, "churn", 1, CARA, "r2")
        assert "Not frozen" in message(asking)
        with pytest.raises(NotPossible, match="not to be decided"):
            freeze.approve(asking.ports, "churn", 1, RITA, "r3")

    def test_a_click_on_an_old_message_decides_no_newer_freeze(self, asking: World) -> None:
        freeze.ask(asking.ports, "churn", WHY, CARA, "r1")
        freeze.dismiss(asking.ports, "churn", 1, CARA, "r2")
        freeze.ask(asking.ports, "churn", "worse", CARA, "r3")
        with pytest.raises(NotPossible, match="older freeze"):
            freeze.approve(asking.ports, "churn", 1, RITA, "r4")

    def test_of_two_who_click_at_once_one_decides(self, asking: World) -> None:
        freeze.ask(asking.ports, "churn", WHY, CARA, "r1")
        asking.meanwhile("ledger.save_freeze", lambda: freeze.dismiss(asking.ports, "churn", 1, CARA, "r2"))
        with pytest.raises(NotPossible, match="Dismissed"):
            freeze.approve(asking.ports, "churn", 1, RITA, "r3")

    def test_only_who_may_lifts_it(self, asking: World) -> None:
        frozen(asking)
        with pytest.raises(NotAllowed):
            freeze.lift(asking.ports, "churn", "fine again", DAN, "r9")
        freeze.lift(asking.ports, "churn", "fine again", BEN, "r10")
        assert not asking.ledger.freeze_of("churn").is_in_force


class TestWhileItIsFrozen:
    def test_nothing_can_be_approved(self, asking: World) -> None:
        frozen(asking)
        said = asking.says("ana", "approve churn:1 to production")
        assert "churn is frozen since" in said
        assert "unfreeze churn" in said
        assert asking.promotion("churn:1", "production").consents == ()

    def test_nor_proposed(self, asking: World) -> None:
        frozen(asking)
        assert "churn is frozen" in asking.says("cara", "deploy churn:1 to staging")

    def test_other_models_go_on(self, asking: World) -> None:
        frozen(asking)
        asking.holds_out("fraud")
        asking.register("fraud")
        asking.runs()
        assert asking.promotions("fraud:1", "staging")

    def test_what_was_approved_before_does_not_go_out(self, asking: World) -> None:
        asking.says("ana", "approve churn:1 to production")
        asking.meanwhile("step.Deploy", lambda: frozen(asking))
        asking.says("rita", "approve churn:1 to production")
        asking.runs()
        promotion = asking.promotion("churn:1", "production")
        assert promotion.status.value == "failed"
        assert "churn is frozen" in promotion.last.text
        assert asking.endpoints.serving("churn") is None

    def test_a_rollback_goes_out(self, world: World) -> None:
        for version in ("churn:1", "churn:2"):
            world.register("churn", auc=0.9)
            world.brings(version, "staging")
            world.brings(version, "production")
        frozen(world)
        world.says("cara", "rollback churn in production")
        world.runs()
        for who in ("ana", "rita"):
            world.says(who, "approve churn:1 to production")
        world.runs()
        assert world.status("churn:1", "production") == "live"

    def test_what_is_registered_meanwhile_is_proposed_when_it_ends(self, asking: World) -> None:
        frozen(asking)
        asking.register("churn", auc=0.9)
        asking.runs()
        assert asking.promotions("churn:2", "staging") == []
        freeze.lift(asking.ports, "churn", "the rows are gone", RITA, "r9")
        asking.runs()
        assert asking.status("churn:2", "staging") == "live"

    def test_what_went_live_meanwhile_climbs_when_it_ends(self, world: World) -> None:
        world.register("churn", auc=0.9)
        world.meanwhile("step.Close", lambda: frozen(world))
        world.runs()
        assert world.status("churn:1", "staging") == "live"
        assert world.promotions("churn:1", "production") == []
        freeze.lift(world.ports, "churn", "false alarm", RITA, "r9")
        world.runs()
        assert world.status("churn:1", "production") == "asking"

    def test_what_was_registered_long_before_and_never_proposed_stays_so(self, world: World) -> None:
        world.registry.register("churn", number=1)
        world.time_passes(days=300)
        frozen(world)
        freeze.lift(world.ports, "churn", "false alarm", RITA, "r9")
        world.runs()
        assert world.promotions("churn:1", "staging") == []
