"""Somebody stops every workflow, at any moment: the ledger, the cards and AWS end in agreement."""

from functools import partial
from typing import Final

import pytest

from bot.domain.promotion import Promotion, Status
from bot.usecases.hear import EndpointChanged, ExecutionEnded, Sweep
from tests.fakes.world import World
from tests.usecases.stories import Story, approved_all_the_way, brought_back, failed_at_first, tested, voided
from tests.usecases.test_crashes import clean, endpoints_of

STORIES: Final[tuple[Story, ...]] = (approved_all_the_way, tested, voided, brought_back, failed_at_first)
_PORTS: Final = ("artifacts.", "endpoints.", "registry.", "transforms.", "workflow.")


def stop_all(world: World, *, told: bool) -> None:
    """By hand, in the console; Step Functions' events come or do not."""
    for execution in list(world.workflow.executions.values()):
        if execution.status == "RUNNING":
            world.workflow.stop(execution.name)
            if told:
                world.hears(ExecutionEnded(execution.name, "ABORTED"))


def comes_to_rest(world: World) -> None:
    """Endpoints settle, AWS tells of them, the sweep looks, and what was begun since goes on."""
    for _ in range(5):
        world.time_passes(minutes=15)
        for endpoint in endpoints_of(world):
            world.hears(EndpointChanged(endpoint))
        world.hears(Sweep())
        world.runs()


def agrees(world: World) -> None:
    """What everybody may rely on, whatever happened."""
    for promotion in world.ledger.all():
        going = world.workflow.runs(promotion.id)
        assert promotion.is_done or (going and not promotion.is_over), promotion.title
        (card,) = world.channel.of(promotion.id)
        assert card.picture.promotion.story == promotion.story
        assert [number for number, _ in card.thread] == list(range(len(promotion.story)))
        assert card.asks == (promotion.status is Status.ASKING)
    for endpoint in endpoints_of(world):
        serves_what_is_live(world, endpoint)
    nothing_is_left_behind(world)


def serves_what_is_live(world: World, endpoint: str) -> None:
    """An endpoint serves what the ledger calls live, or what somebody had put there before."""
    here = [one for one in world.ledger.all() if one.envelope and one.envelope.endpoint == endpoint]
    live = [one for one in here if one.status is Status.LIVE]
    serving = world.endpoints.serving(endpoint)
    assert [one.resource for one in live] == (
        [serving.config] if serving and serving.config != "by-hand" else []
    )
    assert serving is None or (serving.settled and serving.status == "InService")


def nothing_is_left_behind(world: World) -> None:
    """Of what never served and is over there is no model."""
    over = [one for one in world.ledger.all() if one.is_over and one.went_live is None]
    assert [one.title for one in over if world.models.find(one.resource)] == []


def points() -> list[tuple[Story, str, int]]:
    """Every effect but strokes on a card: between those nobody hears of a stop."""
    return [
        (story, call, nth)
        for story in STORIES
        for call, nth in clean(story).effects
        if call.startswith(_PORTS) or call in {"ledger.open", "ledger.save"}
    ]


def named(value: object) -> str:
    return getattr(value, "__name__", str(value))


@pytest.mark.parametrize("told", [True, False], ids=["told", "untold"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("story", "call", "nth"), points(), ids=named)
def test_a_stop_at_any_moment_ends_in_agreement(
    story: Story,
    call: str,
    nth: int,
    after: bool,  # noqa: FBT001 - a case
    told: bool,  # noqa: FBT001 - a case
) -> None:
    world = World()
    world.meanwhile(call, partial(stop_all, world, told=told), nth, after=after)
    try:
        story(world)
    except AssertionError:  # the story itself expected to get to its end
        assert stopped(world)
    comes_to_rest(world)
    agrees(world)


def stopped(world: World) -> list[Promotion]:
    """The promotions whose workflow was stopped."""
    ended = [one.name for one in world.workflow.executions.values() if one.status == "ABORTED"]
    return [world.ledger.promotion(name) for name in ended]


@pytest.mark.parametrize("story", [approved_all_the_way, tested])
def test_what_was_stopped_can_be_proposed_again(story: Story) -> None:
    for call, nth in clean(story).effects:
        if not call.startswith("endpoints."):
            continue
        world = World()
        world.meanwhile(call, partial(stop_all, world, told=True), nth, after=True)
        story(world)
        comes_to_rest(world)
        for promotion in stopped(world):
            if promotion.stage == "staging" and promotion.status is not Status.LIVE:
                world.says("dan", f"deploy {promotion.version} to staging")
                world.runs()
                assert world.status(str(promotion.version), "staging") == "live"
