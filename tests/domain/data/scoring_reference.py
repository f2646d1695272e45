"""Writes scoring_reference.json, with scikit-learn, which the project itself does not use.

To run it:
    python -m venv /tmp/reference && /tmp/reference/bin/pip install scikit-learn==1.9.1
    /tmp/reference/bin/python tests/domain/data/scoring_reference.py
"""

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import sklearn  # type: ignore[import-not-found]
from sklearn import metrics

NOTE = f"Written by scoring_reference.py with scikit-learn {sklearn.__version__}, zero_division=0."
Row = tuple[str, str]


def main() -> None:
    """Every case, with what scikit-learn says to it."""
    dice = random.Random(20)  # noqa: S311 - the same cases each time
    cases = [
        *(_case("binary_classification", name, rows, _binary(rows)) for name, rows in _scores(dice)),
        *(_case("regression", name, rows, _regression(rows)) for name, rows in _numbers(dice)),
        *(
            _case("multiclass_classification", name, rows, _multiclass(rows, classes))
            for name, classes, rows in _classes(dice)
        ),
    ]
    lines = ",\n".join(json.dumps(case) for case in cases)
    text = f'{{"note": {json.dumps(NOTE)}, "cases": [\n{lines}\n]}}\n'
    Path(__file__).with_name("scoring_reference.json").write_text(text, encoding="utf-8")


def _case(problem: str, name: str, rows: Sequence[Row], expected: dict[str, Any]) -> dict[str, Any]:
    return {"problem": problem, "name": name, "pairs": rows, "expected": expected}


def _scores(dice: random.Random) -> Iterator[tuple[str, list[Row]]]:
    def drawn(n: int, share: float, digits: int, low: float = 0, high: float = 1) -> list[Row]:
        rows = []
        for number in range(n):
            label = int(number < n * share)
            score = min(1, max(0, dice.gauss(0.4 + 0.25 * label, 0.25)))
            rows.append((str(label), f"{low + (high - low) * score:.{digits}f}"))
        dice.shuffle(rows)
        return rows

    yield "usual", drawn(150, 0.4, 15)
    yield "many ties", drawn(150, 0.4, 1)
    yield "3 positives in 150", drawn(150, 0.02, 6)
    yield "3 negatives in 150", drawn(150, 0.98, 6)
    yield "never answers 1", drawn(60, 0.3, 6, 0, 0.4)
    yield "always answers 1", drawn(60, 0.3, 6, 0.5, 1)
    yield "perfect", [("0", "0.1"), ("1", "0.9"), ("0", "0.2"), ("1", "0.8"), ("0", "0.4999999")]
    yield "worst", [("1", "0.1"), ("0", "0.9"), ("1", "0.2"), ("0", "0.8"), ("1", "0.3")]
    yield "one score for all", [("1", "0.7"), ("0", "0.7"), ("1", "0.7"), ("0", "0.7"), ("0", "0.7")]
    yield "sure and right", [("1", "1"), ("0", "0"), ("1", "1.0"), ("0", "0.0")]
    yield "sure and wrong", [("1", "0"), ("0", "1"), ("1", "1"), ("0", "0"), ("1", "1e-300")]
    yield "next to each other", [("1", "0.30000000000000004"), ("0", "0.3"), ("0", "0.6"), ("1", "0.7")]
    yield "two lines", [("1", "0.3"), ("0", "0.2")]


def _binary(rows: Sequence[Row]) -> dict[str, Any]:
    labels, scores = [int(label) for label, _ in rows], [float(score) for _, score in rows]
    answers = [int(score >= 0.5) for score in scores]
    matrix = metrics.confusion_matrix(labels, answers, labels=[0, 1]).tolist()
    (rejected, claimed), (missed, hit) = matrix
    return {
        "auc": float(metrics.roc_auc_score(labels, scores)),
        "average_precision": float(metrics.average_precision_score(labels, scores)),
        "log_loss": metrics.log_loss(labels, scores),
        "accuracy": float(metrics.accuracy_score(labels, answers)),
        "precision": float(metrics.precision_score(labels, answers, zero_division=0)),
        "recall": float(metrics.recall_score(labels, answers, zero_division=0)),
        "true_positive_rate": hit / (hit + missed),
        "false_negative_rate": missed / (hit + missed),
        "true_negative_rate": rejected / (rejected + claimed),
        "false_positive_rate": claimed / (rejected + claimed),
        **{
            name: float(metrics.fbeta_score(labels, answers, beta=beta, zero_division=0))
            for name, beta in (("f0_5", 0.5), ("f1", 1), ("f2", 2))
        },
        "confusion_matrix": matrix,
    }


def _numbers(dice: random.Random) -> Iterator[tuple[str, list[Row]]]:
    def drawn(n: int, offset: float, spread: float, error: float) -> list[Row]:
        labels = [offset + dice.gauss(0, spread) for _ in range(n)]
        return [(repr(label), repr(label + dice.gauss(0, error))) for label in labels]

    yield "usual", drawn(150, 20, 5, 2)
    yield "a billion and small noise", drawn(150, 1e9, 1, 0.3)
    yield "minus a billion", drawn(150, -1e9, 1, 0.3)
    yield "very small", drawn(60, 0, 1e-9, 1e-10)
    yield "very large", drawn(60, 0, 1e100, 1e99)
    yield "worse than the mean", drawn(60, 0, 1, 10)
    yield "perfect", [("1.5", "1.5"), ("-2", "-2.0"), ("1e3", "1000")]
    yield "always the mean", [("1", "2"), ("2", "2"), ("3", "2")]
    yield "two lines", [("1", "2"), ("3", "3.5")]


def _regression(rows: Sequence[Row]) -> dict[str, Any]:
    labels, answers = [float(label) for label, _ in rows], [float(answer) for _, answer in rows]
    return {
        "mae": float(metrics.mean_absolute_error(labels, answers)),
        "mse": float(metrics.mean_squared_error(labels, answers)),
        "rmse": float(metrics.root_mean_squared_error(labels, answers)),
        "r2": float(metrics.r2_score(labels, answers)),
    }


def _classes(dice: random.Random) -> Iterator[tuple[str, int, list[Row]]]:
    def drawn(n: int, weights: Sequence[float], skill: float, never: int = -1) -> list[Row]:
        rows = []
        for label in dice.choices(range(len(weights)), weights, k=n):
            raw = [dice.random() + skill * (place == label) for place in range(len(weights))]
            shares = [0 if place == never else value / sum(raw) for place, value in enumerate(raw)]
            rows.append((str(label), ",".join(repr(share / sum(shares)) for share in shares)))
        return rows

    yield "three classes", 3, drawn(100, (1, 1, 1), 0.5)
    yield "twelve classes, some rare", 12, drawn(60, [2.0**-place for place in range(12)], 0.5)
    yield "a class that is never answered", 3, drawn(100, (1, 1, 1), 0.5, never=1)
    yield "a class without lines", 4, drawn(60, (1, 0, 1, 1), 0.2)
    yield "two classes", 2, drawn(60, (1, 3), 0.3)
    yield "ties", 3, [("0", "0.4,0.4,0.2"), ("1", "0.4,0.4,0.2"), ("2", "0.25,0.25,0.5")]
    labels = [(str(dice.randrange(4)), str(dice.randrange(4))) for _ in range(100)]
    yield "classes as answers", 4, labels
    yield "one answer for all", 3, [("0", "2"), ("1", "2"), ("2", "2"), ("2", "2")]
    yield "never right", 3, [("0", "1"), ("1", "2"), ("2", "0"), ("0", "2")]
    yield "an answer that no label has", 4, [("0", "3"), ("1", "1"), ("2", "2"), ("0", "0")]


def _multiclass(rows: Sequence[Row], classes: int) -> dict[str, Any]:
    labels = [int(label) for label, _ in rows]
    shares = [[float(share) for share in answer.split(",")] for _, answer in rows]
    probable = len(shares[0]) > 1
    answers = [row.index(max(row)) if probable else int(row[0]) for row in shares]
    weighted = {"average": "weighted", "zero_division": 0}
    return {
        "accuracy": float(metrics.accuracy_score(labels, answers)),
        "weighted_precision": float(metrics.precision_score(labels, answers, **weighted)),
        "weighted_recall": float(metrics.recall_score(labels, answers, **weighted)),
        **{
            f"weighted_{name}": float(metrics.fbeta_score(labels, answers, beta=beta, **weighted))
            for name, beta in (("f0_5", 0.5), ("f1", 1), ("f2", 2))
        },
        **({"log_loss": metrics.log_loss(labels, shares, labels=range(classes))} if probable else {}),
        "confusion_matrix": metrics.confusion_matrix(labels, answers, labels=range(classes)).tolist(),
    }


if __name__ == "__main__":
    main()
