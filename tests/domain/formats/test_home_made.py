"""What people write themselves: each shape with the numbers that it holds."""

import math

import pytest

from bot.domain.formats import parse_report
from bot.domain.report import CurveKind, Dataset, Matrix
from tests.domain.formats.reports import notes, read, sample, values


def test_an_evaluation_of_a_pipeline_gives_each_number_of_its_file() -> None:
    report = sample("home-made-pipeline.json")
    assert report.kind == "home-made metrics"
    assert report.data == Dataset(uris=("s3://acme-ml/churn/test/",), rows=12000)
    assert values(report) == {
        "auc[validation]": 0.91,
        "auc[test]": 0.89,
        "threshold": 0.4,
        "latency.p50_ms": 8,
        "latency.p95_ms": 21.5,
        "auc[region=EU]": 0.87,
        "auc[region=US]": 0.92,
    }
    assert [metric.deviation for metric in report.metrics][:2] == [0.01, None]
    assert notes(report) == ["$ holds texts that are no metrics: $.model, $.calibrated"]


def test_a_candidate_of_autopilot_has_model_monitors_names_and_sets_as_parts() -> None:
    report = sample("home-made-autopilot.json")
    assert values(report) == {
        "f1[validation]": 0.712,
        "macro_f1[validation]": 0.8,
        "log_loss[train]": 0.31,
        "auc[test]": 0.9,
    }


def test_results_of_hugging_faces_trainer_have_their_sets_as_parts() -> None:
    assert values(sample("home-made-hugging-face.json")) == {
        "epoch": 3,
        "accuracy[eval]": 0.92,
        "loss[eval]": 0.27,
        "samples_per_second[eval]": 301.5,
        "f1[test]": 0.88,
    }


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"auc": 0.9}, {"auc": 0.9}),
        ({"AUC-PR": 1}, {"AUC-PR": 1}),
        ({"value": 3, "auc": 0.9}, {"value": 3, "auc": 0.9}),
        ({"metrics": {"auc": 0.9}}, {"auc": 0.9}),
        ({"evaluation": {"results": {"scores": {"auc": 0.9}}}}, {"auc": 0.9}),
        ({"regression_metrics_of_mine": {"mae": 0.9}}, {"regression_metrics_of_mine.mae": 0.9}),
        ({"ranking_metrics": {"ndcg@10": {"value": 0.4}}}, {"ndcg@10": 0.4}),
        ({"latency": {"p95": {"ms": 20}}}, {"latency.p95.ms": 20}),
        ({"latency": {"value": 3, "p95": 5}}, {"latency": 3, "latency.p95": 5}),
        ({"f1-score": 0.5}, {"f1": 0.5}),
        ([{"name": "auc", "value": 0.9}, {"name": "f1", "value": "0.8"}], {"auc": 0.9, "f1": 0.8}),
        ([{"metric_name": "auc", "value": 0.9}], {"auc": 0.9}),
        ([{"Metric": "auc", "Value": 0.9}], {"auc": 0.9}),
        ({"name": "auc", "value": 0.9}, {"auc": 0.9}),
        ({"best_metric": {"metric_name": "auc", "value": 0.9}}, {"auc": 0.9}),
        ({"metric": {"name": "auc", "value": 0.9}}, {"auc": 0.9}),
        ({"auc": {"name": "Area under the curve", "value": 0.9}}, {"auc": 0.9}),
        ({"metrics": [{"name": "auc", "value": 0.9, "dataset": "test"}]}, {"auc[test]": 0.9}),
        ({"FinalMetricDataList": [{"MetricName": "validation:auc", "Value": 0.9, "Timestamp": 17}]},
         {"auc[validation]": 0.9}),
        ({"validation": {"auc": 0.9}, "test": {"auc": 0.8}}, {"auc[validation]": 0.9, "auc[test]": 0.8}),
        ({"test_metrics": {"auc": 0.9}}, {"auc[test]": 0.9}),
        ({"val_auc": 0.9, "train/auc": 1, "testing": 4},
         {"auc[validation]": 0.9, "auc[train]": 1, "testing": 4}),
        ({"eval": {"eval_loss": 0.3}}, {"loss[eval]": 0.3}),
        ([{"auc": 0.9}], {"auc": 0.9}),
        ({"folds": [{"auc": 0.9}, {"auc": 0.8}]}, {"auc[folds=0]": 0.9, "auc[folds=1]": 0.8}),
    ],
)  # fmt: skip
def test_a_shape_that_people_write_gives_these_metrics(document: object, expected: dict[str, float]) -> None:
    report = read(document)
    assert (values(report), report.oddities) == (expected, ())


@pytest.mark.parametrize(
    ("slices", "expected"),
    [
        ({"slices": {"region=EU": {"auc": 0.9}}}, {"auc[region=EU]": 0.9}),
        ({"slices": {"region": {"EU": {"auc": 0.9}, "US": {"auc": 0.8}}}},
         {"auc[region=EU]": 0.9, "auc[region=US]": 0.8}),
        ({"slices": {"EU": {"auc": {"value": 0.9}}}}, {"auc[EU]": 0.9}),
        ({"by_group": {"EU": {"metrics": {"auc": 0.9}}}}, {"auc[EU]": 0.9}),
        ({"per_group": [{"group": "EU", "auc": 0.9}]}, {"auc[EU]": 0.9}),
        ({"by_region": {"EU": {"auc": 0.9}}}, {"auc[region=EU]": 0.9}),
        ({"auc_by_region": {"EU": 0.9, "US": 0.8}}, {"auc[region=EU]": 0.9, "auc[region=US]": 0.8}),
        ({"per_class_accuracy": [0.9, 0.8]}, {"accuracy[class=0]": 0.9, "accuracy[class=1]": 0.8}),
        ({"per_class": {"recall": {"cat": 0.9}}}, {"recall[class=cat]": 0.9}),
        ({"per_class": [{"class": 2, "recall": 0.9}]}, {"recall[class=2]": 0.9}),
        ({"slices": [{"feature": "age", "value": "<30", "metrics": {"auc": 0.9}}]}, {"auc[age=<30]": 0.9}),
        ({"test": {"slices": {"a=1": {"auc": 0.9}}}}, {"auc[test, a=1]": 0.9}),
    ],
)  # fmt: skip
def test_slices_and_classes_are_parts(slices: object, expected: dict[str, float]) -> None:
    report = read(slices)
    assert (values(report), report.oddities) == (expected, ())


@pytest.mark.parametrize("written", ["NaN", math.nan, None])
def test_what_is_not_there_stays_as_a_metric_without_a_value(written: object) -> None:
    report = read({"rmse": 2, "auc": written})
    assert math.isnan(values(report)["auc"])
    assert notes(report)[0].startswith("$.auc is ")


@pytest.mark.parametrize(
    ("document", "note"),
    [
        ({"a": 1, "cv": [0.9, 0.8]}, "$.cv is a list of 2, no metric"),
        ({"a": 1, "up": math.inf}, "$.up is Infinity, no finite number"),
        ({"a": 1, "whole": 10**400}, "too large a number"),
        ({"a": 1, "list": [{"b": 2}, 3]}, "$.list[1] is 3 without a name"),
        ({"a": 1, "": 4}, '$[""] is 4 without a name'),
        ({"a": 1, "error": "The job was stopped"}, "$.error says: The job was stopped"),
        (
            [{"name": "a", "value": 1}, {"name": "a", "value": 2}, {"b": 3}],
            "$[1].value is 2.0, but $[0].value has the same name: neither counts",
        ),
        ({"a.b": 1, "a": {"b": 2}, "c": 3}, '$["a.b"] is 1.0, but $.a.b has the same name: neither counts'),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_path(document: object, note: str) -> None:
    assert any(note in line for line in notes(read(document)))


@pytest.mark.parametrize(
    "raw",
    [
        b'{"auc": 0.9, "auc": 0.8, "f1": 1}',
        b'{"auc": {"value": 0.9, "value": 0.8}, "f1": 1}',
        b'{"auc": {"value": 0.9}, "auc": {"value": 0.8}, "f1": 1}',
        b'{"auc": true, "auc": 1, "f1": 1}',
    ],
)
def test_a_metric_that_is_there_twice_has_no_value(raw: bytes) -> None:
    report = parse_report(raw, "s3://b/r.json")
    assert math.isnan(values(report).get("auc", math.nan))
    assert "there twice" in notes(report)[0]


@pytest.mark.parametrize(
    ("document", "key", "note"),
    [
        ({"auc": "n/a", "rows": 1}, "auc", "$.auc is “n/a”, no number"),
        ({"auc": True, "rows": 1}, "auc", "$.auc is true, no number"),
        ({"accuracy": "90%", "rows": 1}, "accuracy", "$.accuracy is “90%”, no number"),
        ({"metrics": {"val_auc": "pending"}, "rows": 1}, "auc[validation]",
         "$.metrics.val_auc is “pending”, no number"),
        ({"F1 (macro)": False, "rows": 1}, "F1 (macro)", '$["F1 (macro)"] is false, no number'),
        ({"auc": {"value": "n/a"}, "rows": 1}, "auc", "$.auc.value is “n/a”, no number"),
        ([{"name": "auc", "value": "n/a"}, {"name": "rows", "value": 1}], "auc",
         "$[0].value is “n/a”, no number"),
        ({"slices": {"region": {"EU": {"auc": "n/a"}}}, "rows": 1}, "auc[region=EU]",
         "$.slices.region.EU.auc is “n/a”, no number"),
    ],
)  # fmt: skip
def test_a_text_under_the_name_of_a_standard_metric_is_a_metric_without_a_number(
    document: object, key: str, note: str
) -> None:
    report = read(document)
    assert {name: math.isnan(value) for name, value in values(report).items()} == {key: True, "rows": False}
    assert notes(report) == [note]


@pytest.mark.parametrize("name", ["framework", "hyperparameters.loss", "metric_for_best_model", "calibrated"])
def test_a_text_under_any_other_name_is_no_metric(name: str) -> None:
    outer, _, inner = name.rpartition(".")
    report = read({"rows": 1, **({outer: {inner: "mse"}} if outer else {inner: "mse"})})
    assert values(report) == {"rows": 1}
    assert notes(report) == [f"$ holds texts that are no metrics: $.{name}"]


def test_texts_are_counted_in_one_note() -> None:
    report = read({"auc": 0.9} | {f"text_{number}": "of mine" for number in range(40)})
    assert notes(report) == ["$ holds texts that are no metrics: $.text_0, $.text_1, $.text_2 and 37 more"]


def test_when_and_by_what_a_file_was_written_is_passed_over() -> None:
    written = {"version": 3, "timestamp": 1772442900, "run-id": "7", "EndTime": "12"}
    assert notes(read({"auc": 0.9, **written})) == []


def test_pictures_are_read_at_any_depth() -> None:
    report = read(
        {
            "test": {
                "confusion_matrix": [[5, 1], [2, 7]],
                "roc_curve": {"fpr": [0, 1], "tpr": [0, 1], "thresholds": [2, 0]},
            },
            "auc": 0.9,
        }
    )
    assert report.matrices == (Matrix(("0", "1"), ((5, 1), (2, 7)), "test"),)
    assert [(curve.kind, curve.part) for curve in report.curves] == [(CurveKind.ROC, "test")]


def test_four_counts_are_a_matrix_and_labels_name_its_classes() -> None:
    four = read({"auc": 1, "confusion_matrix": {"tp": 7, "fp": 1, "tn": 5, "fn": 2}})
    assert four.matrices == (Matrix(("negative", "positive"), ((5, 1), (2, 7))),)
    labelled = read({"auc": 1, "confusion_matrix": {"labels": ["a", "b"], "matrix": [[5, 1], [2, 7]]}})
    assert labelled.matrices == (Matrix(("a", "b"), ((5, 1), (2, 7))),)


def test_the_kind_of_problem_is_read_where_the_file_says_it_in_model_monitors_words() -> None:
    assert read({"problem_type": "regression", "rmse": 2}).problem == "regression"
