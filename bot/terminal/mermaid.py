"""Lineage as a Mermaid flowchart, which GitHub, GitLab and wikis draw from left to right."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bot.domain.lineage import telling
from bot.domain.lineage.graph import Edge, Gap, Graph, Kind, Node
from bot.domain.lineage.walks import downstream, upstream
from bot.terminal.scope import scope
from bot.terminal.screen import clean
from bot.usecases.traced import Recalled, Traced

MOST_NODES: Final = 150
MOST_EDGES: Final = 400
"""Mermaid refuses more than 500 edges (Mermaid: Configuration, maxEdges), and gaps have some of them."""
_MOST_GAPS: Final = 50
_LONGEST: Final = 80  # characters of a label: Mermaid refuses texts of more than 50,000 (maxTextSize)
_SAFE: Final = re.compile(r"[^\w ./:@,…·()=+-]|_")
_STYLES: Final = re.compile(r"style|classdef", re.IGNORECASE)
"""Mermaid takes the last semicolon of a line away that has one of these words before a colon."""
_SHAPES: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.DATA: ("[(", ")]"),
    Kind.FEATURES: ("[(", ")]"),
    Kind.PROMOTION: ("{{", "}}"),
    Kind.ENDPOINT: ("([", "])"),
}
_COLOURS: Final[Mapping[Kind, str]] = {
    Kind.DATA: "#dbeafe,stroke:#1d4ed8",
    Kind.FEATURES: "#dbeafe,stroke:#1d4ed8",
    Kind.IMAGE: "#f3f4f6,stroke:#6b7280",
    Kind.COMMIT: "#f3f4f6,stroke:#6b7280",
    Kind.JOB: "#fef3c7,stroke:#b45309",
    Kind.ARTIFACT: "#ede9fe,stroke:#6d28d9",
    Kind.VERSION: "#ffffff,stroke:#111827",
    Kind.PROMOTION: "#ffffff,stroke:#1f8a4c",
    Kind.ENDPOINT: "#dcfce7,stroke:#1f8a4c",
    Kind.OTHER: "#ffffff,stroke:#9ca3af",
}


def text(found: Traced | Recalled, most: int = MOST_NODES, most_edges: int = MOST_EDGES) -> str:
    """The flowchart of the `most` nearest nodes, of a recall first what is live; a comment at its end counts
    whatever is not drawn.
    """
    return "".join(f"{line}\n" for line in _lines(found, most, most_edges))


def _lines(found: Traced | Recalled, most: int, most_edges: int) -> Iterator[str]:
    graph = scope(found)
    starts = (found.start,) if isinstance(found, Traced) else found.found.starts
    order = dict.fromkeys([*_exposed(found), *_nearest(graph, starts)])
    drawn = {key: f"n{number}" for number, key in enumerate(list(order)[:most])}
    edges = [edge for edge in graph.edges if edge.before in drawn and edge.after in drawn]
    gaps = [gap for gap in graph.gaps if not gap.at or gap.at in drawn]
    yield "flowchart LR"
    for key, name in drawn.items():
        yield f"  {_node(name, graph.by_key[key])}"
    for edge in edges[:most_edges]:
        yield f"  {drawn[edge.before]} -->|{_relation(edge)}| {drawn[edge.after]}"
    for number, gap in enumerate(gaps[:_MOST_GAPS]):
        yield from (f"  {line}" for line in _gap(f"g{number}", gap, drawn))
    yield from (f"  {line}" for line in _classes(graph, drawn, starts))
    yield from _left_out(len(graph.nodes) - len(drawn), "node")
    yield from _left_out(len(graph.edges) - min(len(edges), most_edges), "edge")
    yield from _left_out(len(graph.gaps) - min(len(gaps), _MOST_GAPS), "gap")


def _exposed(found: Traced | Recalled) -> Iterator[str]:
    """What no recall may leave out: the ways to what is live, and where it serves."""
    if isinstance(found, Recalled):
        for one in found.found.live:
            yield from (*one.way, *(edge.after for edge in one.live))


def _nearest(graph: Graph, starts: Sequence[str]) -> list[str]:
    above, below = upstream(graph, starts), downstream(graph, starts)
    far = len(graph.nodes) + 1
    away = {node.key: min(above.get(node.key, far), below.get(node.key, far)) for node in graph.nodes}
    return sorted(away, key=lambda key: (away[key], key))


def _node(name: str, node: Node) -> str:
    left, right = _SHAPES.get(node.kind, ("[", "]"))
    said = f"{telling.what(node)} · {telling.name(node, _LONGEST)}"
    return f"{name}{left}{_label(said)}{right}:::{_class(node.kind)}"


def _relation(edge: Edge) -> str:
    traffic = edge.fact("traffic")
    return _label(f"{edge.relation} · {traffic}" if traffic else edge.relation)


def _gap(name: str, gap: Gap, drawn: Mapping[str, str]) -> Iterator[str]:
    yield f"{name}[{_label(f'could not be read: {gap.why}')}]:::gap"
    if gap.at:
        yield f"{name} -.- {drawn[gap.at]}"


def _classes(graph: Graph, drawn: Mapping[str, str], starts: Sequence[str]) -> Iterator[str]:
    kinds = {graph.by_key[key].kind for key in drawn}
    for kind in Kind:
        if kind in kinds:
            yield f"classDef {_class(kind)} fill:{_COLOURS[kind]},color:#111827"
    if graph.gaps:
        yield "classDef gap fill:#fff7ed,stroke:#c0362c,stroke-dasharray:5 5,color:#7f1d1d"
    yield from (f"style {drawn[key]} stroke-width:3px" for key in starts if key in drawn)


def _left_out(count: int, what: str) -> Iterator[str]:
    if count:
        yield f"%% {count:,} more {what}{'' if count == 1 else 's'} not drawn"


def _class(kind: Kind) -> str:
    return kind.name.lower()


def _label(text: str) -> str:
    """The text between quotation marks, in which whatever could mean something to Mermaid is written as a
    character reference (Mermaid: Flowcharts, Entity codes to escape characters).
    """
    line = clean(text)
    short = line if len(line) <= 2 * _LONGEST else f"{line[: 2 * _LONGEST - 1]}…"
    safe = _SAFE.sub(lambda match: f"#{ord(match[0])};", short)
    return f'"{_STYLES.sub(lambda match: f"#{ord(match[0][0])};{match[0][1:]}", safe)}"'
