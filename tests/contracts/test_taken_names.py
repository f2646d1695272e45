"""What has our name in SageMaker already is ours, or it is in the way."""

from dataclasses import replace
from typing import Any, Final

import pytest

from bot.domain.needs import Part
from bot.domain.policy import Capture
from bot.domain.refusals import NotPossible
from bot.usecases.hosting import Deployment
from tests.contracts.benches import unique
from tests.contracts.hosting_benches import A_VARIANT, ROLE, a_deployment, a_part
from tests.contracts.hosting_on_aws import OnAws

PRIVATE: Final[dict[str, Any]] = {
    "VpcConfig": {"SecurityGroupIds": ["sg-1", "sg-2"], "Subnets": ["subnet-1"]},
    "EnableNetworkIsolation": True,
}
IN_THE_WAY: Final = "A SageMaker model named .* exists already with another content"


class TestModels:
    @pytest.mark.parametrize(
        "other",
        [
            {"artifact": "s3://elsewhere/model.tar.gz"},
            {"environment": {"WORKERS": "3"}},
            {"image": "acme/xgboost:1"},
        ],
        ids=["artifact", "environment", "image"],
    )
    def test_a_model_of_another_content(self, on_aws: OnAws, other: dict[str, Any]) -> None:
        endpoint, arn = unique("endpoint"), on_aws.register()
        part = a_part(environment={"WORKERS": "2"})
        theirs = a_deployment(endpoint, arn, parts=(replace(part, **other),))
        on_aws.endpoints.make_model(theirs)
        with pytest.raises(NotPossible) as refused:
            on_aws.endpoints.deploy(a_deployment(endpoint, arn, name=theirs.name, parts=(part,)))
        assert refused.value.sentence == (
            f"A SageMaker model named {theirs.name} exists already with another content. Delete it, then "
            "propose this version again."
        )
        assert on_aws.endpoints.serving(endpoint) is None

    @pytest.mark.parametrize("package", [True, False], ids=["package", "one-more"])
    def test_a_model_of_another_making(self, on_aws: OnAws, *, package: bool) -> None:
        deployment = a_deployment(unique("endpoint"), on_aws.register(), parts=(Part("acme/one:1", ""),))
        more = [{"Image": "acme/one:1"}, {"Image": "acme/side:1"}]
        containers = [{"ModelPackageName": deployment.arn}] if package else more
        on_aws.sagemaker.create_model(ModelName=deployment.name, ExecutionRoleArn=ROLE, Containers=containers)
        with pytest.raises(NotPossible, match=IN_THE_WAY):
            on_aws.endpoints.make_model(deployment)

    @pytest.mark.parametrize(
        "hidden",
        [
            {"Mode": "MultiModel"},
            {"MultiModelConfig": {"ModelCacheSetting": "Enabled"}},
            {"ModelDataSource": {"S3DataSource": {"S3Uri": "s3://a/b/", "S3DataType": "S3Prefix"}}},
            {"AdditionalModelDataSources": [{"ChannelName": "more"}]},
            {"ImageConfig": {"RepositoryAccessMode": "Vpc"}},
        ],
        ids=lambda hidden: next(iter(hidden)),
    )
    def test_a_container_that_has_more_to_it(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch, hidden: dict[str, Any]
    ) -> None:
        deployment = made(on_aws)
        on_aws.says(monkeypatch, "describe_model", Containers=[{**container(deployment), **hidden}])
        tagged = on_aws.hears(monkeypatch, "add_tags")
        with pytest.raises(NotPossible, match=IN_THE_WAY):
            on_aws.endpoints.make_model(deployment)
        assert not tagged

    def test_containers_that_are_asked_one_by_one(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        deployment = made(on_aws)
        on_aws.says(monkeypatch, "describe_model", InferenceExecutionConfig={"Mode": "Direct"})
        with pytest.raises(NotPossible, match=IN_THE_WAY):
            on_aws.endpoints.make_model(deployment)

    def test_what_sagemaker_fills_in_is_no_difference(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        deployment = made(on_aws)
        asked = container(deployment)
        source = {"S3Uri": asked["ModelDataUrl"], "S3DataType": "S3Object", "CompressionType": "Gzip"}
        filled = {
            "Mode": "SingleModel",
            "ContainerHostname": "container-1",
            "ImageConfig": {"RepositoryAccessMode": "Platform"},
            "ModelDataSource": {"S3DataSource": {**source, "ETag": "abc"}},
        }
        on_aws.says(
            monkeypatch,
            "describe_model",
            Containers=[{**asked, **filled}],
            InferenceExecutionConfig={"Mode": "Serial"},
            EnableNetworkIsolation=False,
        )
        on_aws.endpoints.make_model(deployment)

    def test_ours_of_another_network_is_made_anew_where_nothing_uses_it(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        deployment, deleted = made(on_aws), list[str]()
        model = on_aws.sagemaker.delete_model

        def delete(**name: str) -> None:
            deleted.append(name["ModelName"])
            monkeypatch.undo()
            model(**name)

        on_aws.says(monkeypatch, "describe_model", **PRIVATE)  # and the champion is not
        monkeypatch.setattr(on_aws.sagemaker, "delete_model", delete)
        on_aws.endpoints.make_model(deployment)
        assert deleted == [deployment.name]
        assert on_aws.sagemaker.describe_model(ModelName=deployment.name)["ExecutionRoleArn"] == ROLE

    def test_so_is_ours_of_another_role(self, on_aws: OnAws) -> None:
        deployment, other = a_deployment(unique("endpoint"), on_aws.register()), f"{ROLE}-before"
        on_aws.sagemaker.create_model(
            ModelName=deployment.name,
            ExecutionRoleArn=other,
            Containers=[container(deployment)],
            Tags=[{"Key": key, "Value": value} for key, value in deployment.tags],
        )
        on_aws.endpoints.make_model(deployment)
        assert on_aws.sagemaker.describe_model(ModelName=deployment.name)["ExecutionRoleArn"] == ROLE

    @pytest.mark.parametrize("whose", [(), (("mlops:promotion", "p_another"),)], ids=["nobody", "another"])
    def test_somebody_elses_is_not(self, on_aws: OnAws, whose: tuple[tuple[str, str], ...]) -> None:
        deployment, other = a_deployment(unique("endpoint"), on_aws.register()), f"{ROLE}-before"
        on_aws.sagemaker.create_model(
            ModelName=deployment.name,
            ExecutionRoleArn=other,
            Containers=[container(deployment)],
            Tags=[{"Key": key, "Value": value} for key, value in whose],
        )
        with pytest.raises(NotPossible, match=IN_THE_WAY):
            on_aws.endpoints.make_model(deployment)
        described = on_aws.sagemaker.describe_model(ModelName=deployment.name)
        assert described["ExecutionRoleArn"] == other
        tags = on_aws.sagemaker.list_tags(ResourceArn=described["ModelArn"])["Tags"]
        assert [(tag["Key"], tag["Value"]) for tag in tags] == list(whose)

    def test_nor_is_ours_where_a_config_uses_it(self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch) -> None:
        deployment = made(on_aws)
        on_aws.sagemaker.create_endpoint_config(
            EndpointConfigName=deployment.name,
            ProductionVariants=[{**A_VARIANT, "VariantName": "AllTraffic", "ModelName": deployment.name}],
        )
        on_aws.says(monkeypatch, "describe_model", **PRIVATE)
        deleted = on_aws.hears(monkeypatch, "delete_model")
        with pytest.raises(NotPossible, match=IN_THE_WAY):
            on_aws.endpoints.make_model(deployment)
        assert not deleted


class TestConfigs:
    def test_ours_goes_on(self, on_aws: OnAws) -> None:
        capture = Capture(20, "s3://capture/churn")
        deployment = a_deployment(unique("endpoint"), on_aws.register(), capture=capture)
        on_aws.breaks("CreateEndpoint", "ThrottlingException")
        with pytest.raises(Exception, match="ThrottlingException"):
            on_aws.endpoints.deploy(deployment)
        on_aws.endpoints.deploy(deployment)
        assert on_aws.settles(deployment.endpoint).config == deployment.name

    @pytest.mark.parametrize(
        ("variant", "config"),
        [
            ({"ModelName": "theirs"}, {}),
            ({"InstanceType": "ml.p4d.24xlarge"}, {}),
            ({"InitialInstanceCount": 40}, {}),
            ({"CoreDumpConfig": {"DestinationS3Uri": "s3://theirs/dumps"}}, {}),
            ({"EnableSSMAccess": True}, {}),
            ({}, {"ShadowProductionVariants": [{**A_VARIANT, "VariantName": "s", "ModelName": "theirs"}]}),
            ({}, {"DataCaptureConfig": {"EnableCapture": True, "DestinationS3Uri": "s3://theirs/all"}}),
            ({}, {"KmsKeyId": "theirs"}),
            ({}, {"VpcConfig": PRIVATE["VpcConfig"]}),
        ],
        ids=["model", "instance", "count", "core-dump", "ssm", "shadow", "capture", "key", "network"],
    )
    def test_one_of_another_content(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch, variant: dict[str, Any], config: dict[str, Any]
    ) -> None:
        deployment = a_deployment(unique("endpoint"), on_aws.register())
        ours = {**A_VARIANT, "VariantName": "AllTraffic", "ModelName": deployment.name}
        on_aws.endpoints.make_model(deployment)
        on_aws.sagemaker.create_endpoint_config(
            EndpointConfigName=deployment.name, ProductionVariants=[{**ours, "InitialVariantWeight": 1.0}]
        )
        said = {"ProductionVariants": [{**ours, "InitialVariantWeight": 1.0, **variant}], **config}
        on_aws.says(monkeypatch, "describe_endpoint_config", **said)
        with pytest.raises(NotPossible) as refused:
            on_aws.endpoints.deploy(deployment)
        assert refused.value.sentence == (
            f"A SageMaker endpoint config named {deployment.name} exists already with another content. "
            "Delete it, then propose this version again."
        )
        assert on_aws.endpoints.serving(deployment.endpoint) is None


def made(on_aws: OnAws) -> Deployment:
    """A deployment whose model is there."""
    deployment = a_deployment(unique("endpoint"), on_aws.register())
    on_aws.endpoints.make_model(deployment)
    return deployment


def container(deployment: Deployment) -> dict[str, Any]:
    """What its container was asked to be."""
    (part,) = deployment.parts
    return {"Image": part.image, "ModelDataUrl": part.artifact, "Environment": dict(part.environment)}
