"""Builders of blocks: what people typed stays text, and Slack's limits are kept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import wording
from bot.slack import blocks as b
from playground.slack.checker import block_flaws, check_message

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LONG = "x" * 5000


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U0CEO>", "&lt;@U0CEO&gt;"),
        ("<https://evil.example|click>", "&lt;https://evil.example|click&gt;"),
        ("AT&T", "AT&amp;T"),
        ("&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;"),
        ("plain *bold*", "plain *bold*"),
    ],
)
def test_slack_takes_nothing_that_was_typed_for_a_link_or_a_mention(typed: str, shown: str) -> None:
    assert b.escape(typed) == shown


@given(typed=st.text())
def test_escaped_text_opens_no_angle_bracket(typed: str) -> None:
    assert not set("<>") & set(b.escape(typed))


def test_marks_become_mentions_and_times_and_the_rest_of_the_sentence_is_escaped() -> None:
    sentence = (
        f"{wording.person('U01ANA')} of {wording.group('S01')} at {wording.moment(NOON)}: <!channel> & co"
    )
    assert b.mrkdwn(sentence) == (
        "<@U01ANA> of <!subteam^S01> at <!date^1772366400^{time}, {date_short_pretty}|12:00 UTC, Mar 01>: "
        "&lt;!channel&gt; &amp; co"
    )


def test_a_time_has_a_fallback_in_utc() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=9)))
    assert b.moment(there) == b.moment(NOON)


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("", 3, ""), ("abcd", 1, "…"), ("ééé", 2, "é…")],
)
def test_what_is_cut_says_so(text: str, most: int, shown: str) -> None:
    assert b.clamp(text, most) == shown


@pytest.mark.parametrize(
    "made",
    [
        lambda: b.header(LONG),
        lambda: b.section(LONG),
        lambda: b.fields([LONG] * 12),
        lambda: b.context(LONG),
        lambda: b.table(["Metric", "churn:12"], [[LONG, ""]] * 3),
        lambda: b.table([LONG] * 5, [["a"] * 5] * 200),
        lambda: b.actions([b.button(LONG, "promotion.approve", "p_1", "primary")]),
        lambda: b.actions([b.button("Reject", "promotion.reject", "p_1", "danger"), b.button("x", "a", "v")]),
    ],
)
def test_every_builder_keeps_slack_s_limits_by_itself(made: Callable[[], b.Block]) -> None:
    assert block_flaws([made()]) == []


def test_a_button_without_a_style_names_none() -> None:
    assert "style" not in b.button("Look", "look", "p_1")


def test_an_empty_cell_is_a_dash() -> None:
    assert b.table(["a"], [[""]])["rows"][1][0]["text"] == "–"


@pytest.mark.parametrize(("count", "shown", "last"), [(0, 0, ""), (50, 50, "49"), (51, 50, "… 2 more")])
def test_of_too_many_blocks_the_last_says_how_many_more(count: int, shown: int, last: str) -> None:
    kept = b.few([b.context(str(number)) for number in range(count)])
    assert len(kept) == shown
    assert not last or kept[-1]["elements"][0]["text"] == last


@given(sizes=st.lists(st.integers(1, 4000), max_size=70))
def test_few_blocks_are_never_too_much_for_one_message(sizes: list[int]) -> None:
    kept = b.few([b.section("x" * size) for size in sizes])
    check_message("", kept or [b.context("–")])
    shown = [block for block in kept if block["type"] == "section"]
    assert (kept == shown) is (len(shown) == len(sizes))
