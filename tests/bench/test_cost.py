"""The bench's cost: counted as AWS bills it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bench.cost import durations, transitions

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def history(*events: tuple[str, int]) -> list[dict[str, Any]]:
    """Events by type and milliseconds after noon."""
    told = []
    for kind, after in events:
        entered = {"stateEnteredEventDetails": {"name": "S"}} if kind.endswith("StateEntered") else {}
        told.append({"type": kind, "timestamp": NOON + timedelta(milliseconds=after), **entered})
    return told


RETRIED = history(
    ("ExecutionStarted", 0),
    ("TaskStateEntered", 1),
    ("TaskScheduled", 2),
    ("TaskStarted", 2),
    ("TaskFailed", 32),
    ("TaskScheduled", 1000),
    ("TaskStarted", 1000),
    ("TaskSucceeded", 1050),
    ("TaskStateExited", 1051),
    ("SucceedStateEntered", 1052),
    ("SucceedStateExited", 1052),
    ("ExecutionSucceeded", 1052),
)
ASKED = history(
    ("ExecutionStarted", 0),
    ("TaskStateEntered", 1),
    ("TaskScheduled", 2),
    ("TaskStarted", 2),
    ("TaskSubmitted", 42),
    ("TaskSucceeded", 86_400_000),
    ("TaskStateExited", 86_400_001),
)


def test_the_start_every_state_and_every_retry_is_a_transition() -> None:
    assert transitions(RETRIED) == 4  # the start, the task, its retry, the end
    assert transitions(ASKED) == 2


def test_a_step_takes_as_long_as_its_function_and_not_as_its_question() -> None:
    assert [round(one) for one in durations(RETRIED)] == [30, 50]
    assert [round(one) for one in durations(ASKED)] == [40]
