"""Lineage as OpenLineage events, one JSON object a line (OpenLineage: spec/OpenLineage.json, 2-0-2).

Each job is one RunEvent. Data that no job is known to have read or made is a DatasetEvent. Promotions and
endpoints are no part of OpenLineage; of images and commits jobs have tags.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from bot.domain.lineage.graph import Graph, Kind, Node, Witness
from bot.domain.lineage.sentences import node_of
from bot.domain.wording import plain
from bot.terminal.openlineage_facets import (
    PRODUCER,
    dataset_facets,
    input_facets,
    job_facets,
    output_facets,
    packages_of,
    run_facets,
)
from bot.terminal.openlineage_names import dataset, job, run
from bot.terminal.scope import scope
from bot.usecases.traced import Recalled, Traced

_SPEC: Final = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs"
UNKNOWN_TIME: Final = datetime.fromtimestamp(0, UTC)
"""The time of an event of which nobody knows when it was; the job's documentation says so."""
_TIMELESS: Final = " Nobody knows when it ran; the event’s time is a placeholder."
_DATA: Final = frozenset({Kind.DATA, Kind.FEATURES, Kind.ARTIFACT, Kind.VERSION})
_STATES: Final = {"Completed": "COMPLETE", "Failed": "FAIL", "Stopped": "ABORT"}
_RUNNING: Final = frozenset({"InProgress", "Stopping", "Starting", "Pending"})
Event = dict[str, Any]


def text(found: Traced | Recalled) -> str:
    """All events in order of their times, in ASCII; empty where neither jobs nor data are known."""
    return "".join(f"{json.dumps(event, allow_nan=False)}\n" for event in events(found))


def events(found: Traced | Recalled) -> list[Event]:
    """The events as objects."""
    graph = scope(found)
    jobs = [node for node in graph.nodes if node.kind is Kind.JOB]
    told = [_run(graph, node) for node in jobs]
    touched = {one.key for node in jobs for one in (*_read(graph, node), *_made(graph, node))}
    touched |= {one.key for node in graph.nodes for one in packages_of(graph, node)}
    loose = (node for node in graph.nodes if node.kind in _DATA and node.key not in touched)
    told += [_dataset(graph, node) for node in loose]
    return sorted(told, key=lambda event: str(event["eventTime"]))


def _run(graph: Graph, node: Node) -> Event:
    state, at = _state(node), _time(node, "ended", "started", "created")
    namespace, name = job(node)
    return {
        "eventType": state,
        **_event(at, "RunEvent"),
        "run": {"runId": run(node), "facets": run_facets(graph, node, failed=state == "FAIL")},
        "job": {
            "namespace": namespace,
            "name": name,
            "facets": job_facets(graph, node, "" if at else _TIMELESS),
        },
        "inputs": [_named(graph, one) | {"inputFacets": input_facets(one)} for one in _read(graph, node)],
        "outputs": [_named(graph, one) | {"outputFacets": output_facets(one)} for one in _made(graph, node)],
    }


def _dataset(graph: Graph, node: Node) -> Event:
    at = _time(node, "registered", "created")
    return {**_event(at, "DatasetEvent"), "dataset": _named(graph, node)}


def _event(at: datetime | None, schema: str) -> Event:
    when = (at or UNKNOWN_TIME).isoformat().replace("+00:00", "Z")
    return {"eventTime": when, "producer": PRODUCER, "schemaURL": f"{_SPEC}/{schema}"}


def _named(graph: Graph, node: Node) -> dict[str, Any]:
    namespace, name = dataset(node)
    return {"namespace": namespace, "name": name, "facets": dataset_facets(graph, node)}


def _read(graph: Graph, node: Node) -> Iterator[Node]:
    return _data(graph, (edge.before for edge in graph.into.get(node.key, ())))


def _made(graph: Graph, node: Node) -> Iterator[Node]:
    return _data(graph, (edge.after for edge in graph.out_of.get(node.key, ())))


def _data(graph: Graph, found: Iterable[str]) -> Iterator[Node]:
    return (one for key in dict.fromkeys(found) if (one := node_of(graph, key)).kind in _DATA)


def _state(node: Node) -> str:
    """COMPLETE, FAIL, ABORT or RUNNING by its description first; OTHER where nobody knows."""
    said = [fact for fact in node.facts if fact.name == "status"]
    said.sort(key=lambda fact: fact.witness is not Witness.DESCRIBED)
    status = said[0].value if said else ""
    return "RUNNING" if status in _RUNNING else _STATES.get(status, "OTHER")


def _time(node: Node, *names: str) -> datetime | None:
    for name in names:
        try:
            at = datetime.fromisoformat(plain(node.fact(name)))
        except ValueError:
            continue
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    return None
