"""The Endpoints contract, on the fake and on SageMaker hosting: how far a rollout is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError, ReadTimeoutError

from bot.domain.policy import Rollout, RolloutKind
from bot.usecases.hosting import Deployment
from tests.contracts.benches import unique
from tests.contracts.hosting_benches import Bench, a_deployment, a_part
from tests.contracts.hosting_on_aws import OnAws

MINUTES = timedelta(minutes=10)
CANARY, LINEAR = Rollout(RolloutKind.CANARY, 10, MINUTES), Rollout(RolloutKind.LINEAR, 10, MINUTES)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class TestProgress:
    def test_nothing_moves_where_nothing_is_or_all_is_settled(self, host: Bench) -> None:
        endpoint = unique("endpoint")
        assert host.endpoints.progress(endpoint, CANARY, LONG_AGO) is None
        host.endpoints.deploy(a_deployment(endpoint, host.register()))
        host.settles(endpoint)
        assert host.endpoints.progress(endpoint, CANARY, now()) is None

    def test_a_first_deployment_is_created(self, host: Bench) -> None:
        endpoint = unique("endpoint")
        host.endpoints.deploy(a_deployment(endpoint, host.register()))
        progress = host.endpoints.progress(endpoint, Rollout(), now())
        assert progress
        assert (progress.phase, progress.percent, progress.bake) == ("Creating", None, 0)
        assert (progress.requests, progress.errors) == (0, 0)
        assert progress.since

    def test_a_canary_begins_with_nothing(self, host: Bench) -> None:
        endpoint = a_canary(host).endpoint
        progress = host.endpoints.progress(endpoint, CANARY, now())
        assert progress
        assert (progress.phase, progress.percent, progress.bake) == ("Creating", 0, 0)

    def test_then_it_bakes_with_its_share_of_the_traffic(self, host: Bench) -> None:
        endpoint = a_canary(host).endpoint
        serving = host.endpoints.serving(endpoint)
        assert serving
        progress = host.reaches(endpoint, CANARY, "Baking")
        assert (progress.percent, progress.bake) == (10, 600)
        assert progress.since
        assert progress.since > serving.modified_at

    @pytest.mark.parametrize(
        ("status", "variant", "rollout", "told"),
        [
            ("Updating", {"VariantStatus": [{"Status": "Baking"}]}, CANARY, ("Baking", 10, 600)),
            (
                "Updating",
                {"VariantStatus": [{"Status": "ActivatingTraffic"}]},
                CANARY,
                ("ActivatingTraffic", 10, 0),
            ),
            ("Updating", {"VariantStatus": [{"Status": "Deleting"}]}, CANARY, ("Deleting", None, 0)),
            ("Updating", {"VariantStatus": [{"Status": "Baking"}]}, LINEAR, ("Baking", None, 600)),
            (
                "Updating",
                {"VariantStatus": [{"Status": "Baking"}], "CurrentWeight": 0.3, "DesiredWeight": 1.0},
                LINEAR,
                ("Baking", 30, 600),
            ),
            ("Updating", {}, CANARY, ("Updating", None, 0)),
            ("RollingBack", {"VariantStatus": [{"Status": "Baking"}]}, CANARY, ("RollingBack", None, 0)),
        ],
        ids=["canary", "activating", "deleting", "linear", "linear-weight", "silent", "rolling-back"],
    )
    def test_the_phase_is_sagemakers_word(  # noqa: PLR0913 - a table's columns
        self,
        on_aws: OnAws,
        monkeypatch: pytest.MonkeyPatch,
        status: str,
        variant: dict[str, Any],
        rollout: Rollout,
        told: tuple[str, int | None, float],
    ) -> None:
        endpoint = unique("endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        summary = {"EndpointConfigName": "new", "ProductionVariants": [{"VariantName": "v", **variant}]}
        on_aws.says(monkeypatch, "describe_endpoint", EndpointStatus=status, PendingDeploymentSummary=summary)
        progress = on_aws.endpoints.progress(endpoint, rollout, now())
        assert progress
        assert (progress.phase, progress.percent, progress.bake) == told

    def test_the_newest_status_of_several_counts(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint = unique("endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        earlier, later = LONG_AGO, LONG_AGO + MINUTES
        statuses = [{"Status": "Baking", "StartTime": later}, {"Status": "Creating", "StartTime": earlier}]
        variants = [{"VariantName": "v", "VariantStatus": statuses}]
        summary = {"EndpointConfigName": "new", "ProductionVariants": variants}
        on_aws.says(
            monkeypatch, "describe_endpoint", EndpointStatus="Updating", PendingDeploymentSummary=summary
        )
        progress = on_aws.endpoints.progress(endpoint, CANARY, now())
        assert progress
        assert (progress.phase, progress.since) == ("Baking", later)

    def test_what_was_asked_since_is_counted(self, on_aws: OnAws) -> None:
        began = now()
        deployment = a_canary(on_aws)
        for name, times in (("Invocations", 3), ("Invocation5XXErrors", 2)):
            dimensions = [
                {"Name": "EndpointName", "Value": deployment.endpoint},
                {"Name": "VariantName", "Value": "AllTraffic"},
            ]
            data = [{"MetricName": name, "Dimensions": dimensions, "Value": 1}] * times
            on_aws.cloudwatch.put_metric_data(Namespace="AWS/SageMaker", MetricData=data)
        progress = on_aws.endpoints.progress(deployment.endpoint, CANARY, began)
        assert progress
        assert (progress.requests, progress.errors) == (3, 2)

    def test_a_first_deployments_variant_is_named_by_its_config(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint, asked = unique("endpoint"), dict[str, Any]()
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        on_aws.says(monkeypatch, "describe_endpoint", EndpointStatus="Creating", ProductionVariants=None)

        def count(**arguments: Any) -> Any:
            asked.update(arguments)
            return {"MetricDataResults": [{"Id": "requests", "Values": [2.0, 1.0]}]}

        monkeypatch.setattr(on_aws.cloudwatch, "get_metric_data", count)
        progress = on_aws.endpoints.progress(endpoint, Rollout(), now())
        assert progress
        assert (progress.phase, progress.requests, progress.errors) == ("Creating", 3, 0)
        variant = asked["MetricDataQueries"][0]["MetricStat"]["Metric"]["Dimensions"][1]
        assert variant == {"Name": "VariantName", "Value": "AllTraffic"}


class TestWhatCannotBeKnown:
    """It is only shown: nothing of it breaks a rollout."""

    def test_a_variant_that_nobody_names_was_asked_nothing(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint = unique("endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        on_aws.says(
            monkeypatch,
            "describe_endpoint",
            EndpointStatus="Creating",
            ProductionVariants=None,
            EndpointConfigName="gone",
        )
        progress = on_aws.endpoints.progress(endpoint, CANARY, now())
        assert progress
        assert (progress.phase, progress.requests, progress.errors) == ("Creating", 0, 0)

    @pytest.mark.parametrize(
        "problem",
        [
            ClientError({"Error": {"Code": "AccessDenied", "Message": "No."}}, "GetMetricData"),
            ClientError({"Error": {"Code": "Throttling", "Message": "Slow down."}}, "GetMetricData"),
            ReadTimeoutError(endpoint_url="https://monitoring"),
            ParamValidationError(report="Invalid length for parameter Value"),
        ],
        ids=["forbidden", "throttled", "silent", "misunderstood"],
    )
    def test_where_cloudwatch_says_nothing_the_phase_is_still_told(
        self,
        on_aws: OnAws,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        problem: Exception,
    ) -> None:
        def fail(**_asked: Any) -> Any:
            raise problem

        endpoint = a_canary(on_aws).endpoint
        monkeypatch.setattr(on_aws.cloudwatch, "get_metric_data", fail)
        progress = on_aws.endpoints.progress(endpoint, CANARY, now())
        assert progress
        assert (progress.phase, progress.requests, progress.errors) == ("Creating", 0, 0)
        assert f"CloudWatch does not tell what {endpoint} was asked" in caplog.text

    @pytest.mark.parametrize("call", ["DescribeEndpoint", "DescribeEndpointConfig"])
    def test_where_sagemaker_says_nothing_nothing_is_raised(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, call: str
    ) -> None:
        endpoint = unique("endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        if call == "DescribeEndpointConfig":
            on_aws.says(monkeypatch, "describe_endpoint", EndpointStatus="Creating", ProductionVariants=None)
        on_aws.breaks(call, "ThrottlingException")
        progress = on_aws.endpoints.progress(endpoint, Rollout(), now())
        assert (progress is None) == (call == "DescribeEndpoint")
        assert "ThrottlingException" in caplog.text


def a_canary(host: Bench) -> Deployment:
    """The second deployment of an endpoint, under way."""
    endpoint = unique("endpoint")
    host.endpoints.deploy(a_deployment(endpoint, host.register()))
    host.settles(endpoint)
    deployment = a_deployment(endpoint, host.register(), rollout=CANARY, parts=(a_part(),))
    host.endpoints.deploy(deployment)
    return deployment


def now() -> datetime:
    return datetime.now(UTC)
