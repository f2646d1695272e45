"""The Transforms contract, on the fake and on SageMaker's batch transform."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bot.domain.policy import Instance
from bot.domain.refusals import NotPossible
from bot.usecases.hosting import Transform
from playground.aws import LocalAws
from tests.contracts.benches import unique
from tests.contracts.transform_benches import AwsBench, Bench, FakeBench, a_transform


@pytest.fixture(params=["fake", "real"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "fake":
        yield FakeBench()
        return
    aws: LocalAws = request.getfixturevalue("aws")
    yield AwsBench(aws)
    aws.faults.clear()


@pytest.fixture
def on_aws(aws: LocalAws) -> Iterator[AwsBench]:
    yield AwsBench(aws)
    aws.faults.clear()


def reads(uri: str, kind: str = "S3Prefix") -> dict[str, Any]:
    """A job's input."""
    return {"DataSource": {"S3DataSource": {"S3DataType": kind, "S3Uri": uri}}}


class TestTransforms:
    def test_a_job_answers_every_line_without_its_label(self, bench: Bench) -> None:
        transform = a_transform(bench, {"a.csv": "1,0.25,7\n0,0.5,7\n", "b.csv": "1,0.75,7\n"})
        assert bench.transforms.state(transform.name) is None
        bench.transforms.begin(transform)
        began = bench.transforms.state(transform.name)
        assert began
        assert (began.status, began.is_over, began.seconds, began.reason) == ("InProgress", False, 0, "")
        assert began.created_at.tzinfo
        really = (began.model, began.data, began.output, began.drops_label)
        assert really == (transform.model, transform.data, transform.output, True)
        state = bench.ends(transform.name)
        assert (state.status, state.reason, state.created_at) == ("Completed", "", began.created_at)
        assert state.seconds > 0
        assert bench.read(f"{transform.output}a.csv.out") == "0.25\n0.5\n"
        assert bench.read(f"{transform.output}b.csv.out") == "0.75\n"

    def test_beginning_it_again_is_nothing_new(self, bench: Bench) -> None:
        transform = a_transform(bench, {"a.csv": "1,0.25,7\n"})
        bench.transforms.begin(transform)
        began = bench.transforms.state(transform.name)
        bench.transforms.begin(transform)
        assert bench.transforms.state(transform.name) == began
        over = bench.ends(transform.name)
        bench.transforms.begin(transform)
        assert bench.transforms.state(transform.name) == over

    def test_what_it_cannot_score_makes_it_fail_with_the_reason(self, bench: Bench) -> None:
        transform = a_transform(bench, {"a.csv": "1,much,7\n"})
        bench.transforms.begin(transform)
        state = bench.ends(transform.name)
        assert state.status == "Failed"
        assert "ClientError" in state.reason

    def test_so_does_a_prefix_with_nothing_under_it(self, bench: Bench) -> None:
        transform = a_transform(bench, {"a.csv": "1,0.25,7\n"}, data="s3://project/nothing/")
        bench.transforms.begin(transform)
        state = bench.ends(transform.name)
        assert state.status == "Failed"
        assert "No S3 objects found" in state.reason

    def test_one_that_was_stopped_is_over(self, bench: Bench) -> None:
        transform = a_transform(bench, {"a.csv": "1,0.25,7\n"})
        bench.transforms.begin(transform)
        for _ in range(2):
            bench.transforms.stop(transform.name)
        assert bench.ends(transform.name).status == "Stopped"

    def test_stopping_what_is_over_or_never_was_is_nothing(self, bench: Bench) -> None:
        transform = a_transform(bench, {"a.csv": "1,0.25,7\n"})
        bench.transforms.stop(transform.name)
        bench.transforms.begin(transform)
        bench.ends(transform.name)
        bench.transforms.stop(transform.name)
        state = bench.transforms.state(transform.name)
        assert state
        assert state.status == "Completed"

    def test_sagemakers_refusal_is_passed_on(self, bench: Bench) -> None:
        bench.refuses()
        transform = a_transform(bench, {"a.csv": "1,0.25,7\n"})
        with pytest.raises(NotPossible, match=r"SageMaker refused: Injected by the playground\."):
            bench.transforms.begin(transform)
        assert bench.transforms.state(transform.name) is None


class TestBatchTransform:
    """What only SageMaker can show."""

    def test_the_request_is_what_the_api_wants(
        self, on_aws: AwsBench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = on_aws.host.hears(monkeypatch, "create_transform_job")
        on_aws.transforms.begin(
            Transform("job", "churn-1", "s3://a/b/", "s3://c/d/", Instance("ml.m5.xlarge", 2), (("k", "v"),))
        )
        assert asked == {
            "TransformJobName": "job",
            "ModelName": "churn-1",
            "BatchStrategy": "MultiRecord",
            "TransformInput": {
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://a/b/"}},
                "ContentType": "text/csv",
                "SplitType": "Line",
            },
            "DataProcessing": {"InputFilter": "$[1:]"},
            "TransformOutput": {"S3OutputPath": "s3://c/d/", "AssembleWith": "Line", "Accept": "text/csv"},
            "TransformResources": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 2},
            "Tags": [{"Key": "k", "Value": "v"}],
        }

    @pytest.mark.parametrize(
        ("facts", "told"),
        [
            ({"ModelName": "theirs"}, ("theirs", "s3://a/b/", "s3://c/d/", True)),
            ({"Environment": {"THRESHOLD": "0"}}, ("", "s3://a/b/", "s3://c/d/", True)),
            ({"TransformInput": reads("s3://e/")}, ("churn-1", "s3://e/", "s3://c/d/", True)),
            ({"TransformInput": reads("s3://a/b/", "ManifestFile")}, ("churn-1", "", "s3://c/d/", True)),
            ({"TransformOutput": {"S3OutputPath": "s3://e/"}}, ("churn-1", "s3://a/b/", "s3://e/", True)),
            ({"DataProcessing": {"InputFilter": "$"}}, ("churn-1", "s3://a/b/", "s3://c/d/", False)),
            ({"DataProcessing": None}, ("churn-1", "s3://a/b/", "s3://c/d/", False)),
        ],
        ids=["model", "environment", "data", "manifest", "output", "label", "unfiltered"],
    )
    def test_a_job_that_somebody_else_began_under_its_name_shows(
        self,
        on_aws: AwsBench,
        monkeypatch: pytest.MonkeyPatch,
        facts: dict[str, Any],
        told: tuple[str, str, str, bool],
    ) -> None:
        job = {
            "TransformJobStatus": "Completed",
            "CreationTime": datetime(2026, 1, 1, tzinfo=UTC),
            "ModelName": "churn-1",
            "TransformInput": reads("s3://a/b/"),
            "TransformOutput": {"S3OutputPath": "s3://c/d/"},
            "DataProcessing": {"InputFilter": "$[1:]"},
            "FailureReason": "\ue000U01ANA\ue003 said no.",
            **facts,
        }
        monkeypatch.setattr(on_aws.host.sagemaker, "describe_transform_job", lambda **_: job)
        state = on_aws.transforms.state("job")
        assert state
        assert (state.model, state.data, state.output, state.drops_label) == told
        assert state.reason == "U01ANA said no."

    def test_a_model_that_is_not_there_is_refused(self, on_aws: AwsBench) -> None:
        transform = Transform(unique("job"), "nobody", "s3://a/b/", "s3://c/d/", Instance("ml.m5.large"))
        with pytest.raises(NotPossible, match=r"SageMaker refused: Could not find model"):
            on_aws.transforms.begin(transform)

    @pytest.mark.parametrize(
        ("call", "act"),
        [("CreateTransformJob", "begin"), ("DescribeTransformJob", "state"), ("StopTransformJob", "stop")],
    )
    def test_throttling_is_left_to_the_retry(self, on_aws: AwsBench, call: str, act: str) -> None:
        transform = a_transform(on_aws, {"a.csv": "1,0.25,7\n"})
        if act != "begin":
            on_aws.transforms.begin(transform)
        on_aws.host.breaks(call, "ThrottlingException")
        with pytest.raises(ClientError, match="ThrottlingException"):
            getattr(on_aws.transforms, act)(transform if act == "begin" else transform.name)
