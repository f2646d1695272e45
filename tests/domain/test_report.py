"""Reports: what SageMaker Model Monitor writes, and everything that people write instead."""

import codecs
import hashlib
import json
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.refusals import Unreadable
from bot.domain.report import Report, parse_report

URI = "s3://acme-ml/churn/12/statistics.json"
NEXT = "Write it again in SageMaker’s model-quality form and register a new version."
BINARY = {
    "dataset": {"item_count": 100, "start_time": "2026-03-01T12:00:00Z"},
    "binary_classification_metrics": {
        "confusion_matrix": {"0": {"0": 40, "1": 10}, "1": {"0": 5, "1": 45}},
        "recall": {"value": 0.9, "standard_deviation": 0.01},
        "auc": {"value": 0.91, "standard_deviation": "NaN"},
        "receiver_operating_characteristic_curve": {
            "false_positive_rates": [0.0, 1.0],
            "true_positive_rates": [0.0, 1.0],
        },
        "auc_best_constant_classifier": {"value": 0.5, "standard_deviation": 0},
    },
}
MULTICLASS = {
    "multiclass_classification_metrics": {
        "confusion_matrix": {"setosa": {"setosa": 1, "virginica": 0}},
        "accuracy": {"value": 0.97, "standard_deviation": None},
        "weighted_f1": {"value": "0.96"},
    }
}
REGRESSION = {
    "regression_metrics": {
        "mae": {"value": 0.37, "standard_deviation": 0.0},
        "r2": {"value": "-Infinity", "standard_deviation": "Infinity"},
        "rmse": {"value": "NaN"},
        "mse": {"value": None},
    }
}


def read(document: object) -> Report:
    return parse_report(json.dumps(document).encode(), URI)


def values(report: Report) -> dict[str, float]:
    return {metric.name: metric.value for metric in report.metrics}


def refusal_of(raw: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        parse_report(raw, URI)
    return refused.value.sentence


@pytest.mark.parametrize(
    ("document", "kind", "names"),
    [
        (BINARY, "binary_classification", ["recall", "auc", "auc_best_constant_classifier"]),
        (MULTICLASS, "multiclass_classification", ["accuracy", "weighted_f1"]),
        (REGRESSION, "regression", ["mae", "r2", "rmse", "mse"]),
    ],
)
def test_all_three_kinds_of_model_quality_are_read(document: object, kind: str, names: list[str]) -> None:
    report = read(document)
    assert (report.kind, [metric.name for metric in report.metrics]) == (kind, names)


def test_matrices_and_curves_are_no_metrics() -> None:
    assert read(BINARY).metric("confusion_matrix") is None


def test_a_report_keeps_where_it_lies_and_the_digest_of_its_bytes() -> None:
    raw = json.dumps(BINARY).encode()
    report = parse_report(raw, URI)
    assert (report.uri, report.digest) == (URI, hashlib.sha256(raw).hexdigest())


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (0.5, 0.5), (1, 1.0), (0, 0.0), ("0.5", 0.5), ("Infinity", math.inf), ("-Infinity", -math.inf),
        (math.inf, math.inf),
    ],
)  # fmt: skip
def test_a_number_is_a_number_however_it_is_written(written: object, value: float) -> None:
    assert values(read({"regression_metrics": {"mae": {"value": written}}})) == {"mae": value}


@pytest.mark.parametrize("written", ["NaN", math.nan, None, True, "n/a", "", [], {}, {"value": 1}, 10**400])
def test_a_value_that_is_no_number_is_nan_and_the_metric_stays(written: object) -> None:
    found = values(read({"regression_metrics": {"mae": {"value": written}}}))
    assert list(found) == ["mae"]
    assert math.isnan(found["mae"])


@pytest.mark.parametrize(
    ("written", "deviation"), [(0.01, 0.01), ("0.01", 0.01), ("NaN", None), (None, None), (False, None)]
)
def test_a_deviation_is_a_number_or_absent(written: object, deviation: float | None) -> None:
    report = read({"regression_metrics": {"mae": {"value": 1, "standard_deviation": written}}})
    assert report.metrics[0].deviation == deviation


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-16-le"),
    ],
)
def test_files_from_windows_are_read_too(bom: bytes, encoding: str) -> None:
    assert len(parse_report(bom + json.dumps(REGRESSION).encode(encoding), URI).metrics) == 4


def test_a_metric_cannot_forge_a_mark_for_a_person() -> None:
    report = read({"regression_metrics": {"\ue000U0CEO\ue003 approved; mae": {"value": 1}}})
    assert report.metrics[0].name == "U0CEO approved; mae"


def test_a_metric_named_with_half_a_character_can_still_be_written_down() -> None:
    report = read({"regression_metrics": {"mae\ud800": {"value": 1}}})
    assert report.metrics[0].name.encode() == b"mae?"


@pytest.mark.parametrize(
    ("raw", "fragment"),
    [
        (b"", "is not JSON (Expecting value"),
        (b"auc,0.91\n", "is not JSON (Expecting value"),
        (b"{", "is not JSON (Expecting property name"),
        (b"\xff\xfe\xff", "is not JSON ("),
        (b"\x80abc", "is not JSON ("),
        (b"[" * 200_000, "is not JSON ("),
        (b'{"a":' * 200_000, "is not JSON ("),
        (b'{"regression_metrics": {"mae": {"value": ' + b"9" * 5000 + b"}}}", "is not JSON ("),
        (b"[]", "is JSON, but not an object."),
        (b'[{"regression_metrics": {"mae": {"value": 1}}}]', "is JSON, but not an object."),
        (b"null", "is JSON, but not an object."),
        (b'"auc"', "is JSON, but not an object."),
        (b"0.91", "is JSON, but not an object."),
        (b"{}", "at the top I found nothing, and looked for binary_classification_metrics"),
        (b'{"auc": 0.91, "accuracy": 0.9}', "at the top I found accuracy, auc, and looked for"),
        (b'{"regression_metrics": null}', "at the top I found regression_metrics"),
        (b'{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1}', "at the top I found a, b, c, d, e, and looked for"),
        (b'{"regression_metrics": {}}', "has no metric with a value in regression_metrics."),
        (b'{"regression_metrics": {"mae": 0.3}}', "has no metric with a value in regression_metrics."),
        (
            b'{"binary_classification_metrics": {"confusion_matrix": {"0": {"0": 1}}}}',
            "has no metric with a value in binary_classification_metrics.",
        ),
    ],
)
def test_what_cannot_be_understood_is_refused_with_what_to_do(raw: bytes, fragment: str) -> None:
    sentence = refusal_of(raw)
    assert sentence.startswith(f"The report {URI} ")
    assert fragment in sentence
    assert sentence.replace("'", "’").endswith(NEXT)


def test_a_refusal_stays_short_however_long_the_names_in_the_report_are() -> None:
    assert len(refusal_of(json.dumps({f"{n}" * 20_000: 1 for n in range(9)}).encode())) < 1000


def outcome(raw: bytes) -> Report | str:
    try:
        return parse_report(raw, URI)
    except Unreadable as refused:
        return refused.sentence


@given(raw=st.binary())
@example(raw=b"\xef\xbb\xbf")
@example(raw=b"\x00\x00\x00{")
def test_any_bytes_are_a_report_or_unreadable(raw: bytes) -> None:
    assert outcome(raw)


NAMES = st.sampled_from(
    ["regression_metrics", "binary_classification_metrics", "mae", "value", "standard_deviation", "\ue002x"]
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("NaN"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(document=JSON)
def test_any_json_is_a_report_or_unreadable(document: object) -> None:
    found = outcome(json.dumps(document).encode())
    if isinstance(found, Report):
        assert all(isinstance(metric.value, float) and metric.name.encode() for metric in found.metrics)
    else:
        assert found.encode()
