"""Evidence at a terminal: what a person reads, line by line."""

import re

import pytest

from bot.terminal.screen import Screen, columns
from bot.terminal.tables import compared, reported
from tests.slack.evidences import (
    ALONE,
    EVIL,
    FAILING,
    FULL,
    NOT_COMPARABLE,
    NOTHING,
    ONLY_BIAS,
    REPORTS,
    UNREADABLE,
    UNVIOLATED,
    VIOLATED,
)

FILE, WIDE, NARROW = Screen(), Screen(120), Screen(60)
COLOURED = Screen(120, coloured=True)
ESCAPES = re.compile(r"\x1b\[[\d;]*m")


def test_a_report_is_read_from_the_verdict_down() -> None:
    title, verdict, empty, *table = reported(FULL, FILE).splitlines()[:12]
    assert (title, empty) == ("churn:12 · evaluation report", "")
    assert verdict.startswith("Every guardrail holds; better than churn:11 on 2 of 5 metrics, worse on 1")
    assert table == [
        "Metric              churn:12  Guardrail  churn:11 (production)               Difference",
        "AUC          0.9132 ± 0.0040   ✓ ≥ 0.80        0.8951 ± 0.0042    +0.0181 (+2 %) better",
        "Recall         0.700 ± 0.020          –          0.710 ± 0.020     −0.01 (−1.4 %) close",
        "F1                       0.8          –                    0.8                 the same",
        "Precision                0.9          –                    0.8      +0.1 (+12 %) better",
        "Latency p95         131.5 ms    ✓ ≤ 150               120.2 ms  +11.2 ms (+9.4 %) worse",
        "uplift                  3.25          –                    2.5            +0.75 (+30 %)",
        "MAE                     12.5          –                      –                        –",
        "… 12 more in the report",
    ]


def test_on_a_narrow_screen_the_verdicts_stay_and_the_details_go() -> None:
    assert reported(FULL, Screen(72)).splitlines()[4:7] == [
        "Metric              churn:12  Guardrail  churn:11      Difference",
        "AUC          0.9132 ± 0.0040   ✓ ≥ 0.80    0.8951  +0.0181 better",
        "Recall         0.700 ± 0.020          –      0.71     −0.01 close",
    ]
    assert reported(FULL, Screen(64)).splitlines()[4:7] == [
        "Metric       churn:12  Guardrail  churn:11      Difference",
        "AUC            0.9132   ✓ ≥ 0.80    0.8951  +0.0181 better",
        "Recall            0.7          –      0.71     −0.01 close",
    ]


def test_a_column_that_says_nothing_is_not_there() -> None:
    assert reported(ALONE, FILE).splitlines()[3] == "Metric    churn:12"
    assert reported(ONLY_BIAS, FILE).splitlines()[4].startswith("DPPL · Gender=0")


def test_what_else_was_found_follows_under_titles() -> None:
    shown = reported(FULL, FILE).split("\n\n")
    assert [part.splitlines()[0] for part in shown[2:]] == [
        "Bias, the furthest from fair",
        "The baseline’s bounds",
        "Model card",
        "Measured on",
        "Evidence: test, model quality · 1 unread",
        "Not taken as written",
    ]
    assert "  ✗ recall ≥ 0.72 (is 0.7)" in shown[3].splitlines()
    assert "  Owner: ml-platform" in shown[4].splitlines()
    assert "  churn:11: 2,000 rows of test (manifest 1a2b3c4d)" in shown[5].splitlines()
    assert shown[6].splitlines()[-1].endswith("could not be read: It is application/pdf, and I read JSON.")
    assert "  $.metrics[0].value is “NaN”, no number" in shown[7].splitlines()


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("screen", [WIDE, NARROW, Screen(40)], ids=["wide", "narrow", "narrowest"])
def test_every_line_fits_the_screen(name: str, screen: Screen) -> None:
    assert screen.width
    lines = [*reported(REPORTS[name], screen).splitlines(), *compared(REPORTS[name], screen).splitlines()]
    too_long = [line for line in lines if columns(line) > screen.width]
    assert [line for line in too_long if " " in line.strip()] == []  # an address of one word is not broken


def test_what_is_wrong_is_red() -> None:
    assert "\x1b[31;1mNot comparable with churn:11" in reported(NOT_COMPARABLE, COLOURED)
    assert "\x1b[31mauc is 0.7511 and must be ≥ 0.80." in reported(FAILING, COLOURED)
    assert re.search(r"\x1b\[31m +✗ ≥ 0.80\x1b", reported(FAILING, COLOURED))
    assert re.search(r"\x1b\[32m +\+0.0181 \(\+2 %\) better\x1b", reported(FULL, COLOURED))
    assert "\x1b[32m✓ No violations" in reported(UNVIOLATED, COLOURED)


@pytest.mark.parametrize("name", REPORTS)
def test_without_colours_the_words_are_the_same(name: str) -> None:
    assert ESCAPES.sub("", reported(REPORTS[name], COLOURED)) == reported(REPORTS[name], WIDE)
    assert "\x1b" not in reported(REPORTS[name], WIDE)


def test_violations_and_bias_are_told_the_worst_first() -> None:
    violations = reported(VIOLATED, FILE).split("\n\n")[2].splitlines()
    assert violations[:2] == ["Violations (9)", "  ✗ f7: baseline drift check (0.8 where 0.1 is allowed)"]
    bias = reported(ONLY_BIAS, FILE).split("\n\n")[2].splitlines()
    assert bias[1].startswith("  Gender=0: DI (disparate impact) 0.71, DPPL")


def test_a_version_without_a_report_hears_how_to_give_it_one() -> None:
    assert reported(NOTHING, FILE).splitlines()[1].startswith("It names no evaluation report.")
    unread = reported(UNREADABLE, FILE).splitlines()[1]
    assert unread.startswith("None of the evaluation reports that it names can be read. Write one")


def test_two_versions_name_the_evidence_of_both() -> None:
    lines = compared(FULL, FILE).splitlines()
    assert lines[0] == "churn:12 beside churn:11"
    assert "Evidence of churn:12: test, model quality · 1 unread" in lines
    assert "Evidence of churn:11: as it went live" in lines


@pytest.mark.parametrize("screen", [FILE, NARROW], ids=["file", "narrow"])
def test_nothing_that_a_file_says_steers_the_terminal(screen: Screen) -> None:
    for shown in (reported(EVIL, screen), compared(EVIL, screen)):
        assert not any(ord(c) < 32 and c != "\n" for c in shown)
        assert "\u202e" not in shown
