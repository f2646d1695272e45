"""Scores by class as scikit-learn gives them, and scores of language models as FMEval does."""

import pytest

from bot.domain.report import Dataset
from tests.domain.formats.reports import notes, read, sample, values

ROW = {"precision": 0.5, "recall": 0.6, "f1-score": 0.7, "support": 4}


def test_a_classification_report_gives_each_number_of_its_file() -> None:
    report = sample("scores-by-class.json")
    assert values(report) == {
        "precision[class=setosa]": 1.0,
        "recall[class=setosa]": 0.9,
        "f1[class=setosa]": 0.947,
        "support[class=setosa]": 10,
        "precision[class=virginica]": 0.8,
        "recall[class=virginica]": 0.95,
        "f1[class=virginica]": 0.869,
        "support[class=virginica]": 20,
        "accuracy": 0.933,
        "macro_precision": 0.9,
        "macro_recall": 0.925,
        "macro_f1": 0.908,
        "weighted_precision": 0.867,
        "weighted_recall": 0.933,
        "weighted_f1": 0.895,
    }
    assert (report.data, report.oddities) == (Dataset(rows=30), ())


def test_a_classification_report_may_stand_under_a_key_beside_other_metrics() -> None:
    report = read({"classification_report": {"2": ROW, "macro avg": ROW}, "auc": 0.9})
    assert report.kind == "scores by class and home-made metrics"
    assert values(report)["f1[class=2]"] == 0.7
    assert values(report)["macro_f1"] == 0.7


def test_averages_that_count_other_lines_are_noted() -> None:
    report = read({"macro avg": ROW, "weighted avg": ROW | {"support": 5}})
    assert notes(report) == ['$["weighted avg"].support is 5, and another count of lines is 4']


def test_an_evaluation_of_a_language_model_gives_each_number_of_its_file() -> None:
    report = sample("language-model.json")
    assert values(report) == {
        "factual_knowledge": 0.62,
        "factual_knowledge_quasi_exact": 0.55,
        "factual_knowledge[category=Capitals]": 0.9,
        "factual_knowledge[category=Subsidiary]": 0.4,
    }
    assert report.oddities == ()


def evaluation(name: str, dataset: str, value: float | None, error: str | None = None) -> dict[str, object]:
    scores = [{"name": "accuracy", "value": value, "error": error}]
    return {"eval_name": name, "dataset_name": dataset, "dataset_scores": scores, "category_scores": None}


@pytest.mark.parametrize("wrapped", [False, True])
def test_several_evaluations_with_one_score_are_told_apart_by_their_data(wrapped: bool) -> None:  # noqa: FBT001 - a case
    both = [evaluation("qa", "boolq", 0.7), evaluation("qa", "trivia_qa", 0.6)]
    report = read({"evaluations": both} if wrapped else both)
    assert report.kind == "language model evaluation"
    assert values(report) == {"accuracy[dataset=boolq]": 0.7, "accuracy[dataset=trivia_qa]": 0.6}


def test_several_evaluations_of_one_data_set_are_told_apart_by_their_names() -> None:
    report = read([evaluation("qa", "boolq", 0.7), evaluation("robust", "boolq", 0.6)])
    assert values(report) == {"qa.accuracy": 0.7, "robust.accuracy": 0.6}


def test_a_score_that_failed_is_noted_with_the_files_own_words() -> None:
    report = read(
        [
            evaluation("qa", "boolq", None, "The endpoint throttled"),
            {"dataset_scores": [{"name": "a", "value": 1}]},
        ]
    )
    assert notes(report) == [
        "$[0].dataset_scores[0].value is null, no number; the file says: The endpoint throttled"
    ]
