"""A tree of a part of the graph, in lines for people, which always says how much it leaves out."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.lineage import keys
from bot.domain.lineage.graph import Edge, Graph, Node
from bot.domain.lineage.walks import Direction, far_end, reached, steps


@dataclass(frozen=True)
class Line:
    """A node at its depth under the start, which has 0, and the edge that leads to it, None at the start.

    `again` says that the node stands elsewhere in the tree with all that is under it. `hidden` counts
    the nodes next to it that the tree leaves out.
    """

    depth: int
    node: Node
    edge: Edge | None = None
    again: bool = False
    hidden: int = 0


@dataclass(frozen=True)
class Tree:
    """The lines, and how many of the nodes that can be reached are not in them."""

    direction: Direction
    lines: tuple[Line, ...]
    hidden: int


def tree_of(graph: Graph, start: str, direction: Direction, most: int) -> Tree:
    """The tree under a node: the `most` nearest nodes, each once, where it is nearest; another way to one is
    a line of its own that says so.
    """
    found = reached(graph, [start], direction)
    kept = set(list(found)[: max(1, most)])
    branches = _branches(graph, start, direction, kept)
    lines = tuple(_lines(graph, direction, kept, branches, start))
    return Tree(direction, lines, len(found) - len(kept))


def _branches(graph: Graph, start: str, direction: Direction, kept: set[str]) -> dict[str, Edge]:
    """The edge by which each node stands in the tree: the first one by which it is reached."""
    by: dict[str, Edge] = {}
    waiting = deque([start])
    while waiting:
        key = waiting.popleft()
        for edge in steps(graph, key, direction):
            end = far_end(edge, direction)
            if end in kept and end != start and end not in by:
                by[end] = edge
                waiting.append(end)
    return by


def _lines(
    graph: Graph, direction: Direction, kept: set[str], branches: dict[str, Edge], start: str
) -> Iterator[Line]:
    known = graph.by_key
    waiting: list[tuple[int, str, Edge | None]] = [(0, start, None)]
    while waiting:
        depth, key, edge = waiting.pop()
        node = known.get(key) or keys.bare(key)
        if edge is not None and branches.get(key) is not edge:
            yield Line(depth, node, edge, again=True)
            continue
        around = steps(graph, key, direction)
        hidden = {far_end(one, direction) for one in around} - kept
        yield Line(depth, node, edge, hidden=len(hidden))
        inside = [one for one in around if far_end(one, direction) in kept]
        waiting += [(depth + 1, far_end(one, direction), one) for one in reversed(inside)]
