"""Every worker may die anywhere: what AWS tries again ends as if nothing had happened."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import pytest

from bot.domain.promotion import Entry, Promotion
from bot.usecases.ports import Unreachable
from tests.fakes.machine import Execution
from tests.fakes.world import World
from tests.usecases.stories import DRAWN, STORIES, Story

_TIMED: Final = re.compile(r"\b(?=\w*\d)[0-9a-f]{8,}\b|\d+")
"""Names that are made from times, and numbers."""
_LOOKS: Final = frozenset(
    {
        "artifacts.exists_exactly",
        "artifacts.files",
        "artifacts.lines",
        "artifacts.look",
        "artifacts.manifest",
        "artifacts.project_uri",
        "artifacts.read",
        "channel.find",
        "channel.link",
        "directory.members",
        "directory.mentions",
        "directory.name",
        "endpoints.alarms",
        "endpoints.answer",
        "endpoints.progress",
        "endpoints.serving",
        "ledger.card",
        "ledger.find",
        "ledger.freeze_of",
        "ledger.of_model",
        "ledger.promotion",
        "ledger.under_way",
        "ledger.was_done",
        "lineage.channels",
        "lineage.endpoints",
        "lineage.origin",
        "lineage.registered",
        "origins.all",
        "origins.find",
        "origins.jobs",
        "origins.seen",
        "registry.latest",
        "registry.models",
        "registry.package",
        "registry.versions",
        "reports.read",
        "transforms.state",
        "workflow.runs",
    }
)
"""Calls that change nothing; every other call is an effect."""


@dataclass(frozen=True)
class Clean:
    """How a story ends, and its effects as (call, which of these calls)."""

    end: dict[str, object]
    effects: tuple[tuple[str, int], ...]
    first: frozenset[tuple[str, int]]  # of a worker


def effects_of(world: World) -> list[tuple[str, int]]:
    """Every effect of what happened in this world."""
    return [effect for effect, _ in _told_apart(world)]


def _told_apart(world: World) -> Iterator[tuple[tuple[str, int], bool]]:
    """Every effect, and whether a worker had just begun."""
    counted: Counter[str] = Counter()
    begun = True
    for call in world.watch.calls:
        if call.startswith(("step.", "worker.")):
            begun = True
        elif call not in _LOOKS:
            counted[call] += 1
            yield (call, counted[call]), begun
            begun = False


def end_of(world: World) -> dict[str, object]:
    """All that must be the same, whoever died on the way. Times are not in it, nor what is named by them."""
    promotions = world.ledger.all()
    return {
        "promotions": sorted((*_named(one), one.status, one.closed, one.unsettled) for one in promotions),
        "stories": {_named(one): [_told(entry) for entry in one.story] for one in promotions},
        "consents": {_named(one): [consent.person for consent in one.consents] for one in promotions},
        "executions": sorted(_left(world, one) for one in world.workflow.executions.values()),
        "deployments": [(one.endpoint, one.arn) for one in world.endpoints.deployed],
        "serving": {name: _serving(world, name) for name in endpoints_of(world)},
        "models": sorted(model.arn for model in world.models._models.values()),  # noqa: SLF001 - all of them
        "copies": world.artifacts.copies,
        "tests": [(one.name, one.data) for one in world.transforms.begun],
        "registry": [
            (package.version, package.approval, bool(package.approval_note))
            for model in world.registry.models()
            for package in world.registry.versions(model.name, 9)
        ],
        "dead letters": world.dead_letters,
    }


def endpoints_of(world: World) -> list[str]:
    """Every endpoint that there could be."""
    models = [model.name for model in world.registry.models()]
    return [stage.endpoint_of(model) for stage in world.ports.policy.stages for model in models]


def _named(promotion: Promotion) -> tuple[str, int]:
    return promotion.title, promotion.attempt


def _told(entry: Entry) -> tuple[str, str, str]:
    return entry.status, entry.who, _TIMED.sub("#", entry.text)


def _left(world: World, execution: Execution) -> tuple[str, int, str, str]:
    # Where it was when it was stopped tells nothing: AWS takes no step of it any more.
    at = "" if execution.status == "ABORTED" else execution.at
    return (*_named(world.ledger.promotion(execution.name)), execution.status, at)


def _serving(world: World, endpoint: str) -> tuple[str, tuple[str, ...]] | None:
    serving = world.endpoints.serving(endpoint)
    return (serving.status, serving.arns) if serving else None


@cache
def clean(story: Story) -> Clean:
    """The end of the story where nobody dies, and its effects."""
    world = World()
    story(world)
    first = frozenset(effect for effect, begun in _told_apart(world) if begun)
    return Clean(end_of(world), tuple(effects_of(world)), first)


def points(story: Story) -> Iterator[tuple[str, int, str]]:
    """Where workers die in this story: after every effect, and before the first of each worker's. Before any
    other is after the one that it made before.
    """
    drawn, known, untried = story in DRAWN, clean(story), True
    for call, nth in known.effects:
        passed = not drawn and _is_stroke(call)
        if not passed:
            yield call, nth, "after"
            if untried or (call, nth) in known.first:
                yield call, nth, "before"
        untried = passed


def _is_stroke(call: str) -> bool:
    return call.startswith("channel.") or call in {"ledger.brush", "ledger.put_down", "ledger.save_card"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "call" in metafunc.fixturenames:
        cases = [(story, *point) for story in STORIES for point in points(story)]
        names = [f"{story.__name__}-{when}-{call}-{nth}" for story, call, nth, when in cases]
        metafunc.parametrize(("story", "call", "nth", "when"), cases, ids=names)


def test_a_death_leaves_no_trace(story: Story, call: str, nth: int, when: str) -> None:
    world = World()
    (world.dies_before if when == "before" else world.dies_after)(call, nth)
    story(world)
    _is_as_if_nothing_happened(world, story)


@pytest.mark.parametrize("seed", range(150))
def test_two_deaths_leave_no_trace_either(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    story = chance.choice(STORIES)
    world = World()
    for call, nth in chance.sample(clean(story).effects, 2):
        chance.choice((world.dies_before, world.dies_after))(call, nth)
    story(world)
    _is_as_if_nothing_happened(world, story)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_whatever_slack_drops_the_next_drawing_makes_good(
    story: Story,
    after: bool,  # noqa: FBT001 - a case
) -> None:
    for call, nth in clean(story).effects:
        if call.startswith("channel."):
            world = World()
            world.watch.interrupt(call, _dropped, after=after, nth=nth)
            story(world)
            _is_as_if_nothing_happened(world, story)


def _is_as_if_nothing_happened(world: World, story: Story) -> None:
    assert end_of(world) == clean(story).end
    for promotion in world.ledger.all():
        (card,) = world.channel.of(promotion.id)
        assert _shown(card.picture.promotion) == _shown(promotion)
        assert [number for number, _ in card.thread] == list(range(len(promotion.story)))


def _shown(promotion: Promotion) -> Promotion:
    # That nobody has to look after it any more is on no card.
    return replace(promotion, unsettled=False, revision=0)


def _dropped() -> None:
    raise Unreachable("500")
