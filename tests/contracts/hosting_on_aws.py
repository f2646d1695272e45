"""Hosting in the local AWS, for the contracts of endpoints."""

import time
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.config import Config

from bot.aws.endpoints import SageMakerEndpoints
from bot.domain.policy import Instance, Rollout
from bot.domain.progress import Progress
from bot.usecases.hosting import Serving
from playground.aws import LocalAws
from tests.contracts.benches import unique
from tests.contracts.hosting_benches import A_VARIANT, ROLE


class OnAws:
    def __init__(self, aws: LocalAws) -> None:
        self.aws = aws
        self.sagemaker, self.cloudwatch = _client(aws, "sagemaker"), _client(aws, "cloudwatch")
        self.runtime = _client(aws, "sagemaker-runtime")
        clients: Any = SimpleNamespace(
            sagemaker=self.sagemaker, cloudwatch=self.cloudwatch, runtime=self.runtime
        )
        self.endpoints = SageMakerEndpoints(clients, ROLE)
        self._model = unique("model")
        self.sagemaker.create_model_package_group(ModelPackageGroupName=self._model)
        self._before = len(self._calls())

    def register(self, *types: str) -> str:
        specification: dict[str, Any] = {
            "Containers": [{"Image": "acme/xgboost:1", "ModelDataUrl": "s3://models/model.tar.gz"}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        }
        if types:
            specification["SupportedRealtimeInferenceInstanceTypes"] = list(types)
        made = self.sagemaker.create_model_package(
            ModelPackageGroupName=self._model, InferenceSpecification=specification
        )
        return str(made["ModelPackageArn"])

    def settles(self, endpoint: str) -> Serving:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            serving = self.endpoints.serving(endpoint)
            if serving and serving.settled:
                return serving
            time.sleep(0.05)
        raise AssertionError(f"{endpoint} does not settle")

    def reaches(self, endpoint: str, rollout: Rollout, phase: str) -> Progress:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            progress = self.endpoints.progress(endpoint, rollout, datetime.now(UTC))
            if progress and progress.phase == phase:
                return progress
            time.sleep(0.02)
        raise AssertionError(f"{endpoint} is never {phase}")

    def config(self, endpoint: str) -> dict[str, Any]:
        """What the endpoint's config says."""
        name = self.sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointConfigName"]
        said: dict[str, Any] = self.sagemaker.describe_endpoint_config(EndpointConfigName=name)
        return said

    def serves(self, endpoint: str, *models: str, **config: Any) -> None:
        """Somebody made this endpoint by hand, with a variant for each model."""
        variants = [{**A_VARIANT, "VariantName": f"v-{model}", "ModelName": model} for model in models]
        name = unique("config")
        self.sagemaker.create_endpoint_config(
            EndpointConfigName=name, **{"ProductionVariants": variants, **config}
        )
        self.sagemaker.create_endpoint(EndpointName=endpoint, EndpointConfigName=name)
        self.settles(endpoint)

    def model(self, *containers: dict[str, Any], **facts: Any) -> str:
        """Somebody made a model of these containers."""
        name = unique("model")
        self.sagemaker.create_model(
            ModelName=name, ExecutionRoleArn=ROLE, Containers=list(containers), **facts
        )
        return name

    def instance(self, endpoint: str) -> Instance:
        (variant,) = self.config(endpoint)["ProductionVariants"]
        return Instance(variant["InstanceType"], variant["InitialInstanceCount"])

    def deployments(self, endpoint: str) -> int:
        assert endpoint
        return len(self._calls()) - self._before

    def fault(self, endpoint: str, outcome: str) -> None:
        self.aws.faults.inject(
            {"kind": "endpoint", "name": endpoint, "outcome": outcome, "reason": "disk full"}
        )

    def somebody_changes(self, endpoint: str, arn: str) -> None:
        assert arn
        config = self.sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointConfigName"]
        self.sagemaker.update_endpoint(EndpointName=endpoint, EndpointConfigName=config)

    def delete(self, endpoint: str) -> None:
        self.sagemaker.delete_endpoint(EndpointName=endpoint)

    def loses_its_model(self, endpoint: str) -> None:
        (variant,) = self.config(endpoint)["ProductionVariants"]
        self.sagemaker.delete_model(ModelName=variant["ModelName"])

    def refuses(self) -> None:
        self.breaks("CreateEndpointConfig", "ValidationException")

    def breaks(self, call: str, code: str) -> None:
        """The next of these calls fails with this code."""
        self.aws.faults.inject({"kind": "error", "call": call, "code": code})

    def has_alarm(self, name: str) -> None:
        self.cloudwatch.put_metric_alarm(
            AlarmName=name,
            Namespace="Team",
            MetricName="Complaints",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )

    def lacks_alarm(self, name: str) -> None:
        self.cloudwatch.delete_alarms(AlarmNames=[name])

    def says(self, monkeypatch: pytest.MonkeyPatch, call: str, **facts: Any) -> None:
        """From now on AWS describes things so, as the local AWS never does."""
        describe = getattr(self.sagemaker, call)
        monkeypatch.setattr(self.sagemaker, call, lambda **asked: {**describe(**asked), **facts})

    def hears(self, monkeypatch: pytest.MonkeyPatch, call: str) -> dict[str, Any]:
        """What the next of these calls asks for; it goes no further."""
        asked: dict[str, Any] = {}
        monkeypatch.setattr(self.sagemaker, call, lambda **arguments: asked.update(arguments))
        return asked

    def _calls(self) -> list[object]:
        return [*self.aws.calls.of("CreateEndpoint"), *self.aws.calls.of("UpdateEndpoint")]


def _client(aws: LocalAws, service: str) -> Any:
    """A client that asks once only, so that a fault is seen."""
    return boto3.client(
        service,  # type: ignore[call-overload]  # any service
        endpoint_url=aws.url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"mode": "standard", "total_max_attempts": 1}),
    )
