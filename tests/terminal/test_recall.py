"""Recall at a terminal: what serves first, and never a bare “nothing”."""

from dataclasses import replace

import pytest

from bot.domain.lineage.graph import Gap, Kind, Node, graph_of
from bot.domain.lineage.recall import recall
from bot.domain.model import Version
from bot.terminal.recall import recalled
from bot.terminal.screen import Screen, columns
from bot.usecases.traced import Asked, Exposed, Recalled
from tests.slack.recalls import CERTAIN, DOUBTFUL, FOUND, HUGE, NONE, RECALLS
from tests.terminal.lineage_cases import HOSTILE_RECALL, STEERING

FILE, NARROW, COLOURED = Screen(), Screen(60), Screen(120, coloured=True)


def test_exposed_versions_are_a_table_then_come_others_then_what_nobody_can_judge() -> None:
    title, verdict, stands_for, *rest = recalled(FOUND, FILE).splitlines()
    assert title == "What learned from s3://acme-ml/raw/2026-11/"
    assert verdict == (
        "4 versions of 2 models learned from it; 3 of them are live — but 2 of 5 live endpoints have no "
        "lineage to judge by."
    )
    assert stands_for.startswith("It stands for 2: ")
    assert rest == [
        "",
        "Live      Endpoint  Traffic  Stage       Approved by           Live since            Learned by",
        "churn:12  churn     90 %     production  @U01ANA and @U03RITA  2026-03-01 12:08 UTC  churn-train-12",
        "churn:11  churn     10 %     production  no promotion of mine  –                     churn-train-11",
        "fraud:3   fraud-eu  100 %    –           no promotion of mine  –                     fraud-train-3",
        "",
        "Not live, but learned from it",
        "  churn: 9",
        "",
        "Nobody can say what these live endpoints learned from",
        "  legacy",
        "  score-old",
    ]


def test_on_a_narrow_screen_who_approved_is_said_whole() -> None:
    shown = recalled(FOUND, NARROW)
    assert "churn:12 live on churn with 90 % of the traffic (production)\n" in shown
    assert "  Approved by @U01ANA and @U03RITA." in shown
    assert "fraud:3 live on fraud-eu with 100 % of the traffic (no stage\n  of mlops.toml)" in shown


def test_what_could_not_be_read_and_what_is_frozen_is_said() -> None:
    shown = recalled(DOUBTFUL, FILE)
    assert "12 versions are not read yet. Ask again: I read some at each answer.\n" in shown
    assert "1 branch could not be read:\n  `price-train-1`: the job was deleted\n" in shown
    assert shown.endswith("Frozen already: churn.\n")


def test_one_version_that_is_not_read_yet_is_one() -> None:
    assert "1 version is not read yet. Ask again" in recalled(replace(DOUBTFUL, unread=1), FILE)


def test_nothing_found_is_never_said_without_what_keeps_it_from_being_sure() -> None:
    assert recalled(NONE, FILE).splitlines()[1] == (
        "Nothing that I have read knows `s3://acme-ml/labels/` — but 2 of 5 live endpoints have no lineage "
        "to judge by."
    )
    assert recalled(CERTAIN, FILE).splitlines()[1] == (
        "None of 5 versions that I have read learned from it, and every live endpoint has a lineage to judge "
        "by."
    )


def test_what_serves_and_is_no_version_is_named() -> None:
    end = Node("endpoint:raw", Kind.ENDPOINT, "raw")
    found = replace(recall(FOUND.graph, FOUND.found.starts), unregistered=(end,))
    assert "Serving something that learned from it and is no version\n  raw\n" in recalled(
        replace(FOUND, found=found), FILE
    )


def test_a_long_answer_counts_what_it_leaves_out() -> None:
    shown = recalled(HUGE, FILE)
    assert shown.count("100 %") == 59
    graph = graph_of(gaps=[Gap("", f"reason {n}") for n in range(70)])
    many = Recalled(Asked("x"), recall(graph, []), graph, (), versions=1)
    assert "  … 20 more\n" in recalled(many, FILE)


def test_what_is_exposed_is_red_and_what_is_unsure_is_yellow() -> None:
    assert "\x1b[31m4 versions of 2 models" in recalled(FOUND, COLOURED)
    assert "\x1b[33mNothing that I have read" in recalled(NONE, COLOURED)


@pytest.mark.parametrize("name", RECALLS)
def test_every_line_fits_the_screen(name: str) -> None:
    assert max(columns(line) for line in recalled(RECALLS[name], NARROW).splitlines()) <= 60


def test_nothing_in_a_name_steers_the_terminal() -> None:
    exposed = (Exposed(Version(STEERING, 1), STEERING, STEERING, STEERING, None),)
    for found in (HOSTILE_RECALL, replace(HOSTILE_RECALL, exposed=exposed)):
        for screen in (FILE, NARROW):
            assert recalled(found, screen).replace("\n", "").isprintable()
