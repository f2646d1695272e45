"""Cost: what a promotion cost at list prices, in one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cost import HOURLY, Cost, Line, instances, money, workflow


@pytest.mark.parametrize(
    ("dollars", "text"),
    [
        (None, "?"),
        (0, "$0.0000"),
        (0.000001, "< $0.0001"),
        (0.00004999, "< $0.0001"),
        (0.00005, "$0.0001"),
        (0.0123, "$0.0123"),
        (0.5, "$0.5000"),
        (1, "$1.00"),
        (12.345, "$12.35"),
        (1234.5, "$1234.50"),
    ],
)
def test_small_sums_have_more_digits(dollars: float | None, text: str) -> None:
    assert money(dollars) == text


@given(st.floats(0, 1e9, exclude_min=True))
def test_what_costs_something_never_looks_free(dollars: float) -> None:
    assert float(money(dollars).removeprefix("< ").removeprefix("$")) > 0


def test_a_million_transitions_are_twenty_five_dollars() -> None:
    assert workflow(1_000_000, 0) == Line("workflow", "1000000 transitions", 25.0)


def test_a_step_costs_its_request_and_its_gigabyte_seconds() -> None:
    dollars = workflow(0, 1_000_000).dollars
    assert dollars == pytest.approx(0.20 + 1_000_000 * 0.3 * 0.0000133334)


@pytest.mark.parametrize(
    ("kind", "count", "seconds", "prices", "dollars", "amount"),
    [
        ("ml.m5.large", 1, 3600, {}, 0.115, "1 × ml.m5.large for 60.0 min"),
        ("ml.m5.large", 2, 90, {}, 0.115 * 2 * 90 / 3600, "2 × ml.m5.large for 1.5 min"),
        ("ml.m5.large", 1, 3600, {"ml.m5.large": 0.1}, 0.1, "1 × ml.m5.large for 60.0 min"),
        ("ml.p9.huge", 1, 3600, {"ml.p9.huge": 98.0}, 98.0, "1 × ml.p9.huge for 60.0 min"),
        ("ml.m5.large", 1, 3600, {"ml.m5.large": 0.0}, 0, "1 × ml.m5.large for 60.0 min"),
        ("ml.p9.huge", 1, 3600, {}, None, "1 × ml.p9.huge for 60.0 min"),
    ],
)
def test_instances_cost_by_the_hour_at_the_team_s_price_or_the_list_s(  # noqa: PLR0913 - the columns of the table
    kind: str, count: int, seconds: float, prices: dict[str, float], dollars: float | None, amount: str
) -> None:
    line = instances("test", kind, count, seconds, prices)
    assert (line.what, line.amount) == ("test", amount)
    assert line.dollars == (None if dollars is None else pytest.approx(dollars))


def test_every_price_of_the_list_is_one() -> None:
    assert all(kind.startswith("ml.") and 0 < price < 100 for kind, price in HOURLY.items())


FLOW, TEST = Line("workflow", "19 transitions", 0.0005), Line("test", "1 × ml.m5.large for 3.0 min", 0.00575)
ODD = Line("overlap", "2 × ml.p9.huge for 4.0 min", None)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((FLOW,), "$0.0005: workflow $0.0005"),
        ((FLOW, TEST), "$0.0063: workflow $0.0005, test $0.0057"),
        ((FLOW, ODD), "$0.0005: workflow $0.0005, and 2 × ml.p9.huge for 4.0 min (overlap) of unknown price"),
        ((ODD,), "$0.0000: 2 × ml.p9.huge for 4.0 min (overlap) of unknown price"),
        ((), "$0.0000"),
    ],
)
def test_the_cost_is_one_sentence_that_names_what_has_no_known_price(
    lines: tuple[Line, ...], sentence: str
) -> None:
    assert Cost(lines).sentence == sentence


def test_the_sum_is_of_what_has_a_price() -> None:
    assert Cost((FLOW, ODD, TEST)).dollars == pytest.approx(0.00625)
    assert Cost().dollars == 0
