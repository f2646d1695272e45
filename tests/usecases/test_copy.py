"""Copy: the project's own copy of exactly what was sealed."""

import json

from bot.domain.model import Container
from tests.fakes.world import World

ARTIFACT = "s3://models/churn-job-1/output/model.tar.gz"
CODE = "s3://models/code/sourcedir.tar.gz"


class TestCopy:
    def test_the_artifact_is_copied_and_what_was_copied_is_sealed_with_its_sha256(self, world: World) -> None:
        world.register("churn")
        world.runs()
        promotion = world.promotion("churn:1", "staging")
        (copy,) = promotion.copies
        assert copy.kept
        assert copy.kept.uri.startswith("s3://project/artifacts/")
        assert promotion.envelope
        assert promotion.envelope.facts["container 1 artifact sha256"] == copy.kept.sha256
        assert world.endpoints.deployed[0].parts[0].artifact == copy.kept.uri
        assert "own copy of 1 object" in world.card("churn:1", "staging").thread[2][1]

    def test_nothing_is_copied_twice_on_the_way_up(self, asking: World) -> None:
        assert asking.artifacts.copies == [ARTIFACT]

    def test_a_large_artifact_takes_more_than_one_go(self, world: World) -> None:
        world.artifacts.pauses = 3
        world.register("churn")
        world.runs()
        assert world.status("churn:1", "staging") == "live"
        assert world.execution("churn:1", "staging").visited.count("Copy") == 4

    def test_what_was_overwritten_between_seal_and_copy_is_weighed_anew_and_then_refused_for_that(
        self, world: World
    ) -> None:
        world.meanwhile("artifacts.keep", lambda: world.artifacts.put(ARTIFACT, b"another model"))
        world.register("churn")
        world.runs()
        first, second = world.promotions("churn:1", "staging")
        assert (first.status.value, second.status.value) == ("superseded", "refused")
        assert "container 1 artifact version: `v1` → `v" in first.last.text
        assert "was overwritten after churn:1 was registered (ETag `" in second.last.text

    def test_people_may_approve_what_was_overwritten_and_are_warned(self, asking: World) -> None:
        asking.artifacts.put(ARTIFACT, b"another model")
        asking.says("ana", "approve churn:1 to production")
        asking.runs()
        assert asking.status("churn:1", "production") == "asking"
        assert "was overwritten after churn:1 was registered" in asking.card("churn:1", "production").words

    def test_every_container_of_a_pipeline_and_the_code_beside_it_are_carried_along(
        self, world: World
    ) -> None:
        world.artifacts.put("s3://models/a.tar.gz", b"a")
        world.artifacts.put("s3://models/b.tar.gz", b"b")
        world.artifacts.put(CODE, b"code")
        containers = (
            Container("acme/prepare:1", "sha256:aa", "s3://models/a.tar.gz"),
            Container(
                "acme/predict:1",
                "sha256:bb",
                "s3://models/b.tar.gz",
                environment={"SAGEMAKER_SUBMIT_DIRECTORY": CODE, "MODE": "fast"},
                rest=json.dumps({"ContainerHostname": "second"}),
            ),
        )
        world.register("churn", containers=containers)
        world.runs()
        first, second = world.endpoints.deployed[0].parts
        assert (first.image, second.image) == ("acme/prepare@sha256:aa", "acme/predict@sha256:bb")
        assert second.environment["MODE"] == "fast"
        assert second.environment["SAGEMAKER_SUBMIT_DIRECTORY"].startswith("s3://project/artifacts/")
        assert second.environment["SAGEMAKER_SUBMIT_DIRECTORY"].endswith("/sourcedir.tar.gz")
        assert second.hostname == "second"
        assert sorted(world.artifacts.copies) == sorted(
            ["s3://models/a.tar.gz", "s3://models/b.tar.gz", CODE]
        )

    def test_a_prefix_in_the_environment_is_refused_by_name(self, world: World) -> None:
        container = Container("acme/x:1", "sha256:1", "", environment={"EXTRA": "s3://models/lots/"})
        world.register("churn", containers=(container,))
        world.runs()
        assert world.status("churn:1", "staging") == "refused"
        assert "EXTRA of container 1 names something in S3" in world.card("churn:1", "staging").words

    def test_an_artifact_that_is_not_there_is_refused_with_its_address(self, world: World) -> None:
        world.register("churn", containers=(Container("acme/x:1", "sha256:1", "s3://models/gone.tar.gz"),))
        world.runs()
        assert world.status("churn:1", "staging") == "refused"
        assert "s3://models/gone.tar.gz" in world.card("churn:1", "staging").words
