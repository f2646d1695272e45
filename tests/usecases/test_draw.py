"""Draw: one card, always the whole picture, however many draw and whatever befalls them."""

import threading
from contextlib import suppress

import pytest

from bot.usecases.draw import draw
from bot.usecases.ports import Conflict, Unreachable
from tests.fakes.world import World


def _id(world: World) -> str:
    return world.promotion("churn:1", "staging").id


class TestOneCard:
    def test_however_many_draw_at_once_there_is_one_card(self, world: World) -> None:
        world.register("churn")
        problems: list[Exception] = []

        def paint() -> None:
            try:
                draw(world.ports, _id(world))
            except Exception as problem:  # noqa: BLE001 - shown below
                problems.append(problem)

        threads = [threading.Thread(target=paint) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert problems == []
        assert [number for number, _ in world.card("churn:1", "staging").thread] == [0]

    def test_a_ledger_that_moves_while_it_is_painted_is_painted_again(self, world: World) -> None:
        world.register("churn")
        world.meanwhile("channel.post", lambda: world.ledger.save(world.promotion("churn:1", "staging")))
        draw(world.ports, _id(world))
        assert world.card("churn:1", "staging").picture.promotion == world.promotion("churn:1", "staging")

    def test_what_is_up_to_date_is_left_alone(self, world: World) -> None:
        world.register("churn")
        draw(world.ports, _id(world))
        before = world.watch.calls.count("channel.repaint")
        draw(world.ports, _id(world))
        assert world.watch.calls.count("channel.repaint") == before
        assert world.watch.calls.count("channel.post") == 1

    def test_a_worker_that_dies_after_posting_does_not_post_twice(self, world: World) -> None:
        world.register("churn")
        world.dies_after("channel.post")
        world.runs()
        assert len(world.channel.cards) == 2
        assert world.card("churn:1", "staging").picture.promotion.status.value == "live"

    def test_nor_does_one_whose_slack_call_was_lost(self, world: World) -> None:
        world.register("churn")
        world.watch.interrupt("channel.post", _lost, after=True)
        world.runs()
        card = world.card("churn:1", "staging")
        assert [number for number, _ in card.thread] == list(range(len(card.picture.promotion.story)))

    def test_a_line_with_evidence_is_the_last_that_is_told_with_one_brush(self, asking: World) -> None:
        for nth in range(3):
            promotion = asking.promotion("churn:1", "production")
            asking.ledger.save(promotion.told(asking.clock.now(), f"New evidence {nth}.", f"evidence {nth}"))
        before = asking.watch.calls.count("ledger.brush")
        draw(asking.ports, promotion.id)
        assert asking.watch.calls.count("ledger.brush") == before + 3
        told = [number for number, _ in asking.card("churn:1", "production").thread]
        assert told == list(range(len(promotion.story) + 1))

    def test_a_line_that_could_not_be_told_is_told_by_the_next_drawing(self, world: World) -> None:
        world.register("churn")
        world.runs()
        promotion = world.promotion("churn:1", "production")
        world.ledger.save(promotion.told(world.clock.now(), "New evidence.", "evidence 1"))
        world.breaks("channel.tell", Unreachable("500"))
        for _ in range(2):
            with suppress(Unreachable):
                draw(world.ports, promotion.id)
        assert len(world.channel.aloud) == 1


class TestSlackDown:
    def test_the_workflow_goes_on_and_the_next_drawing_catches_up(self, world: World) -> None:
        world.register("churn")
        world.meanwhile("endpoints.deploy", lambda: world.channel.is_down(seconds=90))
        world.runs()
        promotion, card = world.promotion("churn:1", "staging"), world.card("churn:1", "staging")
        assert promotion.status.value == "live"
        assert card.picture.promotion == promotion
        assert [number for number, _ in card.thread] == list(range(len(promotion.story)))

    def test_from_the_start(self, world: World) -> None:
        world.channel.is_down(seconds=60)
        world.register("churn")
        world.runs()
        assert world.card("churn:1", "staging").picture.promotion.status.value == "live"

    def test_an_approval_stands_and_is_drawn_when_it_comes_again(self, asking: World) -> None:
        asking.channel.is_down(seconds=100)
        said = asking.says("ana", "approve churn:1")
        assert said.startswith("Your approval of churn:1 to production counts.")
        assert len(asking.promotion("churn:1", "production").consents) == 1
        assert "<@U01ANA> for leads" in asking.card("churn:1", "production").words

    def test_the_last_approval_deploys_though_slack_is_down(self, asking: World) -> None:
        asking.says("ana", "approve churn:1")
        asking.channel.is_down(hours=1)
        asking.says("rita", "approve churn:1")
        asking.runs()
        assert asking.status("churn:1", "production") == "live"

    @pytest.mark.parametrize("call", ["channel.post", "channel.repaint", "channel.tell"])
    def test_a_hiccup_is_made_good_by_the_next_step(self, world: World, call: str) -> None:
        world.register("churn")
        world.breaks(call, Unreachable("500"))
        world.runs()
        card = world.card("churn:1", "staging")
        assert [number for number, _ in card.thread] == list(range(len(card.picture.promotion.story)))

    def test_a_brush_that_cannot_be_had_does_not_stop_the_workflow(self, world: World) -> None:
        world.register("churn")
        world.breaks("ledger.brush", Conflict("held"), times=3)
        world.runs()
        assert world.card("churn:1", "staging").picture.promotion.status.value == "live"


class TestChannels:
    def test_a_model_has_its_own(self, world: World) -> None:
        world.register("churn")
        world.runs()
        assert world.card("churn:1", "staging").channel == "C-ml-churn"

    def test_else_the_projects(self, world: World) -> None:
        world.register("spam")
        world.runs()
        assert world.card("spam:1", "staging").channel == "C-ml-releases"

    def test_the_projects_also_where_the_models_takes_none(self, world: World) -> None:
        world.channel.closes("#ml-churn")
        world.register("churn")
        world.runs()
        assert world.card("churn:1", "staging").channel == "C-ml-releases"

    def test_where_no_channel_takes_it_the_workflow_goes_on_to_an_alarm(self, world: World) -> None:
        for channel in ("#ml-churn", "#ml-releases"):
            world.channel.closes(channel)
        world.register("churn")
        world.runs()
        assert world.status("churn:1", "staging") == "live"
        assert world.status("churn:1", "production") == "asking"
        assert world.execution("churn:1", "staging").visited[-1] == "NotClosed"


class TestDeleted:
    def test_a_card_that_somebody_deletes_stays_deleted(self, asking: World) -> None:
        asking.channel.delete(asking.card("churn:1", "production"))
        asking.brings("churn:1", "production")
        assert asking.channel.of(asking.promotion("churn:1", "production").id) == []

    def test_also_when_a_worker_dies_over_it(self, asking: World) -> None:
        asking.channel.delete(asking.card("churn:1", "production"))
        asking.dies_after("ledger.brush")
        asking.brings("churn:1", "production")
        assert asking.channel.of(asking.promotion("churn:1", "production").id) == []


def _lost() -> None:
    raise Unreachable("the answer was lost")
