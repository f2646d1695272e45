"""Outcome: SageMaker's own graph hears of what went live."""

from bot.domain.refusals import NotPossible
from tests.fakes.world import World


def test_an_approval_and_a_deployment_are_told_once(asking: World) -> None:
    asking.lineage.serve("churn")
    asking.brings("churn:1", "production")
    asking.lineage.serve("churn-staging")
    (told,) = [one for one in asking.lineage.outcomes if one.stage == "production"]
    promotion = asking.promotion("churn:1", "production")
    assert (told.promotion, str(told.version), told.endpoint) == (promotion.id, "churn:1", "churn")
    said = dict(told.properties)
    assert promotion.envelope
    assert said["envelope"] == promotion.envelope.digest
    assert said["approved by"] == "Ana and Rita"
    assert said["envelope package"] == promotion.arn
    assert len(said) <= 30


def test_what_it_does_not_take_keeps_nothing_from_going_live(asking: World) -> None:
    asking.lineage.serve("churn")
    asking.lineage.refuses("SageMaker does not take it.")
    asking.brings("churn:1", "production")
    assert asking.lineage.outcomes == []
    assert asking.promotion("churn:1", "production").closed


def test_nor_does_anything_else(asking: World) -> None:
    asking.breaks("lineage.write", NotPossible("no"), times=9)
    asking.breaks("lineage.write", OSError("gone"), times=9)
    asking.brings("churn:1", "production")
    assert asking.promotion("churn:1", "production").closed


def test_what_ends_otherwise_is_not_told(asking: World) -> None:
    asking.says("ana", "reject churn:1 to production -- no")
    asking.runs()
    assert [one.stage for one in asking.lineage.outcomes if one.stage == "production"] == []
