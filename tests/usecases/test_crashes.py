"""Every worker may die anywhere: what AWS tries again ends as if nothing had happened."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Final

import pytest

from bot.usecases.ports import Unreachable
from tests.fakes.world import World

_LOOKS: Final = frozenset(
    {
        "channel.find",
        "channel.link",
        "directory.members",
        "directory.mentions",
        "endpoints.serving",
        "ledger.card",
        "ledger.find",
        "ledger.of_model",
        "ledger.promotion",
        "ledger.under_way",
        "ledger.was_done",
        "registry.latest",
        "registry.models",
        "registry.package",
        "registry.versions",
        "reports.read",
    }
)
"""Calls that change nothing; every other call is an effect."""


def approved_all_the_way(world: World) -> None:
    """Up the ladder with two approvals."""
    world.register("churn", auc=0.9)
    world.runs()
    world.says("ana", "approve churn:1 to production -- fine")
    world.says("rita", "approve churn:1 to production")
    world.runs()


def replaced_and_rejected(world: World) -> None:
    """A second version takes the first one's place in staging, and is not wanted in production."""
    world.register("churn", auc=0.9)
    world.runs()
    world.register("churn", auc=0.91)
    world.runs()
    world.says("rita", "reject churn:2 to production -- recall dropped")
    world.runs()


def outrun(world: World) -> None:
    """A newer version is approved while an older one still asks."""
    for auc in (0.9, 0.91):
        world.register("churn", auc=auc)
        world.runs()
    for who in ("ana", "rita"):
        world.says(who, "approve churn:2 to production")
    world.runs()


def proposed_and_rolled_back(world: World) -> None:
    """A person proposes a version, and SageMaker takes it back."""
    world.registry.register("spam")
    world.registry.register("spam")
    world.endpoints.serves("spam-staging", world.package("spam:1").arn)
    world.endpoints.rolls_back("spam-staging", "Alarm spam-5xx")
    world.says("cara", "deploy spam:2 to staging")
    world.runs()


def expired(world: World) -> None:
    """Nobody decides in time."""
    world.registry.register("spam")
    world.says("cara", "deploy spam:1 to production")
    world.runs()
    world.time_passes(days=8)


STORIES: Final = (approved_all_the_way, replaced_and_rejected, outrun, proposed_and_rolled_back, expired)


def effects(story: Callable[[World], None]) -> list[tuple[str, int]]:
    """Every effect of a clean run, as (call, which of these calls)."""
    world = World()
    story(world)
    counted: Counter[str] = Counter()
    found = []
    for call in world.watch.calls:
        if call not in _LOOKS and not call.startswith("step."):
            counted[call] += 1
            found.append((call, counted[call]))
    return found


def end_of(world: World) -> dict[str, object]:
    """All that must be the same, whoever died on the way. Times are not in it."""
    promotions = world.ledger.all()
    return {
        "promotions": sorted((one.title, one.attempt, one.status) for one in promotions),
        "stories": {one.title: [(entry.status, entry.who) for entry in one.story] for one in promotions},
        "consents": {one.title: [consent.person for consent in one.consents] for one in promotions},
        "executions": sorted(
            (world.ledger.promotion(one.name).title, one.status, one.at)
            for one in world.workflow.executions.values()
        ),
        "deployments": [(one.endpoint, one.arn) for one in world.endpoints.deployed],
        "registry": [
            (package.version, package.approval, bool(package.approval_note))
            for model in world.registry.models()
            for package in world.registry.versions(model.name, 9)
        ],
        "dead letters": world.dead_letters,
    }


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "call" in metafunc.fixturenames:
        points = [(story, call, nth) for story in STORIES for call, nth in effects(story)]
        names = [f"{story.__name__}-{call}-{nth}" for story, call, nth in points]
        metafunc.parametrize(("story", "call", "nth"), points, ids=names)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_death_leaves_no_trace(story: Callable[[World], None], call: str, nth: int, when: str) -> None:
    clean, world = World(), World()
    story(clean)
    (world.dies_before if when == "before" else world.dies_after)(call, nth)
    story(world)
    _is_as_if_nothing_happened(world, clean)


@pytest.mark.parametrize("seed", range(60))
def test_two_deaths_leave_no_trace_either(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    story = chance.choice(STORIES)
    clean, world = World(), World()
    story(clean)
    for call, nth in chance.sample(effects(story), 2):
        chance.choice((world.dies_before, world.dies_after))(call, nth)
    story(world)
    _is_as_if_nothing_happened(world, clean)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    "story",
    STORIES,
    ids=lambda story: story.__name__,
)
def test_whatever_slack_drops_the_next_drawing_makes_good(
    story: Callable[[World], None],
    after: bool,  # noqa: FBT001 - a case
) -> None:
    clean = World()
    story(clean)
    for call, nth in effects(story):
        if call.startswith("channel."):
            world = World()
            world.watch.interrupt(call, _dropped, after=after, nth=nth)
            story(world)
            _is_as_if_nothing_happened(world, clean)


def _is_as_if_nothing_happened(world: World, clean: World) -> None:
    assert end_of(world) == end_of(clean)
    for promotion in world.ledger.all():
        (card,) = world.channel.of(promotion.id)
        assert card.picture.promotion == promotion
        assert [number for number, _ in card.thread] == list(range(len(promotion.story)))


def _dropped() -> None:
    raise Unreachable("500")
