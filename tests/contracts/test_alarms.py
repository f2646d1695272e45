"""The Endpoints contract, on the fake and on CloudWatch: alarms."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bot.domain.policy import AlarmKind, AlarmRule
from bot.domain.refusals import NotPossible
from tests.contracts.benches import unique
from tests.contracts.hosting_benches import Bench, a_deployment
from tests.contracts.hosting_on_aws import OnAws

RULES = (
    AlarmRule(AlarmKind.ERRORS, 5),
    AlarmRule(AlarmKind.LATENCY, 250, timedelta(minutes=5)),
    AlarmRule(AlarmKind.MISSING),
)


class TestAlarms:
    def test_those_that_exist_are_told(self, host: Bench) -> None:
        one, other = unique("alarm"), unique("alarm")
        host.has_alarm(one)
        (found,) = host.endpoints.alarms([one, other, one])
        assert (found.name, found.since.tzinfo is None) == (one, False)
        assert not host.endpoints.alarms([])

    def test_the_rules_make_their_own_once(self, host: Bench) -> None:
        endpoint = unique("endpoint")
        names = [f"{endpoint}-5xx", f"{endpoint}-latency", f"{endpoint}-invocations-missing"]
        assert not host.endpoints.alarms(names)
        for _ in range(2):
            host.endpoints.deploy(a_deployment(endpoint, host.register(), rules=RULES, alarms=tuple(names)))
            host.settles(endpoint)
            assert [alarm.name for alarm in host.endpoints.alarms(names)] == names

    def test_one_that_the_team_did_not_make_cannot_roll_back(self, host: Bench) -> None:
        endpoint, alarm = unique("endpoint"), unique("alarm")
        host.lacks_alarm(alarm)
        first, second = (a_deployment(endpoint, host.register(), alarms=(alarm,)) for _ in range(2))
        host.endpoints.deploy(first)  # there is nothing to roll back to
        host.settles(endpoint)
        with pytest.raises(NotPossible) as refused:
            host.endpoints.deploy(second)
        assert refused.value.sentence == (
            f"CloudWatch has no alarm `{alarm}`, which mlops.toml names for the rollout to `{endpoint}`. "
            "Make it, or take it out of `alarms`, then propose this version again."
        )
        host.has_alarm(alarm)
        host.endpoints.deploy(second)
        assert host.settles(endpoint).config == second.name


class TestCloudWatch:
    """What only CloudWatch can show."""

    def test_an_alarm_watches_the_endpoints_variant(self, on_aws: OnAws) -> None:
        endpoint = unique("endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register(), rules=RULES))
        errors, latency, missing = (described(on_aws, f"{endpoint}-{rule.kind}") for rule in RULES)
        shared = {
            "AlarmDescription": f"Made by mlops for {endpoint}; deleted with it.",
            "Namespace": "AWS/SageMaker",
            "EvaluationPeriods": 1,
            "Dimensions": [
                {"Name": "EndpointName", "Value": endpoint},
                {"Name": "VariantName", "Value": "AllTraffic"},
            ],
        }
        assert part_of(errors) == {
            **shared,
            "MetricName": "Invocation5XXErrors",
            "Statistic": "Sum",
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 5.0,
            "TreatMissingData": "notBreaching",
            "Period": 60,
        }
        assert part_of(latency) == {
            **shared,
            "MetricName": "ModelLatency",
            "Statistic": "Average",
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 250_000.0,
            "TreatMissingData": "notBreaching",
            "Period": 300,
        }
        assert part_of(missing) == {
            **shared,
            "MetricName": "Invocations",
            "Statistic": "Sum",
            "ComparisonOperator": "LessThanThreshold",
            "Threshold": 1.0,
            "TreatMissingData": "breaching",
            "Period": 60,
        }

    def test_it_watches_the_variant_that_is_there(self, on_aws: OnAws) -> None:
        endpoint, model = unique("endpoint"), on_aws.model({"Image": "acme/one:1"})
        on_aws.serves(endpoint, model)
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register(), rules=RULES[:1]))
        assert described(on_aws, f"{endpoint}-5xx")["Dimensions"][1]["Value"] == f"v-{model}"

    def test_what_the_rule_says_anew_is_so(self, on_aws: OnAws) -> None:
        endpoint = unique("endpoint")
        for above in (5, 9):
            rules = (AlarmRule(AlarmKind.ERRORS, above),)
            on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register(), rules=rules))
            on_aws.settles(endpoint)
            assert described(on_aws, f"{endpoint}-5xx")["Threshold"] == above

    def test_an_alarm_of_the_teams_is_neither_overwritten_nor_deleted(self, on_aws: OnAws) -> None:
        endpoint = unique("endpoint")
        on_aws.has_alarm(f"{endpoint}-5xx")
        deployment = a_deployment(endpoint, on_aws.register(), rules=RULES)
        with pytest.raises(
            NotPossible, match=f"There is an alarm named `{endpoint}-5xx` that I did not make"
        ):
            on_aws.endpoints.deploy(deployment)
        assert not on_aws.endpoints.remove(endpoint, deployment.name)
        assert described(on_aws, f"{endpoint}-5xx")["Namespace"] == "Team"

    def test_what_cloudwatch_refuses_is_said_in_its_name(self, on_aws: OnAws) -> None:
        on_aws.breaks("PutMetricAlarm", "LimitExceeded")
        with pytest.raises(NotPossible, match="CloudWatch refused: Injected"):
            on_aws.endpoints.deploy(a_deployment(unique("endpoint"), on_aws.register(), rules=RULES))

    def test_why_it_rings_carries_no_mark(self, on_aws: OnAws) -> None:
        name = unique("alarm")
        on_aws.has_alarm(name)
        on_aws.cloudwatch.set_alarm_state(
            AlarmName=name, StateValue="ALARM", StateReason="\ue000U01ANA\ue003 said so."
        )
        (found,) = on_aws.endpoints.alarms([name])
        assert (found.state, found.reason) == ("ALARM", "U01ANA said so.")

    def test_throttling_is_left_to_the_retry(self, on_aws: OnAws) -> None:
        on_aws.breaks("PutMetricAlarm", "ThrottlingException")
        deployment = a_deployment(unique("endpoint"), on_aws.register(), rules=RULES)
        with pytest.raises(ClientError, match="ThrottlingException"):
            on_aws.endpoints.deploy(deployment)
        on_aws.endpoints.deploy(deployment)
        assert on_aws.settles(deployment.endpoint).config == deployment.name


def described(on_aws: OnAws, name: str) -> dict[str, Any]:
    (alarm,) = on_aws.cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return dict(alarm)


def part_of(alarm: dict[str, Any]) -> dict[str, Any]:
    """All that the alarm's maker said."""
    made = (
        "AlarmDescription Namespace MetricName Statistic ComparisonOperator Threshold TreatMissingData "
        "Period EvaluationPeriods Dimensions"
    )
    return {key: alarm[key] for key in made.split()}
