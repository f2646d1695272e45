"""Evidence in words: a table of what is said."""

import math

import pytest

from bot.domain.comparison import Row
from bot.domain.meaning import Better
from bot.domain.phrasing import (
    bounds,
    dataset,
    difference,
    file_name,
    guardrail,
    judgement,
    kinds,
    measured,
    shift,
    slice_of,
    unfair,
    violation,
    worst_first,
)
from bot.domain.report import Constraint, Dataset, Metric, Report, Violation


@pytest.mark.parametrize(
    ("value", "deviation", "unit", "said"),
    [
        (0.9132, None, "", "0.9132"),
        (0.9132, 0.00412, "", "0.9132 ± 0.0041"),
        (0.9281, 0.007, "", "0.9281 ± 0.0070"),
        (0.88, 0.008, "", "0.8800 ± 0.0080"),
        (0.6685, 0.0213, "", "0.6685 ± 0.021"),
        (0.5, 0.0996, "", "0.50 ± 0.10"),
        (0.5, 0.0, "", "0.5 ± 0"),
        (1_234_567.0, 4321.0, "", "1,234,567 ± 4,300"),
        (12_345.678, 1.234, "", "12,345.7 ± 1.2"),
        (131.5, None, "ms", "131.5 ms"),
        (131.5, 4.0, "ms", "131.5 ± 4.0 ms"),
        (1_234_567.0, None, "", "1,234,567"),
        (None, None, "ms", "–"),
        (math.nan, 0.1, "", "–"),
        (0.5, math.inf, "", "0.5"),
        (0.5, 1e300, "", "0.5 ± 1e+300"),
        (0.5, 1e-300, "", "0.5 ± 1e-300"),
        (1e300, 0.01, "", "1e+300 ± 0.010"),
    ],
)
def test_a_number_is_said_with_its_deviation(
    value: float | None, deviation: float | None, unit: str, said: str
) -> None:
    assert measured(value, deviation, unit) == said


UP, DOWN = Better.HIGHER, Better.LOWER


@pytest.mark.parametrize(
    ("row", "said", "brief"),
    [
        (Row("auc", 0.9, 0.88, better=True, direction=UP), "+0.02 (+2.3 %), better", "+0.02 better"),
        (Row("mae", 3.0, 2.0, better=False, direction=DOWN), "+1 (+50 %), worse", "+1 worse"),
        (Row("auc", 0.9, 0.9, direction=UP), "the same", "the same"),
        (Row("uplift", 2.0, 1.0), "+1 (+100 %)", "+1"),
        (Row("p95", 140.123, 120.0, unit="ms"), "+20.1 ms (+17 %)", "+20.1 ms"),
        (Row("rows", 1_234_567.0, 1_000_000.0), "+234,567 (+23 %)", "+234,567"),
        (Row("auc", 0.9, None), "–", "–"),
        (Row("auc", None, 0.9), "–", "–"),
        (Row("bias.DPL", 0.1, 0.0), "+0.1", "+0.1"),
        (Row("auc", 0.9, 0.8, comparable=False), "not comparable", "not comparable"),
        (
            Row(
                "auc", 0.9, 0.89, better=True, candidate_deviation=0.01, champion_deviation=0.01, direction=UP
            ),
            "+0.01 (+1.1 %), too close to call",
            "+0.01 close",
        ),
    ],
)
def test_a_difference_is_said_with_what_it_means(row: Row, said: str, brief: str) -> None:
    assert difference(row) == said
    assert shift(row, brief=True) == brief
    assert shift(row) == said.replace(", ", " ").replace("too close to call", "close")


def test_where_nobody_knows_which_way_is_better_nothing_is_judged() -> None:
    assert judgement(Row("uplift", 2.0, 1.0)) == ""
    assert judgement(Row("uplift", 2.0, 1.0, candidate_deviation=1.0, champion_deviation=1.0)) == ""


def test_what_keeps_its_guardrail_in_both_versions_is_not_judged() -> None:
    row = Row("bias.DPPL", 0.02, 0.01, "|x| ≤ 0.10", guardrail_met=True, better=False, direction=Better.ZERO)
    assert judgement(row) == ""
    assert shift(row, brief=True) == "+0.01"


@pytest.mark.parametrize(
    ("read", "unread", "said"),
    [
        (["test", "bias", "bias"], 0, "test, bias"),
        (["test"], 2, "test · 2 unread"),
        ([], 1, "1 unread"),
        ([], 0, ""),
    ],
)
def test_evidence_is_named_by_what_it_is_of(read: list[str], unread: int, said: str) -> None:
    assert kinds(read, unread) == said


def test_a_guardrail_is_said_with_whether_it_holds() -> None:
    assert guardrail(Row("auc", 0.9, None, "≥ 0.80", guardrail_met=True)) == "✓ ≥ 0.80"
    assert guardrail(Row("auc", 0.7, None, "≥ 0.80", guardrail_met=False)) == "✗ ≥ 0.80"
    assert guardrail(Row("auc", 0.7, None)) == "–"


def test_a_slice_stands_beside_its_champion_where_there_is_one() -> None:
    row = Row("auc[region=EU]", 0.71, 0.74, better=False, title="AUC · region=EU", direction=UP)
    assert slice_of(row) == "AUC · region=EU: 0.71, −0.03 (−4.1 %), worse"
    assert slice_of(Row("auc[region=EU]", 0.71, None)) == "auc[region=EU]: 0.71"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (Dataset(), ""),
        (Dataset(rows=1), "1 row"),
        (Dataset(rows=2000), "2,000 rows"),
        (Dataset(("s3://b/test/",), "1a2b3c4d5e", 2000), "2,000 rows of test (manifest 1a2b3c4d)"),
        (Dataset(("s3://b/a.csv", "s3://b/b.csv", "s3://b/c.csv")), "a.csv, b.csv and 1 more"),
        (Dataset(digest="1a2b3c4d5e"), "manifest 1a2b3c4d"),
    ],
)
def test_data_is_said_as_far_as_it_is_known(data: Dataset, said: str) -> None:
    assert dataset(data) == said


def test_a_file_s_name_is_the_last_part_that_says_something() -> None:
    assert [file_name(uri) for uri in ("s3://b/k/x.json", "s3://b/test/", "x", "")] == [
        "x.json",
        "test",
        "x",
        "",
    ]


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (Violation("baseline_drift_check", "age", "", 0.31, 0.1),
         "age: baseline drift check (0.31 where 0.1 is allowed)"),
        (Violation("data_type_check", "age", "98 % are integral", 0.98, 1.0), "age: 98 % are integral"),
        (Violation("missing_column_check", "", ""), "missing column check"),
        (Violation("x_check", "age", "", math.nan, 0.1), "age: x check"),
        (Violation("feature_attribution_drift_check", "shap of label0", "Drift 0.76 exceeds threshold 0.9",
                   0.76, 0.9),
         "shap of label0: Drift 0.76 exceeds threshold 0.9 (nDCG, lower is more drift)"),
        (Violation("feature_attribution_drift_check", "", "", 0.76, 0.9),
         "feature attribution drift check (0.76 where at least 0.9 is allowed)"),
    ],
)  # fmt: skip
def test_a_violation_is_said_in_its_own_words_or_in_ours(one: Violation, said: str) -> None:
    assert violation(one) == said


def test_the_furthest_from_what_is_allowed_comes_first() -> None:
    far, near = Violation("c", "far", "", 9.0, 0.1), Violation("c", "near", "", 0.2, 0.1)
    unknown = Violation("c", "unknown", "", None, 0.1)
    assert worst_first([unknown, near, far]) == [far, near, unknown]


def report(*metrics: Metric, constraints: tuple[Constraint, ...] = ()) -> Report:
    return Report("test", "", "", metrics, constraints=constraints)


def test_bounds_are_held_against_the_metrics_that_exist_the_broken_ones_first() -> None:
    found = bounds(
        report(
            Metric("auc", 0.7),
            Metric("mae", 2.0, part="region=EU"),
            Metric("gap", math.nan),
            constraints=(
                Constraint("mae", "<=", 3.0, "region=EU"),
                Constraint("gap", "<", 1.0),
                Constraint("auc", ">=", 0.75),
                Constraint("auc", "about", 0.7),
            ),
        )
    )
    assert [(one.text, one.holds) for one in found] == [
        ("auc ≥ 0.75 (is 0.7)", False),
        ("mae[region=EU] ≤ 3 (is 2)", True),
        ("gap < 1", None),
        ("auc about 0.7", None),
    ]


def test_what_is_furthest_from_fair_comes_first_and_a_ratio_is_fair_at_1() -> None:
    facets = unfair(
        (
            Metric("bias.DPPL", 0.1, part="a"),
            Metric("bias.DI", 0.7, part="a"),
            Metric("bias.AD", -0.2, part="a"),
            Metric("bias.DI", 1.0, part="b"),
            Metric("bias.DI", math.inf, part="c"),
            Metric("auc", 0.9),
        )
    )
    assert {facet: [one.name for one in found] for facet, found in facets.items()} == {
        "a": ["bias.DI", "bias.AD", "bias.DPPL"],
        "b": ["bias.DI"],
    }
