"""The demo's further evidence, computed from its models: bias and attribution as SageMaker Clarify writes
them, quality by slice, and a model card.
"""

import json
import math
import random
from collections.abc import Callable, Sequence
from typing import Any, Final

from playground import quality
from playground.churn_data import FEATURES, Table

Score = Callable[[Sequence[float]], float]
_AGE, _CONTRACT = FEATURES.index("age"), FEATURES.index("contract")
_YOUNG: Final = 40
_CONTRACTS: Final = ("monthly", "one year", "two years")
_EXPLAINED, _ORDERS = 50, 4  # customers, and random orders of the features for each
_CUT: Final = 0.5


def analysis(table: Table, scores: Sequence[float], score: Score) -> dict[str, Any]:
    """Clarify's analysis.json: bias towards customers below 40, and global Shapley values."""
    return {**_bias(table, scores), "explanations": {"kernel_shap": {"label0": _attribution(table, score)}}}


def slices(table: Table, scores: Sequence[float]) -> dict[str, dict[str, float]]:
    """Quality by contract."""
    found = {}
    for code, name in enumerate(_CONTRACTS):
        members = [i for i, row in enumerate(table.rows) if row[_CONTRACT] == code]
        labels, given = [table.labels[i] for i in members], [scores[i] for i in members]
        counts = quality.confusion(labels, given)
        found[f"contract={name}"] = {"auc": quality.auc(labels, given), "recall": counts.recall}
    return found


def card(version: str) -> str:
    """The content of a model card (SageMaker Developer Guide: Model card JSON schema)."""
    content = {
        "model_overview": {"model_creator": "Cara (data science)"},
        "intended_uses": {
            "purpose_of_model": "Which customers are about to leave, so that they are called first",
            "intended_uses": "Ranks private customers once a week; a person decides whom to call.",
            "risk_rating": "Medium",
            "explanations_for_risk_rating": "No customer is refused anything because of it.",
        },
        "additional_information": {"caveats_and_recommendations": f"{version} knows no business customers."},
    }
    return json.dumps(content)


def _bias(table: Table, scores: Sequence[float]) -> dict[str, Any]:
    """Measures of bias in labels and in answers (SageMaker Developer Guide: Measure Pre-training Bias,
    Measure Post-training Data and Model Bias).
    """
    young = [row[_AGE] < _YOUNG for row in table.rows]
    said = [int(score >= _CUT) for score in scores]
    here, there = young.count(True), young.count(False)
    labels, answers = _shares(table.labels, young), _shares(said, young)
    right = [int(a == b) for a, b in zip(said, table.labels, strict=True)]
    accuracy = _shares(right, young)
    before = {"CI": (there - here) / (there + here), "DPL": labels[1] - labels[0]}
    after = {
        "DPPL": answers[1] - answers[0],
        "DI": answers[0] / answers[1] if answers[1] else math.nan,
        "AD": accuracy[1] - accuracy[0],
    }
    return {"pre_training_bias_metrics": _facets(before), "post_training_bias_metrics": _facets(after)}


def _facets(values: dict[str, float]) -> dict[str, Any]:
    metrics = [
        {"name": name, "description": name, "value": value if math.isfinite(value) else None}
        for name, value in values.items()
    ]
    facet = {"value_or_threshold": f"below {_YOUNG}", "metrics": metrics}
    return {"label": "left", "label_value_or_threshold": "1", "facets": {"age": [facet]}}


def _shares(marks: Sequence[int], young: Sequence[bool]) -> tuple[float, float]:
    """The share of ones among the young, and among the others."""
    groups = [
        [mark for mark, is_young in zip(marks, young, strict=True) if is_young is who]
        for who in (True, False)
    ]
    return groups[0].count(1) / len(groups[0]), groups[1].count(1) / len(groups[1])


def _attribution(table: Table, score: Score) -> dict[str, Any]:
    """Mean absolute Shapley values, by walking from one customer to another in random orders."""
    chance = random.Random(7)  # noqa: S311 - repeatable on purpose
    sums, walks, base = [0.0] * len(FEATURES), 0, 0.0
    for row in table.rows[:_EXPLAINED]:
        mean = [0.0] * len(FEATURES)
        for _ in range(_ORDERS):
            now = list(table.rows[chance.randrange(len(table.rows))])
            before = score(now)
            base, walks = base + before, walks + 1
            for feature in chance.sample(range(len(FEATURES)), len(FEATURES)):
                now[feature] = row[feature]
                after = score(now)
                mean[feature] += (after - before) / _ORDERS
                before = after
        sums = [total + abs(value) for total, value in zip(sums, mean, strict=True)]
    values = {name: total / _EXPLAINED for name, total in zip(FEATURES, sums, strict=True)}
    return {"global_shap_values": values, "expected_value": base / walks}
