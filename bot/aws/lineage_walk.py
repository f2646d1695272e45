"""SageMaker's lineage graph upstream of some starts, as QueryLineage tells it.

A query answers at most ten steps and fifty vertices a page (Amazon SageMaker API: QueryLineage); a walk
goes on from where that ends.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.aws.lineage_reading import Reading

_DEEPEST: Final = 10
_PAGE: Final = 50


@dataclass(frozen=True, order=True)
class Association:
    """`source` contributed to `destination`, whatever `type_` says beyond that: SageMaker's associations
    all lead from the earlier thing to the later one (Amazon SageMaker API: AddAssociation).
    """

    source: str
    destination: str
    type_: str = ""


@dataclass
class Walk:
    """All that was found so far; `types` has the type of each vertex by ARN. Each start is asked once."""

    reading: Reading
    types: dict[str, str] = field(default_factory=dict)
    associations: set[Association] = field(default_factory=set)
    _asked: set[str] = field(default_factory=set)
    _within: set[str] = field(default_factory=set)

    def ascend(self, starts: Iterable[str]) -> None:
        """Find all that led to these, as far as the reading's calls go."""
        waiting = [start for start in dict.fromkeys(starts) if start not in self._asked]
        while waiting:
            self._asked.update(waiting)
            answers = self.reading.each(self._query, waiting)
            distances = [self._take(start, answer) for start, answer in zip(waiting, answers, strict=True)]
            outermost = {arn for far in distances for arn, steps in far.items() if steps >= _DEEPEST}
            waiting = sorted(outermost - self._within - self._asked)

    def _query(self, start: str) -> list[Mapping[str, Any]]:
        """All pages, until one fails."""
        return list(self._pages(start))

    def _pages(self, start: str) -> Iterator[Mapping[str, Any]]:
        asked: dict[str, Any] = {
            "StartArns": [start],
            "Direction": "Ascendants",
            "MaxDepth": _DEEPEST,
            "IncludeEdges": True,
            "MaxResults": _PAGE,
        }
        token: dict[str, Any] = {}
        while (page := self.reading.ask(start, "query_lineage", **asked, **token)) is not None:
            yield page
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}

    def _take(self, start: str, pages: list[Mapping[str, Any]]) -> Mapping[str, int]:
        """Add the pages; gives how many steps each vertex is above the start."""
        found = {
            Association(one["SourceArn"], one["DestinationArn"], one.get("AssociationType", ""))
            for page in pages
            for one in page.get("Edges") or ()
        }
        self.associations |= found
        self.types.setdefault(start, "")
        for one in (one for page in pages for one in page.get("Vertices") or ()):
            self.types[one["Arn"]] = one.get("Type") or self.types.get(one["Arn"], "")
        for association in found:
            for end in (association.source, association.destination):
                self.types.setdefault(end, "")
        distances = _distances(start, found)
        self._within |= {arn for arn, steps in distances.items() if steps < _DEEPEST}
        return distances


def _distances(start: str, associations: Iterable[Association]) -> Mapping[str, int]:
    above = defaultdict[str, list[str]](list)
    for one in associations:
        above[one.destination].append(one.source)
    steps = {start: 0}
    waiting = deque([start])
    while waiting:
        arn = waiting.popleft()
        for source in above[arn]:
            if source not in steps:
                steps[source] = steps[arn] + 1
                waiting.append(source)
    return steps
