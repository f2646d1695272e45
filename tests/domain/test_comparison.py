"""Weighing: a candidate's report against its guardrails and beside the champion's."""

import json
import math
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.comparison import Comparison, Row, direction, weigh
from bot.domain.guardrails import parse_guardrail
from bot.domain.model import Version
from bot.domain.report import Metric, Report, parse_report
from bot.domain.scoring import Problem, score

CHAMPION = Version("churn", 11)
Values = Mapping[str, float]


def report(values: Values) -> Report:
    metrics = tuple(Metric(name, value) for name, value in values.items())
    return Report("binary_classification", "s3://b/r.json", "0" * 64, metrics)


def weighed(
    candidate: Values | None,
    champion: Values | None = None,
    guardrails: Mapping[str, str] | None = None,
    tolerance: Values | None = None,
) -> Comparison:
    return weigh(
        None if candidate is None else report(candidate),
        None if champion is None else report(champion),
        None if champion is None else CHAMPION,
        [parse_guardrail(metric, text) for metric, text in (guardrails or {}).items()],
        tolerance or {},
    )


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
        ({"mae": 123456.7}, None, {"mae": "<= 120000"}, {}, "mae is 1.235e+05 and must be ≤ 120000."),
        ({"auc": math.nan}, None, {"auc": ">= 0.8"}, {},
         "auc must be ≥ 0.8, and the report has no number for it."),
        ({"auc": math.inf}, None, {"auc": ">= 0.8"}, {},
         "auc must be ≥ 0.8, and the report has no number for it."),
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
         "No guardrails; better than churn:11 on 1 of 2 metrics, worse on 1."),
        ({"auc": 0.8}, {"auc": 0.8}, {"auc": ">= 0.8"}, {},
         "Every guardrail holds; better than churn:11 on 0 of 1 metrics."),
        ({"auc": 0.9, "f1": 0.6, "recall": 0.5, "mae": 3.0, "r2": 0.4},
         {"auc": 0.8, "f1": 0.7, "recall": 0.5, "mae": 2.0, "r2": 0.4}, {}, {},
         "No guardrails; better than churn:11 on 1 of 5 metrics, worse on 2."),
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
        ({"auc": 0.25}, {"auc": math.nan}, {"auc": 0}, False),
        ({"auc": 0.25}, {"f1": 0.5}, {"auc": 0}, False),
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
    assert [metric.name for metric in found if direction(metric.name) is None] == []


def test_what_it_was_weighed_against_is_empty_until_somebody_says() -> None:
    assert weighed({"auc": 0.9}).against == ""


@pytest.mark.parametrize("metric", ["AUC", "auc_best_constant_classifier", "bias.DPPL", ""])
def test_a_metric_of_another_name_has_no_direction(metric: str) -> None:
    assert direction(metric) is None


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
    assert compared.rows == (Row(name, 0.5, None, "≤ 0.6", guardrail_met=True),)


def test_a_row_without_a_guardrail_was_neither_met_nor_broken() -> None:
    assert weighed({"auc": 0.9}).rows == (Row("auc", 0.9, None),)


def test_a_guardrail_without_a_number_is_not_met() -> None:
    assert weighed(None, guardrails={"auc": "> 0"}).rows == (
        Row("auc", None, None, "> 0", guardrail_met=False),
    )


def test_a_difference_needs_both_numbers() -> None:
    rows = weighed({"auc": 0.75, "f1": 0.5}, {"auc": 0.5}).rows
    assert [row.difference for row in rows] == [0.25, None]


FLOATS = st.floats() | st.sampled_from([math.nan, math.inf, -math.inf])
REPORTS = st.none() | st.dictionaries(st.sampled_from(["auc", "mae", "rows", "f1"]), FLOATS)


@given(
    candidate=REPORTS,
    champion=REPORTS,
    bounds=st.dictionaries(st.sampled_from(["auc", "mae"]), st.sampled_from([">= 0.5", "abs < 1"])),
    tolerated=st.dictionaries(st.sampled_from(["auc", "mae"]), st.floats(0, 1)),
)
def test_every_weighing_ends_in_a_verdict_that_agrees_with_its_rows(
    candidate: Values | None, champion: Values | None, bounds: Mapping[str, str], tolerated: Values
) -> None:
    compared = weighed(candidate, champion, bounds, tolerated)
    broken: Sequence[Row] = [row for row in compared.rows if row.guardrail_met is False]
    assert compared.passed is (not broken)
    assert compared.verdict.endswith(".")
    assert {row.metric for row in compared.rows if row.guardrail} == set(bounds)
    shown = [value for row in compared.rows for value in (row.candidate, row.champion)]
    assert all(value is None or math.isfinite(value) for value in shown)
