"""What SageMaker hosting calls things: configs, variants and statuses, read and written."""

from collections.abc import Sequence
from typing import Any, Final

from bot.domain.policy import Instance, RolloutKind
from bot.domain.refusals import NotPossible
from bot.domain.wording import strip
from bot.usecases.ports import Deployment, EndpointBusy

_FAILED: Final = frozenset({"Failed", "UpdateRollbackFailed"})
SETTLED: Final = frozenset({"InService", "OutOfService"}) | _FAILED
"""Statuses in which nothing moves any more."""
_VARIANT: Final = "AllTraffic"


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


def first_variant(name: str, instance: Instance) -> Any:
    """The variant of a first deployment."""
    return {
        "VariantName": _VARIANT,
        "ModelName": name,
        "InstanceType": instance.type,
        "InitialInstanceCount": instance.count,
        "InitialVariantWeight": 1.0,
    }


def variants_of(config: Any) -> Sequence[Any]:
    """All variants of a config, shadows last; none where the config was deleted."""
    if config is None:
        return ()
    return [*config["ProductionVariants"], *(config.get("ShadowProductionVariants") or ())]


def sole_variant(endpoint: str, config: Any) -> Any:
    """The one variant that an update replaces, where there is no more to an endpoint than that."""
    variants = config["ProductionVariants"]
    strange = ""
    if len(variants) != 1:
        strange = f"has {len(variants)} production variants"
    elif config.get("ShadowProductionVariants"):
        strange = "has shadow variants"
    elif variants[0].get("ServerlessConfig"):
        strange = "is serverless"
    elif not variants[0].get("ModelName"):
        strange = "hosts inference components"
    if strange:
        raise NotPossible(
            f"`{endpoint}` {strange}; this bot cannot roll out to such an endpoint yet. Give it a config "
            f"with one model on instances, then propose this version again."
        )
    return variants[0]


def served(container: Any) -> str:
    """What a container serves: its package's ARN, or a text that is no ARN."""
    if arn := container.get("ModelPackageName"):
        return str(arn)
    return f"image without a package: {strip(container.get('Image', ''))}"


def check_takes_updates(endpoint: str, status: str) -> None:
    """Raises NotPossible or EndpointBusy where SageMaker would not take an update."""
    if status == "Failed":
        # Nothing but DeleteEndpoint is possible then (Amazon SageMaker API: DescribeEndpoint).
        raise NotPossible(
            f"`{endpoint}` is Failed and takes no update any more. Delete that endpoint, then propose this "
            f"version again."
        )
    if status in _FAILED:
        # It still answers, with two configs at once: to delete it would be an outage (Amazon SageMaker
        # API: DescribeEndpoint).
        raise NotPossible(
            f"`{endpoint}` is {status}: it serves a mix of its old config and its new one. Bring it back to "
            f"InService (or delete it, if nobody needs its answers), then propose this version again."
        )
    if status not in SETTLED:
        raise EndpointBusy(f"{endpoint} is {status}")


def other_content(kind: str, name: str) -> str:
    """The sentence for a name that is taken by something else."""
    return (
        f"A SageMaker {kind} named {name} exists already with another content. Delete it, then propose this "
        f"version again."
    )


def pending_config(described: Any) -> str:
    """The config that an endpoint is on its way to, empty where it is not."""
    # An endpoint keeps its old config until the rollout has ended (Amazon SageMaker API: DescribeEndpoint).
    return str((described.get("PendingDeploymentSummary") or {}).get("EndpointConfigName", ""))
