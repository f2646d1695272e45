"""The state machine: it can only wait, go on or end, and it never hangs."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from statelint.linter import Linter  # type: ignore[import-untyped]  # ships no types

from bot.domain.promotion import Status
from bot.usecases.step import STEPS, Outcome

ROOT = Path(__file__).parent.parent.parent
MACHINE: dict[str, Any] = yaml.safe_load((ROOT / "infra" / "promotion.asl.yaml").read_text())
STATES: dict[str, dict[str, Any]] = MACHINE["States"]


def of_type(kind: str) -> list[str]:
    return [name for name, state in STATES.items() if state["Type"] == kind]


TASKS, CHOICES = of_type("Task"), of_type("Choice")
WAITING = [name for name in TASKS if STATES[name]["Resource"].endswith(".waitForTaskToken")]


def onward(name: str) -> set[str]:
    """Where this state can lead."""
    state = STATES[name]
    ways = [state, *state.get("Choices", []), *state.get("Catch", [])]
    return {way["Next"] for way in ways if "Next" in way} | {state[d] for d in ["Default"] if d in state}


def reached(start: str) -> set[str]:
    seen: set[str] = set()
    ahead = {start}
    while ahead:
        seen |= ahead
        ahead = {way for name in ahead for way in onward(name)} - seen
    return seen


def test_it_is_written_in_the_states_language() -> None:
    assert Linter.validate(json.dumps(MACHINE)) == []


def test_the_lint_knows_a_broken_one() -> None:
    assert Linter.validate({**MACHINE, "StartAt": "Nowhere"}) != []


@pytest.mark.parametrize("name", TASKS)
def test_every_task_has_a_time_out_is_tried_again_and_leads_somewhere_when_that_does_not_help(
    name: str,
) -> None:
    task = STATES[name]
    assert ("TimeoutSeconds" in task) != ("TimeoutSecondsPath" in task)
    assert any("States.ALL" in retry["ErrorEquals"] for retry in task["Retry"])
    assert any("States.ALL" in catch["ErrorEquals"] for catch in task["Catch"])


@pytest.mark.parametrize("name", TASKS)
def test_what_catches_everything_comes_last(name: str) -> None:
    for handlers in (STATES[name]["Retry"], STATES[name]["Catch"]):
        assert [h for h in handlers if "States.ALL" in h["ErrorEquals"]] == [handlers[-1]]


@pytest.mark.parametrize("name", TASKS)
def test_every_task_takes_the_step_that_it_is_named_after(name: str) -> None:
    parameters = STATES[name]["Parameters"]
    step = parameters["Payload"]["step"]
    assert parameters["FunctionName"] == "${StepArn}"
    assert step == {"Fail": "Close"}.get(name, name)
    assert step in {*STEPS, "Close"}


def test_every_step_of_the_code_has_its_state() -> None:
    assert {STATES[name]["Parameters"]["Payload"]["step"] for name in TASKS} == {*STEPS, "Close"}


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_knows_what_to_do_with_a_surprise(name: str) -> None:
    assert STATES[name]["Default"] == "Close"


def rules(choice: dict[str, Any]) -> list[dict[str, Any]]:
    return [rule for way in choice["Choices"] for rule in way.get("And", [way])]


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_looks_at_what_a_step_says(name: str) -> None:
    for rule in rules(STATES[name]):
        field = rule["Variable"].removeprefix("$.")
        assert field in Outcome.__dataclass_fields__
        assert field != "status" or Status(rule["StringEquals"])


def test_every_state_can_be_reached() -> None:
    assert reached(MACHINE["StartAt"]) == set(STATES)


@pytest.mark.parametrize("name", list(STATES))
def test_from_everywhere_there_is_a_way_to_the_end(name: str) -> None:
    assert reached(name) & {"Done", "NotClosed"}


def test_only_the_question_waits_for_a_token_and_the_token_goes_nowhere_else() -> None:
    assert WAITING == ["Ask"]
    carrying = [name for name in TASKS if "token" in json.dumps(STATES[name]["Parameters"]).lower()]
    assert carrying == WAITING


@pytest.mark.parametrize("name", WAITING)
def test_a_question_that_nobody_answers_expires_and_is_not_asked_again_by_itself(name: str) -> None:
    silence = ["States.Timeout", "States.HeartbeatTimeout"]
    state = STATES[name]
    assert state["TimeoutSecondsPath"] == "$.seconds"
    assert (state["Catch"][0]["ErrorEquals"], state["Catch"][0]["Next"]) == (silence, "Expire")
    assert (state["Retry"][0]["ErrorEquals"], state["Retry"][0]["MaxAttempts"]) == (silence, 0)


def test_only_ids_and_numbers_travel() -> None:
    travelling = {key for name in TASKS for key in STATES[name]["Parameters"]["Payload"]}
    assert travelling == {"step", "promotion.$", "token.$", "error.$"}


def test_an_endpoint_that_somebody_else_changes_is_waited_for() -> None:
    busy = STATES["Deploy"]["Retry"][0]
    assert busy["ErrorEquals"] == ["EndpointBusy"]
    assert busy["MaxAttempts"] * busy["MaxDelaySeconds"] >= 3600


@pytest.mark.parametrize("name", [name for name in TASKS if name not in {"Fail", "Close"}])
def test_what_goes_wrong_on_the_way_is_closed_with_its_error(name: str) -> None:
    assert (STATES[name]["Catch"][-1]["Next"], STATES[name]["Catch"][-1]["ResultPath"]) == ("Fail", "$.error")


def test_an_ending_that_fails_is_seen_as_a_failed_execution() -> None:
    assert {STATES[name]["Catch"][-1]["Next"] for name in ("Fail", "Close")} == {"NotClosed"}
    assert STATES["NotClosed"]["Type"] == "Fail"
