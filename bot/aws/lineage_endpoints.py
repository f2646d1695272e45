"""All endpoints of the account, and what each serves with which share of the traffic."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from bot.aws.hosting import pending_config
from bot.aws.lineage_facts import edge, facts, image, node, stored
from bot.aws.lineage_reading import Kept, Reading
from bot.aws.lineage_tags import tags_in
from bot.aws.tags import PACKAGE
from bot.aws.taken import containers_of
from bot.domain.lineage import keys
from bot.domain.lineage.graph import Edge, Fact, Graph, Kind, Node, Relation, Witness, graph_of, merged
from bot.usecases.origins import ALL_ENDPOINTS

MOST_ENDPOINTS: Final = 90
"""So many endpoints that it does not remember an answer describes, the newest first, with four calls each."""
_PAGE: Final = 100
_SHADOW: Final = "gets copies of requests, its answers go nowhere"
_COMING: Final = "being deployed"
_STEADY: Final = frozenset({"InService", "OutOfService", "Failed"})


@dataclass(frozen=True)
class _Served:
    """What one variant puts behind an endpoint: `said` are facts of the edge, `share` is of the traffic."""

    node: Node
    relation: Relation
    witness: Witness
    variant: str
    share: float = 0.0
    said: tuple[Fact, ...] = ()


def endpoints(client: Any, kept: Kept) -> tuple[Graph, int]:
    """The graph of all of them, and the calls that it took. An endpoint that rests is remembered until it is
    changed; what is deleted under it meanwhile does not change what it serves.
    """
    reading = Reading(client, kept)
    asked = {"SortBy": "CreationTime", "SortOrder": "Descending", "MaxResults": _PAGE}
    listed = reading.pages(ALL_ENDPOINTS, "list_endpoints", "Endpoints", **asked)
    known = {one["EndpointName"]: kept.replies.get(_stamp(one)) for one in listed}
    new = [one for one in listed if known[one["EndpointName"]] is None]
    graphs = reading.each(partial(_read, reading, kept), new[:MOST_ENDPOINTS])
    for one in new[MOST_ENDPOINTS:]:
        graphs.append(graph_of([_node(one)]))
        reading.misses(_node(one).key, f"only the {MOST_ENDPOINTS} newest endpoints are read at once")
    if any(gap.at == ALL_ENDPOINTS for gap in reading.gaps):
        graphs.append(graph_of([node(ALL_ENDPOINTS)]))
    remembered = [graph for graph in known.values() if graph is not None]
    return merged([*graphs, *remembered, Graph(gaps=tuple(reading.gaps))]), reading.calls


def _read(reading: Reading, kept: Kept, listed: Any) -> Graph:
    key = _node(listed).key
    described = reading.ask(key, "describe_endpoint", EndpointName=listed["EndpointName"])
    if described is None:
        return graph_of([_node(listed)])
    served = list(_behind(reading, key, described))
    graph = graph_of([_node(described), *(one.node for one in served)], _edges(_node(described), served))
    is_whole = not any(gap.at == key for gap in reading.gaps)
    if is_whole and served and described["EndpointStatus"] in _STEADY:
        kept.keep(_stamp(listed), graph)
    return graph


def _behind(reading: Reading, key: str, described: Mapping[str, Any]) -> Iterator[_Served]:
    coming = pending_config(described)
    for name in dict.fromkeys((described["EndpointConfigName"], coming)):
        config = reading.ask(key, "describe_endpoint_config", EndpointConfigName=name) if name else None
        shares = _shares(config, described)
        for field in ("ProductionVariants", "ShadowProductionVariants"):
            for variant in (config or {}).get(field) or ():
                said = _said(is_coming=name == coming, is_shadow=field != "ProductionVariants")
                share = 0.0 if said else shares[variant["VariantName"]]
                for thing, relation, witness in _model(reading, key, variant):
                    yield _Served(thing, relation, witness, variant["VariantName"], share, said)


def _shares(config: Any, described: Mapping[str, Any]) -> Mapping[str, float]:
    """How much of the traffic each production variant gets now."""
    now = {one["VariantName"]: one.get("CurrentWeight") for one in described.get("ProductionVariants") or ()}
    variants = (config or {}).get("ProductionVariants") or ()
    began = {one["VariantName"]: one.get("InitialVariantWeight", 1.0) for one in variants}
    weights = {name: began[name] if now.get(name) is None else now[name] for name in began}
    total = sum(weights.values())
    return {name: weight / total if total else 0.0 for name, weight in weights.items()}


def _said(*, is_coming: bool, is_shadow: bool) -> tuple[Fact, ...]:
    return facts(
        Witness.DESCRIBED,
        ("rollout", _COMING if is_coming else None),
        ("shadow", _SHADOW if is_shadow else None),
    )


def _model(reading: Reading, key: str, variant: Any) -> Iterator[tuple[Node, Relation, Witness]]:
    name = variant.get("ModelName", "")
    if not name:
        reading.misses(
            key, f"its variant {variant['VariantName']} hosts inference components, which are not read"
        )
        return
    described = reading.ask(key, "describe_model", ModelName=name)
    containers: Sequence[Any] = containers_of(described)
    packages = [one["ModelPackageName"] for one in containers if one.get("ModelPackageName")]
    if described and not packages:
        tags = tags_in(reading.ask(key, "list_tags", ResourceArn=described["ModelArn"]))
        if package := tags.get(PACKAGE):
            yield node(keys.of_arn(package)), Relation.SERVED_BY, Witness.TAG
            return
    for arn in packages:
        yield node(keys.of_arn(arn)), Relation.SERVED_BY, Witness.DESCRIBED
    for container in containers:
        if not container.get("ModelPackageName"):
            yield from _loose(reading, key, container)


def _loose(reading: Reading, key: str, container: Any) -> Iterator[tuple[Node, Relation, Witness]]:
    """A container that is no package's."""
    source = (container.get("ModelDataSource") or {}).get("S3DataSource") or {}
    uri = container.get("ModelDataUrl") or source.get("S3Uri")
    if container.get("Mode") == "MultiModel":
        reading.misses(key, f"it loads whatever model is asked for from {uri}")
    if uri:
        yield stored(uri, "Model"), Relation.SERVED_BY, Witness.DESCRIBED
    if address := container.get("Image"):
        yield image(address, Witness.DESCRIBED), Relation.RUN_BY, Witness.DESCRIBED


def _edges(endpoint: Node, served: Sequence[_Served]) -> Iterator[Edge]:
    """An edge for each thing, with the sum of its variants' shares."""
    by_thing = defaultdict[tuple[str, Relation], list[_Served]](list)
    for one in served:
        by_thing[one.node.key, one.relation].append(one)
    for (_, relation), group in by_thing.items():
        said = {fact for one in group for fact in one.said}
        shares = {one.variant: one.share for one in group if not one.said}
        if relation is Relation.SERVED_BY and shares:
            said |= set(facts(Witness.DESCRIBED, ("traffic", f"{100 * sum(shares.values()):.3g} %")))
        yield edge(group[0].node, endpoint, relation, group[0].witness, said)


def _node(described: Mapping[str, Any]) -> Node:
    name = described["EndpointName"]
    said = facts(
        Witness.DESCRIBED,
        ("status", described.get("EndpointStatus")),
        ("created", described.get("CreationTime")),
        ("reason", described.get("FailureReason")),
    )
    return node(keys.endpoint(name), Kind.ENDPOINT, said, name=name)


def _stamp(listed: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells one state of an endpoint from the next."""
    return (
        "endpoint",
        listed["EndpointName"],
        listed["EndpointStatus"],
        listed["LastModifiedTime"],
    )
