"""Guardrails: how a bound is written, and what holds."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.guardrails import parse_guardrail
from bot.domain.refusals import Unreadable

EXAMPLES = "Write one like “>= 0.80”, “abs <= 0.10” or “>= champion - 0.005”."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (">= 0.80", "≥ 0.80"),
        (">=0.80", "≥ 0.80"),
        ("≥ 0.80", "≥ 0.80"),
        ("  <=   3 ", "≤ 3"),
        ("> -1", "> -1"),
        (">= − 1", "≥ -1"),
        ("< +1e3", "< +1e3"),
        ("abs <= 0.10", "|x| ≤ 0.10"),
        ("ABS<=0.10", "|x| ≤ 0.10"),
        ("|x| ≤ 0.10", "|x| ≤ 0.10"),
        ("abs < .5", "|x| < .5"),
        (">= champion", "≥ champion"),
        (">= champion - 0.005", "≥ champion − 0.005"),
        ("≥Champion−0.005", "≥ champion − 0.005"),
        ("<= champion + 5", "≤ champion + 5"),
        (">= champion * 0.98", "≥ champion × 0.98"),
        ("≥ champion × 0.98", "≥ champion × 0.98"),
        ("between 0.8 and 1.25", "≥ 0.8 and ≤ 1.25"),
        ("between -1 and champion + 1", "≥ -1 and ≤ champion + 1"),
        ("abs between 0.1 and 0.2", "|x| ≥ 0.1 and |x| ≤ 0.2"),
        (">= 0.8 and <= 1.25", "≥ 0.8 and ≤ 1.25"),
        (">= 0.8 and >= champion - 0.005", "≥ 0.8 and ≥ champion − 0.005"),
        (">= 1 and <= 1", "≥ 1 and ≤ 1"),
    ],
)
def test_a_bound_is_shown_with_the_numbers_that_the_file_writes(text: str, shown: str) -> None:
    assert str(parse_guardrail("dppl", text)) == shown


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        (">= 0.80", 0.80, True),
        (">= 0.80", 0.7999999, False),
        (">= 0.80", math.nextafter(0.8, 0), False),
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
        ("abs <= 0.80", math.nan, False),
        ("between 0.8 and 1.25", 0.8, True),
        ("between 0.8 and 1.25", 1.25, True),
        ("between 0.8 and 1.25", 0.79, False),
        ("between 0.8 and 1.25", 1.26, False),
        ("> 0.8 and < 1.25", 0.8, False),
        (">= champion - 0.005", 1e9, False),  # nobody says what the champion's is
    ],
)
def test_a_value_meets_its_bound_or_does_not(text: str, value: float, holds: bool) -> None:  # noqa: FBT001 - a column of the table
    assert parse_guardrail("auc", text).holds(value) is holds


@pytest.mark.parametrize(
    ("text", "value", "champion", "holds"),
    [
        (">= champion", 0.9, 0.9, True),
        (">= champion", 0.3, 0.1 + 0.2, False),
        ("> champion", 0.9, 0.9, False),
        (">= champion - 0.005", 0.855, 0.86, True),  # 0.86 - 0.005 > 0.855
        ("> champion - 0.005", 0.855, 0.86, False),
        (">= champion - 0.005", 0.8549, 0.86, False),
        (">= champion - 0.3", 0.0, 0.1 + 0.2, True),
        ("<= champion + 5", 41.0, 36.0, True),
        ("<= champion + 5", 41.1, 36.0, False),
        (">= champion * 0.98", 0.882, 0.9, True),
        (">= champion * 0.98", 0.881, 0.9, False),
        ("<= champion * 1.1", 1.1, 1.0, True),
        (">= 0.8 and >= champion - 0.005", 0.79, 0.7, False),
        (">= 0.8 and >= champion - 0.005", 0.81, 0.9, False),
        (">= 0.8 and >= champion - 0.005", 0.81, 0.81, True),
        (">= champion", 0.9, math.nan, False),
        (">= champion - 1", 0.9, math.nan, False),
        (">= 0.8", 0.9, None, True),
        (">= champion", 0.9, None, False),
    ],
)
def test_a_bound_beside_the_champion_is_held_against_its_number(
    text: str,
    value: float,
    champion: float | None,
    holds: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert parse_guardrail("auc", text).holds(value, champion) is holds


@pytest.mark.parametrize(
    ("text", "needs", "alone"),
    [
        (">= 0.8", False, "≥ 0.8"),
        (">= champion", True, ""),
        (">= 0.8 and >= champion * 0.98", True, "≥ 0.8"),
    ],
)
def test_without_a_champion_what_is_left_is_the_plain_bound(text: str, needs: bool, alone: str) -> None:  # noqa: FBT001 - a column of the table
    guardrail = parse_guardrail("auc", text)
    assert (guardrail.needs_champion, str(guardrail.alone)) == (needs, alone)
    assert guardrail.alone.holds(0.9)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it is empty."),
        ("  ", "it is empty."),
        ("0.8", "it has no comparison; write “>= 0.8”."),
        ("-0.5", "it has no comparison; write “>= -0.5”."),
        ("champion - 0.1", "it has no comparison; write “>= champion - 0.1”."),
        ("=> 0.8", "“=>” is no comparison; did you mean “>=”?"),
        ("=< 0.8", "“=<” is no comparison; did you mean “<=”?"),
        ("== 0.8", "“==” is no comparison; use >=, <=, > or <."),
        ("!= 0.8", "“!=” is no comparison; use >=, <=, > or <."),
        (">= 80%", "write “80 %” as 0.80."),
        (">= 85.55 %", "write “85.55 %” as 0.8555."),
        (">= 0,80", "a number has a point, no comma."),
        (">= champ - 0.1", "I do not understand “champ”; did you mean “champion”?"),
        ("betwen 1 and 2", "I do not understand “betwen”; did you mean “between”?"),
        (">= 0.98 * champion", "“*” goes behind “champion”; write it like “champion * 0.98”."),
        ("abs >= champion", "“abs” goes with a number, not with “champion”."),
        (">= nan", "“nan” is no number."),
        (">= inf", "“inf” is no number."),
        (">= -Infinity", "“infinity” is no number."),
        (">= 1e999", "“1e999” is larger than any number that I know."),
        ("above 0.8", "I do not understand “above” there."),
        ("not abs <= 1", "I do not understand “not” there."),
        ("abs", "something is missing after “abs”."),
        ("abs >=", "something is missing after “>=”."),
        (">= champion -", "something is missing after “-”."),
        (">= 0.8 and", "something is missing after “and”."),
        (">= 0.8.0", "I do not understand “.0” there."),
        (">= .", "I do not understand “.” there."),
        (">= 0x10", "I do not understand “x10” there."),
        (">= 1e", "I do not understand “e” there."),
        (">= ٣", "I do not understand “٣” there."),
        ("<= 50 ms", "I do not understand “ms” there."),
        (">= champion - -1", "I do not understand “-” there."),
        (">= 0.8 <= 1", "I do not understand “<=” there."),
        ("between 0.8", "“between” needs “and” and a second number; something is missing after “0.8”."),
        (">= 1 and <= 2 and <= 3", "it has more than two bounds."),
        ("between 1.25 and 0.8", "nothing is both ≥ 1.25 and ≤ 0.8, so no number can meet it."),
        ("> 1 and < 1", "nothing is both > 1 and < 1, so no number can meet it."),
        ("abs < 0", "a distance from 0 is never that small, so no number can meet it."),
    ],
)
def test_what_is_no_bound_is_refused_with_the_part_that_is_wrong_and_examples(
    text: str, problem: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_guardrail("auc", text)
    assert refused.value.sentence == f"“{text}” is no guardrail for auc: {problem} {EXAMPLES}"


def test_of_a_long_text_the_beginning_is_quoted() -> None:
    with pytest.raises(Unreadable) as refused:
        parse_guardrail("auc", "x" * 10_000)
    assert len(refused.value.sentence) < 400


WORDS = st.sampled_from(
    [">=", "<=", ">", "<", "≥", "≤", "abs", "|x|", "between", "and", "champion", "+", "-", "−", "*", "×",
     "0.8", "-1", "1e3", ".5", "%", ",", "=>", "nan", "1e999"]
)  # fmt: skip


@given(text=st.text() | st.lists(WORDS, max_size=9).map(" ".join))
def test_any_text_is_unreadable_or_a_guardrail_whose_words_mean_the_same(text: str) -> None:
    try:
        guardrail = parse_guardrail("auc", text)
    except Unreadable:
        return
    assert 1 <= len(guardrail.bounds) <= 2
    assert all(math.isfinite(bound.limit) for bound in guardrail.bounds)
    assert parse_guardrail("auc", str(guardrail)) == guardrail


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(limit=NUMBERS, value=st.floats(allow_nan=False))
def test_at_least_and_below_are_each_others_opposite(limit: float, value: float) -> None:
    at_least, below = parse_guardrail("auc", f">= {limit!r}"), parse_guardrail("auc", f"< {limit!r}")
    assert at_least.holds(value) != below.holds(value)


@given(limit=NUMBERS, value=NUMBERS, champion=NUMBERS | st.none(), step=st.sampled_from("+-*"))
def test_what_does_not_hold_is_not_on_the_right_side(
    limit: float, value: float, champion: float | None, step: str
) -> None:
    guardrail = parse_guardrail("auc", f">= champion {step} {abs(limit)!r}")
    margin = guardrail.margin(value, champion)
    assert not math.isnan(margin)
    assert guardrail.holds(value, champion) is (margin >= 0)
