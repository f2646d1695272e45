"""Nodes, edges and facts as SageMaker's replies say them, in the words of the graph."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from bot.domain.lineage import keys
from bot.domain.lineage.graph import Edge, Fact, Kind, Node, Relation, Witness
from bot.domain.wording import named, strip

_LONGEST: Final = 256
_ARTIFACT: Final = "model.tar.gz"
_FILED: Final = "/output/model.tar.gz"
_DIGEST: Final = "@sha256:"
_OF_TYPE: Final = {"model": Kind.ARTIFACT, "modeldata": Kind.ARTIFACT, "dataset": Kind.DATA}


def text(value: Any) -> str:
    """A value as a fact says it: times in UTC, anything else on one line, shortened."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    said = named(strip(str(value)))
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"


def facts(witness: Witness, *pairs: tuple[str, Any]) -> tuple[Fact, ...]:
    """The facts of these names, without those that nobody gave a value."""
    said = [(name, text(value)) for name, value in pairs if value is not None]
    return tuple(Fact(name, value, witness) for name, value in said if value)


def node(key: str, kind: Kind | None = None, said: Iterable[Fact] = (), *, name: str = "") -> Node:
    """The node of a key; what is not given follows from the key."""
    return Node(key, kind or keys.kind_of(key), text(name or keys.name_of(key)), tuple(said))


def edge(before: Node, after: Node, relation: Relation, witness: Witness, said: Iterable[Fact] = ()) -> Edge:
    """An edge between two nodes that this witness tells of."""
    return Edge(before.key, after.key, relation, (witness,), tuple(said))


def image(address: str, witness: Witness, digest: str = "") -> Node:
    """A container image, with its digest where the address or the witness says it."""
    address = strip(address)
    _, _, own = address.rpartition(_DIGEST) if _DIGEST in address else ("", "", "")
    known = digest or (f"sha256:{own}" if own else "")
    return node(keys.image(address), said=facts(witness, ("digest", known)))


def stored(uri: str, type_: str = "") -> Node:
    """What lies at an address: data, or the artifact of a model where its type or its name says so; what an
    ARN names, where it is one.
    """
    uri = strip(uri)
    if type_.lower() == "image":
        return image(uri, Witness.LINEAGE)
    if uri.startswith("arn:"):
        return node(keys.of_arn(uri))
    kind = _OF_TYPE.get(type_.lower())
    if kind is None and not uri.startswith("s3://") and type_:
        return node(keys.other(uri), name=f"{type_} {uri}")
    return node(keys.data(uri), Kind.ARTIFACT if uri.endswith(f"/{_ARTIFACT}") else kind)


def maker_of(uri: str) -> str:
    """The training job in an artifact's address, empty where there is none.

    A training job writes to `<output path>/<job name>/output/model.tar.gz` (SageMaker Developer Guide:
    Amazon SageMaker Training Storage Folders).
    """
    return uri.removesuffix(_FILED).rpartition("/")[2] if uri.endswith(_FILED) else ""
