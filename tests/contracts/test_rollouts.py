"""How traffic moves: what SageMaker is asked for, and how far it says that it is."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from bot.aws.traffic import deployment_config
from bot.domain.policy import Capture, Rollout, RolloutKind, Serverless
from tests.contracts.benches import unique
from tests.contracts.hosting_benches import a_deployment
from tests.contracts.hosting_on_aws import OnAws

MINUTES = timedelta(minutes=10)
CANARY = Rollout(RolloutKind.CANARY, 10, MINUTES)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


HOUR = 3600


def blue_green(waits: int, **routing: Any) -> dict[str, Any]:
    policy = {"TrafficRoutingConfiguration": routing, "TerminationWaitInSeconds": 0}
    return {"BlueGreenUpdatePolicy": {**policy, "MaximumExecutionTimeoutInSeconds": waits + HOUR}}


TEN_PERCENT = {"Type": "CAPACITY_PERCENT", "Value": 10}
KINDS = [
    (Rollout(), blue_green(0, Type="ALL_AT_ONCE", WaitIntervalInSeconds=0)),
    (CANARY, blue_green(600, Type="CANARY", CanarySize=TEN_PERCENT, WaitIntervalInSeconds=600)),
    (
        Rollout(RolloutKind.LINEAR, 10, MINUTES),
        blue_green(6000, Type="LINEAR", LinearStepSize=TEN_PERCENT, WaitIntervalInSeconds=600),
    ),
    (
        Rollout(RolloutKind.ROLLING, 10, MINUTES),
        {
            "RollingUpdatePolicy": {
                "MaximumBatchSize": TEN_PERCENT,
                "WaitIntervalInSeconds": 600,
                "MaximumExecutionTimeoutInSeconds": 6000 + HOUR,
            }
        },
    ),
]


class TestKinds:
    @pytest.mark.parametrize(("rollout", "asked"), KINDS, ids=[rollout.kind for rollout, _ in KINDS])
    def test_sagemaker_is_asked_for_it_and_takes_it(
        self, on_aws: OnAws, rollout: Rollout, asked: dict[str, Any]
    ) -> None:
        endpoint = unique("endpoint")
        for _ in range(2):
            on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register(), rollout=rollout))
            on_aws.settles(endpoint)
        assert on_aws.sagemaker.describe_endpoint(EndpointName=endpoint)["LastDeploymentConfig"] == asked

    def test_alarms_roll_back(self) -> None:
        assert deployment_config(Rollout(), ("churn-5xx", "churn-slow"))["AutoRollbackConfiguration"] == {
            "Alarms": [{"AlarmName": "churn-5xx"}, {"AlarmName": "churn-slow"}]
        }

    def test_an_earlier_config_comes_back_at_once_with_the_instances_that_run(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint = unique("endpoint")
        first, second = (
            a_deployment(endpoint, on_aws.register(), rollout=CANARY),
            a_deployment(endpoint, on_aws.register(), rollout=CANARY),
        )
        for deployment in (first, second):
            on_aws.endpoints.deploy(deployment)
            on_aws.settles(endpoint)
        asked = on_aws.hears(monkeypatch, "update_endpoint")
        on_aws.endpoints.put_back(endpoint, first.name, instead_of=second.name)
        assert asked == {
            "EndpointName": endpoint,
            "EndpointConfigName": first.name,
            "RetainAllVariantProperties": True,
            "DeploymentConfig": deployment_config(Rollout()),
        }

    def test_serverless_endpoints_take_no_guardrails(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint, serverless = unique("endpoint"), Serverless(2048, 5)
        facts: dict[str, Any] = {"serverless": serverless, "rollout": CANARY, "alarms": ("nobody-made-it",)}
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register(), **facts))
        on_aws.settles(endpoint)
        (variant,) = on_aws.config(endpoint)["ProductionVariants"]
        assert variant["ServerlessConfig"] == {"MemorySizeInMB": 2048, "MaxConcurrency": 5}
        asked = on_aws.hears(monkeypatch, "update_endpoint")
        deployment = a_deployment(endpoint, on_aws.register(), **facts)
        on_aws.endpoints.deploy(deployment)
        assert asked == {"EndpointName": endpoint, "EndpointConfigName": deployment.name}


class TestCapture:
    WANTED: ClassVar = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 20,
        "DestinationS3Uri": "s3://capture/churn",
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        "CaptureContentTypeHeader": {
            "CsvContentTypes": ["text/csv"],
            "JsonContentTypes": ["application/json"],
        },
    }

    def test_it_begins_with_the_first_deployment_and_is_kept(self, on_aws: OnAws) -> None:
        endpoint = unique("endpoint")
        for capture in (Capture(20, "s3://capture/churn"), None):
            on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register(), capture=capture))
            on_aws.settles(endpoint)
            assert on_aws.config(endpoint)["DataCaptureConfig"] == self.WANTED

    def test_what_the_stage_says_replaces_what_there_is_but_for_its_key(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint = unique("endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        on_aws.settles(endpoint)
        before = {"EnableCapture": False, "KmsKeyId": "key-1", "DestinationS3Uri": "s3://elsewhere"}
        on_aws.says(monkeypatch, "describe_endpoint_config", DataCaptureConfig=before)
        asked = on_aws.hears(monkeypatch, "create_endpoint_config")
        on_aws.hears(monkeypatch, "update_endpoint")
        capture = Capture(20, "s3://capture/churn")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register(), capture=capture))
        assert asked["DataCaptureConfig"] == {**self.WANTED, "KmsKeyId": "key-1"}
