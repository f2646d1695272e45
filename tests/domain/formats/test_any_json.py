"""Whatever JSON holds: it is read or refused, and no number goes missing."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.formats import parse_report
from bot.domain.formats.values import at
from bot.domain.refusals import Unreadable
from bot.domain.report import Report
from tests.domain.formats.mutations import ANYTHING
from tests.domain.formats.reports import SAMPLES, URI, read

WORDS = [
    "metrics",
    "value",
    "name",
    "standard_deviation",
    "error",
    "dataset",
    "rows",
    "uri",
    "slices",
    "slice",
    "by_region",
    "per_class",
    "regression_metrics",
    "binary_classification_metrics",
    "confusion_matrix",
    "roc_curve",
    "fpr",
    "tpr",
    "mae",
    "metric_groups",
    "metric_data",
    "type",
    "evaluation_details",
    "datasets",
    "dataset_scores",
    "category_scores",
    "scores",
    "test",
    "validation:auc",
    "eval_loss",
    "precision",
    "recall",
    "support",
    "MetricName",
    "Value",
    "Set",
    "StandardMetricName",
    "violations",
    "features",
    "explanations",
    "kernel_shap",
    "global_shap_values",
    "post_training_bias_metrics",
    "facets",
    "version",
    "timestamp",
]
KEYS = st.sampled_from([*WORDS, "macro avg", "weighted avg", "f1-score", "\ue002x"]) | st.text(max_size=4)
NUMBERS = st.integers(-(10**6), 10**6) | st.floats() | st.sampled_from([10**400, 0.5, 1])
LEAVES = st.none() | st.booleans() | NUMBERS | st.text(max_size=6) | st.sampled_from(["NaN", "0.5", "label"])
DOCUMENTS: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)
OWN = st.sampled_from(
    [
        "auc",
        "f1",
        "p95_ms",
        "test",
        "train",
        "val_auc",
        "eval_loss",
        "by_eu",
        "per_class",
        "metrics",
        "report",
        "loss_metrics",
        "a",
        "b",
        "c",
    ]
)
OWN_DOCUMENTS = st.recursive(
    st.dictionaries(OWN, st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=4),
    lambda inner: st.dictionaries(
        OWN, inner | st.sampled_from(["of mine", "1.x"]) | st.lists(inner, max_size=3), max_size=4
    ),
    max_leaves=12,
)
PLACED = [json.loads(path.read_bytes()) for path in sorted(SAMPLES.glob("*.json"))]


def outcome(raw: bytes) -> Report | str:
    try:
        return parse_report(raw, URI)
    except Unreadable as refused:
        return refused.sentence


def check(found: Report | str) -> None:
    if isinstance(found, str):
        assert found.startswith(f"The report {URI} ")
        assert found.isprintable()
        assert found.endswith("and register a new version.")
        return
    assert found.kind
    for metric in found.metrics:
        assert type(metric.value) is float
        assert metric.name
        assert metric.key.isprintable()
        assert metric.deviation is None or (math.isfinite(metric.deviation) and metric.deviation >= 0)
    assert len({metric.key for metric in found.metrics}) == len(found.metrics)
    for oddity in found.oddities:
        assert oddity.path.startswith("$")
        assert str(oddity).isprintable()
    for curve in found.curves:
        assert list(curve.points) == sorted(curve.points, key=lambda point: point[0])
    for matrix in found.matrices:
        assert {len(row) for row in matrix.counts} == {len(matrix.classes)} == {len(matrix.counts)}


@given(raw=st.binary())
@example(raw=b"\xef\xbb\xbf")
@example(raw=b"\x00\x00\x00{")
@example(raw=b"\x1f\x8b")
def test_any_bytes_are_a_report_or_unreadable(raw: bytes) -> None:
    check(outcome(raw))


@settings(max_examples=400)
@given(document=DOCUMENTS)
def test_any_json_is_a_report_or_unreadable(document: object) -> None:
    check(outcome(json.dumps(document).encode()))


@settings(max_examples=200)
@given(data=st.data())
def test_a_sample_with_anything_in_one_of_its_places_is_a_report_or_unreadable(data: st.DataObject) -> None:
    document = json.loads(json.dumps(data.draw(st.sampled_from(PLACED))))
    holder = data.draw(st.sampled_from(list(holders(document))))
    key = data.draw(st.sampled_from(list(holder) if isinstance(holder, dict) else range(len(holder))))
    holder[key] = data.draw(ANYTHING)
    check(outcome(json.dumps(document, default=lambda _: "twice").encode()))


@settings(max_examples=400)
@given(document=OWN_DOCUMENTS)
def test_each_number_of_a_home_made_report_is_a_metric_or_named_in_a_note(document: object) -> None:
    found = outcome(json.dumps(document).encode())
    leaves = list(numbers(document, "$"))
    if isinstance(found, str):
        assert not leaves or "neither counts" in found or "no metric" in found or "without a name" in found
        return
    metrics = [metric.value for metric in found.metrics]
    noted = {oddity.path for oddity in found.oddities}
    for path, value in leaves:
        named = any(path == note or path.startswith((f"{note}.", f"{note}[")) for note in noted - {"$"})
        assert named or value in metrics, path
    assert sum(not math.isnan(value) for value in metrics) <= len(leaves)
    assert all(math.isnan(value) or value in dict(leaves).values() for value in metrics)


@given(value=st.booleans() | st.text())
def test_nothing_but_a_number_gets_a_value(value: object) -> None:
    found = read({"auc": 0.9, "regression_metrics": {"mae": {"value": value}}, "own": value})
    given = {metric.name: metric.value for metric in found.metrics if metric.name != "auc"}
    spelled = isinstance(value, str) and re.fullmatch(
        r"\s*[-+]?[\d.]+(e[-+]?\d+)?\s*|\s*[-+]?inf(inity)?\s*", value, re.IGNORECASE
    )
    assert spelled or all(math.isnan(number) for number in given.values())


def holders(document: Any) -> Iterator[Any]:
    if isinstance(document, dict | list) and document:
        yield document
        for value in document.values() if isinstance(document, dict) else document:
            yield from holders(value)


def numbers(document: Any, path: str) -> Iterator[tuple[str, float]]:
    match document:
        case dict():
            for key, value in document.items():
                yield from numbers(value, at(path, key))
        case list():
            for place, value in enumerate(document):
                yield from numbers(value, at(path, place))
        case int() | float():
            yield path, float(document)
