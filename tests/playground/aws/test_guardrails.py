"""Deployment guardrails: what is accepted, who gets the traffic meanwhile, and what the alarms do."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from playground.aws import LocalAws
from playground.aws.guardrails import phases
from playground.aws.serving import Fleet, Serving, Variant
from tests.playground.aws.serving_kit import Serve, baking, times

OLD, NEW = "4.0", "6.0"


def percent(value: int) -> dict[str, Any]:
    return {"Type": "CAPACITY_PERCENT", "Value": value}


def routed(kind: str, **more: Any) -> dict[str, Any]:
    routing = {"Type": kind, "WaitIntervalInSeconds": 60, **more}
    return {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing}}


CANARY = routed("CANARY", CanarySize=percent(20))
ROLLING = {"RollingUpdatePolicy": {"MaximumBatchSize": percent(50), "WaitIntervalInSeconds": 60}}

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("both policies", {**CANARY, **ROLLING}, "not both"),
    ("a large canary", routed("CANARY", CanarySize=percent(51)), "at most half"),
    ("a canary without size", routed("CANARY"), "needs CanarySize"),
    ("half of one instance", routed("CANARY", CanarySize={"Type": "INSTANCE_COUNT", "Value": 1}), "half"),
    ("a step of 9 percent", routed("LINEAR", LinearStepSize=percent(9)), "from 10 to 50"),
    ("a step of 51 percent", routed("LINEAR", LinearStepSize=percent(51)), "from 10 to 50"),
    ("a canary that is a step", routed("CANARY", LinearStepSize=percent(20)), "needs CanarySize"),
    ("a size at once", routed("ALL_AT_ONCE", CanarySize=percent(20)), "takes no CanarySize"),
    ("a long wait", routed("ALL_AT_ONCE", WaitIntervalInSeconds=3601), "from 0 to 3600"),
    (
        "a large batch",
        {"RollingUpdatePolicy": {"MaximumBatchSize": percent(60), "WaitIntervalInSeconds": 0}},
        "from 5 to 50",
    ),
    (
        "many alarms",
        {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": f"a{n}"} for n in range(11)]}},
        "at most 10 alarms",
    ),
]


@pytest.mark.parametrize(("guard", "words"), [case[1:] for case in REFUSED], ids=[it[0] for it in REFUSED])
def test_what_sagemaker_does_not_take_is_refused(serve: Serve, guard: dict[str, Any], words: str) -> None:
    config = serve.config(serve.model("s3://none/none"))
    endpoint = serve.endpoint(config)
    with pytest.raises(ClientError, match=words) as refused:
        serve.sagemaker.update_endpoint(
            EndpointName=endpoint, EndpointConfigName=config, DeploymentConfig=guard
        )
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert serve.sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointStatus"] == "InService"
    with pytest.raises(ClientError, match=words):
        serve.sagemaker.create_endpoint(
            EndpointName=f"{endpoint}-2", EndpointConfigName=config, DeploymentConfig=guard
        )
    with pytest.raises(ClientError, match="Could not find"):
        serve.sagemaker.describe_endpoint(EndpointName=f"{endpoint}-2")


SHARES = [
    ({}, 1, [0, 1, 1]),
    (CANARY, 1, [0, 0.2, 0.2, 1, 1]),
    (routed("CANARY", CanarySize={"Type": "INSTANCE_COUNT", "Value": 1}), 4, [0, 0.25, 0.25, 1, 1]),
    (routed("LINEAR", LinearStepSize=percent(50)), 1, [0, 0.5, 0.5, 1, 1]),
    (routed("LINEAR", LinearStepSize=percent(40)), 1, [0, 0.4, 0.4, 0.8, 0.8, 1, 1]),
    (ROLLING, 2, [0, 0.5, 0.5, 0.5, 1, 1]),
]


@pytest.mark.parametrize(("guard", "instances", "shares"), SHARES, ids=str)
def test_the_new_variants_share_grows(guard: dict[str, Any], instances: int, shares: list[float]) -> None:
    plan = phases(guard, instances)
    assert [round(phase.share, 2) for phase in plan] == shares
    assert plan[0].status == "Creating"
    assert {phase.status for phase in plan[1:]} <= {"Creating", "ActivatingTraffic", "Baking"}
    assert plan[-1].status == "Baking"


def test_of_a_hundred_calls_the_canary_gets_its_share() -> None:
    old, new = (Fleet((Variant(name, 1, None),), 0) for name in ("old", "new"))
    serving = Serving()
    serving.settle(old)
    serving.shift(new, 0.1)
    picked = [serving.pick(None) for _ in range(100)]
    assert [fleet for fleet, _ in filter(None, picked)].count(new) == 10
    serving.settle(None)
    assert {fleet.variants[0].name for fleet, _ in filter(None, (serving.pick(None),))} == {"old"}


def test_a_canary_is_seen_while_it_bakes_and_gets_its_share(aws: LocalAws, serve: Serve) -> None:
    endpoint = serve.serving(times(2))
    with aws.paced(update_endpoint=6):
        serve.update(endpoint, times(3), **CANARY)
    assert set(serve.answers(endpoint, 3)) == {OLD}
    pending = serve.until(endpoint, baking(0.2))["PendingDeploymentSummary"]
    variant = pending["ProductionVariants"][0]
    assert pending["StartTime"] < variant["VariantStatus"][0]["StartTime"]
    assert (variant["CurrentInstanceCount"], variant["DesiredWeight"]) == (1, 1.0)
    answers = serve.answers(endpoint, 50)
    assert 9 <= answers.count(NEW) <= 11
    assert "FailureReason" not in serve.settled(endpoint)
    assert set(serve.answers(endpoint, 5)) == {NEW}
