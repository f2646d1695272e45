"""Report and compare: a version's evidence beside another's."""

import pytest

from bot.domain.model import Version
from bot.domain.refusals import NotFound, NotPossible
from bot.usecases.report import compare, report, reported_of
from tests.fakes.reports import quality
from tests.fakes.world import World

ONE, TWO = Version("churn", 1), Version("churn", 2)


def rows(found: object) -> dict[str, tuple[float | None, float | None]]:
    return {row.metric: (row.candidate, row.champion) for row in found.comparison.rows}  # type: ignore[attr-defined]


def test_a_first_version_stands_alone(world: World) -> None:
    world.register("churn", auc=0.9)
    found = report(world.ports, ONE)
    assert (found.comparison.champion, found.champion, found.stage) == (None, None, "production")
    assert rows(found)["auc"] == (0.9, None)


def test_a_version_stands_beside_what_is_live_at_the_top(world: World) -> None:
    world.register("churn", auc=0.9)
    world.brings("churn:1", "staging")
    world.brings("churn:1", "production")
    world.register("churn", auc=0.91)
    found = report(world.ports, TWO)
    assert found.comparison.champion == ONE
    assert rows(found)["auc"] == (0.91, 0.9)


def test_two_versions_that_nobody_deployed_are_compared(world: World) -> None:
    world.register("churn", auc=0.9)
    world.register("churn", auc=0.85)
    found = compare(world.ports, ONE, TWO)
    assert (found.comparison.champion, found.stage) == (TWO, "")
    assert rows(found)["auc"] == (0.9, 0.85)


def test_tests_on_the_same_data_are_compared_not_the_claims(world: World) -> None:
    world.holds_out("fraud")
    for claim in (0.99, 0.98):
        world.register("fraud", report=quality(auc=claim))
        world.runs()
    found = compare(world.ports, Version("fraud", 2), Version("fraud", 1))
    ours, theirs = rows(found)["auc"]
    assert ours is not None
    assert theirs is not None
    assert (round(ours, 3), round(theirs, 3)) == (0.889, 0.889)
    assert found.comparison.incomparable == ""


def test_a_test_and_a_claim_are_not_comparable(world: World) -> None:
    world.holds_out("fraud")
    world.register("fraud", report=quality(auc=0.9))
    world.runs()
    world.register("fraud", report=quality(auc=0.95))
    found = compare(world.ports, Version("fraud", 1), Version("fraud", 2))
    assert found.comparison.incomparable
    (row,) = [row for row in found.comparison.rows if row.metric == "auc"]
    assert (row.difference, row.better) == (None, None)


@pytest.mark.parametrize(
    ("other", "error", "words"),
    [
        (ONE, NotPossible, "is the same as churn:1"),
        (Version("churn", 9), NotFound, "no churn:9"),
        (None, NotPossible, "Nothing is live in production. Name the version to compare with"),
    ],
)
def test_what_cannot_be_compared_is_said(
    world: World, other: Version | None, error: type[Exception], words: str
) -> None:
    world.register("churn")
    with pytest.raises(error, match=words):
        compare(world.ports, ONE, other)


@pytest.mark.parametrize(
    ("arn", "words"),
    [
        ("", "Nothing but churn:1 is live"),
        ("arn:aws:sagemaker:::model-package/x", "What serves is no version"),
    ],
)
def test_so_is_what_serves_where_it_is_no_other_version(world: World, arn: str, words: str) -> None:
    world.register("churn")
    world.endpoints.serves("churn", arn or world.package("churn:1").arn)
    with pytest.raises(NotPossible, match=words):
        compare(world.ports, ONE, None)


def test_a_card_reports_what_was_weighed_for_it(asking: World) -> None:
    promotion = asking.promotion("churn:1", "production")
    found = reported_of(asking.ports, promotion)
    assert found.comparison == promotion.comparison
    assert found.stage == "production"


def test_the_evidence_is_told_with_the_question(asking: World) -> None:
    (told,) = [words for _, words in asking.card("churn:1", "production").thread if "Waiting for" in words]
    assert "Every guardrail holds" in told
    assert "AUC" in told
