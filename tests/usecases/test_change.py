"""Read, decide, write."""

from dataclasses import replace

import pytest

from bot.usecases.change import change
from bot.usecases.ports import Conflict
from tests.fakes.world import World


class TestChange:
    def test_what_is_decided_is_saved(self, asking: World) -> None:
        promotion = asking.promotion("churn:1", "production")
        changed = change(asking.ports.ledger, promotion.id, lambda now: replace(now, proposer="U1"))
        assert changed == asking.promotion("churn:1", "production")
        assert changed.revision == promotion.revision + 1

    def test_nothing_to_decide_saves_nothing(self, asking: World) -> None:
        promotion = asking.promotion("churn:1", "production")
        assert change(asking.ports.ledger, promotion.id, lambda _: None) == promotion

    def test_who_was_overtaken_decides_anew_on_what_is_there_now(self, asking: World) -> None:
        promotion = asking.promotion("churn:1", "production")
        asking.meanwhile("ledger.save", lambda: asking.ledger.save(replace(promotion, proposer="U1")))
        changed = change(asking.ports.ledger, promotion.id, lambda now: replace(now, attempt=now.attempt + 1))
        assert (changed.proposer, changed.attempt) == ("U1", 2)

    def test_who_is_always_overtaken_gives_up(self, asking: World) -> None:
        asking.breaks("ledger.save", Conflict("busy"), times=10)
        with pytest.raises(Conflict):
            change(asking.ports.ledger, asking.promotion("churn:1", "production").id, lambda now: now)
