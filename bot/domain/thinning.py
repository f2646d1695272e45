"""Thinning: a curve of many points as one of few that looks the same."""

import heapq
from collections.abc import Callable, Sequence
from typing import Final

from bot.domain.report import CurveKind

Point = tuple[float, float]
Merit = Callable[[Point], float]
MOST: Final = 20


def distance_from_chance(point: Point) -> float:
    """Of a ROC curve's point: true positive rate minus false positive rate (Youden's J)."""
    return point[1] - point[0]


def f1(point: Point) -> float:
    """Of a precision/recall curve's point: the harmonic mean of the two."""
    total = point[0] + point[1]
    return 2 * point[0] * point[1] / total if total > 0 else 0.0


CORNERS: Final[dict[CurveKind, Merit]] = {
    CurveKind.ROC: distance_from_chance,
    CurveKind.PRECISION_RECALL: f1,
}
"""What makes a point the one that people look for."""


def corner(points: Sequence[Point], merit: Merit = distance_from_chance) -> Point:
    """The point of the greatest merit, the leftmost of equals."""
    return max(points, key=merit)


def thinned(
    points: Sequence[Point], most: int = MOST, merit: Merit = distance_from_chance
) -> tuple[Point, ...]:
    """At most so many of the points, in their order: the first, the last, the corner, and else those whose
    loss would change the area under the curve the most (Visvalingam and Whyatt, 1993).

    Args:
        points: From left to right, finite.
        most: At least 3.
        merit: What makes a point the corner.
    """
    if len(points) <= most:
        return tuple(points)
    line = _Line(points, keep=points.index(corner(points, merit)))
    while line.left > most:
        line.lose_one()
    return line.points


class _Line:
    """A polyline that loses its least telling point first."""

    def __init__(self, points: Sequence[Point], keep: int) -> None:
        self._points, self._keep = points, keep
        last = len(points) - 1
        self._before = [i - 1 for i in range(len(points))]
        self._after = [i + 1 if i < last else -1 for i in range(len(points))]
        self._areas = [self._area(i) for i in range(len(points))]
        self._heap = [(area, i) for i, area in enumerate(self._areas) if self._may_go(i)]
        heapq.heapify(self._heap)
        self.left = len(points)

    @property
    def points(self) -> tuple[Point, ...]:
        """What is left."""
        found, at = [], 0
        while at != -1:
            found.append(self._points[at])
            at = self._after[at]
        return tuple(found)

    def lose_one(self) -> None:
        """Take out the point that makes the least difference."""
        at = self._least()
        before, after = self._before[at], self._after[at]
        self._after[before], self._before[after] = after, before
        self._areas[at] = -1.0  # gone
        self.left -= 1
        for neighbour in (before, after):
            if self._may_go(neighbour):
                self._areas[neighbour] = self._area(neighbour)
                heapq.heappush(self._heap, (self._areas[neighbour], neighbour))

    def _least(self) -> int:
        """The heap still holds what was true before a neighbour went: that is passed over."""
        while True:
            area, at = heapq.heappop(self._heap)
            if self._areas[at] == area:
                return at

    def _may_go(self, at: int) -> bool:
        return at != self._keep and self._before[at] != -1 and self._after[at] != -1

    def _area(self, at: int) -> float:
        """Of the triangle with its neighbours, doubled; nothing at the ends."""
        if self._before[at] == -1 or self._after[at] == -1:
            return 0.0
        (ax, ay), (bx, by), (cx, cy) = (self._points[i] for i in (self._before[at], at, self._after[at]))
        return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay))
