"""How far a promotion is: its line of steps, its heading and its rollout."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.progress import Progress
from bot.domain.promotion import Status
from bot.slack.steps import head, progress, rollout, titled
from tests.slack.cards import CARDS, COMPARISON, ENVELOPE, NOON, PROGRESS, promotion, rollback


def line(steps: str) -> str:
    """`Seal | ▸ Copy | Test …`: what is done, where it is, what comes."""
    done, at, ahead = (part.strip() for part in steps.split("|"))
    marked = [f"{at[0]} *{at[2:]}*"] if at else []
    return "  ›  ".join([*(f"✓ {name}" for name in done.split()), *marked, *ahead.split()])


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("opened", "| ▸ Seal | Copy Test Weigh Ask Deploy Watch Attest"),
        ("sealed", "Seal | ▸ Copy | Test Weigh Ask Deploy Watch Attest"),
        ("sealed_testing", "Seal Copy | ▸ Test | Weigh Ask Deploy Watch Attest"),
        ("tested", "Seal Copy Test | ▸ Weigh | Ask Deploy Watch Attest"),
        ("asking", "Seal Copy Test Weigh | ▸ Ask | Deploy Watch Attest"),
        ("watching", "Seal Copy Test Weigh Ask Deploy | ▸ Watch | Attest"),
        ("live", "Seal Copy Test Weigh Ask Deploy Watch Attest |  |"),
        ("superseded", "Seal Copy Test Weigh Ask Deploy Watch Attest |  |"),
        ("refused", "Seal Copy Test | ✗ Weigh | Ask Deploy Watch Attest"),
        ("rejected", "Seal Copy Test Weigh | ✗ Ask | Deploy Watch Attest"),
        ("expired", "Seal Copy Test Weigh | ✗ Ask | Deploy Watch Attest"),
        ("rolled_back", "Seal Copy Test Weigh Ask Deploy | ✗ Watch | Attest"),
        ("asking_rollback", "Seal Copy | ▸ Ask | Deploy Watch Attest"),
        ("live_rollback", "Seal Copy Ask Deploy Watch Attest |  |"),
    ],
)
def test_the_progress_line_shows_how_far_it_is(name: str, steps: str) -> None:
    assert progress(CARDS[name].promotion) == line(steps)


@pytest.mark.parametrize(
    ("status", "steps"),
    [
        (Status.OPENED, "| ▸ Seal | Copy Ask Deploy Watch Attest"),
        (Status.SEALED, "Seal | ▸ Copy | Ask Deploy Watch Attest"),
        (Status.TESTED, "Seal Copy | ▸ Ask | Deploy Watch Attest"),
        (Status.WEIGHED, "Seal Copy | ▸ Ask | Deploy Watch Attest"),
    ],
)
def test_a_rollback_is_neither_tested_nor_weighed(status: Status, steps: str) -> None:
    assert progress(rollback(status)) == line(steps)


def test_a_rollback_that_is_copied_waits_for_no_test() -> None:
    copied = replace(rollback(Status.SEALED), envelope=ENVELOPE)
    assert progress(copied) == line("Seal Copy | ▸ Ask | Deploy Watch Attest")
    assert head(copied) == "Copied"


def test_a_step_that_had_nothing_to_test_is_left_out() -> None:
    untested = replace(promotion(Status.WEIGHED), trials=())
    assert progress(untested) == line("Seal Copy Weigh | ▸ Ask | Deploy Watch Attest")


def test_what_failed_while_it_was_tested_says_so() -> None:
    testing = replace(promotion(Status.SEALED), envelope=ENVELOPE)
    failed = testing.moved(Status.FAILED, NOON, "The transform job failed.")
    assert progress(failed) == line("Seal Copy | ✗ Test | Weigh Ask Deploy Watch Attest")


def test_a_step_that_asked_nobody_is_left_out() -> None:
    whole = promotion(Status.LIVE)
    silent = replace(whole, story=tuple(e for e in whole.story if e.status is not Status.ASKING))
    assert progress(silent) == line("Seal Copy Test Weigh Deploy Watch Attest | |")


def test_what_was_outrun_while_it_asked_did_not_get_further() -> None:
    asked = promotion(Status.ASKING)
    outrun = asked.moved(Status.SUPERSEDED, NOON, "churn:13 took its place in production.")
    assert progress(outrun) == line("Seal Copy Test Weigh | ✗ Ask | Deploy Watch Attest")


def test_what_was_outrun_while_it_deployed_did_not_get_further() -> None:
    outrun = promotion(Status.DEPLOYING).moved(Status.SUPERSEDED, NOON, "churn:13 took its place.")
    assert progress(outrun) == line("Seal Copy Test Weigh Ask | ✗ Deploy | Watch Attest")


# ---- the rollout ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "line"),
    [
        (PROGRESS, "canary 10 %, baking 4 of 10 min, 312 requests, 0 errors"),
        (replace(PROGRESS, requests=1, errors=1), "canary 10 %, baking 4 of 10 min, 1 request, 1 error"),
        (replace(PROGRESS, requests=12_345), "canary 10 %, baking 4 of 10 min, 12,345 requests, 0 errors"),
        (replace(PROGRESS, percent=None), "canary, baking 4 of 10 min, 312 requests, 0 errors"),
        (replace(PROGRESS, percent=0), "canary 0 %, baking 4 of 10 min, 312 requests, 0 errors"),
        (replace(PROGRESS, bake=90), "canary 10 %, baking 1 of 1.5 min, 312 requests, 0 errors"),
        (replace(PROGRESS, bake=2), "canary 10 %, baking 2 of 2 s, 312 requests, 0 errors"),
        (replace(PROGRESS, bake=0), "canary 10 %, baking, 312 requests, 0 errors"),
        (replace(PROGRESS, since=None), "canary 10 %, baking for 10 min, 312 requests, 0 errors"),
        (replace(PROGRESS, since=NOON + timedelta(hours=1)),
         "canary 10 %, baking 0 of 10 min, 312 requests, 0 errors"),
        (replace(PROGRESS, since=NOON - timedelta(hours=1)),
         "canary 10 %, baking 10 of 10 min, 312 requests, 0 errors"),
        (Progress("ActivatingTraffic"), "canary, activating traffic, 0 requests, 0 errors"),
        (Progress("Creating"), "canary, creating, 0 requests, 0 errors"),
    ],
)  # fmt: skip
def test_the_rollout_is_one_line_of_what_is_known(seen: Progress, line: str) -> None:
    watched = replace(promotion(Status.WATCHING), progress=seen)
    assert rollout(watched, NOON + timedelta(minutes=4, seconds=50)) == line


def test_without_a_clock_or_an_envelope_the_rollout_says_less() -> None:
    watched = promotion(Status.WATCHING)
    assert rollout(watched, None) == "canary 10 %, baking for 10 min, 312 requests, 0 errors"
    bare = replace(watched, envelope=None, progress=Progress("Updating"))
    assert rollout(bare, NOON) == "updating, 0 requests, 0 errors"
    assert rollout(replace(watched, progress=None), NOON) == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sealed", "Being copied"),
        ("sealed_testing", "Being tested"),
        ("tested", "Being weighed"),
        ("live_rollback", "Live"),
    ],
)
def test_what_works_on_it_now_is_its_heading(name: str, words: str) -> None:
    assert head(CARDS[name].promotion) == words


def test_a_rollback_is_called_one() -> None:
    assert titled(promotion(Status.LIVE)) == "churn:12 to production"
    assert titled(rollback(Status.LIVE)) == "churn:11 to production (rollback)"


def test_a_first_deployment_has_no_canary() -> None:
    first = replace(COMPARISON, against="")
    said = rollout(replace(promotion(Status.WATCHING), comparison=first), NOON)
    assert said.startswith("baking ")
