"""One deployment of an endpoint, from its first event to its last."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from playground.aws.sagemaker_base import LOCK, Surroundings, milliseconds, now, store

if TYPE_CHECKING:
    from playground.aws.faults import EndpointFault

_EVENT: Final = "SageMaker Endpoint State Change"
_SHOUTED: Final = {
    "Creating": "CREATING",
    "Updating": "UPDATING",
    "InService": "IN_SERVICE",
    "RollingBack": "ROLLING_BACK",
    "Failed": "FAILED",
    "Deleting": "DELETING",
}
_LOOKS: Final = 5  # how often an update looks at its alarms before it ends


class Rollout:
    """Moves an endpoint to a configuration, unless a fault or an alarm is in the way."""

    def __init__(self, around: Surroundings, endpoint: Any, config: str, deployment: Any) -> None:
        self._around, self._endpoint, self._config = around, endpoint, config
        self._deployment = deployment or {}
        self._fault: EndpointFault | None = None

    def create(self) -> None:
        """The first deployment: any fault makes it fail."""
        self._fault = self._around.faults.take_endpoint(self._endpoint.endpoint_name)
        self._later(self._around.pace.create_endpoint, self._created)

    def update(self) -> None:
        """A deployment over an old configuration."""
        self._fault = self._around.faults.take_endpoint(self._endpoint.endpoint_name)
        variants = store().describe_endpoint_config(self._config)["ProductionVariants"]
        self._endpoint.pending_deployment_summary = {
            "EndpointConfigName": self._config,
            "ProductionVariants": self._endpoint._process_production_variants(variants),
            "StartTime": now(),
        }
        set_status(self._around, self._endpoint, "Updating")
        self._look(_LOOKS)

    def rescale(self) -> None:
        """Weights and capacities only."""
        set_status(self._around, self._endpoint, "Updating")
        self._later(self._around.pace.update_endpoint / 2, self._rescaled)

    def _created(self) -> None:
        if self._fault:
            set_status(self._around, self._endpoint, "Failed", self._fault.reason)
        else:
            set_status(self._around, self._endpoint, "InService")

    def _look(self, left: int) -> None:
        self._later(self._around.pace.update_endpoint / _LOOKS, lambda: self._looked(left - 1))

    def _looked(self, left: int) -> None:
        alarms = (self._deployment.get("AutoRollbackConfiguration") or {}).get("Alarms") or []
        ringing = self._around.in_alarm([alarm["AlarmName"] for alarm in alarms])
        if ringing:
            names = ", ".join(ringing)
            self._roll_back(f"One or more configured alarms moved into ALARM state: {names}")
        elif left:
            self._look(left)
        elif self._fault is None:
            self._updated()
        elif self._fault.outcome == "rollback":
            self._roll_back(self._fault.reason)
        else:
            self._endpoint.pending_deployment_summary = None
            set_status(self._around, self._endpoint, "Failed", self._fault.reason)

    def _updated(self) -> None:
        apply_config(self._endpoint, self._config)
        self._endpoint.pending_deployment_summary = None
        self._endpoint.last_deployment_config = self._deployment or None
        set_status(self._around, self._endpoint, "InService")

    def _roll_back(self, reason: str) -> None:
        set_status(self._around, self._endpoint, "RollingBack", reason)
        self._later(self._around.pace.rollback, lambda: self._rolled_back(reason))

    def _rolled_back(self, reason: str) -> None:
        self._endpoint.pending_deployment_summary = None
        set_status(self._around, self._endpoint, "InService", reason)

    def _rescaled(self) -> None:
        for variant in self._endpoint.production_variants:
            for aspect in ("Weight", "InstanceCount"):
                if variant.get(f"Desired{aspect}") is not None:
                    variant[f"Current{aspect}"] = variant[f"Desired{aspect}"]
        set_status(self._around, self._endpoint, "InService")

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        def if_still_there() -> None:
            with LOCK:
                if store().endpoints.get(self._endpoint.endpoint_name) is self._endpoint:
                    act()

        self._around.timers.later(seconds, if_still_there)


def apply_config(endpoint: Any, config: str) -> None:
    """From now on the endpoint serves this configuration."""
    described = store().describe_endpoint_config(config)
    variants = endpoint._process_production_variants(described["ProductionVariants"])
    for variant in variants:
        variant["DeployedImages"] = []
    endpoint.endpoint_config_name = config
    endpoint.production_variants = variants
    endpoint.data_capture_config = described.get("DataCaptureConfig")


def set_status(around: Surroundings, endpoint: Any, status: str, reason: str | None = None) -> None:
    """Change the status and tell EventBridge."""
    endpoint.endpoint_status, endpoint.failure_reason = status, reason
    endpoint.last_modified_time = now()
    detail = {
        "EndpointName": endpoint.endpoint_name,
        "EndpointArn": endpoint.arn,
        "EndpointConfigName": endpoint.endpoint_config_name,
        "ProductionVariants": endpoint.production_variants,
        "EndpointStatus": _SHOUTED[status],
        "CreationTime": milliseconds(endpoint.creation_time),
        "LastModifiedTime": milliseconds(endpoint.last_modified_time),
        "Tags": {tag["Key"]: tag["Value"] for tag in endpoint.tags or []},
    }
    around.emit(_EVENT, {**detail, "FailureReason": reason} if reason else detail, endpoint.arn)
