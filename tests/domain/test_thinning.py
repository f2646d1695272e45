"""Thinning: fewer points, the same curve."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.thinning import Point, corner, distance_from_chance, f1, thinned

SHARE = st.floats(0, 1, allow_nan=False, width=32)
POINTS = st.lists(st.tuples(SHARE, SHARE), min_size=3, max_size=120)
MOST = st.integers(3, 30)


def monotone(points: list[Point]) -> list[Point]:
    """A ROC curve of any points: both rates only grow, from one corner to the other."""
    xs, ys = sorted(x for x, _ in points), sorted(y for _, y in points)
    return [(0.0, 0.0), *zip(xs, ys, strict=True), (1.0, 1.0)]


def area(points: tuple[Point, ...] | list[Point]) -> float:
    return sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(points))


@given(points=POINTS, most=MOST)
def test_what_is_left_is_in_the_curve_in_its_order_and_no_more_than_was_asked(
    points: list[Point], most: int
) -> None:
    left = iter(points)
    kept = thinned(points, most)
    assert len(kept) == min(most, len(points))
    assert all(any(point == candidate for candidate in left) for point in kept)


@given(points=POINTS, most=MOST)
@pytest.mark.parametrize("merit", [distance_from_chance, f1])
def test_the_ends_and_the_corner_stay(points: list[Point], most: int, merit: object) -> None:
    told = f1 if merit is f1 else distance_from_chance
    kept = thinned(points, most, told)
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    assert max(map(told, kept)) == max(map(told, points))
    assert corner(points, told) in kept


@given(points=POINTS)
def test_a_curve_that_is_short_enough_stays_as_it_is(points: list[Point]) -> None:
    assert thinned(points, len(points)) == tuple(points)


@given(points=POINTS.map(monotone))
def test_the_area_under_a_roc_curve_hardly_changes(points: list[Point]) -> None:
    assert abs(area(thinned(points, 20)) - area(points)) < 0.02


def test_the_area_of_a_smooth_curve_is_the_same_to_three_places() -> None:
    curve = [(n / 500, (n / 500) ** 0.2) for n in range(501)]
    assert abs(area(thinned(curve, 20)) - area(curve)) < 0.005


def test_a_sharp_corner_among_a_thousand_points_is_kept_exactly() -> None:
    rising = [(0.05 * n / 500, 0.9 * n / 500) for n in range(500)]
    flat = [(0.05 + 0.95 * n / 500, 0.9 + 0.1 * n / 500) for n in range(501)]
    kept = thinned([*rising, *flat], 5)
    assert (0.05, 0.9) in kept
    assert len(kept) == 5


def test_points_on_a_line_lose_nothing_but_their_number() -> None:
    line = [(n / 100, n / 100) for n in range(101)]
    kept = thinned(line, 3)
    assert area(kept) == pytest.approx(0.5)
    assert (kept[0], kept[-1]) == ((0, 0), (1, 1))


@pytest.mark.parametrize(
    ("point", "merit"), [((1.0, 1.0), 1.0), ((0.5, 1.0), 2 / 3), ((0.0, 1.0), 0.0), ((0.0, 0.0), 0.0)]
)
def test_f1_is_the_harmonic_mean_of_recall_and_precision(point: Point, merit: float) -> None:
    assert f1(point) == pytest.approx(merit)
