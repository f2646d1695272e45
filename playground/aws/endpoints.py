"""Models, endpoint configurations, and endpoints that take their time, roll back and fail."""

from typing import Any, Final

from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker.exceptions import ValidationError

from playground.aws.rollout import Rollout, apply_config, set_status
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
        apply_config(endpoint, endpoint.endpoint_config_name)
        set_status(self._around, endpoint, "Creating")
        Rollout(
            self._around, endpoint, endpoint.endpoint_config_name, self._asked.get("DeploymentConfig")
        ).create()
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
        kept = (
            endpoint.__dict__.get("last_deployment_config") if asked.get("RetainDeploymentConfig") else None
        )
        Rollout(self._around, endpoint, config, asked.get("DeploymentConfig") or kept).update()
        return ActionResult({"EndpointArn": endpoint.arn})

    def update_endpoint_weights_and_capacities(self) -> Any:
        """Updating for a moment."""
        endpoint = self._endpoint()
        if endpoint.endpoint_status not in _SETTLED:
            raise ValidationError(f'Cannot update in-progress endpoint "{endpoint.arn}".')
        answer = super().update_endpoint_weights_and_capacities()
        Rollout(self._around, endpoint, endpoint.endpoint_config_name, None).rescale()
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
        return EmptyResult()

    def _endpoint(self) -> Any:
        name = self._get_param("EndpointName")
        endpoint = self._store.endpoints.get(name)
        if endpoint is None:
            arn = sagemaker_arn("endpoint", name)
            raise ValidationError(f'Could not find endpoint "{arn}".')
        return endpoint


def _capture(config: dict[str, Any]) -> dict[str, Any]:
    return {
        "EnableCapture": config.get("EnableCapture", True),
        "CaptureStatus": "Started",
        "CurrentSamplingPercentage": config["InitialSamplingPercentage"],
        "DestinationS3Uri": config["DestinationS3Uri"],
        "KmsKeyId": config.get("KmsKeyId", ""),
    }
