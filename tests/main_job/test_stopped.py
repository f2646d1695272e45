"""Workflows that are stopped by hand, and a bot that is deployed anew while it works."""

from typing import Any

import pytest

from tests.main_job.model import Model
from tests.main_job.town import Town, until, words

BY_HAND = "The workflow was stopped by hand. Propose it again with `/mlops deploy {}`."


def stop(model: Model) -> dict[str, Any]:
    """Stop the newest promotion's execution; gives the promotion as it was."""
    promotion = model.promotions()[-1]
    execution = model.town.machine().replace(":stateMachine:", ":execution:") + f":{promotion['id']}"
    model.town.aws("stepfunctions").stop_execution(executionArn=execution)
    until(lambda: model.executions()[promotion["id"]] == "ABORTED", lambda: str(model.executions()))
    return promotion


@pytest.mark.model("stopped")
def test_an_execution_that_is_stopped_while_it_tests_or_asks_leaves_nothing_behind(model: Model) -> None:
    model.town.fault(kind="pace", job=30)
    model.register()
    model.shows(1, "staging", "Testing it on the held-out data")
    job = stop(model)["trials"][0]["job"]

    assert BY_HAND.format("stopped:1 to staging") in words(model.card(1, "staging", "Failed"))
    sagemaker = model.town.aws("sagemaker")
    state = sagemaker.describe_transform_job(TransformJobName=job)["TransformJobStatus"]
    assert state == "Stopped"
    until(lambda: not any(model.resources().values()), lambda: str(model.resources()))
    model.told("1 staging failed")
    model.town.fault(kind="clear")

    model.say("dan", "/mlops deploy MODEL:1 to staging").hears("Proposed stopped:1")
    model.card(1, "staging", "Live", attempt=2)
    card = model.card(1, "production", "Waiting for approval")
    stop(model)
    failed = model.card(1, "production", "Failed")
    assert failed["ts"] == card["ts"]
    assert "Approve" not in words(failed)
    assert BY_HAND.format("stopped:1 to production") in words(failed)
    model.told("1 staging failed", "1 staging live", "1 production failed")
    assert not model.endpoint_status("production")
    until(lambda: len(model.resources()["models"]) == 1, lambda: str(model.resources()))


def test_an_execution_that_is_stopped_while_it_rolls_out_is_taken_back(model: Model) -> None:
    model.register()
    model.card(1, "production", "Waiting for approval")
    model.town.fault(kind="pace", update_endpoint=3)
    model.register()
    model.card(2, "staging", "Rolling out")
    stop(model)

    card = words(model.card(2, "staging", "Rolled back"))

    staging = model.endpoint("staging")
    assert BY_HAND.format(f"{model.name}:2 to staging") in card
    assert f"I put `{staging}` back to what served before." in card
    assert model.serving("staging") == model.answers_as("staging") == 1
    assert model.endpoint_status("staging") == "InService"
    model.told("1 staging live", "1 production asking", "2 staging rolled_back")
    until(lambda: len(model.resources()["configs"]) == 1, lambda: str(model.resources()))


def test_an_execution_that_is_stopped_during_a_first_deployment_deletes_the_endpoint(model: Model) -> None:
    model.town.fault(kind="pace", create_endpoint=3)
    model.register()
    model.card(1, "staging", "Rolling out")
    stop(model)

    model.shows(1, "staging", "was made for it and never went live, so I delete it.")
    assert BY_HAND.format(f"{model.name}:1 to staging") in words(model.card(1, "staging", "Failed"))
    until(lambda: not model.endpoint_status("staging"), lambda: model.endpoint_status("staging"))
    until(lambda: not any(model.resources().values()), lambda: str(model.resources()))
    model.told("1 staging failed")


def test_a_bot_that_is_deployed_anew_goes_on_where_it_was(town: Town) -> None:
    asking, rolling = Model(town, "asking-meanwhile"), Model(town, "rolling-meanwhile")
    asking.register()
    rolling.register()
    asking.card(1, "production", "Waiting for approval")
    rolling.card(1, "production", "Waiting for approval")
    town.fault(kind="pace", update_endpoint=4)
    try:
        rolling.register()
        rolling.card(2, "staging", "Rolling out")
        redeploy(town, WatchSeconds="2", SecretsVersion="2")
        rolling.card(2, "staging", "Live")
        asking.to_production(1)
    finally:
        town.fault(kind="clear")
        redeploy(town, WatchSeconds="1", SecretsVersion="1")
    assert rolling.answers_as("staging") == 2
    assert asking.answers_as("production") == 1
    asking.told("1 staging live", "1 production live")
    rolling.told("1 staging superseded", "1 production asking", "2 staging live", "2 production asking")


def redeploy(town: Town, **changed: str) -> None:
    formation = town.aws("cloudformation")
    kept = formation.describe_stacks(StackName="mlops")["Stacks"][0]["Parameters"]
    parameters = [
        {"ParameterKey": p["ParameterKey"], "UsePreviousValue": True}
        for p in kept
        if p["ParameterKey"] not in changed
    ]
    parameters += [{"ParameterKey": key, "ParameterValue": value} for key, value in changed.items()]
    formation.update_stack(
        StackName="mlops",
        UsePreviousTemplate=True,
        Parameters=parameters,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )

    def status() -> str:
        return str(formation.describe_stacks(StackName="mlops")["Stacks"][0]["StackStatus"])

    until(lambda: status() == "UPDATE_COMPLETE", status)
