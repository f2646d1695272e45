"""How traffic moves to a new version: what SageMaker is asked for, and how far it is."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, assert_never

from botocore.exceptions import BotoCoreError, ClientError

from bot.aws.alarms import NAMESPACE, dimensions
from bot.aws.hosting import SETTLED, variants_of
from bot.aws.replies import found
from bot.domain.policy import Rollout, RolloutKind
from bot.domain.progress import Progress

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_sagemaker import SageMakerClient

_PERIOD_S: Final = 60
_WHOLE: Final = 100  # per cent
_PROVISIONING_S: Final = 3600  # what a rollout may take besides its waits
_LONGEST_S: Final = 28_800  # Amazon SageMaker API: BlueGreenUpdatePolicy, RollingUpdatePolicy
_BAKING: Final = "Baking"
log: Final = logging.getLogger(__name__)


def deployment_config(rollout: Rollout, alarms: tuple[str, ...] = ()) -> Any:
    """SageMaker's DeploymentConfig for the rollout (Amazon SageMaker API: DeploymentConfig)."""
    config = _policy(rollout)
    if alarms:
        names = [{"AlarmName": alarm} for alarm in alarms]
        config["AutoRollbackConfiguration"] = {"Alarms": names}
    return config


def _policy(rollout: Rollout) -> dict[str, Any]:
    size = {"Type": "CAPACITY_PERCENT", "Value": rollout.percent}
    seconds = int(rollout.bake.total_seconds())
    match rollout.kind:
        case RolloutKind.ALL_AT_ONCE:
            return _blue_green({"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0})
        case RolloutKind.CANARY:
            canary = {"Type": "CANARY", "CanarySize": size, "WaitIntervalInSeconds": seconds}
            return _blue_green(canary, seconds)
        case RolloutKind.LINEAR:
            linear = {"Type": "LINEAR", "LinearStepSize": size, "WaitIntervalInSeconds": seconds}
            return _blue_green(linear, seconds * _steps(rollout))
        case RolloutKind.ROLLING:
            rolling: dict[str, Any] = {"MaximumBatchSize": size, "WaitIntervalInSeconds": seconds}
            return {"RollingUpdatePolicy": rolling | _time_out(seconds * _steps(rollout))}
        case _:
            assert_never(rollout.kind)


def _blue_green(routing: dict[str, Any], waits: int = 0) -> dict[str, Any]:
    policy = {"TrafficRoutingConfiguration": routing, "TerminationWaitInSeconds": 0}
    return {"BlueGreenUpdatePolicy": policy | _time_out(waits)}


def _steps(rollout: Rollout) -> int:
    return -(-_WHOLE // rollout.percent)


def _time_out(waits: int) -> dict[str, int]:
    return {"MaximumExecutionTimeoutInSeconds": min(waits + _PROVISIONING_S, _LONGEST_S)}


class Traffic:
    """What endpoints were asked, by CloudWatch's count. It is for the card only: what cannot be known
    counts as nothing.
    """

    def __init__(self, client: "SageMakerClient", cloudwatch: "CloudWatchClient") -> None:
        self._client, self._cloudwatch = client, cloudwatch

    def progress(self, described: Any, rollout: Rollout, since: datetime) -> Progress | None:
        """How far an endpoint is, from its description; None where nothing moves."""
        if described["EndpointStatus"] in SETTLED:
            return None
        pending = described.get("PendingDeploymentSummary") or described
        variant: Any = next(iter(pending.get("ProductionVariants") or ()), {})
        newest: Any = max(variant.get("VariantStatus") or (), key=_began, default={})
        phase = described["EndpointStatus"]
        if phase == "Updating":
            phase = newest.get("Status", phase)
        name = variant.get("VariantName") or self._first_of(pending.get("EndpointConfigName", ""))
        requests, errors = self._counts(described["EndpointName"], name, since) if name else (0, 0)
        return Progress(
            phase=phase,
            percent=_percent(phase, rollout, variant),
            since=newest.get("StartTime") or described["LastModifiedTime"],
            bake=rollout.bake.total_seconds() if phase == _BAKING else 0,
            requests=requests,
            errors=errors,
        )

    def _first_of(self, config: str) -> str:
        """The name of a config's first variant: an endpoint that is being created has none to show."""
        described = (
            known(self._client.describe_endpoint_config, EndpointConfigName=config) if config else None
        )
        return str(next((one["VariantName"] for one in variants_of(described)), ""))

    def _counts(self, endpoint: str, variant: str, since: datetime) -> tuple[int, int]:
        """Requests, and those of them that failed: a model's own errors are 5xx too (SageMaker Developer
        Guide: Amazon SageMaker AI endpoint invocation metrics).
        """
        names = {"requests": "Invocations", "errors": "Invocation5XXErrors"}
        queries: Any = [
            {
                "Id": key,
                "MetricStat": {
                    "Metric": {
                        "Namespace": NAMESPACE,
                        "MetricName": name,
                        "Dimensions": dimensions(endpoint, variant),
                    },
                    "Period": _PERIOD_S,
                    "Stat": "Sum",
                },
            }
            for key, name in names.items()
        ]
        # The minute that goes on counts too.
        end = datetime.now(UTC) + timedelta(seconds=_PERIOD_S)
        try:
            answer = self._cloudwatch.get_metric_data(MetricDataQueries=queries, StartTime=since, EndTime=end)
        except (ClientError, BotoCoreError) as problem:
            log.warning("CloudWatch does not tell what %s was asked: %s", endpoint, problem)
            return 0, 0
        sums = {result["Id"]: int(sum(result["Values"])) for result in answer["MetricDataResults"]}
        return sums.get("requests", 0), sums.get("errors", 0)


def known(describe: Callable[..., Any], **name: str) -> Any:
    """What there is of that name; None, too, where AWS does not say."""
    try:
        return found(describe, **name)
    except (ClientError, BotoCoreError) as problem:
        log.warning("AWS does not tell how far %s is: %s", " ".join(name.values()), problem)
        return None


def _began(status: Any) -> float:
    began = status.get("StartTime")
    return began.timestamp() if began else 0


def _percent(phase: str, rollout: Rollout, variant: Any) -> int | None:
    """The share of traffic that the new version has, None where nobody says.

    SageMaker tells it in the variant's weight only while that is not yet whole.
    """
    if phase not in {_BAKING, "ActivatingTraffic"}:
        return 0 if phase == "Creating" and rollout.kind is RolloutKind.CANARY else None
    share = (variant.get("CurrentWeight") or 0) / (variant.get("DesiredWeight") or 1)
    if 0 < share < 1:
        return round(share * _WHOLE)
    return rollout.percent if rollout.kind is RolloutKind.CANARY else None
