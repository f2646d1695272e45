"""Bias: SageMaker Clarify's metrics of facets."""

import math
from typing import Any

import pytest
from hypothesis import given

from bot.domain.formats import bias
from bot.domain.formats.values import Twice
from bot.domain.refusals import Unreadable
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

SAMPLES = ["bias-analysis.json", "bias-analysis-old.json"]


def block(*entries: object) -> dict[str, Any]:
    return {"pre_training_bias_metrics": {"label": "y", "facets": {"Gender": list(entries)}}}


def test_each_metric_of_each_facet_is_read_with_the_value_that_it_looks_at() -> None:
    metrics = {metric.key: metric.value for metric in found_in(bias, sample("bias-analysis.json")).metrics}
    assert {key for key, value in metrics.items() if math.isnan(value)} == {
        "bias.CDDL[Plan=prepaid]",
        # another facet has them
        "bias.DPL[Age=(40, 60]]",
        "bias.CDDL[Age=(40, 60]]",
        "bias.DI[Plan=contract]",
        "bias.TE[Plan=contract]",
    }
    assert {key: value for key, value in metrics.items() if not math.isnan(value)} == {
        "bias.CI[Plan=prepaid]": 0.42,
        "bias.DPL[Plan=prepaid]": -0.031,
        "bias.CI[Age=(40, 60]]": -0.25,
        "bias.AD[Plan=prepaid]": 0.0175,
        "bias.DI[Plan=prepaid]": 1.0625,
        "bias.DPPL[Plan=prepaid]": -0.0475,
        "bias.TE[Plan=prepaid]": math.inf,
        "bias.AD[Plan=contract]": -0.0175,
        "bias.DPPL[Plan=contract]": 0.0475,
    }


def test_a_metric_that_could_not_be_computed_says_why() -> None:
    computed, infinite = (
        note for note in noted(found_in(bias, sample("bias-analysis.json"))) if ".value is " in note
    )
    assert computed.startswith(
        "$.pre_training_bias_metrics.facets.Plan[0].metrics[2].value is null, no number; "
    )
    assert computed.endswith("; the file says: Group variable is empty or not provided")
    assert infinite.startswith("$.post_training_bias_metrics.facets.Plan[0].metrics[3].value is “Infinity”")


def test_several_labels_are_told_apart_and_the_order_of_the_analysis_is_passed_over() -> None:
    found = found_in(bias, sample("bias-analysis-old.json"))
    assert {metric.key: metric.value for metric in found.metrics} == {
        "bias.KL[Age=40 · churned=1]": 0.0108,
        "bias.DPPL[Age=40 · predicted=(0.5, 1.0]]": 0.083,
        "bias.DPPL[Plan=prepaid, contract · predicted=(0.5, 1.0]]": 0.0,
    }
    assert noted(found) == []


def test_an_error_beside_a_value_is_noted_and_the_value_counts() -> None:
    found = found_in(bias, block({"metrics": [{"name": "CI", "value": 0.5, "error": "few lines"}]}))
    assert [(metric.key, metric.value) for metric in found.metrics] == [("bias.CI[Gender]", 0.5)]
    assert noted(found) == [
        "$.pre_training_bias_metrics.facets.Gender[0].metrics[0].value is 0.5; the file says: few lines"
    ]


HAS_DI = {"value_or_threshold": "0", "metrics": [{"name": "DI", "value": 1.0}]}


@pytest.mark.parametrize(
    ("facets", "key", "lacking"),
    [
        ({"G": [HAS_DI, {"value_or_threshold": "1"}]}, "bias.DI[G=1]",
         ".G[1] has no DI, which another facet has"),
        ({"G": [HAS_DI, {"value_or_threshold": "1", "metrics": [], "error": "too few lines"}]},
         "bias.DI[G=1]", ".G[1] has no DI, which another facet has; the file says: too few lines"),
        ({"G": [HAS_DI, {"value_or_threshold": "1", "metrics": [{"name": "CI", "value": 0.1}]}]},
         "bias.DI[G=1]", ".G[1] has no DI, which another facet has"),
        ({"G": [HAS_DI], "H": [{"value_or_threshold": 40}]}, "bias.DI[H=40]",
         ".H[0] has no DI, which another facet has"),
        ({"G": [HAS_DI], "H": {"error": "boom"}}, "bias.DI[H]",
         ".H has no DI, which another facet has; the file says: boom"),
        ({"G": [HAS_DI], "H": []}, "bias.DI[H]", ".H has no DI, which another facet has"),
        ({"G": [HAS_DI], "H": ["0"]}, "bias.DI[H]", ".H has no DI, which another facet has"),
        ({"G": [HAS_DI], "H": Twice(([], []))}, "bias.DI[H]", ".H has no DI, which another facet has"),
        ({"G": [HAS_DI, {"value_or_threshold": "1", "metrics": [
            {"name": "DI", "value": None, "error": "no such lines"}]}]}, "bias.DI[G=1]",
         ".G[1].metrics[0].value is null, no number; the file says: no such lines"),
    ],
)  # fmt: skip
def test_a_facet_that_lacks_what_another_one_has_has_no_number_and_says_why(
    facets: dict[str, Any], key: str, lacking: str
) -> None:
    found = found_in(bias, {"post_training_bias_metrics": {"label": "y", "facets": facets}})
    metrics = {metric.key: metric for metric in found.metrics}
    assert metrics["bias.DI[G=0]"].value == 1.0
    assert math.isnan(metrics[key].value)
    assert metrics[key].lacking == f"the report’s $.post_training_bias_metrics.facets{lacking}"
    assert any(note.startswith("$.post_training_bias_metrics.facets.") for note in noted(found))


def test_a_facet_of_one_block_needs_nothing_that_only_another_block_has() -> None:
    document = {**block({"value_or_threshold": "0", "metrics": [{"name": "CI", "value": 0.1}]})}
    document["post_training_bias_metrics"] = {"label": "y", "facets": {"Gender": [HAS_DI]}}
    assert noted(found_in(bias, document)) == []


def test_a_facet_that_is_there_twice_and_measured_once_has_no_number() -> None:
    found = found_in(bias, block(HAS_DI, {"value_or_threshold": "0"}))
    assert [math.isnan(metric.value) for metric in found.metrics] == [True]


def test_so_many_facets_that_lack_so_many_metrics_are_refused_like_too_many_metrics() -> None:
    entries = [{"value_or_threshold": n, "metrics": [{"name": f"M{n}", "value": 0}]} for n in range(200)]
    with pytest.raises(Unreadable, match="more than 20,000 metrics"):
        found_in(bias, block(*entries))


@pytest.mark.parametrize(
    ("entry", "note"),
    [
        (3, "[0] is 3, no object"),
        ({}, "[0] has no metrics"),
        ({"metrics": None}, "[0].metrics is null, no list"),
        ({"metrics": {"CI": 0.5}}, "[0].metrics is an object, no list"),
        ({"metrics": ["CI"]}, "[0].metrics[0] is “CI”, no object"),
        ({"metrics": [], "more": 0.5}, "[0].more is 0.5, which I do not read here"),
        (
            {"metrics": [], "value_or_threshold": {}},
            "[0].value_or_threshold is an object, no value of a facet",
        ),
        (
            {"metrics": [{"value": 0.5}]},
            "[0].metrics[0].name is null, no name, so I do not read what stands beside it",
        ),
        ({"metrics": [{"name": "CI", "value": "n/a"}]}, "[0].metrics[0].value is “n/a”, no number"),
        ({"metrics": [{"name": "CI", "value": {"a": 1}}]}, "[0].metrics[0].value is an object, no number"),
        (
            {"metrics": [{"name": "CI", "value": Twice((1, 2))}]},
            "[0].metrics[0].value is there twice (1, 2), no number",
        ),
        (
            {"metrics": [{"name": "CI", "value": 1, "low": 0.5}]},
            "[0].metrics[0].low is 0.5, which I do not read here",
        ),
    ],
)
def test_what_has_the_wrong_shape_is_noted_where_it_stands(entry: object, note: str) -> None:
    assert noted(found_in(bias, block(entry))) == [f"$.pre_training_bias_metrics.facets.Gender{note}"]


@pytest.mark.parametrize(
    ("written", "note"),
    [
        ({}, ".facets is null, no object"),
        ({"facets": []}, ".facets is a list of 0, no object"),
        ({"facets": {"Gender": 0.5}}, ".facets.Gender is 0.5, no list"),
        ({"facets": {}, "error": "no such column"}, ".error says: no such column"),
        ({"facets": {}, "DPPL": 0.5}, ".DPPL is 0.5, which I do not read here"),
    ],
)
def test_a_block_of_the_wrong_shape_is_noted(written: object, note: str) -> None:
    assert noted(found_in(bias, {"post_training_bias_metrics": written})) == [
        f"$.post_training_bias_metrics{note}"
    ]


def test_numbers_in_the_title_of_an_old_report_are_noted() -> None:
    document = {**block(), "report": {"title": "Bias", "auc": 0.5}}
    assert noted(found_in(bias, document)) == ["$.report.auc is 0.5, which I do not read here"]


@pytest.mark.parametrize("document", [{}, {"pre_training_bias_metrics": 1}, {"version": "1.0", "label": "y"}])
def test_files_without_bias_are_left_to_others(document: dict[str, Any]) -> None:
    assert not bias.claims(document)


@pytest.mark.parametrize("place", list(numbers_of(sample("bias-analysis.json"))), ids=path_of)
def test_no_number_can_be_spoilt_without_a_note(place: tuple[str | int, ...]) -> None:
    found = found_in(bias, replaced(sample("bias-analysis.json"), place, "spoilt"))
    assert f"{path_of(place)} is “spoilt”, no number" in noted(found)


@given(document=spoilt(SAMPLES))
def test_anything_anywhere_is_noted_and_never_a_crash(document: dict[str, Any]) -> None:
    assert is_sound(found_in(bias, document))
