"""Lineage answers as JSON for programs; docs/lineage.schema.json describes them.

The shape is stable: members are added, never renamed or taken away.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, assert_never

from bot.domain.lineage.graph import Edge, Fact, Gap, Graph, Node
from bot.domain.lineage.verdicts import doubt
from bot.domain.promotion import Promotion
from bot.domain.wording import plain
from bot.terminal.scope import scope
from bot.usecases.traced import Exposed, Happening, History, Recalled, Traced


def document(found: Traced | Recalled | History) -> dict[str, Any]:
    """An answer as the schema has it; `answer` says which: `lineage`, `recall` or `history`."""
    match found:
        case Traced():
            made = _traced(found)
        case Recalled():
            made = _recalled(found)
        case History():
            made = _history(found)
        case _:
            assert_never(found)
    clean: dict[str, Any] = _plain(made)
    return clean


def text(found: Traced | Recalled | History) -> str:
    """The document as JSON in ASCII, which no name in it can steer a terminal with."""
    return f"{json.dumps(document(found), indent=2, allow_nan=False)}\n"


def _traced(found: Traced) -> dict[str, Any]:
    return {
        "answer": "lineage",
        "start": found.start,
        "note": found.note,
        **_graph(scope(found)),
        "gaps": _gaps(found.gaps),
        "branches": found.branches,
        "drifts": [asdict(drift) for drift in found.drifts],
        "unseen": found.unseen,
        "unsteady": found.unsteady,
        "contradictions": [
            {"node": one.node.key, "name": one.name, "said": _facts(one.said)} for one in found.contradictions
        ],
    }


def _recalled(found: Recalled) -> dict[str, Any]:
    answer = found.found
    return {
        "answer": "recall",
        "asked": {"name": found.asked.name, "kind": found.asked.kind},
        "complete": not doubt(answer, found.unread),
        "starts": answer.starts,
        "exposed": [_exposed(one) for one in found.exposed],
        "learned": [
            {
                "version": str(one.version),
                "way": one.way,
                "live": [{"endpoint": edge.after, "traffic": edge.fact("traffic")} for edge in one.live],
            }
            for one in answer.learned
        ],
        "unregistered": [node.key for node in answer.unregistered],
        "unjudged": [node.key for node in answer.unjudged],
        "endpoints": answer.endpoints,
        "versions": found.versions,
        "unread": found.unread,
        "frozen": found.frozen,
        **_graph(scope(found)),
        "gaps": _gaps(answer.gaps),
    }


def _exposed(one: Exposed) -> dict[str, Any]:
    return {
        "version": str(one.version),
        "endpoint": one.endpoint,
        "traffic": one.share,
        "how": one.how,
        "stage": one.stage,
        "promotion": _promotion(one.promotion) if one.promotion else None,
    }


def _promotion(one: Promotion) -> dict[str, Any]:
    return {
        "id": one.id,
        "stage": one.stage,
        "status": one.status,
        "live_since": one.went_live.isoformat() if one.went_live else None,
        "approvals": [
            {"person": consent.person, "groups": consent.groups, "at": consent.at.isoformat()}
            for consent in one.consents
        ],
    }


def _history(found: History) -> dict[str, Any]:
    return {
        "answer": "history",
        "model": found.model,
        "note": found.note,
        "happenings": [_happening(one) for one in found.happenings],
        "total": found.total,
        "older": found.older,
    }


def _happening(one: Happening) -> dict[str, Any]:
    return {
        "at": one.at.isoformat(),
        "text": one.text,
        "kind": one.kind,
        "version": str(one.version) if one.version else None,
        "promotion": one.promotion or None,
    }


def _graph(graph: Graph) -> dict[str, Any]:
    return {
        "nodes": [_node(node) for node in graph.nodes],
        "edges": [_edge(edge) for edge in graph.edges],
    }


def _node(node: Node) -> dict[str, Any]:
    return {"key": node.key, "kind": node.kind, "name": node.name, "facts": _facts(node.facts)}


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "before": edge.before,
        "after": edge.after,
        "relation": edge.relation,
        "witnesses": edge.witnesses,
        "facts": _facts(edge.facts),
    }


def _facts(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    return [asdict(fact) for fact in facts]


def _gaps(gaps: Iterable[Gap]) -> list[dict[str, Any]]:
    return [asdict(gap) for gap in gaps]


def _plain(node: Any) -> Any:
    """Sentences without marks, and sequences as lists."""
    match node:
        case str():
            return plain(node)
        case Mapping():
            return {key: _plain(value) for key, value in node.items()}
        case list() | tuple():
            return [_plain(value) for value in node]
        case _:
            return node
