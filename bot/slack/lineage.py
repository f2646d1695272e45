"""Lineage as a message: what a thing came from and what came of it, in one sentence and as a tree."""

import logging
from collections.abc import Iterator, Sequence
from typing import Final

from bot.domain.lineage import sentences
from bot.domain.lineage.graph import Gap, Graph
from bot.domain.lineage.tree import Tree, tree_of
from bot.domain.lineage.walks import Direction
from bot.slack import blocks as b
from bot.slack import branches, rich
from bot.slack.actions import LINEAGE_DOWN, LINEAGE_UP
from bot.slack.drawing import Drawing
from bot.slack.inert import inert
from bot.slack.views import Message
from bot.usecases.traced import Traced

log: Final = logging.getLogger(__name__)
_BOTH, _ONE = 22, 60  # lines of a tree
_ROOM: Final = 7_600  # characters of all trees, so that with the rest Slack takes the message
_WARNINGS, _SENTENCE, _NAMES, _VALUE = 3, 500, 3, 2000
_LARGE: Final = 8  # nodes from which a picture helps
_TITLES: Final = {Direction.UPSTREAM: "Where it comes from", Direction.DOWNSTREAM: "What came of it"}


def traced(found: Traced, only: Direction | None = None) -> Message:
    """The lineage of one thing; `only` shows more of one direction and nothing of the other."""
    name = sentences.node_of(found.graph, found.start).name
    summary = sentences.summary(found.graph, found.start)
    shown = [b.header(f"{name} · lineage"), b.section(_safe(f"{found.note} {summary}".strip()))]
    shown += [b.section(text) for text in _warnings(found)]
    directions = [only] if only else list(Direction)
    trees = [tree_of(found.graph, found.start, one, _ONE if only else _BOTH) for one in directions]
    room = _ROOM // len(trees)
    cut = False
    for tree in trees:
        block, fewer = _drawn(tree, room)
        shown += block
        cut = cut or fewer > 0 or tree.hidden > 0
    if known := sentences.legend(found.graph):
        shown.append(b.context(known))
    if buttons := _buttons(found, trees) if cut and only is None else []:
        shown.append(b.actions(buttons))
    return Message(_safe(f"{name}: {summary}"), b.few(shown), () if only else _picture(found))


def _warnings(found: Traced) -> Iterator[str]:
    for drift in found.drifts[:_WARNINGS]:
        yield f":warning: {_safe(sentences.changed(drift))}"
    if len(found.drifts) > _WARNINGS:
        yield f":warning: {len(found.drifts) - _WARNINGS:,} more data sets have changed since."
    if found.unsteady:
        yield f":warning: {_safe(sentences.unsteady(found.unsteady))}"
    for one in found.contradictions[:_WARNINGS]:
        yield f":warning: {_safe(sentences.contradiction(found.graph, one))}"
    if len(found.contradictions) > _WARNINGS:
        yield f":warning: {len(found.contradictions) - _WARNINGS:,} more contradictions."
    if found.gaps:
        yield f":warning: {_safe(unread(found.graph, found.gaps, found.branches))}"
    if found.unseen:
        yield _safe(sentences.unseen(found.unseen))


def unread(graph: Graph, gaps: Sequence[Gap], branches_: int) -> str:
    """`2 of 7 branches could not be read: …`."""
    said = [sentences.gap(graph, one) for one in gaps[:_NAMES]]
    more = [f"{len(gaps) - _NAMES:,} more"] if len(gaps) > _NAMES else []
    return f"{sentences.counted(gaps, branches_)}: {'; '.join([*said, *more])}."


def _drawn(tree: Tree, room: int) -> tuple[list[b.Block], int]:
    """The tree, and how many of its lines had no room."""
    if len(tree.lines) == 1 and not tree.hidden:
        return [], 0
    lines: list[tuple[int, list[rich.Part]]] = []
    for line in tree.lines[1:]:
        parts = branches.line(line)
        room -= rich.length(parts)
        if room < 0:
            break
        lines.append((line.depth - 1, parts))
    fewer = len(tree.lines) - 1 - len(lines)
    head = rich.section([rich.text(_TITLES[tree.direction], bold=True)])
    left_out = tree.hidden + sum(not line.again for line in tree.lines[1 + len(lines) :])
    more = [rich.section([rich.text(f"… {left_out:,} more that are not shown")])] if left_out else []
    return [rich.block([head, *rich.indented(lines), *more])], fewer


def _buttons(found: Traced, trees: Sequence[Tree]) -> list[b.Block]:
    if len(found.start) > _VALUE:
        return []
    labels = {
        Direction.UPSTREAM: ("Upstream", LINEAGE_UP),
        Direction.DOWNSTREAM: ("Downstream", LINEAGE_DOWN),
    }
    return [b.button(*labels[tree.direction], found.start) for tree in trees if len(tree.lines) > 1]


def _picture(found: Traced) -> tuple[Drawing, ...]:
    """A picture of a larger graph; none where anything is wrong with it: the words are complete without."""
    if len(found.graph.nodes) <= _LARGE:
        return ()
    try:
        from bot.slack.pictures.lineage import lineage  # noqa: PLC0415 - small graphs are not drawn

        return (lineage(found),)
    except Exception:
        log.exception("the picture of %s is left out", found.start)
        return ()


def _safe(text: str) -> str:
    return b.clamp(b.mrkdwn(inert(text)), _SENTENCE)
