"""The card in every status, as golden JSON that can be pasted into Block Kit Builder.

`UPDATE_GOLDEN=1` writes the files anew.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.comparison import Comparison, Row
from bot.domain.envelope import Envelope
from bot.domain.model import Identity, Version
from bot.domain.policy import Requirement
from bot.domain.promotion import Consent, Entry, Promotion, Status
from bot.domain.wording import person
from bot.slack.views import APPROVE, REJECT, Message, card, number, progress, told
from bot.usecases.ports import Picture
from playground.slack.checker import check_message

GOLDEN = Path(__file__).parent / "golden"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANA, BEN, CARA = "U01ANA", "U02BEN", "U04CARA"
COMPARISON = Comparison(
    rows=(
        Row("auc", 0.9132, 0.8951, "≥ 0.80", guardrail_met=True, better=True),
        Row("recall", 0.7, 0.71, better=False),
        Row("f1", 0.8, 0.8),
        Row("mae", 12.5, None),
        Row("precision", 0.9, 0.8, better=True),
    ),
    champion=Version("churn", 11),
    failures=(),
)
VERDICT = COMPARISON.verdict
WARNED = replace(COMPARISON, warnings=("recall is 0.01 worse than churn:11’s; R&D tolerates 0.005",))
BROKEN = Comparison(
    rows=(Row("auc", 0.7511, None, "≥ 0.80", guardrail_met=False),),
    champion=None,
    failures=("auc is 0.7511 and must be ≥ 0.80",),
    notes=("Not compared with what is live in production: the report is not there.",),
)
ENVELOPE = Envelope("c" * 64, "d1ce5eed" + "0" * 56)
TEXTS = {
    Status.OPENED: "The registry has a new version.",
    Status.SEALED: "Sealed as `d1ce5eed`: package, artifact, evidence, stage, rollout and policy.",
    Status.WEIGHED: VERDICT,
    Status.ASKING: f"Waiting for approval by 1 of leads and 1 of risk. {person(ANA)}",
    Status.APPROVED: f"Approved by {person(BEN)} for risk: recall is worth it.",
    Status.DEPLOYING: "Deploying to `churn`, canary.",
    Status.WATCHING: "SageMaker took it; watching the rollout.",
    Status.LIVE: "Live on `churn`: serving what was sealed, `d1ce5eed`.",
    Status.SUPERSEDED: "churn:13 took its place in production.",
    Status.REJECTED: f"Rejected by {person(BEN)}: recall dropped for new customers",
    Status.REFUSED: "Refused: auc is 0.7511 and must be ≥ 0.80.",
    Status.EXPIRED: "Expired: nobody decided in time. `/mlops deploy churn:12 to production` asks again.",
    Status.FAILED: "The endpoint `churn` is Failed: out of capacity.",
    Status.ROLLED_BACK: "Rolled back by SageMaker: alarm churn-5xx. churn:11 serves as before.",
}
LADDER = (
    Status.OPENED, Status.SEALED, Status.WEIGHED, Status.ASKING, Status.APPROVED, Status.DEPLOYING,
    Status.WATCHING, Status.LIVE, Status.SUPERSEDED,
)  # fmt: skip
ENDS = {
    Status.REFUSED: Status.SEALED,
    Status.REJECTED: Status.ASKING,
    Status.EXPIRED: Status.ASKING,
    Status.FAILED: Status.WATCHING,
    Status.ROLLED_BACK: Status.WATCHING,
}
YES = (
    Consent(ANA, ("leads",), NOON + timedelta(minutes=3), "", "r1"),
    Consent(BEN, ("risk",), NOON + timedelta(minutes=4), "recall is worth it", "r2"),
)


def path_to(status: Status) -> list[Status]:
    before = ENDS.get(status, status)
    return [*LADDER[: LADDER.index(before) + 1], *([status] if status in ENDS else [])]


def promotion(status: Status) -> Promotion:
    """As it would be after the whole way to this status."""
    path = path_to(status)
    return Promotion(
        id="p_0123456789ab",
        version=Version("churn", 12),
        stage="production",
        attempt=1,
        arn="arn:aws:sagemaker:eu-central-1:1:model-package/churn/12",
        status=status,
        opened_at=NOON,
        registered_by=Identity("cara"),
        training_job="churn-2026-03-01",
        report="s3://acme-ml/churn/12/statistics.json",
        revision=len(path),
        envelope=ENVELOPE if Status.SEALED in path else None,
        comparison=BROKEN if status is Status.REFUSED else (COMPARISON if Status.WEIGHED in path else None),
        consents=YES if Status.APPROVED in path else YES[:1] if status is Status.ASKING else (),
        story=tuple(Entry(NOON + timedelta(minutes=m), s, TEXTS[s]) for m, s in enumerate(path)),
    )


def picture(status: Status) -> Picture:
    if status is not Status.ASKING:
        return Picture(promotion(status), maker=CARA)
    return Picture(promotion(status), (Requirement("risk", 1),), CARA, NOON + timedelta(days=7))


def texts_of(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from [value] if key == "text" and isinstance(value, str) else texts_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts_of(value)


def types_of(message: Message) -> list[str]:
    return [block["type"] for block in message.blocks]


def characters(message: Message) -> int:
    return sum(map(len, texts_of(message.blocks)))


# ---- golden cards ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", Status)
def test_the_card_looks_as_it_did_when_somebody_last_looked(status: Status) -> None:
    path = GOLDEN / f"{status.value}.json"
    shown = {"blocks": card(picture(status)).blocks}
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(json.dumps(shown, indent=1, ensure_ascii=False) + "\n")
    assert shown == json.loads(path.read_text())


def test_there_is_no_golden_card_of_a_status_that_does_not_exist() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == {status.value for status in Status}


@pytest.mark.parametrize("status", Status)
def test_slack_takes_every_card(status: Status) -> None:
    message = card(picture(status))
    check_message(message.text, message.blocks)


@pytest.mark.parametrize("status", Status)
def test_only_a_card_that_asks_has_buttons_and_they_carry_the_opaque_id_alone(status: Status) -> None:
    buttons = [
        (button["action_id"], button["value"])
        for block in card(picture(status)).blocks
        if block["type"] == "actions"
        for button in block["elements"]
    ]
    asked = [(APPROVE, "p_0123456789ab"), (REJECT, "p_0123456789ab")]
    assert buttons == (asked if status is Status.ASKING else [])


@pytest.mark.parametrize("status", Status)
def test_what_a_notification_says_names_the_promotion_and_where_it_is(status: Status) -> None:
    assert card(picture(status)).text.startswith("churn:12 to production: ")


@pytest.mark.parametrize(
    ("status", "line"),
    [
        (Status.OPENED, "▸ *Seal*  ›  Weigh  ›  Ask  ›  Deploy  ›  Watch  ›  Attest"),
        (Status.SEALED, "✓ Seal  ›  ▸ *Weigh*  ›  Ask  ›  Deploy  ›  Watch  ›  Attest"),
        (Status.ASKING, "✓ Seal  ›  ✓ Weigh  ›  ▸ *Ask*  ›  Deploy  ›  Watch  ›  Attest"),
        (Status.WATCHING, "✓ Seal  ›  ✓ Weigh  ›  ✓ Ask  ›  ✓ Deploy  ›  ▸ *Watch*  ›  Attest"),
        (Status.LIVE, "✓ Seal  ›  ✓ Weigh  ›  ✓ Ask  ›  ✓ Deploy  ›  ✓ Watch  ›  ✓ Attest"),
        (Status.SUPERSEDED, "✓ Seal  ›  ✓ Weigh  ›  ✓ Ask  ›  ✓ Deploy  ›  ✓ Watch  ›  ✓ Attest"),
        (Status.REFUSED, "✓ Seal  ›  ✗ *Weigh*  ›  Ask  ›  Deploy  ›  Watch  ›  Attest"),
        (Status.REJECTED, "✓ Seal  ›  ✓ Weigh  ›  ✗ *Ask*  ›  Deploy  ›  Watch  ›  Attest"),
        (Status.EXPIRED, "✓ Seal  ›  ✓ Weigh  ›  ✗ *Ask*  ›  Deploy  ›  Watch  ›  Attest"),
        (Status.ROLLED_BACK, "✓ Seal  ›  ✓ Weigh  ›  ✓ Ask  ›  ✓ Deploy  ›  ✗ *Watch*  ›  Attest"),
    ],
)
def test_the_progress_line_shows_how_far_it_is(status: Status, line: str) -> None:
    assert progress(promotion(status)) == line


def test_a_step_that_asked_nobody_is_left_out() -> None:
    whole = promotion(Status.LIVE)
    silent = replace(whole, story=tuple(e for e in whole.story if e.status is not Status.ASKING))
    assert progress(silent) == "✓ Seal  ›  ✓ Weigh  ›  ✓ Deploy  ›  ✓ Watch  ›  ✓ Attest"


def test_what_was_outrun_while_it_asked_did_not_get_further() -> None:
    asked = promotion(Status.ASKING)
    outrun = asked.moved(Status.SUPERSEDED, NOON, "churn:13 took its place in production.")
    assert progress(outrun) == "✓ Seal  ›  ✓ Weigh  ›  ✗ *Ask*  ›  Deploy  ›  Watch  ›  Attest"


def test_what_was_outrun_while_it_deployed_did_not_get_further() -> None:
    outrun = promotion(Status.DEPLOYING).moved(Status.SUPERSEDED, NOON, "churn:13 took its place.")
    assert progress(outrun) == "✓ Seal  ›  ✓ Weigh  ›  ✓ Ask  ›  ✗ *Deploy*  ›  Watch  ›  Attest"


@pytest.mark.parametrize("status", Status)
def test_the_champion_is_live_until_the_candidate_took_its_place(status: Status) -> None:
    tables = [block for block in card(picture(status)).blocks if block["type"] == "table"]
    heads = [cell["text"] for table in tables for cell in table["rows"][0]]
    before = status in {Status.LIVE, Status.SUPERSEDED}
    assert ("churn:11 (before)" in heads) is before
    compared = promotion(status).comparison
    assert ("churn:11 (live)" in heads) is (compared is COMPARISON and not before)


def test_a_warning_stands_out_where_people_decide() -> None:
    asked = replace(picture(Status.ASKING), promotion=replace(promotion(Status.ASKING), comparison=WARNED))
    shown = list(texts_of(card(asked).blocks))
    warning = "\n:warning: recall is 0.01 worse than churn:11’s; R&amp;D tolerates 0.005.\nStill needed: "
    assert any(warning in text for text in shown)
    calm = list(texts_of(card(picture(Status.ASKING)).blocks))
    assert any(f"\n{VERDICT}\nStill needed: " in text for text in calm)
    assert not any(":warning:" in text for text in calm)


def test_a_maker_nobody_knows_goes_by_the_registry_s_name() -> None:
    shown = list(texts_of(card(replace(picture(Status.ASKING), maker="")).blocks))
    assert "*Registered*\nby cara" in shown


def test_without_a_report_or_a_job_the_card_says_what_it_has() -> None:
    bare = replace(promotion(Status.OPENED), report="", training_job="", registered_by=Identity())
    shown = list(texts_of(card(Picture(bare)).blocks))
    assert "*Training job*\n–" in shown
    assert "*Registered*\nby unknown" in shown
    assert not any("*Report*" in text for text in shown)


def test_who_proposed_it_is_a_mention_and_nobody_is_itself() -> None:
    proposed = card(Picture(replace(promotion(Status.OPENED), proposer=ANA)))
    assert f"*Proposed*\nby <@{ANA}>" in list(texts_of(proposed.blocks))
    assert "*Proposed*\nby itself" in list(texts_of(card(picture(Status.OPENED)).blocks))


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "–"), (0.91324, "0.9132"), (1.0, "1"), (0.0, "0"), (-0.5, "-0.5"), (12345678.0, "12,345,678")],
)
def test_a_metric_has_four_significant_digits(value: float | None, shown: str) -> None:
    assert number(value) == shown


def test_of_many_metrics_the_card_shows_twelve_and_says_how_many_more() -> None:
    rows = tuple(Row(f"m{n}", 0.5, None) for n in range(10_000))
    many = replace(promotion(Status.ASKING), comparison=Comparison(rows, None, ()))
    message = card(Picture(many, (Requirement("risk", 1),)))
    assert [len(block["rows"]) for block in message.blocks if block["type"] == "table"] == [13]
    assert "… 9988 more metrics in the report" in list(texts_of(message.blocks))
    check_message(message.text, message.blocks)


# ---- hostile words ---------------------------------------------------------------------------------

HOSTILE = [
    "<!channel> <@U0CEO> <https://evil.example|click>",
    "*bold* _it_ ~no~ `code` ```block``` > quote",
    "& &amp; &lt;!here&gt;",
    "<>&" * 2000,
    "x" * 5000,
    "\n" * 5000,
    "\u202eright to left\u0000 and nothing",
    "\ue000U0CEO\ue003 \ue002soon\ue003",
    "😀" * 3000,
]


def hostile(status: Status, words: str) -> Picture:
    """A promotion that says these words wherever somebody else's words can be."""
    calm = promotion(status)
    rows = tuple(Row(f"{words}{n}", 0.5, 0.4, "≥ 0.80", guardrail_met=True, better=True) for n in range(60))
    compared = Comparison(rows, Version("m" * 60, 999_999_999), (), (words, words))
    return Picture(
        replace(
            calm,
            version=Version("m" * 60, 999_999_999),
            stage="s" * 60,
            registered_by=Identity(words, words),
            training_job=words,
            report=f"s3://bucket/{words}",
            comparison=compared,
            consents=tuple(replace(YES[1], person=f"U{n}", comment=words) for n in range(20)),
            story=tuple(replace(entry, text=f"Approved: {words}") for entry in calm.story),
        ),
        tuple(Requirement(f"group-{n}", 20) for n in range(20)),
        "",
        NOON,
    )


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: ascii(words[:20]))
@pytest.mark.parametrize("status", Status)
def test_slack_takes_a_card_whatever_others_wrote(status: Status, words: str) -> None:
    message = card(hostile(status, words))
    check_message(message.text, message.blocks)
    assert characters(message) < 11_000
    assert ("actions" in types_of(message)) is (status is Status.ASKING)


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: ascii(words[:20]))
def test_others_words_ping_nobody_and_link_nowhere(words: str) -> None:
    shown = hostile(Status.APPROVED, words)
    said = [*texts_of(card(shown).blocks), card(shown).text]
    for entry in shown.promotion.story:
        said += [*texts_of(told(entry).blocks), told(entry).text]
    cells = {f"{words}{n}"[:199] for n in range(60)}  # a table's raw text is never read as mrkdwn
    for text in said:
        if not any(text.startswith(cell) for cell in cells):
            assert "<!channel>" not in text
            assert "<!here>" not in text
            assert "<https:" not in text


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: ascii(words[:20]))
def test_slack_takes_a_line_of_the_story_whatever_it_says(words: str) -> None:
    message = told(Entry(NOON, Status.APPROVED, f"Approved by {person(ANA)}: {words}"))
    check_message(message.text, message.blocks)


def test_one_long_comment_hides_nobody_else_s_approval() -> None:
    consents = (replace(YES[0], comment="x" * 5000), YES[1])
    shown = list(texts_of(card(Picture(replace(promotion(Status.APPROVED), consents=consents))).blocks))
    assert any(f"<@{BEN}> for risk" in text for text in shown)


def test_a_name_full_of_backticks_cannot_leave_its_code_span() -> None:
    sly = replace(promotion(Status.OPENED), training_job="job` <!here> `", report="s3://b/a`b.json")
    shown = list(texts_of(card(Picture(sly)).blocks))
    assert "*Training job*\n`job &lt;!here&gt; `" in shown
    assert "*Report*\n`ab.json`" in shown


def test_a_line_of_the_story_mentions_who_it_was() -> None:
    message = told(Entry(NOON, Status.REJECTED, f"Rejected by {person(BEN)}: R&D says <no>"))
    assert message.blocks[0]["text"]["text"] == f":no_entry: Rejected by <@{BEN}>: R&amp;D says &lt;no&gt;"
    assert "R&amp;D says &lt;no&gt;" in message.text
