"""Lineage at a terminal: what a person reads, line by line."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given

from bot.domain.lineage import telling
from bot.domain.lineage.dataset import Drift
from bot.domain.lineage.graph import Edge, Gap, Relation, Witness, graph_of
from bot.domain.lineage.sentences import node_of
from bot.domain.lineage.walks import downstream, upstream
from bot.terminal.lineage import traced
from bot.terminal.screen import Screen, columns
from bot.usecases.traced import Traced
from tests.slack.lineages import ALONE, ENDPOINT, HUGE, TRACES, WHOLE, WORRYING
from tests.terminal.lineage_cases import HOSTILE, START, traces

FILE, NARROW, COLOURED = Screen(), Screen(48), Screen(120, coloured=True)
ESCAPES = re.compile(r"\x1b\[[\d;]*m")


def test_a_version_is_read_from_a_sentence_down_to_its_raw_data() -> None:
    title, said, *trees = traced(WHOLE, FILE).splitlines()
    assert title == "churn:12 · lineage"
    assert said == (
        "churn:12 is what is live of churn in production. Learned from 2 data sets by `churn-train-12`. "
        "Live on `churn` with 100 % of the traffic."
    )
    assert trees == [
        "",
        "Where it comes from",
        "└─ artifact s3://acme-ml/churn/out/churn-train-12/output/model.tar.gz · 200.0 kB · content 9f86d081",
        "   └─ training job churn-train-12 · 2026-11-24 · eta 0.2, max_depth 5",
        "      ├─ commit 4f2a9c1b (known from a tag)",
        "      ├─ image xgboost:1.7",
        "      ├─ data s3://acme-ml/churn/features/ · 7,032 rows · 4 files · 1.4 MB",
        "      │  └─ processing job churn-prepare-41 · 2026-11-24",
        "      │     └─ data s3://acme-ml/raw/2026-11/ · 40 files · 70.0 MB · content a1b2c3d4",
        "      └─ data s3://acme-ml/churn/labels.csv · 51.2 kB · content 3HL4kqtJ",
        "",
        "What came of it",
        "├─ endpoint churn · 100 % of the traffic",
        "└─ promotion to production · live · approved by @U01ANA and @U03RITA · live since 2026-11-24",
        "   └─ endpoint churn (see its own line)",
        "",
        "Known from SageMaker lineage, SageMaker’s description, a tag, the ledger and the registry.",
    ]


def test_an_endpoint_says_what_it_serves() -> None:
    assert traced(ENDPOINT, FILE).splitlines()[1].startswith("Serves churn:12 with 100 % of the traffic.")


def test_what_changed_what_differs_and_what_could_not_be_read_comes_before_the_trees() -> None:
    warnings = traced(WORRYING, FILE).partition("\nWhere it comes from")[0].splitlines()[2:]
    changed, differs, unseen, *unread = warnings
    assert changed == (
        "! Training data has changed since: 3 of 40 files, 5 new in `s3://acme-ml/churn/features/`."
    )
    assert differs == (
        "! Witnesses differ on status of `churn-train-12`: "
        "“Completed” by SageMaker’s description but “Failed” by SageMaker lineage."
    )
    assert unseen == (
        "Nobody saw what was in `s3://acme-ml/churn/labels.csv` when it was learned from, so I cannot say "
        "whether that has changed."
    )
    assert unread == [
        "",
        "! 2 of 4 branches could not be read:",
        "  `churn-prepare-41`: SageMaker is throttling",
        "  `s3://acme-ml/raw/2026-11/`: the role may not read it: s3:ListBucket",
    ]


def test_where_nothing_is_known_that_is_said() -> None:
    assert traced(ALONE, FILE).splitlines() == [
        "churn:12 · lineage",
        "Nobody knows what it learned from. It serves nowhere that I know of.",
    ]


def test_a_large_tree_says_how_much_it_leaves_out() -> None:
    shown = traced(HUGE, FILE)
    assert "… 4,802 more that are not shown; json has them all" in shown
    assert shown.count("s3://acme-ml/lake/") == 198


def test_many_warnings_are_counted() -> None:
    drifts = tuple(Drift(f"s3://b/{n}", 2, rewritten=1) for n in range(14))
    gaps = tuple(Gap("", f"reason {n}") for n in range(60))
    shown = traced(replace(ALONE, drifts=drifts, gaps=gaps), FILE).splitlines()
    assert "! 4 more data sets have changed since." in shown
    assert "  … 10 more" in shown


def test_what_is_broken_is_red_and_what_to_worry_about_is_yellow() -> None:
    shown = traced(WORRYING, COLOURED)
    assert "\x1b[31mtraining job churn-train-12" in shown
    assert "\x1b[1;33m! 2 of 4 branches" in shown
    assert "\x1b[32mendpoint churn" in shown
    assert ESCAPES.sub("", shown) == traced(WORRYING, Screen(120))


def test_words_that_go_on_stand_beside_the_lines_of_the_tree() -> None:
    shown = traced(WHOLE, Screen(70)).splitlines()
    place = shown.index("Where it comes from")
    assert shown[place + 1 : place + 4] == [
        "└─ artifact",
        "   │  s3://acme-ml/churn/out/churn-train-12/output/model.tar.gz ·",
        "   │  200.0 kB · content 9f86d081",
    ]


@pytest.mark.parametrize("name", TRACES)
def test_every_line_fits_the_screen(name: str) -> None:
    assert max(columns(line) for line in traced(TRACES[name], NARROW).splitlines()) <= 48


def test_a_chain_of_a_thousand_steps_still_leaves_room_for_words() -> None:
    chain = [f"s3://b/{n:04}" for n in range(1000)]
    edges = [Edge(before, after, Relation.LED_TO, (Witness.LINEAGE,)) for before, after in pairwise(chain)]
    shown = traced(Traced(chain[0], graph_of(edges=edges)), NARROW).splitlines()
    assert max(map(len, shown)) <= 48
    assert any("data s3://b/0150" in line for line in shown)


def test_a_cycle_ends() -> None:
    edges = [
        Edge(START, "s3://b/x", Relation.LED_TO, (Witness.LINEAGE,)),
        Edge("s3://b/x", START, Relation.LED_TO, (Witness.LINEAGE,)),
    ]
    shown = traced(Traced(START, graph_of(edges=edges)), FILE)
    assert shown.count("version churn:1 (see its own line)") == 2


def test_nothing_in_a_name_steers_the_terminal() -> None:
    for screen in (FILE, NARROW):
        shown = traced(HOSTILE, screen)
        assert shown.replace("\n", "").isprintable()


@given(traces)
def test_everything_that_can_be_reached_has_a_line_of_its_own(found: Traced) -> None:
    lines = [line.lstrip("│└├─ ") for line in traced(found, FILE).splitlines()]
    heads = {
        line.partition(" · ")[0].partition(" (")[0] for line in lines if "(see its own line)" not in line
    }
    for key in {**upstream(found.graph, [found.start]), **downstream(found.graph, [found.start])}:
        node = node_of(found.graph, key)
        assert key == found.start or f"{telling.what(node)} {telling.name(node)}" in heads
