"""Traffic moves: what people see of it, and what takes it back."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError

from tests.main_job.model import Model
from tests.main_job.town import until, words


@contextmanager
def traffic(model: Model) -> Iterator[Counter[str]]:
    """Somebody asks production all the time; counts the answers, and `error`."""
    answers: Counter[str] = Counter()
    enough = threading.Event()

    def ask() -> None:
        while not enough.wait(0.005):
            try:
                answers[model.ask("production")] += 1
            except ClientError:
                answers["error"] += 1

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield answers
    finally:
        enough.set()
        asking.join()


@pytest.mark.model("canary")
def test_a_canary_is_watched_on_the_card_until_all_traffic_is_on_it(model: Model) -> None:
    model.register()
    model.to_production(1)
    before = model.ask("production")
    model.register()
    model.card(2, "production", "Waiting for approval")
    model.town.fault(kind="pace", update_endpoint=6)
    with traffic(model) as answers:
        model.approve(2)
        baking = re.compile(r"canary 10 %, baking \d+ of 10 min, [1-9][\d,]* requests?, 0 errors")
        until(
            lambda: baking.search(words(model.town.cards("canary:2 → production", model.channel)[0])),
            lambda: words(model.town.cards("canary:2 → production", model.channel)[0]),
        )
        assert model.serving("production") == 1
        card = model.card(2, "production", "Live")
    assert "baking" not in words(card)
    assert answers["error"] == 0
    assert answers.keys() == {before, model.ask("production")}  # nobody got anything else meanwhile
    assert model.serving("production") == model.answers_as("production") == 2
    model.told("1 staging superseded", "1 production superseded", "2 staging live", "2 production live")


@pytest.mark.model("ringing")
def test_an_alarm_that_rings_while_it_bakes_takes_it_back_with_its_numbers(model: Model) -> None:
    model.register()
    model.to_production(1)
    model.register()
    model.card(2, "production", "Waiting for approval")
    model.town.fault(kind="answers", name=model.name, how="errors")
    model.town.fault(kind="pace", update_endpoint=11)
    with traffic(model) as answers:
        model.approve(2)
        card = words(model.card(2, "production", "Rolled back"))

    assert "Rolled back by SageMaker" in card
    assert "Alarm `ringing-5xx`" in card
    assert re.search(r"greater than the threshold \(5", card), card
    meanwhile = r"answered [\d,]+ requests with 10 % on ringing:2, [1-9][\d,]* of them with errors"
    assert re.search(meanwhile, card), card
    assert "ringing:1 serves as before" in card
    assert answers["error"] > 5
    assert model.serving("production") == model.answers_as("production") == 1
    assert model.endpoint_status("production") == "InService"
    model.told("1 staging superseded", "1 production live", "2 staging live", "2 production rolled_back")
    model.ended()


@pytest.mark.model("wrong")
def test_what_answers_otherwise_than_it_was_tested_is_put_back(model: Model) -> None:
    model.register()
    model.to_production(1)
    model.register()
    model.card(2, "production", "Waiting for approval")
    model.town.fault(kind="answers", name=model.name, how="wrong")

    model.approve(2)

    card = words(model.card(2, "production", "Rolled back"))
    model.town.fault(kind="clear")
    assert "The smoke test failed: to line 1 of the test data `wrong` answers" in card
    assert "I put `wrong` back to what served before." in card
    assert "Rolled back: `wrong` serves wrong:1 again." in card
    assert model.serving("production") == model.answers_as("production") == 1
    model.told("1 staging superseded", "1 production live", "2 staging live", "2 production rolled_back")
    model.ended()


@pytest.mark.model("mistaken")
def test_a_first_version_that_answers_otherwise_than_it_was_tested_does_not_stay(model: Model) -> None:
    model.town.fault(kind="answers", name="mistaken-staging", how="wrong")
    model.register()
    model.shows(1, "staging", "`mistaken-staging` was made for it and never went live, so I delete it.")
    assert "The smoke test failed" in words(model.card(1, "staging", "Failed"))
    until(lambda: not model.endpoint_status("staging"), lambda: model.endpoint_status("staging"))
    until(lambda: not any(model.resources().values()), lambda: str(model.resources()))
    model.told("1 staging failed")
    model.ended()
