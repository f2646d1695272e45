"""Weighing, whatever the reports say; and the slice to look at."""

import math
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.comparison import Row, weigh
from bot.domain.guardrails import Guardrail, parse_guardrail
from bot.domain.report import Dataset, Report
from tests.domain.weighing import CHAMPION, Values, measured, metric, weighed

ONE, OTHER = "a" * 64, "b" * 64


@pytest.mark.parametrize(
    ("candidate", "champion", "guardrails", "worst"),
    [
        # without a champion, or where none lost: the worst in itself
        ({"auc": 0.9, "auc[EU]": 0.7, "auc[US]": 0.95}, None, {}, "auc[EU]"),
        ({"mae": 2, "mae[EU]": 1, "mae[US]": 5}, None, {}, "mae[US]"),
        ({"auc": 0.9, "auc[EU]": 0.7, "auc[US]": 0.95}, {"auc[EU]": 0.6, "auc[US]": 0.9}, {}, "auc[EU]"),
        # with one: what lost most
        ({"auc": 0.9, "auc[EU]": 0.7, "auc[US]": 0.95}, {"auc[EU]": 0.6, "auc[US]": 0.99}, {}, "auc[US]"),
        # of what is guarded first
        ({"auc": 0.9, "auc[EU]": 0.7, "f1": 0.8, "f1[US]": 0.6}, None, {"f1": "> 0"}, "f1[US]"),
        ({"auc": 0.9, "auc[EU]": 0.7, "f1": 0.8}, None, {"f1": "> 0"}, "auc[EU]"),
        # parts that are no slices, and slices that are no numbers
        ({"auc[EU]": 0.7, "auc[US]": 0.95}, None, {}, None),
        ({"auc": 0.9, "auc[train]": 0.7}, None, {}, None),
        ({"auc": 0.9, "auc[EU]": math.nan}, None, {}, None),
        ({"rows": 9, "rows[EU]": 1}, None, {}, None),
        (None, {"auc": 0.9, "auc[EU]": 0.7}, {}, None),
    ],
)  # fmt: skip
def test_the_slice_to_look_at_is_the_one_that_lost_most_or_is_worst(
    candidate: Values | None, champion: Values | None, guardrails: Mapping[str, str], worst: str | None
) -> None:
    found = weighed(candidate, champion, guardrails).worst
    assert (found.metric if found else None) == worst


def test_slices_come_after_everything_else_and_do_not_count_beside_their_metric() -> None:
    values = {"auc[EU]": 0.7, "rows": 5, "auc": 0.9, "f2": 0.4, "auc[US]": 0.9}
    compared = weighed(values, dict.fromkeys(values, 0.5))
    assert [row.metric for row in compared.rows] == ["auc", "f2", "rows", "auc[EU]", "auc[US]"]
    assert compared.verdict == "No guardrails; better than churn:11 on 1 of 2 metrics, worse on 1 (F2 −0.1)."


def test_of_many_worse_metrics_two_are_named() -> None:
    names = ["auc", "f1", "recall", "precision"]
    compared = weighed(dict.fromkeys(names, 0.5), dict.fromkeys(names, 0.75))
    assert compared.verdict.endswith("worse on 4 (AUC −0.25, F1 −0.25 and 2 more).")


FLOATS = st.floats() | st.sampled_from([math.nan, math.inf, -math.inf])
KEYS = st.sampled_from(
    [
        "auc",
        "mae",
        "rows",
        "f1",
        "AUC",
        "auc[EU]",
        "auc[test]",
        "mae[x]",
        "bias.DI",
        "bias.DI[G=0]",
        "bias.DI[G=1]",
    ]
)
DATA = st.none() | st.builds(
    Dataset,
    st.sampled_from([(), ("s3://b/x/",)]),
    st.sampled_from(["", ONE, OTHER]),
    st.sampled_from([None, 5, 6]),
)
REPORTS = st.none() | st.dictionaries(KEYS, st.tuples(FLOATS, st.none() | st.floats(0, 1), DATA)).map(
    lambda found: measured(*(metric(key, *said) for key, said in found.items()))
)
BOUNDS = st.dictionaries(
    KEYS, st.sampled_from([">= 0.5", "abs < 1", ">= champion - 0.1", "between 0 and champion * 2"])
).map(lambda bounds: [parse_guardrail(name, text) for name, text in bounds.items()])
TOLERANCES = st.dictionaries(KEYS, st.floats(0, 1))


@given(candidate=REPORTS, champion=REPORTS, rules=BOUNDS, tolerance=TOLERANCES)
def test_every_weighing_ends_in_a_verdict_that_agrees_with_its_rows(
    candidate: Report | None, champion: Report | None, rules: list[Guardrail], tolerance: Values
) -> None:
    version = CHAMPION if champion else None
    compared = weigh(candidate, champion, version, rules, tolerance)
    broken: Sequence[Row] = [row for row in compared.rows if row.guardrail_met is False]
    assert compared.passed is (not broken)
    assert compared.verdict.endswith(".")
    assert len([row for row in compared.rows if row.guardrail]) == len(rules)
    shown = [value for row in compared.rows for value in (row.candidate, row.champion)]
    assert all(value is None or math.isfinite(value) for value in shown)
    assert compared == weigh(candidate, champion, version, rules, tolerance)
    assert not compared.incomparable or any(not row.comparable for row in compared.rows)
    for row in compared.rows:
        assert row.better is None or (row.comparable and row.difference is not None)


@given(candidate=REPORTS, champion=REPORTS)
def test_what_is_better_one_way_is_worse_the_other(candidate: Report | None, champion: Report | None) -> None:
    there = {row.metric: row.better for row in weigh(candidate, champion, CHAMPION, [], {}).rows}
    back = {row.metric: row.better for row in weigh(champion, candidate, CHAMPION, [], {}).rows}
    for key in there.keys() & back.keys():
        assert there[key] is (None if back[key] is None else not back[key])
