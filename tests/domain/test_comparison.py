"""Weighing: a candidate's report against its guardrails and beside the champion's."""

import json
import math
from collections.abc import Mapping

import pytest

from bot.domain.comparison import Comparison, Row, weigh
from bot.domain.formats import parse_report
from bot.domain.meaning import Better, Meaning, Meanings
from bot.domain.report import Dataset
from bot.domain.scoring import Problem, score
from tests.domain.weighing import CHAMPION, Values, measured, metric, report, weighed

TESTED = Dataset(("s3://b/x/",), "0" * 64, 100)
LACKING = "may be 0.05 worse than churn:11’s at the most, and the report has no number for it"


@pytest.mark.parametrize(
    ("candidate", "champion", "guardrails", "tolerance", "verdict"),
    [
        # guardrails alone
        ({"auc": 0.8}, None, {"auc": ">= 0.80"}, {}, "Every guardrail holds."),
        ({"auc": 0.79}, None, {"auc": ">= 0.80"}, {}, "auc is 0.79 and must be ≥ 0.80."),
        ({"bias": -0.3}, None, {"bias": "abs <= 0.10"}, {}, "bias is -0.3 and must be |x| ≤ 0.10."),
        ({"auc": 0.79999}, None, {"auc": ">= 0.80"}, {}, "auc is 0.79999 and must be ≥ 0.80."),
        ({"auc": math.nextafter(0.8, 0)}, None, {"auc": ">= 0.80"}, {},
         "auc is 0.7999999999999999 and must be ≥ 0.80."),
        ({"auc": 0.8}, None, {"auc": "> 0.80"}, {}, "auc is 0.8 and must be > 0.80."),
        ({"mae": 123456.7}, None, {"mae": "<= 120000"}, {}, "mae is 123,457 and must be ≤ 120000."),
        ({"auc": math.nan}, None, {"auc": ">= 0.8"}, {},
         "auc must be ≥ 0.8, and in the report it is no number."),
        ({"auc": math.inf}, None, {"auc": ">= 0.8"}, {},
         "auc must be ≥ 0.8, and in the report it is no number."),
        ({"f1": 0.9}, None, {"auc": ">= 0.8"}, {}, "auc must be ≥ 0.8, and the report has no number for it."),
        (None, None, {"auc": ">= 0.8"}, {}, "auc must be ≥ 0.8, and this version has no report."),
        ({"auc": 0.7, "f1": 0.6}, None, {"f1": "> 0.7", "auc": ">= 0.8"}, {},
         "f1 is 0.6 and must be > 0.7; auc is 0.7 and must be ≥ 0.8."),
        # nothing to hold it to
        ({"auc": 0.7}, None, {}, {}, "No guardrails, and nothing to compare with."),
        (None, None, {}, {}, "No guardrails, and nothing to compare with."),
        # beside the champion
        ({"auc": 0.9}, {"auc": 0.8}, {"auc": ">= 0.8"}, {},
         "Every guardrail holds; better than churn:11 on 1 of 1 metrics."),
        ({"auc": 0.9, "mae": 3.0, "rows": 5}, {"auc": 0.8, "mae": 2.0, "rows": 9}, {}, {},
         "No guardrails; better than churn:11 on 1 of 2 metrics, worse on 1 (MAE +1)."),
        ({"auc": 0.8}, {"auc": 0.8}, {"auc": ">= 0.8"}, {},
         "Every guardrail holds; better than churn:11 on 0 of 1 metrics."),
        ({"auc": 0.9, "f1": 0.6, "recall": 0.5, "mae": 3.0, "r2": 0.4},
         {"auc": 0.8, "f1": 0.7, "recall": 0.5, "mae": 2.0, "r2": 0.4}, {}, {},
         "No guardrails; better than churn:11 on 1 of 5 metrics, worse on 2 (F1 −0.1, MAE +1)."),
        ({"auc": 0.9, "f1": 0.6}, {"auc": 0.8, "mae": 2.0}, {}, {},
         "No guardrails; better than churn:11 on 1 of 1 metrics."),
        ({"rows": 5}, {"rows": 9}, {}, {}, "No guardrails, and nothing to compare with."),
        # worse than the champion, by how much
        ({"auc": 0.85}, {"auc": 0.86}, {}, {"auc": 0.005},
         "auc is 0.01 worse than churn:11’s; 0.005 is tolerated."),
        ({"mae": 2.5}, {"mae": 2.0}, {}, {"mae": 0.1}, "mae is 0.5 worse than churn:11’s; 0.1 is tolerated."),
        ({"auc": 0.75}, {"auc": 0.80}, {"auc": ">= 0.78"}, {"auc": 0},
         "auc is 0.75 and must be ≥ 0.78."),
        ({"auc": 0.75}, {"auc": 0.80}, {"auc": ">= 0.70"}, {"auc": 0},
         "auc is 0.05 worse than churn:11’s; 0 is tolerated."),
        ({"auc": 0.75, "f1": 0.5}, {"auc": 0.80, "f1": 0.75}, {}, {"auc": 0, "f1": 0.125},
         ("auc is 0.05 worse than churn:11’s; 0 is tolerated; "
          "f1 is 0.25 worse than churn:11’s; 0.125 is tolerated.")),
    ],
)  # fmt: skip
def test_the_verdict_is_one_sentence(
    candidate: Values | None,
    champion: Values | None,
    guardrails: Mapping[str, str],
    tolerance: Values,
    verdict: str,
) -> None:
    assert weighed(candidate, champion, guardrails, tolerance).verdict == verdict


@pytest.mark.parametrize(
    ("candidate", "champion", "tolerance", "warned"),
    [
        ({"auc": 0.5}, {"auc": 0.25}, {"auc": 0}, False),
        ({"auc": 0.25}, {"auc": 0.5}, {"auc": 0.25}, False),
        ({"auc": 0.25}, {"auc": 0.5}, {"auc": 0.125}, True),
        ({"auc": 0.25}, {"auc": 0.5}, {}, False),
        ({"mae": 0.5}, {"mae": 0.25}, {"mae": 0.125}, True),
        ({"mae": 0.25}, {"mae": 0.5}, {"mae": 0}, False),
        ({"auc": 0.855}, {"auc": 0.86}, {"auc": 0.005}, False),
        ({"auc": 0.3}, {"auc": 0.1 + 0.2}, {"auc": 0}, True),
        ({"auc": 0.25}, {"auc": math.nan}, {"auc": 0}, True),
        ({"auc": 0.25}, {"f1": 0.5}, {"auc": 0}, True),
        ({"auc": 0.25}, None, {"auc": 0}, False),
    ],
)
def test_whatever_is_more_than_tolerably_worse_is_a_warning_and_no_failure(
    candidate: Values,
    champion: Values | None,
    tolerance: Values,
    warned: bool,  # noqa: FBT001 - a column of the table
) -> None:
    compared = weighed(candidate, champion, tolerance=tolerance)
    assert bool(compared.warnings) is warned
    assert (compared.failures, compared.passed) == ((), True)


def test_a_broken_guardrail_does_not_hide_a_warning() -> None:
    compared = weighed({"auc": 0.75}, {"auc": 0.80}, {"auc": ">= 0.78"}, {"auc": 0})
    assert not compared.passed
    assert compared.warnings == ("auc is 0.05 worse than churn:11’s; 0 is tolerated",)


@pytest.mark.parametrize(
    ("metric", "candidate", "champion", "better"),
    [
        ("auc", 0.9, 0.8, True),
        ("auc", 0.8, 0.9, False),
        ("auc", 0.8, 0.8, None),
        ("rmse", 0.9, 0.8, False),
        ("rmse", 0.8, 0.9, True),
        ("false_positive_rate", 0.1, 0.2, True),
        ("true_negative_rate", 0.1, 0.2, False),
        ("log_loss", 0.1, 0.2, True),
        ("average_precision", 0.9, 0.8, True),
        ("average_precision", 0.8, 0.9, False),
        ("rows", 1.0, 2.0, None),
        ("auc", math.nan, 0.8, None),
        ("auc", 0.8, math.nan, None),
    ],
)
def test_better_is_up_or_down_or_nobody_knows(
    metric: str,
    candidate: float,
    champion: float,
    better: bool | None,  # noqa: FBT001 - a column of the table
) -> None:
    assert weighed({metric: candidate}, {metric: champion}).rows[0].better is better


@pytest.mark.parametrize(
    ("problem", "answered"),
    [
        (Problem.REGRESSION, [("1", "1.5"), ("2", "2.0")]),
        (Problem.BINARY, [("0", "0.4"), ("1", "0.9"), ("1", "0.3")]),
        (Problem.MULTICLASS, [("a", "a"), ("b", "a"), ("c", "c")]),
    ],
)
def test_every_metric_that_the_test_itself_scores_can_be_compared(
    problem: Problem, answered: list[tuple[str, str]]
) -> None:
    found = parse_report(json.dumps(score(problem, answered)).encode(), "s3://b/r.json").metrics
    assert found
    assert [metric.name for metric in found if Meanings().of(metric.name).better is None] == []


def test_what_it_was_weighed_against_is_empty_until_somebody_says() -> None:
    assert weighed({"auc": 0.9}).against == ""


@pytest.mark.parametrize(
    "candidate", [{"f1": 0.9}, {"auc": math.nan}, None], ids=["without", "nan", "no report"]
)
def test_a_tolerated_metric_that_the_candidate_lacks_is_a_warning(candidate: Values | None) -> None:
    compared = weighed(candidate, {"auc": 0.9}, tolerance={"auc": 0.005})
    assert compared.passed
    assert "auc may be 0.005 worse than churn:11’s at the most" in compared.verdict


def test_of_ten_thousand_metrics_the_ruled_and_known_ones_are_kept_and_the_rest_counted() -> None:
    values = {**{f"slice-{n}": 0.5 for n in range(10_000)}, "auc": 0.9, "bias": 0.01}
    compared = weighed(values, guardrails={"bias": "abs <= 0.10"})
    assert [row.metric for row in compared.rows[:2]] == ["bias", "auc"]
    assert len(compared.rows) == 60
    assert compared.left_out == 10_002 - 60


def test_guarded_metrics_come_first_then_headlines_other_known_ones_the_rest_and_no_baselines() -> None:
    compared = weighed(
        {"rows": 9, "f2": 1, "f1": 0.7, "auc_best_constant_classifier": 0.5, "auc": 0.9, "custom": 1},
        guardrails={"custom": "> 0", "recall": "> 0.1"},
    )
    assert [row.metric for row in compared.rows] == ["custom", "recall", "auc", "f1", "f2", "rows"]


def test_a_guarded_baseline_is_shown_all_the_same() -> None:
    name = "auc_best_constant_classifier"
    compared = weighed({name: 0.5}, guardrails={name: "<= 0.6"})
    title = "AUC of the best constant classifier"
    assert compared.rows == (
        Row(name, 0.5, None, "≤ 0.6", guardrail_met=True, title=title, candidate_data=Dataset()),
    )


def test_a_row_without_a_guardrail_was_neither_met_nor_broken() -> None:
    row = Row("auc", 0.9, None, title="AUC", direction=Better.HIGHER, candidate_data=Dataset())
    assert weighed({"auc": 0.9}).rows == (row,)


def test_a_guardrail_without_a_number_is_not_met() -> None:
    assert weighed(None, guardrails={"auc": "> 0"}).rows == (
        Row("auc", None, None, "> 0", guardrail_met=False, title="AUC", direction=Better.HIGHER),
    )


def test_a_difference_needs_both_numbers() -> None:
    rows = weighed({"auc": 0.75, "f1": 0.5}, {"auc": 0.5}).rows
    assert [row.difference for row in rows] == [0.25, None]


@pytest.mark.parametrize(
    ("ours", "theirs", "spread", "clear"),
    [
        ((0.90, 0.03), (0.80, 0.04), 0.05, False),
        ((0.91, 0.03), (0.80, 0.04), 0.05, True),
        ((0.79, 0.03), (0.90, 0.04), 0.05, True),
        ((0.9, 0.0), (0.9, 0.0), 0.0, False),
        ((0.9, 0.0), (0.8, 0.0), 0.0, True),
        ((0.9, None), (0.8, 0.04), None, None),
        ((0.9, 0.03), (0.8, None), None, None),
        ((math.nan, 0.03), (0.8, 0.04), 0.05, None),
    ],
)
def test_a_difference_is_clear_beyond_two_of_its_standard_deviations(
    ours: tuple[float, float | None],
    theirs: tuple[float, float | None],
    spread: float | None,
    clear: bool | None,  # noqa: FBT001 - a column of the table
) -> None:
    (row,) = weigh(measured(metric("auc", *ours)), measured(metric("auc", *theirs)), CHAMPION, [], {}).rows
    assert row.spread == (None if spread is None else pytest.approx(spread))
    assert row.clear is clear


@pytest.mark.parametrize(
    ("ours", "theirs", "spread", "clear"),
    [
        (TESTED, TESTED, 0.005, True),
        (TESTED, Dataset(("s3://b/y/",), "1" * 64, 100), 0.05, None),
        (Dataset(), Dataset(), 0.05, False),
        (None, None, 0.05, False),
    ],
    ids=["tested on the same", "on other data", "claims that do not say", "claims of nothing"],
)
def test_lines_that_were_drawn_for_both_make_a_difference_clear_where_both_were_tested(
    ours: Dataset | None,
    theirs: Dataset | None,
    spread: float,
    clear: bool | None,  # noqa: FBT001 - a column of the table
) -> None:
    candidate = measured(metric("auc", 0.928, 0.03, ours), metric("f1", 0.7, 0.03, ours))
    champion = measured(metric("auc", 0.91, 0.04, theirs), metric("f1", 0.7, 0.04, theirs))
    auc, f1 = weigh(candidate, champion, CHAMPION, [], {}, paired={"auc": 0.005, "recall": 0.1}).rows
    assert auc.spread == pytest.approx(spread)
    assert auc.clear is clear
    assert f1.spread == pytest.approx(0.05)


def test_a_number_that_only_one_spelling_finds_is_not_paired() -> None:
    ours, theirs = (measured(metric(name, 0.9, 0.03, TESTED)) for name in ("auc", "AUC"))
    (row,) = weigh(ours, theirs, CHAMPION, [], {}, paired={"auc": 0.005}).rows
    assert (row.champion, row.paired_deviation) == (0.9, None)


def test_what_is_too_close_to_call_is_neither_better_nor_worse() -> None:
    ours = measured(
        metric("auc", 0.9, 0.01), metric("f1", 0.7, 0.05), metric("recall", 0.5, 0.001), metric("mae", 2)
    )
    theirs = measured(
        metric("auc", 0.8, 0.01), metric("f1", 0.71, 0.05), metric("recall", 0.512, 0.001), metric("mae", 3)
    )
    assert weigh(ours, theirs, CHAMPION, [], {}).verdict == (
        "No guardrails; better than churn:11 on 2 of 4 metrics, worse on 1 (Recall −0.012), "
        "1 too close to call."
    )


@pytest.mark.parametrize(
    ("candidate", "champion", "relative"),
    [(0.9, 0.8, 0.125), (-3.0, -2.0, -0.5), (1.0, 0.0, None), (1.0, None, None)],
)
def test_a_relative_difference_is_a_share_of_the_champion_s_number(
    candidate: float, champion: float | None, relative: float | None
) -> None:
    assert Row("auc", candidate, champion).relative == (None if relative is None else pytest.approx(relative))


@pytest.mark.parametrize(
    ("candidate", "champion", "tolerance", "warnings"),
    [
        ({"bias.DI": 1.3}, {"bias.DI": 0.8}, {"bias.DI": 0.05},
         ("bias.DI is 0.1 worse than churn:11’s; 0.05 is tolerated",)),
        ({"bias.DI": 1.2}, {"bias.DI": 0.8}, {"bias.DI": 0}, ()),
        ({"bias.DPPL[G=0]": 0.1, "bias.DPPL[G=1]": -0.3}, {"bias.DPPL[G=0]": 0.1, "bias.DPPL[G=1]": 0.2},
         {"bias.DPPL": 0.05}, ("bias.DPPL[G=1] is 0.1 worse than churn:11’s; 0.05 is tolerated",)),
        ({"bias.DPPL[G=0]": 0.1}, {"bias.DPPL[G=0]": 0.1, "bias.DPPL[G=1]": 0.2}, {"bias.DPPL": 0.05},
         (f"bias.DPPL[G=1] {LACKING}",)),
        ({"latency.p95_ms": 41}, {"latency_p95_ms": 30}, {"latency-p95-ms": 5},
         ("latency.p95_ms is 11 ms worse than churn:11’s; 5 is tolerated",)),
    ],
)  # fmt: skip
def test_a_tolerance_is_of_the_way_from_what_is_best(
    candidate: Values, champion: Values, tolerance: Values, warnings: tuple[str, ...]
) -> None:
    assert weighed(candidate, champion, tolerance=tolerance).warnings == warnings


def test_a_team_s_own_meaning_makes_a_metric_better_or_worse() -> None:
    own = Meanings({"uplift": Meaning("Uplift", Better.LOWER, "%")})
    (row,) = weigh(report({"uplift": 3}), report({"uplift": 2}), CHAMPION, [], {}, own).rows
    assert (row.title, row.unit, row.better) == ("Uplift", "%", False)


def test_the_verdict_on_a_record_from_before_directions_were_kept_is_the_same() -> None:
    old = Comparison((Row("auc", 0.9, 0.8, better=True), Row("rows", 5, 9)), CHAMPION, ())
    assert old.verdict == "No guardrails; better than churn:11 on 1 of 1 metrics."
