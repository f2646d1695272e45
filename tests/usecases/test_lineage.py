"""Lineage: what a version came from, from all that anybody knows."""

import pytest

from bot.domain.lineage import keys
from bot.domain.lineage.graph import Gap, Kind, graph_of
from bot.domain.lineage.walks import upstream
from bot.domain.model import Version
from bot.domain.refusals import NotFound
from bot.usecases.asked import lineage_of
from bot.usecases.hear import TrainingChanged
from bot.usecases.lineage import trace, trace_endpoint, trace_live
from bot.usecases.traced import Asked, Recalled, Traced
from tests.fakes.reports import quality
from tests.fakes.world import World

RAW, FEATURES = "s3://acme/raw/", "s3://acme/features/"
CHURN = Version("churn", 1)
START = keys.version(CHURN)


@pytest.fixture
def trained(world: World) -> World:
    """churn:1 learned from features that a job made of raw data."""
    world.lineage.processed("prepare", reads=[RAW], writes=[FEATURES])
    world.lineage.trained("churn:1", data=[f"{FEATURES}train.csv"], job="churn-1", commit="4f2a9c1")
    world.time_passes(hours=2)
    return world


def above(found: Traced) -> set[str]:
    return set(upstream(found.graph, [found.start]))


class TestAVersion:
    def test_it_is_followed_down_to_the_raw_data(self, trained: World) -> None:
        found = trace(trained.ports, CHURN)
        assert found.start == START
        assert {keys.job("training", "churn-1"), f"{FEATURES}train.csv", keys.commit("4f2a9c1")} <= above(
            found
        )

    def test_through_a_job_that_only_another_version_s_graph_knows(self, trained: World) -> None:
        trained.lineage.trained("fraud:1", data=[FEATURES], job="fraud-1")
        trace(trained.ports, Version("fraud", 1))  # its graph has the job that wrote the features
        assert {keys.job("processing", "prepare"), RAW} <= above(trace(trained.ports, CHURN))

    def test_it_is_read_once(self, trained: World) -> None:
        trace(trained.ports, CHURN)
        before = trained.watch.calls.count("lineage.origin")
        trace(trained.ports, CHURN)
        assert trained.watch.calls.count("lineage.origin") == before

    def test_it_is_read_again_while_sagemaker_may_still_write_it_down(self, asking: World) -> None:
        assert trace(asking.ports, CHURN).start == START
        asking.lineage.trained("churn:1", data=[RAW])
        asking.time_passes(minutes=6)
        assert RAW in above(trace(asking.ports, CHURN))
        asking.time_passes(hours=2)
        trace(asking.ports, CHURN)
        asking.lineage.trained("churn:1", data=["s3://never/"])
        assert "s3://never/" not in above(trace(asking.ports, CHURN))

    def test_what_could_not_be_read_is_said_and_read_again(self, trained: World) -> None:
        trained.lineage.breaks(keys.job("training", "churn-1"))
        found = trace(trained.ports, CHURN)
        assert [gap.why for gap in found.gaps] == ["SageMaker is throttling"]
        assert found.branches >= 2
        trained.lineage.heals()
        assert trace(trained.ports, CHURN).gaps == ()

    def test_one_that_nobody_knows_is_refused(self, world: World) -> None:
        with pytest.raises(NotFound):
            trace(world.ports, Version("churn", 9))

    def test_one_that_was_deleted_is_still_known(self, trained: World) -> None:
        trace(trained.ports, CHURN)
        trained.registry.delete(CHURN)
        found = trace(trained.ports, CHURN)
        assert found.graph.by_key[START].fact("status") == "deleted"
        assert f"{FEATURES}train.csv" in above(found)

    def test_a_number_that_was_given_out_again_is_read_anew(self, trained: World) -> None:
        trace(trained.ports, CHURN)
        trained.registry.delete(CHURN)
        trained.time_passes(days=1)
        trained.registry.register("churn", number=1)
        assert f"{FEATURES}train.csv" not in {
            edge.before
            for edge in trained.ports.origins.find(CHURN).graph.edges  # type: ignore[union-attr]
        } or trace(trained.ports, CHURN)
        assert trained.watch.calls.count("lineage.origin") == 2

    def test_its_promotions_and_who_approved_them_are_in_it(self, asking: World) -> None:
        asking.brings("churn:1", "production")
        found = trace(asking.ports, CHURN)
        promotions = [node for node in found.graph.nodes if node.kind is Kind.PROMOTION]
        assert {node.name for node in promotions} == {"to staging", "to production"}
        production = next(node for node in promotions if node.name == "to production")
        assert production.fact("status") == "live"
        assert "U01ANA" in production.fact("approved by")


class TestTheData:
    def test_it_has_not_changed(self, trained: World) -> None:
        trained.artifacts.put(f"{FEATURES}train.csv", b"1,2")
        trained.announce("churn:1")
        found = trace(trained.ports, CHURN)
        assert (found.drifts, found.unseen) == ((), ())

    def test_it_has_changed_since(self, trained: World) -> None:
        trained.artifacts.put(f"{FEATURES}train.csv", b"1,2")
        trained.announce("churn:1")
        trained.artifacts.put(f"{FEATURES}train.csv", b"3,4")
        (drift,) = trace(trained.ports, CHURN).drifts
        assert str(drift) == "1 of 1 file"

    def test_nobody_saw_it(self, trained: World) -> None:
        assert trace(trained.ports, CHURN).unseen == (f"{FEATURES}train.csv",)


class TestWhatIsLive:
    def test_a_model_alone_means_what_is_live_at_the_top(self, asking: World) -> None:
        asking.brings("churn:1", "production")
        asking.register("churn", report=quality(auc=0.9))
        found = trace_live(asking.ports, "churn")
        assert (found.start, found.note) == (START, "churn:1 is what is live of churn in production.")

    def test_its_newest_version_where_nothing_is(self, asking: World) -> None:
        found = trace_live(asking.ports, "churn")
        assert found.note == "No version of churn in production is live; churn:1 is the newest."

    def test_an_endpoint_has_the_lineage_of_all_that_it_serves(self, trained: World) -> None:
        trained.lineage.serve("both", "churn:1", "90 %")
        trained.lineage.serve("both", "s3://who/knows.tar.gz", "10 %")
        found = trace_endpoint(trained.ports, "both")
        assert {START, "s3://who/knows.tar.gz", f"{FEATURES}train.csv"} <= above(found)

    def test_an_endpoint_that_is_not_there_is_refused(self, world: World) -> None:
        with pytest.raises(NotFound, match="no endpoint `churm`"):
            trace_endpoint(world.ports, "churm")


class TestWhatAWordMeans:
    def test_a_model_counts_first_then_an_endpoint_then_a_thing(self, trained: World) -> None:
        trained.lineage.serve("legacy", "churn:1")

        def ask(word: str) -> Traced | Recalled:
            return lineage_of(trained.ports, word, None, Asked(word))

        model, endpoint, found = ask("churn"), ask("legacy"), ask("churn-1")
        assert isinstance(model, Traced)
        assert isinstance(endpoint, Traced)
        assert (model.start, endpoint.start) == (START, keys.endpoint("legacy"))
        assert isinstance(found, Recalled)
        assert [one.version for one in found.found.learned] == [CHURN]

    def test_a_word_that_means_nothing_is_refused_as_a_model(self, trained: World) -> None:
        with pytest.raises(NotFound, match="nobody"):
            lineage_of(trained.ports, "nobody", None, Asked("nobody"))


class TestWhatGoesWrongLater:
    def test_what_was_read_whole_is_kept_though_the_job_is_gone_by_now(self, trained: World) -> None:
        trace(trained.ports, CHURN)
        trained.time_passes(hours=2)
        gone = graph_of(gaps=[Gap(START, "the job was deleted")])
        whole, trained.lineage.origin = trained.lineage.origin, lambda _: gone  # type: ignore[method-assign,assignment]
        found = trace(trained.ports, CHURN)
        assert f"{FEATURES}train.csv" in above(found)
        assert [gap.why for gap in found.gaps] in ([], ["the job was deleted"])
        trained.lineage.origin = whole  # type: ignore[method-assign]

    def test_data_that_changed_while_it_was_trained_on_is_told(self, trained: World) -> None:
        trained.artifacts.put(f"{FEATURES}train.csv", b"1,2")
        trained.hears(TrainingChanged("churn-1", "InProgress"))
        trained.artifacts.put(f"{FEATURES}train.csv", b"3,4")
        trained.hears(TrainingChanged("churn-1", "Completed"))
        assert trace(trained.ports, CHURN).unsteady == (f"{FEATURES}train.csv",)

    @pytest.mark.parametrize("call", ["lineage.channels", "artifacts.files"])
    def test_s3_or_sagemaker_being_busy_keeps_no_answer_back(self, trained: World, call: str) -> None:
        trained.artifacts.put(f"{FEATURES}train.csv", b"1,2")
        trained.announce("churn:1")
        trained.breaks(call, OSError("throttled"), times=5)
        assert f"{FEATURES}train.csv" in above(trace(trained.ports, CHURN))


class TestAddresses:
    @pytest.mark.parametrize(
        "word", ["arn:aws:s3:::acme/features/", "S3://acme/features/", "s3://acme/features/"]
    )
    def test_an_address_may_be_written_in_any_way(self, trained: World, word: str) -> None:
        found = lineage_of(trained.ports, "", None, Asked(word))
        assert isinstance(found, Recalled)
        assert [one.version for one in found.found.learned] == [CHURN]

    def test_the_arn_of_an_endpoint_or_a_package_is_followed_up(self, trained: World) -> None:
        trained.lineage.serve("churn", "churn:1")
        arn = trained.package("churn:1").arn
        for word in (arn, "arn:aws:sagemaker:us-east-1:123456789012:endpoint/churn"):
            found = lineage_of(trained.ports, "", None, Asked(word))
            assert isinstance(found, Traced)
            assert f"{FEATURES}train.csv" in above(found)
