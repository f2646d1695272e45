"""Evaluation reports as people see them, as golden JSON that can be pasted into Block Kit Builder.

`UPDATE_GOLDEN=1` writes the files anew.
"""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.domain.promotion import Entry, Status
from bot.domain.report import Dataset
from bot.domain.wording import person
from bot.slack import reports
from bot.slack.drawing import Drawing
from bot.slack.views import Message
from bot.usecases.evidence import Evidence, Reported
from playground.slack.checker import check_message
from tests.slack.evidences import (
    ALONE,
    CHAMPION,
    COMPARISON,
    DRIFTED,
    EVIL,
    FAILING,
    FULL,
    NOON,
    NOT_COMPARABLE,
    NOTHING,
    ONLY_BIAS,
    ONLY_SHAP,
    REPORTS,
    UNREADABLE,
    UNVIOLATED,
    VIOLATED,
    WARNED,
)
from tests.slack.texts import texts_of

GOLDEN = Path(__file__).parent / "golden_reports"
ENTRY = Entry(NOON, Status.ASKING, "New evidence came: bias.", evidence=True, aloud=True)
MESSAGES: dict[str, Message] = {
    **{f"report_{name}": reports.reported(found) for name, found in REPORTS.items()},
    "compare_full": reports.compared(FULL),
    "told_full": reports.told(ENTRY, FULL),
}
HOSTILE = {
    "report": reports.reported(EVIL),
    "compare": reports.compared(EVIL),
    "told": reports.told(ENTRY, EVIL),
}


def said(found: Reported) -> list[str]:
    return list(texts_of(reports.reported(found).blocks))


def rows(found: Reported) -> list[list[str]]:
    tables = [block for block in reports.reported(found).blocks if block["type"] == "table"]
    return [[cell["text"] for cell in row] for table in tables for row in table["rows"]]


def titles(message: Message) -> list[str]:
    return [block["title"] for block in message.blocks if block["type"] == "data_visualization"]


@pytest.mark.parametrize("name", MESSAGES)
def test_a_report_looks_as_it_did_when_somebody_last_looked(name: str) -> None:
    path = GOLDEN / f"{name}.json"
    shown = {"blocks": MESSAGES[name].blocks}
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(json.dumps(shown, indent=1, ensure_ascii=False) + "\n")
    assert shown == json.loads(path.read_text())


def test_there_is_no_golden_report_of_what_does_not_exist() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(MESSAGES)


@pytest.mark.parametrize("message", [*MESSAGES.values(), *HOSTILE.values()], ids=[*MESSAGES, *HOSTILE])
def test_slack_takes_every_report(message: Message) -> None:
    check_message(message.text, message.blocks)
    assert len(message.blocks) <= 50
    assert sum(map(len, texts_of(message.blocks))) < 11_000


@pytest.mark.parametrize("message", HOSTILE.values(), ids=HOSTILE)
def test_nothing_that_a_file_says_mentions_anybody_or_makes_a_link(message: Message) -> None:
    shown = [message.text, *(block["text"]["text"] for block in message.blocks if "text" in block)]
    shown += [element["text"] for block in message.blocks for element in block.get("elements", ())]
    assert shown
    assert [text for text in shown if "<" in text] == []
    assert [text for text in shown if "\x1b" in text or "\u202e" in text] == []


# ---- the verdict -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "first"),
    [
        (FULL, "Every guardrail holds; better than churn:11 on 2 of 5 metrics"),
        (NOT_COMPARABLE, ":red_circle: *Not comparable* with churn:11: it was measured on 2,000 other rows"),
        (FAILING, ":no_entry: auc is 0.7511 and must be ≥ 0.80."),
        (WARNED, ":warning: recall is 0.01 worse than churn:11’s; 0.005 is tolerated."),
        (ALONE, "No guardrails, and nothing to compare with."),
        (NOTHING, "It names no evaluation report. Write one as SageMaker does"),
    ],
    ids=["full", "not comparable", "failing", "warned", "alone", "nothing"],
)
def test_the_verdict_comes_first(found: Reported, first: str) -> None:
    title, verdict, *_ = said(found)
    assert title == "churn:12 · evaluation report"
    assert verdict.startswith(first)


def test_a_line_of_the_story_comes_before_the_evidence_that_it_is_of() -> None:
    entry = replace(ENTRY, text=f"New evidence came: R&D’s. {person('U01ANA')}")
    message = reports.told(entry, FULL)
    told = list(texts_of(message.blocks))
    assert told[0] == ":raised_hand: New evidence came: R&amp;D’s. <@U01ANA>"
    assert message.text == "New evidence came: R&amp;D’s. <@U01ANA>"
    assert told[1:] == said(FULL)[1:]


# ---- the table -------------------------------------------------------------------------------------


def test_each_metric_stands_beside_the_champion_s() -> None:
    assert rows(FULL) == [
        ["Metric", "churn:12", "Guardrail", "churn:11 (production)", "Δ"],
        ["AUC", "0.9132 ± 0.0040", "✓ ≥ 0.80", "0.8951 ± 0.0042", "+0.0181 (+2 %) better"],
        ["Recall", "0.700 ± 0.020", "–", "0.710 ± 0.020", "−0.01 (−1.4 %) close"],
        ["F1", "0.8", "–", "0.8", "the same"],
        ["Precision", "0.9", "–", "0.8", "+0.1 (+12 %) better"],
        ["Latency p95", "131.5 ms", "✓ ≤ 150", "120.2 ms", "+11.2 ms (+9.4 %) worse"],
        ["uplift", "3.25", "–", "2.5", "+0.75 (+30 %)"],
        ["MAE", "12.5", "–", "–", "–"],
    ]


def test_what_cannot_be_compared_has_no_difference() -> None:
    assert {row[4] for row in rows(NOT_COMPARABLE)[1:]} == {"not comparable", "–"}


def test_without_a_champion_or_a_guardrail_there_is_no_column_for_one() -> None:
    assert rows(ALONE) == [["Metric", "churn:12"], ["Accuracy", "0.9"]]
    assert rows(ONLY_BIAS)[0] == ["Metric", "churn:12", "Guardrail"]
    unruled = replace(COMPARISON, rows=COMPARISON.rows[1:4])
    assert rows(replace(FULL, comparison=unruled))[0] == ["Metric", "churn:12", "churn:11 (production)", "Δ"]


def test_a_long_title_is_told_by_its_letters_and_wraps() -> None:
    assert rows(ONLY_BIAS)[1][0] == "DPPL · Gender=0"
    (table,) = [block for block in reports.reported(FULL).blocks if block["type"] == "table"]
    assert [column.get("is_wrapped", False) for column in table["column_settings"]] == [True] + [False] * 4


def test_a_long_report_says_how_much_is_left_out() -> None:
    many = replace(FULL.comparison, rows=FULL.comparison.rows * 8, left_out=1000)
    found = replace(FULL, comparison=many)
    assert len(rows(found)) == 21
    assert any("… 1036 more metrics in the report" in text for text in said(found))


def test_the_worst_slice_is_one_line() -> None:
    assert "Worst slice: AUC · region=EU: 0.71, −0.03 (−4.1 %), worse" in said(FULL)


# ---- charts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "charts"),
    [
        (FULL, ["ROC curve", "What matters most (global SHAP values)"]),
        (VIOLATED, ["Drift per feature"]),
        (ONLY_SHAP, ["What matters most (global SHAP values)"]),
        (DRIFTED, ["Attribution drift (nDCG, lower is more drift)"]),
        (ALONE, []),
        (NOTHING, []),
        (EVIL, ["ROC curve", "What matters most (global SHAP values)"]),
    ],
    ids=["full", "violated", "only shap", "drifted", "alone", "nothing", "hostile"],
)
def test_the_charts_are_those_that_the_evidence_has(found: Reported, charts: list[str]) -> None:
    assert titles(reports.reported(found)) == charts


def test_what_cannot_be_compared_is_not_drawn_on_one_another() -> None:
    (roc, *_) = [block for block in reports.reported(NOT_COMPARABLE).blocks if "chart" in block]
    assert [series["name"] for series in roc["chart"]["series"]] == ["churn:12"]
    assert not any("churn:11 finds" in text for text in said(NOT_COMPARABLE))
    assert not any("churn:11" in drawing.alt for drawing in reports.reported(NOT_COMPARABLE).drawings)


def test_without_curves_the_metrics_stand_side_by_side() -> None:
    report = replace(FULL.evidence.report, curves=(), attributions=()) if FULL.evidence.report else None
    found = replace(FULL, evidence=replace(FULL.evidence, report=report))
    assert titles(reports.reported(found)) == ["churn:12 beside churn:11"]


def test_the_corner_of_the_curve_is_told_in_words() -> None:
    assert any(
        text.startswith("Where the curve is furthest from chance: churn:12 finds ")
        and "churn:11 finds " in text
        for text in said(FULL)
    )


def test_what_slack_cannot_draw_comes_as_pictures() -> None:
    assert [drawing.title for drawing in reports.reported(FULL).drawings][:1] == ["Confusion matrix"]
    assert reports.reported(NOTHING).drawings == ()


@pytest.mark.parametrize("say", [reports.reported, reports.compared, partial(reports.told, ENTRY)])
def test_pictures_that_cannot_be_made_leave_the_words_as_they_are(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, say: Callable[[Reported], Message]
) -> None:
    calm = say(FULL)

    def drawings(*_: object) -> tuple[Drawing, ...]:
        raise ZeroDivisionError

    monkeypatch.setattr(reports, "drawings", drawings)
    assert say(FULL) == replace(calm, drawings=())
    assert calm.drawings
    assert "the pictures of churn:12 are left out" in caplog.messages


# ---- what else was found ---------------------------------------------------------------------------


def test_bias_is_told_by_facet_and_what_is_furthest_from_fair_comes_first() -> None:
    (bias,) = [text for text in said(ONLY_BIAS) if text.startswith("*Bias")]
    assert bias.splitlines() == [
        "*Bias, the furthest from fair*",
        (
            "Gender=0: DI (disparate impact) 0.71, ✗ DPPL (difference in positive proportions) -0.125, "
            "AD (accuracy difference) 0.02, … 1 more"
        ),
        "Age=(65, 110]: DPPL (difference in positive proportions) 0.031",
    ]


def test_the_worst_violations_are_told_and_the_rest_is_counted() -> None:
    (told,) = [text for text in said(VIOLATED) if "violation" in text and text.startswith("*✗")]
    assert told.splitlines() == [
        "*✗ 9 violations*",
        *(f"✗ f{n}: baseline drift check (0.{n + 1} where 0.1 is allowed)" for n in (7, 6, 5, 4, 3)),
        "… 4 more",
    ]


def test_clarify_s_drift_is_told_with_which_way_is_more() -> None:
    (told,) = [text for text in said(DRIFTED) if text.startswith("*✗")]
    assert told.splitlines() == [
        "*✗ 2 violations*",
        "✗ shap of label1: Feature attribution drift 0.73 exceeds threshold 0.9 (nDCG, lower is more drift)",
        "✗ shap of label0: Feature attribution drift 0.76 exceeds threshold 0.9 (nDCG, lower is more drift)",
    ]


def test_no_violations_is_good_news() -> None:
    assert ":white_check_mark: *No violations* of the baseline’s constraints." in said(UNVIOLATED)
    assert not any("No violations" in text for text in said(FULL))


def test_the_baseline_s_bounds_are_held_against_the_metrics_that_exist() -> None:
    (told,) = [text for text in said(FULL) if "bounds" in text]
    assert told.splitlines() == [
        "*The baseline’s bounds: ✓ 1 hold, ✗ 1 broken, 1 without a number to hold against*",
        "✗ recall ≥ 0.72 (is 0.7)",
    ]


def test_the_model_card_says_whose_and_what_for() -> None:
    (told,) = [text for text in said(FULL) if text.startswith("*Owner*")]
    assert told.splitlines() == [
        "*Owner* ml-platform  ·  *Risk* Medium",
        "*Intended use* Ranking customers for the retention team; not for prices.",
        "*Caveats* Trained on consumers only.",
    ]


def test_what_it_was_measured_on_is_told_or_that_nobody_says() -> None:
    measured = "2,000 rows of test (manifest 1a2b3c4d)"
    assert f"Measured on churn:12 and churn:11 alike: {measured}." in said(FULL)
    assert "The report does not say what it was measured on." in said(ALONE)
    assert not any("measured on" in text for text in said(ONLY_SHAP))  # no number was
    other = replace(CHAMPION, data=Dataset())
    assert f"Measured on: churn:12 {measured}  ·  churn:11 its report does not say" in said(
        replace(FULL, champion=Evidence(other))
    )


def test_that_neither_report_says_what_it_was_measured_on_is_told_once() -> None:
    report = replace(CHAMPION, data=Dataset())
    note = "Neither report says what it was measured on"
    silent = replace(
        FULL,
        evidence=Evidence(report),
        champion=Evidence(report),
        comparison=replace(FULL.comparison, notes=(note,)),
    )
    assert sum("measured on" in text for text in said(silent)) == 1


def test_sources_are_named_and_what_could_not_be_read_says_why() -> None:
    (told,) = [text for text in said(FULL) if text.startswith("Evidence")]
    assert told.splitlines() == [
        "Evidence: test, model quality · 1 unread",
        ":warning: bias `bias.pdf` could not be read: It is application/pdf, and I read JSON.",
    ]


def test_what_was_not_taken_as_written_is_told_with_its_path() -> None:
    assert (
        ":warning: 5 entries were not taken as written: `$.metrics[0].value` is “NaN”, no number; "
        "`$.metrics[1].value` is “NaN”, no number; `$.metrics[2].value` is “NaN”, no number; … 2 more"
    ) in said(FULL)


def test_a_version_without_a_report_hears_how_to_give_it_one() -> None:
    shown = "\n".join(said(UNREADABLE))
    assert "It names no evaluation report. Write one" in "\n".join(said(NOTHING))
    assert "None of the evaluation reports that it names can be read. Write one" in shown
    assert "ModelMetrics=" in shown
    assert "bias `bias.pdf` could not be read" in shown
    assert "*Owner* ml-platform" in shown


def test_a_guardrail_that_asks_for_the_report_is_told_first() -> None:
    missed = replace(NOTHING.comparison, failures=("auc must be ≥ 0.80, and this version has no report",))
    _, verdict, how, *_ = said(replace(NOTHING, comparison=missed))
    assert verdict == ":no_entry: auc must be ≥ 0.80, and this version has no report."
    assert how.startswith("It names no evaluation report.")


# ---- two versions ----------------------------------------------------------------------------------


def test_two_versions_are_told_with_the_evidence_of_both() -> None:
    shown = list(texts_of(reports.compared(replace(FULL, stage="")).blocks))
    assert shown[0] == "churn:12 beside churn:11"
    assert "churn:11" in shown
    assert any(text.startswith("Evidence of churn:12: test, model quality · 1 unread") for text in shown)
    assert "Evidence of churn:11: as it went live" in shown
