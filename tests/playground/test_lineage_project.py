"""Recalls of a whole project: what the bot answers is what the plainest walk over its description finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from botocore.config import Config

from bot.aws.errors import Transient
from bot.domain.lineage.graph import Kind
from bot.domain.lineage.recall import recall as recalled
from bot.usecases import lineage
from bot.usecases.ports import Ports
from bot.usecases.recall import recall, starts_of
from bot.usecases.remember import read
from bot.usecases.traced import Asked, Recalled
from playground.apart import ApartAws
from playground.lineage_plan import Project
from playground.lineage_project import project
from tests.playground.lineage_kit import no_wrong_nothing, ports_of, said, walked
from tests.playground.lineage_walk import Walk

UNKNOWN: Final = (
    Asked("s3://acme-lake/raw/nobody/", Kind.DATA),
    Asked("s3://elsewhere/", Kind.DATA),
    Asked("train-nothing", Kind.JOB),
    Asked("nobody/serves:1", Kind.IMAGE),
    Asked("f" * 40, Kind.COMMIT),
)


@pytest.fixture(scope="module")
def aws() -> Iterator[ApartAws]:
    """An account with nothing in it but the project."""
    apart = ApartAws()
    yield apart
    apart.stop()


@pytest.fixture(scope="module")
def clients(aws: ApartAws) -> tuple[Any, Any]:
    """SageMaker's, which asks once, and DynamoDB's."""
    once = Config(retries={"total_max_attempts": 1})
    return aws.client("sagemaker", config=once), aws.client("dynamodb")


@pytest.fixture(scope="module")
def made(clients: tuple[Any, Any]) -> Project:
    return project(clients[0])


@pytest.fixture(scope="module")
def widest(made: Project) -> Asked:
    """The data set that most live versions learned from."""
    uri = max(made.data, key=lambda one: len(Walk(made).of_address(one).live()))
    return Asked(uri, Kind.DATA)


@pytest.fixture(scope="module")
def ports(aws: ApartAws, clients: tuple[Any, Any]) -> Ports:
    return ports_of(clients, aws.ledger("ledger"))


@pytest.fixture(scope="module")
def cold(ports: Ports, made: Project, widest: Asked) -> list[Recalled]:
    """The answers from the first one on, until every version is read."""
    answers = [recall(ports, widest)]
    while answers[-1].unread and len(answers) < len(made.versions):
        answers.append(recall(ports, widest))
    return answers


@pytest.fixture(scope="module")
def warm(ports: Ports, cold: list[Recalled]) -> Ports:
    """Every origin is read and kept."""
    assert not cold[-1].unread
    return ports


@pytest.fixture
def fresh(clients: tuple[Any, Any], warm: Ports) -> Ports:
    """A new process: it remembers no endpoint, the ledger has every origin."""
    assert warm.origins.all()
    return ports_of(clients, "ledger")


@contextmanager
def throttled(aws: ApartAws, call: str) -> Iterator[None]:
    """All of these calls are refused meanwhile."""
    aws.breaks(kind="error", call=call, code="ThrottlingException", message="Rate exceeded", times=9999)
    try:
        yield
    finally:
        aws.mends()


def prefixes(made: Project) -> list[str]:
    """Parts of data sets, what they are parts of, and objects in them."""
    return [
        "s3://acme-lake/",
        "s3://acme-lake/raw/",
        "s3://acme-lake/raw/sales",
        "s3://acme-lake/raw/sales-before-2024/part-1.csv",
        "s3://acme-lake/features/set-0",
        "s3://acme-lake/features/set-03/2026/01/part-0.parquet",
        "s3://acme-lake/shared",
        "s3://acme-trained/train-",
        "s3://acme-trained/loose/",
        made.versions[0].artifact,
    ]


def test_the_project_is_as_large_as_it_says(made: Project) -> None:
    assert len({one.name.partition(":")[0] for one in made.versions}) == 40
    assert (len(made.versions), len(made.data), len(made.loose)) == (200, 60, 3)
    assert len({one.endpoint for one in made.variants}) == 15


def test_a_recall_of_data_says_what_a_walk_finds(warm: Ports, made: Project) -> None:
    for uri in (*made.data[::3], *prefixes(made)):
        assert said(recall(warm, Asked(uri, Kind.DATA))) == walked(Walk(made).of_address(uri)), uri


def test_all_data_leads_to_the_versions_that_a_walk_finds(warm: Ports, made: Project) -> None:
    graph = lineage.known(warm)
    for uri in made.data:
        found = recalled(graph, starts_of(graph, Asked(uri, Kind.DATA))).learned
        assert {str(one.version) for one in found} == walked(Walk(made).of_address(uri))[0], uri


def test_a_recall_of_a_job_says_what_a_walk_finds(warm: Ports, made: Project) -> None:
    for job in made.jobs[::20]:
        assert said(recall(warm, Asked(job.name, Kind.JOB))) == walked(Walk(made).of_job(job.name)), job


def test_a_recall_of_an_image_or_a_commit_says_what_a_walk_finds(warm: Ports, made: Project) -> None:
    images = {job.image for job in made.jobs} | {one.image for one in made.versions}
    for image in sorted(images):
        assert said(recall(warm, Asked(image, Kind.IMAGE))) == walked(Walk(made).of_image(image)), image
    commits = sorted({job.commit for job in made.jobs} - {""})
    for sha in (commits[0], commits[-1], commits[len(commits) // 2][:10]):
        assert said(recall(warm, Asked(sha, Kind.COMMIT))) == walked(Walk(made).of_commit(sha)), sha


@pytest.mark.parametrize("asked", UNKNOWN, ids=lambda one: one.name)
def test_of_what_nobody_knows_the_endpoints_without_lineage_are_counted(
    warm: Ports, made: Project, asked: Asked
) -> None:
    answer = recall(warm, asked)
    assert said(answer) == (set(), set(), set(), {*made.loose, "brought-by-hand"})
    assert answer.found.starts == ()


def test_with_nothing_read_before_each_answer_says_how_much_of_it_is_missing(
    cold: list[Recalled], made: Project, widest: Asked
) -> None:
    walk = Walk(made).of_address(widest.name)
    assert [answer.unread for answer in cold] == [175, 150, 125, 100, 75, 50, 25, 0]
    assert [answer.versions for answer in cold] == [25, 50, 75, 100, 125, 150, 175, 200]
    for answer in cold:
        no_wrong_nothing(answer, walk)
        assert answer.found.gaps == ()
    assert said(cold[-1]) == walked(walk)
    assert len(cold[-1].exposed) > 1


@pytest.mark.parametrize("call", ["DescribeTrainingJob", "DescribeArtifact", "QueryLineage"])
def test_while_origins_are_throttled_the_answer_says_so_and_a_later_one_mends_it(  # noqa: PLR0913 - fixtures
    aws: ApartAws,
    clients: tuple[Any, Any],
    made: Project,
    widest: Asked,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
) -> None:
    monkeypatch.setattr(lineage, "MOST_READ", 5)
    ports, walk = ports_of(clients, aws.ledger(f"throttled-{call}")), Walk(made).of_address(widest.name)
    with throttled(aws, call):
        answer = recall(ports, widest)
    assert {gap.why for gap in answer.found.gaps} == {"SageMaker is throttling"}
    no_wrong_nothing(answer, walk)
    no_wrong_nothing(recall(ports, widest), walk)
    lacking = next(one for one in ports.origins.all() if not one.is_whole)
    assert read(ports, lacking.registered.version).is_whole


@pytest.mark.parametrize("call", ["ListEndpoints", "DescribeEndpoint", "DescribeModel"])
def test_while_endpoints_are_throttled_no_version_is_said_to_serve_nowhere(
    aws: ApartAws, fresh: Ports, made: Project, widest: Asked, call: str
) -> None:
    walk = Walk(made).of_address(widest.name)
    with throttled(aws, call):
        answer = recall(fresh, widest)
    assert {gap.why for gap in answer.found.gaps} == {"SageMaker is throttling"}
    no_wrong_nothing(answer, walk)
    assert said(answer)[0] == walk.versions
    assert said(recall(fresh, widest)) == walked(walk)


def test_a_registry_that_throttles_gives_no_answer_at_all(aws: ApartAws, warm: Ports, widest: Asked) -> None:
    with throttled(aws, "ListModelPackages"), pytest.raises(Transient):
        recall(warm, widest)
