"""Lineage: what came from what, from left to right, around the thing that was asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from bot.domain.lineage import keys
from bot.domain.lineage.graph import Edge, Graph, Kind, Node
from bot.domain.lineage.walks import downstream, upstream
from bot.slack.drawing import Drawing
from bot.slack.pictures import svg
from bot.slack.pictures.amounts import listed
from bot.slack.pictures.lettering import drawn, fitted, said
from bot.usecases.traced import Traced

MOST: Final = 60
"""So many nodes are drawn, the nearest; more would be too small to read."""
_ALT: Final = 1900
_WIDE, _HIGH, _APART, _BETWEEN = 158.0, 44.0, 62.0, 12.0
_TOP: Final = 92.0
_SWEEPS, _LONGEST = 4, 14
_LIVE, _DRIFTED, _BROKEN, _START = "#1f8a4c", svg.WRONG, "#c0362c", svg.CANDIDATE


@dataclass(frozen=True)
class _Plan:
    """Where each drawn node stands: the left upper corner of its box."""

    places: Mapping[str, tuple[float, float]]
    wide: float
    high: float


def lineage(found: Traced) -> Drawing:
    """The graph around a thing; what changed since, what could not be read and what serves stand out."""
    columns, hidden = _columns(found.graph, found.start)
    kept = {key for column in columns for key in column}
    edges = [e for e in found.graph.edges if e.before in kept and e.after in kept]
    name = _node(found.graph, found.start).name
    title = f"Lineage of {said(name)}"
    plan = _plan(columns, edges)
    body = [*_edges(plan, edges), *(part for key in sorted(kept) for part in _box(found, plan, key))]
    subtitle = _subtitle(found, hidden)
    return Drawing(title, _alt(found, title, hidden), svg.card(plan.wide, plan.high, title, subtitle, body))


def _columns(graph: Graph, start: str) -> tuple[list[list[str]], int]:
    """The nearest nodes by their distance, what led there to the left, what came of it to the right; and how
    many are left out.
    """
    up, down = upstream(graph, [start]), downstream(graph, [start])
    near = {**down, **up}
    nearest = sorted(near, key=lambda key: (near[key], key))[:MOST]
    side = _sides(graph, start, frozenset(nearest))
    order = sorted({side[key] for key in nearest})
    return [[key for key in nearest if side[key] == place] for place in order], len(near) - len(nearest)


def _sides(graph: Graph, start: str, kept: frozenset[str]) -> dict[str, int]:
    """How far each node is to the left or to the right: as far as the longest way there, so that edges lead
    to the right; a cycle is cut where it would go on for too long.
    """
    side = dict.fromkeys(kept, 0)
    for edges, sign in ((graph.into, -1), (graph.out_of, 1)):
        front = {start}
        for step in range(1, _LONGEST):
            front = {_end(edge, sign) for key in front for edge in edges.get(key, ())} & kept - {start}
            side |= dict.fromkeys(front, sign * step)
    return side


def _end(edge: Edge, sign: int) -> str:
    return edge.before if sign < 0 else edge.after


def _plan(columns: Sequence[Sequence[str]], edges: Sequence[Edge]) -> _Plan:
    sorted_ = _untangled([list(column) for column in columns], edges)
    most = max(len(column) for column in sorted_)
    tall = most * (_HIGH + _BETWEEN) - _BETWEEN
    places = {}
    for number, column in enumerate(sorted_):
        x = svg.MARGIN + number * (_WIDE + _APART)
        free = tall - (len(column) * (_HIGH + _BETWEEN) - _BETWEEN)
        for row, key in enumerate(column):
            places[key] = (x, _TOP + free / 2 + row * (_HIGH + _BETWEEN))
    wide = 2 * svg.MARGIN + len(sorted_) * (_WIDE + _APART) - _APART
    return _Plan(places, max(wide, 420), _TOP + tall + svg.MARGIN)


def _untangled(columns: list[list[str]], edges: Sequence[Edge]) -> list[list[str]]:
    """Each node near the middle of its neighbours, so that few edges cross (the barycentre method)."""
    around: dict[str, list[str]] = {}
    for edge in edges:
        around.setdefault(edge.before, []).append(edge.after)
        around.setdefault(edge.after, []).append(edge.before)
    for _ in range(_SWEEPS):
        rows = {key: row - len(column) / 2 for column in columns for row, key in enumerate(column)}
        for column in columns:
            column.sort(key=lambda key: (fmean([rows[k] for k in around.get(key, [key])]), key))
    return columns


def _edges(plan: _Plan, edges: Sequence[Edge]) -> Iterator[str]:
    for edge in edges:
        (x1, y1), (x2, y2) = plan.places[edge.before], plan.places[edge.after]
        start, end = (x1 + _WIDE, y1 + _HIGH / 2), (x2, y2 + _HIGH / 2)
        reach = max(28.0, abs(end[0] - start[0]) / 2)
        way = (
            f"M{svg.at(start[0])} {svg.at(start[1])}C{svg.at(start[0] + reach)} {svg.at(start[1])} "
            f"{svg.at(end[0] - reach)} {svg.at(end[1])} {svg.at(end[0])} {svg.at(end[1])}"
        )
        yield f'<path d="{way}" fill="none" stroke="{svg.AXIS}" stroke-width="1.6"/>'


def _box(found: Traced, plan: _Plan, key: str) -> Iterator[str]:
    node, (x, y) = _node(found.graph, key), plan.places[key]
    colour, dashed = _colour(found, node)
    dashes = ' stroke-dasharray="5 3"' if dashed else ""
    paper = svg.mixed(colour, 0.16 if key == found.start else 0.08)
    place = f'x="{svg.at(x)}" y="{svg.at(y)}" width="{svg.at(_WIDE)}" height="{svg.at(_HIGH)}"'
    thick = 2.4 if key == found.start else 1.4
    yield f'<rect {place} rx="8" fill="{paper}" stroke="{colour}" stroke-width="{thick}"{dashes}/>'
    yield svg.text(x + 10, y + 17, node.kind.value, size=10.5, fill=svg.SOFT)
    shown = fitted(drawn(_short(node)), svg.SMALL, _WIDE - 20, bold=True)
    yield svg.text(x + 10, y + 34, shown, size=svg.SMALL, bold=True)


def _colour(found: Traced, node: Node) -> tuple[str, bool]:
    if any(gap.at == node.key for gap in found.gaps):
        return _BROKEN, True
    if any(drift.uri == node.name for drift in found.drifts):
        return _DRIFTED, False
    if node.kind is Kind.ENDPOINT:
        return _LIVE, False
    return (_START if node.key == found.start else svg.CHAMPION), False


def _short(node: Node) -> str:
    """The end of an address tells it from others."""
    name = node.name
    if node.kind is Kind.COMMIT:
        return name[:10]
    if node.kind is Kind.IMAGE:
        return name.rpartition("/")[2]
    if node.kind in {Kind.DATA, Kind.ARTIFACT}:
        parts = [part for part in name.removeprefix("s3://").split("/") if part]
        return "/".join(parts[-2:]) if parts else name
    return name


def _subtitle(found: Traced, hidden: int) -> str:
    told = ["Left: what it came from; right: what came of it"]
    told += ["green: serving"] if any(n.kind is Kind.ENDPOINT for n in found.graph.nodes) else []
    told += ["orange: changed since"] if found.drifts else []
    told += ["red: could not be read"] if any(gap.at for gap in found.gaps) else []
    told += [f"{hidden:,} more not drawn"] if hidden else []
    return "; ".join(told)


def _alt(found: Traced, title: str, hidden: int) -> str:
    graph = found.graph
    by: dict[str, list[str]] = {}
    for node in graph.nodes:
        by.setdefault(node.kind.value, []).append(_short(node))
    clauses = [f"{len(names)} {kind}: {', '.join(names[:6])}" for kind, names in by.items()]
    clauses += [f"changed since: {said(drift.uri)} ({drift})" for drift in found.drifts]
    clauses += [f"{len(found.gaps)} branches could not be read"] if found.gaps else []
    clauses += [f"{hidden} nodes are not drawn"] if hidden else []
    return f"{title}; {listed(clauses, _ALT - len(title) - 2, 'kinds')}"


def _node(graph: Graph, key: str) -> Node:
    return graph.by_key.get(key) or keys.bare(key)
