"""CloudWatch's alarms on the metrics of endpoints, and one that stops a rollout."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from playground.aws import LocalAws
from playground.aws.alarm_states import Period, state_of
from tests.playground.aws.kit import Until, unique
from tests.playground.aws.serving_kit import Serve, baking, times

CANARY = {
    "BlueGreenUpdatePolicy": {
        "TrafficRoutingConfiguration": {
            "Type": "CANARY",
            "CanarySize": {"Type": "CAPACITY_PERCENT", "Value": 20},
            "WaitIntervalInSeconds": 60,
        }
    }
}


def alarm(aws: LocalAws, endpoint: str, **settings: Any) -> str:
    """An alarm on the endpoint's one variant; gives its name."""
    name = unique("alarm")
    dimensions = [{"Name": "EndpointName", "Value": endpoint}, {"Name": "VariantName", "Value": "v0"}]
    usual = {
        "MetricName": "Invocation5XXErrors",
        "Statistic": "Sum",
        "Threshold": 2,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
    }
    aws.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/SageMaker",
        Dimensions=dimensions,
        Period=60,
        EvaluationPeriods=1,
        **{**usual, **settings},
    )
    return name


def described(aws: LocalAws, name: str) -> dict[str, Any]:
    found: dict[str, Any] = aws.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
    return found


def fail(serve: Serve, endpoint: str, calls: int) -> int:
    """How many of these calls failed."""
    failed = 0
    for _ in range(calls):
        try:
            serve.call(endpoint)
        except ClientError:
            failed += 1
    return failed


def test_the_canarys_errors_ring_the_alarm_that_rolls_it_back(aws: LocalAws, serve: Serve) -> None:
    endpoint = serve.serving(times(2))
    before = serve.settled(endpoint)["EndpointConfigName"]
    rings = alarm(aws, endpoint)
    aws.faults.inject({"kind": "answers", "name": endpoint, "how": "errors"})
    guard = {**CANARY, "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": rings}]}}
    with aws.paced(update_endpoint=6):
        serve.update(endpoint, times(3), **guard)
    serve.until(endpoint, baking(0.2))
    assert fail(serve, endpoint, 20) == 4
    then = serve.settled(endpoint)
    assert (then["EndpointStatus"], then["EndpointConfigName"]) == ("InService", before)
    assert rings in then["FailureReason"]
    assert fail(serve, endpoint, 5) == 0


def test_an_alarm_says_why_in_words_and_numbers(aws: LocalAws, serve: Serve) -> None:
    endpoint = serve.serving(times(2))
    name = alarm(aws, endpoint)
    assert described(aws, name)["StateValue"] == "OK"
    assert "no datapoints were received for 1 period" in described(aws, name)["StateReason"]
    aws.faults.inject({"kind": "answers", "name": endpoint, "how": "errors", "version": "all"})
    fail(serve, endpoint, 3)
    found = described(aws, name)
    assert found["StateValue"] == "ALARM"
    assert "[3.0 (" in found["StateReason"]
    assert "was greater than or equal to the threshold (2.0)" in found["StateReason"]
    data = json.loads(found["StateReasonData"])
    assert (data["recentDatapoints"], data["threshold"], data["statistic"]) == ([3.0], 2.0, "Sum")
    assert found["Dimensions"][0]["Value"] == endpoint


def test_an_alarm_of_another_variant_or_endpoint_is_quiet(aws: LocalAws, serve: Serve) -> None:
    endpoint, other = serve.serving(times(2)), unique("other")
    name = alarm(aws, other)
    only_endpoint = unique("alarm")
    aws.client("cloudwatch").put_metric_alarm(
        AlarmName=only_endpoint,
        Namespace="AWS/SageMaker",
        MetricName="Invocation5XXErrors",
        Dimensions=[{"Name": "EndpointName", "Value": endpoint}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
    )
    aws.faults.inject({"kind": "answers", "name": endpoint, "how": "errors", "version": "all"})
    fail(serve, endpoint, 3)
    assert described(aws, name)["StateValue"] == "OK"
    # SageMaker has no metric with the endpoint's name alone.
    assert described(aws, only_endpoint)["StateValue"] == "INSUFFICIENT_DATA"


def test_an_average_of_latency_rings(aws: LocalAws, serve: Serve) -> None:
    endpoint = serve.serving(times(2))
    name = alarm(aws, endpoint, MetricName="ModelLatency", Statistic="Average", Threshold=1_000_000)
    serve.call(endpoint)
    assert described(aws, name)["StateValue"] == "OK"
    aws.faults.inject({"kind": "answers", "name": endpoint, "how": "slow", "version": "all"})
    serve.call(endpoint)
    assert described(aws, name)["StateValue"] == "ALARM"


def test_what_is_missing_can_breach_and_an_alarm_ends(aws: LocalAws, serve: Serve, until: Until) -> None:
    endpoint = serve.serving(times(2))
    missing = alarm(
        aws,
        endpoint,
        MetricName="Invocations",
        ComparisonOperator="LessThanThreshold",
        Threshold=1,
        TreatMissingData="breaching",
    )
    busy = alarm(aws, endpoint, MetricName="Invocations", Threshold=1)
    serve.call(endpoint)
    assert described(aws, missing)["StateValue"] == "OK"
    assert described(aws, busy)["StateValue"] == "ALARM"
    until(lambda: described(aws, missing)["StateValue"] == "ALARM")  # a period here is at most 6 s
    assert described(aws, busy)["StateValue"] == "OK"


def test_a_state_set_by_hand_stays_for_a_while(aws: LocalAws) -> None:
    name = alarm(aws, unique("endpoint"))
    aws.client("cloudwatch").set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="test")
    assert described(aws, name)["StateValue"] == "ALARM"


USUAL = {
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 5.0,
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 3,
}
STATES: list[tuple[dict[str, Any], list[float | None], str | None]] = [
    ({}, [6, 6, 6], "ALARM"),
    ({}, [6, 6, 5], "OK"),
    ({"DatapointsToAlarm": 2}, [6, 6, 5], "ALARM"),
    ({"TreatMissingData": "missing"}, [None, None, None], "INSUFFICIENT_DATA"),
    ({"TreatMissingData": "breaching"}, [None, 6, 6], "ALARM"),
    ({"TreatMissingData": "breaching"}, [None, 6, 5], "OK"),
    ({"TreatMissingData": "notBreaching"}, [None, None, None], "OK"),
    ({"TreatMissingData": "ignore"}, [None, 6, 6], None),
    ({"ComparisonOperator": "LessThanOrEqualToThreshold"}, [5, 5, 5], "ALARM"),
    ({"ComparisonOperator": "GreaterThanUpperThreshold"}, [6, 6, 6], None),
]


@pytest.mark.parametrize(("settings", "values", "state"), STATES, ids=str)
def test_the_state_follows_from_the_last_periods(
    settings: dict[str, Any], values: list[float | None], state: str | None
) -> None:
    periods = [Period(600.0 - 60 * n, int(value is not None), value) for n, value in enumerate(values)]
    found = state_of({**USUAL, **settings}, periods, 660.0)
    assert (found.value if found else None) == state
