"""Sightings: what lay under a training job's inputs when it ran."""

import pytest

from bot.domain.lineage.dataset import Drift, Moment
from bot.domain.refusals import NotPossible
from bot.usecases.hear import TrainingChanged
from bot.usecases.sighting import changed_while_it_trained, drift_known, drifts
from tests.fakes.world import World

DATA, JOB = "s3://acme/train/", "churn-1"


@pytest.fixture
def training(world: World) -> World:
    """A job reads 40 files."""
    world.lineage.trained("churn:1", data=[DATA], job=JOB)
    for number in range(40):
        world.artifacts.put(f"{DATA}{number:02}.csv", f"{number}".encode())
    return world


def begins(world: World) -> None:
    world.hears(TrainingChanged(JOB, "InProgress"))


def ends(world: World) -> None:
    world.hears(TrainingChanged(JOB, "Completed"))


def test_the_data_is_seen_when_the_job_begins_and_when_it_ends(training: World) -> None:
    begins(training)
    ends(training)
    submitted, trained = training.origins.seen(JOB)
    assert (submitted.moment, trained.moment) == (Moment.SUBMITTED, Moment.TRAINED)
    assert (submitted.manifest.files, submitted.manifest.digest) == (40, trained.manifest.digest)
    assert submitted.listing == trained.listing  # one list for the same files


def test_an_event_that_comes_twice_or_late_changes_nothing(training: World) -> None:
    begins(training)
    (first,) = training.origins.seen(JOB)
    training.artifacts.put(f"{DATA}00.csv", b"other")
    begins(training)
    assert training.origins.seen(JOB) == [first]


def test_a_change_while_it_trains_is_known(training: World) -> None:
    begins(training)
    training.artifacts.put(f"{DATA}00.csv", b"other")
    ends(training)
    assert changed_while_it_trained(training.origins.seen(JOB)) == (DATA,)


def test_what_changed_since_is_counted(training: World) -> None:
    begins(training)
    ends(training)
    for name in ("00.csv", "01.csv"):
        training.artifacts.put(f"{DATA}{name}", b"other")
    training.artifacts.lose(f"{DATA}02.csv")
    training.artifacts.put(f"{DATA}new.csv", b"new")
    assert drifts(training.ports, JOB) == ((Drift(DATA, 40, rewritten=2, deleted=1, added=1),), ())
    assert drift_known(training.ports, JOB) == "3 of 40 files, 1 new"


def test_a_job_that_nobody_saw_is_seen_when_its_version_is_registered(training: World) -> None:
    training.announce("churn:1")
    (seen,) = training.origins.seen(JOB)
    assert seen.moment is Moment.REGISTERED
    assert drifts(training.ports, JOB) == ((), ())


def test_what_nobody_saw_is_said_to_be_unknown(training: World) -> None:
    assert drifts(training.ports, JOB) == ((), (DATA,))
    assert drift_known(training.ports, JOB) == ""


def test_an_input_that_cannot_be_listed_keeps_no_other_from_being_seen(world: World) -> None:
    world.lineage.trained("churn:1", data=["s3://gone/", DATA], job=JOB)
    world.artifacts.put(f"{DATA}a.csv", b"1")
    begins(world)
    assert [one.manifest.uri for one in world.origins.seen(JOB)] == [DATA]
    assert drifts(world.ports, JOB)[1] == ("s3://gone/",)


def test_a_job_that_nobody_knows_is_passed_over(world: World) -> None:
    world.hears(TrainingChanged("nobodys", "InProgress"))
    assert world.origins.seen("nobodys") == []


def test_the_card_says_that_the_data_has_changed(world: World) -> None:
    world.lineage.trained("churn:1", data=[DATA], job=JOB)
    world.artifacts.put(f"{DATA}a.csv", b"1")
    begins(world)
    world.artifacts.put(f"{DATA}a.csv", b"2")
    world.registry.delete(world.package("churn:1").version)
    world.register("churn", auc=0.9, training_job=JOB)
    world.brings("churn:1", "staging")
    world.runs()
    assert world.promotion("churn:1", "production").data_drift == "1 of 1 file"
    assert "Training data has changed since: 1 of 1 file." in world.card("churn:1", "production").words


def test_no_trouble_with_lineage_keeps_a_version_from_being_proposed(world: World) -> None:
    for call in ("lineage.origin", "lineage.channels", "origins.find", "origins.seen"):
        world.breaks(call, NotPossible("no"), times=50)
    world.register("churn", auc=0.9)
    world.runs()
    assert world.status("churn:1", "staging") == "live"
