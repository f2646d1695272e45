"""Lineage, recall and history as people see them, as golden JSON that can be pasted into Block Kit Builder.

`UPDATE_GOLDEN=1` writes the files anew.
"""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.freeze import Freeze
from bot.domain.lineage.graph import Graph
from bot.domain.lineage.walks import Direction
from bot.domain.refusals import NotUnderstood
from bot.slack import freezing, recall
from bot.slack.history import history, page_of
from bot.slack.lineage import traced
from bot.slack.pictures.lineage import lineage
from bot.slack.pictures.render import png
from bot.slack.views import Message
from bot.usecases.traced import Asked
from playground.slack.checker import check_message
from tests.domain.lineage.graphs import KEYS, graphs
from tests.slack import recalls
from tests.slack.lineages import EVIL, NOON, TRACES, WHOLE, around
from tests.slack.texts import texts_of

GOLDEN = Path(__file__).parent / "golden_lineage"
ASKED = Freeze("churn").asked("U04CARA", "it learned from s3://acme-ml/raw/", NOON, "r1")
FROZEN = ASKED.approved("U01ANA", NOON, "r2")
MESSAGES: dict[str, Message] = {
    **{f"lineage_{name}": traced(found) for name, found in TRACES.items()},
    "lineage_upstream": traced(WHOLE, Direction.UPSTREAM),
    **{f"recall_{name}": recall.recalled(found) for name, found in recalls.RECALLS.items()},
    "recall_contained": recall.contained(recalls.CONTAINED),
    "history": history(recalls.HISTORY),
    "freeze_asked": freezing.hung(ASKED),
    "freeze_in_force": freezing.hung(FROZEN),
    "freeze_lifted": freezing.hung(FROZEN.lifted("U03RITA", "the rows are mended", NOON, "r3")),
    "freeze_decided": freezing.decided(FROZEN),
}
SURE = "and every live endpoint has a lineage to judge by."
DOUBT = " — but 2 of 5 live endpoints have no lineage to judge by."
HOSTILE = {
    "lineage": traced(EVIL),
    "recall": recall.recalled(recalls.EVIL),
    "freeze": freezing.hung(Freeze("churn").asked("U04CARA", "<!channel> *x* & :bomb:", NOON, "r1")),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_an_answer_looks_as_it_did_when_somebody_last_looked(name: str) -> None:
    path = GOLDEN / f"{name}.json"
    shown = {"blocks": MESSAGES[name].blocks}
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(json.dumps(shown, indent=1, ensure_ascii=False) + "\n")
    assert shown == json.loads(path.read_text())


def test_there_is_no_golden_answer_of_what_does_not_exist() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(MESSAGES)


def taken(message: Message) -> bool:
    """Whether Slack takes it."""
    check_message(message.text, message.blocks)
    return len(message.blocks) <= 50 and sum(map(len, texts_of(message.blocks))) < 11_000


@pytest.mark.parametrize("message", [*MESSAGES.values(), *HOSTILE.values()], ids=[*MESSAGES, *HOSTILE])
def test_slack_takes_every_answer(message: Message) -> None:
    assert taken(message)


@given(graphs, st.sampled_from(KEYS), st.sampled_from([None, *Direction]))
def test_whatever_the_graph_slack_takes_it(graph: Graph, start: str, only: Direction | None) -> None:
    assert taken(traced(around(graph, start), only))


@pytest.mark.parametrize("message", HOSTILE.values(), ids=HOSTILE)
def test_no_name_mentions_anybody_or_makes_a_link(message: Message) -> None:
    marked = [message.text, *(block["text"]["text"] for block in message.blocks if "text" in block)]
    marked += [
        one["text"] for block in message.blocks if block["type"] == "context" for one in block["elements"]
    ]
    plain = [text for text in marked if "<" in text.replace("<@U04CARA>", "").replace("<!date^", "")]
    assert plain in ([message.blocks[0]["text"]["text"]], [])  # a heading is plain text


@pytest.mark.parametrize("name", TRACES)
def test_every_graph_can_be_drawn(name: str) -> None:
    drawing = lineage(TRACES[name])
    assert png(drawing.svg)[:4] == b"\x89PNG"
    assert len(drawing.alt) <= 2000


def test_a_picture_says_how_much_it_leaves_out() -> None:
    assert "4,942 more not drawn" in lineage(TRACES["huge"]).svg
    assert "4942 nodes are not drawn" in lineage(TRACES["huge"]).alt


def test_a_graph_of_5000_is_counted_and_can_be_expanded() -> None:
    texts = list(texts_of(traced(TRACES["huge"]).blocks))
    assert "… 4,980 more that are not shown" in texts
    assert "Upstream" in texts
    assert "… 4,942 more that are not shown" in list(
        texts_of(traced(TRACES["huge"], Direction.UPSTREAM).blocks)
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("found", f"4 versions of 2 models learned from it; 3 of them are live{DOUBT}"),
        ("none", f"Nothing that I have read knows `s3://acme-ml/labels/`{DOUBT}"),
        (
            "certain",
            f"None of 5 versions that I have read learned from it, {SURE}",
        ),
    ],
)
def test_a_recall_never_says_a_bare_no(name: str, said: str) -> None:
    texts = list(texts_of(recall.recalled(recalls.RECALLS[name]).blocks))
    assert texts[1] == said


def test_only_what_is_exposed_can_be_contained() -> None:
    buttons = [text for text in texts_of(recall.recalled(recalls.FOUND).blocks) if text.endswith("…")]
    assert buttons == ["Propose rollbacks…", "Freeze the models…"]
    assert "Propose rollbacks…" not in list(texts_of(recall.recalled(recalls.NONE).blocks))


def test_buttons_name_what_they_are_about() -> None:
    assert recall.asked_of("|s3://b/x|y") == Asked("s3://b/x|y")
    assert recall.asked_of("job|train").kind == "job"
    assert page_of("churn|20-57") == ("churn", "20-57")
    assert freezing.freeze_of("churn|2") == ("churn", 2)


@pytest.mark.parametrize("read", [recall.asked_of, page_of, freezing.freeze_of])
@pytest.mark.parametrize("value", ["", "x", "|", "ab cd|"])
def test_a_button_of_another_program_is_refused(read: object, value: str) -> None:
    with pytest.raises(NotUnderstood):
        read(value)  # type: ignore[operator]
