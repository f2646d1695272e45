"""The Lineage contract, on the fake and on SageMaker."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from bot.domain.lineage import keys
from bot.domain.lineage.graph import Kind, Relation, Witness
from bot.domain.lineage.overlaps import with_overlaps
from bot.domain.lineage.walks import upstream
from bot.domain.refusals import NotFound, NotPossible
from bot.usecases.origins import Channel
from playground.aws import LocalAws
from tests.contracts.benches import unique
from tests.contracts.lineage_benches import IMAGE, Bench, OnAws, OnFake, an_outcome

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["fake", "real"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "fake":
        yield OnFake()
        return
    bench = OnAws(request.getfixturevalue("aws"))
    yield bench
    bench.aws.faults.clear()


class TestOrigin:
    def test_a_version_came_from_its_data_its_image_and_its_commit(self, bench: Bench) -> None:
        job, data = unique("Fit"), f"s3://raw/{unique('data')}/"
        package = bench.trained(unique("model"), data, job=job, commit="c0ffee1")
        graph = bench.lineage.origin(package)
        version, ran = keys.version(package.version), keys.job("training", job)
        assert {data, ran, keys.image(IMAGE), keys.commit("c0ffee1"), package.containers[0].artifact} <= set(
            upstream(graph, [version])
        )
        assert graph.by_key[ran].fact("status") == "Completed"
        assert graph.by_key[ran].name == job
        assert graph.by_key[version].fact("registered")
        assert graph.by_key[package.containers[0].artifact].kind is Kind.ARTIFACT
        assert graph.gaps == ()

    def test_the_edges_say_what_each_thing_did(self, bench: Bench) -> None:
        job, data = unique("fit"), f"s3://raw/{unique('data')}/"
        package = bench.trained(unique("model"), data, job=job)
        graph = bench.lineage.origin(package)
        artifact, ran = package.containers[0].artifact, keys.job("training", job)
        said = {(edge.before, edge.after): edge.relation for edge in graph.edges}
        assert said[data, ran] is Relation.READ_BY
        assert said[keys.image(IMAGE), ran] is Relation.RUN_BY
        assert said[ran, artifact] is Relation.MADE
        assert said[artifact, keys.version(package.version)] is Relation.REGISTERED_AS
        (read,) = [edge for edge in graph.edges if edge.before == data]
        assert read.fact("channel") == "channel-1"

    def test_an_approval_is_no_part_of_it(self, bench: Bench) -> None:
        package = bench.trained(unique("model"), "s3://raw/x/", job=unique("fit"))
        graph = bench.lineage.origin(package)
        assert not graph.by_key[keys.version(package.version)].fact("approval")

    def test_a_job_that_must_not_be_read_is_a_gap_above_the_version(self, bench: Bench) -> None:
        job = unique("fit")
        package = bench.trained(unique("model"), "s3://raw/x/", job=job)
        why = bench.forbids(job)
        graph = bench.lineage.origin(package)
        key = keys.job("training", job)
        assert [(gap.at, gap.why) for gap in graph.gaps] == [(key, why)]
        assert key in upstream(graph, [keys.version(package.version)])

    def test_calls_are_counted(self, bench: Bench) -> None:
        package = bench.trained(unique("model"), "s3://raw/x/", job=unique("fit"))
        before = bench.lineage.calls
        bench.lineage.origin(package)
        assert bench.lineage.calls > before


class TestChannels:
    def test_a_job_names_what_it_reads_in_order(self, bench: Bench) -> None:
        job = unique("fit")
        bench.trained(unique("model"), "s3://raw/b/", "s3://raw/a/", job=job)
        assert list(bench.lineage.channels(job)) == [
            Channel("channel-1", "s3://raw/b/"),
            Channel("channel-2", "s3://raw/a/"),
        ]

    def test_a_job_that_is_not_there_has_none(self, bench: Bench) -> None:
        with pytest.raises(NotFound, match="has no training job “nothing” any more"):
            bench.lineage.channels("nothing")


class TestRegistered:
    def test_versions_of_all_models_come_newest_first(self, bench: Bench) -> None:
        one, other = unique("model"), unique("model")
        packages = [bench.trained(name, "s3://raw/x/", job=unique("fit")) for name in (one, other, one)]
        found = [entry for entry in bench.lineage.registered() if entry.version.model in {one, other}]
        assert [entry.arn for entry in found] == [package.arn for package in reversed(packages)]
        assert [str(entry.version) for entry in found] == [f"{one}:2", f"{other}:1", f"{one}:1"]
        assert found[0].registered_at == packages[2].registered_at


class TestEndpoints:
    def test_an_endpoint_serves_a_version_with_all_of_the_traffic(self, bench: Bench) -> None:
        package, endpoint = bench.trained(unique("m"), "s3://raw/x/", job=unique("fit")), unique("Endpoint")
        bench.serves(endpoint, package)
        graph = bench.lineage.endpoints()
        (edge,) = graph.into[keys.endpoint(endpoint)]
        assert (edge.before, edge.relation) == (keys.version(package.version), Relation.SERVED_BY)
        assert edge.fact("traffic") == "100 %"
        node = graph.by_key[keys.endpoint(endpoint)]
        assert (node.kind, node.name, node.fact("status")) == (Kind.ENDPOINT, endpoint, "InService")

    def test_a_model_that_nobody_registered_is_there_by_its_artifact(self, bench: Bench) -> None:
        endpoint, artifact = unique("endpoint"), f"s3://loose/{unique('it')}/model.tar.gz"
        bench.serves_artifact(endpoint, artifact)
        edges = bench.lineage.endpoints().into[keys.endpoint(endpoint)]
        assert artifact in {edge.before for edge in edges if edge.relation is Relation.SERVED_BY}


class TestWrite:
    def test_an_outcome_is_written_once(self, bench: Bench) -> None:
        package, endpoint = bench.trained(unique("m"), "s3://raw/x/", job=unique("fit")), unique("endpoint")
        bench.serves(endpoint, package)
        promotion = unique("p").replace("-", "_")
        for _ in range(2):
            bench.lineage.write(an_outcome(package, endpoint, promotion, AT))
        assert bench.actions(promotion) == ["Approval", "ModelDeployment"]

    def test_an_endpoint_that_is_gone_is_a_sentence(self, bench: Bench) -> None:
        package = bench.trained(unique("model"), "s3://raw/x/", job=unique("fit"))
        with pytest.raises(NotPossible, match="`gone` is not there any more"):
            bench.lineage.write(an_outcome(package, "gone", unique("p"), AT))


class TestOnAws:
    def test_data_that_a_processing_job_made_leads_on_to_what_it_read(self, aws: LocalAws) -> None:
        bench, raw, clean = OnAws(aws), f"s3://raw/{unique('raw')}/", f"s3://clean/{unique('clean')}/"
        sagemaker = bench.sagemaker
        source, made = (
            sagemaker.create_artifact(Source={"SourceUri": uri}, ArtifactType="DataSet")["ArtifactArn"]
            for uri in (raw, clean)
        )
        sagemaker.add_association(SourceArn=source, DestinationArn=made, AssociationType="DerivedFrom")
        package = bench.trained(unique("model"), clean, job=unique("fit"))
        graph = bench.lineage.origin(package)
        assert raw in upstream(graph, [keys.version(package.version)])
        assert graph.gaps == ()

    def test_studio_sees_the_way_from_the_package_to_the_endpoint(self, aws: LocalAws) -> None:
        bench, endpoint, promotion = OnAws(aws), unique("endpoint"), unique("p")
        package = bench.trained(unique("model"), "s3://raw/x/", job=unique("fit"))
        bench.serves(endpoint, package)
        bench.lineage.write(an_outcome(package, endpoint, promotion, AT))
        sagemaker = bench.sagemaker
        arn = sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointArn"]
        contexts = sagemaker.list_contexts(SourceUri=arn)["ContextSummaries"]
        (context,) = [one["ContextArn"] for one in contexts if one["ContextType"] == "Endpoint"]
        above = sagemaker.query_lineage(StartArns=[context], Direction="Ascendants")["Vertices"]
        (artifact,) = sagemaker.list_artifacts(SourceUri=package.arn)["ArtifactSummaries"]
        assert artifact["ArtifactArn"] in {vertex["Arn"] for vertex in above}
        action = sagemaker.describe_action(ActionName=f"mlops-approval-{promotion}")
        assert action["Properties"]["envelope"] == "sha256:" + "e" * 64
        assert action["Source"]["SourceUri"] == f"mlops:promotion/{promotion}"

    def test_an_endpoint_at_rest_is_described_once(self, aws: LocalAws) -> None:
        bench, endpoint, asked = OnAws(aws), unique("endpoint"), list[str]()
        bench.serves_artifact(endpoint, "s3://loose/model.tar.gz")

        def hear(params: dict[str, str], **_: object) -> None:
            asked.append(params["EndpointName"])

        event = "provide-client-params.sagemaker.DescribeEndpoint"
        bench.sagemaker.meta.events.register(event, hear)
        for _ in range(2):
            bench.lineage.endpoints()
        bench.sagemaker.meta.events.unregister(event, hear)
        assert asked.count(endpoint) == 1


class TestSageMakersOwnGraph:
    """What the local SageMaker adds to its graph by itself, read by the real adapter."""

    def test_a_processing_job_that_feeds_a_training_job_is_above_the_version(self, aws: LocalAws) -> None:
        bench, raw, clean = OnAws(aws), f"s3://raw/{unique('raw')}/", f"s3://clean/{unique('clean')}/"
        prepare, fit = unique("prepare"), unique("fit")
        bench.processed(prepare, reads=raw, writes=clean)
        package = bench.trained(unique("model"), clean, job=fit, commit="c0ffee1")
        graph = bench.lineage.origin(package)
        version, artifact = keys.version(package.version), package.containers[0].artifact
        edges = {(edge.before, edge.after): edge for edge in graph.edges}
        steps = [raw, keys.job("processing", prepare), clean, keys.job("training", fit), artifact, version]
        relations = [edges[ends].relation for ends in pairwise(steps)]
        assert relations == [
            Relation.READ_BY,
            Relation.MADE,
            Relation.READ_BY,
            Relation.MADE,
            Relation.REGISTERED_AS,
        ]
        assert {Witness.LINEAGE, Witness.DESCRIBED} <= set(edges[raw, steps[1]].witnesses)
        assert Witness.LINEAGE in edges[artifact, version].witnesses
        assert graph.gaps == ()
        kinds = {node.kind for node in graph.nodes}
        assert Kind.OTHER not in kinds  # approvals and groups only lead on

    @pytest.mark.parametrize("inside", ["train/", "train/2026/part-1.csv"])
    def test_what_was_written_around_an_input_is_found_too(self, aws: LocalAws, inside: str) -> None:
        bench, raw, clean = OnAws(aws), f"s3://raw/{unique('raw')}/", f"s3://clean/{unique('clean')}/"
        prepare = unique("prepare")
        bench.processed(prepare, reads=raw, writes=clean)
        package = bench.trained(unique("model"), f"{clean}{inside}", job=unique("fit"))
        graph = with_overlaps(bench.lineage.origin(package))
        assert raw in upstream(graph, [keys.version(package.version)])

    def test_a_job_with_capitals_in_its_name_is_found_though_its_arn_has_none(self, aws: LocalAws) -> None:
        bench, raw, clean = OnAws(aws), f"s3://raw/{unique('raw')}/", f"s3://clean/{unique('clean')}/"
        prepare = unique("pipelines-Prepare")  # as SageMaker Pipelines name them
        bench.processed(prepare, reads=raw, writes=clean)
        graph = bench.lineage.origin(bench.trained(unique("model"), clean, job=unique("fit")))
        assert graph.by_key[keys.job("processing", prepare)].name == prepare
        assert graph.gaps == ()

    def test_a_processing_job_that_writes_over_its_input_is_a_cycle_that_ends(self, aws: LocalAws) -> None:
        bench, data = OnAws(aws), f"s3://raw/{unique('same')}/"
        prepare = unique("prepare")
        bench.processed(prepare, reads=data, writes=data)
        package = bench.trained(unique("model"), data, job=unique("fit"))
        graph = bench.lineage.origin(package)
        assert {data, keys.job("processing", prepare)} <= set(
            upstream(graph, [keys.version(package.version)])
        )
        assert graph.gaps == ()

    def test_more_data_than_a_page_of_a_query_has_is_all_there(self, aws: LocalAws) -> None:
        bench, stem = OnAws(aws), unique("part")
        parts = [f"s3://raw/{stem}/{number}/" for number in range(70)]
        clean = f"s3://clean/{stem}/"
        made = bench.sagemaker.create_artifact(Source={"SourceUri": clean}, ArtifactType="DataSet")[
            "ArtifactArn"
        ]
        for uri in parts:
            part = bench.sagemaker.create_artifact(Source={"SourceUri": uri}, ArtifactType="DataSet")
            bench.sagemaker.add_association(SourceArn=part["ArtifactArn"], DestinationArn=made)
        package = bench.trained(unique("model"), clean, job=unique("fit"))
        graph = bench.lineage.origin(package)
        assert set(parts) <= set(upstream(graph, [keys.version(package.version)]))
        assert graph.gaps == ()

    def test_data_further_up_than_a_query_goes_is_found(self, aws: LocalAws) -> None:
        bench, stem = OnAws(aws), unique("step")
        data = [f"s3://raw/{stem}/{number}/" for number in range(6)]
        for before, after in pairwise(data):
            bench.processed(unique("prepare"), reads=before, writes=after)
        package = bench.trained(unique("model"), data[-1], job=unique("fit"))
        graph = bench.lineage.origin(package)
        assert data[0] in upstream(graph, [keys.version(package.version)])
        assert graph.gaps == ()

    def test_a_job_that_was_deleted_is_read_from_its_trial_component(self, aws: LocalAws) -> None:
        bench, data, job = OnAws(aws), f"s3://raw/{unique('data')}/", unique("fit")
        package = bench.trained(unique("model"), data, job=job)
        aws.faults.inject({"kind": "gone", "call": "DescribeTrainingJob", "name": job})
        graph = bench.lineage.origin(package)
        aws.faults.clear()
        key = keys.job("training", job)
        assert [(gap.at, gap.why) for gap in graph.gaps] == [(key, "the job was deleted")]
        assert data in upstream(graph, [keys.version(package.version)])

    def test_the_context_that_sagemaker_made_of_an_endpoint_is_the_one_written_to(
        self, aws: LocalAws
    ) -> None:
        bench, endpoint, promotion = OnAws(aws), unique("Endpoint"), unique("p")
        package = bench.trained(unique("model"), "s3://raw/x/", job=unique("fit"))
        bench.serves(endpoint, package)
        bench.lineage.write(an_outcome(package, endpoint, promotion, AT))
        sagemaker = bench.sagemaker
        arn = sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointArn"]
        (context,) = sagemaker.list_contexts(SourceUri=arn)["ContextSummaries"]
        rows = sagemaker.list_associations(DestinationArn=context["ContextArn"])["AssociationSummaries"]
        names = {row["SourceName"] for row in rows}
        assert f"mlops-deployment-{promotion}" in names
        assert [name.endswith("-aws-endpoint") for name in sorted(names)] == [True, False]
