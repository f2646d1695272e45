"""What SageMaker keeps of an endpoint when a version is deployed to it, and what it says serves."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from bot.domain.needs import Part
from bot.domain.refusals import NotPossible
from tests.contracts.benches import unique
from tests.contracts.hosting_benches import A_VARIANT, ROLE, a_deployment, a_part
from tests.contracts.hosting_on_aws import OnAws


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
            ({"ProductionVariants": [A_VARIANT]}, "hosts inference components"),
        ],
        ids=["two", "shadow", "components"],
    )
    def test_what_is_more_than_one_model_is_left_alone(
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
            "one model, then propose this version again."
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

    def test_explicit_containers_are_their_tags_package(self, on_aws: OnAws) -> None:
        endpoint, arn = unique("endpoint"), on_aws.register()
        parts = (a_part(environment={"A": "b"}, hostname="clean"), a_part(artifact="", hostname="score"))
        deployment = a_deployment(endpoint, arn, parts=parts)
        on_aws.endpoints.deploy(deployment)
        serving = on_aws.settles(endpoint)
        assert (serving.arns, serving.parts, serving.model) == ((arn,), parts, deployment.name)

    def test_what_a_package_decides_has_no_parts(self, on_aws: OnAws) -> None:
        endpoint, arn = unique("endpoint"), on_aws.register()
        model = on_aws.model(
            {"ModelPackageName": arn}, Tags=[{"Key": "mlops:package", "Value": "somebody-else's"}]
        )
        on_aws.serves(endpoint, model)
        serving = on_aws.settles(endpoint)
        assert (serving.arns, serving.parts, serving.model) == ((arn,), (), model)

    def test_why_it_failed_carries_no_mark(self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch) -> None:
        endpoint = unique("endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        on_aws.says(monkeypatch, "describe_endpoint", FailureReason="\ue000U01ANA\ue003 said no.")
        serving = on_aws.endpoints.serving(endpoint)
        assert serving
        assert serving.reason == "U01ANA said no."

    def test_hostnames_that_sagemaker_gave_are_nobodys(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint = unique("endpoint")
        deployment = a_deployment(endpoint, on_aws.register())
        on_aws.endpoints.deploy(deployment)
        on_aws.settles(endpoint)
        (part,) = deployment.parts
        named = {"Image": part.image, "ModelDataUrl": part.artifact, "ContainerHostname": "container-1"}
        on_aws.says(monkeypatch, "describe_model", Containers=[named])
        assert on_aws.settles(endpoint).parts == (Part(part.image, part.artifact),)
