"""One deployment of an endpoint, from its first event to its last."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from playground.aws.deployment_events import pending_variants, set_status, tell_phase
from playground.aws.fault_kinds import EndpointFault
from playground.aws.guardrails import Phase, phases
from playground.aws.sagemaker_base import LOCK, Surroundings, now, store
from playground.aws.serving import BrokenArtifact, Fleet, Loader, Serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_UNHEALTHY: Final = "The container did not pass the ping health check:"


class Rollout:
    """Moves an endpoint to a configuration, unless a fault or an alarm is in the way.

    Args:
        around: the account.
        endpoint: moto's.
        config: the name of the configuration.
        deployment: SageMaker's DeploymentConfig, checked.
        keep: turns variants of the configuration into those that the endpoint will have.
    """

    def __init__(
        self,
        around: Surroundings,
        endpoint: Any,
        config: str,
        deployment: Any = None,
        keep: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = list,
    ) -> None:
        self._around, self._endpoint, self._config = around, endpoint, config
        self._deployment: Mapping[str, Any] = deployment or {}
        described = store().describe_endpoint_config(config)
        self._variants = keep(endpoint._process_production_variants(described["ProductionVariants"]))
        self._described = described
        self._fault: EndpointFault | None = None
        self._fleet: Fleet | None = None
        self._phases: Iterator[Phase] = iter(())
        self._tick = 0.0  # seconds of a phase of length 1

    def create(self) -> None:
        """The first deployment: any fault makes it fail."""
        apply_config(self._endpoint, self._config, self._variants)
        set_status(self._around, self._endpoint, "Creating")
        self._begin()
        self._later(self._around.pace.create_endpoint, self._created)

    def update(self) -> None:
        """A deployment over an old configuration."""
        self._begin()
        plan = phases(self._deployment, fewest_instances(self._variants))
        self._tick = self._around.pace.update_endpoint / sum(phase.length for phase in plan)
        self._phases = iter(plan)
        self._endpoint.pending_deployment_summary = {
            "EndpointConfigName": self._config,
            "ProductionVariants": [],
            "StartTime": now(),
        }
        self._enter(next(self._phases), first=True)

    def rescale(self) -> None:
        """Weights and capacities only."""
        set_status(self._around, self._endpoint, "Updating")
        self._later(self._around.pace.update_endpoint / 2, self._rescaled)

    def _begin(self) -> None:
        name = self._endpoint.endpoint_name
        self._fault = self._around.faults.take_endpoint(name)
        deployment = self._around.faults.deployment()
        try:
            self._fleet = Loader(store(), self._around.s3()).fleet(self._described, deployment)
        except BrokenArtifact as broken:
            self._fault = EndpointFault(name, "rollback", f"{_UNHEALTHY} {broken}")

    def _created(self) -> None:
        if self._fault:
            set_status(self._around, self._endpoint, "Failed", self._fault.reason)
        else:
            self._serving.settle(self._fleet)
            set_status(self._around, self._endpoint, "InService")

    def _enter(self, phase: Phase, *, first: bool = False) -> None:
        summary = self._endpoint.pending_deployment_summary
        summary["ProductionVariants"] = pending_variants(self._variants, phase)
        if self._fleet is not None:
            self._serving.shift(self._fleet, phase.share)
        if first:
            set_status(self._around, self._endpoint, "Updating")
        tell_phase(self._around, self._endpoint)
        self._look(phase.length)

    def _look(self, left: int) -> None:
        self._later(self._tick, lambda: self._looked(left - 1))

    def _looked(self, left: int) -> None:
        alarms = (self._deployment.get("AutoRollbackConfiguration") or {}).get("Alarms") or []
        ringing = self._around.in_alarm([alarm["AlarmName"] for alarm in alarms])
        if ringing:
            names = ", ".join(ringing)
            self._roll_back(f"One or more configured alarms moved into ALARM state: {names}")
        elif left:
            self._look(left)
        elif self._fault and self._fleet is None:
            self._roll_back(self._fault.reason)
        elif (phase := next(self._phases, None)) is not None:
            self._enter(phase)
        else:
            self._ended()

    def _ended(self) -> None:
        if self._fault is None:
            apply_config(self._endpoint, self._config, self._variants)
            self._serving.settle(self._fleet)
            self._endpoint.pending_deployment_summary = None
            self._endpoint.last_deployment_config = self._deployment or None
            set_status(self._around, self._endpoint, "InService")
        elif self._fault.outcome == "rollback":
            self._roll_back(self._fault.reason)
        else:
            self._serving.settle(None)
            self._endpoint.pending_deployment_summary = None
            set_status(self._around, self._endpoint, "Failed", self._fault.reason)

    def _roll_back(self, reason: str) -> None:
        self._serving.settle(None)
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

    @property
    def _serving(self) -> Serving:
        return self._around.serving.setdefault(self._endpoint.endpoint_name, Serving())

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        def if_still_there() -> None:
            with LOCK:
                if store().endpoints.get(self._endpoint.endpoint_name) is self._endpoint:
                    act()

        self._around.timers.later(seconds, if_still_there)


def apply_config(endpoint: Any, config: str, variants: list[dict[str, Any]]) -> None:
    """From now on the endpoint serves this configuration."""
    endpoint.endpoint_config_name = config
    endpoint.production_variants = [{**variant, "DeployedImages": []} for variant in variants]
    endpoint.data_capture_config = store().describe_endpoint_config(config).get("DataCaptureConfig")


def fewest_instances(variants: list[dict[str, Any]]) -> int:
    """The instances of the smallest variant; 0 where one is serverless."""
    return min((variant.get("DesiredInstanceCount") or 0 for variant in variants), default=0)
