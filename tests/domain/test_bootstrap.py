"""The bootstrap: deviations of means where they are known by formula, and what no deviation is known of."""

import math
import random
import statistics
from collections.abc import Mapping, Sequence

import pytest

from bot.domain.bootstrap import MOST_ROWS, REPLICATES, Replicate, described, deviations, places

NOTHING: Mapping[str, float] = {}


def drawn_from(distribution: str, n: int) -> list[float]:
    dice = random.Random(n)  # noqa: S311 - the same values each time
    if distribution == "normal":
        return sorted(dice.gauss(5, 2) for _ in range(n))
    return sorted(dice.expovariate(1) if distribution == "skewed" else dice.random() for _ in range(n))


def mean_of(values: Sequence[float]) -> Replicate:
    return lambda drawn: {"mean": math.fsum(values[place] for place in drawn) / len(drawn)}


def every_time(value: float) -> Replicate:
    return lambda _: {"metric": value}


def now_and_then(shares: Sequence[bool]) -> Replicate:
    """A metric that exists in the replicates that `shares` says, over and over."""
    seen: list[int] = []

    def replicate(drawn: Sequence[int]) -> Mapping[str, float]:
        seen.append(drawn[0])
        return {"metric": float(drawn[0])} if shares[len(seen) % len(shares)] else NOTHING

    return replicate


@pytest.mark.parametrize("distribution", ["even", "normal", "skewed"])
@pytest.mark.parametrize("n", [50, 500, 2 * MOST_ROWS])
def test_a_mean_deviates_as_statistics_say(distribution: str, n: int) -> None:
    values = drawn_from(distribution, n)
    expected = statistics.stdev(values) / math.sqrt(n)
    assert deviations(n, mean_of(values))["mean"] == pytest.approx(expected, rel=0.15)


def test_deviations_shrink_with_the_root_of_n_across_the_most_that_is_drawn() -> None:
    sizes = (MOST_ROWS // 4, MOST_ROWS, MOST_ROWS + 1, 16 * MOST_ROWS)
    # The same values over and over, so that only n differs.
    values = drawn_from("normal", 500)
    scaled = [deviations(n, mean_of(values * (n // 500 + 1)))["mean"] * math.sqrt(n) for n in sizes]
    assert scaled == pytest.approx([statistics.fmean(scaled)] * len(sizes), rel=0.15)


@pytest.mark.parametrize(
    ("n", "m"), [(2, 2), (MOST_ROWS, MOST_ROWS), (10**6, MOST_ROWS), (10**15, MOST_ROWS)]
)
def test_each_replicate_has_as_many_rows_as_the_document_says(n: int, m: int) -> None:
    taken: list[Sequence[int]] = []

    def replicate(drawn: Sequence[int]) -> Mapping[str, float]:
        taken.append(drawn)
        return NOTHING

    deviations(n, replicate)
    assert [len(drawn) for drawn in taken] == [m] * REPLICATES
    assert all(min(drawn) >= 0 and max(drawn) < n for drawn in taken)
    assert described(n) == {"deviations": {"method": "bootstrap", "replicates": REPLICATES, "rows": m}}


def test_of_a_sample_its_places_are_drawn_and_the_deviation_is_that_of_all() -> None:
    values = drawn_from("skewed", 5000)
    found = deviations(10**6, mean_of(values), pool=len(values))["mean"]
    assert found == pytest.approx(statistics.stdev(values) / 1000, rel=0.15)


def test_of_a_sample_no_more_are_drawn_than_it_has() -> None:
    values, taken = drawn_from("skewed", 300), []

    def replicate(drawn: Sequence[int]) -> Mapping[str, float]:
        taken.append(len(drawn))
        return mean_of(values)(drawn)

    found = deviations(10**6, replicate, pool=len(values))["mean"]
    assert taken == [300] * REPLICATES
    assert found == pytest.approx(statistics.stdev(values) / 1000, rel=0.15)
    assert deviations(10**6, replicate, pool=1) == {}


@pytest.mark.parametrize("n", [0, 1])
def test_of_one_row_nothing_is_known(n: int) -> None:
    assert deviations(n, every_time(1.0)) == described(n) == {}


@pytest.mark.parametrize("value", [0.0, 1.0, 0.1, -1e300, math.nan, math.inf])
def test_what_is_always_the_same_or_no_number_has_no_deviation(value: float) -> None:
    assert deviations(100, every_time(value)) == {}


def test_differences_of_rounding_are_no_deviation() -> None:
    assert deviations(100, lambda drawn: {"metric": 0.1 + (drawn[0] % 2) * math.ulp(0.1)}) == {}


@pytest.mark.parametrize(
    ("shares", "known"),
    [([True], True), ([True, False], True), ([True, False, False], False), ([False], False)],
)
def test_a_metric_that_fewer_than_half_of_the_replicates_give_has_no_deviation(
    shares: list[bool],
    known: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert ("metric" in deviations(100, now_and_then(shares))) is known


def test_squared_errors_too_large_to_be_squared_have_a_deviation() -> None:
    small = deviations(100, lambda drawn: {"metric": drawn[0]})["metric"]
    assert deviations(100, lambda drawn: {"metric": drawn[0] * 1e300}) == {
        "metric": pytest.approx(small * 1e300, rel=1e-3)
    }


def test_the_same_rows_have_the_same_deviations_in_every_python() -> None:
    # Written down from Python 3.11: a sealed report must not change with the interpreter.
    assert deviations(10, mean_of(range(10))) == {"mean": 0.9657}
    assert deviations(5000, mean_of(range(5000))) == {"mean": 20.9}
    assert places(30, 10) == [2, 5, 8, 11, 12, 16, 20, 23, 25, 27]


@pytest.mark.parametrize(("n", "most"), [(10, 10), (1, 10), (0, 10)])
def test_few_places_are_all_taken(n: int, most: int) -> None:
    assert places(n, most) == list(range(n))


@pytest.mark.parametrize("n", [1000, 1001, 123_457])
def test_of_many_places_each_equal_stretch_gives_one(n: int) -> None:
    taken = places(n, 100)
    assert taken == sorted(taken)
    assert [place * 100 // n for place in taken] == pytest.approx(list(range(100)), abs=1)
    assert len({place % 10 for place in taken}) > 5, "no even steps, which would meet only like rows"
