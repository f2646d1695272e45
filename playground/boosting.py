"""Gradient boosted trees for yes or no, in plain Python: repeatable, quick enough for a demo's start."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from playground.aws.tiny_scoring import FORMAT, sigmoid

_BINS: Final = 16
_DIGITS: Final = 5
Rows = Sequence[Sequence[float]]
Split = tuple[float, int, int]  # gain, feature, the last bin that goes left


@dataclass(frozen=True)
class Recipe:
    """How a model is trained."""

    trees: int
    depth: int
    rate: float = 0.3
    least: int = 12  # rows in a leaf
    smooth: float = 1.0  # added to every leaf's weight


@dataclass
class _Boosting:
    """The state of one training."""

    rows: Rows
    labels: Sequence[int]
    recipe: Recipe
    edges: list[list[float]] = field(default_factory=list)
    bins: list[list[int]] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    slopes: list[float] = field(default_factory=list)  # of the loss, negative, of each row
    weights: list[float] = field(default_factory=list)  # its curvature

    def tree(self) -> list[dict[str, Any]]:
        """The next tree, whose answers are added to the scores."""
        chances = [sigmoid(score) for score in self.scores]
        self.slopes = [label - chance for label, chance in zip(self.labels, chances, strict=True)]
        self.weights = [chance * (1 - chance) for chance in chances]
        nodes: list[dict[str, Any]] = []
        self._grow(nodes, list(range(len(self.rows))), self.recipe.depth)
        return nodes

    def _grow(self, nodes: list[dict[str, Any]], members: list[int], depth: int) -> int:
        at = len(nodes)
        nodes.append({})
        split = self._best(members) if depth else None
        if split is None:
            nodes[at] = {"value": self._leaf(members)}
            return at
        _, feature, last = split
        bins = self.bins[feature]
        left = self._grow(nodes, [row for row in members if bins[row] <= last], depth - 1)
        right = self._grow(nodes, [row for row in members if bins[row] > last], depth - 1)
        threshold = self.edges[feature][last]
        nodes[at] = {"feature": feature, "threshold": threshold, "left": left, "right": right}
        return at

    def _leaf(self, members: list[int]) -> float:
        slope = math.fsum(self.slopes[row] for row in members)
        weight = math.fsum(self.weights[row] for row in members) + self.recipe.smooth
        value = round(self.recipe.rate * slope / weight, _DIGITS)
        for row in members:
            self.scores[row] += value
        return value

    def _best(self, members: list[int]) -> Split | None:
        splits = [split for feature in range(len(self.bins)) if (split := self._split(feature, members))]
        return max(splits, default=None)

    def _split(self, feature: int, members: list[int]) -> Split | None:
        bins, slopes, edges = self.bins[feature], self.slopes, self.edges[feature]
        sums, counts = [0.0] * (len(edges) + 1), [0] * (len(edges) + 1)
        for row in members:
            place = bins[row]
            sums[place] += slopes[row]
            counts[place] += 1
        total, size = sum(sums), len(members)
        best, left, count = None, 0.0, 0
        for last in range(len(edges)):
            left, count = left + sums[last], count + counts[last]
            if min(count, size - count) < self.recipe.least:
                continue
            gain = left * left / count + (total - left) ** 2 / (size - count) - total * total / size
            if best is None or gain > best[0]:
                best = (gain, feature, last)
        return best


def boosted(rows: Rows, labels: Sequence[int], recipe: Recipe) -> dict[str, Any]:
    """Train; gives a model.json of kind trees (docs/local-models.md)."""
    share = sum(labels) / len(labels)
    base = round(math.log(share / (1 - share)), _DIGITS)
    boosting = _Boosting(rows, labels, recipe, scores=[base] * len(rows))
    for column in zip(*rows, strict=True):
        edges = _edges(column)
        boosting.edges.append(edges)
        places = {value: sum(value > edge for edge in edges) for value in set(column)}
        boosting.bins.append([places[value] for value in column])
    trees = [boosting.tree() for _ in range(recipe.trees)]
    return {
        "format": FORMAT,
        "kind": "trees",
        "features": len(boosting.bins),
        "base": base,
        "combine": "sum",
        "link": "logistic",
        "trees": trees,
    }


def _edges(column: Sequence[float]) -> list[float]:
    """Thresholds between values, so that about as many rows lie between each two."""
    ordered = sorted(column)
    cuts = (ordered[len(ordered) * part // _BINS] for part in range(1, _BINS))
    return sorted({cut for cut in cuts if cut < ordered[-1]})
