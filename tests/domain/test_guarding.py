"""Guarding: a guardrail beside the champion's number, and of several metrics."""

import math
from collections.abc import Mapping

import pytest

from bot.domain.comparison import weigh
from bot.domain.guardrails import parse_guardrail
from bot.domain.report import Metric, Oddity, merged
from tests.domain.weighing import CHAMPION, Values, measured, report, weighed


@pytest.mark.parametrize(
    ("candidate", "champion", "guardrails", "failures", "notes"),
    [
        # a champion's number in the bound
        ({"f1": 0.855}, {"f1": 0.86}, {"f1": ">= champion - 0.005"}, (), 0),
        ({"f1": 0.84}, {"f1": 0.86}, {"f1": ">= champion - 0.005"},
         ("f1 is 0.84 and must be ≥ champion − 0.005, which is 0.855",), 0),
        ({"mae": 45}, {"mae": 36}, {"mae": "<= champion * 1.1 and <= 44"},
         ("mae is 45 and must be ≤ champion × 1.1 and ≤ 44, which is 39.6",), 0),
        ({"f1": 0.7}, {"f1": 0.5}, {"f1": ">= champion and >= 0.8"},
         ("f1 is 0.7 and must be ≥ champion and ≥ 0.8, which is 0.5",), 0),
        # there is none yet
        ({"f1": 0.1}, None, {"f1": ">= champion - 0.005"}, (),
         "f1 ≥ champion − 0.005 waits for a champion: none is there to be held against"),
        ({"f1": 0.7}, None, {"f1": ">= champion and >= 0.8"},
         ("f1 is 0.7 and must be ≥ champion and ≥ 0.8",), 0),
        ({"auc": 0.7}, None, {"f1": ">= champion"},
         ("f1 must be ≥ champion, and the report has no number for it",), 0),
        # there is one, and nobody knows its number
        ({"f1": 0.9}, {"auc": 0.8}, {"f1": ">= champion"},
         ("f1 must be ≥ champion, and nobody knows churn:11’s number for it",), 0),
        ({"f1": 0.9}, {"f1": math.nan}, {"f1": ">= champion"},
         ("f1 must be ≥ champion, and nobody knows churn:11’s number for it",), 0),
        ({"f1": 0.7}, {"f1": math.nan}, {"f1": ">= champion and >= 0.8"},
         ("f1 is 0.7 and must be ≥ champion and ≥ 0.8",), 0),
        # of several metrics the worst one counts, and is named
        ({"bias.DPPL[Gender=0]": 0.05, "bias.DPPL[Gender=1]": -0.3}, None, {"bias.DPPL": "abs <= 0.10"},
         ("bias.DPPL[Gender=1] is -0.3 and must be |x| ≤ 0.10",), 0),
        ({"bias.DPPL[Gender=0]": 0.2, "bias.DPPL[Gender=1]": -0.3, "bias.DPPL[Gender=2]": 0.4}, None,
         {"bias.DPPL": "abs <= 0.10"},
         ("bias.DPPL[Gender=2] is 0.4 and must be |x| ≤ 0.10 (2 other parts miss it, too)",), 0),
        ({"bias.DPPL[Gender=0]": 0.2, "bias.DPPL[Gender=1]": -0.3}, None, {"bias.DPPL": "abs <= 0.10"},
         ("bias.DPPL[Gender=1] is -0.3 and must be |x| ≤ 0.10 (1 other part misses it, too)",), 0),
        ({"bias.DPPL[Gender=0]": 0.05, "bias.DPPL[Gender=1]": -0.1}, None, {"bias.DPPL": "abs <= 0.10"},
         (), 0),
        ({"bias.DPPL[Gender=0]": 0.05, "bias.DPPL[Gender=1]": math.nan}, None, {"bias.DPPL": "abs <= 0.10"},
         ("bias.DPPL[Gender=1] must be |x| ≤ 0.10, and in the report it is no number",), 0),
        ({"bias.DPPL[G=0]": 0.2}, {"bias.DPPL[G=1]": 0.1}, {"bias.DPPL": "<= champion + 1"},
         ("bias.DPPL[G=0] must be ≤ champion + 1, and nobody knows churn:11’s number for it",), 0),
        ({"bias.DPPL": 0.0, "bias.DPPL[Gender=0]": 0.5}, None, {"bias.DPPL": "abs <= 0.10"},
         ("bias.DPPL[Gender=0] is 0.5 and must be |x| ≤ 0.10",), 0),
        ({"bias.DPPL": 0.5, "bias.DPPL[Gender=0]": 0.0}, None, {"bias.DPPL": "abs <= 0.10"},
         ("bias.DPPL is 0.5 and must be |x| ≤ 0.10",), 0),
        # another spelling
        ({"latency.p95_ms": 310}, None, {"latency_p95_ms": "<= 300"},
         ("latency.p95_ms is 310 and must be ≤ 300",), 0),
        ({"latency.p95_ms": 310}, {"latency_p95_ms": 309}, {"latency_p95_ms": "<= champion + 5"}, (), 0),
        ({"auc[train]": 0.99, "auc[validation]": 0.7}, None, {"auc": ">= 0.8"},
         ("auc[validation] is 0.7 and must be ≥ 0.8",), 0),
    ],
)  # fmt: skip
def test_a_guardrail_holds_for_all_that_its_name_means_or_says_what_it_misses(
    candidate: Values,
    champion: Values | None,
    guardrails: Mapping[str, str],
    failures: tuple[str, ...],
    notes: str | int,
) -> None:
    compared = weighed(candidate, champion, guardrails)
    assert compared.failures == failures
    if notes:
        assert compared.notes == (notes,)


def test_the_row_of_a_guardrail_over_parts_is_the_worst_and_the_others_come_last() -> None:
    values = {"bias.DPPL[Gender=0]": 0.05, "bias.DPPL[Gender=1]": -0.09, "auc": 0.9}
    compared = weighed(values, guardrails={"bias.DPPL": "abs <= 0.10"})
    assert [(row.metric, row.guardrail_met) for row in compared.rows] == [
        ("bias.DPPL[Gender=1]", True), ("auc", None), ("bias.DPPL[Gender=0]", None),
    ]  # fmt: skip
    assert compared.rows[0].title == "DPPL (difference in positive proportions) · Gender=1"


@pytest.mark.parametrize(
    ("path", "quoted"),
    [
        ("$.binary_classification_metrics.auc.value", True),
        ("$.metrics.auc", True),
        ('$["validation:auc"].value', True),
        ('$["auc"]', True),
        ("$.metrics.pr_auc.value", False),
        ("$.auc.threshold", False),
    ],
)
@pytest.mark.parametrize("values", [{"auc": math.nan}, {"f1": 0.9}], ids=["no number", "lacking"])
def test_a_report_s_own_oddity_is_the_reason_for_a_missing_number(
    path: str,
    quoted: bool,  # noqa: FBT001 - a column of the table
    values: Values,
) -> None:
    odd = Oddity(path, "is “NaN”, no number")
    compared = weigh(report(values, odd), None, None, [parse_guardrail("auc", ">= 0.8")], {})
    sentence = f"auc must be ≥ 0.8, and the report’s {path} is “NaN”, no number."
    assert (compared.verdict == sentence) is quoted


def test_two_guardrails_may_mean_one_metric() -> None:
    compared = weighed({"auc": 0.9}, guardrails={"auc": ">= 0.8", "AUC": "<= 0.85"})
    assert compared.failures == ("auc is 0.9 and must be ≤ 0.85",)
    assert [row.guardrail_met for row in compared.rows] == [True, False]


def test_a_champion_that_cannot_be_read_is_a_champion() -> None:
    compared = weigh(report({"f1": 0.9}), None, CHAMPION, [parse_guardrail("f1", ">= champion")], {})
    assert compared.failures == ("f1 must be ≥ champion, and nobody knows churn:11’s number for it",)


def test_a_metric_says_itself_why_it_has_no_number() -> None:
    lacking = Metric("bias.DI", math.nan, part="G=1", lacking="the report’s $.facets.G[1] has no DI")
    compared = weigh(measured(lacking), None, None, [parse_guardrail("bias.DI", "<= 1")], {})
    assert compared.failures == ("bias.DI[G=1] must be ≤ 1, and the report’s $.facets.G[1] has no DI",)


def test_a_number_that_a_more_trusted_file_contradicts_is_the_reason_for_a_missing_one() -> None:
    both = merged([report({"auc": 0.5}), report({"roc_auc": 0.99})])
    compared = weigh(both, None, None, [parse_guardrail("roc_auc", ">= 0.8")], {})
    assert compared.failures == (
        "roc_auc must be ≥ 0.8, and roc_auc is 0.99 in r.json, and auc counts, which is 0.5",
    )
