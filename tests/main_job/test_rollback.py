"""Endpoints that do not do what was asked of them."""

from tests.main_job.town import Model, until, words


def test_an_update_that_sagemaker_rolls_back_is_reported_with_its_reason(model: Model) -> None:
    model.register(auc=0.88)
    model.to_production(1)
    model.register(auc=0.9)
    card = model.card(2, "production", "Waiting for approval")
    reason = "The container did not pass the ping health check."
    model.town.fault(kind="endpoint", name=model.name, outcome="rollback", reason=reason)

    model.click("rita", card, "approve").hears("counts")
    model.click("ben", card, "approve").hears("You approved")

    card = model.card(2, "production", "Rolled back")
    assert "ping health check" in words(card)
    assert f"{model.name}:1 serves as before" in words(card)
    assert model.serving("production") == 1
    assert model.promotions()[-1]["status"] == "rolled_back"


def test_an_alarm_during_the_update_rolls_back(model: Model) -> None:
    model.register(auc=0.88)
    model.to_production(1)
    model.register(auc=0.9)
    card = model.card(2, "production", "Waiting for approval")
    cloudwatch, alarm = model.town.aws("cloudwatch"), f"{model.name}-5xx"
    cloudwatch.put_metric_alarm(
        AlarmName=alarm,
        Namespace="AWS/SageMaker",
        MetricName="Invocation5XXErrors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=5,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="too many errors")

    model.click("rita", card, "approve").hears("counts")
    model.click("ana", card, "approve").hears("You approved")

    assert alarm in words(model.card(2, "production", "Rolled back"))
    assert model.serving("production") == 1


def test_an_endpoint_that_fails_is_reported_and_the_ladder_stops(model: Model) -> None:
    endpoint = model.endpoint("staging")
    model.town.fault(kind="endpoint", name=endpoint, outcome="fail", reason="The image does not exist.")
    model.register()
    card = model.card(1, "staging", "Failed")
    assert "The image does not exist" in words(card)
    until(lambda: set(model.executions().values()) == {"SUCCEEDED"}, lambda: str(model.executions()))
    assert [p["stage"] for p in model.promotions()] == ["staging"]


def test_what_sagemaker_refuses_is_said_in_its_own_words(model: Model) -> None:
    model.town.fault(kind="error", call="CreateEndpoint", code="ResourceLimitExceeded", status=400, times=1)
    model.register()
    assert "SageMaker refused" in words(model.card(1, "staging", "Failed"))


def test_a_throttled_call_is_tried_again(model: Model) -> None:
    model.town.fault(
        kind="error", call="CreateEndpointConfig", code="ThrottlingException", status=400, times=3
    )
    model.register()
    model.card(1, "staging", "Live")
