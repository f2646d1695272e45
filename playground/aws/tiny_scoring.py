"""What a tiny model computes: model.json read into a scoring function (docs/local-models.md)."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

FORMAT: Final = "tiny-model/1"
Scores = Callable[[Sequence[float]], list[float]]
Node = tuple[int, float, int, int]  # feature, threshold, left, right; feature -1 is a leaf of that value
_LEAF: Final = -1


class UnusableModel(ValueError):  # noqa: N818 - reads as what it is
    """No model that can be run here; the text is a sentence."""


@dataclass(frozen=True)
class Scoring:
    """Features to raw scores, and raw scores to what is answered."""

    columns: int
    scores: Scores
    link: Callable[[list[float]], list[float]]


def scoring_of(document: Mapping[str, Any]) -> Scoring:
    """Read a model.json; raises UnusableModel with what is wrong in it."""
    if document.get("format") != FORMAT:
        raise UnusableModel(f"The format of model.json is {document.get('format')!r}, not {FORMAT!r}.")
    read = _KINDS.get(str(document.get("kind")))
    if read is None:
        raise UnusableModel(f"A model is {', '.join(_KINDS)}, not {document.get('kind')!r}.")
    try:
        return read(document)
    except (KeyError, TypeError, IndexError, AttributeError) as problem:
        raise UnusableModel(f"model.json lacks or misshapes {problem}.") from problem


def sigmoid(score: float) -> float:
    """The logistic function, without overflow."""
    if score >= 0:
        return 1.0 / (1.0 + math.exp(-score))
    grown = math.exp(score)
    return grown / (1.0 + grown)


def _identity(scores: list[float]) -> list[float]:
    return scores


def _logistic(scores: list[float]) -> list[float]:
    return [sigmoid(scores[0])]


def _softmax(scores: list[float]) -> list[float]:
    highest = max(scores)
    grown = [math.exp(score - highest) for score in scores]
    total = math.fsum(grown)
    return [part / total for part in grown]


def _one_line(document: Mapping[str, Any]) -> Scoring:
    row, intercept = _numbers(document["coefficients"]), _number(document["intercept"])

    def scores(features: Sequence[float]) -> list[float]:
        return [intercept + math.fsum([a * b for a, b in zip(row, features, strict=True)])]

    return Scoring(len(row), scores, _identity if document["kind"] == "linear" else _logistic)


def _line_a_class(document: Mapping[str, Any]) -> Scoring:
    rows = [_numbers(row) for row in document["coefficients"]]
    intercepts = _numbers(document["intercept"])
    if len(rows) < 2 or len({len(row) for row in rows}) != 1 or len(intercepts) != len(rows):  # noqa: PLR2004 - classes
        raise UnusableModel(
            "A softmax model has two classes or more: one row of coefficients and one intercept for each."
        )

    def scores(features: Sequence[float]) -> list[float]:
        return [
            intercept + math.fsum([a * b for a, b in zip(row, features, strict=True)])
            for row, intercept in zip(rows, intercepts, strict=True)
        ]

    return Scoring(len(rows[0]), scores, _softmax)


def _trees(document: Mapping[str, Any]) -> Scoring:
    columns, base = document["features"], _number(document.get("base", 0.0))
    if type(columns) is not int or columns < 1:
        raise UnusableModel(f"features is {columns!r}; it is the number of columns that the trees take.")
    combine, link = document.get("combine", "sum"), document.get("link", "identity")
    if combine not in ("sum", "mean") or link not in ("identity", "logistic"):
        raise UnusableModel("Trees combine by sum or mean, and their link is identity or logistic.")
    trees = [_tree(tree, columns) for tree in document["trees"]]
    if not trees:
        raise UnusableModel("The ensemble has no trees.")
    share = len(trees) if combine == "mean" else 1

    def scores(features: Sequence[float]) -> list[float]:
        return [base + math.fsum([_leaf(tree, features) for tree in trees]) / share]

    return Scoring(columns, scores, _identity if link == "identity" else _logistic)


def _tree(nodes: Sequence[Mapping[str, Any]], columns: int) -> list[Node]:
    if not nodes:
        raise UnusableModel("A tree has no nodes.")
    return [_node(node, at, len(nodes), columns) for at, node in enumerate(nodes)]


def _node(node: Mapping[str, Any], at: int, size: int, columns: int) -> Node:
    if "value" in node:
        return (_LEAF, _number(node["value"]), at, at)
    feature, left, right = node["feature"], node["left"], node["right"]
    whole = all(type(value) is int for value in (feature, left, right))
    if not whole or not (0 <= feature < columns and at < left < size and at < right < size):
        raise UnusableModel(
            f"Node {at} of a tree leads nowhere: its feature is one of {columns}, its branches come after it."
        )
    return (feature, _number(node["threshold"]), left, right)


def _leaf(tree: Sequence[Node], features: Sequence[float]) -> float:
    feature, threshold, left, right = tree[0]
    while feature != _LEAF:
        feature, threshold, left, right = tree[left if features[feature] <= threshold else right]
    return threshold


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UnusableModel(f"model.json has {value!r} where a finite number belongs.")
    return float(value)


def _numbers(values: Any) -> list[float]:
    if not isinstance(values, list) or not values:
        raise UnusableModel(f"model.json has {values!r} where a list of numbers belongs.")
    return [_number(value) for value in values]


_KINDS: Final[Mapping[str, Callable[[Mapping[str, Any]], Scoring]]] = {
    "linear": _one_line,
    "logistic": _one_line,
    "softmax": _line_a_class,
    "trees": _trees,
}
