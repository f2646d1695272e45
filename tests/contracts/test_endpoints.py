"""The Endpoints contract, on the fake and on SageMaker hosting."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Protocol

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from bot.aws.endpoints import SageMakerEndpoints
from bot.domain.policy import Instance, Rollout, RolloutKind
from bot.domain.refusals import NotPossible
from bot.usecases.ports import Deployment, EndpointBusy, Endpoints, Serving
from playground.aws import LocalAws
from tests.contracts.benches import unique
from tests.fakes.clock import FakeClock
from tests.fakes.endpoints import ROLLOUT_S, FakeEndpoints
from tests.fakes.registry import FakeRegistry

ROLE = "arn:aws:iam::123456789012:role/model"
A_VARIANT: dict[str, Any] = {"InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
SERVERLESS = {"MemorySizeInMB": 1024, "MaxConcurrency": 1}
M5, C5 = Instance("ml.m5.large"), Instance("ml.c5.xlarge", 2)


class Bench(Protocol):
    """Hosting, and what others do with it."""

    @property
    def endpoints(self) -> Endpoints: ...

    def register(self, *types: str) -> str:
        """Register a version that may run on these instance types; gives its ARN."""

    def settles(self, endpoint: str) -> Serving:
        """Wait for the rollout's end."""

    def instance(self, endpoint: str) -> Instance:
        """What the endpoint's config runs on."""

    def deployments(self, endpoint: str) -> int:
        """How many deployments of it began."""

    def fault(self, endpoint: str, outcome: str) -> None:
        """The next deployment will `rollback` or `fail`, because of disk full."""

    def somebody_changes(self, endpoint: str, arn: str) -> None:
        """Somebody else begins an update."""

    def delete(self, endpoint: str) -> None:
        """Somebody deletes the endpoint."""

    def loses_its_model(self, endpoint: str) -> None:
        """Somebody deletes the model behind the endpoint's config."""

    def refuses(self) -> None:
        """SageMaker will refuse the next deployment."""


class OnFake:
    def __init__(self) -> None:
        self._clock = FakeClock()
        self._registry = FakeRegistry(self._clock)
        self.endpoints = FakeEndpoints(self._clock, self._registry)

    def register(self, *types: str) -> str:
        return self._registry.register("churn", instance_types=types).arn

    def settles(self, endpoint: str) -> Serving:
        self._clock.passes(ROLLOUT_S)
        serving = self.endpoints.serving(endpoint)
        assert serving
        assert serving.settled
        return serving

    def instance(self, endpoint: str) -> Instance:
        return self.endpoints.config(endpoint).instance

    def deployments(self, endpoint: str) -> int:
        return sum(one.endpoint == endpoint for one in self.endpoints.deployed)

    def fault(self, endpoint: str, outcome: str) -> None:
        break_it = self.endpoints.rolls_back if outcome == "rollback" else self.endpoints.fails
        break_it(endpoint, "disk full")

    def somebody_changes(self, endpoint: str, arn: str) -> None:
        self.endpoints.is_changed(endpoint, arn)

    def delete(self, endpoint: str) -> None:
        self.endpoints.delete(endpoint)

    def loses_its_model(self, endpoint: str) -> None:
        self.endpoints.loses_its_model(endpoint)

    def refuses(self) -> None:
        self.endpoints.refuses("Injected by the playground.")


class OnAws:
    def __init__(self, aws: LocalAws) -> None:
        self._aws = aws
        once = Config(retries={"mode": "standard", "total_max_attempts": 1})
        self.sagemaker: Any = boto3.client(
            "sagemaker",
            endpoint_url=aws.url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=once,
        )
        self.endpoints = SageMakerEndpoints(self.sagemaker, ROLE)
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

    def model(self, *containers: dict[str, Any]) -> str:
        """Somebody made a model of these containers."""
        name = unique("model")
        self.sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, Containers=list(containers))
        return name

    def instance(self, endpoint: str) -> Instance:
        (variant,) = self.config(endpoint)["ProductionVariants"]
        return Instance(variant["InstanceType"], variant["InitialInstanceCount"])

    def deployments(self, endpoint: str) -> int:
        assert endpoint
        return len(self._calls()) - self._before

    def fault(self, endpoint: str, outcome: str) -> None:
        self._aws.faults.inject(
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
        self._aws.faults.inject({"kind": "error", "call": call, "code": code})

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
        return [*self._aws.calls.of("CreateEndpoint"), *self._aws.calls.of("UpdateEndpoint")]


@pytest.fixture(params=["fake", "real"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "fake":
        yield OnFake()
        return
    aws: LocalAws = request.getfixturevalue("aws")
    yield OnAws(aws)
    aws.faults.clear()


@pytest.fixture
def on_aws(aws: LocalAws) -> Iterator[OnAws]:
    yield OnAws(aws)
    aws.faults.clear()


class TestEndpoints:
    def test_no_endpoint_serves_nothing(self, bench: Bench) -> None:
        assert bench.endpoints.serving(unique("endpoint")) is None

    def test_nothing_is_replaced_but_what_it_was_weighed_against(self, bench: Bench) -> None:
        endpoint = unique("endpoint")
        first = a_deployment(endpoint, bench.register(), replaces="")
        bench.endpoints.deploy(first)
        bench.settles(endpoint)
        for weighed_against in ("", "something-else"):
            with pytest.raises(EndpointBusy):
                bench.endpoints.deploy(a_deployment(endpoint, bench.register(), replaces=weighed_against))
        bench.endpoints.deploy(a_deployment(endpoint, bench.register(), replaces=first.name))
        assert bench.settles(endpoint).config != first.name

    def test_the_first_deployment_creates_and_the_next_one_updates(self, bench: Bench) -> None:
        endpoint, first, second = unique("endpoint"), bench.register(), bench.register()
        created = a_deployment(endpoint, first)
        bench.endpoints.deploy(created)
        creating = bench.endpoints.serving(endpoint)
        assert creating
        assert (creating.status, creating.settled, creating.config) == ("Creating", False, created.name)
        serving = bench.settles(endpoint)
        assert (serving.status, serving.config, serving.arns) == ("InService", created.name, (first,))
        assert (serving.reason, serving.modified_at.tzinfo is None) == ("", False)

        updated = a_deployment(endpoint, second)
        bench.endpoints.deploy(updated)
        updating = bench.endpoints.serving(endpoint)
        assert updating
        assert (updating.status, updating.settled) == ("Updating", False)
        assert (updating.config, updating.arns) == (created.name, (first,))
        now = bench.settles(endpoint)
        assert (now.status, now.config, now.arns) == ("InService", updated.name, (second,))
        assert now.modified_at > serving.modified_at

    def test_doing_it_twice_is_doing_it_once(self, bench: Bench) -> None:
        endpoint = unique("endpoint")
        for deployment in (
            a_deployment(endpoint, bench.register()),
            a_deployment(endpoint, bench.register()),
        ):
            before = bench.deployments(endpoint)
            for _ in range(2):
                bench.endpoints.deploy(deployment)
            bench.settles(endpoint)
            bench.endpoints.deploy(deployment)
            assert bench.deployments(endpoint) == before + 1

    def test_an_endpoint_that_somebody_changes_is_busy(self, bench: Bench) -> None:
        endpoint, other = unique("endpoint"), bench.register()
        bench.endpoints.deploy(a_deployment(endpoint, bench.register()))
        with pytest.raises(EndpointBusy):
            bench.endpoints.deploy(a_deployment(endpoint, other))
        bench.settles(endpoint)
        bench.somebody_changes(endpoint, other)
        ours = a_deployment(endpoint, bench.register())
        with pytest.raises(EndpointBusy):
            bench.endpoints.deploy(ours)
        bench.settles(endpoint)
        bench.endpoints.deploy(ours)
        assert bench.settles(endpoint).config == ours.name

    def test_sagemakers_refusal_is_passed_on(self, bench: Bench) -> None:
        arn = bench.register()
        bench.refuses()
        with pytest.raises(NotPossible) as refused:
            bench.endpoints.deploy(a_deployment(unique("endpoint"), arn))
        assert refused.value.sentence == "SageMaker refused: Injected by the playground."

    def test_a_rollback_shows(self, bench: Bench) -> None:
        endpoint, first, second = unique("endpoint"), bench.register(), bench.register()
        created = a_deployment(endpoint, first)
        bench.endpoints.deploy(created)
        bench.settles(endpoint)
        bench.fault(endpoint, "rollback")
        bench.endpoints.deploy(a_deployment(endpoint, second))
        serving = bench.settles(endpoint)
        assert (serving.status, serving.config, serving.arns) == ("InService", created.name, (first,))
        assert serving.reason == "disk full"

    def test_so_does_a_failure(self, bench: Bench) -> None:
        endpoint = unique("endpoint")
        bench.fault(endpoint, "fail")
        bench.endpoints.deploy(a_deployment(endpoint, bench.register()))
        serving = bench.settles(endpoint)
        assert (serving.status, serving.settled, serving.reason) == ("Failed", True, "disk full")

    def test_a_failed_endpoint_is_deleted_before_anything_else(self, bench: Bench) -> None:
        endpoint = unique("endpoint")
        bench.fault(endpoint, "fail")
        bench.endpoints.deploy(a_deployment(endpoint, bench.register()))
        bench.settles(endpoint)
        again = a_deployment(endpoint, bench.register())
        with pytest.raises(NotPossible) as refused:
            bench.endpoints.deploy(again)
        assert refused.value.sentence == (
            f"`{endpoint}` is Failed and takes no update any more. Delete that endpoint, then propose this "
            "version again."
        )
        bench.delete(endpoint)
        bench.endpoints.deploy(again)
        assert bench.settles(endpoint).config == again.name

    def test_an_endpoint_whose_model_was_deleted_says_so(self, bench: Bench) -> None:
        endpoint = unique("endpoint")
        deployment = a_deployment(endpoint, bench.register())
        bench.endpoints.deploy(deployment)
        bench.settles(endpoint)
        bench.loses_its_model(endpoint)
        serving = bench.endpoints.serving(endpoint)
        assert serving
        assert (serving.config, serving.arns) == (deployment.name, ("no model",))


class TestInstances:
    def test_the_stage_says_what_the_first_one_runs_on(self, bench: Bench) -> None:
        endpoint = unique("endpoint")
        bench.endpoints.deploy(a_deployment(endpoint, bench.register("ml.t2.medium"), instance=C5))
        assert bench.instance(endpoint) == C5

    def test_else_the_package_does(self, bench: Bench) -> None:
        endpoint, arn = unique("endpoint"), bench.register("ml.t2.medium", "ml.m5.large")
        bench.endpoints.deploy(a_deployment(endpoint, arn, instance=None))
        assert bench.instance(endpoint) == Instance("ml.t2.medium")

    def test_later_ones_keep_what_is_there(self, bench: Bench) -> None:
        endpoint = unique("endpoint")
        bench.endpoints.deploy(a_deployment(endpoint, bench.register(), instance=C5))
        bench.settles(endpoint)
        bench.endpoints.deploy(a_deployment(endpoint, bench.register("ml.t2.medium"), instance=M5))
        bench.settles(endpoint)
        assert bench.instance(endpoint) == C5

    def test_where_nobody_says_it_is_asked_for(self, bench: Bench) -> None:
        endpoint, arn = unique("endpoint"), bench.register()
        with pytest.raises(NotPossible) as refused:
            bench.endpoints.deploy(a_deployment(endpoint, arn, instance=None))
        assert refused.value.sentence == (
            f"I do not know what `{endpoint}` shall run on. Give the stage an "
            '`instance = { type = "ml.m5.large" }` in mlops.toml.'
        )
        assert bench.endpoints.serving(endpoint) is None


class TestSageMaker:
    """What only SageMaker can show."""

    def test_a_canary_is_what_the_api_wants(self, on_aws: OnAws) -> None:
        endpoint = unique("endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        on_aws.settles(endpoint)
        rollout = Rollout(RolloutKind.CANARY, 10, timedelta(minutes=10), ("unused",))
        canary = a_deployment(
            endpoint, on_aws.register(), rollout=rollout, alarms=("churn-5xx", "churn-slow")
        )
        on_aws.endpoints.deploy(canary)
        on_aws.settles(endpoint)
        described = on_aws.sagemaker.describe_endpoint(EndpointName=endpoint)
        assert described["LastDeploymentConfig"] == {
            "BlueGreenUpdatePolicy": {
                "TrafficRoutingConfiguration": {
                    "Type": "CANARY",
                    "CanarySize": {"Type": "CAPACITY_PERCENT", "Value": 10},
                    "WaitIntervalInSeconds": 600,
                },
                "TerminationWaitInSeconds": 0,
            },
            "AutoRollbackConfiguration": {
                "Alarms": [{"AlarmName": "churn-5xx"}, {"AlarmName": "churn-slow"}]
            },
        }

    def test_all_at_once_without_alarms_asks_for_no_rollback(self, on_aws: OnAws) -> None:
        endpoint = unique("endpoint")
        for _ in range(2):
            on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
            on_aws.settles(endpoint)
        described = on_aws.sagemaker.describe_endpoint(EndpointName=endpoint)
        assert described["LastDeploymentConfig"] == {
            "BlueGreenUpdatePolicy": {
                "TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0},
                "TerminationWaitInSeconds": 0,
            }
        }

    @pytest.mark.parametrize("call", ["CreateModel", "CreateEndpointConfig", "CreateEndpoint"])
    def test_throttling_is_left_to_the_retry(self, on_aws: OnAws, call: str) -> None:
        deployment = a_deployment(unique("endpoint"), on_aws.register())
        on_aws.breaks(call, "ThrottlingException")
        with pytest.raises(ClientError, match="ThrottlingException"):
            on_aws.endpoints.deploy(deployment)
        on_aws.endpoints.deploy(deployment)
        assert on_aws.settles(deployment.endpoint).config == deployment.name

    def test_an_update_that_begins_between_looking_and_updating_is_busy(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint = unique("endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        on_aws.settles(endpoint)
        create = on_aws.sagemaker.create_model

        def meanwhile(**arguments: Any) -> Any:
            on_aws.somebody_changes(endpoint, "any")
            return create(**arguments)

        monkeypatch.setattr(on_aws.sagemaker, "create_model", meanwhile)
        with pytest.raises(EndpointBusy):
            on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))

    def test_what_is_made_is_tagged_and_runs_with_the_models_role(self, on_aws: OnAws) -> None:
        endpoint = unique("endpoint")
        deployment = a_deployment(endpoint, on_aws.register())
        on_aws.endpoints.deploy(deployment)
        model = on_aws.sagemaker.describe_model(ModelName=deployment.name)
        assert model["ExecutionRoleArn"] == ROLE
        arn = on_aws.sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointArn"]
        assert {"Key": "mlops:model", "Value": "churn"} in on_aws.sagemaker.list_tags(ResourceArn=arn)["Tags"]

    @pytest.mark.parametrize("call", ["CreateModel", "CreateEndpointConfig", "CreateEndpoint"])
    @pytest.mark.parametrize("code", ["ResourceLimitExceeded", "AccessDeniedException", "ResourceInUse"])
    def test_what_no_retry_mends_is_refused(self, on_aws: OnAws, call: str, code: str) -> None:
        on_aws.breaks(call, code)
        with pytest.raises(NotPossible, match="SageMaker refused: "):
            on_aws.endpoints.deploy(a_deployment(unique("endpoint"), on_aws.register()))

    @pytest.mark.parametrize("code", ["ExpiredTokenException", "RequestLimitExceeded", "NobodyKnows"])
    def test_any_other_fault_is_left_to_the_retry(self, on_aws: OnAws, code: str) -> None:
        on_aws.breaks("CreateModel", code)
        with pytest.raises(ClientError, match=code):
            on_aws.endpoints.deploy(a_deployment(unique("endpoint"), on_aws.register()))

    def test_of_two_first_versions_one_waits_and_updates(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint, ours = unique("endpoint"), on_aws.register()
        theirs, create = a_deployment(endpoint, on_aws.register()), on_aws.sagemaker.create_endpoint_config

        def meanwhile(**arguments: Any) -> Any:
            monkeypatch.undo()
            on_aws.endpoints.deploy(theirs)
            return create(**arguments)

        monkeypatch.setattr(on_aws.sagemaker, "create_endpoint_config", meanwhile)
        deployment = a_deployment(endpoint, ours)
        with pytest.raises(EndpointBusy):
            on_aws.endpoints.deploy(deployment)
        assert on_aws.settles(endpoint).config == theirs.name
        on_aws.endpoints.deploy(deployment)
        assert on_aws.settles(endpoint).arns == (ours,)

    def test_an_update_that_could_not_be_rolled_back_is_settled_but_takes_no_other(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint = unique("endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        on_aws.settles(endpoint)
        on_aws.says(monkeypatch, "describe_endpoint", EndpointStatus="UpdateRollbackFailed")
        serving = on_aws.endpoints.serving(endpoint)
        assert serving
        assert (serving.status, serving.settled) == ("UpdateRollbackFailed", True)
        before = on_aws.deployments(endpoint)
        with pytest.raises(NotPossible, match=f"`{endpoint}` is UpdateRollbackFailed: it serves a mix"):
            on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        assert on_aws.deployments(endpoint) == before


class TestUpdates:
    """An update changes the model and nothing else."""

    def test_the_config_stays_as_it_is_but_for_the_model(self, on_aws: OnAws) -> None:
        endpoint, old = unique("endpoint"), on_aws.model({"ModelPackageName": on_aws.register()})
        variant = {
            "VariantName": "blue",
            "ModelName": old,
            "InstanceType": "ml.c5.xlarge",
            "InitialInstanceCount": 3,
            "InitialVariantWeight": 2.0,
            "ModelDataDownloadTimeoutInSeconds": 1200,
            "ContainerStartupHealthCheckTimeoutInSeconds": 900,
            "RoutingConfig": {"RoutingStrategy": "LEAST_OUTSTANDING_REQUESTS"},
        }
        kept = {
            "DataCaptureConfig": {
                "EnableCapture": True,
                "InitialSamplingPercentage": 20,
                "DestinationS3Uri": "s3://capture/here",
                "CaptureOptions": [{"CaptureMode": "Input"}],
            },
            "KmsKeyId": "key-1",
            "AsyncInferenceConfig": {"OutputConfig": {"S3OutputPath": "s3://async/out"}},
        }
        on_aws.serves(endpoint, ProductionVariants=[variant], **kept)
        deployment = a_deployment(endpoint, on_aws.register())
        on_aws.endpoints.deploy(deployment)
        on_aws.settles(endpoint)
        now = on_aws.config(endpoint)
        assert now["ProductionVariants"] == [{**variant, "ModelName": deployment.name}]
        assert {key: now[key] for key in kept} == kept

    def test_so_does_what_the_local_aws_does_not_keep(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kept = {
            "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
            "EnableNetworkIsolation": True,
            "ExecutionRoleArn": ROLE,
            "ExplainerConfig": {"ClarifyExplainerConfig": {"ShapConfig": {"ShapBaselineConfig": {}}}},
            "MetricsConfig": {"EnableEnhancedMetrics": True},
        }
        endpoint = unique("endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        on_aws.settles(endpoint)
        on_aws.says(monkeypatch, "describe_endpoint_config", **kept)
        asked = on_aws.hears(monkeypatch, "create_endpoint_config")
        on_aws.hears(monkeypatch, "update_endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        assert {key: asked[key] for key in kept} == kept

    def test_a_private_model_is_followed_by_a_private_one(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        network = {
            "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
            "EnableNetworkIsolation": True,
        }
        endpoint = unique("endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        on_aws.settles(endpoint)
        on_aws.says(monkeypatch, "describe_model", **network)
        asked = on_aws.hears(monkeypatch, "create_model")
        on_aws.hears(monkeypatch, "create_endpoint_config")
        on_aws.hears(monkeypatch, "update_endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        assert {key: asked[key] for key in network} == network

    def test_running_instances_and_weights_stay(self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch) -> None:
        endpoint = unique("endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        on_aws.settles(endpoint)
        asked = on_aws.hears(monkeypatch, "update_endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        assert asked["RetainAllVariantProperties"] is True

    @pytest.mark.parametrize(
        ("config", "what"),
        [
            ({"ProductionVariants": [{"ModelName": "a"}, {"ModelName": "b"}]}, "has 2 production variants"),
            ({"ShadowProductionVariants": [{"ModelName": "b"}]}, "has shadow variants"),
            ({"ProductionVariants": [{"ModelName": "a", "ServerlessConfig": SERVERLESS}]}, "is serverless"),
            ({"ProductionVariants": [A_VARIANT]}, "hosts inference components"),
        ],
        ids=["two", "shadow", "serverless", "components"],
    )
    def test_what_is_more_than_one_model_on_instances_is_left_alone(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch, config: dict[str, Any], what: str
    ) -> None:
        endpoint = unique("endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        on_aws.settles(endpoint)
        on_aws.says(monkeypatch, "describe_endpoint_config", **config)
        deployment = a_deployment(endpoint, on_aws.register())
        with pytest.raises(NotPossible) as refused:
            on_aws.endpoints.deploy(deployment)
        assert refused.value.sentence == (
            f"`{endpoint}` {what}; this bot cannot roll out to such an endpoint yet. Give it a config with "
            "one model on instances, then propose this version again."
        )
        with pytest.raises(ClientError, match="Could not find"):
            on_aws.sagemaker.describe_model(ModelName=deployment.name)

    def test_a_config_that_was_deleted_cannot_be_kept(self, on_aws: OnAws) -> None:
        endpoint = unique("endpoint")
        first = a_deployment(endpoint, on_aws.register())
        on_aws.endpoints.deploy(first)
        assert on_aws.settles(endpoint).arns == (first.arn,)
        on_aws.sagemaker.delete_endpoint_config(EndpointConfigName=first.name)
        assert on_aws.settles(endpoint).arns == ()
        with pytest.raises(NotPossible, match=f"The config {first.name} of `{endpoint}` was deleted"):
            on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))


class TestServing:
    """Nothing that serves is overlooked."""

    def test_every_container_of_every_variant_is_named(self, on_aws: OnAws) -> None:
        endpoint, one, two = unique("endpoint"), on_aws.register(), on_aws.register()
        pipeline = on_aws.model({"ModelPackageName": one}, {"Image": "acme/side:\ue0001"})
        on_aws.serves(endpoint, pipeline, on_aws.model({"ModelPackageName": two}))
        serving = on_aws.endpoints.serving(endpoint)
        assert serving
        assert serving.arns == (one, "image without a package: acme/side:1", two)

    def test_a_primary_container_too(self, on_aws: OnAws) -> None:
        endpoint, name = unique("endpoint"), unique("model")
        container = {"Image": "acme/xgboost:1"}
        on_aws.sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container)
        on_aws.serves(endpoint, name)
        serving = on_aws.endpoints.serving(endpoint)
        assert serving
        assert serving.arns == ("image without a package: acme/xgboost:1",)

    def test_inference_components_and_shadows_too(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint, arn = unique("endpoint"), on_aws.register()
        deployment = a_deployment(endpoint, arn)
        on_aws.endpoints.deploy(deployment)
        shadow = [{**A_VARIANT, "ModelName": on_aws.model({"Image": "acme/shadow:1"})}]
        variants = [{**A_VARIANT, "ModelName": deployment.name}, A_VARIANT]
        on_aws.says(
            monkeypatch,
            "describe_endpoint_config",
            ProductionVariants=variants,
            ShadowProductionVariants=shadow,
        )
        serving = on_aws.endpoints.serving(endpoint)
        assert serving
        assert serving.arns == (arn, "no model", "image without a package: acme/shadow:1")


class TestNames:
    """What has our name already is ours, or it is in the way."""

    @pytest.mark.parametrize("more", [(), ({"Image": "acme/side:1"},)], ids=["another", "one-more"])
    def test_a_model_of_another_content(self, on_aws: OnAws, more: tuple[dict[str, Any], ...]) -> None:
        deployment = a_deployment(unique("endpoint"), on_aws.register())
        package = deployment.arn if more else on_aws.register()
        on_aws.sagemaker.create_model(
            ModelName=deployment.name,
            ExecutionRoleArn=ROLE,
            Containers=[{"ModelPackageName": package}, *more],
        )
        with pytest.raises(NotPossible) as refused:
            on_aws.endpoints.deploy(deployment)
        assert refused.value.sentence == (
            f"A SageMaker model named {deployment.name} exists already with another content. Delete it, then "
            "propose this version again."
        )
        assert on_aws.endpoints.serving(deployment.endpoint) is None

    def test_a_config_of_another_content(self, on_aws: OnAws) -> None:
        deployment = a_deployment(unique("endpoint"), on_aws.register())
        other = on_aws.model({"ModelPackageName": deployment.arn})
        on_aws.sagemaker.create_endpoint_config(
            EndpointConfigName=deployment.name,
            ProductionVariants=[{**A_VARIANT, "VariantName": "AllTraffic", "ModelName": other}],
        )
        with pytest.raises(NotPossible, match=f"A SageMaker endpoint config named {deployment.name} exists"):
            on_aws.endpoints.deploy(deployment)
        assert on_aws.endpoints.serving(deployment.endpoint) is None


def a_deployment(endpoint: str, arn: str, **facts: Any) -> Deployment:
    told: dict[str, Any] = {"rollout": Rollout(), "alarms": (), "instance": M5, **facts}
    return Deployment(unique("deployment"), endpoint, arn, tags=(("mlops:model", "churn"),), **told)
