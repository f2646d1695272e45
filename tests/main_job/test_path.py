"""The path through the whole system: from the registry to production, over HTTP, with nothing mocked."""

import pytest

from tests.main_job.model import Model
from tests.main_job.town import Town, until, words


def test_a_registered_version_goes_live_in_staging_and_then_asks_for_production(model: Model) -> None:
    model.register(auc=0.88)

    staging = model.card(1, "staging", "Live")
    production = model.card(1, "production", "Waiting for approval")

    assert model.serving("staging") == 1
    assert "*1* of *leads* and *1* of *risk*" in words(production)
    assert "Approve" in words(production)
    assert "Approve" not in words(staging)
    assert any("Deploying to" in line for line in model.town.thread(staging, model.channel))
    assert model.package(1)["ModelApprovalStatus"] == "PendingManualApproval"


def test_two_approvals_take_it_to_production_and_everything_agrees(model: Model) -> None:
    model.register()
    asking = model.card(1, "production", "Waiting for approval")

    first = model.say("rita", "/mlops approve MODEL:1 to production -- looks good")
    assert "Still needed: 1 of leads" in first.hears()
    assert "You approved" in model.click("ana", asking, "approve").hears()

    card = model.card(1, "production", "Live")
    assert card["ts"] == asking["ts"]
    assert "Approve" not in words(card).replace("Approved", "")
    assert "looks good" in words(card)
    assert model.serving("production") == 1
    package = model.package(1)
    assert package["ModelApprovalStatus"] == "Approved"
    assert "looks good" in package["ApprovalDescription"]
    assert [p["status"] for p in model.promotions()] == ["live", "live"]
    done = until(lambda: set(model.executions().values()) == {"SUCCEEDED"}, lambda: str(model.executions()))
    assert done


def test_a_rejection_with_its_reason_reaches_the_registry_the_ledger_and_the_card(model: Model) -> None:
    model.register()
    card = model.card(1, "production", "Waiting for approval")

    assert "needs a reason" in model.click("ana", card, "reject").hears()
    assert "needs a reason" in model.say("ana", "/mlops reject MODEL:1 to production").hears()
    said = model.say("rita", "/mlops reject MODEL:1 to production -- recall fell for *new* customers")
    assert "You rejected" in said.hears()

    card = model.card(1, "production", "Rejected")
    assert "recall fell for *new* customers" in words(card)
    until(lambda: model.package(1)["ModelApprovalStatus"] == "Rejected", lambda: str(model.package(1)))
    assert "recall fell" in model.package(1)["ApprovalDescription"]
    assert model.promotions()[-1]["status"] == "rejected"
    until(lambda: set(model.executions().values()) == {"SUCCEEDED"}, lambda: str(model.executions()))
    assert "already rejected by" in model.say("ana", "/mlops approve MODEL:1 to production").hears()


@pytest.mark.model("guarded", "ml-churn")
def test_the_next_version_is_compared_with_the_champion_and_replaces_it(model: Model) -> None:
    model.register(auc=0.88)
    model.to_production(1)

    model.register(auc=0.91)
    staging = model.card(2, "staging", "Live")
    assert "guarded:1 (before)" in words(staging)
    assert "+0.03 better" in words(staging)
    assert "✓ ≥ 0.80" in words(staging)
    model.card(1, "staging", "Superseded")
    model.to_production(2)
    assert model.serving("production") == 2

    said = model.say("dan", "/mlops deploy MODEL:1 to production").hears("not live in staging")
    assert "deploy guarded:1 to staging" in said
    assert "rollback guarded in production" in said
    assert "Proposed guarded:1" in model.say("dan", "/mlops deploy MODEL:1 to staging").hears()
    refused = words(model.card(1, "staging", "Refused", attempt=2))
    assert "auc is 0.03 worse than guarded:2’s; 0.005 is tolerated" in refused
    assert model.serving("staging") == 2


def test_every_event_twice_still_opens_one_promotion(model: Model) -> None:
    model.town.fault(kind="events", copies=3)
    model.register()
    model.card(1, "production", "Waiting for approval")
    assert [(p["stage"], p["status"]) for p in model.promotions()] == [
        ("staging", "live"),
        ("production", "asking"),
    ]
    assert len(model.executions()) == 2


def test_commands_tell_what_is_live_and_what_waits(model: Model, town: Town) -> None:
    model.register()
    model.card(1, "production", "Waiting for approval")

    assert "staging: " + model.name + ":1" in model.say("dan", "/mlops status MODEL").hears()
    assert f"{model.name}:1 to production" in model.say("dan", "/mlops pending").hears()
    assert model.name in model.say("dan", "/mlops models").hears()
    shown = model.say("dan", "/mlops show MODEL latest").hears()
    assert "PendingManualApproval" in shown
    assert f"{model.name}-train" in shown
    assert "approve MODEL:V" in town.say("dan", "/mlops help", "general").hears()
    assert "approve churn:12 to production" in town.say("dan", "/mlops help approve", "general").hears()


def test_a_mention_in_a_thread_is_answered_there(model: Model) -> None:
    model.register()
    card = model.card(1, "production", "Waiting for approval")
    before = {m["ts"] for m in model.town.seen("rita", model.channel)}
    text = f"@mlops approve {model.name}:1 to production — from the train"
    answer = model.town.control("say", user="rita", channel=model.channel, text=text, thread_ts=card["ts"])
    assert answer["ok"]

    def heard() -> str | None:
        fresh = [m for m in model.town.seen("rita", model.channel) if m["ts"] not in before]
        return next((m["thread_ts"] for m in fresh if m.get("ephemeral") and "counts" in words(m)), None)

    assert until(heard, lambda: "an answer to the mention") == card["ts"]
    assert "from the train" in words(model.card(1, "production", "Waiting for approval"))
