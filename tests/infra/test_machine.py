"""The state machine: it can only wait, go on or end, and it never hangs."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from statelint.linter import Linter  # type: ignore[import-untyped]  # ships no types

from bot.aws.errors import Transient
from bot.domain.promotion import OVER, Status
from bot.usecases.hosting import EndpointBusy
from bot.usecases.ports import Conflict, Unreachable
from bot.usecases.step import STEPS, Outcome

ROOT = Path(__file__).parent.parent.parent
MACHINE: dict[str, Any] = yaml.safe_load((ROOT / "infra" / "promotion.asl.yaml").read_text())
STATES: dict[str, dict[str, Any]] = MACHINE["States"]


def of_type(kind: str) -> list[str]:
    return [name for name, state in STATES.items() if state["Type"] == kind]


TASKS, CHOICES = of_type("Task"), of_type("Choice")
WAITING = [name for name in TASKS if STATES[name]["Resource"].endswith(".waitForTaskToken")]
PAUSES = {"PauseTest": "Test", "Pause": "Watch"}
"""The states that wait for AWS, and the step that looks afterwards, whatever ended the wait."""
STEPPING = [name for name in TASKS if name not in PAUSES]
TRANSIENT = {
    "Transient",
    "Unreachable",
    "Conflict",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Sandbox.Timedout",
    "States.Timeout",
}
"""What may well work a moment later: ours, by class name, and Lambda's and Step Functions' own (Step
Functions Developer Guide: Handling errors)."""
OWN = {Transient, Unreachable, Conflict, EndpointBusy}


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
def test_every_task_has_a_time_out_and_leads_somewhere_whatever_goes_wrong(name: str) -> None:
    task = STATES[name]
    assert ("TimeoutSeconds" in task) != ("TimeoutSecondsPath" in task)
    assert task["Catch"][-1]["ErrorEquals"] == ["States.ALL"]
    assert [c for c in task["Catch"] if "States.ALL" in c["ErrorEquals"]] == task["Catch"][-1:]


def retried(name: str) -> set[str]:
    """The errors after which this state is tried again."""
    tries = [r for r in STATES[name].get("Retry", []) if r.get("MaxAttempts", 3)]
    return {error for retry in tries for error in retry["ErrorEquals"]}


@pytest.mark.parametrize("name", STEPPING)
def test_a_step_is_tried_again_after_what_may_pass_and_after_nothing_else(name: str) -> None:
    waited_for = {"EndpointBusy"} if name == "Deploy" else set()
    assert retried(name) == TRANSIENT | waited_for


def test_a_bug_or_a_refusal_is_not_tried_again() -> None:
    everything = {error for name in TASKS for error in retried(name)}
    assert everything.isdisjoint({"States.ALL", "States.TaskFailed", "States.Runtime", "Lambda.Unhandled"})
    assert everything.isdisjoint({"Refusal", "NotPossible", "NotFound", "KeyError", "Exception"})


def test_our_own_errors_are_retried_by_the_names_of_their_classes() -> None:
    named = {error for name in TASKS for error in retried(name) if "." not in error}
    assert named == {kind.__name__ for kind in OWN}


@pytest.mark.parametrize("name", STEPPING)
def test_tries_come_later_and_later_and_not_all_at_once(name: str) -> None:
    for retry in STATES[name]["Retry"]:
        if retry["MaxAttempts"]:
            assert retry["BackoffRate"] > 1
            assert retry["IntervalSeconds"] >= 2
        if "Transient" in retry["ErrorEquals"]:
            assert retry["JitterStrategy"] == "FULL"
        # Otherwise the hundredth try would come in millions of years.
        assert retry["MaxAttempts"] <= 4 or retry["MaxDelaySeconds"] <= 900


@pytest.mark.parametrize("name", ["Watch", "Attest", "Close", "Fail"])
def test_once_sagemaker_took_it_an_outage_is_waited_out_for_most_of_a_day(name: str) -> None:
    # The rollout goes on without us, so giving up early leaves a version live that nobody looked at.
    (patient,) = STATES[name]["Retry"]
    assert patient["MaxAttempts"] * patient["MaxDelaySeconds"] >= 20 * 3600


@pytest.mark.parametrize("name", TASKS)
def test_every_task_takes_the_step_that_it_is_named_after(name: str) -> None:
    parameters = STATES[name]["Parameters"]
    step = parameters["Payload"]["step"]
    assert parameters["FunctionName"] == "${StepArn}"
    assert step == {"Fail": "Close", "PauseTest": "Pause"}.get(name, name)
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


def test_only_what_waits_gets_a_token_and_the_token_goes_nowhere_else() -> None:
    assert WAITING == ["PauseTest", "Ask", "Pause"]
    carrying = [name for name in TASKS if "token" in json.dumps(STATES[name]["Parameters"]).lower()]
    assert carrying == WAITING
    # What a waiting state answers is whatever the token was answered with: it is thrown away.
    assert {STATES[name]["ResultPath"] for name in WAITING} == {None}


def test_a_question_that_nobody_answers_expires_and_is_not_asked_again_by_itself() -> None:
    silence = ["States.Timeout", "States.HeartbeatTimeout"]
    state = STATES["Ask"]
    assert state["TimeoutSecondsPath"] == "$.seconds"
    assert (state["Catch"][0]["ErrorEquals"], state["Catch"][0]["Next"]) == (silence, "Expire")
    assert (state["Retry"][0]["ErrorEquals"], state["Retry"][0]["MaxAttempts"]) == (silence, 0)


def test_a_question_that_slack_does_not_show_is_asked_for_a_week() -> None:
    unseen = next(r for r in STATES["Ask"]["Retry"] if r["ErrorEquals"] == ["Unreachable", "Conflict"])
    assert unseen["MaxAttempts"] * unseen["MaxDelaySeconds"] >= 7 * 86_400


@pytest.mark.parametrize(("name", "look"), PAUSES.items())
def test_a_pause_ends_by_an_event_by_time_or_by_a_fault_and_then_somebody_looks(name: str, look: str) -> None:
    state = STATES[name]
    assert state["TimeoutSecondsPath"] == "$.pause"
    assert state["Catch"] == [{"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": look}]
    assert state["Next"] == look
    assert "Retry" not in state  # the look comes anyway, and pauses again where there is a reason


@pytest.mark.parametrize(("name", "look"), PAUSES.items())
def test_a_pause_is_entered_only_while_there_is_something_to_wait_for(name: str, look: str) -> None:
    entering = {other for other in STATES if name in onward(other)}
    assert entering == {"PauseTest": {"Tested"}, "Pause": {"Deployed", "Watched"}}[name]
    assert name in onward(f"{look}ed")


@pytest.mark.parametrize("name", [*PAUSES, "Ask"])
def test_what_leads_to_a_wait_says_how_long_it_may_last(name: str) -> None:
    field = STATES[name]["TimeoutSecondsPath"].removeprefix("$.")
    said = {"pause", *Outcome.__dataclass_fields__}  # handlers/step.py adds the pause
    assert field in said
    # A task before it gives its whole answer on; only a Choice, which changes nothing, lies in between.
    for other in (o for o in STATES if name in onward(o) and STATES[o]["Type"] == "Task"):
        assert STATES[other]["OutputPath"] == "$.Payload"


@pytest.mark.parametrize("name", STEPPING)
def test_what_a_step_answers_is_all_that_goes_on(name: str) -> None:
    if name != "Ask":
        assert STATES[name]["OutputPath"] == "$.Payload"
        assert "ResultPath" not in STATES[name]


def test_only_ids_and_numbers_travel() -> None:
    travelling = {key for name in TASKS for key in STATES[name]["Parameters"]["Payload"]}
    assert travelling == {"step", "promotion.$", "token.$", "error.$"}


def test_an_endpoint_that_somebody_else_changes_is_waited_for() -> None:
    busy = STATES["Deploy"]["Retry"][0]
    assert busy["ErrorEquals"] == ["EndpointBusy"]
    assert busy["MaxAttempts"] * busy["MaxDelaySeconds"] >= 3600


@pytest.mark.parametrize("name", [name for name in STEPPING if name not in {"Fail", "Close"}])
def test_what_goes_wrong_on_the_way_is_closed_with_its_error(name: str) -> None:
    assert (STATES[name]["Catch"][-1]["Next"], STATES[name]["Catch"][-1]["ResultPath"]) == ("Fail", "$.error")


def test_an_ending_that_fails_is_seen_as_a_failed_execution() -> None:
    assert {STATES[name]["Catch"][-1]["Next"] for name in ("Fail", "Close")} == {"NotClosed"}
    assert STATES["NotClosed"]["Type"] == "Fail"


@pytest.mark.parametrize("name", ["Copy", "Test", "Weigh", "Deploy", "Watch"])
def test_there_is_no_way_to_the_attestation_around_this_state(name: str) -> None:
    seen: set[str] = set()
    ahead = {MACHINE["StartAt"]}
    while ahead:
        seen |= ahead
        ahead = {way for at in ahead for way in onward(at)} - seen - {name}
    assert "Attest" not in seen


def follow(choice: str, **said: Any) -> str:
    """Where this choice leads after such an answer."""
    for way in STATES[choice]["Choices"]:
        tests = way.get("And", [way])
        if all(
            said[t["Variable"].removeprefix("$.")] == t.get("StringEquals", t.get("BooleanEquals"))
            for t in tests
        ):
            return str(way["Next"])
    return str(STATES[choice]["Default"])


@pytest.mark.parametrize(
    ("choice", "status", "settled", "leads"),
    [
        ("Sealed", "sealed", True, "Copy"),
        ("Sealed", "refused", True, "Close"),
        ("Copied", "sealed", True, "Test"),
        ("Copied", "sealed", False, "PauseCopy"),
        ("Copied", "superseded", True, "Close"),
        ("Tested", "tested", True, "Weigh"),
        ("Tested", "sealed", False, "PauseTest"),
        ("Tested", "refused", True, "Close"),
        ("Weighed", "weighed", True, "Ask"),
        ("Weighed", "approved", True, "Deploy"),
        ("Weighed", "refused", True, "Close"),
        ("Settled", "approved", True, "Deploy"),
        ("Settled", "asking", True, "Ask"),
        ("Settled", "rejected", True, "Close"),
        ("Settled", "expired", True, "Close"),
        ("Deployed", "watching", True, "Pause"),
        ("Deployed", "superseded", True, "Close"),
        ("Watched", "watching", False, "Pause"),
        ("Watched", "watching", True, "Attest"),
        ("Watched", "rolled_back", True, "Close"),
    ],
)
def test_a_choice_leads_where_the_answer_says(
    choice: str,
    status: str,
    settled: bool,  # noqa: FBT001 - a column of the table
    leads: str,
) -> None:
    assert follow(choice, status=status, settled=settled) == leads


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("status", sorted(OVER))
@pytest.mark.parametrize("settled", [True, False])
def test_what_is_over_is_closed_wherever_it_ended(
    choice: str,
    status: Status,
    settled: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert follow(choice, status=status.value, settled=settled) == "Close"
