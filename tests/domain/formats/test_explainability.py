"""Explainability: SageMaker Clarify's global SHAP values."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.formats import explainability
from bot.domain.report import Attribution
from bot.domain.wording import named
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

SAMPLES = [
    "explainability-analysis.json",
    "explainability-text.json",
    "explainability-forecast.json",
]


def test_the_features_of_each_label_are_read_in_the_order_of_the_file() -> None:
    found = found_in(explainability, sample("explainability-analysis.json"))
    assert found.attributions == [
        Attribution(
            "label0",
            (("Day Mins", 0.0713), ("CustServ Calls", 0.1275), ("Int'l Plan", -0.0042), ("Eve Mins", 0.0)),
        ),
        Attribution("label1", (("Day Mins", 0.0102), ("Int'l Plan", 0.0003))),
    ]
    assert {metric.key: metric.value for metric in found.metrics} == {
        "shap.expected_value[label0]": 0.1491,
        "shap.expected_value[label1]": -0.0205,
    }


@given(names=st.lists(st.text(st.sampled_from("a `\n\u00a0\ud800é~")), min_size=1, max_size=3, unique=True))
def test_features_are_called_what_they_are_anywhere_else(names: list[str]) -> None:
    values = dict.fromkeys(names, 0.5)
    found = found_in(explainability, {"explanations": {"kernel_shap": {"a": {"global_shap_values": values}}}})
    assert found.attributions == [Attribution("a", tuple((named(name), 0.5) for name in names))]


def test_what_is_no_number_and_what_is_not_drawn_is_noted() -> None:
    assert noted(found_in(explainability, sample("explainability-analysis.json"))) == [
        '$.explanations.kernel_shap.label1.global_shap_values["CustServ Calls"] is “NaN”, no finite number',
        "$.explanations.pdp holds 2 partial dependence plots, which I do not draw",
    ]


def test_the_words_of_a_text_are_told_apart_by_the_feature_that_they_stand_in() -> None:
    found = found_in(explainability, sample("explainability-text.json"))
    assert found.attributions == [
        Attribution("unhappy · Review", (("refund", 0.0831), ("never", 0.0612))),
        Attribution("unhappy · Subject line", (("cancel", 0.1904),)),
    ]
    assert noted(found) == []


def test_another_method_is_named_beside_the_label() -> None:
    found = found_in(explainability, sample("explainability-forecast.json"))
    assert found.attributions == [
        Attribution("asymmetric_shapley_value · demand", (("price", 4.5), ("holiday", 11.25)))
    ]
    assert [(metric.key, metric.value) for metric in found.metrics] == [
        ("asymmetric_shapley_value.expected_value[demand]", 310.0)
    ]


@pytest.mark.parametrize(
    ("explanations", "note"),
    [
        ({"kernel_shap": None}, ".kernel_shap is null, no object"),
        ({"kernel_shap": {"y": [1]}}, ".kernel_shap.y is a list of 1, no object"),
        (
            {"kernel_shap": {"y": {"global_shap_values": [0.5]}}},
            ".kernel_shap.y.global_shap_values is a list of 1, no object",
        ),
        (
            {"kernel_shap": {"y": {"global_shap_values": {"Age": True}}}},
            ".kernel_shap.y.global_shap_values.Age is true, no number",
        ),
        (
            {"kernel_shap": {"y": {"expected_value": [0.5]}}},
            ".kernel_shap.y.expected_value is a list of 1, no number",
        ),
        (
            {"kernel_shap": {"y": {"global_top_shap_text": {"Review": 1}}}},
            ".kernel_shap.y.global_top_shap_text.Review is 1, no object",
        ),
        ({"kernel_shap": {"y": {"std": 0.5}}}, ".kernel_shap.y.std is 0.5, which I do not read here"),
        (
            {"image_shap": {"cat": {"heatmaps": ["0.png", "1.png"]}}},
            ".image_shap.cat.heatmaps is a list of 2, which I do not read here",
        ),
        ({"pdp": {}}, ".pdp is an object, no list"),
        ({"pdp": ["Age"]}, ".pdp[0] is “Age”, no object"),
        ({"pdp": [{}]}, ".pdp holds 1 partial dependence plot, which I do not draw"),
    ],
)
def test_what_has_the_wrong_shape_is_noted_where_it_stands(explanations: object, note: str) -> None:
    assert noted(found_in(explainability, {"explanations": explanations})) == [f"$.explanations{note}"]


@pytest.mark.parametrize("document", [{}, {"explanations": "see the wiki"}, {"version": "1.0"}])
def test_files_without_explanations_are_left_to_others(document: dict[str, Any]) -> None:
    assert not explainability.claims(document)


@pytest.mark.parametrize(
    "place",
    [place for place in numbers_of(sample("explainability-analysis.json")) if "pdp" not in place],
    ids=path_of,
)
def test_no_number_can_be_spoilt_without_a_note(place: tuple[str | int, ...]) -> None:
    found = found_in(explainability, replaced(sample("explainability-analysis.json"), place, "spoilt"))
    assert f"{path_of(place)} is “spoilt”, no number" in noted(found)


@given(document=spoilt(SAMPLES))
def test_anything_anywhere_is_noted_and_never_a_crash(document: dict[str, Any]) -> None:
    assert is_sound(found_in(explainability, document))
