"""Recall: from data, a job, an image or a commit to every version that learned from it, and what serves."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.domain.lineage import keys
from bot.domain.lineage.graph import Graph, Kind, Node
from bot.domain.lineage.overlaps import touching
from bot.domain.lineage.recall import Learned
from bot.domain.lineage.recall import recall as recalled_from
from bot.domain.policy import Stage
from bot.domain.promotion import Promotion, Status
from bot.usecases.lineage import known, unread
from bot.usecases.ports import Ports
from bot.usecases.traced import Asked, Exposed, Recalled

_S3: Final = "s3://"
_ARN: Final = "arn:"
_SHORTEST_COMMIT: Final = 7  # characters, as git abbreviates
_DATA: Final = frozenset({Kind.DATA, Kind.FEATURES})


def recall(ports: Ports, asked: Asked) -> Recalled:
    """Everything that learned from a thing. What could not be judged is counted, never passed over."""
    registered = ports.lineage.registered()
    kept = ports.origins.all()
    fresh, left = unread(ports, registered, kept)
    graph = known(ports, fresh, kept=kept)
    found = recalled_from(graph, starts_of(graph, asked))
    models = dict.fromkeys(learned.version.model for learned in found.live)
    stories = {model: ports.ledger.of_model(model) for model in models}
    exposed = tuple(
        one
        for learned in found.live
        for one in _exposed(ports, graph, learned, stories[learned.version.model])
    )
    return Recalled(
        asked,
        found,
        graph,
        exposed,
        versions=len(registered) - left,
        unread=left,
        frozen=tuple(model for model in models if ports.ledger.freeze_of(model).is_in_force),
    )


def starts_of(graph: Graph, asked: Asked) -> tuple[str, ...]:
    """The nodes that are meant: all data that shares objects with an address, whatever else has the name."""
    name = asked.name
    if name.startswith(_S3):
        return touching(graph, name)
    if name.startswith(_ARN):
        return tuple(key for key in [keys.of_arn(name)] if key in graph.by_key)
    return tuple(node.key for node in graph.nodes if _is_meant(node, asked))


def _is_meant(node: Node, asked: Asked) -> bool:
    if asked.kind is not None and node.kind is not asked.kind:
        is_data = asked.kind is Kind.DATA and node.kind in _DATA | {Kind.ARTIFACT}
        if not is_data:
            return False
    name = asked.name.lower()
    match node.kind:
        case Kind.VERSION | Kind.PROMOTION | Kind.ENDPOINT | Kind.OTHER:
            return False
        case Kind.COMMIT:
            return len(name) >= _SHORTEST_COMMIT and node.name.lower().startswith(name)
        case Kind.IMAGE:
            return _is_image(node.name.lower(), name)
        case Kind.DATA | Kind.FEATURES | Kind.ARTIFACT:
            return node.name.lower() == name or _is_digest(node, name)
        case _:
            return node.name.lower() == name


def _is_image(address: str, asked: str) -> bool:
    """Whether the image is this one, by whole address, or without registry, tag or digest."""
    short = address.partition("/")[2]
    repositories = (full.partition("@")[0].rpartition(":")[0] for full in (address, short))
    return asked in {address, short, *repositories} - {""}


def _is_digest(node: Node, asked: str) -> bool:
    return any(f.name.startswith(("manifest", "sha256")) and f.value == asked for f in node.facts)


def _exposed(ports: Ports, graph: Graph, learned: Learned, story: Sequence[Promotion]) -> Iterator[Exposed]:
    for edge in learned.live:
        stage = _stage(ports, learned.version.model, edge.after)
        node = graph.by_key.get(edge.after)
        name = node.name if node else keys.name_of(edge.after)
        brought = _brought(story, learned, stage) if stage else None
        share = edge.fact("traffic")
        how = "" if share else "as a shadow" if edge.fact("shadow") else edge.fact("rollout")
        yield Exposed(learned.version, name, share, stage.name if stage else "", brought, how)


def _stage(ports: Ports, model: str, endpoint: str) -> Stage | None:
    stages = (stage for stage in ports.policy.stages if keys.endpoint(stage.endpoint_of(model)) == endpoint)
    return next(stages, None)


def _brought(story: Sequence[Promotion], learned: Learned, stage: Stage) -> Promotion | None:
    """The promotion that put the version where it is live, the newest of them."""
    live = (one for one in story if one.status is Status.LIVE and one.stage == stage.name)
    return next((one for one in live if one.version == learned.version), None)
