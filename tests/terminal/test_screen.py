"""A terminal: what fits, what is painted, and what must never reach it."""

import io

import pytest

from bot.domain.wording import person
from bot.terminal.grid import grid
from bot.terminal.screen import Screen, clean, columns, cut, screen_of


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – “text” ✓", "plain – “text” ✓"),
        ("two\n lines\tand more", "two lines and more"),
        ("\x1b[31mred\x1b[0m", "�[31mred�[0m"),
        ("a\x07\x08\x9bb", "a���b"),
        ("\u202eright to left", "�right to left"),
        (f"by {person('U01ANA')}", "by @U01ANA"),
        ("\ue000forged", "�forged"),
        ("x" * 1001, "x" * 999 + "…"),
    ],
)
def test_what_others_wrote_cannot_steer_a_terminal(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("模型", 4), ("e\u0301", 1), ("", 0)])
def test_a_text_takes_the_columns_that_a_terminal_gives_it(text: str, width: int) -> None:
    assert columns(text) == width


@pytest.mark.parametrize(
    ("text", "width", "shown"), [("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("模型模型", 5, "模型…")]
)
def test_what_is_too_long_is_cut_with_an_ellipsis(text: str, width: int, shown: str) -> None:
    assert cut(text, width) == shown


def test_colours_are_for_terminals_whose_owner_wants_them() -> None:
    assert screen_of(Terminal(), {}).coloured
    assert screen_of(Terminal(), {"NO_COLOR": ""}).coloured
    assert not screen_of(Terminal(), {"NO_COLOR": "1"}).coloured
    assert not screen_of(Terminal(), {"TERM": "dumb"}).coloured
    assert screen_of(io.StringIO(), {}) == Screen(None, coloured=False)


def test_a_terminal_has_a_width_and_a_file_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    assert screen_of(Terminal(), {}).width == 72
    assert screen_of(io.StringIO(), {}).width is None


def test_painted_is_painted_only_on_a_coloured_screen() -> None:
    assert Screen(80, coloured=True).painted("x", "red", "bold") == "\x1b[31;1mx\x1b[0m"
    assert Screen(80).painted("x", "red") == "x"


ROWS = [["Metric", "churn:12", "Δ"], ["a rather long name of a metric", "0.9", "+0.1"], ["f1", "0.85", "–"]]


def test_columns_are_aligned_the_first_to_the_left() -> None:
    assert grid(ROWS, Screen(), lambda _row, _column, cell: cell) == [
        "Metric                          churn:12     Δ",
        "a rather long name of a metric       0.9  +0.1",
        "f1                                  0.85     –",
    ]


@pytest.mark.parametrize("width", [40, 30, 24])
def test_a_narrow_screen_cuts_the_widest_cells(width: int) -> None:
    lines = grid(ROWS, Screen(width), lambda _row, _column, cell: cell)
    assert max(map(columns, lines)) <= width
    assert "…" in lines[1]
    assert lines[1].endswith("+0.1")
