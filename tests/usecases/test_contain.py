"""Contain: what learned from bad data is rolled back to what did not, or frozen."""

import pytest

from bot.domain.lineage import keys
from bot.domain.model import Version
from bot.usecases.contain import Contained, freeze_all, roll_back_all
from bot.usecases.recall import recall
from bot.usecases.traced import Asked
from tests.fakes.directory import PEOPLE
from tests.fakes.world import World

BAD, GOOD = "s3://acme/bad/", "s3://acme/good/"
CARA = PEOPLE["cara"]


@pytest.fixture
def exposed(world: World) -> World:
    """churn:1 learned from good data, 2 and 3 from bad; 3 is live in production, 1 and 2 were."""
    for version, data in (("churn:1", GOOD), ("churn:2", BAD), ("churn:3", BAD)):
        world.register("churn", auc=0.9)
        world.lineage.trained(version, data=[data])
        for stage in ("staging", "production"):
            world.brings(version, stage)
            world.time_passes(hours=1)
    world.lineage.serve("churn", "churn:3")
    world.time_passes(hours=2)
    return world


def rolled_back(world: World, request: str = "r1") -> tuple[Contained, ...]:
    return roll_back_all(world.ports, recall(world.ports, Asked(BAD)), CARA, request)


def test_the_newest_version_that_did_not_learn_from_it_is_proposed(exposed: World) -> None:
    (done,) = rolled_back(exposed)
    assert done.promotion is not None
    assert (str(done.promotion.version), done.stage, done.promotion.rollback) == (
        "churn:1",
        "production",
        True,
    )
    exposed.runs()
    assert exposed.status("churn:1", "production") == "asking"  # its stage still decides


def test_the_same_click_twice_proposes_once(exposed: World) -> None:
    (first,), (second,) = rolled_back(exposed), rolled_back(exposed)
    assert first.promotion
    assert second.promotion
    assert first.promotion.id == second.promotion.id
    assert len(exposed.promotions("churn:1", "production")) == 2  # as it went live, and the way back


def test_where_everything_learned_from_it_that_is_said(exposed: World) -> None:
    exposed.lineage.trained("churn:1", data=[BAD])
    exposed.origins.__init__()  # type: ignore[misc]  # as if nobody had asked before
    (done,) = rolled_back(exposed)
    assert done.promotion is None
    assert done.said == "Nothing that was live of churn in production is known to be untouched by it."


def test_what_nobody_knows_the_origin_of_is_never_called_untouched(exposed: World) -> None:
    exposed.lineage.breaks(keys.version(Version("churn", 1)))
    exposed.origins.__init__()  # type: ignore[misc]  # as if nobody had asked before
    (done,) = rolled_back(exposed)
    assert done.promotion is None
    assert done.said.endswith(
        "Nobody knows all that churn:1 learned from; `/mlops rollback churn in production to 1` goes there "
        "all the same."
    )


def test_what_serves_on_no_stage_s_endpoint_is_said(exposed: World) -> None:
    exposed.lineage.stops("churn")
    exposed.lineage.serve("adhoc", "churn:3")
    (done,) = rolled_back(exposed)
    assert "no stage of mlops.toml" in done.said


def test_each_affected_model_is_asked_to_be_frozen(exposed: World) -> None:
    (done,) = freeze_all(exposed.ports, ["churn", "churn"], f"it learned from {BAD}", CARA, "r1")
    assert "asks to freeze churn: it learned from s3://acme/bad/." in done.said
    assert exposed.ledger.freeze_of("churn").status.value == "asked for"
    (again,) = freeze_all(exposed.ports, ["churn"], "worse", CARA, "r2")
    assert "already" in again.said
