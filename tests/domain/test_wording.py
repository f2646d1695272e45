"""Marks in sentences: written once, said in every place, forged by nobody."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.wording import group, listed, moment, one_line, person, plain, render, strip

NOON = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)


def test_a_sentence_says_who_which_group_and_when() -> None:
    sentence = f"Approved by {person('U01ANA')} for {group('S01LEADS')} at {moment(NOON)}."
    assert plain(sentence) == "Approved by @U01ANA for @S01LEADS at 2026-03-01 12:00 UTC."


def test_each_place_chooses_what_a_mark_looks_like() -> None:
    said = render(
        f"{person('U1')} {group('S1')} {moment(NOON)}",
        person=lambda who: f"person {who}",
        group=lambda who: f"group {who}",
        moment=lambda when: when.isoformat(),
    )
    assert said == "person U1 group S1 2026-03-01T12:00:30+00:00"


def test_a_sentence_without_marks_stays_as_it_is() -> None:
    assert plain("AUC is 0.79 and must be ≥ 0.80.") == "AUC is 0.79 and must be ≥ 0.80."


def test_what_people_type_cannot_pass_for_a_mark() -> None:
    assert plain(strip(f"approved by {person('U0CEO')}")) == "approved by U0CEO"


@given(typed=st.text())
def test_stripped_words_are_said_as_they_were_typed(typed: str) -> None:
    assert plain(strip(typed)) == strip(typed)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("looks good", "looks good"),
        ("  looks \t good  ", "looks good"),
        ("looks\ngood", "looks good"),
        ("looks\r\n\r\ngood", "looks good"),
        ("a\vb\fc\x1cd\x85e\u2028f\u2029g", "a b c d e f g"),
        (f"fine\n{person('U0CEO')} approved", "fine U0CEO approved"),
        ("fine\ue000\n\ue003too", "fine too"),
        ("\n \t\ue003", ""),
        ("", ""),
    ],
)
def test_what_people_type_is_put_on_one_line(typed: str, said: str) -> None:
    assert one_line(typed) == said


@given(typed=st.text() | st.text(alphabet="a \n\r\t\v\x85\u2028\u2029\ue000\ue002\ue0039"))
def test_a_comment_cannot_make_a_second_line(typed: str) -> None:
    said = plain(f"Approved by {person('U01ANA')}: {one_line(typed)}.")
    assert said.splitlines() == [f"Approved by @U01ANA: {one_line(typed)}."]


@given(typed=st.text(alphabet="\ue000\ue001\ue002\ue0039a\n"))
def test_no_sentence_is_too_broken_to_be_said(typed: str) -> None:
    assert isinstance(plain(typed), str)


@pytest.mark.parametrize("value", ["", "soon", "-", "99999999999999999999"])
def test_a_broken_moment_is_said_as_it_is_and_breaks_nothing(value: str) -> None:
    assert plain(f"at \ue002{value}\ue003.").startswith("at ")


@pytest.mark.parametrize(
    ("words", "joint", "said"),
    [
        ([], "and", ""),
        (["leads"], "and", "leads"),
        (["leads", "risk"], "and", "leads and risk"),
        (["leads", "risk"], "or", "leads or risk"),
        (["a", "b", "c"], "and", "a, b and c"),
    ],
)
def test_words_are_listed_as_people_list_them(words: list[str], joint: str, said: str) -> None:
    assert listed(words, joint) == said
