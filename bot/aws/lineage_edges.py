"""SageMaker's associations as edges between what people know."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from bot.aws.lineage_facts import edge
from bot.aws.lineage_walk import Association
from bot.domain.lineage.graph import Edge, Kind, Node, Relation, Witness

_SAME: Final = "SameAs"
_MOST_JOINED: Final = 256
_BEFORE: Final = {Kind.IMAGE: Relation.RUN_BY, Kind.COMMIT: Relation.BUILT_INTO}


def relation_of(before: Node, after: Node) -> Relation:
    """What it means that the one led to the other."""
    if before.kind in _BEFORE:
        return _BEFORE[before.kind]
    if Kind.JOB in {before.kind, after.kind}:
        return _of_job(before, after)
    if after.kind is Kind.ENDPOINT and before.kind in {Kind.VERSION, Kind.ARTIFACT}:
        return Relation.SERVED_BY
    is_registered = (before.kind, after.kind) == (Kind.ARTIFACT, Kind.VERSION)
    return Relation.REGISTERED_AS if is_registered else Relation.LED_TO


def _of_job(before: Node, after: Node) -> Relation:
    if before.kind is after.kind or Kind.VERSION in {before.kind, after.kind}:
        return Relation.LED_TO
    return Relation.READ_BY if after.kind is Kind.JOB else Relation.MADE


def edges_of(associations: Iterable[Association], nodes: Mapping[str, Node]) -> Iterator[Edge]:
    """The edges between these nodes, by ARN; two names for one thing lead to each other."""
    for one in associations:
        before, after = nodes.get(one.source), nodes.get(one.destination)
        if before is None or after is None or before.key == after.key:
            continue
        yield edge(before, after, relation_of(before, after), Witness.LINEAGE)
        if one.type_ == _SAME:
            yield edge(after, before, Relation.LED_TO, Witness.LINEAGE)


def joined(
    associations: Collection[Association], quiet: Iterable[str]
) -> tuple[set[Association], frozenset[str]]:
    """The associations without the vertices that only lead on: what was before each leads to what was after
    it. Those that would make too many of it are kept, and given back too.
    """
    into, out_of = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    types = {(one.source, one.destination): one.type_ for one in associations}
    for source, destination in types:
        into[destination].add(source)
        out_of[source].add(destination)
    kept = frozenset(arn for arn in sorted(quiet) if not _leave_out(arn, into, out_of))
    found = {
        Association(source, destination, types.get((source, destination), ""))
        for destination, sources in into.items()
        for source in sources
    }
    return found, kept


def _leave_out(arn: str, into: dict[str, set[str]], out_of: dict[str, set[str]]) -> bool:
    before, after = into[arn] - {arn}, out_of[arn] - {arn}
    if len(before) * len(after) > _MOST_JOINED:
        return False
    for source in before:
        out_of[source] = (out_of[source] | after) - {arn}
    for destination in after:
        into[destination] = (into[destination] | before) - {arn}
    into[arn], out_of[arn] = set(), set()
    return True
