"""Many people at once, workers that die, and messages that come again."""

from concurrent.futures import ThreadPoolExecutor

from tests.main_job.model import Model
from tests.main_job.town import until, words


def test_fifty_clicks_at_once_from_five_people_are_one_approval(model: Model) -> None:
    model.register(auc=0.88)
    model.to_production(1)
    model.register(auc=0.9)
    card = model.card(2, "production", "Waiting for approval")
    model.click("rita", card, "approve").hears("counts")
    people = ["ana", "ben", "rita", "cara", "dan"] * 10
    before = {who: len(model.town.seen(who, model.channel)) for who in set(people)}

    def click(who: str) -> dict[str, object]:
        return model.town.control(
            "click", user=who, channel=model.channel, ts=card["ts"], action_id="promotion.approve"
        )

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(click, people))
    # A click that comes after the card lost its buttons cannot be made any more, in Slack as here.
    made = [who for who, answer in zip(people, answers, strict=True) if answer["ok"]]
    assert len(made) > 10

    def private() -> list[str] | None:
        heard = [
            words(message)
            for who in before
            for message in model.town.seen(who, model.channel)[before[who] :]
            if message.get("ephemeral")
        ]
        return heard if len(heard) >= len(made) else None

    heard = until(private, lambda: f"{len(made)} answers")
    assert sum("You approved" in text for text in heard) == 1
    polite = ("already approved", "You registered", "Only leads or risk may decide")
    assert sum(any(words_ in text for words_ in polite) for text in heard) == len(heard) - 1
    model.card(2, "production", "Live")
    ended = ["superseded", "superseded", "live", "live"]
    until(lambda: [p["status"] for p in model.promotions()] == ended, lambda: str(model.promotions()))
    assert len(model.promotions()[-1]["consents"]) == 2
    assert len(model.executions()) == 4
    configs = model.town.aws("sagemaker").list_endpoint_configs(NameContains=model.name)["EndpointConfigs"]
    assert len(configs) == 4  # a config for each promotion, and each endpoint updated once with its own
    assert model.serving("production") == 2


def test_a_worker_killed_between_the_ledger_and_the_workflow_finishes_on_the_next_delivery(
    model: Model,
) -> None:
    model.register()
    card = model.card(1, "production", "Waiting for approval")
    model.click("rita", card, "approve").hears("counts")
    model.town.fault(kind="kill", call="SendTaskSuccess", times=1)

    said = model.click("ana", card, "approve")

    assert "You approved" in said.hears()
    model.card(1, "production", "Live")
    assert len(model.promotions()[-1]["consents"]) == 2
    assert len(model.executions()) == 2


def test_a_step_killed_after_sagemaker_took_the_endpoint_goes_on(model: Model) -> None:
    model.town.fault(kind="kill", call="CreateEndpoint", times=1, after=True)
    model.register()
    model.card(1, "staging", "Live")
    assert model.serving("staging") == 1


def test_an_events_worker_killed_before_it_started_the_workflow_starts_it_on_the_next_try(
    model: Model,
) -> None:
    model.town.fault(kind="events", copies=1)
    model.town.fault(kind="kill", call="StartExecution", times=1)
    model.register()
    model.card(1, "production", "Waiting for approval")
    assert len(model.executions()) == 2
