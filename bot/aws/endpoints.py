"""The Endpoints port over SageMaker hosting."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from bot.aws.errors import code, message
from bot.aws.hosting import (
    SETTLED,
    check_takes_updates,
    deployment_config,
    first_variant,
    other_content,
    pending_config,
    served,
    sole_variant,
    variants_of,
)
from bot.domain.policy import Instance
from bot.domain.refusals import NotPossible
from bot.usecases.ports import Deployment, EndpointBusy, Serving

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

_NETWORK: Final = ("VpcConfig", "EnableNetworkIsolation")
_NO_MODEL: Final = "no model"
# Of these SageMaker thinks the same a minute later; whatever else it says is worth another try.
_CLIENT_FAULTS: Final = frozenset(
    {
        "ValidationException",
        "ResourceLimitExceeded",
        "ResourceInUse",
        "ResourceNotFound",
        "AccessDeniedException",
        "AccessDenied",
    }
)
# All that a config says besides its variants (Amazon SageMaker API: CreateEndpointConfig).
_KEPT: Final = (
    "DataCaptureConfig",
    "KmsKeyId",
    "ExecutionRoleArn",
    "VpcConfig",
    "EnableNetworkIsolation",
    "AsyncInferenceConfig",
    "ExplainerConfig",
    "MetricsConfig",
)


class SageMakerEndpoints:
    """Endpoints of one account and region; models run with `role`."""

    def __init__(self, client: "SageMakerClient", role: str) -> None:
        self._client, self._role = client, role

    def serving(self, endpoint: str) -> Serving | None:
        """See the port."""
        described = self._endpoint(endpoint)
        if described is None:
            return None
        variants = variants_of(self._config(described["EndpointConfigName"]))
        arns = [arn for variant in variants for arn in self._arns(variant.get("ModelName"))]
        return Serving(
            endpoint=endpoint,
            status=described["EndpointStatus"],
            settled=described["EndpointStatus"] in SETTLED,
            config=described["EndpointConfigName"],
            arns=tuple(arns),
            modified_at=described["LastModifiedTime"],
            reason=described.get("FailureReason", ""),
        )

    def deploy(self, deployment: Deployment) -> None:
        """See the port. A model and an endpoint config of the deployment's name are made first; both
        names are the promotion's own, so what is there already is ours if it has our content.
        """
        try:
            self._make(deployment)
        except ClientError as error:
            if _is_busy(error):
                raise EndpointBusy(message(error)) from error
            if code(error) not in _CLIENT_FAULTS:
                raise
            raise NotPossible(f"SageMaker refused: {message(error).rstrip('.')}.") from None

    def _make(self, deployment: Deployment) -> None:
        current = self._endpoint(deployment.endpoint)
        if current and deployment.name in {current["EndpointConfigName"], pending_config(current)}:
            return
        if current:
            check_takes_updates(deployment.endpoint, current["EndpointStatus"])
        serves = current["EndpointConfigName"] if current else ""
        if deployment.replaces is not None and serves != deployment.replaces:
            raise EndpointBusy(f"{deployment.endpoint} serves {serves}, not {deployment.replaces}")
        config = self._successor(deployment, current) if current else self._first(deployment)
        tags: Any = [{"Key": key, "Value": value} for key, value in deployment.tags]
        self._make_model(deployment, tags, self._network(current) if current else {})
        self._make_config(deployment, config, tags)
        if current is None:
            self._create(deployment, tags)
            return
        # Scaling moved the instances and weights since the old config was written: they stay as they
        # are now (Amazon SageMaker API: UpdateEndpoint).
        self._client.update_endpoint(
            EndpointName=deployment.endpoint,
            EndpointConfigName=deployment.name,
            RetainAllVariantProperties=True,
            DeploymentConfig=deployment_config(deployment),
        )

    def _network(self, current: Any) -> Any:
        """The network settings of the model that serves now: a private one must not become a public one.

        They belong to the model, not to the endpoint (Amazon SageMaker API: CreateModel).
        """
        variants = variants_of(self._config(current["EndpointConfigName"]))
        described = _found(self._client.describe_model, ModelName=variants[0]["ModelName"]) or {}
        return {key: described[key] for key in _NETWORK if described.get(key)}

    def _make_model(self, deployment: Deployment, tags: Any, network: Any) -> None:
        try:
            self._client.create_model(
                ModelName=deployment.name,
                ExecutionRoleArn=self._role,
                Containers=[{"ModelPackageName": deployment.arn}],
                Tags=tags,
                **network,
            )
        except ClientError as error:
            if not _exists(error):
                raise
            if self._arns(deployment.name) != [deployment.arn]:
                raise NotPossible(other_content("model", deployment.name)) from None

    def _make_config(self, deployment: Deployment, config: Any, tags: Any) -> None:
        try:
            self._client.create_endpoint_config(EndpointConfigName=deployment.name, Tags=tags, **config)
        except ClientError as error:
            if not _exists(error):
                raise
            variants = variants_of(self._config(deployment.name))
            if [variant.get("ModelName") for variant in variants] != [deployment.name]:
                raise NotPossible(other_content("endpoint config", deployment.name)) from None

    def _create(self, deployment: Deployment, tags: Any) -> None:
        try:
            self._client.create_endpoint(
                EndpointName=deployment.endpoint, EndpointConfigName=deployment.name, Tags=tags
            )
        except ClientError as error:
            if not _exists(error):
                raise
            # Another first version was quicker: when its rollout has ended, ours is an update.
            raise EndpointBusy(message(error)) from error

    def _first(self, deployment: Deployment) -> Any:
        """What a first deployment's config says."""
        return {"ProductionVariants": [first_variant(deployment.name, self._instance(deployment))]}

    def _successor(self, deployment: Deployment, current: Any) -> Any:
        """What the endpoint's config says now, with no more changed than the model."""
        config = self._config(current["EndpointConfigName"])
        if config is None:
            raise NotPossible(
                f"The config {current['EndpointConfigName']} of `{deployment.endpoint}` was deleted, so I "
                f"do not know what to keep. Update `{deployment.endpoint}` to a config that exists, then "
                f"propose this version again."
            )
        variant = {**sole_variant(deployment.endpoint, config), "ModelName": deployment.name}
        kept = {key: config[key] for key in _KEPT if config.get(key)}
        return {**kept, "ProductionVariants": [variant]}

    def _instance(self, deployment: Deployment) -> Instance:
        if deployment.instance:
            return deployment.instance
        package = self._client.describe_model_package(ModelPackageName=deployment.arn)
        types = (package.get("InferenceSpecification") or {}).get(
            "SupportedRealtimeInferenceInstanceTypes", ()
        )
        if types:
            return Instance(types[0])
        raise NotPossible(
            f"I do not know what `{deployment.endpoint}` shall run on. Give the stage an "
            f'`instance = {{ type = "ml.m5.large" }}` in mlops.toml.'
        )

    def _endpoint(self, name: str) -> Any:
        return _found(self._client.describe_endpoint, EndpointName=name)

    def _config(self, name: str) -> Any:
        return _found(self._client.describe_endpoint_config, EndpointConfigName=name)

    def _arns(self, model: str | None) -> Sequence[str]:
        """One text for each container, so that a stranger beside a package is never overlooked.

        A variant has no model where it hosts inference components (Amazon SageMaker API:
        ProductionVariant), or where somebody deleted it.
        """
        described = _found(self._client.describe_model, ModelName=model) if model else None
        if described is None:
            return [_NO_MODEL]
        containers = [*(described.get("Containers") or ()), described.get("PrimaryContainer")]
        return [served(container) for container in containers if container] or [_NO_MODEL]


def _found(describe: Callable[..., Any], **name: str) -> Any:
    """What there is of that name, or None."""
    try:
        return describe(**name)
    except ClientError as error:
        if "Could not find" in message(error):
            return None
        raise


def _exists(error: ClientError) -> bool:
    return "already existing" in message(error)


def _is_busy(error: ClientError) -> bool:
    return "Cannot update in-progress endpoint" in message(error)
