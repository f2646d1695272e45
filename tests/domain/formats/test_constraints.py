"""Constraints: the bounds that a baseline of Model Monitor suggests."""

from typing import Any

import pytest
from hypothesis import given

from bot.domain.formats import constraints, statistics
from bot.domain.report import Constraint
from tests.domain.formats.mutations import (
    found_in,
    is_sound,
    noted,
    numbers_of,
    path_of,
    replaced,
    sample,
    spoilt,
)

SAMPLES = ["constraints-data-quality.json", "constraints-model-quality.json", "constraints-regression.json"]


def test_completeness_and_sign_of_a_feature_are_bounds_and_the_rest_is_passed_over() -> None:
    found = found_in(constraints, sample("constraints-data-quality.json"))
    assert found.constraints == [
        Constraint("data.completeness", ">=", 0.9875, "Day Mins"),
        Constraint("data.min", ">=", 0.0, "Day Mins"),
        Constraint("data.completeness", ">=", 1.0, "Balance"),
        Constraint("data.completeness", ">=", 0.5, "State"),
    ]
    assert noted(found) == []


@pytest.mark.parametrize(
    ("name", "problem", "expected"),
    [
        (
            "constraints-model-quality.json",
            "binary_classification",
            [("recall", ">=", 0.7125), ("auc", ">=", 0.885), ("false_positive_rate", "<=", 0.0625)],
        ),
        ("constraints-regression.json", "regression", [("mae", "<=", 3.5), ("r2", ">=", 0.61)]),
    ],
)
def test_what_would_be_a_violation_is_turned_into_what_must_hold(
    name: str, problem: str, expected: list[tuple[str, str, float]]
) -> None:
    found = found_in(constraints, sample(name))
    assert found.constraints == [Constraint(*one) for one in expected]
    assert (found.problem, noted(found)) == (problem, [])


@pytest.mark.parametrize(
    ("operator", "comparator"),
    [
        ("LessThanThreshold", ">="),
        ("LessThanOrEqualToThreshold", ">"),
        ("GreaterThanThreshold", "<="),
        ("GreaterThanOrEqualToThreshold", "<"),
    ],
)
def test_each_comparison_has_its_opposite(operator: str, comparator: str) -> None:
    bound = {"threshold": 1, "comparison_operator": operator}
    found = found_in(constraints, {"multiclass_classification_constraints": {"accuracy": bound}})
    assert found.constraints == [Constraint("accuracy", comparator, 1.0)]


@pytest.mark.parametrize(
    ("bound", "note"),
    [
        (0.8, " is 0.8, no object"),
        ({"threshold": 0.8}, ".comparison_operator is null, no comparison that I know"),
        (
            {"threshold": 0.8, "comparison_operator": "Equal"},
            ".comparison_operator is “Equal”, no comparison that I know",
        ),
        (
            {"threshold": 0.8, "comparison_operator": ["LessThanThreshold"]},
            ".comparison_operator is a list of 1, no comparison that I know",
        ),
        ({"comparison_operator": "LessThanThreshold"}, ".threshold is null, no number"),
        (
            {"threshold": "high", "comparison_operator": "LessThanThreshold"},
            ".threshold is “high”, no number",
        ),
        (
            {"threshold": "NaN", "comparison_operator": "LessThanThreshold"},
            ".threshold is “NaN”, no finite number",
        ),
        (
            {"threshold": 1, "comparison_operator": "LessThanThreshold", "margin": 0.5},
            ".margin is 0.5, which I do not read here",
        ),
    ],
)
def test_a_bound_on_a_metric_of_the_wrong_shape_is_noted(bound: object, note: str) -> None:
    assert noted(found_in(constraints, {"regression_constraints": {"mae": bound}})) == [
        f"$.regression_constraints.mae{note}"
    ]


@pytest.mark.parametrize(
    ("feature", "note"),
    [
        (3, " is 3, no object"),
        ({"completeness": 1}, ".name is null, no name, so I do not read what stands beside it"),
        ({"name": "Age", "completeness": "full"}, ".completeness is “full”, no number"),
        ({"name": "Age", "completeness": 100}, ".completeness is 100, no share between 0 and 1"),
        ({"name": "Age", "num_constraints": True}, ".num_constraints is true, no object"),
        (
            {"name": "Age", "num_constraints": {"is_non_negative": "yes"}},
            ".num_constraints.is_non_negative is “yes”, neither true nor false",
        ),
        (
            {"name": "Age", "num_constraints": {"max": 99}},
            ".num_constraints.max is 99, which I do not read here",
        ),
        ({"name": "Age", "limit": 99}, ".limit is 99, which I do not read here"),
    ],
)
def test_a_bound_on_a_feature_of_the_wrong_shape_is_noted(feature: object, note: str) -> None:
    document = {"features": [feature], "monitoring_config": {}}
    found = found_in(constraints, document)
    assert (found.constraints, noted(found)) == ([], [f"$.features[0]{note}"])


def test_a_file_may_hold_statistics_and_constraints_of_a_feature() -> None:
    document = {"features": [{"name": "Age", "completeness": 0.5, "numerical_statistics": {"mean": 41.5}}]}
    assert found_in(constraints, document).constraints == [Constraint("data.completeness", ">=", 0.5, "Age")]
    assert [metric.key for metric in found_in(statistics, document).metrics] == ["data.mean[Age]"]
    assert noted(found_in(constraints, document)) + noted(found_in(statistics, document)) == []


@pytest.mark.parametrize(
    "document",
    [{}, {"features": ["age"], "auc": 0.9}, {"regression_constraints": []}, {"monitoring_config": {}}],
)
def test_files_without_constraints_are_left_to_others(document: dict[str, Any]) -> None:
    assert not constraints.claims(document)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        (name, place)
        for name in SAMPLES
        for place in numbers_of(sample(name))
        if not {"version", "monitoring_config", "monitoring_config_overrides"} & {*place}
    ],
)
def test_no_number_can_be_spoilt_without_a_note(name: str, place: tuple[str | int, ...]) -> None:
    found = found_in(constraints, replaced(sample(name), place, "spoilt"))
    assert f"{path_of(place)} is “spoilt”, no number" in noted(found)


@given(document=spoilt(SAMPLES))
def test_anything_anywhere_is_noted_and_never_a_crash(document: dict[str, Any]) -> None:
    assert is_sound(found_in(constraints, document))
