"""Guardrails: how a bound is written, and what holds."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.guardrails import parse_guardrail
from bot.domain.refusals import Unreadable


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (">= 0.80", "≥ 0.80"),
        (">=0.80", "≥ 0.80"),
        ("  <=   3 ", "≤ 3"),
        ("> -1", "> -1"),
        ("< +1e3", "< +1e3"),
        ("abs <= 0.10", "|x| ≤ 0.10"),
        ("abs<=0.10", None),
        ("abs < .5", "|x| < .5"),
    ],
)
def test_a_bound_is_shown_as_the_file_writes_its_limit(written: str, shown: str | None) -> None:
    if shown is None:
        with pytest.raises(Unreadable):
            parse_guardrail("dppl", written)
    else:
        assert str(parse_guardrail("dppl", written)) == shown


@pytest.mark.parametrize(
    ("written", "value", "holds"),
    [
        (">= 0.80", 0.80, True),
        (">= 0.80", 0.7999999, False),
        ("> 0.80", 0.80, False),
        ("<= 3", 3.0, True),
        ("< 3", 3.0, False),
        ("< 3", -100.0, True),
        ("abs <= 0.1", -0.1, True),
        ("abs <= 0.1", -0.2, False),
        ("abs <= 0.1", 0.2, False),
        (">= 0.80", math.inf, True),
        ("<= 0.80", math.inf, False),
        (">= 0.80", math.nan, False),
        ("<= 0.80", math.nan, False),
        ("< 0.80", math.nan, False),
        ("abs <= 0.80", math.nan, False),
    ],
)
def test_a_value_meets_its_bound_or_does_not(written: str, value: float, holds: bool) -> None:  # noqa: FBT001 - a column of the table
    assert parse_guardrail("auc", written).holds(value) is holds


@pytest.mark.parametrize(
    "written",
    [
        "", "0.80", "=> 0.80", "== 0.80", ">= 80%", ">= 0,80", ">= 0.8.0", ">= .", ">= nan", ">= inf",
        ">= 1e999", ">= 0.80 and <= 1", "abs", "abs >=", ">= 0x10", "above 0.80", ">= 1e", "≥ 0.80",
        "not abs <= 1", ">= - 1",
    ],
)  # fmt: skip
def test_what_is_no_bound_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_guardrail("auc", written)
    assert refused.value.sentence == (
        f"“{written}” is no guardrail for auc. Write one like “>= 0.80” or “abs <= 0.10”."
    )


@given(text=st.text())
def test_any_text_is_a_guardrail_or_unreadable(text: str) -> None:
    try:
        guardrail = parse_guardrail("auc", text)
    except Unreadable:
        return
    assert math.isfinite(guardrail.limit)


@given(limit=st.floats(allow_nan=False, allow_infinity=False), value=st.floats(allow_nan=False))
def test_at_least_and_below_are_each_others_opposite(limit: float, value: float) -> None:
    at_least, below = parse_guardrail("auc", f">= {limit!r}"), parse_guardrail("auc", f"< {limit!r}")
    assert at_least.holds(value) != below.holds(value)
