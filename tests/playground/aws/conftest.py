"""Short ways to use the local AWS."""

import io
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from playground.aws import LocalAws
from playground.aws.tiny_model import pack
from tests.playground.aws.kit import (
    IMAGE,
    ROLE,
    Function,
    MakeFunction,
    MakeQueue,
    Queue,
    Until,
    heard,
    unique,
)
from tests.playground.aws.machine_kit import FUNCTION, Stage, flow, variants
from tests.playground.aws.serving_kit import BUCKET, Serve


@pytest.fixture(autouse=True)
def no_faults(aws: LocalAws) -> Iterator[None]:
    aws.faults.clear()
    yield
    aws.faults.clear()


@pytest.fixture(scope="session")
def until() -> Until:
    """Wait until something is true, and return it."""

    def wait(look: Callable[[], Any], seconds: float = 15) -> Any:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := look():
                return found
            time.sleep(0.02)
        raise AssertionError(f"still not true after {seconds} s")

    return wait


@pytest.fixture(scope="session")
def make_function(aws: LocalAws) -> MakeFunction:
    """A function from its source, whose handler is `app.handler`."""

    def make(source: str, *, timeout: int = 10, **environment: str) -> Function:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("app.py", source)
        name = unique("function")
        made = aws.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=ROLE,
            Handler="app.handler",
            Code={"ZipFile": archive.getvalue()},
            Timeout=timeout,
            Environment={"Variables": environment},
        )
        return Function(aws, name, made["FunctionArn"])

    return make


@pytest.fixture(scope="session")
def make_queue(aws: LocalAws) -> MakeQueue:
    def make(**attributes: str) -> Queue:
        sqs, name = aws.client("sqs"), unique("queue")
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return Queue(aws, url, f"arn:aws:sqs:us-east-1:123456789012:{name}")

    return make


@pytest.fixture(scope="session")
def model(aws: LocalAws) -> str:
    """A SageMaker model that endpoints and transform jobs can run: the sum of two columns."""
    name = unique("model")
    document = {"format": "tiny-model/1", "kind": "linear", "coefficients": [1, 1], "intercept": 0}
    aws.client("s3").create_bucket(Bucket=name)
    aws.client("s3").put_object(Bucket=name, Key="model.tar.gz", Body=pack(document))
    aws.client("sagemaker").create_model(
        ModelName=name,
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": IMAGE, "ModelDataUrl": f"s3://{name}/model.tar.gz"},
    )
    return name


@pytest.fixture
def make_config(aws: LocalAws, model: str) -> Callable[[], str]:
    def make() -> str:
        name = unique("config")
        variant = {
            "VariantName": "AllTraffic",
            "ModelName": model,
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
            "InitialVariantWeight": 1.0,
        }
        aws.client("sagemaker").create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
        return name

    return make


@pytest.fixture
def sagemaker(aws: LocalAws) -> Any:
    return aws.client("sagemaker")


@pytest.fixture
def settled(sagemaker: Any, until: Until) -> Callable[[str], dict[str, Any]]:
    """Wait for an endpoint's deployment; the description then, with the statuses that were seen."""

    def wait(name: str) -> dict[str, Any]:
        seen: list[str] = []

        def look() -> Any:
            described = sagemaker.describe_endpoint(EndpointName=name)
            if described["EndpointStatus"] not in seen:
                seen.append(described["EndpointStatus"])
            return described if seen[-1] in ("InService", "Failed") else None

        return {**until(look), "seen": seen}

    return wait


@pytest.fixture
def endpoint(sagemaker: Any, make_config: Callable[[], str], settled: Callable[[str], Any]) -> str:
    """An endpoint in service."""
    name = unique("endpoint")
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=make_config())
    assert settled(name)["seen"] == ["Creating", "InService"]
    return name


@pytest.fixture
def sagemaker_events(aws: LocalAws, make_queue: MakeQueue) -> Iterator[Queue]:
    """A queue of all SageMaker events from now on."""
    with heard(aws, make_queue(), {"source": ["aws.sagemaker"]}) as queue:
        yield queue


@pytest.fixture
def registry_events(aws: LocalAws, make_queue: MakeQueue) -> Iterator[Queue]:
    """A queue of what happens to versions from now on."""
    with heard(aws, make_queue(), {"detail-type": ["SageMaker Model Package State Change"]}) as queue:
        yield queue


@pytest.fixture(scope="session")
def stage(
    aws: LocalAws, make_function: MakeFunction, make_queue: Callable[..., Queue], until: Until, model: str
) -> Stage:
    stage = Stage(aws, make_function(FUNCTION), make_queue(), until)
    aws.client("dynamodb").create_table(
        TableName="machine-tokens",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    aws.client("s3").create_bucket(Bucket="machine-bucket")
    aws.client("s3").put_object(Bucket="machine-bucket", Key="a.txt", Body=b"hello")
    aws.client("s3").put_object(Bucket="machine-bucket", Key="in/a.csv", Body=b"1,2\n")
    stage.child = stage.machine(flow(C={"Type": "Pass", "Result": {"deep": [1, 2]}, "End": True}))
    sagemaker = aws.client("sagemaker")
    for name in ("machine-c1", "machine-c2"):
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants(model))
    sagemaker.create_endpoint(EndpointName="machine-e", EndpointConfigName="machine-c1")
    in_service = {"EndpointName": "machine-e", "WaiterConfig": {"Delay": 1, "MaxAttempts": 9}}
    sagemaker.get_waiter("endpoint_in_service").wait(**in_service)
    stage.names = {"FN": stage.function.arn, "QUEUE": stage.queue.url, "CHILD": stage.child, "MODEL": model}
    return stage


@pytest.fixture(scope="session")
def serve(aws: LocalAws) -> Serve:
    """Models that are run, and the endpoints that serve them."""
    aws.client("s3").create_bucket(Bucket=BUCKET)
    return Serve(aws)
