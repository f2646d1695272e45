"""Whole promotions, from the first event to the last: what the sweeps interrupt."""

from collections.abc import Callable
from typing import Final

from bot.domain.model import Approval
from bot.usecases.hear import EndpointChanged, Sweep, TransformEnded
from tests.fakes.world import World

Story = Callable[[World], None]


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
    world.serves_already("spam:1")
    world.register("spam", approval=Approval.APPROVED)
    world.endpoints.rolls_back("spam-staging", "Alarm spam-5xx")
    world.says("cara", "deploy spam:2 to staging")
    world.runs()


def expired(world: World) -> None:
    """Nobody decides in time."""
    world.registry.register("spam")
    world.serves_already("spam:1")
    world.says("cara", "deploy spam:1 to production")
    world.runs()
    world.time_passes(days=8)


def tested(world: World) -> None:
    """Held-out data is answered by a version and by the champion, which nobody had scored on it."""
    world.holds_out("fraud")
    world.registry.register("fraud")
    world.serves_already("fraud:1")
    world.register("fraud")
    world.runs()
    for transform in list(world.transforms.begun):
        world.hears(TransformEnded(transform.name))
    world.runs()


def refused_by_the_test(world: World) -> None:
    """The held-out data shows that it is no good; nothing of it stays."""
    world.holds_out("fraud")
    world.models.answer_by("fraud-1-", lambda _: "0.5")
    world.register("fraud")
    world.runs()


def brought_back(world: World) -> None:
    """People want back what was live in production before."""
    _replaces_in_production(world)
    world.runs()
    world.says("ben", "rollback spam in production")
    world.runs()
    for who in ("ana", "rita"):
        world.says(who, "approve spam:1 to production")
    world.runs()


def voided(world: World) -> None:
    """What is asked about is overwritten; the click voids the approval, and people are asked anew."""
    world.register("churn", auc=0.9)
    world.runs()
    world.says("rita", "approve churn:1 to production")
    world.artifacts.put("s3://models/churn-job-1/output/model.tar.gz", b"another model")
    world.says("ana", "approve churn:1 to production")
    world.runs()
    for who in ("ana", "rita"):
        world.says(who, "approve churn:1 to production")
    world.runs()


def failed_at_first(world: World) -> None:
    """An endpoint that cannot be created is deleted, and made again by the next attempt."""
    world.endpoints.fails("spam-staging", "no capacity")
    world.register("spam")
    world.runs()
    tells(world, "spam-staging")
    world.says("cara", "deploy spam:1 to staging")
    world.runs()


def stopped_by_hand(world: World) -> None:
    """Somebody stops a workflow in the middle of a rollout: what served before comes back."""
    world.register("spam")
    world.runs()
    world.register("spam")
    world.meanwhile("endpoints.progress", lambda: world.stops("spam:2", "staging"))
    world.runs()
    for _ in range(3):
        tells(world, "spam-staging")


def rolled_back_by_an_alarm(world: World) -> None:
    """An alarm rings while the canary bakes, and SageMaker takes the new version back."""
    _replaces_in_production(world)
    world.endpoints.rolls_back("spam", "The alarm spam-5xx is in ALARM")
    world.meanwhile("endpoints.progress", lambda: world.endpoints.cloudwatch.rings("spam-5xx", "9 > 5"))
    world.runs()


def _replaces_in_production(world: World) -> None:
    for _ in range(2):
        world.registry.register("spam")
    world.serves_already("spam:1", "production")
    world.serves_already("spam:2", "staging")
    world.says("cara", "deploy spam:2 to production")
    world.runs()
    for who in ("ana", "rita"):
        world.says(who, "approve spam:2 to production")


def tells(world: World, endpoint: str) -> None:
    """The rollout ends, and AWS tells of the endpoint; later the sweep looks."""
    world.time_passes(minutes=5)
    world.hears(EndpointChanged(endpoint))
    world.time_passes(minutes=5)
    world.hears(Sweep())
    world.runs()


DRAWN: Final[tuple[Story, ...]] = (
    approved_all_the_way,
    replaced_and_rejected,
    outrun,
    proposed_and_rolled_back,
    expired,
    failed_at_first,
    stopped_by_hand,
)
"""Of these every stroke on the cards is interrupted, too."""
STORIES: Final[tuple[Story, ...]] = (
    *DRAWN,
    tested,
    refused_by_the_test,
    brought_back,
    voided,
    rolled_back_by_an_alarm,
)
