"""Endpoints that do not do what was asked of them."""

import pytest

from tests.main_job.model import Model
from tests.main_job.town import until, words


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
    assert model.serving("production") == model.answers_as("production") == 1
    model.told("1 staging superseded", "1 production live", "2 staging live", "2 production rolled_back")
    model.ended()


def test_a_first_deployment_that_fails_leaves_nothing_behind_and_the_ladder_stops(model: Model) -> None:
    endpoint = model.endpoint("staging")
    model.town.fault(kind="endpoint", name=endpoint, outcome="fail", reason="The image does not exist.")
    model.register()
    card = model.card(1, "staging", "Failed")
    assert "The image does not exist" in words(card)
    model.shows(1, "staging", f"`{endpoint}` was made for it and never went live, so I delete it.")
    model.ended()
    model.told("1 staging failed")
    until(lambda: not model.endpoint_status("staging"), lambda: "the endpoint to be deleted")
    until(lambda: not any(model.resources().values()), lambda: str(model.resources()))


def test_a_first_deployment_to_production_that_fails_takes_its_alarms_along(model: Model) -> None:
    model.register()
    model.card(1, "production", "Waiting for approval")
    model.town.fault(kind="endpoint", name=model.name, outcome="fail", reason="No capacity is left.")
    model.approve(1)
    model.shows(1, "production", f"`{model.name}` was made for it and never went live, so I delete it.")
    assert "No capacity is left" in words(model.card(1, "production", "Failed"))
    until(lambda: not model.endpoint_status("production"), lambda: "the endpoint to be deleted")
    until(lambda: not model.resources()["alarms"], lambda: str(model.resources()))
    until(lambda: len(model.resources()["configs"]) == 1, lambda: str(model.resources()))
    assert model.answers_as("staging") == 1
    model.ended()


def test_an_update_that_fails_is_named_and_what_served_before_serves_on(model: Model) -> None:
    model.register()
    model.card(1, "production", "Waiting for approval")
    endpoint = model.endpoint("staging")
    model.town.fault(kind="endpoint", name=endpoint, outcome="fail", reason="The image does not exist.")
    model.register()
    card = words(model.card(2, "staging", "Failed"))
    assert f"The endpoint `{endpoint}` is Failed: The image does not exist." in card
    assert f"`/mlops status {model.name}` shows what serves now" in card
    model.told("1 staging live", "1 production asking", "2 staging failed")
    assert model.endpoint_status("staging") == "Failed"
    assert model.answers_as("staging") == 1
    until(lambda: len(model.resources()["configs"]) == 1, lambda: str(model.resources()))


def test_a_throttled_call_is_tried_again(model: Model) -> None:
    model.town.fault(
        kind="error", call="CreateEndpointConfig", code="ThrottlingException", status=400, times=3
    )
    model.register()
    model.card(1, "staging", "Live")


@pytest.mark.model("throttled")
def test_with_three_of_ten_calls_throttled_it_still_goes_live(model: Model) -> None:
    model.town.fault(kind="throttle", percent=30)
    model.register()
    model.to_production(1)
    model.town.fault(kind="clear")
    model.ended()
    model.told("1 staging live", "1 production live")
    assert model.answers_as("production") == 1


QUOTA = "The account-level service limit 'ml.m5.large for {} usage' is 0 Instances."
ADVICE = "Ask for a higher quota in Service Quotas, or choose another `instance` in mlops.toml, then propose"


@pytest.mark.model("refused")
def test_a_quota_is_said_in_sagemakers_own_words_with_what_to_do(model: Model) -> None:
    def no_quota(call: str, what: str) -> None:
        model.town.fault(
            kind="error", call=call, code="ResourceLimitExceeded", status=400, message=QUOTA.format(what)
        )

    no_quota("CreateTransformJob", "transform job")
    model.register()
    card = words(model.card(1, "staging", "Refused"))
    assert f"SageMaker refused: {QUOTA.format('transform job')} {ADVICE}" in card
    until(lambda: not any(model.resources().values()), lambda: str(model.resources()))

    no_quota("CreateEndpoint", "endpoint")
    model.say("dan", "/mlops deploy MODEL:1 to staging").hears("Proposed refused:1")
    card = words(model.card(1, "staging", "Failed", attempt=2))
    assert f"SageMaker refused: {QUOTA.format('endpoint')} {ADVICE}" in card
    assert not model.endpoint_status("staging")
    until(lambda: not any(model.resources().values()), lambda: str(model.resources()))

    model.say("dan", "/mlops deploy MODEL:1 to staging").hears("Proposed refused:1")
    model.card(1, "staging", "Live", attempt=3)
    model.told("1 staging refused", "1 staging failed", "1 staging live", "1 production asking")
