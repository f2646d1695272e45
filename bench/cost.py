"""What one promotion costs at list prices, beside designs that poll; and whether the card says it right.

A promotion that waits costs nothing here but its wakings; a poller costs for as long as it waits.
"""

import math
from collections import Counter
from typing import Any, Final

from bench.figures import median, table
from bench.fleet import Told
from bot.domain.cost import HOURLY, workflow
from bot.domain.promotion import Status
from bot.usecases.cost import passed

_TRANSITION: Final = workflow(1, 0).dollars or 0.0
_REQUEST: Final = 0.20e-6  # AWS Lambda: Pricing
_GB_SECOND: Final = 0.0000133334  # arm64, likewise
_ASKED_HOURS: Final = 24
_CANARY_MINUTES: Final = 15
_EVERY: Final = 30  # seconds between two looks, theirs and ours
_TRANSFORM_MINUTES: Final = 5
_INSTANCE: Final = "ml.m5.large"
_SMALLEST, _USUAL, _OURS = 128, 512, 1024  # MB
_POLL: Final = 3  # transitions of one turn of a loop: Wait, the function, Choice
_WAYS: Final = frozenset(set(Status) - {Status.REJECTED, Status.EXPIRED, Status.FAILED, Status.ROLLED_BACK})


def agreement(kinds: dict[str, Told]) -> str:
    """What the histories hold beside what the cards say, and the steps as the state machine saw them.

    Raises:
        AssertionError: A card is more than a tenth off.
    """
    rows = []
    for kind, told in kinds.items():
        counted = transitions(told.events)
        said = int(told.record["cost"]["lines"][0]["amount"].split()[0])
        if abs(said - counted) > counted / 10:
            raise AssertionError(f"{kind}: {counted} transitions, the card says {said}")
        steps = durations(told.events)
        numbers = [counted, said, len(steps)]
        rows.append([kind, *map(str, numbers), f"{median(steps):.0f}", f"{sum(steps) / 1e3:.2f}"])
    return table(["promotion", "transitions", "on the card", "steps", "ms a step", "s in all"], rows)


def report(kinds: dict[str, Told], poll: float) -> None:
    """Print both tables; `poll` is what a warm poller took, in ms."""
    print("\nTransitions of one promotion, counted in its execution's history\n")
    print(agreement(kinds))
    step = median([one for told in kinds.values() for one in durations(told.events)])
    print(
        f"\nOne promotion at list prices: asked for {_ASKED_HOURS} h, canary of {_CANARY_MINUTES} min, a look"
        f" every {_EVERY} s.\nLambda’s time as measured here: {step:.0f} ms a step at {_OURS} MB,"
        f" {poll:.1f} ms a poll. Assumed: a transform of {_TRANSFORM_MINUTES} min\nand an overlap of"
        f" {_CANARY_MINUTES} min, each on one {_INSTANCE}; they are the same in every design.\n"
    )
    head = ["design", "transitions", "invocations", "workflow", "Lambda", "both", "× ours"]
    head += ["transform", "overlap"]
    print(table(head, prices(step, poll)))


def prices(step: float, poll: float) -> list[list[str]]:
    """One row a design; `step` and `poll` in ms."""
    looks, hours = _CANARY_MINUTES * 60 // _EVERY, _ASKED_HOURS
    ours = passed(_WAYS, looks - 1, hours)  # the path holds the look that finds it settled
    polls = looks + hours * 3600 // _EVERY
    designs = [
        ("ours: task tokens, events, a look as safety net", *ours, _lambda(ours[1], step, _OURS)),
        (f"a bare poller, {_SMALLEST} MB, the same time", 0, polls, _lambda(polls, poll, _SMALLEST)),
        (f"a bare poller, {_USUAL} MB", 0, polls, _lambda(polls, poll, _USUAL)),
        (f"the poller in a loop of states, {_USUAL} MB", _POLL * polls, polls, _lambda(polls, poll, _USUAL)),
        (f"one that sleeps between looks, {_SMALLEST} MB", 0, polls, _lambda(polls, _EVERY * 1e3, _SMALLEST)),
    ]
    own = ours[0] * _TRANSITION + designs[0][3]
    return [_row(*design, own) for design in designs]


def _row(name: str, count: int, invocations: int, functions: float, own: float) -> list[str]:
    states = count * _TRANSITION
    hourly = HOURLY[_INSTANCE] / 60
    figures = [states, functions, states + functions]
    ratio = f"{(states + functions) / own:.2f}"
    instances = [f"${hourly * minutes:.4f}" for minutes in (_TRANSFORM_MINUTES, _CANARY_MINUTES)]
    return [name, str(count), str(invocations), *(f"${one:.4f}" for one in figures), ratio, *instances]


def _lambda(invocations: int, milliseconds: float, memory: int) -> float:
    """Dollars; Lambda rounds up to the next millisecond (AWS Lambda: Pricing)."""
    return invocations * (_REQUEST + math.ceil(milliseconds) / 1e3 * memory / 1024 * _GB_SECOND)


def transitions(events: list[dict[str, Any]]) -> int:
    """State transitions as AWS bills them: the start, every state that is entered, every retry."""
    entered = sum(1 for event in events if "stateEnteredEventDetails" in event)
    kinds = Counter(str(event["type"]) for event in events)
    return 1 + entered + kinds["TaskScheduled"] - kinds["TaskStateEntered"]


def durations(events: list[dict[str, Any]]) -> list[float]:
    """Milliseconds of each step, from its start to its answer, as the state machine sees them."""
    found, started = [], None
    for event in events:
        at = event["timestamp"].timestamp() * 1e3
        if event["type"] == "TaskStarted":
            started = at
        elif started is not None and event["type"] in {"TaskSucceeded", "TaskSubmitted", "TaskFailed"}:
            found.append(at - started)
            started = None
    return found
