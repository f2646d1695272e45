"""A model's story at a terminal."""

from dataclasses import replace

from bot.terminal.history import history
from bot.terminal.screen import Screen
from bot.usecases.traced import Happening, History
from tests.slack.lineages import NOON
from tests.slack.recalls import HISTORY
from tests.terminal.lineage_cases import STEERING

FILE = Screen()


def test_a_story_is_read_from_its_newest_line_and_says_where_the_next_page_begins() -> None:
    assert history(HISTORY, FILE).splitlines() == [
        "churn · history",
        "2026-11-25 12:00 UTC  churn:11 to production: Rolled back.",
        "2026-11-25 11:00 UTC  churn:12 to production: Approved by @U01ANA for leads: <!channel> *fine*.",
        "2026-11-25 10:00 UTC  churn:12 was registered by cara, trained by `churn-train-12`.",
        "",
        "Showing 3 of 57. The next page begins at 20-57.",
    ]


def test_the_last_page_names_no_other() -> None:
    assert history(replace(HISTORY, older="", note="Of many."), FILE).endswith(
        "\nShowing 3 of 57. Of many.\n"
    )


def test_a_model_without_a_story_has_none() -> None:
    assert history(History("new", (), 0), FILE) == "Nothing that I know of happened to new yet.\n"


def test_what_went_wrong_is_red() -> None:
    assert "\x1b[31m2026-11-25 12:00 UTC" in history(HISTORY, Screen(120, coloured=True))


def test_nothing_in_a_line_steers_the_terminal() -> None:
    found = History(STEERING, (Happening(NOON, STEERING),), 1, STEERING, STEERING)
    assert history(found, FILE).replace("\n", "").isprintable()
