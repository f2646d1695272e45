"""Reports: what one file says, and several files as one."""

import hashlib
import json
import math

import pytest

from bot.domain.formats import parse_report
from bot.domain.report import Curve, CurveKind, Dataset, Matrix, Metric, Oddity, Report, merged
from bot.domain.spelling import split_key

FIRST, SECOND = "s3://acme-ml/churn/12/statistics.json", "s3://acme-ml/churn/12/own.json"
MARCH = Dataset(uris=("s3://acme-ml/churn/test/march",), rows=400)


def report(*metrics: Metric, uri: str = FIRST, data: Dataset = MARCH, problem: str = "") -> Report:
    return Report("model quality", uri, "d" * 64, metrics, problem=problem, data=data)


def test_a_report_keeps_where_it_lies_and_the_digest_of_its_bytes() -> None:
    raw = json.dumps({"auc": 0.9}).encode()
    parsed = parse_report(raw, FIRST)
    assert (parsed.uri, parsed.digest) == (FIRST, hashlib.sha256(raw).hexdigest())


def test_a_metric_is_found_by_its_key_which_has_the_part() -> None:
    read = report(Metric("auc", 0.9), Metric("auc", 0.8, part="region=EU"))
    assert [read.metric(key) for key in ("auc", "auc[region=EU]", "auc[region=US]")] == [
        Metric("auc", 0.9),
        Metric("auc", 0.8, part="region=EU"),
        None,
    ]


def test_the_curve_of_all_the_data_comes_before_that_of_a_part() -> None:
    part = Curve(CurveKind.ROC, ((0, 0), (1, 1)), part="region=EU")
    whole = Curve(CurveKind.ROC, ((0, 0), (0.5, 1)))
    read = Report("", FIRST, "", (), curves=(part, whole))
    assert read.curve(CurveKind.ROC) == whole
    assert Report("", FIRST, "", (), curves=(part,)).curve(CurveKind.ROC) == part
    assert read.curve(CurveKind.CALIBRATION) is None


def test_of_two_reports_with_one_metric_the_first_counts() -> None:
    both = merged([report(Metric("auc", 0.9)), report(Metric("auc", 0.5), Metric("f1", 0.7), uri=SECOND)])
    assert both is not None
    assert [(metric.key, metric.value) for metric in both.metrics] == [("auc", 0.9), ("f1", 0.7)]
    assert both.uri == FIRST


def test_a_metric_keeps_the_data_of_the_file_that_it_comes_from() -> None:
    april, own = Dataset(rows=10), Dataset(rows=20)
    both = merged(
        [report(Metric("auc", 0.9)), report(Metric("f1", 0.7), Metric("mae", 1, data=own), data=april)]
    )
    assert both is not None
    assert [metric.data for metric in both.metrics] == [MARCH, april, own]


def test_all_else_of_several_reports_stands_side_by_side() -> None:
    matrix, odd = Matrix(("0", "1"), ((1, 2), (3, 4))), Oddity("$.x", "is null, no number")
    one = Report("a", FIRST, "", (), matrices=(matrix,), oddities=(odd,))
    both = merged([one, report(problem="regression"), one])
    assert both is not None
    assert (both.matrices, both.oddities, both.problem) == ((matrix, matrix), (odd, odd), "regression")


def values(*files: dict[str, float]) -> dict[str, float]:
    """The numbers that count of files with these keys, the most trusted first."""
    both = together(*files)
    return {metric.key: metric.value for metric in both.metrics}


def together(*files: dict[str, float]) -> Report:
    both = merged(
        report(
            *(Metric(split_key(key)[0], value, part=split_key(key)[1]) for key, value in file.items()),
            uri=f"s3://acme-ml/churn/12/{number}.json",
        )
        for number, file in enumerate(files, 1)
    )
    assert both is not None
    return both


@pytest.mark.parametrize(
    ("trusted", "other", "taken"),
    [
        # all of it: said already, whatever part that is of, and whatever it is called
        ({"bias.DPPL[Gender=0]": 0.5}, {"bias.DPPL": 0.0}, False),
        ({"auc[validation]": 0.4}, {"auc": 0.99}, False),
        ({"auc[region=EU]": 0.4}, {"auc": 0.99}, False),
        ({"auc": 0.4}, {"AUC": 0.99}, False),
        ({"auc": 0.4}, {"roc_auc": 0.99}, False),
        ({"auc": 0.4}, {"val_auc": 0.99}, False),
        ({"f1_macro": 0.4}, {"macro_f1": 0.99}, False),
        ({"auc": math.nan}, {"auc": 0.99}, False),
        ({"latency.p95_ms": 300}, {"latency_p95_ms": 1}, False),
        # a whole data set
        ({"auc[validation]": 0.4}, {"auc[test]": 0.99}, False),
        ({"auc[validation]": 0.4}, {"auc[validation, test]": 0.99}, False),
        ({"auc": 0.4}, {"auc[holdout]": 0.99}, False),
        ({"auc": 0.4}, {"ROC AUC[train]": 0.99}, False),
        ({"auc[region=EU]": 0.4}, {"auc[eval]": 0.99}, False),
        # a slice, a facet or a class, unless that very one is there
        ({"auc": 0.4}, {"auc[region=EU]": 0.99}, True),
        ({"auc[region=EU]": 0.4}, {"auc[region=US]": 0.99}, True),
        ({"auc[region=EU]": 0.4}, {"auc[region=EU]": 0.99}, False),
        ({"auc[region=EU]": 0.4}, {"AUC[Region=eu]": 0.99}, False),
        ({"auc[age=<30]": 0.4}, {"auc[age=>30]": 0.99}, True),
        ({"auc[test]": 0.4}, {"auc[test, region=EU]": 0.99}, True),
        ({"bias.DPPL[Gender=0]": 0.5}, {"bias.DPPL[Gender=1]": 0.0}, True),
        ({"data.mean[age]": 41}, {"data.mean[tenure]": 3}, True),
        # another metric
        ({"auc": 0.4}, {"pr_auc": 0.99}, True),
        ({"auc": 0.4}, {"mean_auc": 0.99}, True),
        ({"log_loss": 0.4}, {"neg_log_loss": -0.4}, True),
        ({"auc": 0.4}, {"auc_best_constant_classifier": 0.5}, True),
        ({"latency_p95_ms": 300}, {"latency_p95_s": 0.3}, True),
    ],
)  # fmt: skip
def test_what_a_less_trusted_file_says_counts_where_no_more_trusted_one_has_said_it(
    trusted: dict[str, float],
    other: dict[str, float],
    taken: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert list(values(trusted, other)) == [*trusted, *(other if taken else ())]


def test_one_file_may_say_as_much_of_a_metric_as_it_likes() -> None:
    file = {"auc": 0.9, "auc[validation]": 0.8, "auc[test]": 0.7, "roc_auc": 0.6, "auc[region=EU]": 0.5}
    assert values({"f1": 0.7}, file) == {"f1": 0.7, **file}


def test_a_number_that_does_not_count_is_told_where_it_differs_from_the_one_that_does() -> None:
    both = together({"auc": 0.9, "f1": 0.7, "recall": math.nan}, {"auc": 0.2, "f1": 0.7, "recall": 0.8})
    assert list(map(str, both.oddities)) == [
        "$ auc is 0.2 in 2.json, and 0.9 counts",
        "$ recall is 0.8 in 2.json, and a more trusted file counts, which has no number for it",
    ]
    other = together({"auc[validation]": 0.4}, {"auc": 0.99, "auc[test]": 0.4}, {"AUC": math.nan})
    assert list(map(str, other.oddities)) == [
        "$ auc is 0.99 in 2.json, and auc[validation] counts, which is 0.4",
        "$ AUC is no number in 3.json, and auc[validation] counts, which is 0.4",
    ]


def test_of_many_such_numbers_twenty_are_told_and_the_others_are_counted() -> None:
    names = [f"metric_{number}" for number in range(25)]
    both = together(dict.fromkeys(names, 0.1), dict.fromkeys(names, 0.2))
    assert len(both.oddities) == 21
    assert str(both.oddities[-1]) == "$ has 5 more numbers that a more trusted file contradicts"


def test_no_report_merges_to_none() -> None:
    assert merged([]) is None
