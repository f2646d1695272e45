"""The graph: nodes, edges from cause to effect, and the gaps in what could be read."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Final, TypeVar

T = TypeVar("T")


class Kind(StrEnum):
    """What a node is, in the words that people read."""

    DATA = "data"
    FEATURES = "feature group"
    IMAGE = "image"
    COMMIT = "commit"
    JOB = "job"
    ARTIFACT = "artifact"
    VERSION = "version"
    PROMOTION = "promotion"
    ENDPOINT = "endpoint"
    OTHER = "other"


class Witness(StrEnum):
    """Who says so."""

    LINEAGE = "SageMaker lineage"
    DESCRIBED = "SageMaker’s description"
    REGISTRY = "the registry"
    LEDGER = "the ledger"
    MANIFEST = "a sealed manifest"
    TAG = "a tag"
    ADDRESS = "overlapping addresses"


class Relation(StrEnum):
    """What an edge means, read from cause to effect."""

    READ_BY = "read by"
    RUN_BY = "run by"
    BUILT_INTO = "built into"
    MADE = "made"
    REGISTERED_AS = "registered as"
    PROMOTED_BY = "promoted by"
    SERVED_BY = "served by"
    OVERLAPS = "overlaps"
    LED_TO = "led to"


@dataclass(frozen=True, order=True)
class Fact:
    """Something said of a node or an edge, such as `rows` 7032, and who says it."""

    name: str
    value: str
    witness: Witness


@dataclass(frozen=True, order=True)
class Node:
    """A thing. `key` names it once and for all, see `keys`; `name` is what people call it."""

    key: str
    kind: Kind
    name: str
    facts: tuple[Fact, ...] = ()

    def fact(self, name: str) -> str:
        """What is said of it, the first where witnesses differ; empty where nothing is."""
        return _said(self.facts, name)


@dataclass(frozen=True, order=True)
class Edge:
    """`after` came from `before`. There is one edge for each relation of two nodes."""

    before: str
    after: str
    relation: Relation
    witnesses: tuple[Witness, ...]
    facts: tuple[Fact, ...] = ()

    def fact(self, name: str) -> str:
        """What is said of it, the first where witnesses differ; empty where nothing is."""
        return _said(self.facts, name)


@dataclass(frozen=True, order=True)
class Gap:
    """A branch at a node that could not be read, and why, as a sentence's end: `SageMaker is throttling`."""

    at: str
    why: str


@dataclass(frozen=True)
class Graph:
    """All nodes, edges and gaps, sorted, each once. An edge may lead to a node of which nothing else is
    known; then it is a node of its own kind by its key.
    """

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, Node]:
        """The nodes by key."""
        return {node.key: node for node in self.nodes}

    @cached_property
    def into(self) -> Mapping[str, tuple[Edge, ...]]:
        """The edges that lead to each node."""
        return _grouped(self.edges, lambda edge: edge.after)

    @cached_property
    def out_of(self) -> Mapping[str, tuple[Edge, ...]]:
        """The edges that lead away from each node."""
        return _grouped(self.edges, lambda edge: edge.before)

    @cached_property
    def gaps_at(self) -> Mapping[str, tuple[Gap, ...]]:
        """What could not be read, by node."""
        return _grouped(self.gaps, lambda gap: gap.at)


_RANK: Final = {kind: rank for rank, kind in enumerate((Kind.OTHER, *[k for k in Kind if k != Kind.OTHER]))}


def merged(graphs: Iterable[Graph]) -> Graph:
    """One graph of many, whatever their order: of a node that two know differently the more telling kind and
    all facts count, and an edge has all its witnesses.
    """
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str, Relation], Edge] = {}
    gaps: set[Gap] = set()
    for graph in graphs:
        for node in graph.nodes:
            nodes[node.key] = _joined(nodes[node.key], node) if node.key in nodes else _sorted(node)
        for edge in graph.edges:
            ends = (edge.before, edge.after, edge.relation)
            edges[ends] = _both(edges[ends], edge) if ends in edges else _in_order(edge)
        gaps.update(graph.gaps)
    return Graph(tuple(sorted(nodes.values())), tuple(sorted(edges.values())), tuple(sorted(gaps)))


def graph_of(nodes: Iterable[Node] = (), edges: Iterable[Edge] = (), gaps: Iterable[Gap] = ()) -> Graph:
    """The graph of these, in whatever order and however often they come."""
    found, leading = list(nodes), list(edges)
    parts = [Graph((node,)) for node in found] + [Graph((), (edge,)) for edge in leading]
    return merged([*parts, Graph(gaps=tuple(gaps))])


def _joined(one: Node, other: Node) -> Node:
    first, second = sorted((one, other), key=lambda node: (-_RANK[node.kind], node.name))
    return replace(first, facts=tuple(sorted({*first.facts, *second.facts})))


def _both(one: Edge, other: Edge) -> Edge:
    witnesses = tuple(sorted({*one.witnesses, *other.witnesses}))
    return replace(one, witnesses=witnesses, facts=tuple(sorted({*one.facts, *other.facts})))


def _sorted(node: Node) -> Node:
    return replace(node, facts=tuple(sorted(set(node.facts)))) if len(node.facts) > 1 else node


def _in_order(edge: Edge) -> Edge:
    return replace(edge, witnesses=tuple(sorted(set(edge.witnesses))), facts=tuple(sorted(set(edge.facts))))


def _said(facts: Iterable[Fact], name: str) -> str:
    return next((fact.value for fact in facts if fact.name == name), "")


def _grouped(items: Iterable[T], by: Callable[[T], str]) -> Mapping[str, tuple[T, ...]]:
    found = defaultdict[str, list[T]](list)
    for item in items:
        found[by(item)].append(item)
    return {key: tuple(group) for key, group in found.items()}
