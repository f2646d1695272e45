"""Lineage as a message: what a thing came from and what came of it, in one sentence and as a tree."""

import logging
from collections.abc import Iterator, Sequence
from typing import Final

from bot.domain.lineage import keys
from bot.domain.lineage.contradictions import Contradiction
from bot.domain.lineage.graph import Edge, Gap, Graph, Kind, Node, Relation
from bot.domain.lineage.tree import Tree, tree_of
from bot.domain.lineage.walks import Direction, downstream, upstream
from bot.domain.wording import listed
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
    name = _named(found.graph, found.start).name
    summary = _summary(found)
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
    shown += _legend(found.graph)
    if buttons := _buttons(found, trees) if cut and only is None else []:
        shown.append(b.actions(buttons))
    return Message(_safe(f"{name}: {summary}"), b.few(shown), () if only else _picture(found))


def _summary(found: Traced) -> str:
    graph, start = found.graph, found.start
    above = upstream(graph, [start])
    jobs = [k for k in above if k.startswith(keys.job("training", ""))]
    read = dict.fromkeys(
        edge.before for key in jobs for edge in graph.into.get(key, ()) if edge.relation is Relation.READ_BY
    )
    learned = "Nobody knows what it learned from."
    if read:
        sets = f"{len(read):,} data set{'' if len(read) == 1 else 's'}"
        names = listed([_code(graph, key) for key in jobs[:_NAMES]])
        learned = f"Learned from {sets} by {names}."
    if _named(graph, start).kind is Kind.ENDPOINT:
        return f"{_serves(graph, start)} {learned}"
    return f"{learned} {_live(graph, start)}"


def _live(graph: Graph, start: str) -> str:
    below = downstream(graph, [start])
    edges = [e for key in below for e in graph.out_of.get(key, ()) if e.relation is Relation.SERVED_BY]
    if not edges:
        return "It serves nowhere that I know of."
    said = [f"{_code(graph, edge.after)}{_share(edge)}" for edge in edges[:_NAMES]]
    more = [f"{len(edges) - _NAMES:,} more"] if len(edges) > _NAMES else []
    return f"Live on {listed([*said, *more])}."


def _serves(graph: Graph, start: str) -> str:
    edges = [e for e in graph.into.get(start, ()) if e.relation is Relation.SERVED_BY]
    said = [f"{branches.name(_named(graph, edge.before))}{_share(edge)}" for edge in edges[:_NAMES]]
    return f"Serves {listed(said)}." if said else "Nobody says what it serves."


def _share(edge: Edge) -> str:
    return f" with {edge.fact('traffic')} of the traffic" if edge.fact("traffic") else ""


def _warnings(found: Traced) -> Iterator[str]:
    for drift in found.drifts[:_WARNINGS]:
        text = f"Training data has changed since: {drift} in `{_address(drift.uri)}`."
        yield f":warning: {_safe(text)}"
    if len(found.drifts) > _WARNINGS:
        yield f":warning: {len(found.drifts) - _WARNINGS:,} more data sets have changed since."
    for one in found.contradictions[:_WARNINGS]:
        yield f":warning: {_safe(_contradiction(found.graph, one))}"
    if len(found.contradictions) > _WARNINGS:
        yield f":warning: {len(found.contradictions) - _WARNINGS:,} more contradictions."
    if found.gaps:
        yield f":warning: {_safe(unread(found.graph, found.gaps, found.branches))}"
    if found.unseen:
        names = [f"`{_address(uri)}`" for uri in found.unseen[:_NAMES]]
        more = [f"{len(found.unseen) - _NAMES:,} more"] if len(found.unseen) > _NAMES else []
        yield _safe(
            f"Nobody saw what was in {listed([*names, *more])} when it was learned from, so I cannot say "
            f"whether that has changed."
        )


def unread(graph: Graph, gaps: Sequence[Gap], branches_: int) -> str:
    """`2 of 7 branches could not be read: …`."""
    where = len({gap.at for gap in gaps})
    said = [f"{f'{_code(graph, gap.at)}: ' if gap.at else ''}{gap.why}" for gap in gaps[:_NAMES]]
    more = [f"{len(gaps) - _NAMES:,} more"] if len(gaps) > _NAMES else []
    count = f"{where:,} of {branches_:,}" if branches_ else f"{where:,}"
    plural = "branch" if (branches_ or where) == 1 else "branches"
    return f"{count} {plural} could not be read: {'; '.join([*said, *more])}."


def _contradiction(graph: Graph, one: Contradiction) -> str:
    said = []
    for fact in one.said[:_NAMES]:
        value = _named(graph, fact.value).name if one.name == "made by" else fact.value
        said.append(f"“{value[:80]}” by {fact.witness}")
    return f"Witnesses differ on {one.name} of `{branches.name(one.node)}`: {listed(said, 'but')}."


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


def _legend(graph: Graph) -> list[b.Block]:
    said = {w for edge in graph.edges for w in edge.witnesses} | {
        f.witness for n in graph.nodes for f in n.facts
    }
    return [b.context(f"Known from {listed(sorted(said))}.")] if said else []


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


def _named(graph: Graph, key: str) -> Node:
    return graph.by_key.get(key) or keys.bare(key)


def _code(graph: Graph, key: str) -> str:
    return f"`{branches.name(_named(graph, key))}`"


def _address(uri: str) -> str:
    return branches.name(Node(uri, Kind.DATA, uri))


def _safe(text: str) -> str:
    return b.clamp(b.mrkdwn(inert(text)), _SENTENCE)
