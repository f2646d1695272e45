"""What the vertices of SageMaker's graph are to people: each ARN's node."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.aws.lineage_facts import node, stored
from bot.aws.lineage_reading import Reading
from bot.aws.lineage_tags import built_into
from bot.domain.lineage import keys
from bot.domain.lineage.graph import Graph, Node, Witness, merged

_ENDPOINT: Final = "endpoint"
_QUIET: Final = frozenset({"approval", "modeldeployment", "modelreplaced"})


@dataclass(frozen=True)
class Known:
    """The vertices by ARN: `nodes` those that people want to see, `quiet` those that only lead on, such as
    approvals and groups; `graph` is what their descriptions say besides.
    """

    nodes: Mapping[str, Node]
    quiet: frozenset[str]
    graph: Graph


@dataclass(frozen=True)
class _Vertex:
    arn: str
    node: Node | None
    graph: Graph = field(default_factory=Graph)


def known(reading: Reading, types: Mapping[str, str]) -> Known:
    """Who is who; artifacts are described for the address that they stand for, once in the adapter's life:
    an artifact's source never changes (Amazon SageMaker API: UpdateArtifact).
    """
    own = {arn.rpartition("/")[2]: arn for arn in types if not reading.is_foreign(arn)}
    found = reading.each(lambda arn: _vertex(reading, arn, types[arn], own), sorted(types))
    nodes = {one.arn: one.node for one in found if one.node}
    quiet = frozenset(one.arn for one in found if one.node is None)
    return Known(nodes, quiet, merged(one.graph for one in found))


def jobs_in(arns: Iterable[str]) -> Mapping[str, str]:
    """The jobs among these, by key, with the ARN of the job or of its trial component."""
    named = {keys.of_arn(arn): arn for arn in sorted(arns, reverse=True)}
    return {key: arn for key, arn in named.items() if key.startswith("job:")}


def bookkeeping(arn: str) -> Node:
    """The node of a vertex that only leads on, where it has to be shown all the same."""
    return node(keys.other(arn), name=_title(arn, ""))


def _vertex(reading: Reading, arn: str, type_: str, own: Mapping[str, str]) -> _Vertex:
    resource = arn.split(":", 5)[-1].partition("/")[0]
    if resource == "artifact":
        return _artifact(reading, arn, own.get(arn.rpartition("/")[2], arn))
    if resource == "context" and type_.lower() == _ENDPOINT:
        return _Vertex(arn, _endpoint(reading, arn))
    if resource in {"context", "experiment"} or (resource == "action" and type_.lower() in _QUIET):
        return _Vertex(arn, None)
    key = keys.of_arn(arn)
    if key != keys.other(arn):
        return _Vertex(arn, node(key))
    return _Vertex(arn, node(key, name=_title(arn, type_)))


def _artifact(reading: Reading, arn: str, own: str) -> _Vertex:
    """An artifact; one of another account has the same id as ours of the same address, which is `own`."""
    described = reading.ask(arn, "describe_artifact", lasts=lambda _: True, ArtifactArn=own)
    if described is None:
        return _Vertex(arn, node(keys.other(arn), name=_title(arn, "artifact")))
    found = stored(described["Source"]["SourceUri"], described.get("ArtifactType", ""))
    about = described.get("MetadataProperties") or {}
    repository = about.get("Repository", "")
    return _Vertex(
        arn, found, built_into(about.get("CommitId", ""), found, Witness.LINEAGE, repository=repository)
    )


def _endpoint(reading: Reading, arn: str) -> Node:
    name = arn if reading.is_foreign(arn) else arn.partition("/")[2]
    described: Mapping[str, Any] | None = reading.ask(
        arn, "describe_context", lasts=lambda _: True, ContextName=name
    )
    if described is None:
        return node(keys.other(arn), name=_title(arn, _ENDPOINT))
    return node(keys.of_arn(described["Source"]["SourceUri"]))


def _title(arn: str, type_: str) -> str:
    return f"{type_} {arn.partition('/')[2]}".strip()
