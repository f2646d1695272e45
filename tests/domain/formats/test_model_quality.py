"""Model quality as Model Monitor writes it, and what it writes where it cannot tell."""

import math

import pytest

from bot.domain.report import Curve, CurveKind, Dataset, Matrix
from tests.domain.formats.reports import notes, read, sample, values

FPR, TPR = "false_positive_rates", "true_positive_rates"


def test_a_binary_classification_gives_each_number_of_its_file() -> None:
    report = sample("model-quality-binary.json")
    assert (report.kind, report.problem) == ("model quality", "binary_classification")
    given = values(report)
    assert math.isnan(given.pop("precision_best_constant_classifier"))
    assert given == {
        "accuracy": 0.875,
        "precision": 0.8235294117647058,
        "recall": 0.875,
        "f1": 0.8484848484848485,
        "auc": 0.93,
        "true_positive_rate": 0.875,
        "auc_best_constant_classifier": 0.5,
    }


def test_a_deviation_is_a_number_or_absent() -> None:
    report = sample("model-quality-binary.json")
    assert {metric.name: metric.deviation for metric in report.metrics} == {
        "accuracy": 0.016,
        "precision": None,
        "recall": 0.02,
        "f1": None,
        "auc": 0.01,
        "true_positive_rate": None,
        "auc_best_constant_classifier": 0.0,
        "precision_best_constant_classifier": None,
    }


def test_a_value_that_could_not_be_computed_is_noted_with_the_files_own_words() -> None:
    where = "$.binary_classification_metrics.precision_best_constant_classifier.value"
    said = "is null, no number; the file says: No line was answered with 1."
    assert notes(sample("model-quality-binary.json")) == [f"{where} {said}"]


def test_curves_run_from_left_to_right_and_know_the_lines_behind_them() -> None:
    assert sample("model-quality-binary.json").curves == (
        Curve(CurveKind.ROC, ((0, 0), (0.1, 0.6), (0.1, 0.9), (1, 1))),
        Curve(CurveKind.PRECISION_RECALL, ((0, 1), (0.875, 0.8), (1, 0.4))),
        Curve(CurveKind.CALIBRATION, ((0.1, 0.15), (0.5, 0.4), (0.9, 0.95)), lines=(250, 50, 100)),
    )


def test_a_matrix_has_one_order_of_classes_for_both_sides() -> None:
    assert sample("model-quality-binary.json").matrices == (Matrix(("0", "1"), ((210, 30), (20, 140))),)


def test_a_matrix_holds_all_classes_of_both_sides_and_0_where_the_file_says_nothing() -> None:
    assert sample("model-quality-multiclass.json").matrices == (
        Matrix(("cat", "dog", "bird", "lynx"), ((8, 2, 0, 0), (0, 5, 0, 0), (1, 0, 0, 1), (0, 0, 0, 0))),
    )


def test_a_multiclass_classification_gives_each_number_of_its_file() -> None:
    report = sample("model-quality-multiclass.json")
    assert report.problem == "multiclass_classification"
    assert values(report) == {
        "accuracy": 0.7647,
        "weighted_recall": 0.7647,
        "weighted_precision": 0.81,
        "weighted_f1": 0.772,
        "weighted_f1_best_constant_classifier": 0.31,
    }


def test_a_regression_gives_each_number_of_its_file() -> None:
    report = sample("model-quality-regression.json")
    assert (report.problem, report.data) == ("regression", Dataset(rows=1500))
    assert values(report) == {"mae": 12.5, "mse": 400.0, "rmse": 20.0, "r2": -math.inf}
    assert notes(report) == ["$.regression_metrics.r2.value is “-Infinity”, no finite number"]


@pytest.mark.parametrize(
    ("entry", "note"),
    [
        ("n/a", "is “n/a”, no metric that I know"),
        (True, "is true, no metric that I know"),
        ([0.9, 0.8], "is a list of 2, no metric that I know"),
        ({"mean": 0.9}, "is an object without a value, no metric that I know"),
        (None, "is null, no number"),
        ("NaN", "is “NaN”, no finite number"),
        ({"error": "One class only"}, "is null, no number; the file says: One class only"),
    ],
)
def test_what_is_no_metric_is_noted_where_it_stands(entry: object, note: str) -> None:
    report = read({"regression_metrics": {"mae": {"value": 1}, "odd": entry}})
    assert notes(report) == [f"$.regression_metrics.odd {note}"]
    assert math.isnan(values(report).get("odd", math.nan))


def test_numbers_may_stand_in_the_block_as_they_are() -> None:
    assert values(read({"regression_metrics": {"mae": 0.3, "rmse": "0.5"}})) == {"mae": 0.3, "rmse": 0.5}


def test_what_stands_beside_a_value_is_noted_unless_it_is_known() -> None:
    report = read({"regression_metrics": {"mae": {"value": 1, "standard_deviation": 0.1, "n": 40}}})
    assert notes(report) == ["$.regression_metrics.mae.n is 40, which I do not read here"]


@pytest.mark.parametrize("written", [-0.1, "wide", True, [0.1]])
def test_a_deviation_that_is_none_is_noted(written: object) -> None:
    report = read({"regression_metrics": {"mae": {"value": 1, "standard_deviation": written}}})
    assert report.metrics[0].deviation is None
    assert "$.regression_metrics.mae.value has the standard deviation" in notes(report)[0]


@pytest.mark.parametrize(
    ("curve", "note"),
    [
        ({FPR: [0, 1], TPR: [0, 0.5, 1]}, " has 2 values across and 3 up"),
        ({FPR: [0, 1]}, " has no true_positive_rates, so it is no curve"),
        ({FPR: [], TPR: []}, " has no points"),
        ({FPR: [0, "x"], TPR: [0, 1]}, ".false_positive_rates[1] is “x”"),
        ({FPR: [0, True], TPR: [0, 1]}, ".false_positive_rates[1] is true"),
        ({FPR: [0, 10**400], TPR: [0, 1]}, ".false_positive_rates[1] is 1"),
        ({FPR: "0, 1", TPR: [0, 1]}, ".false_positive_rates is “0, 1”"),
        ({FPR: [0, 7], TPR: [0, 1]}, " has values that are no shares"),
        ([[0, 0], [1]], " is no list of pairs of numbers"),
    ],
)  # fmt: skip
def test_a_curve_that_is_none_is_noted_and_not_drawn(curve: object, note: str) -> None:
    block = {"auc": 0.9, "receiver_operating_characteristic_curve": curve}
    report = read({"binary_classification_metrics": block})
    assert report.curves == ()
    assert notes(report)[0].startswith(
        f"$.binary_classification_metrics.receiver_operating_characteristic_curve{note}"
    )


def test_a_calibration_curve_may_be_in_scikit_learns_words() -> None:
    block = {"calibration_curve": {"prob_pred": [0.2, 0.7], "prob_true": [0.1, 0.8]}}
    report = read({"binary_classification_metrics": block})
    assert report.curves == (Curve(CurveKind.CALIBRATION, ((0.2, 0.1), (0.7, 0.8))),)


@pytest.mark.parametrize("counts", [[1], [1, -2], [1, 2.5], "many"])
def test_counts_that_are_none_leave_the_curve_without_them(counts: object) -> None:
    curve = {"predicted": [0.2, 0.7], "observed": [0.1, 0.8], "counts": counts}
    report = read({"binary_classification_metrics": {"calibration_curve": curve}})
    assert (len(report.curves), report.curves[0].lines) == (1, ())
    assert "calibration_curve.counts" in notes(report)[0]


@pytest.mark.parametrize(
    ("matrix", "note"),
    [
        ({"0": {"0": 5, "1": -1}, "1": {}}, '["0"]["1"] is -1, no count, so I do not draw the matrix'),
        ({"0": {"0": "five"}}, '["0"]["0"] is “five”, no count'),
        ({"0": 5}, '["0"] is 5, no row of a matrix'),
        ({}, " has 0 classes, which I do not draw"),
        ({str(n): {} for n in range(600)}, " has 600 classes, which I do not draw"),
        ([[1, 2], [3]], " has not as many rows as columns"),
    ],
)
def test_a_matrix_that_is_none_is_noted_and_not_drawn(matrix: object, note: str) -> None:
    report = read({"multiclass_classification_metrics": {"accuracy": 0.9, "confusion_matrix": matrix}})
    assert report.matrices == ()
    assert notes(report)[0].startswith(f"$.multiclass_classification_metrics.confusion_matrix{note}")


@pytest.mark.parametrize(
    ("dataset", "data"),
    [
        ({"item_count": 40}, Dataset(rows=40)),
        ({"uri": "s3://b/a.csv", "sha256": "ab12"}, Dataset(uris=("s3://b/a.csv",), digest="ab12")),
        ({"uris": ["s3://b/1", "s3://b/2"], "rows": "7"}, Dataset(uris=("s3://b/1", "s3://b/2"), rows=7)),
        ("s3://b/a.csv", Dataset(uris=("s3://b/a.csv",))),
    ],
)
def test_the_data_that_it_was_measured_on_is_kept(dataset: object, data: Dataset) -> None:
    report = read({"dataset": dataset, "regression_metrics": {"mae": 1}})
    assert (report.data, report.oddities) == (data, ())


@pytest.mark.parametrize("rows", [-1, 2.5, "many", True, None])
def test_a_count_of_lines_that_is_none_is_noted(rows: object) -> None:
    report = read({"dataset": {"item_count": rows}, "regression_metrics": {"mae": 1}})
    assert report.data.rows is None
    assert notes(report)[0].startswith("$.dataset.item_count is ")
