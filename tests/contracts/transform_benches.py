"""Batch transform for its contract and for that of answers: in memory, and in the local AWS."""

import time
from typing import Any, Protocol

from bot.aws.transforms import SageMakerTransforms
from bot.domain.needs import Part
from bot.domain.policy import Instance
from bot.usecases.hosting import Endpoints, Transform, Transforms, TransformState
from playground.aws import LocalAws
from playground.aws.tiny_model import pack
from tests.contracts.benches import unique
from tests.contracts.hosting_benches import Bench as Host
from tests.contracts.hosting_benches import OnFake, a_deployment, a_part
from tests.contracts.hosting_on_aws import OnAws
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.clock import FakeClock
from tests.fakes.transforms import JOB_S, FakeTransforms

FIRST_COLUMN = pack(
    {"format": "tiny-model/1", "kind": "linear", "coefficients": [1.0, 0.0], "intercept": 0.0}
)


class Bench(Protocol):
    """Transforms over models that answer with their first feature, and a bucket."""

    @property
    def transforms(self) -> Transforms: ...

    @property
    def endpoints(self) -> Endpoints: ...

    @property
    def host(self) -> Host: ...

    def part(self) -> Part:
        """A container whose model answers with the first of two features."""

    def put(self, uri: str, text: str) -> None:
        """Somebody writes an object."""

    def read(self, uri: str) -> str:
        """What is there."""

    def ends(self, name: str) -> TransformState:
        """Wait for the job's end."""

    def refuses(self) -> None:
        """SageMaker refuses the next job."""


class FakeBench:
    def __init__(self) -> None:
        self._clock, self._artifacts = FakeClock(), FakeArtifacts()
        self.host = OnFake()
        self.endpoints = self.host.endpoints
        self.transforms = FakeTransforms(self._clock, self._artifacts, self.endpoints.models)

    def part(self) -> Part:
        return a_part()

    def put(self, uri: str, text: str) -> None:
        self._artifacts.put(uri, text.encode())

    def read(self, uri: str) -> str:
        return self._artifacts.read(uri, 1000).decode()

    def ends(self, name: str) -> TransformState:
        self._clock.passes(JOB_S)
        state = self.transforms.state(name)
        assert state
        assert state.is_over
        return state

    def refuses(self) -> None:
        self.transforms.refuses("Injected by the playground.")


class AwsBench:
    def __init__(self, aws: LocalAws) -> None:
        self.host = OnAws(aws)
        self.endpoints = self.host.endpoints
        self.transforms = SageMakerTransforms(self.host.sagemaker)
        self._s3: Any = aws.client("s3")

    def part(self) -> Part:
        part = a_part()
        self._put(part.artifact, FIRST_COLUMN)
        return part

    def put(self, uri: str, text: str) -> None:
        self._put(uri, text.encode())

    def read(self, uri: str) -> str:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return str(self._s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode())

    def ends(self, name: str) -> TransformState:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            state = self.transforms.state(name)
            if state and state.is_over:
                return state
            time.sleep(0.05)
        raise AssertionError(f"{name} does not end")

    def refuses(self) -> None:
        self.host.breaks("CreateTransformJob", "ResourceLimitExceeded")

    def _put(self, uri: str, content: bytes) -> None:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        self._s3.create_bucket(Bucket=bucket)
        self._s3.put_object(Bucket=bucket, Key=key, Body=content)


def a_transform(bench: Bench, files: dict[str, str], data: str = "") -> Transform:
    """A job of its own over these files, with a model that answers with the first feature."""
    name = unique("job")
    for file, text in files.items():
        bench.put(f"s3://project/{name}/test/{file}", text)
    deployment = a_deployment(unique("endpoint"), bench.host.register(), parts=(bench.part(),))
    bench.endpoints.make_model(deployment)
    where = data or f"s3://project/{name}/test/"
    return Transform(name, deployment.name, where, f"s3://project/{name}/answers/", Instance("ml.m5.large"))
