"""Deployment guardrails: what SageMaker accepts of them, and the phases that they make of an update.

Sources: Amazon SageMaker API, DeploymentConfig, TrafficRoutingConfig, RollingUpdatePolicy; SageMaker
Developer Guide, Deployment guardrails for updating models in production.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from moto.sagemaker.exceptions import ValidationError

_WHOLE: Final = 100  # percent
_HALF: Final = 0.5
_MOST_ALARMS: Final = 10
_LONGEST_WAIT: Final = 3600
_PERCENT: Final = "CAPACITY_PERCENT"
_LEAST: Final = {"CanarySize": 1, "LinearStepSize": 10, "MaximumBatchSize": 5}  # percent


@dataclass(frozen=True)
class Phase:
    """A part of an update: what the new variants do, their share of the traffic, how long it takes.

    `instances` is the share of the new instances that run; `length` counts for nothing but its ratio to
    the other phases' lengths.
    """

    status: str
    share: float
    instances: float
    length: int


def check(deployment: Mapping[str, Any], instances: int) -> None:
    """Raise what SageMaker would for a DeploymentConfig; `instances` are those of the smallest variant."""
    blue_green, rolling = deployment.get("BlueGreenUpdatePolicy"), deployment.get("RollingUpdatePolicy")
    if blue_green and rolling:
        raise ValidationError(
            "DeploymentConfig takes either BlueGreenUpdatePolicy or RollingUpdatePolicy, not both."
        )
    alarms = (deployment.get("AutoRollbackConfiguration") or {}).get("Alarms") or []
    if len(alarms) > _MOST_ALARMS:
        raise ValidationError(f"AutoRollbackConfiguration takes at most {_MOST_ALARMS} alarms.")
    if rolling:
        _check_size(rolling, "MaximumBatchSize", instances)
        _check_seconds(rolling, "WaitIntervalInSeconds")
    if blue_green:
        _check_seconds(blue_green, "TerminationWaitInSeconds")
        _check_routing(blue_green.get("TrafficRoutingConfiguration") or {}, instances)


def phases(deployment: Mapping[str, Any], instances: int) -> tuple[Phase, ...]:
    """The phases of an update under a DeploymentConfig that was checked."""
    rolling = deployment.get("RollingUpdatePolicy")
    if rolling:
        return _batches(_share(rolling["MaximumBatchSize"], instances))
    blue_green = deployment.get("BlueGreenUpdatePolicy") or {}
    routing = blue_green.get("TrafficRoutingConfiguration") or {}
    creating = Phase("Creating", 0, 0, 3)
    match routing.get("Type"):
        case "CANARY":
            canary = _share(routing["CanarySize"], instances)
            return creating, *_shift(canary, 4), *_shift(1, 2)
        case "LINEAR":
            steps = _steps(_share(routing["LinearStepSize"], instances))
            return creating, *(phase for share in steps for phase in _shift(share, 2))
        case _:
            return creating, *_shift(1, 3)


def _check_routing(routing: Mapping[str, Any], instances: int) -> None:
    _check_seconds(routing, "WaitIntervalInSeconds")
    kind = routing.get("Type")
    if kind not in ("ALL_AT_ONCE", "CANARY", "LINEAR"):
        raise ValidationError(f"Traffic routing is ALL_AT_ONCE, CANARY or LINEAR, not {kind}.")
    for size, belongs_to in (("CanarySize", "CANARY"), ("LinearStepSize", "LINEAR")):
        if kind == belongs_to and size not in routing:
            raise ValidationError(f"Traffic routing of type {kind} needs {size}.")
        if kind != belongs_to and size in routing:
            raise ValidationError(f"Traffic routing of type {kind} takes no {size}.")
        if size in routing:
            _check_size(routing, size, instances)


def _check_size(policy: Mapping[str, Any], name: str, instances: int) -> None:
    """From the least percentage up to half of the variant's instances."""
    size = policy[name]
    value, in_percent = size["Value"], size["Type"] == _PERCENT
    least = _LEAST[name] if in_percent else 1
    most = _WHOLE * _HALF if in_percent else instances * _HALF
    if not least <= value <= most:
        unit = "percent" if in_percent else f"of {instances} instances"
        raise ValidationError(
            f"{name} must be from {least} to {most:g} {unit}, at most half of the variant's capacity; "
            f"it is {value}."
        )


def _check_seconds(policy: Mapping[str, Any], name: str) -> None:
    seconds = policy.get(name, 0)
    if not 0 <= seconds <= _LONGEST_WAIT:
        raise ValidationError(f"{name} must be from 0 to {_LONGEST_WAIT} seconds; it is {seconds}.")


def _share(size: Mapping[str, Any], instances: int) -> float:
    if size["Type"] == _PERCENT:
        return float(size["Value"]) / _WHOLE
    return float(size["Value"]) / max(instances, 1)


def _steps(step: float) -> list[float]:
    """The traffic after each step, the last of which makes it whole."""
    return [min(1.0, step * count) for count in range(1, int(-(-1 // step)) + 1)]


def _shift(share: float, bake: int) -> tuple[Phase, Phase]:
    return Phase("ActivatingTraffic", share, 1, 1), Phase("Baking", share, 1, bake)


def _batches(batch: float) -> tuple[Phase, ...]:
    made, before = [], 0.0
    for share in _steps(batch):
        made += [Phase("Creating", before, share, 1), *_bake_batch(share)]
        before = share
    return tuple(made)


def _bake_batch(share: float) -> tuple[Phase, Phase]:
    return Phase("ActivatingTraffic", share, share, 1), Phase("Baking", share, share, 1)
