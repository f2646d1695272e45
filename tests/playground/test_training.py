"""The demo's models: trained on customers that are made, each version better than the one before."""

import time
from typing import Any

import pytest

from playground import quality
from playground.aws.tiny_model import load, pack
from playground.boosting import Recipe, boosted
from playground.churn_data import FEATURES, customers
from playground.logistic import fitted
from playground.training import EARLY, Trained, archive, held_out, scores, train

VERSIONS = range(EARLY, 13)


@pytest.fixture(scope="module")
def trained() -> dict[int, Trained]:
    return {version: train(version) for version in VERSIONS}


def value(report: Any, metric: str) -> float:
    return float(report["binary_classification_metrics"][metric]["value"])


def test_every_version_is_better_than_the_one_before_on_both_kinds_of_unseen_data(
    trained: dict[int, Trained],
) -> None:
    table = held_out()
    unseen = [quality.auc(table.labels, scores(trained[version].archive, table)) for version in VERSIONS]
    validated = [value(trained[version].report, "auc") for version in VERSIONS]
    assert unseen == sorted(unseen)
    assert validated == sorted(validated)
    for series in (unseen, validated):
        assert 0.01 <= series[-1] - series[-2] <= 0.03
        assert min(series[1:]) >= 0.8 > series[0]


def test_training_gives_the_same_bytes_every_time(trained: dict[int, Trained]) -> None:
    assert [train(version) for version in (9, 12)] == [trained[9], trained[12]]


def test_early_versions_share_a_model_and_the_later_ones_have_their_own(trained: dict[int, Trained]) -> None:
    assert train(1) == train(7) == trained[EARLY]
    assert len({made.archive for made in trained.values()}) == len(VERSIONS)


def test_training_all_of_them_is_quick() -> None:
    begun = time.process_time()
    for version in VERSIONS:
        train(version)
    assert time.process_time() - begun < 1.5  # a third of it on an idle core


def test_held_out_data_has_the_label_first_and_no_header() -> None:
    table = held_out()
    lines = [line.split(",") for line in table.csv().splitlines()]
    assert len(lines) == 2000
    assert {len(cells) for cells in lines} == {1 + len(FEATURES)}
    assert [int(cells[0]) for cells in lines] == list(table.labels)
    assert [tuple(map(float, cells[1:])) for cells in lines] == table.rows
    assert 0.1 < sum(table.labels) / len(lines) < 0.4


def test_archives_are_made_at_once_and_differ_by_their_bias() -> None:
    line = "10,70.5,2,0,1,-0.5,2,40"
    assert archive(0.5) == archive(0.5)
    assert float(load(archive(-1)).answer(line)) < float(load(archive(1)).answer(line))


def test_a_straight_line_finds_the_column_that_matters() -> None:
    rows = [(float(number % 7), float(number)) for number in range(200)]
    labels = [int(row[1] >= 100) for row in rows]
    model = fitted(rows, labels, used=(1,))
    assert model["coefficients"][0] == 0
    assert model["coefficients"][1] > 0
    assert model["intercept"] + 99.5 * model["coefficients"][1] == pytest.approx(0, abs=0.01)


def test_trees_find_what_no_straight_line_does() -> None:
    rows = [(float(number % 10),) for number in range(400)]
    labels = [int(3 <= row[0] < 6) for row in rows]

    def area(document: dict[str, Any]) -> float:
        model = load(pack(document))
        return quality.auc(labels, [float(model.answer(repr(row[0]))) for row in rows])

    assert area(boosted(rows, labels, Recipe(trees=5, depth=2))) == 1
    assert area(fitted(rows, labels, used=(0,))) < 0.6


@pytest.mark.parametrize(
    ("labels", "answers", "area"),
    [
        ((0, 0, 1, 1), (0.1, 0.4, 0.35, 0.8), 0.75),
        ((0, 1), (0.2, 0.9), 1.0),
        ((0, 1), (0.9, 0.2), 0.0),
        ((0, 1, 0, 1), (0.5, 0.5, 0.5, 0.5), 0.5),
        ((0, 0, 1), (0.3, 0.7, 0.7), 0.75),
    ],
)
def test_the_area_under_the_curve_is_exact(
    labels: tuple[int, ...], answers: tuple[float, ...], area: float
) -> None:
    assert quality.auc(labels, answers) == area


def test_the_area_under_the_curve_needs_both_labels() -> None:
    with pytest.raises(ValueError, match="both labels"):
        quality.auc((1, 1), (0.2, 0.4))


def test_a_report_counts_what_was_answered() -> None:
    metrics = quality.report((0, 0, 0, 1, 1, 1), (0.1, 0.5, 0.2, 0.9, 0.4, 0.8))[
        "binary_classification_metrics"
    ]
    assert metrics["confusion_matrix"] == {"0": {"0": 2, "1": 1}, "1": {"0": 1, "1": 2}}
    assert metrics["accuracy"]["value"] == pytest.approx(4 / 6)
    assert [metrics[name]["value"] for name in ("precision", "recall", "f1")] == pytest.approx([2 / 3] * 3)
    assert metrics["auc"] == {"value": pytest.approx(8 / 9), "standard_deviation": "NaN"}


def test_a_model_that_never_says_yes_has_no_precision() -> None:
    metrics = quality.report((0, 1), (0.1, 0.2))["binary_classification_metrics"]
    assert [metrics[name]["value"] for name in ("precision", "recall", "f1")] == [0, 0, 0]


def test_customers_come_from_their_seed() -> None:
    assert customers(1, 50) == customers(1, 50)
    assert customers(1, 50) != customers(2, 50)
