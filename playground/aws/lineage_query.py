"""QueryLineage: everything that leads to an entity, that it leads to, or both."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ValidationError

from playground.aws.lineage_entities import LineageRequest, within
from playground.aws.lineage_graph import Entity, LineageGraph, Row
from playground.aws.sagemaker_base import only

_DEEPEST: Final = 10
_PAGE: Final = 50
_MOST_KEPT: Final = 16
_QUESTION: Final = ("StartArns", "Direction", "MaxDepth", "IncludeEdges", "Filters")
_EDGE: Final = ("SourceArn", "DestinationArn", "AssociationType")


@dataclass(frozen=True)
class Walked:
    """What a walk came to, nearest first: `before` has for each vertex the one that led to it, `edges` all
    associations that were walked, once each.
    """

    before: Mapping[str, str | None]
    edges: tuple[Row, ...]


@dataclass(frozen=True)
class Found:
    """All of an answer: vertices, nearest first, and edges by the place of the later one of their ends."""

    shown: list[str]
    edges: Mapping[int, list[Row]]


class LineageQueries(LineageRequest):
    """One question about the graph, a page at a time."""

    def query_lineage(self) -> Any:
        """With edges also all that lies on the way to what is asked for; without, only that.

        A page is a run of vertices, nearest first, with the edges that lead to them from it or an earlier
        page; NextToken is an offset. Our reading: the start itself is a vertex, MaxDepth is 10 and
        IncludeEdges False where they are not given.
        """
        asked = self._checked
        if not asked.get("StartArns"):
            raise ValidationError("StartArns must name one entity.")
        begin, most = _offset(asked.get("NextToken")), asked.get("MaxResults") or _PAGE
        found, end = self._found(asked), begin + most
        answer: dict[str, Any] = {"Vertices": [self._vertex(arn) for arn in found.shown[begin:end]]}
        answer["Edges"] = [
            only(row, _EDGE) for place in range(begin, end) for row in found.edges.get(place, ())
        ]
        if end < len(found.shown):
            answer["NextToken"] = str(end)
        return ActionResult(answer)

    def _found(self, asked: Mapping[str, Any]) -> Found:
        """Found once for all pages, as long as the graph stays as it is."""
        question, answers = repr([asked.get(name) for name in _QUESTION]), self._around.lineage.answers
        if question not in answers:
            if len(answers) >= _MOST_KEPT:
                answers.clear()
            answers[question] = self._look(asked)
        found: Found = answers[question]
        return found

    def _look(self, asked: Mapping[str, Any]) -> Found:
        start, filters = self._entity(asked["StartArns"][0]).arn, asked.get("Filters") or {}
        depth = min(asked.get("MaxDepth") or _DEEPEST, _DEEPEST)
        walked = walk(self._around.lineage, start, asked.get("Direction") or "Both", depth)
        wanted = [arn for arn in walked.before if _is_wanted(filters, self._entity(arn))]
        if not asked.get("IncludeEdges"):
            return Found(wanted, {})
        shown = _with_ways(walked, wanted)
        return Found(shown, _edges(walked, shown))

    def _vertex(self, arn: str) -> dict[str, str]:
        entity = self._entity(arn)
        return {"Arn": arn, "Type": entity.type_, "LineageType": entity.kind}


def walk(graph: LineageGraph, start: str, direction: str, depth: int) -> Walked:
    """Everything within `depth` associations of the start, each vertex and each association once."""
    before: dict[str, str | None] = {start: None}
    edges: dict[tuple[str, str], Row] = {}
    frontier = [start]
    for _ in range(depth):
        following = []
        for arn in frontier:
            for other, row in _steps(graph, arn, direction):
                edges[row["SourceArn"], row["DestinationArn"]] = row
                if other not in before:
                    before[other] = arn
                    following.append(other)
        frontier = following
    return Walked(before, tuple(edges.values()))


def _steps(graph: LineageGraph, arn: str, direction: str) -> Iterator[tuple[str, Row]]:
    if direction in ("Descendants", "Both"):
        yield from graph.out_of(arn).items()
    if direction in ("Ascendants", "Both"):
        yield from graph.into(arn).items()


def _with_ways(walked: Walked, wanted: Iterable[str]) -> list[str]:
    """What is wanted, and what is on the shortest way there."""
    kept = set[str]()
    for arn in wanted:
        on: str | None = arn
        while on is not None and on not in kept:
            kept.add(on)
            on = walked.before[on]
    return [arn for arn in walked.before if arn in kept]


def _edges(walked: Walked, shown: list[str]) -> Mapping[int, list[Row]]:
    """Those between what is shown, by the place of their later end."""
    place = {arn: number for number, arn in enumerate(shown)}
    found = defaultdict[int, list[Row]](list)
    for row in walked.edges:
        ends = (row["SourceArn"], row["DestinationArn"])
        if all(arn in place for arn in ends):
            found[max(map(place.__getitem__, ends))].append(row)
    return found


def _is_wanted(filters: Mapping[str, Any], entity: Entity) -> bool:
    """Of several properties one is enough (Amazon SageMaker API: QueryFilters)."""
    types, kinds, asked = (filters.get(key) for key in ("Types", "LineageTypes", "Properties"))
    own = entity.said.get("Properties") or {}
    return (
        (not types or entity.type_ in types)
        and (not kinds or entity.kind in kinds)
        and (not asked or any(own.get(key) == value for key, value in asked.items()))
        and within(filters, "Created", entity.said)
        and within(filters, "Modified", entity.said)
    )


def _offset(token: str | None) -> int:
    if token and not token.isdecimal():
        raise ValidationError("NextToken is not one of this query.")
    return int(token or 0)
