"""The model card: the outcome is written back where the policy asks for it."""

import json
from dataclasses import replace

import pytest

from bot.domain.refusals import NotPossible
from bot.usecases.close import close
from bot.usecases.ports import Conflict
from tests.fakes.world import World, the_policy

CARD = {
    "intended_uses": {"risk_rating": "Low"},
    "additional_information": {"custom_details": {"team": "crm"}},
}


@pytest.fixture
def world() -> World:
    policy = the_policy()
    models = {**policy.models, "churn": replace(policy.models["churn"], writes_card=True)}
    return World(replace(policy, models=models))


def details(world: World, version: str = "churn:1") -> dict[str, str]:
    content = json.loads(world.package(version).card)
    found: dict[str, str] = content["additional_information"]["custom_details"]
    return found


def register(world: World, card: str) -> None:
    world.register("churn", card=card)


def written(world: World) -> int:
    return world.watch.calls.count("registry.write_card")


def rolls_back(world: World) -> None:
    """Back to churn:1, which was replaced by churn:2."""
    for version in ("churn:1", "churn:2"):
        register(world, json.dumps(CARD))
        world.brings(version, "staging")
        world.brings(version, "production")
    world.says("ben", "rollback churn in production to 1")
    world.brings("churn:1", "production")


def test_the_card_says_since_when_it_is_live_and_who_approved(world: World) -> None:
    register(world, json.dumps(CARD))
    world.brings("churn:1", "staging")
    world.brings("churn:1", "production")
    said = details(world)
    assert said["team"] == "crm"
    assert said["mlops_staging"].startswith("churn:1 live since ")
    assert "approved by Ana" in said["mlops_production"]
    assert json.loads(world.package("churn:1").card)["intended_uses"] == CARD["intended_uses"]


def test_a_version_without_a_card_stays_without(world: World) -> None:
    register(world, "")
    world.brings("churn:1", "staging")
    assert world.package("churn:1").card == ""
    assert written(world) == 0


def test_writing_it_voids_no_approval(world: World) -> None:
    register(world, json.dumps(CARD))
    world.runs()  # staging is live and has written, production asks
    assert world.status("churn:1", "production") == "asking"
    world.brings("churn:1", "production")
    assert len(world.promotions("churn:1", "production")) == 1


def test_a_rejection_is_written(world: World) -> None:
    register(world, json.dumps(CARD))
    world.runs()
    world.says("ana", "reject churn:1 to production -- too risky")
    world.runs()
    assert details(world)["mlops_production"].startswith("churn:1 rejected at ")


def test_what_was_replaced_is_not_called_live_any_more(world: World) -> None:
    register(world, json.dumps(CARD))
    world.brings("churn:1", "staging")
    register(world, json.dumps(CARD))
    world.brings("churn:2", "staging")
    assert details(world)["mlops_staging"].startswith("churn:1 superseded at ")


def test_what_is_live_again_after_a_rollback_is_called_live(world: World) -> None:
    rolls_back(world)
    assert details(world)["mlops_production"].startswith("churn:1 live since ")
    assert details(world, "churn:2")["mlops_production"].startswith("churn:2 rolled back at ")


def test_only_what_an_end_has_changed_is_written(world: World) -> None:
    for number in range(1, 6):
        register(world, json.dumps(CARD))
        world.brings(f"churn:{number}", "staging")
    assert written(world) == 5 + 4  # each is live once, and all but the last are replaced once


def test_an_end_looks_at_no_more_cards_however_many_versions_there_were(world: World) -> None:
    looks = []
    for number in range(1, 7):
        register(world, json.dumps(CARD))
        before = world.watch.calls.count("registry.package")
        world.brings(f"churn:{number}", "staging")
        looks.append(world.watch.calls.count("registry.package") - before)
    assert looks[-1] == looks[2]


def test_an_end_that_is_closed_again_writes_nothing(world: World) -> None:
    rolls_back(world)
    before = written(world)
    for promotion in world.ledger.all():
        if promotion.closed:
            close(world.ports, promotion.id, "")
    assert written(world) == before


UNWRITABLE = [
    ("{", "it is not JSON"),
    (json.dumps({**CARD, "additional_information": "none"}), "is not an object"),
    (json.dumps({**CARD, "caveats": "c" * 99_900}), "has no room for the outcome"),
]


@pytest.mark.parametrize(("card", "why"), UNWRITABLE, ids=["no JSON", "no object", "too long"])
def test_a_card_that_takes_no_outcome_stays_as_it_is_and_the_log_says_why(
    world: World, caplog: pytest.LogCaptureFixture, card: str, why: str
) -> None:
    register(world, card)
    world.brings("churn:1", "staging")
    assert world.package("churn:1").card == card
    assert any("churn:1" in line and why in line for line in caplog.messages)


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_card_that_sagemaker_does_not_take_keeps_nothing_from_following(
    world: World, caplog: pytest.LogCaptureFixture, decision: str
) -> None:
    world.breaks("registry.write_card", NotPossible("SageMaker does not take the card."), times=99)
    register(world, json.dumps(CARD))
    world.runs()
    assert world.status("churn:1", "production") == "asking"  # it climbed
    for who in ("ana", "rita"):
        world.says(who, f"{decision} churn:1 to production -- because")
    world.runs()
    assert [one.closed for one in world.ledger.all()] == [True, True]
    assert world.package("churn:1").approval.value == {"approve": "Approved", "reject": "Rejected"}[decision]
    assert json.loads(world.package("churn:1").card) == CARD
    assert "the model card of churn:1 stays as it is: SageMaker does not take the card." in caplog.messages


def test_a_card_that_sagemaker_does_not_take_keeps_nothing_from_being_asked_anew(world: World) -> None:
    register(world, json.dumps(CARD))
    world.runs()
    world.breaks("registry.write_card", NotPossible("SageMaker does not take the card."), times=99)
    world.registry.change(world.package("churn:1").version, card=json.dumps({"intended_uses": {}}))
    world.says("ana", "approve churn:1 to production")
    world.runs()
    first, second = world.promotions("churn:1", "production")
    assert (first.status.value, first.closed, second.status.value) == ("superseded", True, "asking")


def test_a_registry_that_is_slow_to_take_the_card_is_asked_again(world: World) -> None:
    world.breaks("registry.write_card", OSError("reset"), times=2)
    register(world, json.dumps(CARD))
    world.brings("churn:1", "staging")
    assert details(world)["mlops_staging"].startswith("churn:1 live since ")
    assert world.promotion("churn:1", "staging").closed


def test_what_somebody_writes_into_the_card_at_the_same_moment_is_kept(world: World) -> None:
    theirs = {**CARD, "intended_uses": {"risk_rating": "High"}}
    register(world, json.dumps(CARD))
    version = world.package("churn:1").version
    world.meanwhile("registry.write_card", lambda: world.registry.change(version, card=json.dumps(theirs)))
    world.brings("churn:1", "staging")
    assert json.loads(world.package("churn:1").card)["intended_uses"] == theirs["intended_uses"]
    assert details(world)["mlops_staging"].startswith("churn:1 live since ")


def test_a_card_that_is_written_all_the_time_is_left_to_others(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.breaks("registry.write_card", Conflict("churn:1"), times=99)
    register(world, json.dumps(CARD))
    world.brings("churn:1", "staging")
    assert world.promotion("churn:1", "staging").closed
    assert any("churn:1 stays as it is" in line for line in caplog.messages)


def test_a_version_that_was_deleted_and_registered_again_keeps_its_own_card(world: World) -> None:
    register(world, json.dumps(CARD))
    version = world.package("churn:1").version

    def another() -> None:
        world.registry.delete(version)
        world.registry.register("churn", number=1, card=json.dumps(CARD))

    world.meanwhile("step.Close", another)
    world.runs()
    assert world.status("churn:1", "staging") == "live"
    assert "mlops_staging" not in details(world)


def test_without_the_policys_word_nothing_is_written() -> None:
    world = World()
    register(world, json.dumps(CARD))
    world.brings("churn:1", "staging")
    assert json.loads(world.package("churn:1").card) == CARD


def test_a_change_of_what_the_card_says_is_a_change_of_evidence(world: World) -> None:
    register(world, json.dumps(CARD))
    world.runs()
    world.registry.change(
        world.package("churn:1").version, card=json.dumps({"intended_uses": {"risk_rating": "High"}})
    )
    said = world.says("ana", "approve churn:1 to production")
    assert "Changed: model card" in said
