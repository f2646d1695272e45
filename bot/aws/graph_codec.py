"""Lineage graphs as compact JSON: arrays instead of objects, each text once."""

import json
import zlib
from collections.abc import Iterable
from typing import Any, Final

from bot.domain.lineage.graph import Edge, Fact, Gap, Graph, Kind, Node, Relation, Witness

_KINDS: Final = {kind.value: kind for kind in Kind}
_WITNESSES: Final = {witness.value: witness for witness in Witness}
_RELATIONS: Final = {relation.value: relation for relation in Relation}


class _Texts:
    """Each text's number, in the order in which they came."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        return self.numbers.setdefault(text, len(self.numbers))


def packed(graph: Graph) -> bytes:
    """The graph in few bytes."""
    of = _Texts()

    def facts(known: Iterable[Fact]) -> list[list[int]]:
        return [[of(one.name), of(one.value), of(one.witness)] for one in known]

    nodes = [[of(n.key), of(n.kind), of(n.name), facts(n.facts)] for n in graph.nodes]
    edges = [
        [of(e.before), of(e.after), of(e.relation), [of(w) for w in e.witnesses], facts(e.facts)]
        for e in graph.edges
    ]
    gaps = [[of(gap.at), of(gap.why)] for gap in graph.gaps]
    whole = [list(of.numbers), nodes, edges, gaps]
    return zlib.compress(json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode())


def unpacked(content: bytes) -> Graph:
    """The graph again. A word of a newer version of this program is read as the least telling one."""
    texts, nodes, edges, gaps = json.loads(zlib.decompress(content))

    def facts(known: Any) -> tuple[Fact, ...]:
        return tuple(Fact(texts[n], texts[v], _witness(texts[w])) for n, v, w in known)

    return Graph(
        tuple(
            Node(texts[key], _KINDS.get(texts[kind], Kind.OTHER), texts[name], facts(said))
            for key, kind, name, said in nodes
        ),
        tuple(
            Edge(
                texts[before],
                texts[after],
                _RELATIONS.get(texts[relation], Relation.LED_TO),
                tuple(_witness(texts[one]) for one in witnesses),
                facts(said),
            )
            for before, after, relation, witnesses, said in edges
        ),
        tuple(Gap(texts[at], texts[why]) for at, why in gaps),
    )


def _witness(word: str) -> Witness:
    return _WITNESSES.get(word, Witness.LEDGER)
