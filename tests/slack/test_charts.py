"""Charts: what evidence becomes lines and bars, and that Slack takes whatever comes out."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.comparison import Comparison, Row
from bot.domain.meaning import Better
from bot.domain.report import Attribution, Curve, CurveKind, Metric, Report, Violation
from bot.slack.charts import Axes, Series, attributions, chart, drift, metrics, unique
from bot.slack.curves import best, curves
from playground.slack.checker import block_flaws
from tests.slack.evidences import COMPARISON, V11, roc

NAMES = ("churn:12", "churn:11")


def report(**facts: Any) -> Report:
    return Report("test", "s3://b/k", "0" * 64, (Metric("auc", 0.9),), **facts)


def drawn(block: Any) -> dict[str, dict[str, float]]:
    """By series, the values by category."""
    assert block is not None
    assert block_flaws([block]) == []
    return {
        one["name"]: {point["label"]: point["value"] for point in one["data"]}
        for one in block["chart"]["series"]
    }


# ---- blocks and labels -----------------------------------------------------------------------------


def test_a_chart_is_the_block_that_slack_describes() -> None:
    made = chart("line", "ROC", ["0", "1"], [Series("a", (0.0, 1.0))], Axes("false", "true"))
    assert made == {
        "type": "data_visualization",
        "title": "ROC",
        "chart": {
            "type": "line",
            "series": [{"name": "a", "data": [{"label": "0", "value": 0.0}, {"label": "1", "value": 1.0}]}],
            "axis_config": {"categories": ["0", "1"], "x_label": "false", "y_label": "true"},
        },
    }


@pytest.mark.parametrize(
    ("texts", "labels"),
    [
        (["a", "b"], ["a", "b"]),
        (["a", "a", "a"], ["a", "a (2)", "a (3)"]),
        (["", "  "], ["–", "– (2)"]),
        (["two\nlines"], ["two lines"]),
        (["x" * 30, "x" * 31], ["x" * 19 + "…", "x" * 15 + "… (2)"]),
        (["a-model-of-a-long-name:12", "a-model-of-a-long-name:9"],
         ["a-model-of-a-lon…:12", "a-model-of-a-long…:9"]),
    ],
)  # fmt: skip
def test_labels_are_short_and_no_two_the_same(texts: list[str], labels: list[str]) -> None:
    assert unique(texts) == labels


def test_a_series_with_a_hole_is_left_out_and_without_one_there_is_no_chart() -> None:
    whole, holed = Series("whole", (1.0, 2.0)), Series("holed", (1.0, math.nan))
    assert drawn(chart("bar", "t", ["a", "b"], [holed, whole])) == {"whole": {"a": 1.0, "b": 2.0}}
    assert chart("bar", "t", ["a", "b"], [holed]) is None
    assert chart("bar", "t", [], [Series("empty", ())]) is None


TEXT = st.text(max_size=60)


@given(
    names=st.lists(TEXT, min_size=1, max_size=30),
    categories=st.lists(TEXT, min_size=1, max_size=20),
    title=st.text(min_size=1, max_size=99),
    value=st.floats(),
)
def test_slack_takes_any_chart(names: list[str], categories: list[str], title: str, value: float) -> None:
    series = [Series(name, (value,) * len(categories)) for name in names]
    block = chart("bar", title, categories, series, Axes(title, title))
    assert (block is None) is not math.isfinite(value)
    if block:
        assert block_flaws([block]) == []


# ---- metrics side by side --------------------------------------------------------------------------


def test_the_first_metrics_from_0_to_1_stand_beside_the_champion_s() -> None:
    assert drawn(metrics(COMPARISON, "churn:12")) == {
        "churn:12": {"AUC": 0.9132, "Recall": 0.7, "F1": 0.8, "Precision": 0.9},
        "churn:11": {"AUC": 0.8951, "Recall": 0.71, "F1": 0.8, "Precision": 0.8},
    }


def test_eight_at_the_most_are_drawn() -> None:
    rows = tuple(
        Row(f"m{n}", 0.5, 0.4, title=f"M{n}", direction=Better.HIGHER) for n in range(20)
    )  # fmt: skip
    compared = Comparison(rows, V11, ())
    assert [len(one) for one in drawn(metrics(compared, "churn:12")).values()] == [8, 8]


@pytest.mark.parametrize(
    "row",
    [
        Row("mae", 0.5, 0.4, title="MAE", direction=Better.LOWER),
        Row("auc", 0.5, None, title="AUC", direction=Better.HIGHER),
        Row("r2", -0.5, 0.4, title="R²", direction=Better.HIGHER),
        Row("auc", 0.5, 0.4, title="AUC", direction=Better.HIGHER, comparable=False),
        Row("share", 0.5, 0.4, title="Share", unit="ms", direction=Better.HIGHER),
        Row("uplift", 0.5, 0.4, title="uplift"),
    ],
    ids=["an error", "one has none", "below 0", "not comparable", "has a unit", "nobody knows what it is"],
)
def test_what_cannot_be_held_together_on_one_scale_is_not_drawn(row: Row) -> None:
    good = Row("f1", 0.5, 0.4, title="F1", direction=Better.HIGHER)
    assert metrics(Comparison((good, row), V11, ()), "churn:12") is None
    assert (
        metrics(Comparison((good, replace(good, metric="f2", title="F2")), V11, ()), "churn:12") is not None
    )


# ---- curves ----------------------------------------------------------------------------------------


def test_both_curves_are_drawn_at_the_same_places_and_keep_their_corners() -> None:
    ours, theirs = report(curves=(roc(5.0, 400),)), report(curves=(roc(3.0, 70),))
    shown = drawn(curves(CurveKind.ROC, ours, theirs, NAMES))
    assert list(shown) == list(NAMES)
    assert shown["churn:12"].keys() == shown["churn:11"].keys()
    for name, one in zip(NAMES, (ours, theirs), strict=True):
        corner = best(CurveKind.ROC, one)
        assert corner is not None
        assert any(
            float(label) == pytest.approx(corner[0], abs=1e-3) and value == pytest.approx(corner[1])
            for label, value in shown[name].items()
        )
    assert all(shown["churn:12"][label] >= value - 1e-3 for label, value in shown["churn:11"].items())


def test_an_upright_curve_shows_its_upper_end() -> None:
    steep = Curve(CurveKind.ROC, ((0, 0), (0, 0.8), (0.25, 0.8), (0.25, 1), (1, 1)))
    shown = drawn(curves(CurveKind.ROC, report(curves=(steep,)), None, NAMES))
    assert shown == {"churn:12": {"0": 0.8, "0.25": 1, "1": 1}}


def test_places_that_are_near_each_other_have_labels_of_their_own() -> None:
    near = Curve(CurveKind.ROC, ((0, 0), (0.00012, 0.5), (0.00013, 0.7), (1, 1)))
    shown = drawn(curves(CurveKind.ROC, report(curves=(near,)), None, NAMES))
    assert list(shown["churn:12"]) == ["0", "0.00012", "0.00013", "1"]


@pytest.mark.parametrize(
    "curve",
    [
        None,
        Curve(CurveKind.ROC, ()),
        Curve(CurveKind.ROC, ((0.5, 0.5),)),
        Curve(CurveKind.ROC, ((0.5, math.nan), (math.inf, 0.5))),
        Curve(CurveKind.CALIBRATION, ((0, 0), (1, 1))),
    ],
    ids=["none", "empty", "a point", "no numbers", "another kind"],
)
def test_what_is_no_curve_is_not_drawn(curve: Curve | None) -> None:
    one = report(curves=(curve,) if curve else ())
    assert curves(CurveKind.ROC, one, None, NAMES) is None
    assert curves(CurveKind.ROC, one, report(curves=(roc(3.0),)), NAMES) is None


def test_precision_by_recall_keeps_the_best_f1() -> None:
    points = tuple((n / 200, 1 - (n / 200) ** 4) for n in range(201))
    one = report(curves=(Curve(CurveKind.PRECISION_RECALL, points),))
    shown = drawn(curves(CurveKind.PRECISION_RECALL, one, None, NAMES))["churn:12"]
    corner = best(CurveKind.PRECISION_RECALL, one)
    assert corner is not None
    assert shown[f"{corner[0]:g}"] == corner[1]


SHARE = st.floats(0, 1)
POINTS = st.lists(st.tuples(SHARE, SHARE), max_size=80).map(tuple)


@given(ours=POINTS, theirs=POINTS)
@pytest.mark.parametrize("kind", [CurveKind.ROC, CurveKind.PRECISION_RECALL])
def test_slack_takes_any_curves(
    kind: CurveKind, ours: tuple[tuple[float, float], ...], theirs: tuple[tuple[float, float], ...]
) -> None:
    block = curves(kind, report(curves=(Curve(kind, ours),)), report(curves=(Curve(kind, theirs),)), NAMES)
    assert (block is None) is (len(ours) < 2)
    if block:
        assert block_flaws([block]) == []


# ---- what matters, and what drifts -----------------------------------------------------------------


def test_the_ten_features_that_matter_most_are_drawn_with_their_signs() -> None:
    features = tuple((f"f{n}", n * (-1) ** n / 10) for n in range(15))
    shown = drawn(attributions(report(attributions=(Attribution("", features),))))
    assert shown == {"SHAP value": {f"f{n}": n * (-1) ** n / 10 for n in range(14, 4, -1)}}


def test_few_labels_have_a_colour_each_and_weigh_together() -> None:
    shown = drawn(
        attributions(
            report(
                attributions=(
                    Attribution("yes", (("a", 0.1), ("b", -0.5))),
                    Attribution("no", (("a", 0.6), ("c", math.nan))),
                    Attribution("yes", (("a", 99.0),)),  # of a report that is trusted less
                )
            )
        )
    )
    assert shown == {"yes": {"a": 0.1, "b": -0.5}, "no": {"a": 0.6, "b": 0.0}}


def test_many_labels_are_one_sum() -> None:
    many = tuple(Attribution(f"l{n}", (("a", -0.25), ("b", 0.5))) for n in range(4))
    assert drawn(attributions(report(attributions=many))) == {"all labels": {"b": 2.0, "a": 1.0}}
    assert attributions(report()) is None


def test_drift_is_what_was_measured_beside_what_is_allowed_the_worst_first() -> None:
    found = (
        Violation("baseline_drift_check", "age", "", 0.2, 0.1),
        Violation("baseline_drift_check", "tenure", "", 0.5, 0.1),
        Violation("data_type_check", "plan", "", 0.9, 1.0),
        Violation("baseline_drift_check", "region", ""),
    )
    block = drift(report(violations=found))
    assert drawn(block) == {"Measured": {"tenure": 0.5, "age": 0.2}, "Allowed": {"tenure": 0.1, "age": 0.1}}
    assert block is not None
    assert block["title"] == "Drift per feature"
    assert drift(report(violations=found[3:])) is None
    other = drift(report(violations=found[2:3]))
    assert other is not None
    assert other["title"] == "Violations: data type check"


def test_the_drift_of_attributions_is_a_number_that_falls_and_the_chart_says_so() -> None:
    found = [Violation("feature_attribution_drift_check", "shap of label0", "", 0.76, 0.9)]
    block = drift(report(violations=tuple(found)))
    assert drawn(block) == {"Measured": {"shap of label0": 0.76}, "Lowest allowed": {"shap of label0": 0.9}}
    assert block is not None
    assert block["title"] == "Attribution drift (nDCG, lower is more drift)"
