"""CloudWatch's alarms on endpoints: those that the workflow makes, and those that a team has."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from bot.aws.replies import refusals
from bot.aws.tags import tags_of
from bot.domain.policy import AlarmKind, AlarmRule, alarm_name
from bot.domain.refusals import NotPossible
from bot.domain.wording import listed, strip
from bot.usecases.hosting import Alarm, Deployment

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

NAMESPACE: Final = "AWS/SageMaker"
_SIGNATURE: Final = "Made by mlops"
"""How the description of each alarm of our own begins: others are never overwritten or deleted."""
_MICROSECONDS: Final = 1000  # of a millisecond: ModelLatency's unit
# SageMaker Developer Guide: Amazon SageMaker AI endpoint invocation metrics. An endpoint that nobody asks
# has no data: only one of the alarms is about that.
_METRICS: Final[dict[AlarmKind, dict[str, str]]] = {
    AlarmKind.ERRORS: {
        "MetricName": "Invocation5XXErrors",
        "Statistic": "Sum",
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    },
    AlarmKind.LATENCY: {
        "MetricName": "ModelLatency",
        "Statistic": "Average",
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    },
    AlarmKind.MISSING: {
        "MetricName": "Invocations",
        "Statistic": "Sum",
        "ComparisonOperator": "LessThanThreshold",
        "TreatMissingData": "breaching",
    },
}


class CloudWatchAlarms:
    """Alarms of one account and region."""

    def __init__(self, client: "CloudWatchClient") -> None:
        self._client = client

    def look(self, names: Sequence[str]) -> Sequence[Alarm]:
        """Those of these alarms that exist, in the order of the names."""
        there = {described["AlarmName"]: described for described in self._described(names)}
        return [_alarm(there[name]) for name in dict.fromkeys(names) if name in there]

    def make(self, deployment: Deployment, variant: str) -> None:
        """The alarms that the deployment's rules want, over this variant. Raises NotPossible."""
        names = [alarm_name(deployment.endpoint, rule.kind) for rule in deployment.rules]
        with refusals("CloudWatch"):
            for described in self._described(names):
                if not _is_ours(described):
                    raise NotPossible(
                        f"There is an alarm named `{described['AlarmName']}` that I did not make. Name it "
                        f"under `alarms` in mlops.toml instead of its rule, or rename it, then propose this "
                        f"version again."
                    )
            for name, rule in zip(names, deployment.rules, strict=True):
                asked: Any = _put(name, rule, deployment, variant)
                self._client.put_metric_alarm(**asked)

    def require(self, deployment: Deployment) -> None:
        """Raises NotPossible where one of the team's alarms that shall roll back does not exist."""
        own = {alarm_name(deployment.endpoint, rule.kind) for rule in deployment.rules}
        wanted = [name for name in deployment.alarms if name not in own]
        with refusals("CloudWatch"):
            there = {described["AlarmName"] for described in self._described(wanted)}
        if missing := [f"`{name}`" for name in wanted if name not in there]:
            alarms, them = ("alarm", "it") if len(missing) == 1 else ("alarms", "them")
            raise NotPossible(
                f"CloudWatch has no {alarms} {listed(missing)}, which mlops.toml names for the rollout to "
                f"`{deployment.endpoint}`. Make {them}, or take {them} out of `alarms`, then propose this "
                f"version again."
            )

    def delete(self, endpoint: str) -> None:
        """Delete what `make` made for this endpoint."""
        names = [alarm_name(endpoint, kind) for kind in AlarmKind]
        if ours := [one["AlarmName"] for one in self._described(names) if _is_ours(one)]:
            self._client.delete_alarms(AlarmNames=ours)

    def _described(self, names: Sequence[str]) -> Iterator[Any]:
        if not names:  # CloudWatch takes no names for all names
            return
        answer = self._client.describe_alarms(
            AlarmNames=list(dict.fromkeys(names)), AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        yield from (*answer.get("MetricAlarms", ()), *answer.get("CompositeAlarms", ()))


def _put(name: str, rule: AlarmRule, deployment: Deployment, variant: str) -> Any:
    """PutMetricAlarm's arguments; to put an alarm again is to replace it."""
    threshold = {
        AlarmKind.ERRORS: rule.above,
        AlarmKind.LATENCY: rule.above * _MICROSECONDS,
        AlarmKind.MISSING: 1,
    }
    return {
        "AlarmName": name,
        "AlarmDescription": f"{_SIGNATURE} for {deployment.endpoint}; deleted with it.",
        "Namespace": NAMESPACE,
        **_METRICS[rule.kind],
        "Dimensions": dimensions(deployment.endpoint, variant),
        "Period": int(rule.period.total_seconds()),
        "EvaluationPeriods": 1,
        "Threshold": threshold[rule.kind],
        "Tags": tags_of(deployment.tags),
    }


def dimensions(endpoint: str, variant: str) -> Any:
    """What tells an endpoint's metrics from all others'."""
    return [{"Name": "EndpointName", "Value": endpoint}, {"Name": "VariantName", "Value": variant}]


def _is_ours(described: Any) -> bool:
    return str(described.get("AlarmDescription") or "").startswith(_SIGNATURE)


def _alarm(described: Any) -> Alarm:
    since = described.get("StateTransitionedTimestamp") or described["StateUpdatedTimestamp"]
    return Alarm(
        described["AlarmName"], described["StateValue"], strip(described.get("StateReason", "")), since
    )
