"""Lineage: what a version came from and what came of it, from all that anybody knows."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from bot.domain.lineage import keys
from bot.domain.lineage.contradictions import contradictions
from bot.domain.lineage.graph import Graph, Kind, Relation, merged
from bot.domain.lineage.overlaps import with_overlaps
from bot.domain.lineage.walks import Direction, downstream, reached, upstream
from bot.domain.model import Version
from bot.domain.refusals import NotFound
from bot.usecases.origins import Origin, Registered
from bot.usecases.ports import Ports
from bot.usecases.promoted import promotions_graph, sightings_graph
from bot.usecases.remember import is_fresh, read
from bot.usecases.sighting import changed_while_it_trained, drifts
from bot.usecases.traced import Traced

log: Final = logging.getLogger(__name__)
MOST_READ: Final = 25
"""So many versions are read anew for one answer; the others are said to be unread."""
_MOST_JOBS: Final = 5  # whose data is looked at in S3; that of others counts as unseen
_READ: Final = frozenset({Kind.JOB, Kind.VERSION, Kind.ENDPOINT})


def trace(ports: Ports, version: Version) -> Traced:
    """What a version came from, exactly, and what came of it.

    Raises:
        NotFound: The registry has no such version, and nothing is kept of it.
    """
    return traced(ports, keys.version(version), known(ports, [read(ports, version)]))


def trace_live(ports: Ports, model: str) -> Traced:
    """The lineage of what is live of a model at the top of the ladder, or of its newest version.

    Raises:
        NotFound: The registry has no such model.
    """
    latest = ports.registry.latest(model)
    stage = ports.policy.stages[-1]
    serving = ports.endpoints.serving(stage.endpoint_of(model))
    live = _live(serving.arns if serving else (), model)
    found = trace(ports, live or latest)
    place = f"{model} in {stage.name}"
    if live is None:
        note = f"No version of {place} is live; {latest} is the newest."
    else:
        note = f"{live} is what is live of {place}."
    return replace(found, note=note)


def trace_endpoint(ports: Ports, name: str) -> Traced:
    """The lineage of all that an endpoint serves.

    Raises:
        NotFound: The account has no such endpoint.
    """
    endpoints = ports.lineage.endpoints()
    key = keys.endpoint(name)
    if key not in endpoints.by_key:
        raise NotFound(f"There is no endpoint `{name}`. `/mlops status` lists what serves.")
    served = [v for k in upstream(endpoints, [key]) if (v := keys.version_of(k))]
    return traced(ports, key, known(ports, [one for v in served if (one := _tried(ports, v)[0])], endpoints))


def trace_key(ports: Ports, key: str) -> Traced:
    """The lineage of a node of an earlier answer.

    Raises:
        NotFound: There is no such version or endpoint any more.
    """
    version = keys.version_of(key)
    if version:
        return trace(ports, version)
    if keys.kind_of(key) is Kind.ENDPOINT:
        return trace_endpoint(ports, keys.name_of(key))
    return traced(ports, key, known(ports))


def known(
    ports: Ports,
    fresh: Iterable[Origin] = (),
    endpoints: Graph | None = None,
    kept: Iterable[Origin] | None = None,
) -> Graph:
    """One graph of all that is kept, of what was read just now, and of what serves."""
    read_now = {one.registered.version: one for one in fresh}
    before = ports.origins.all() if kept is None else kept
    older = [one.graph for one in before if one.registered.version not in read_now]
    serving = ports.lineage.endpoints() if endpoints is None else endpoints
    fresh_graphs = [one.graph for one in read_now.values()]
    return with_overlaps(merged([*older, *fresh_graphs, *ports.origins.jobs(), serving]))


def traced(ports: Ports, start: str, graph: Graph) -> Traced:
    """The lineage of one node, with what the ledger, S3 and the witnesses say of it."""
    models = _models(graph, start)
    story = [one for model in models for one in ports.ledger.of_model(model)]
    above = set(upstream(graph, [start])) | set(downstream(graph, [start]))
    ours = [one for one in story if keys.version(one.version) in above]
    jobs = [k for k in upstream(graph, [start]) if k.startswith(keys.job("training", ""))]
    names = [_job(graph, key) for key in jobs[:_MOST_JOBS]]
    seen = {name: ports.origins.seen(name) for name in names}
    whole = merged([graph, promotions_graph(ours), *(sightings_graph(*one) for one in seen.items())])
    changed = [drifts(ports, name) for name in names]
    beyond = [
        edge.before
        for key in jobs[_MOST_JOBS:]
        for edge in graph.into.get(key, ())
        if edge.relation is Relation.READ_BY
    ]
    around = _around(whole, start)
    return Traced(
        start,
        around,
        drifts=tuple(dict.fromkeys(one for drift, _ in changed for one in drift)),
        unseen=tuple(dict.fromkeys([*(uri for _, unseen in changed for uri in unseen), *beyond])),
        unsteady=tuple(uri for one in seen.values() for uri in changed_while_it_trained(one)),
        contradictions=contradictions(around),
        gaps=around.gaps,
        branches=len({node.key for node in around.nodes if node.kind in _READ} | {g.at for g in around.gaps}),
    )


def unread(
    ports: Ports, registered: Sequence[Registered], kept: Iterable[Origin]
) -> tuple[list[Origin], int]:
    """What is read now of the versions of which nothing is kept that still holds: first those of which
    nothing at all is kept, then those that were read the longest ago. And of how many nothing is known yet.
    """
    known_before = {one.registered: one for one in kept}
    lacking = [one for one in registered if not is_fresh(ports, known_before.get(one))]
    lacking.sort(key=lambda one: known_before[one].read_at.timestamp() if one in known_before else 0)
    tried = [(one, *_tried(ports, one.version)) for one in lacking[:MOST_READ]]
    fresh = [found for _, found, _ in tried if found]
    failed = [one for one, _, is_lacking in tried if is_lacking]
    return fresh, sum(one not in known_before for one in (*failed, *lacking[MOST_READ:]))


def _tried(ports: Ports, version: Version) -> tuple[Origin | None, bool]:
    """The origin, or None and whether there is one that could not be read."""
    try:
        return read(ports, version), False
    except NotFound:  # gone between the list and the look
        return None, False
    except Exception as problem:  # noqa: BLE001 - one version's trouble is told, and not the others'
        log.warning("the origin of %s could not be read: %s", version, type(problem).__name__)
        return None, True


def _live(arns: Sequence[str], model: str) -> Version | None:
    found = [version for arn in arns if (version := keys.version_of(keys.of_arn(arn)))]
    return next((version for version in found if version.model == model), None)


def _models(graph: Graph, start: str) -> list[str]:
    found = [
        version
        for key in (*upstream(graph, [start]), *downstream(graph, [start]))
        if (version := keys.version_of(key))
    ]
    return list(dict.fromkeys(version.model for version in found))


def _job(graph: Graph, key: str) -> str:
    node = graph.by_key.get(key)
    return node.name if node else keys.name_of(key)


def _around(graph: Graph, start: str) -> Graph:
    """The part of the graph that a walk from the start comes by, up or down; a gap nowhere is everywhere."""
    found = {key for direction in Direction for key in reached(graph, [start], direction)}
    return Graph(
        tuple(graph.by_key.get(key) or keys.bare(key) for key in sorted(found)),
        tuple(edge for edge in graph.edges if edge.before in found and edge.after in found),
        tuple(gap for gap in graph.gaps if gap.at in found or not gap.at),
    )
