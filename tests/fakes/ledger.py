"""The Ledger port in memory."""

import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.freeze import Freeze
from bot.domain.promotion import Card, Promotion
from bot.domain.refusals import NotFound
from bot.usecases.ports import Conflict
from tests.fakes.clock import FakeClock

LEASE: Final = timedelta(seconds=20)
PATIENCE_S: Final = 8


class FakeLedger:
    """Promotions, cards and deliveries, safe for threads.

    A brush that a dead holder kept is free when its lease is over, by the fake clock: whoever wants it
    before waits, by the same clock. Living holders are waited for in real time.
    """

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._promotions: dict[str, Promotion] = {}
        self._cards: dict[str, Card] = {}
        self._freezes: dict[str, Freeze] = {}
        self._done: set[str] = set()
        self._brushes: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._smudged: dict[str, datetime] = {}
        self.patience: float = PATIENCE_S

    def open(self, promotion: Promotion) -> bool:
        """See the port."""
        with self._lock:
            if promotion.id in self._promotions:
                return False
            self._promotions[promotion.id] = replace(promotion, revision=1)
            return True

    def promotion(self, promotion_id: str) -> Promotion:
        """See the port."""
        found = self.find(promotion_id)
        if found is None:
            raise NotFound(f"There is no promotion {promotion_id}. `/mlops pending` lists what waits.")
        return found

    def find(self, promotion_id: str) -> Promotion | None:
        """See the port."""
        return self._promotions.get(promotion_id)

    def save(self, promotion: Promotion) -> Promotion:
        """See the port."""
        with self._lock:
            known = self._promotions.get(promotion.id)
            if known is None or known.revision != promotion.revision:
                raise Conflict(promotion.id)
            self._promotions[promotion.id] = replace(promotion, revision=promotion.revision + 1)
            return self._promotions[promotion.id]

    def card(self, promotion_id: str) -> Card | None:
        """See the port."""
        return self._cards.get(promotion_id)

    def save_card(self, promotion_id: str, card: Card) -> None:
        """See the port."""
        with self._lock:
            known = self._cards.get(promotion_id)
            if known is None or (known.shows <= card.shows and known.told <= card.told):
                self._cards[promotion_id] = card

    @contextmanager
    def brush(self, promotion_id: str) -> Iterator[bool]:
        """See the port."""
        if not self._brushes[promotion_id].acquire(timeout=self.patience):
            raise Conflict(promotion_id)
        try:
            smudged = self._wait_for_the_dead(promotion_id)
            try:
                yield smudged
            except Exception:
                self._smudged[promotion_id] = self._clock.now()
                raise
            except BaseException:
                self._smudged[promotion_id] = self._clock.now() + LEASE
                raise
            self._smudged.pop(promotion_id, None)
        finally:
            self._brushes[promotion_id].release()

    def under_way(self) -> Sequence[Promotion]:
        """See the port."""
        return [promotion for promotion in self.all() if not promotion.is_done]

    def of_model(self, model: str, most: int = 200) -> Sequence[Promotion]:
        """See the port."""
        return [promotion for promotion in self.all()[::-1] if promotion.version.model == model][:most]

    def freeze_of(self, model: str) -> Freeze:
        """See the port."""
        return self._freezes.get(model, Freeze(model))

    def save_freeze(self, freeze: Freeze) -> Freeze:
        """See the port."""
        with self._lock:
            if self.freeze_of(freeze.model).revision != freeze.revision:
                raise Conflict(freeze.model)
            self._freezes[freeze.model] = replace(freeze, revision=freeze.revision + 1)
            return self._freezes[freeze.model]

    def was_done(self, request: str) -> bool:
        """See the port."""
        return request in self._done

    def done(self, request: str) -> None:
        """See the port."""
        self._done.add(request)

    def all(self) -> Sequence[Promotion]:
        """Every promotion, oldest first."""
        return sorted(self._promotions.values(), key=lambda one: (one.opened_at, one.id))

    def _wait_for_the_dead(self, promotion_id: str) -> bool:
        free_at = self._smudged.get(promotion_id)
        if free_at is None:
            return False
        if (wait := (free_at - self._clock.now()).total_seconds()) > self.patience:
            self._clock.passes(self.patience)
            raise Conflict(promotion_id)
        self._clock.passes(max(0, wait))
        return True
