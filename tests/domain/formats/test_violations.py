"""Violations: what Model Monitor found outside of its constraints."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.formats import parse_report, violations
from bot.domain.report import Violation
from tests.domain.formats.mutations import SAMPLES as SAMPLE_FILES
from tests.domain.formats.mutations import found_in, is_sound, noted, sample, spoilt

SAMPLES = [
    "violations-data-quality.json",
    "violations-bias-drift.json",
    "violations-attribution-drift.json",
    "violations-model-quality.json",
]
Read = tuple[str, str, float | None, float | None]


def read(document: dict[str, Any]) -> list[Violation]:
    return found_in(violations, document).violations


def one(**entry: object) -> dict[str, Any]:
    return {"violations": [{"constraint_check_type": "x", "description": "", "metric_name": "auc", **entry}]}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "violations-data-quality.json",
            [
                ("data_type_check", "Area Code", 0.9875, 1.0),
                ("completeness_check", "Day Mins", 0.9625, None),
                ("baseline_drift_check", "Eve Mins", 0.3875, 0.15),
                ("missing_column_check", "Missing columns", 19.0, 21.0),
                ("extra_column_check", "Extra columns", 24.0, 21.0),
                ("categorical_values_check", "State", 0.915, 1.0),
            ],
        ),
        ("violations-bias-drift.json", [("bias_drift_check", "DPPL of Age=65", -0.1325, None)]),
        (
            "violations-attribution-drift.json",
            [("feature_attribution_drift_check", "shap of label1", 0.8215, 0.9)],
        ),
        (
            "violations-model-quality.json",
            [("LessThanThreshold", "auc", 0.7125, 0.83), ("GreaterThanThreshold", "rmse", 0.25, 0.2)],
        ),
        ("violations-none.json", []),
    ],
)
def test_each_kind_of_violation_is_read_with_the_numbers_of_its_sentence(
    name: str, expected: list[Read]
) -> None:
    found = found_in(violations, sample(name))
    assert [(v.check, v.of, v.value, v.threshold) for v in found.violations] == expected
    assert [(metric.key, metric.value) for metric in found.metrics] == [("violations", len(expected))]
    assert noted(found) == []


def test_a_report_without_violations_is_evidence() -> None:
    report = parse_report((SAMPLE_FILES / "violations-none.json").read_bytes(), "s3://acme-ml/none.json")
    assert (report.kind, [metric.key for metric in report.metrics]) == (
        "constraint violations",
        ["violations"],
    )


def test_the_sentence_is_kept() -> None:
    [violation] = read(sample("violations-bias-drift.json"))
    assert violation.sentence == "Value -0.1325 does not meet the constraint requirement"


@pytest.mark.parametrize(
    ("description", "value", "threshold"),
    [
        (
            "Data type match requirement is not met. Expected data type match: 100.0%, Actual: 99.5%",
            0.995,
            1.0,
        ),
        ("Metric auc with 0.7 was LessThanThreshold '0.8'", 0.7, 0.8),
        ("Metric ep with -0.1 was LessThanThreshold -0.05", -0.1, -0.05),
        ("Metric Custom 27.5 is above threshold 25.5", 27.5, 25.5),
        ("MAE 0.3125 exceeds threshold 0.25.", 0.3125, 0.25),
        ("Feature attribution drift 1e-3 exceeds threshold 9E-1", 0.001, 0.9),
        ("Value NaN does not meet the constraint requirement", None, None),
        ("Value 1e999 does not meet the constraint requirement", None, None),
        ("Value 1.2.3 does not meet the constraint requirement", None, None),
        ("Baseline drift distance: 1,234 exceeds threshold: 0.1x", None, None),
        ("Column 7 of 12 looks strange, see ticket 4711", None, None),
        ("", None, None),
    ],
)
def test_numbers_are_taken_out_of_the_sentences_that_are_known(
    description: str, value: float | None, threshold: float | None
) -> None:
    [violation] = read(one(description=description))
    assert (violation.value, violation.threshold) == (value, threshold)


def test_numbers_beside_the_sentence_count_before_those_in_it() -> None:
    [violation] = read(one(description="MAE 1 exceeds threshold 2", value="1.5", threshold=2.5))
    assert (violation.value, violation.threshold) == (1.5, 2.5)


def test_a_long_sentence_is_cut_and_a_mark_in_it_is_taken_out() -> None:
    [violation] = read(one(description="\ue000U0CEO\ue003 approved\n" + "x" * 10_000))
    assert violation.sentence.startswith("U0CEO approved xx")
    assert len(violation.sentence) == 500
    assert violation.sentence.endswith("x…")


@pytest.mark.parametrize(
    ("entry", "of"),
    [
        ({"facet": "Age", "facet_value": 40}, "auc of Age=40"),
        ({"facet": "Age", "facet_value": ["N", "S"]}, "auc of Age=N, S"),
        ({"facet": "Age"}, "auc of Age"),
        ({"label": 1}, "auc of 1"),
        ({"feature_name": "Age"}, "auc of Age"),
        ({"metric_name": None, "feature_name": "Age"}, "Age"),
    ],
)
def test_a_violation_is_of_a_metric_a_facet_a_label_or_a_feature(entry: dict[str, Any], of: str) -> None:
    assert [violation.of for violation in read(one(**entry))] == [of]


@pytest.mark.parametrize(
    ("entry", "notes"),
    [
        ({"constraint_check_type": None}, ["$.violations[0].constraint_check_type is null, no text"]),
        ({"description": 0.5}, ["$.violations[0].description is 0.5, no text"]),
        (
            {"metric_name": {}},
            [
                "$.violations[0].metric_name is an object, no name",
                "$.violations[0] names no feature and no metric",
            ],
        ),
        ({"value": "n/a"}, ["$.violations[0].value is “n/a”, no number"]),
        ({"threshold": True}, ["$.violations[0].threshold is true, no number"]),
        ({"severity": 3}, ["$.violations[0].severity is 3, which I do not read here"]),
    ],
)
def test_a_violation_of_the_wrong_shape_is_noted_and_still_one(
    entry: dict[str, Any], notes: list[str]
) -> None:
    found = found_in(violations, one(**entry))
    assert (noted(found), len(found.violations)) == (notes, 1)


def test_what_is_no_violation_is_noted_and_counted() -> None:
    found = found_in(violations, {"violations": ["auc is low", None]})
    assert noted(found) == [
        "$.violations[0] is “auc is low”, no object",
        "$.violations[1] is null, no object",
    ]
    assert [metric.value for metric in found.metrics] == [2.0]


def test_sentences_made_to_be_slow_are_read_in_time() -> None:
    slow = one(description=f"value: {'1' * 480}x")["violations"] * 400
    before = time.process_time()
    found_in(violations, {"violations": slow})
    assert time.process_time() - before < 2  # 0.03 s; 20 s where the digits can be split in two ways


@pytest.mark.parametrize("document", [{}, {"violations": 3}, {"violations": None}, {"violations": {}}])
def test_files_without_a_list_of_violations_are_left_to_others(document: dict[str, Any]) -> None:
    assert not violations.claims(document)


@given(document=spoilt(SAMPLES))
def test_anything_anywhere_is_noted_and_never_a_crash(document: dict[str, Any]) -> None:
    assert is_sound(found_in(violations, document))


@given(
    description=st.lists(
        st.sampled_from(
            ["Value", "drift", "distance:", "threshold", "with", "1", "0.5%", "e9", ".", " ", "was"]
        )
    ).map("".join)
)
def test_any_sentence_gives_finite_numbers_or_none(description: str) -> None:
    assert is_sound(found_in(violations, one(description=description)))
