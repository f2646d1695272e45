"""The card in every status, as golden JSON that can be pasted into Block Kit Builder.

`UPDATE_GOLDEN=1` writes the files anew.
"""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.comparison import Comparison, Row
from bot.domain.cost import Cost, Line
from bot.domain.envelope import Envelope
from bot.domain.meaning import Better, written
from bot.domain.model import Identity, Version
from bot.domain.policy import Requirement
from bot.domain.progress import Progress
from bot.domain.promotion import OVER, Entry, Status
from bot.domain.wording import person
from bot.slack.evidence import measured_on
from bot.slack.views import APPROVE, REJECT, REPORT, SHELF, Message, card, told
from bot.usecases.ports import Picture
from playground.slack.checker import check_message
from tests.slack.cards import (
    ANA,
    BEN,
    CARDS,
    COMPARISON,
    COST,
    NOON,
    PROGRESS,
    SHORT,
    TRIALS,
    VERDICT,
    WARNED,
    YES,
    picture,
    promotion,
    rollback,
    shown_as,
)
from tests.slack.texts import texts_of

GOLDEN = Path(__file__).parent / "golden"


def types_of(message: Message) -> list[str]:
    return [block["type"] for block in message.blocks]


def characters(message: Message) -> int:
    return sum(map(len, texts_of(message.blocks)))


# ---- golden cards ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CARDS)
def test_the_card_looks_as_it_did_when_somebody_last_looked(name: str) -> None:
    path = GOLDEN / f"{name}.json"
    shown = {"blocks": card(CARDS[name]).blocks}
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(json.dumps(shown, indent=1, ensure_ascii=False) + "\n")
    assert shown == json.loads(path.read_text())


def test_there_is_no_golden_card_of_what_does_not_exist() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(CARDS)


@pytest.mark.parametrize("name", CARDS)
def test_slack_takes_every_card(name: str) -> None:
    message = card(CARDS[name])
    check_message(message.text, message.blocks)


def buttons_of(message: Message) -> list[tuple[str, str]]:
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [(button["action_id"], button["value"]) for row in rows for button in row]


@pytest.mark.parametrize("status", Status)
def test_only_a_card_that_asks_can_be_decided_on_and_its_buttons_carry_the_opaque_id_alone(
    status: Status,
) -> None:
    asked = [(APPROVE, "p_0123456789ab"), (REJECT, "p_0123456789ab")]
    shown = buttons_of(card(replace(picture(status), can_roll_back=False)))
    assert [button for button in shown if button[0] != REPORT] == (asked if status is Status.ASKING else [])


@pytest.mark.parametrize("status", Status)
def test_where_there_is_evidence_the_card_has_a_button_for_the_whole_report(status: Status) -> None:
    weighed = promotion(status).comparison is not None
    assert ((REPORT, "p_0123456789ab") in buttons_of(card(picture(status)))) is weighed
    without = replace(promotion(status), comparison=Comparison((), None, ()))
    assert (REPORT, "p_0123456789ab") not in buttons_of(card(shown_as(without)))


@pytest.mark.parametrize("status", [Status.LIVE, Status.FAILED])
def test_where_there_is_a_way_back_the_card_has_a_button_for_it(status: Status) -> None:
    report = (REPORT, "p_0123456789ab")
    assert buttons_of(card(picture(status))) == [report, (SHELF, "p_0123456789ab")]
    assert buttons_of(card(replace(picture(status), can_roll_back=False))) == [report]


@pytest.mark.parametrize("status", Status)
def test_what_a_notification_says_names_the_promotion_and_where_it_is(status: Status) -> None:
    assert card(picture(status)).text.startswith("churn:12 to production: ")


# ---- the test, the cost, the way back ---------------------------------------------------------------


def test_a_card_that_watches_says_how_far_it_is_and_no_other_does() -> None:
    line = "canary 10 %, baking 4 of 10 min, 312 requests, 0 errors"
    assert any(text.endswith(f"\n{line}") for text in texts_of(card(picture(Status.WATCHING)).blocks))
    later = replace(picture(Status.LIVE), promotion=replace(promotion(Status.LIVE), progress=PROGRESS))
    assert line not in "\n".join(texts_of(card(later).blocks))


def test_a_live_card_attests_and_says_what_it_cost() -> None:
    shown = "\n".join(texts_of(card(picture(Status.LIVE)).blocks))
    assert f"approved `{SHORT}` = serving `{SHORT}`" in shown
    assert f"sealed `{SHORT}`  ·  `p_0123456789ab`" in shown
    assert (
        "cost $0.0041: workflow $0.0011, test $0.0030, and 1 × ml.x9.huge for 12.0 min "
        "(overlap of instances) of unknown price"
    ) in shown


@pytest.mark.parametrize("status", Status)
def test_what_is_over_says_what_it_cost_and_what_is_not_over_does_not(status: Status) -> None:
    known = replace(promotion(status), cost=COST)
    shown = "\n".join(texts_of(card(shown_as(known)).blocks))
    assert ("cost $0.0041: workflow" in shown) is (status in OVER)
    assert "cost $" not in "\n".join(texts_of(card(shown_as(replace(known, cost=None))).blocks))


def test_the_card_names_what_it_was_tested_on() -> None:
    known = promotion(Status.WEIGHED)
    line = "Tested on 2,000 held-out rows (manifest `1a2b3c4d`), and so was churn:11"
    assert measured_on(known) == line
    assert line in list(texts_of(card(shown_as(known)).blocks))
    alone = replace(known, trials=TRIALS[:1])
    assert measured_on(alone) == "Tested on 2,000 held-out rows (manifest `1a2b3c4d`)"
    unfair = replace(known, trials=(TRIALS[0], replace(TRIALS[1], report="", problem="It failed.")))
    assert measured_on(unfair) == "Tested on 2,000 held-out rows (manifest `1a2b3c4d`)"
    one = replace(known, trials=(replace(TRIALS[0], rows=1),))
    assert measured_on(one) == "Tested on 1 held-out row (manifest `1a2b3c4d`)"


def test_what_is_not_tested_yet_or_never_claims_no_test() -> None:
    assert measured_on(replace(promotion(Status.SEALED), trials=(replace(TRIALS[0], report=""),))) == ""
    assert measured_on(rollback(Status.LIVE)) == ""


def test_a_rollback_says_so_and_what_it_brings_back() -> None:
    message = card(shown_as(rollback(Status.ASKING)))
    shown = list(texts_of(message.blocks))
    assert shown[0] == "churn:11 → production (rollback)"
    assert message.text == "churn:11 to production (rollback): waiting for approval"
    assert any("\nBack to churn:11 instead of churn:12.\nStill needed: *1* of *risk*." in t for t in shown)
    assert "table" not in types_of(message)


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


def test_the_card_s_table_is_short_and_what_decides_stands_to_the_left() -> None:
    measured = Row("auc", 0.9281, 0.9104, "≥ 0.80", guardrail_met=True, better=True, title="AUC",
                   candidate_deviation=0.007, champion_deviation=0.0081, direction=Better.HIGHER)  # fmt: skip
    compared = replace(COMPARISON, rows=(measured, *COMPARISON.rows[1:]))
    (table,) = [
        block
        for block in card(shown_as(replace(promotion(Status.ASKING), comparison=compared))).blocks
        if block["type"] == "table"
    ]
    head, auc, recall, *_ = [[cell["text"] for cell in row] for row in table["rows"]]
    assert head == ["Metric", "churn:12", "Guardrail", "churn:11 (live)", "Δ"]
    assert auc == ["AUC", "0.9281 ± 0.0070", "✓ ≥ 0.80", "0.9104", "+0.0177 close"]
    assert recall == ["recall", "0.7", "–", "0.71", "−0.01 worse"]
    assert [column["align"] for column in table["column_settings"]] == [
        "left",
        "right",
        "left",
        "right",
        "right",
    ]


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
    assert written(value) == shown


def test_of_many_metrics_the_card_shows_eight_and_says_how_many_more() -> None:
    rows = tuple(Row(f"m{n}", 0.5, None) for n in range(10_000))
    many = replace(promotion(Status.ASKING), comparison=Comparison(rows, None, ()))
    message = card(Picture(many, (Requirement("risk", 1),)))
    assert [len(block["rows"]) for block in message.blocks if block["type"] == "table"] == [9]
    assert "… 9992 more metrics in the report" in list(texts_of(message.blocks))
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
            progress=Progress(words, 10, NOON, 600, 10**12, 10**12),
            envelope=Envelope({"rollout": words}),
            trials=(replace(TRIALS[0], rows=10**12),) * 2,
            cost=Cost((Line(words, words, None),) * 5),
        ),
        tuple(Requirement(f"group-{n}", 20) for n in range(20)),
        "",
        NOON,
        status in {Status.LIVE, Status.FAILED},
        NOON,
    )


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: ascii(words[:20]))
@pytest.mark.parametrize("status", Status)
def test_slack_takes_a_card_whatever_others_wrote(status: Status, words: str) -> None:
    message = card(hostile(status, words))
    check_message(message.text, message.blocks)
    assert characters(message) < 11_000
    assert types_of(message)[-1] == "actions"


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


# ---- what files say --------------------------------------------------------------------------------

FORGED = "*auc* of :tada: https://evil.test"


def test_no_name_from_a_file_is_live_on_a_card() -> None:
    compared = replace(COMPARISON, failures=(FORGED,), notes=(FORGED,), warnings=())
    for status in (Status.ASKING, Status.WATCHING, Status.REFUSED):
        message = card(
            shown_as(replace(promotion(status), comparison=compared, story=(Entry(NOON, status, FORGED),)))
        )
        texts = "\n".join(texts_of(message.blocks))
        assert not [mark for mark in ("*auc*", ":tada:", "https://evil.test") if mark in texts]
    assert "∗auc∗ of ∶tada: https∶//evil․test" in told(Entry(NOON, Status.WEIGHED, FORGED)).text


def test_a_person_s_own_reason_keeps_its_link() -> None:
    assert "https://wiki.test/why" in told(Entry(NOON, Status.REJECTED, "See https://wiki.test/why")).text


@pytest.mark.parametrize("sign", ["x", "&", "<"])
def test_who_is_still_needed_is_seen_below_the_longest_verdict(sign: str) -> None:
    long = replace(COMPARISON, failures=(sign * 5000,))
    told_now = card(shown_as(replace(promotion(Status.ASKING), comparison=long))).blocks[1]["text"]["text"]
    assert "Still needed: *" in told_now
    assert len(told_now) < 3000
