"""History: a model's story, from registration to roll-back, newest first, page by page."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from bot.domain.freeze import Freeze
from bot.domain.model import Package
from bot.domain.promotion import Entry, Promotion, Status
from bot.domain.refusals import NotUnderstood
from bot.domain.wording import strip
from bot.usecases.ports import Ports
from bot.usecases.traced import Happening, History

PAGE: Final = 20
_MOST: Final = 200  # promotions, and versions
_KINDS: Final = {
    Status.OPENED: "proposed",
    Status.WEIGHED: "compared",
    Status.REFUSED: "compared",
    Status.APPROVED: "decided",
    Status.REJECTED: "decided",
    Status.EXPIRED: "decided",
    Status.LIVE: "deployed",
    Status.FAILED: "failed",
    Status.ROLLED_BACK: "rolled back",
    Status.SUPERSEDED: "superseded",
}
"""What a line of a promotion's story is of; steps that nobody looks back at are left out."""


def history(ports: Ports, model: str, cursor: str = "") -> History:
    """A page of what happened to a model, newest first; `cursor` is the `older` of the page before.

    Raises:
        NotFound: The registry has no such model.
        NotUnderstood: The cursor is none.
    """
    packages = ports.registry.versions(model, _MOST)
    promotions = ports.ledger.of_model(model, _MOST)
    told = [*_registered(packages), *_promoted(promotions), *_frozen(ports.ledger.freeze_of(model))]
    whole = sorted(told, key=_order, reverse=True)
    start = _start(whole, cursor)
    page = whole[start : start + PAGE]
    more = len(whole) > start + PAGE
    full = len(packages) >= _MOST or len(promotions) >= _MOST
    note = f"Of more than {_MOST} versions or promotions the newest." if full else ""
    return History(model, tuple(page), len(whole), f"{start + PAGE}-{len(whole)}" if more else "", note)


def _registered(packages: Iterable[Package]) -> Iterator[Happening]:
    for package in packages:
        who = f" by {strip(package.registered_by.name)}" if package.registered_by.name else ""
        job = f", trained by `{package.training_job}`" if package.training_job else ""
        text = f"{package.version} was registered{who}{job}."
        yield Happening(package.registered_at, text, package.version, kind="registered")


def _promoted(promotions: Iterable[Promotion]) -> Iterator[Happening]:
    for one in promotions:
        before: Entry | None = None
        for entry in one.story:
            if kind := _kind(entry, before):
                text = f"{one.title}: {_told(one, entry)}"
                yield Happening(entry.at, text, one.version, one.id, kind)
            before = entry


def _frozen(freeze: Freeze) -> Iterator[Happening]:
    for move in freeze.story:
        yield Happening(move.at, move.text, kind="frozen")


def _kind(entry: Entry, before: Entry | None) -> str:
    if entry.aloud:
        return "drifted"
    if entry.who and entry.request and entry.status is Status.ASKING:
        return "decided"  # an approval of which more are needed
    moved = before is None or before.status is not entry.status
    return _KINDS.get(entry.status, "") if moved else ""


def _told(promotion: Promotion, entry: Entry) -> str:
    if entry.status is Status.WEIGHED and promotion.comparison and promotion.comparison.verdict:
        return promotion.comparison.verdict
    return entry.text


def _order(happening: Happening) -> tuple[datetime, str, str]:
    return happening.at.astimezone(UTC), happening.promotion, happening.text


def _start(whole: list[Happening], cursor: str) -> int:
    """Where the page begins. What happened since the page before was shown moves it on, so that no line
    is shown twice.
    """
    if not cursor:
        return 0
    start, _, known = cursor.partition("-")
    if not (f"{start}{known}".isascii() and start.isdecimal() and known.isdecimal()):
        raise NotUnderstood("That page is gone. `/mlops history MODEL` begins anew.")
    return min(int(start) + max(0, len(whole) - int(known)), len(whole))
