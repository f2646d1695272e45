"""Recall: which versions learned from a thing, and what of that cannot be judged."""

from typing import Any

import pytest

from bot.aws.lineage_descriptions import flows
from bot.domain.lineage import keys
from bot.domain.lineage.graph import Kind
from bot.domain.model import Version
from bot.usecases import lineage as reading
from bot.usecases.hear import EvaluationEnded
from bot.usecases.recall import recall
from bot.usecases.traced import Asked, Recalled
from tests.fakes.world import World

RAW = "s3://acme/raw/"


def told(job: str, read: str, written: str) -> dict[str, Any]:
    """What SageMaker's event says of a processing job."""
    return {
        "ProcessingJobName": job,
        "ProcessingInputs": [{"InputName": "in", "S3Input": {"S3Uri": read}}],
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": "out", "S3Output": {"S3Uri": written}}]},
    }


@pytest.fixture
def town(world: World) -> World:
    """Three models, two of which learned from raw data, and three endpoints, one without lineage."""
    world.lineage.processed("prepare", reads=[RAW], writes=["s3://acme/features/"])
    world.lineage.trained(
        "churn:1", data=["s3://acme/features/"], image="acme/xgboost:1.7", commit="4f2a9c1be"
    )
    world.lineage.trained("churn:2", data=["s3://acme/features/"])
    world.lineage.trained("fraud:1", data=[f"{RAW}fraud.csv"])
    world.lineage.trained("price:1", data=["s3://other/"])
    world.lineage.serve("churn", "churn:2", "90 %")
    world.lineage.serve("price", "price:1")
    world.lineage.serve("legacy", "s3://who/knows.tar.gz")
    world.time_passes(hours=2)
    return world


def versions(found: Recalled) -> list[str]:
    return [str(one.version) for one in found.found.learned]


def test_everything_that_learned_from_data_is_found_what_is_live_first(town: World) -> None:
    found = recall(town.ports, Asked(RAW))
    assert versions(found) == ["churn:2", "churn:1", "fraud:1"]
    (exposed,) = found.exposed
    assert (str(exposed.version), exposed.endpoint, exposed.share) == ("churn:2", "churn", "90 %")
    assert (exposed.stage, exposed.promotion) == ("production", None)
    assert [node.name for node in found.found.unjudged] == ["legacy"]
    assert (found.found.endpoints, found.versions, found.unread) == (3, 4, 0)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (Asked(f"{RAW}fraud.csv"), ["churn:2", "churn:1", "fraud:1"]),  # raw holds it, and prepare read raw
        (Asked("s3://acme/features/part-1.csv"), ["churn:2", "churn:1"]),
        (Asked("s3://acme/"), ["churn:2", "churn:1", "fraud:1"]),
        (Asked("prepare", Kind.JOB), ["churn:2", "churn:1"]),
        (Asked("Prepare"), ["churn:2", "churn:1"]),
        (Asked("acme/xgboost:1.7"), ["churn:1"]),
        (Asked("4f2a9c1", Kind.COMMIT), ["churn:1"]),
        (Asked("4f2a"), []),  # too short to be sure of
        (Asked("s3://nobody/knows/"), []),
        (Asked("xgboost:9"), []),
        (Asked("prepare", Kind.DATA), []),
    ],
)
def test_what_can_be_asked_for(town: World, asked: Asked, wanted: list[str]) -> None:
    assert versions(recall(town.ports, asked)) == wanted


def test_an_address_that_nobody_knows_is_said_to_be_unknown(town: World) -> None:
    found = recall(town.ports, Asked("s3://nobody/`knows`/"))
    assert found.found.starts == ()
    assert [node.name for node in found.found.unjudged] == ["legacy"]


def test_who_approved_what_is_live_is_told(asking: World) -> None:
    asking.lineage.trained("churn:1", data=[RAW])
    asking.time_passes(minutes=6)
    asking.brings("churn:1", "production")
    asking.lineage.serve("churn", "churn:1")
    (exposed,) = recall(asking.ports, Asked(RAW)).exposed
    assert exposed.promotion is not None
    assert [consent.person for consent in exposed.promotion.consents] == ["U01ANA", "U03RITA"]


def test_a_branch_that_cannot_be_read_is_never_a_no(town: World) -> None:
    town.lineage.breaks(keys.version(Version("price", 1)))
    found = recall(town.ports, Asked("s3://nobody/"))
    assert {node.name for node in found.found.unjudged} == {"legacy", "price"}
    assert found.found.gaps


def test_versions_that_are_not_read_yet_are_counted_and_read_next_time(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_READ", 3)
    found = recall(town.ports, Asked(RAW))
    assert (found.unread, found.versions) == (1, 3)
    assert recall(town.ports, Asked(RAW)).unread == 0


def test_what_is_read_once_is_not_read_again(town: World) -> None:
    recall(town.ports, Asked(RAW))
    before = town.watch.calls.count("lineage.origin")
    recall(town.ports, Asked(RAW))
    assert town.watch.calls.count("lineage.origin") == before == 4


@pytest.mark.parametrize(
    ("written", "read"),
    [("s3://lake/out/", "s3://lake/out/train/"), ("s3://lake/out/2026/", "s3://lake/out/")],
)
def test_a_processing_job_that_was_heard_of_joins_what_it_wrote_to_what_was_read(
    world: World, written: str, read: str
) -> None:
    world.hears(EvaluationEnded("prepare", (written,), flows("processing", told("prepare", RAW, written))))
    world.lineage.trained("churn:1", data=[read])
    assert versions(recall(world.ports, Asked(RAW))) == ["churn:1"]
    assert versions(recall(world.ports, Asked("prepare", Kind.JOB))) == ["churn:1"]


def test_a_version_that_cannot_be_looked_up_now_is_not_read_yet(town: World) -> None:
    town.breaks("registry.package", OSError("throttled"), times=2)
    found = recall(town.ports, Asked(RAW))
    assert (found.unread, found.versions) == (2, 2)
    assert recall(town.ports, Asked(RAW)).unread == 0


def test_versions_that_can_never_be_read_keep_no_other_from_being_read(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_READ", 2)
    for version in (Version("price", 1), Version("fraud", 1)):
        town.lineage.breaks(keys.version(version))
    for _ in range(3):
        found = recall(town.ports, Asked(RAW))
        town.time_passes(minutes=10)
    assert found.unread == 0
    assert {"churn:1", "churn:2"} <= set(versions(found))
