"""Remember: what a version came from is written down when it is registered, before any of it can be gone."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.domain.lineage import keys
from bot.domain.lineage.graph import Fact, Kind, Node, Witness, graph_of, merged
from bot.domain.model import Version
from bot.domain.refusals import NotFound, Refusal
from bot.usecases.origins import Origin, Registered
from bot.usecases.ports import Ports
from bot.usecases.sighting import sighted_late

log: Final = logging.getLogger(__name__)
_MOMENT: Final = timedelta(minutes=5)


def remember(ports: Ports, version: Version) -> None:
    """Keep its origin, and see its data where nobody did while it was trained. It keeps nobody waiting: what
    fails here is read when somebody asks.
    """
    try:
        package = ports.registry.package(version)
        read(ports, version)
        sighted_late(ports, package.training_job)
    except Refusal as refusal:
        log.warning("the origin of %s is not kept: %s", version, refusal.sentence)
    except Exception:
        log.exception("the origin of %s is not kept", version)


def read(ports: Ports, version: Version) -> Origin:
    """What a version came from: as it is kept, where that is settled; else as SageMaker tells it now.

    Raises:
        NotFound: The registry has no such version, and nothing is kept of it.
    """
    kept = ports.origins.find(version)
    try:
        package = ports.registry.package(version)
    except NotFound:
        if kept is None:
            raise
        return _deleted(kept)
    registered = Registered(version, package.arn, package.registered_at)
    if kept and kept.registered == registered and is_fresh(ports, kept):
        return kept
    graph = ports.lineage.origin(package)
    if graph.gaps and kept and kept.registered == registered:
        before = replace(kept.graph, gaps=())
        graph = merged([before, graph])  # what was known before it was gone is still true
    origin = Origin(registered, graph, ports.clock.now())
    _kept(ports, origin)
    return origin


def is_fresh(ports: Ports, kept: Origin | None) -> bool:
    """Whether it need not be read now: it is settled, or whole and was read a moment ago."""
    if kept is None:
        return False
    return kept.is_settled or (kept.is_whole and ports.clock.now() - kept.read_at < _MOMENT)


def _kept(ports: Ports, origin: Origin) -> None:
    """It is kept for the next answer; this one is as good without, such as for who may only read."""
    try:
        ports.origins.keep(origin)
    except Exception as problem:  # noqa: BLE001 - see above
        log.warning("what %s came from is not kept: %s", origin.registered.version, type(problem).__name__)


def _deleted(kept: Origin) -> Origin:
    key = keys.version(kept.registered.version)
    gone = Node(key, Kind.VERSION, keys.name_of(key), (Fact("status", "deleted", Witness.REGISTRY),))
    return replace(kept, graph=merged([kept.graph, graph_of([gone])]))
