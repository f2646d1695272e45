"""Walks through the graph: all that led to a thing, all that came of it, and the way between the two."""

from collections import deque
from collections.abc import Iterable, Mapping
from enum import StrEnum

from bot.domain.lineage.graph import Edge, Gap, Graph


class Direction(StrEnum):
    """Where a walk goes: to what a thing came from, or to what came of it."""

    UPSTREAM = "upstream"
    DOWNSTREAM = "downstream"


def upstream(graph: Graph, starts: Iterable[str]) -> Mapping[str, int]:
    """All that led to these things, they themselves too, and how many steps away each is."""
    return reached(graph, starts, Direction.UPSTREAM)


def downstream(graph: Graph, starts: Iterable[str]) -> Mapping[str, int]:
    """All that came of these things, they themselves too, and how many steps away each is."""
    return reached(graph, starts, Direction.DOWNSTREAM)


def reached(graph: Graph, starts: Iterable[str], direction: Direction) -> Mapping[str, int]:
    """All that a walk comes by, nearest first; a cycle ends where it began."""
    found = dict.fromkeys(sorted(starts), 0)
    waiting = deque(found)
    while waiting:
        key = waiting.popleft()
        for edge in steps(graph, key, direction):
            end = far_end(edge, direction)
            if end not in found:
                found[end] = found[key] + 1
                waiting.append(end)
    return found


def path(graph: Graph, starts: Iterable[str], end: str) -> tuple[str, ...]:
    """A shortest way from one of the starts downstream to the end, both ends in it; empty where there is
    none.
    """
    wanted = frozenset(starts)
    came_from: dict[str, str] = {end: ""}
    waiting = deque([end])
    while waiting:
        key = waiting.popleft()
        if key in wanted:
            return _back(came_from, key)
        for edge in steps(graph, key, Direction.UPSTREAM):
            if edge.before not in came_from:
                came_from[edge.before] = key
                waiting.append(edge.before)
    return ()


def gaps_above(graph: Graph, key: str) -> tuple[Gap, ...]:
    """What could not be read of all that led to a thing: while there is any, nobody knows all of it."""
    return tuple(gap for found in upstream(graph, [key]) for gap in graph.gaps_at.get(found, ()))


def steps(graph: Graph, key: str, direction: Direction) -> tuple[Edge, ...]:
    """The edges that a walk may take from a node."""
    edges = graph.into if direction is Direction.UPSTREAM else graph.out_of
    return edges.get(key, ())


def far_end(edge: Edge, direction: Direction) -> str:
    """Where a walk comes to by this edge."""
    return edge.before if direction is Direction.UPSTREAM else edge.after


def _back(came_from: Mapping[str, str], start: str) -> tuple[str, ...]:
    way = [start]
    while came_from[way[-1]]:
        way.append(came_from[way[-1]])
    return tuple(way)
