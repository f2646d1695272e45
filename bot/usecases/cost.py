"""What a promotion cost, from what the ledger knows of it."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from bot.domain.cost import Cost, Line, instances, workflow
from bot.domain.promotion import Promotion, Status
from bot.domain.refusals import Refusal
from bot.usecases.deployment import endpoint_of
from bot.usecases.ports import Ports

if TYPE_CHECKING:
    from datetime import datetime

# Transitions and, of them, tasks of infra/promotion.asl.yaml, by how far a promotion came. The start counts
# as one (AWS Step Functions: Pricing).
_ALWAYS: Final = (5, 2)  # the start, Seal, Sealed, Close, Done
_PASSED: Final[Mapping[Status, tuple[int, int]]] = MappingProxyType(
    {
        Status.SEALED: (4, 2),  # Copy, Copied, Test, Tested
        Status.TESTED: (2, 1),  # Weigh, Weighed
        Status.ASKING: (3, 2),  # Ask, Settle, Settled
        Status.DEPLOYING: (2, 1),  # Deploy, Deployed
        Status.WATCHING: (3, 2),  # the look that finds it settled: Pause, Watch, Watched
        Status.LIVE: (1, 1),  # Attest
    }
)
_LOOK: Final = 3  # transitions of one look at what takes its time: Pause, the task, its choice
_WAKING: Final = 3  # transitions of each hour that it asks
_HOUR: Final = 3600


def cost_of(ports: Ports, promotion: Promotion) -> Cost:
    """Transitions, Lambda, the test's transforms, and instances that ran beside those that serve."""
    return Cost((_workflow(promotion), *_tests(ports, promotion), *_overlap(ports, promotion)))


def passed(reached: AbstractSet[Status], looks: int, wakings: int) -> tuple[int, int]:
    """State transitions and, of them, steps of a promotion that came through these statuses, was looked at
    so often while it was not settled and woke so often while it asked. Retries are not known here.
    """
    path = [_ALWAYS, *(counts for status, counts in _PASSED.items() if status in reached)]
    transitions = sum(count for count, _ in path) + _LOOK * looks + _WAKING * wakings
    return transitions, sum(tasks for _, tasks in path) + 2 * (looks + wakings)


def _workflow(promotion: Promotion) -> Line:
    reached = {entry.status for entry in promotion.story}
    wakings = int(_seconds(promotion, Status.ASKING) / _HOUR)
    return workflow(*passed(reached, promotion.looks, wakings))


def _tests(ports: Ports, promotion: Promotion) -> Iterator[Line]:
    for what, trial in zip(("test", "champion’s test"), promotion.trials, strict=False):
        if trial.seconds:
            instance = trial.instance
            yield instances(what, instance.type, instance.count, trial.seconds, ports.policy.prices)


def _overlap(ports: Ports, promotion: Promotion) -> Iterator[Line]:
    """Old and new instances run beside each other while an endpoint is updated."""
    replaced = promotion.comparison.against if promotion.comparison else ""
    seconds = _seconds(promotion, Status.WATCHING)
    if not replaced or not seconds:
        return
    with suppress(Refusal):
        serving = ports.endpoints.serving(endpoint_of(ports, promotion))
        if serving and serving.instance:
            kind, count = serving.instance.type, serving.instance.count
            yield instances("overlap of instances", kind, count, seconds, ports.policy.prices)


def _seconds(promotion: Promotion, status: Status) -> float:
    """How long it was in this status."""
    began: datetime | None = None
    for entry in promotion.moves:
        if entry.status is status:
            began = began or entry.at
        elif began:
            return (entry.at - began).total_seconds()
    return 0
