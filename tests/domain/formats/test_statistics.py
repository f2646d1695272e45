"""Statistics of data: Model Monitor's numbers of each feature."""

import math
from typing import Any

import pytest
from hypothesis import given

from bot.domain.formats import constraints, model_quality, statistics
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

SAMPLE = "statistics.json"


def one(**numerical: object) -> dict[str, Any]:
    return {"features": [{"name": "Age", "numerical_statistics": numerical}]}


def test_each_feature_has_its_numbers_and_its_completeness() -> None:
    found = found_in(statistics, sample(SAMPLE))
    finite = {metric.key: metric.value for metric in found.metrics if not math.isnan(metric.value)}
    assert finite == {
        "data.mean[Day Mins]": 180.25,
        "data.std_dev[Day Mins]": 53.5,
        "data.min[Day Mins]": 0.0,
        "data.max[Day Mins]": 350.75,
        "data.sum[Day Mins]": 378525.0,
        "data.completeness[Day Mins]": 0.875,
        "data.distinct_count[State]": 51.0,
        "data.completeness[State]": 1.0,
        "data.max[Fax]": -math.inf,
        "data.sum[Fax]": 0.0,
        "data.completeness[Fax]": 0.0,
    }
    assert [metric.key for metric in found.metrics if math.isnan(metric.value)] == [
        "data.mean[Fax]",
        "data.std_dev[Fax]",
        "data.min[Fax]",
    ]
    assert found.data.rows == 2333


def test_an_empty_feature_is_noted_and_distributions_are_passed_over() -> None:
    assert noted(found_in(statistics, sample(SAMPLE))) == [
        "$.features[2].numerical_statistics.mean is “NaN”, no finite number",
        "$.features[2].numerical_statistics.std_dev is “NaN”, no finite number",
        "$.features[2].numerical_statistics.min is null, no number",
        "$.features[2].numerical_statistics.max is “-Infinity”, no finite number",
    ]


@pytest.mark.parametrize(
    ("common", "note"),
    [
        (None, ".common is null, no object"),
        ({"num_present": 5}, ".common.num_missing is null, no number"),
        ({"num_present": 5, "num_missing": -1}, ".common.num_missing is -1, no count"),
        ({"num_present": 1.5, "num_missing": 0}, ".common.num_present is 1.5, no count"),
        ({"num_present": 0, "num_missing": 0}, ".common counts no line at all, so there is no completeness"),
    ],
)
def test_completeness_is_not_guessed(common: object, note: str) -> None:
    found = found_in(statistics, one(common=common))
    assert (found.metrics, noted(found)) == ([], [f"$.features[0].numerical_statistics{note}"])


@pytest.mark.parametrize(
    ("written", "note"),
    [
        ({"features": [3, *one()["features"]]}, "$.features[0] is 3, no object"),
        (
            {"features": [{"numerical_statistics": {"mean": 1}}]},
            "$.features[0].name is null, no name, so I do not read what stands beside it",
        ),
        (
            {"features": [{"name": "Age", "string_statistics": 4}]},
            "$.features[0].string_statistics is 4, no object",
        ),
        ({**one(), "dataset": 100}, "$.dataset is 100, no address"),
        ({**one(), "dataset": {"item_count": "many"}}, "$.dataset.item_count is “many”, no number"),
        ({**one(), "dataset": {"item_count": 0.5}}, "$.dataset.item_count is 0.5, no count"),
        ({**one(), "dataset": {"bytes": 5}}, "$.dataset.bytes is 5, which I do not read here"),
        (one(skew=0.5), "$.features[0].numerical_statistics.skew is 0.5, which I do not read here"),
        (
            {"features": [{"name": "Age", "numerical_statistics": {}, "psi": 0.5}]},
            "$.features[0].psi is 0.5, which I do not read here",
        ),
    ],
)
def test_what_has_the_wrong_shape_is_noted_where_it_stands(written: dict[str, Any], note: str) -> None:
    assert noted(found_in(statistics, written)) == [note]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"features": ["age", "income"], "auc": 0.9},
        {"features": 12},
        {"dataset": {"item_count": 5}, "regression_metrics": {"mae": {"value": 1}}},
        sample("constraints-data-quality.json"),
    ],
)
def test_model_quality_constraints_and_lists_of_features_are_left_to_others(document: dict[str, Any]) -> None:
    assert not statistics.claims(document)


def test_statistics_are_no_model_quality_and_no_constraints() -> None:
    document = sample(SAMPLE)
    assert (model_quality.claims(document), constraints.claims(document)) == ((), ())


@pytest.mark.parametrize(
    "place",
    [place for place in numbers_of(sample(SAMPLE)) if not {"distribution", "version"} & {*place}],
    ids=path_of,
)
def test_no_number_can_be_spoilt_without_a_note(place: tuple[str | int, ...]) -> None:
    found = found_in(statistics, replaced(sample(SAMPLE), place, "spoilt"))
    assert f"{path_of(place)} is “spoilt”, no number" in noted(found)


@given(document=spoilt([SAMPLE]))
def test_anything_anywhere_is_noted_and_never_a_crash(document: dict[str, Any]) -> None:
    assert is_sound(found_in(statistics, document))
