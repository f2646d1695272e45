"""Contradictions: where witnesses say different things of one node, which people must see."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.lineage.graph import Fact, Graph, Kind, Node, Relation


@dataclass(frozen=True)
class Contradiction:
    """What is said of a node in more than one way: the facts differ in their values."""

    node: Node
    name: str
    said: tuple[Fact, ...]


def contradictions(graph: Graph) -> tuple[Contradiction, ...]:
    """All of them, by node: facts of one name with different values, and artifacts that two jobs made."""
    return tuple(found for node in graph.nodes for found in _of(graph, node))


def _of(graph: Graph, node: Node) -> Iterator[Contradiction]:
    by_name = defaultdict[str, list[Fact]](list)
    for fact in (*node.facts, *_makers(graph, node)):
        by_name[fact.name].append(fact)
    for name, facts in sorted(by_name.items()):
        if len({fact.value for fact in facts}) > 1:
            yield Contradiction(node, name, tuple(sorted(facts)))


def _makers(graph: Graph, node: Node) -> Iterator[Fact]:
    if node.kind is not Kind.ARTIFACT:
        return
    for edge in graph.into.get(node.key, ()):
        if edge.relation is Relation.MADE:
            for witness in edge.witnesses:
                yield Fact("made by", edge.before, witness)
