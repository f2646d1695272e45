"""History: a model's story, page by page."""

import pytest

from bot.domain.refusals import NotFound, NotUnderstood
from bot.domain.wording import person
from bot.usecases.history import PAGE, history
from tests.fakes.world import World


def kinds(world: World) -> list[tuple[str, str]]:
    return [(str(one.version), one.kind) for one in history(world.ports, "churn").happenings]


def test_it_goes_from_registration_to_deployment_newest_first(asking: World) -> None:
    asking.time_passes(hours=1)
    asking.brings("churn:1", "production")
    told = [kind for _, kind in kinds(asking)]
    assert told[0] == "deployed"
    assert told[-1] == "registered"
    assert told.count("decided") >= 2
    assert told.count("compared") == 2
    assert told.count("deployed") == 2


def test_who_approved_is_in_it(asking: World) -> None:
    asking.says("ana", "approve churn:1 to production -- fine")
    (said,) = [one.text for one in history(asking.ports, "churn").happenings if "Approved by" in one.text]
    assert "fine" in said
    assert said.startswith("churn:1 to production: ")


def test_a_rollback_is_told(world: World) -> None:
    for version in ("churn:1", "churn:2"):
        world.register("churn", auc=0.9)
        world.brings(version, "staging")
        world.time_passes(hours=1)
    world.says("cara", "rollback churn in staging")
    world.runs()
    assert ("churn:2", "rolled back") in kinds(world)


def test_freezes_are_told(asking: World) -> None:
    asking.says("cara", "freeze churn -- bad rows")
    assert [one.text for one in history(asking.ports, "churn").happenings if one.kind == "frozen"] == [
        f"{person('U04CARA')} asks to freeze churn: bad rows."
    ]


def test_pages_have_every_line_once_though_things_happen_meanwhile(world: World) -> None:
    for _ in range(12):
        world.register("churn", auc=0.9)
        world.runs()
        world.time_passes(hours=1)
    first = history(world.ports, "churn")
    world.register("churn", auc=0.9)
    seen, cursor = list(first.happenings), first.older
    while cursor:
        page = history(world.ports, "churn", cursor)
        assert len(page.happenings) <= PAGE
        seen += page.happenings
        cursor = page.older
    assert len(seen) == len(set(seen)) == first.total


def test_a_model_that_nobody_knows_and_a_page_that_is_none_are_refused(asking: World) -> None:
    with pytest.raises(NotFound):
        history(asking.ports, "churm")
    with pytest.raises(NotUnderstood):
        history(asking.ports, "churn", "x-y")
