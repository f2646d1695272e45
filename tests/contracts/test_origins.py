"""The Origins contract, on the fake and on DynamoDB."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.aws.origins import DynamoOrigins
from bot.domain.artifact import Manifest
from bot.domain.lineage import keys
from bot.domain.lineage.dataset import Moment, Sighting
from bot.domain.lineage.graph import Edge, Gap, Graph, Relation, Witness, graph_of
from bot.domain.model import Version
from bot.usecases.origins import Origin, Origins, Registered
from tests.contracts.benches import START, unique
from tests.fakes.origins import FakeOrigins

if TYPE_CHECKING:
    from playground.aws import LocalAws


@pytest.fixture(params=["fake", "real"])
def origins(request: pytest.FixtureRequest) -> Origins:
    if request.param == "fake":
        return FakeOrigins()
    aws: LocalAws = request.getfixturevalue("aws")
    return DynamoOrigins(aws.client("dynamodb"), request.getfixturevalue("table"))


def an_origin(*gaps: Gap, model: str = "", data: str = "s3://b/raw/") -> Origin:
    version = Version(model or unique("model"), 1)
    edge = Edge(data, f"version:{version}", Relation.LED_TO, (Witness.LINEAGE,))
    arn = f"arn:aws:sagemaker:us-east-1:123456789012:model-package/{version.model}/1"
    return Origin(Registered(version, arn, START), graph_of(edges=[edge], gaps=gaps), START)


GAP = Gap("s3://b/raw/", "SageMaker is throttling")


class TestOrigins:
    def test_what_was_never_kept_is_found_as_nothing(self, origins: Origins) -> None:
        assert origins.find(Version(unique("model"), 1)) is None

    def test_it_is_read_back_whole_and_listed(self, origins: Origins) -> None:
        origin = an_origin()
        origins.keep(origin)
        assert origins.find(origin.registered.version) == origin
        assert origin in origins.all()

    def test_what_is_whole_is_never_replaced_by_what_is_not(self, origins: Origins) -> None:
        whole = an_origin()
        partial = replace(whole, graph=replace(whole.graph, gaps=(GAP,)))
        origins.keep(partial)
        assert origins.find(whole.registered.version) == partial
        origins.keep(whole)
        origins.keep(partial)
        assert origins.find(whole.registered.version) == whole

    def test_a_partial_one_is_replaced_by_a_later_look(self, origins: Origins) -> None:
        first = an_origin(GAP)
        second = replace(first, read_at=START + timedelta(minutes=1))
        origins.keep(first)
        origins.keep(second)
        assert origins.find(first.registered.version) == second

    def test_a_number_that_was_given_out_again_is_another_version(self, origins: Origins) -> None:
        old = an_origin()
        again = replace(old.registered, registered_at=START + timedelta(days=1))
        new = replace(old, registered=again, graph=replace(old.graph, gaps=(GAP,)))
        origins.keep(old)
        origins.keep(new)
        origins.keep(old)
        assert origins.find(old.registered.version) == new

    def test_what_a_processing_job_read_and_wrote_is_kept_once(self, origins: Origins) -> None:
        uri = f"s3://b/{unique('raw')}/"
        first, second = unique("job"), unique("job")
        graphs = [
            graph_of(edges=[Edge(uri, keys.job("processing", job), Relation.READ_BY, (Witness.LINEAGE,))])
            for job in (first, second)
        ]
        for job, graph in zip((first, second), graphs, strict=True):
            origins.keep_job(job, graph)
        assert graphs[0] in origins.jobs()
        assert graphs[1] not in origins.jobs()  # it read and made the same

    def test_a_large_graph_is_read_back_or_said_to_be_too_large(self, origins: Origins) -> None:
        edges = [
            Edge(f"s3://b/{n}/{n * 7919 % 10007}", "job:training/t", Relation.READ_BY, (Witness.LINEAGE,))
            for n in range(5000)
        ]
        origin = replace(an_origin(), graph=Graph(edges=tuple(sorted(edges))))
        origins.keep(origin)
        found = origins.find(origin.registered.version)
        assert found
        assert found.graph == origin.graph or not found.is_whole


def a_sighting(
    job: str, moment: Moment = Moment.SUBMITTED, channel: str = "train", digest: str = "d1"
) -> Sighting:
    manifest = Manifest("s3://b/raw/", digest, 40, 1 << 20)
    return Sighting(job, channel, moment, START, manifest, "s3://p/listings/d1.json.gz")


class TestSightings:
    def test_all_of_a_job_come_back_oldest_first(self, origins: Origins) -> None:
        job = unique("job")
        later = replace(a_sighting(job, Moment.TRAINED), at=START + timedelta(hours=1))
        for one in (later, a_sighting(job), a_sighting(job, channel="labels"), a_sighting(unique("job"))):
            origins.see(one)
        assert [(one.channel, one.moment) for one in origins.seen(job)] == [
            ("labels", Moment.SUBMITTED),
            ("train", Moment.SUBMITTED),
            ("train", Moment.TRAINED),
        ]
        assert origins.seen(job)[-1] == later

    def test_the_first_of_a_moment_stays(self, origins: Origins) -> None:
        job = unique("job")
        origins.see(a_sighting(job))
        origins.see(a_sighting(job, digest="d2"))
        assert [one.manifest.digest for one in origins.seen(job)] == ["d1"]

    def test_nothing_was_seen_of_a_job_that_nobody_looked_at(self, origins: Origins) -> None:
        assert origins.seen(unique("job")) == []
