"""The Endpoints port over SageMaker hosting."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from bot.aws.errors import code, message
from bot.domain.policy import Instance, RolloutKind
from bot.domain.refusals import NotPossible
from bot.usecases.ports import Deployment, EndpointBusy, Serving

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

_SETTLED: Final = frozenset({"InService", "Failed", "OutOfService"})
_VARIANT: Final = "AllTraffic"
_TRANSIENT: Final = frozenset({"ThrottlingException", "Throttling", "InternalFailure", "ServiceUnavailable"})


class SageMakerEndpoints:
    """Endpoints of one account and region; models run with `role`."""

    def __init__(self, client: "SageMakerClient", role: str) -> None:
        self._client, self._role = client, role

    def serving(self, endpoint: str) -> Serving | None:
        """See the port."""
        described = self._describe(endpoint)
        if described is None:
            return None
        variants = self._variants(described["EndpointConfigName"])
        arns = [arn for variant in variants for arn in self._arns(variant["ModelName"])]
        return Serving(
            endpoint=endpoint,
            status=described["EndpointStatus"],
            settled=described["EndpointStatus"] in _SETTLED,
            config=described["EndpointConfigName"],
            arns=tuple(arns),
            modified_at=described["LastModifiedTime"],
            reason=described.get("FailureReason", ""),
        )

    def deploy(self, deployment: Deployment) -> None:
        """See the port. A model and an endpoint config of the deployment's name are made first; both
        names are the promotion's own, so finding them there means that we made them.
        """
        try:
            self._make(deployment)
        except ClientError as error:
            if _is_busy(error):
                raise EndpointBusy(message(error)) from error
            if code(error) in _TRANSIENT:
                raise
            raise NotPossible(f"SageMaker refused: {message(error).rstrip('.')}.") from None

    def _make(self, deployment: Deployment) -> None:
        current = self._describe(deployment.endpoint)
        if current and deployment.name in {current["EndpointConfigName"], _pending(current)}:
            return
        if current and current["EndpointStatus"] not in _SETTLED:
            raise EndpointBusy(f"{deployment.endpoint} is {current['EndpointStatus']}")
        tags: Any = [{"Key": key, "Value": value} for key, value in deployment.tags]
        instance = self._instance(deployment, current)
        self._once(
            self._client.create_model,
            ModelName=deployment.name,
            ExecutionRoleArn=self._role,
            Containers=[{"ModelPackageName": deployment.arn}],
            Tags=tags,
        )
        self._once(
            self._client.create_endpoint_config,
            EndpointConfigName=deployment.name,
            ProductionVariants=[_variant(deployment.name, instance)],
            Tags=tags,
        )
        if current is None:
            self._client.create_endpoint(
                EndpointName=deployment.endpoint, EndpointConfigName=deployment.name, Tags=tags
            )
            return
        self._client.update_endpoint(
            EndpointName=deployment.endpoint,
            EndpointConfigName=deployment.name,
            DeploymentConfig=deployment_config(deployment),
        )

    def _once(self, create: Any, **arguments: Any) -> None:
        try:
            create(**arguments)
        except ClientError as error:
            if "already existing" not in message(error):
                raise

    def _instance(self, deployment: Deployment, current: Any) -> Instance:
        if current:
            variant = self._variants(current["EndpointConfigName"])[0]
            if "InstanceType" in variant:
                return Instance(variant["InstanceType"], variant.get("InitialInstanceCount", 1))
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

    def _describe(self, endpoint: str) -> Any:
        try:
            return self._client.describe_endpoint(EndpointName=endpoint)
        except ClientError as error:
            if "Could not find" in message(error):
                return None
            raise

    def _variants(self, config: str) -> Sequence[Any]:
        try:
            return self._client.describe_endpoint_config(EndpointConfigName=config)["ProductionVariants"]
        except ClientError as error:
            if "Could not find" in message(error):
                return ()
            raise

    def _arns(self, model: str) -> Sequence[str]:
        try:
            described = self._client.describe_model(ModelName=model)
        except ClientError as error:
            if "Could not find" in message(error):
                return ()
            raise
        containers = [*described.get("Containers", ()), described.get("PrimaryContainer") or {}]
        return [c["ModelPackageName"] for c in containers if c.get("ModelPackageName")]


def deployment_config(deployment: Deployment) -> Any:
    """SageMaker's DeploymentConfig for the rollout (Amazon SageMaker API: BlueGreenUpdatePolicy)."""
    rollout = deployment.rollout
    routing: dict[str, Any] = {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}
    if rollout.kind is RolloutKind.CANARY:
        size = {"Type": "CAPACITY_PERCENT", "Value": rollout.percent}
        seconds = int(rollout.bake.total_seconds())
        routing = {"Type": "CANARY", "CanarySize": size, "WaitIntervalInSeconds": seconds}
    config: dict[str, Any] = {
        "BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing, "TerminationWaitInSeconds": 0}
    }
    if deployment.alarms:
        alarms = [{"AlarmName": alarm} for alarm in deployment.alarms]
        config["AutoRollbackConfiguration"] = {"Alarms": alarms}
    return config


def _variant(name: str, instance: Instance) -> Any:
    return {
        "VariantName": _VARIANT,
        "ModelName": name,
        "InstanceType": instance.type,
        "InitialInstanceCount": instance.count,
        "InitialVariantWeight": 1.0,
    }


def _pending(described: Any) -> str:
    # An endpoint keeps its old config until the rollout has ended (Amazon SageMaker API: DescribeEndpoint).
    return str((described.get("PendingDeploymentSummary") or {}).get("EndpointConfigName", ""))


def _is_busy(error: ClientError) -> bool:
    return "Cannot update in-progress endpoint" in message(error)
