"""Models of one coefficient on endpoints, to see by an answer which of them answered."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.aws import LocalAws
from playground.aws.tiny_model import pack
from tests.playground.aws.kit import IMAGE, ROLE, unique

BUCKET = "serving-tests"
GUARDED = {
    "BlueGreenUpdatePolicy": {
        "TrafficRoutingConfiguration": {
            "Type": "CANARY",
            "CanarySize": {"Type": "CAPACITY_PERCENT", "Value": 10},
            "WaitIntervalInSeconds": 300,
        }
    }
}
INSTANCE = {"InstanceType": "ml.m5.large", "InitialInstanceCount": 1, "InitialVariantWeight": 1.0}


def times(factor: float) -> bytes:
    """A model that multiplies its one column."""
    return pack(
        {
            "format": "tiny-model/1",
            "kind": "linear",
            "coefficients": [factor],
            "intercept": 0.0,
            "features": ["x"],
        }
    )


@dataclass
class Serve:
    """Makes models and endpoints, and calls them."""

    aws: LocalAws

    @property
    def sagemaker(self) -> Any:
        return self.aws.client("sagemaker")

    def put(self, archive: bytes, key: str = "") -> str:
        """An artifact's address."""
        key = key or f"{unique('model')}.tar.gz"
        self.aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=archive)
        return f"s3://{BUCKET}/{key}"

    def model(self, *addresses: str, environment: dict[str, str] | None = None) -> str:
        """A model with a container for each address."""
        name = unique("model")
        more = {"Environment": environment} if environment else {}
        containers = [{"Image": IMAGE, "ModelDataUrl": address, **more} for address in addresses]
        self.sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, Containers=containers)
        return name

    def config(self, *models: str, weights: tuple[float, ...] = (), **more: Any) -> str:
        """A configuration with a variant for each model, named v0, v1 and so on."""
        name = unique("config")
        variants: list[dict[str, Any]] = [
            {**INSTANCE, "VariantName": f"v{number}", "ModelName": model}
            for number, model in enumerate(models)
        ]
        for variant, weight in zip(variants, weights, strict=False):
            variant["InitialVariantWeight"] = weight
        self.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants, **more)
        return name

    def endpoint(self, config: str) -> str:
        """An endpoint that has settled."""
        name = unique("endpoint")
        self.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
        self.settled(name)
        return name

    def serving(self, archive: bytes) -> str:
        """An endpoint with one variant of this model."""
        return self.endpoint(self.config(self.model(self.put(archive))))

    def update(self, endpoint: str, archive: bytes, **deployment: Any) -> None:
        """Begin to replace the model."""
        config = self.config(self.model(self.put(archive)))
        more = {"DeploymentConfig": deployment} if deployment else {}
        self.sagemaker.update_endpoint(EndpointName=endpoint, EndpointConfigName=config, **more)

    def settled(self, endpoint: str) -> dict[str, Any]:
        """The endpoint's description when its deployment has ended."""
        return self.until(endpoint, lambda it: it["EndpointStatus"] in ("InService", "Failed"))

    def until(self, endpoint: str, look: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            described: dict[str, Any] = self.sagemaker.describe_endpoint(EndpointName=endpoint)
            if look(described):
                return described
            time.sleep(0.01)
        raise AssertionError("still not so after 15 s")

    def call(self, endpoint: str, body: str = "2", **more: Any) -> Any:
        """The runtime's answer, with its body as text."""
        runtime = self.aws.client("sagemaker-runtime")
        answer = runtime.invoke_endpoint(
            **{"EndpointName": endpoint, "Body": body.encode(), "ContentType": "text/csv", **more}
        )
        return {**answer, "Body": answer["Body"].read().decode()}

    def answers(self, endpoint: str, count: int) -> list[str]:
        return [self.call(endpoint)["Body"] for _ in range(count)]


def baking(share: float) -> Callable[[dict[str, Any]], bool]:
    """Whether an endpoint's new variant bakes with this share of the traffic."""

    def look(described: dict[str, Any]) -> bool:
        variants = described.get("PendingDeploymentSummary", {}).get("ProductionVariants", [])
        return [(it["VariantStatus"][0]["Status"], it["CurrentWeight"]) for it in variants] == [
            ("Baking", share)
        ]

    return look
