"""Models, endpoint configurations, and endpoints that take their time, roll back and fail."""

from collections.abc import Callable
from typing import Any, Final

from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker.exceptions import ValidationError

from playground.aws import guardrails
from playground.aws.deployment_events import set_status
from playground.aws.lineage_packages import record_endpoint
from playground.aws.rollout import Rollout, fewest_instances
from playground.aws.sagemaker_base import SageMaker, result_of, sagemaker_arn

_EXTRA: Final = {
    "last_deployment_config": "LastDeploymentConfig",
    "pending_deployment_summary": "PendingDeploymentSummary",
}
_SETTLED: Final = ("InService", "Failed")


class ModelOperations(SageMaker):
    """A name is used once, and refused in AWS's words."""

    def create_model(self) -> Any:
        """A new model."""
        name = self._get_param("ModelName")
        if name in self._store._models:
            arn = sagemaker_arn("model", name)
            raise ValidationError(f'Cannot create already existing model "{arn}".')
        return super().create_model()

    def create_endpoint_config(self) -> Any:
        """A new endpoint configuration."""
        name = self._get_param("EndpointConfigName")
        if name in self._store.endpoint_configs:
            arn = sagemaker_arn("endpoint-config", name)
            raise ValidationError(f'Cannot create already existing endpoint configuration "{arn}".')
        return super().create_endpoint_config()


class EndpointOperations(SageMaker):
    """Endpoints and their rollouts."""

    def create_endpoint(self) -> Any:
        """Creating, then InService; or Failed, with a reason."""
        name = self._get_param("EndpointName")
        if name in self._store.endpoints:
            arn = sagemaker_arn("endpoint", name)
            raise ValidationError(f'Cannot create already existing endpoint "{arn}".')
        made = super().create_endpoint()
        endpoint = self._store.endpoints[name]
        try:
            guardrails.check(self._asked.get("DeploymentConfig") or {}, _instances(endpoint))
        except ValidationError:
            del self._store.endpoints[name]
            raise
        record_endpoint(self._around.lineage, endpoint)
        Rollout(self._around, endpoint, endpoint.endpoint_config_name).create()
        return made

    def update_endpoint(self) -> Any:
        """Updating, then InService on the new configuration, or back on the old one."""
        endpoint, asked = self._endpoint(), self._asked
        if endpoint.endpoint_status not in _SETTLED:
            raise ValidationError(f'Cannot update in-progress endpoint "{endpoint.arn}".')
        config = asked["EndpointConfigName"]
        if config not in self._store.endpoint_configs:
            arn = sagemaker_arn("endpoint-config", config)
            raise ValidationError(f'Could not find endpoint configuration "{arn}".')
        deployment = asked.get("DeploymentConfig")
        if not deployment and asked.get("RetainDeploymentConfig"):
            deployment = endpoint.__dict__.get("last_deployment_config")
        variants = endpoint._process_production_variants(
            self._store.describe_endpoint_config(config)["ProductionVariants"]
        )
        guardrails.check(deployment or {}, fewest_instances(variants))
        Rollout(self._around, endpoint, config, deployment, _keep(endpoint, asked)).update()
        return ActionResult({"EndpointArn": endpoint.arn})

    def update_endpoint_weights_and_capacities(self) -> Any:
        """Updating for a moment."""
        endpoint = self._endpoint()
        if endpoint.endpoint_status not in _SETTLED:
            raise ValidationError(f'Cannot update in-progress endpoint "{endpoint.arn}".')
        answer = super().update_endpoint_weights_and_capacities()
        Rollout(self._around, endpoint, endpoint.endpoint_config_name).rescale()
        return answer

    def describe_endpoint(self) -> Any:
        """With the deployment that goes on, and the last one."""
        endpoint = self._endpoint()
        answer = result_of(super().describe_endpoint())
        described = {key: value for key, value in answer.items() if value is not None}
        capture = described.pop("DataCaptureConfig", None)
        if capture:
            described["DataCaptureConfig"] = _capture(capture)
        for attribute, key in _EXTRA.items():
            if endpoint.__dict__.get(attribute):
                described[key] = endpoint.__dict__[attribute]
        return ActionResult(described)

    def delete_endpoint(self) -> Any:
        """Deleting, then gone."""
        endpoint = self._endpoint()
        if endpoint.endpoint_status not in _SETTLED:
            raise ValidationError(f'Cannot delete in-progress endpoint "{endpoint.arn}".')
        set_status(self._around, endpoint, "Deleting")
        super().delete_endpoint()
        self._around.serving.pop(endpoint.endpoint_name, None)
        return EmptyResult()

    def _endpoint(self) -> Any:
        name = self._get_param("EndpointName")
        endpoint = self._store.endpoints.get(name)
        if endpoint is None:
            arn = sagemaker_arn("endpoint", name)
            raise ValidationError(f'Could not find endpoint "{arn}".')
        return endpoint


def _keep(endpoint: Any, asked: dict[str, Any]) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    """What UpdateEndpoint's RetainAllVariantProperties makes of the new configuration's variants."""
    kept = {"DesiredInstanceCount": "CurrentInstanceCount", "DesiredWeight": "CurrentWeight"}
    excluded = {row["VariantPropertyType"] for row in asked.get("ExcludeRetainedVariantProperties") or []}
    retained = [desired for desired in kept if asked.get("RetainAllVariantProperties")]
    retained = [desired for desired in retained if desired not in excluded]
    before = {variant["VariantName"]: dict(variant) for variant in endpoint.production_variants}

    def keep(variants: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for variant in variants:
            old = before.get(variant["VariantName"], {})
            for desired in retained:
                if old.get(desired) is not None and desired in variant:
                    variant[desired] = variant[kept[desired]] = old[desired]
        return variants

    return keep


def _instances(endpoint: Any) -> int:
    return fewest_instances(endpoint.production_variants)


def _capture(config: dict[str, Any]) -> dict[str, Any]:
    return {
        "EnableCapture": config.get("EnableCapture", True),
        "CaptureStatus": "Started",
        "CurrentSamplingPercentage": config["InitialSamplingPercentage"],
        "DestinationS3Uri": config["DestinationS3Uri"],
        "KmsKeyId": config.get("KmsKeyId", ""),
    }
