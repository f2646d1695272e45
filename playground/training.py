"""Trains the demo's models on customers that it makes: each version is really better than the one before.

`python -m playground.training` prints how good they are.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from playground import evidence, quality
from playground.aws.tiny_model import load, pack
from playground.aws.tiny_scoring import FORMAT
from playground.boosting import Recipe, boosted
from playground.churn_data import FEATURES, Table, customers
from playground.logistic import fitted

EARLY: Final = 8  # versions up to this one share a model
_TRAINING, _VALIDATION, _HELD_OUT = (75, 2000), (72, 2000), (73, 2000)  # seed, customers
_RECIPES: Final[Mapping[int, partial[dict[str, Any]]]] = {
    EARLY: partial(fitted, used=(0, 2)),
    9: partial(fitted, used=(0, 1, 2, 3)),
    10: partial(fitted, used=(0, 2, 3, 4)),
    11: partial(fitted, used=range(len(FEATURES))),
    12: partial(boosted, recipe=Recipe(trees=24, depth=2, rate=0.3)),
}


@dataclass(frozen=True)
class Trained:
    """A model, and on the validation data SageMaker's model-quality report and Clarify's analysis of it."""

    archive: bytes  # a model.tar.gz
    report: Mapping[str, Any]
    analysis: Mapping[str, Any]


def train(version: int) -> Trained:
    """The model of a version from 1 to 12; the same one every time, in a fraction of a second."""
    data = training_data()
    archive = pack(_RECIPES[max(version, EARLY)](data.rows, data.labels))
    checked = customers(*_VALIDATION)
    given, model = scores(archive, checked), load(archive)
    by_slice = evidence.slices(checked, given)
    report = {**quality.report(checked.labels, given), "slices": by_slice}

    def score(row: Sequence[float]) -> float:
        return float(model.answer(",".join(map(repr, row))))

    return Trained(archive, report, evidence.analysis(checked, given, score))


def parameters(version: int) -> dict[str, str]:
    """What the training of a version is told, as SageMaker has hyperparameters: text by name."""
    told = _RECIPES[max(version, EARLY)].keywords
    if (recipe := told.get("recipe")) is None:
        return {"objective": "logistic", "features": ", ".join(FEATURES[column] for column in told["used"])}
    trees = {"num_round": recipe.trees, "max_depth": recipe.depth, "eta": recipe.rate}
    return {"objective": "boosted trees", **{name: str(value) for name, value in trees.items()}}


def training_data() -> Table:
    """Customers that every version learned from."""
    return customers(*_TRAINING)


def held_out() -> Table:
    """Customers that no model was trained or validated on."""
    return customers(*_HELD_OUT)


def scores(archive: bytes, table: Table) -> list[float]:
    """What a binary model answers for each customer."""
    model = load(archive)
    return [float(model.answer(line.partition(",")[2])) for line in table.csv().splitlines()]


def archive(bias: float) -> bytes:
    """A model.tar.gz of its own for each bias, made at once: logistic, over the demo's features."""
    slopes = (-0.03, 0.02, 0.35, -1.2, 0.5, -1.4, -0.1, -0.01)
    return pack({"format": FORMAT, "kind": "logistic", "coefficients": list(slopes), "intercept": bias})


def main() -> None:
    """Train all, and print the area under the ROC curve on the validation and the held-out data."""
    table = held_out()
    for version in _RECIPES:
        trained = train(version)
        validated = trained.report["binary_classification_metrics"]["auc"]["value"]
        unseen = quality.auc(table.labels, scores(trained.archive, table))
        sys.stdout.write(f"churn:{version}  validation {validated:.4f}  held out {unseen:.4f}\n")


if __name__ == "__main__":
    main()
