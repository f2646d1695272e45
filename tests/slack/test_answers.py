"""Answers to commands: what each one says, and that Slack takes it however long the list is."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.comparison import Comparison, Row
from bot.domain.model import Approval, Identity, ModelSummary, Package, Version
from bot.domain.policy import Requirement
from bot.domain.promotion import Consent, Entry, Promotion, Status
from bot.domain.ruling import Reason, Ruling
from bot.domain.wording import person
from bot.slack import answers
from bot.slack.grammar import VERBS, verb_named
from bot.slack.views import Message
from bot.usecases.decide import Decision
from bot.usecases.look import Live, ModelStatus, Shown, Waiting
from playground.slack.checker import check_message
from tests.slack.texts import texts_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
V12 = Version("churn", 12)
LINK = "https://acme.slack.com/archives/C012345678/p1772366400000100"
HOSTILE = "<!channel> *bold* `code` & " + "x" * 5000
LEADS, RISK = Requirement("leads", 1), Requirement("risk", 2)


def promotion(version: Version = V12, status: Status = Status.ASKING, stage: str = "production") -> Promotion:
    return Promotion(
        id="p_0123456789ab",
        version=version,
        stage=stage,
        attempt=1,
        arn="arn",
        status=status,
        opened_at=NOON,
        registered_by=Identity("cara"),
        consents=(Consent("U01ANA", ("leads",), NOON),),
        story=(Entry(NOON, status, "Moved."),),
    )


def rolled() -> Promotion:
    return replace(promotion(), rollback=True)


def package(**changes: Any) -> Package:
    facts: dict[str, Any] = {
        "version": V12,
        "arn": "arn",
        "status": "Completed",
        "approval": Approval.PENDING,
        "registered_at": NOON,
        "registered_by": Identity("cara"),
        "containers": (),
        "training_job": "churn-2026-03-01",
    }
    return Package(**{**facts, **changes})


def shown(**changes: Any) -> Shown:
    facts: dict[str, Any] = {
        "package": package(),
        "comparison": Comparison((Row("auc", 0.9, None, "≥ 0.80", guardrail_met=True),), None, ()),
        "promotions": (promotion(status=Status.LIVE, stage="staging"),),
        "live": (Live("staging", "churn-staging", V12, "InService"), Live("production", "churn", None, "")),
    }
    return Shown(**{**facts, **changes})


def words(message: Message) -> str:
    """All that people read, one text a line."""
    check_message(message.text, message.blocks)
    return "\n".join(texts_of(message.blocks))


def test_a_sentence_is_said_with_mentions_and_nothing_else_in_it_counts() -> None:
    message = answers.sentence(f"Already approved by {person('U01ANA')}: R&D <!here>")
    assert words(message) == message.text == "Already approved by <@U01ANA>: R&amp;D &lt;!here&gt;"


def test_a_sentence_of_any_length_is_taken() -> None:
    assert "…" in words(answers.sentence("&" * 40_000))


def test_help_lists_every_verb_and_explains_one() -> None:
    whole = words(answers.helped(None))
    assert all(f"`/mlops {verb.usage}`\n{verb.summary}" in whole for verb in VERBS)
    assert words(answers.helped(verb_named("deploy"))) == (
        "`/mlops deploy MODEL:V to STAGE`\n"
        "Propose a version for a stage; its policy decides what happens then.\n"
        "For example: `/mlops deploy churn:11 to staging`"
    )


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ((LEADS,), "Your approval of churn:12 to production counts. Still needed: 1 of leads."),
        ((LEADS, RISK), "counts. Still needed: 1 of leads and 2 of risk."),
        ((), "You approved churn:12 to production. It goes out now; its card shows how far it is."),
    ],
)
def test_whoever_approved_hears_what_is_still_needed(missing: tuple[Requirement, ...], said: str) -> None:
    assert said in words(answers.approved(Decision(promotion(), Ruling(Reason.ALLOWED, missing=missing))))


def test_whoever_rejected_or_proposed_hears_what_follows() -> None:
    decision = Decision(promotion(), Ruling(Reason.ALLOWED))
    assert words(answers.rejected(decision)).startswith("You rejected churn:12 to production.")
    assert words(answers.proposed(promotion())).startswith("Proposed churn:12 to production.")


BACK = "Rolling churn back to churn:12 in production. Its card follows it from here."


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ((), BACK),
        ((LEADS, RISK), f"{BACK} production asks 1 of leads and 2 of risk first."),
        (None, f"{BACK} Nobody may approve it: mlops.toml gives production no approvals."),
    ],
)
def test_whoever_wants_a_version_back_hears_whom_it_still_needs(
    asked: tuple[Requirement, ...] | None, said: str
) -> None:
    assert words(answers.rolling_back(rolled(), asked)) == said


def test_a_rollback_is_called_one_wherever_it_is_listed() -> None:
    assert f"<{LINK}|churn:12 to production (rollback)>" in words(
        answers.waiting([Waiting(rolled(), (LEADS,), LINK)])
    )
    assert "*churn:12 to production (rollback)*" in words(answers.waiting([Waiting(rolled(), (LEADS,), "")]))
    summary = ModelSummary("churn", V12, Approval.APPROVED)
    status = words(answers.statuses([ModelStatus(summary, (), (rolled(),))], 0))
    assert ":hourglass_flowing_sand: churn:12 to production (rollback): waiting for approval" in status
    assert "→ *production* (rollback): waiting for approval, " in words(
        answers.shown(shown(promotions=(rolled(),)))
    )


def test_what_waits_is_linked_to_its_card_and_says_what_it_still_needs() -> None:
    said = words(answers.waiting([Waiting(promotion(), (LEADS, RISK), LINK)]))
    assert f"<{LINK}|churn:12 to production>" in said
    assert "Still needed: 1 of leads and 2 of risk" in said


def test_what_waits_without_a_card_goes_by_its_title() -> None:
    assert "*churn:12 to production*" in words(answers.waiting([Waiting(promotion(), (LEADS,), "")]))


def test_nothing_waits() -> None:
    assert words(answers.waiting([])) == "Nothing waits for a decision."


def test_of_more_than_slack_takes_the_list_says_how_many_are_left_out() -> None:
    waits = [Waiting(promotion(Version("m" * 60, n)), (LEADS, RISK), LINK) for n in range(1, 501)]
    said = words(answers.waiting(waits)).splitlines()[-1]
    assert said.startswith("… ")
    assert said.endswith(" more")


def test_a_model_s_status_says_its_newest_version_what_is_live_and_what_is_on_its_way() -> None:
    live = (
        Live("staging", "churn-staging", V12, "Updating"),
        Live("production", "churn", None, "InService"),
        Live("shadow", "churn-shadow", None, ""),
    )
    summary = ModelSummary("churn", V12, Approval.PENDING)
    said = words(answers.statuses([ModelStatus(summary, live, (promotion(),))], 3))
    assert said == (
        "*Models*\n"
        "*churn*  ·  newest churn:12, PendingManualApproval\n"
        "staging: churn:12 (Updating)\n"
        "production: `churn`\n"
        "shadow: nothing\n"
        ":hourglass_flowing_sand: churn:12 to production: waiting for approval\n"
        "… 3 more. `/mlops status MODEL` looks at one."
    )


def test_an_empty_registry_says_how_to_begin() -> None:
    assert words(answers.statuses([], 0)).startswith("The registry has no models yet.")


def test_a_model_without_a_version_is_only_named() -> None:
    assert words(answers.statuses([ModelStatus(ModelSummary("churn", None, None), (), ())], 0)) == (
        "*Models*\n*churn*\n"
    )


def test_many_models_on_many_rungs_with_much_on_the_way_are_taken() -> None:
    live = tuple(Live("s" * 60, "e" * 63, Version("m" * 60, n), "InService") for n in range(5))
    moving = tuple(promotion(Version("m" * 60, n)) for n in range(50))
    model = ModelStatus(ModelSummary("m" * 60, V12, Approval.APPROVED), live, moving)
    assert "more" in words(answers.statuses([model] * 20, 980))


def test_a_version_is_shown_with_its_origin_its_evidence_and_its_promotions() -> None:
    said = words(answers.shown(shown()))
    assert "churn:12\n*Registry*\nCompleted, PendingManualApproval" in said
    assert "by cara" in said
    assert "*Training job*\n`churn-2026-03-01`" in said
    assert "*Live*\nstaging: churn:12\nproduction: nothing" in said
    assert "auc\n0.9\n✓ ≥ 0.80" in said
    assert "→ *staging*: live, " in said
    assert "\n`/mlops report churn:12` shows all of the evidence.\n" in said


def test_a_version_without_evidence_names_no_report_to_look_at() -> None:
    assert "/mlops report" not in words(answers.shown(shown(comparison=Comparison((), None, ()))))


def test_a_version_that_cannot_be_compared_says_why_and_what_the_registry_notes() -> None:
    version = shown(
        package=package(training_job="", registered_by=Identity(), approval_note="mlops p_1: R&D <ok>"),
        comparison=Comparison((), None, (), (f"The report is not there, says {person('U01ANA')}",)),
        promotions=(),
        live=(),
    )
    said = words(answers.shown(version))
    assert "The report is not there, says <@U01ANA>" in said
    assert "mlops p_1: R&amp;D &lt;ok&gt;" in said
    assert "by unknown" in said
    assert "`–`" in said


def test_a_version_full_of_others_words_is_taken_and_pings_nobody() -> None:
    rows = tuple(Row(f"metric-{n}", 0.5, 0.4, better=True) for n in range(10_000))
    version = shown(
        package=package(
            status=HOSTILE,
            registered_by=Identity(HOSTILE),
            training_job=HOSTILE,
            approval_note=HOSTILE,
        ),
        comparison=Comparison(rows, V12, (), (HOSTILE,)),
        promotions=(promotion(),) * 50,
        live=(Live("s", HOSTILE, None, HOSTILE),) * 5,
    )
    assert "<!channel>" not in words(answers.shown(version))
