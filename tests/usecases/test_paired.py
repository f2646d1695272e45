"""Paired: two tests on the same data are compared by the lines that both left."""

import json
from collections.abc import Callable

import pytest

from bot.domain.model import Version
from bot.domain.promotion import Promotion
from bot.usecases.report import compare, report, reported_of
from tests.fakes.models import first_feature
from tests.fakes.world import World

ONE, TWO = Version("fraud", 1), Version("fraud", 2)
ROWS = [(number % 5 // 3, number * 37 % 60 / 100 + number % 5 // 3 * 0.3) for number in range(60)]


def blurred(line: str) -> str:
    """A little worse than the feature, which other models answer with."""
    score = float(first_feature(line))
    return f"{score + 0.1:.2f}" if int(score * 100) % 7 < 2 else f"{score:.2f}"


@pytest.fixture
def fraud(world: World) -> World:
    """A model with held-out data, whose first version, the worse one, is live in staging."""
    world.holds_out("fraud", ROWS)
    world.models.answer_by("fraud-1-", blurred)
    world.register("fraud")
    world.runs()
    return world


def lines_of(promotion: Promotion, number: int = 0) -> str:
    return promotion.trials[number].report.removesuffix(".json") + ".lines.json"


def deviations(promotion: Promotion) -> dict[str, float]:
    rows = promotion.comparison.rows if promotion.comparison else ()
    return {row.metric: row.paired_deviation for row in rows if row.paired_deviation is not None}


def weighed(world: World) -> Promotion:
    """The second version, beside the first."""
    world.register("fraud")
    world.runs()
    return world.promotion("fraud:2", "staging")


def test_a_test_leaves_its_lines_beside_its_report_and_before_it(fraud: World) -> None:
    seen: list[str] = []
    reports = fraud.artifacts.project_uri("reports/")
    fraud.meanwhile(
        "artifacts.write", lambda: seen.extend(blob.uri for blob in fraud.artifacts.files(reports)), nth=3
    )
    promotion = weighed(fraud)
    uri = lines_of(promotion)
    assert uri in seen
    assert promotion.trials[0].report not in seen
    kept = json.loads(fraud.artifacts.read(uri, 10**6))
    assert (kept["problem"], kept["lines"]) == ("binary_classification", 60)
    assert kept["indexes"] == list(range(60))
    assert kept["pairs"][:2] == [["0", "0.0"], ["0", "0.37"]]


def test_two_tests_on_the_same_data_have_a_difference_of_its_own(fraud: World) -> None:
    promotion = weighed(fraud)
    found = deviations(promotion)
    assert {"auc", "log_loss"} <= set(found)
    assert promotion.comparison
    auc = next(row for row in promotion.comparison.rows if row.metric == "auc")
    assert auc.candidate_deviation
    assert auc.spread == found["auc"] < auc.candidate_deviation


def test_the_same_answers_have_none(world: World) -> None:
    world.holds_out("fraud", ROWS)
    world.register("fraud")
    world.runs()
    assert deviations(weighed(world)) == {}


BROKEN: dict[str, Callable[[World, str], object]] = {
    "absent, as of older tests": lambda world, uri: world.artifacts.lose(uri),
    "no JSON": lambda world, uri: world.artifacts.put(uri, b"\xff"),
    "a list": lambda world, uri: world.artifacts.put(uri, b"[1]"),
    "of another shape": lambda world, uri: world.artifacts.put(uri, b'{"lines": 60, "pairs": [1]}'),
    "without answers": lambda world, uri: world.artifacts.put(
        uri, b'{"problem": "binary_classification", "lines": 60, "indexes": [1, 2], "pairs": []}'
    ),
    "of an unknown problem": lambda world, uri: world.artifacts.put(
        uri, b'{"problem": "ranking", "lines": 60, "indexes": [], "pairs": []}'
    ),
    "of answers that are no scores": lambda world, uri: world.artifacts.put(
        uri, world.artifacts.read(uri, 10**6).replace(b'"0.37"', b'"maybe"')
    ),
    "too large": lambda world, uri: world.artifacts.put(uri, b" " * 5_000_000),
}


@pytest.mark.parametrize("name", BROKEN)
def test_lines_that_cannot_be_read_are_none(fraud: World, name: str) -> None:
    BROKEN[name](fraud, lines_of(fraud.promotion("fraud:1", "staging")))
    promotion = weighed(fraud)
    assert promotion.status.value == "live"
    assert deviations(promotion) == {}
    assert promotion.comparison
    auc = next(row for row in promotion.comparison.rows if row.metric == "auc")
    assert auc.spread, "as if their data differed"


def test_a_report_has_what_the_ledger_has_of_the_same_pair(fraud: World) -> None:
    promotion = weighed(fraud)
    for number in (0, 1):
        fraud.artifacts.lose(lines_of(promotion, number))
    for found in (compare(fraud.ports, TWO, ONE), compare(fraud.ports, ONE, TWO)):
        rows = {row.metric: row.paired_deviation for row in found.comparison.rows}
        assert {metric: rows[metric] for metric in deviations(promotion)} == deviations(promotion)


def refused(world: World) -> None:
    """The first version is tested and does not go live, so the second one is never weighed beside it."""
    world.models.answer_by("fraud-1-", lambda line: repr(1 - float(first_feature(line))))
    world.register("fraud")
    world.runs()
    assert world.status("fraud:1", "staging") == "refused"


def test_a_pair_that_was_never_weighed_is_weighed_when_somebody_asks(world: World) -> None:
    world.holds_out("fraud", ROWS)
    refused(world)
    assert weighed(world).trials[1:] == ()
    found = {row.metric: row.paired_deviation for row in compare(world.ports, TWO, ONE).comparison.rows}
    assert found["auc"]


def test_what_was_weighed_of_other_pairs_says_nothing_of_this_one(fraud: World) -> None:
    fraud.models.answer_by("fraud-3-", lambda line: repr(float(first_feature(line)) ** 2 // 0.1 / 10))
    second = weighed(fraud)
    fraud.register("fraud")
    fraud.runs()
    third = fraud.promotion("fraud:3", "staging")
    rows = compare(fraud.ports, Version("fraud", 3), ONE).comparison.rows
    found = {row.metric: row.paired_deviation for row in rows}
    assert found["auc"] not in {None, deviations(second)["auc"], deviations(third)["auc"]}


def test_what_is_not_weighed_yet_is_paired_too(fraud: World) -> None:
    seen: list[object] = []

    def look() -> None:
        promotion = fraud.promotion("fraud:2", "staging")
        assert promotion.comparison is None
        seen.append(reported_of(fraud.ports, promotion).comparison.rows)

    fraud.meanwhile("step.Weigh", look)
    promotion = weighed(fraud)
    assert promotion.comparison
    assert seen == [promotion.comparison.rows]


def test_a_report_beside_what_is_live_is_paired_too(fraud: World) -> None:
    fraud.brings("fraud:1", "production")
    weighed(fraud)
    rows = report(fraud.ports, TWO).comparison.rows
    assert any(row.paired_deviation for row in rows)


def test_tests_on_other_data_are_not_paired(world: World) -> None:
    world.holds_out("fraud", [(label, feature + 0.001) for label, feature in ROWS])
    refused(world)
    world.holds_out("fraud", ROWS)
    weighed(world)
    found = {row.metric: row.paired_deviation for row in compare(world.ports, TWO, ONE).comparison.rows}
    assert found["auc"] is None
