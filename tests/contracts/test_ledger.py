"""The Ledger contract, on the fake and on DynamoDB."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest

from bot.aws import ledger as dynamo
from bot.aws.ledger import DynamoLedger
from bot.domain.freeze import Freeze
from bot.domain.promotion import Card, Status
from bot.domain.refusals import NotFound
from bot.usecases.ports import Conflict, Ledger
from playground.aws import LocalAws
from tests.contracts.benches import START, a_promotion, unique
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.watched import Died


@dataclass
class Bench:
    """The ledger, and how to make waiting for a brush short."""

    ledger: Ledger
    monkeypatch: pytest.MonkeyPatch

    def is_impatient(self) -> None:
        self.monkeypatch.setattr(dynamo, "_PATIENCE", 0.1)
        if isinstance(self.ledger, FakeLedger):
            self.ledger.patience = 0.1

    def dies_with_the_brush(self, promotion_id: str) -> None:
        with suppress(Died), self.ledger.brush(promotion_id):
            raise Died


@pytest.fixture(params=["fake", "real"])
def bench(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Bench:
    if request.param == "fake":
        return Bench(FakeLedger(FakeClock()), monkeypatch)
    aws: LocalAws = request.getfixturevalue("aws")
    return Bench(DynamoLedger(aws.client("dynamodb"), request.getfixturevalue("table")), monkeypatch)


@pytest.fixture
def ledger(bench: Bench) -> Ledger:
    return bench.ledger


class TestPromotions:
    def test_what_was_opened_is_read_back_whole(self, ledger: Ledger) -> None:
        promotion = a_promotion()
        assert ledger.open(promotion)
        assert ledger.promotion(promotion.id) == replace(promotion, revision=1)
        assert ledger.find(promotion.id) == replace(promotion, revision=1)

    def test_opening_twice_keeps_the_first(self, ledger: Ledger) -> None:
        promotion = a_promotion()
        ledger.open(promotion)
        assert not ledger.open(replace(promotion, stage="elsewhere"))
        assert ledger.promotion(promotion.id).stage == "production"

    def test_only_one_of_many_opens(self, ledger: Ledger) -> None:
        promotion, opened = a_promotion(), list[bool]()
        _at_once(8, lambda: opened.append(ledger.open(promotion)))
        assert sorted(opened) == [False] * 7 + [True]

    def test_an_unknown_one_is_found_as_nothing_and_asked_for_in_vain(self, ledger: Ledger) -> None:
        assert ledger.find("p_unknown") is None
        with pytest.raises(NotFound, match=r"There is no promotion p_unknown\. `/mlops pending`"):
            ledger.promotion("p_unknown")

    def test_saving_counts_the_revision_up(self, ledger: Ledger) -> None:
        promotion = a_promotion()
        ledger.open(promotion)
        saved = ledger.save(replace(ledger.promotion(promotion.id), stage="elsewhere"))
        assert saved.revision == 2
        assert ledger.promotion(promotion.id) == saved

    def test_saving_over_a_newer_revision_is_a_conflict(self, ledger: Ledger) -> None:
        promotion = a_promotion()
        ledger.open(promotion)
        read = ledger.promotion(promotion.id)
        ledger.save(replace(read, stage="first"))
        with pytest.raises(Conflict):
            ledger.save(replace(read, stage="second"))
        assert ledger.promotion(promotion.id).stage == "first"

    def test_saving_what_was_never_opened_is_a_conflict(self, ledger: Ledger) -> None:
        with pytest.raises(Conflict):
            ledger.save(a_promotion())

    def test_of_many_who_save_the_same_revision_one_wins(self, ledger: Ledger) -> None:
        promotion, won = a_promotion(), list[int]()
        ledger.open(promotion)
        read = ledger.promotion(promotion.id)

        def save() -> None:
            with suppress(Conflict):
                won.append(ledger.save(read).revision)

        _at_once(8, save)
        assert won == [2]


class TestLists:
    def test_under_way_is_oldest_first_until_nothing_is_left_to_do(self, ledger: Ledger) -> None:
        late, early = a_promotion(minute=2), a_promotion(minute=1)
        over = a_promotion(status=Status.REFUSED, closed=True)
        for promotion in (late, early, over):
            ledger.open(promotion)
        ours = {late.id, early.id, over.id}
        assert [one.id for one in ledger.under_way() if one.id in ours] == [early.id, late.id]
        ended = ledger.save(replace(ledger.promotion(early.id), status=Status.FAILED, unsettled=True))
        closed = ledger.save(replace(ended, closed=True))
        assert [one.id for one in ledger.under_way() if one.id in ours] == [early.id, late.id]
        ledger.save(replace(closed, unsettled=False))
        assert [one.id for one in ledger.under_way() if one.id in ours] == [late.id]

    def test_a_models_promotions_are_newest_first_and_at_most_so_many(self, ledger: Ledger) -> None:
        model = unique("model")
        opened = [a_promotion(model, minute=minute) for minute in (1, 3, 2)]
        for promotion in (*opened, a_promotion(unique("other"))):
            ledger.open(promotion)
        first, third, second = opened
        assert [one.id for one in ledger.of_model(model)] == [third.id, second.id, first.id]
        assert [one.id for one in ledger.of_model(model, most=2)] == [third.id, second.id]
        assert ledger.of_model(unique("unknown")) == []

    def test_one_that_is_over_stays_in_its_models_list(self, ledger: Ledger) -> None:
        model = unique("model")
        promotion = a_promotion(model, status=Status.SUPERSEDED)
        ledger.open(promotion)
        assert [one.status for one in ledger.of_model(model)] == [Status.SUPERSEDED]


class TestCards:
    def test_a_card_is_kept(self, ledger: Ledger) -> None:
        promotion_id = unique("p")
        assert ledger.card(promotion_id) is None
        ledger.save_card(promotion_id, Card("C01", "1.5", shows=3, told=2))
        assert ledger.card(promotion_id) == Card("C01", "1.5", shows=3, told=2)

    @pytest.mark.parametrize(
        "late", [Card("C01", "1.5", shows=2, told=3), Card("C01", "1.5", shows=4, told=1)]
    )
    def test_it_never_goes_back(self, ledger: Ledger, late: Card) -> None:
        promotion_id = unique("p")
        kept = Card("C01", "1.5", shows=3, told=2)
        ledger.save_card(promotion_id, kept)
        ledger.save_card(promotion_id, late)
        assert ledger.card(promotion_id) == kept


class TestBrush:
    def test_who_comes_after_somebody_who_put_it_down_finds_it_clean(self, ledger: Ledger) -> None:
        promotion_id = unique("p")
        for _ in range(2):
            with ledger.brush(promotion_id) as smudged:
                assert not smudged

    def test_only_one_holds_it(self, ledger: Ledger) -> None:
        promotion_id, holding, most = unique("p"), list[int](), list[int]()

        def paint() -> None:
            with ledger.brush(promotion_id) as smudged:
                assert not smudged
                holding.append(1)
                most.append(len(holding))
                time.sleep(0.02)
                holding.pop()

        _at_once(4, paint)
        assert most == [1, 1, 1, 1]

    def test_two_cards_have_two_brushes(self, ledger: Ledger) -> None:
        with ledger.brush(unique("p")), ledger.brush(unique("p")) as smudged:
            assert not smudged

    def test_who_waits_for_too_long_gives_up(self, bench: Bench) -> None:
        bench.is_impatient()
        promotion_id = unique("p")
        with bench.ledger.brush(promotion_id), pytest.raises(Conflict), bench.ledger.brush(promotion_id):
            pass

    def test_after_a_death_it_is_smudged_once(self, bench: Bench) -> None:
        bench.monkeypatch.setattr(dynamo, "_LEASE", 0.2)
        promotion_id = unique("p")
        if isinstance(bench.ledger, FakeLedger):
            bench.ledger.patience = 30
        bench.dies_with_the_brush(promotion_id)
        found = []
        for _ in range(2):
            with bench.ledger.brush(promotion_id) as smudged:
                found.append(smudged)
        assert found == [True, False]

    def test_until_its_lease_is_over_a_dead_holder_keeps_it(self, bench: Bench) -> None:
        bench.is_impatient()
        promotion_id = unique("p")
        bench.dies_with_the_brush(promotion_id)
        with pytest.raises(Conflict), bench.ledger.brush(promotion_id):
            pass

    def test_after_a_fault_it_is_free_at_once_and_smudged(self, bench: Bench) -> None:
        bench.is_impatient()
        promotion_id = unique("p")
        with suppress(ValueError), bench.ledger.brush(promotion_id):
            raise ValueError
        with bench.ledger.brush(promotion_id) as smudged:
            assert smudged

    def test_a_slow_holder_does_not_put_down_the_next_ones(
        self, aws: LocalAws, table: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real, promotion_id = DynamoLedger(aws.client("dynamodb"), table), unique("p")
        monkeypatch.setattr(dynamo, "_PATIENCE", 1)
        monkeypatch.setattr(dynamo, "_LEASE", 0.1)
        slow = real.brush(promotion_id)
        slow.__enter__()
        time.sleep(0.15)
        monkeypatch.setattr(dynamo, "_LEASE", 20)
        with real.brush(promotion_id) as smudged:
            assert smudged
            slow.__exit__(None, None, None)
            monkeypatch.setattr(dynamo, "_PATIENCE", 0.1)
            with pytest.raises(Conflict), real.brush(promotion_id):
                pass


class TestFreezes:
    def test_a_model_that_was_never_frozen_has_an_empty_one(self, ledger: Ledger) -> None:
        model = unique("model")
        assert ledger.freeze_of(model) == Freeze(model)

    def test_it_is_read_back_whole(self, ledger: Ledger) -> None:
        model = unique("model")
        asked = Freeze(model).asked("U04CARA", "bad rows", START, "r1").hung(Card("C1", "1.2"))
        saved = ledger.save_freeze(asked)
        assert saved == replace(asked, revision=1) == ledger.freeze_of(model)
        assert ledger.save_freeze(saved.approved("U03RITA", START, "r2")).revision == 2

    def test_saving_over_a_newer_revision_is_a_conflict(self, ledger: Ledger) -> None:
        asked = Freeze(unique("model")).asked("U04CARA", "bad rows", START, "r1")
        saved = ledger.save_freeze(asked)
        with pytest.raises(Conflict):
            ledger.save_freeze(asked)
        ledger.save_freeze(saved)
        with pytest.raises(Conflict):
            ledger.save_freeze(saved)


class TestDeliveries:
    def test_a_delivery_is_done_once_it_was_said(self, ledger: Ledger) -> None:
        request = unique("request")
        assert not ledger.was_done(request)
        ledger.done(request)
        ledger.done(request)
        assert ledger.was_done(request)


def _at_once(many: int, act: object) -> None:
    problems: list[BaseException] = []

    def run() -> None:
        try:
            assert callable(act)
            act()
        except BaseException as problem:  # noqa: BLE001 - shown below
            problems.append(problem)

    threads = [threading.Thread(target=run) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
