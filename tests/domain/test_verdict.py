"""The verdict: what counts as better and worse, and what the metrics are called."""

import pytest

from bot.domain.comparison import Row
from bot.domain.guardrails import parse_guardrail
from bot.domain.meaning import Better
from bot.domain.verdict import beside, called, changed, is_settled
from tests.domain.weighing import weighed

MEANT = "DPPL (difference in positive proportions)"


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (Row("bias.DPPL[age=below 40]", 0, 0, title=f"{MEANT} · age=below 40"), "DPPL · age=below 40"),
        (Row("bias.DPPL", 0, 0, title=MEANT), "DPPL"),
        (Row("bias.DI[a (b)]", 0, 0, title="DI (disparate impact) · a (b)"), "DI · a (b)"),
        (Row("auc_validation", 0, 0, title="AUC (validation)"), "AUC (validation)"),
        (Row("auc[region=EU]", 0, 0), "auc[region=EU]"),
    ],
)
def test_a_metric_goes_by_its_title_without_what_its_letters_stand_for(row: Row, name: str) -> None:
    assert called(row) == name


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (Row("bias.DPPL", 0.012001, 0.003823), "+0.00818"),
        (Row("auc", 0.5, 0.75), "−0.25"),
        (Row("p95", 140.123, 120, unit="ms"), "+20.1 ms"),
        (Row("rows", 1_234_567, 1_000_000), "+234,567"),
        (Row("auc", 0.5, None), "+0"),
    ],
)
def test_a_difference_has_three_digits(row: Row, said: str) -> None:
    assert changed(row) == said


def test_worse_metrics_go_by_their_titles() -> None:
    ours = {"auc": 0.9, "bias.DPPL[age=below 40]": 0.012001, "bias.DI[age=below 40]": 0.92053, "mae": 3}
    theirs = {"auc": 0.8, "bias.DPPL[age=below 40]": 0.003823, "bias.DI[age=below 40]": 0.976, "mae": 2}
    assert weighed(ours, theirs).verdict == (
        "No guardrails; better than churn:11 on 1 of 4 metrics, "
        "worse on 3 (MAE +1, DPPL · age=below 40 +0.00818 and 1 more)."
    )


@pytest.mark.parametrize(
    ("metric", "ours", "theirs", "rule", "settled"),
    [
        ("bias.DPPL", 0.05, 0.01, "abs <= 0.10", True),
        ("bias.DPPL", 0.01, -0.05, "abs <= 0.10", True),
        ("bias.DPPL", 0.05, 0.05, "abs <= 0.10", True),
        ("bias.DI", 0.9, 1.1, "between 0.8 and 1.25", True),
        ("bias.DPPL", 0.05, 0.01, "<= champion + 0.1", True),
        # one of the two does not keep it: that is news
        ("bias.DPPL", 0.05, 0.2, "abs <= 0.10", False),
        ("bias.DPPL", 0.2, 0.05, "abs <= 0.10", False),
        ("bias.DI", 0.9, 0.7, "between 0.8 and 1.25", False),
        # more is always better
        ("auc", 0.9, 0.95, ">= 0.80", False),
        # nobody to stand beside
        ("bias.DPPL", 0.05, None, "abs <= 0.10", False),
    ],
)
def test_where_both_are_near_enough_to_what_is_fair_none_is_better(
    metric: str, ours: float, theirs: float | None, rule: str, *, settled: bool
) -> None:
    (row,) = weighed({metric: ours}, {} if theirs is None else {metric: theirs}, {metric: rule}).rows
    assert is_settled(row) is settled


def test_what_is_settled_counts_neither_better_nor_worse() -> None:
    ours, theirs = {"auc": 0.9, "bias.DPPL": 0.05}, {"auc": 0.8, "bias.DPPL": 0.01}
    rules = {"auc": ">= 0.80", "bias.DPPL": "abs <= 0.10"}
    one = "Every guardrail holds; better than churn:11 on 1 of 1 metrics."
    assert weighed(ours, theirs, rules).verdict == one
    two = "Every guardrail holds; better than churn:11 on 1 of 2 metrics, worse on 1 (DPPL +0.04)."
    assert weighed(ours, theirs, {"auc": ">= 0.80"}).verdict == two
    assert weighed(ours, theirs, {"bias.DPPL": "abs <= 0.10"}).verdict == one
    alone = weighed({"bias.DPPL": 0.05}, {"bias.DPPL": 0.01}, {"bias.DPPL": "abs <= 0.10"})
    assert alone.verdict == "Every guardrail holds."


def test_a_guardrail_of_an_older_record_that_cannot_be_read_settles_nothing() -> None:
    row = Row("bias.DPPL", 0.02, 0.01, "about 0", guardrail_met=True, better=False, direction=Better.ZERO)
    assert not is_settled(row)
    assert beside([row], "churn:11") == "better than churn:11 on 0 of 1 metrics, worse on 1 (bias.DPPL +0.01)"


@pytest.mark.parametrize(
    "text",
    [
        ">= 0.80",
        "abs <= 0.10",
        "abs < 1e-3",
        "between 0.8 and 1.25",
        ">= champion - 0.005",
        "<= champion * 1.05",
    ],
)
def test_a_guardrail_is_read_back_as_it_is_shown(text: str) -> None:
    rule = parse_guardrail("bias.DPPL", text)
    assert parse_guardrail("bias.DPPL", str(rule)) == rule
