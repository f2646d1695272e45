"""People bring back what served before: by a button, by a command, and with the approvals that it takes."""

from tests.main_job.model import Model
from tests.main_job.town import until, words


def test_the_shelf_brings_back_the_last_and_a_command_the_first(model: Model) -> None:
    name = model.name
    for number in (1, 2, 3):
        model.register()
        model.to_production(number)
    live = model.card(3, "production", "Live")

    before = {m["ts"] for m in model.town.seen("dan", model.channel)}
    shelf = model.click("dan", live, "shelf").hears(f"What {name} can go back to in production")
    assert f"{name}:2" in shelf
    assert "production asks *1* of *leads* first" in shelf or "asks 1 of leads first" in shelf
    fresh = [m for m in model.town.seen("dan", model.channel) if m["ts"] not in before]
    private = next(m for m in fresh if m.get("ephemeral"))
    answer = model.town.control(
        "click",
        user="dan",
        channel=model.channel,
        ts=private["ts"],
        action_id="promotion.rollback",
        value=f"{promotion_id(model)}|2",
    )
    assert answer["ok"], answer
    back = card(model, 2, "Waiting for approval")
    assert "*1* of *leads*" in words(back)
    assert "risk" not in words(back)
    assert "Only leads may decide" in model.click("rita", back, "approve").hears()
    model.click("ana", back, "approve").hears("You approved")
    card(model, 2, "Live")
    assert model.serving("production") == model.answers_as("production") == 2
    until(lambda: "3 production rolled_back" in model.statuses(), lambda: str(model.statuses()))
    model.card(3, "production", "Rolled back")

    said = model.say("dan", "/mlops rollback MODEL in production to 3")
    assert "was never live in production, or serves there now" in said.hears()
    assert model.say("dan", "/mlops rollback MODEL in production to 1").hears()
    back = card(model, 1, "Waiting for approval")
    model.say("ana", "/mlops approve MODEL:1 to production -- calmer").hears("You approved")
    assert "calmer" in words(card(model, 1, "Live"))
    assert model.serving("production") == model.answers_as("production") == 1
    assert model.serving("staging") == 3
    model.ended()


def promotion_id(model: Model) -> str:
    return str(
        next(p["id"] for p in model.promotions() if p["status"] == "live" and p["stage"] == "production")
    )


def card(model: Model, number: int, status: str) -> dict[str, object]:
    return model.town.card(f"{model.name}:{number} → production (rollback)", status, model.channel)
