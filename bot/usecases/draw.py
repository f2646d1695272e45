"""Drawing the card: one message, always the whole picture, always from the ledger."""

from contextlib import suppress
from dataclasses import replace

from bot.domain.policy import MACHINE
from bot.domain.promotion import Card, Entry, Promotion, Status
from bot.domain.quorum import outstanding
from bot.domain.refusals import NotFound, Refusal
from bot.usecases.evidence import Reported
from bot.usecases.ports import Picture, Ports
from bot.usecases.report import report, reported_of
from bot.usecases.settle import expires_at

_ROUNDS = 5


def draw(ports: Ports, promotion_id: str) -> None:
    """Bring the card and its thread up to the ledger; post it where there is none.

    Whoever holds the card's brush paints; whoever paints looks at the ledger again afterwards, so the
    newest picture always wins, however many draw at once.

    Raises:
        Unreachable: Slack cannot be reached; the next drawing catches up.
        Conflict: Somebody else held the brush for too long; they draw for us.
    """
    for _ in range(_ROUNDS):
        with ports.ledger.brush(promotion_id) as smudged:
            promotion = ports.ledger.promotion(promotion_id)
            card = ports.ledger.card(promotion_id)
            if card and not smudged and not _is_stale(card, promotion):
                return
            card = _paint(ports, promotion, card, smudged=smudged)
        if not _is_stale(card, ports.ledger.promotion(promotion_id)):
            return


def redraw_if_stale(ports: Ports, promotion: Promotion) -> None:
    """Draw the card where it does not show this promotion as it is; see `draw`."""
    card = ports.ledger.card(promotion.id)
    if card is None or _is_stale(card, promotion):
        draw(ports, promotion.id)


def _is_stale(card: Card, promotion: Promotion) -> bool:
    return card.shows < promotion.revision or card.told < len(promotion.story)


def picture_of(ports: Ports, promotion: Promotion) -> Picture:
    """What the card of this promotion shows."""
    maker, now = ports.policy.maker(promotion.registered_by), ports.clock.now()
    known = "" if maker in {None, MACHINE} else str(maker)
    if promotion.status is not Status.ASKING:
        return Picture(promotion, maker=known, can_roll_back=_can_roll_back(promotion), now=now)
    stage = ports.policy.stage(promotion.stage)
    still = outstanding(stage.asks(rollback=promotion.rollback) or (), promotion.consents)
    return Picture(promotion, still, known, expires_at(ports, promotion), now=now)


def _can_roll_back(promotion: Promotion) -> bool:
    """Whether the card offers a way back: it serves or tried to, and something served before."""
    before = promotion.comparison is not None and bool(promotion.comparison.against)
    tried = promotion.deployed_at is not None
    return before and tried and promotion.status in {Status.LIVE, Status.FAILED}


def _paint(ports: Ports, promotion: Promotion, card: Card | None, *, smudged: bool) -> Card:
    """Gives the card as it hangs then; its thread ends with the first line that is told with evidence."""
    picture = picture_of(ports, promotion)
    if card is None or smudged:
        found = _hung(ports, picture, card, look=smudged)
        card = replace(found, told=max(found.told, card.told if card else 0))
        hangs = found.shows >= promotion.revision or ports.channel.repaint(card, picture)
    else:
        hangs = ports.channel.repaint(card, picture)
    # Slack would show what is told to a deleted card in the middle of the channel.
    card = replace(card, shows=promotion.revision, told=card.told if hangs else len(promotion.story))
    ports.ledger.save_card(promotion.id, card)
    for number in range(card.told, len(promotion.story)):
        entry = promotion.story[number]
        reported = _evidence(ports, promotion, entry)
        ports.channel.tell(card, number, entry, replace(picture, reported=reported))
        card = replace(card, told=number + 1)
        ports.ledger.save_card(promotion.id, card)
        if reported:  # its pictures take long, and the brush is a lease: it is taken anew for what follows
            break
    return card


def _evidence(ports: Ports, promotion: Promotion, entry: Entry) -> Reported | None:
    """What is told with a line of the story: what was weighed, or what came since; None where that is
    nothing, or cannot be read any more.
    """
    if not entry.evidence:
        return None
    with suppress(Refusal):
        return report(ports, promotion.version) if entry.aloud else reported_of(ports, promotion)
    return None


def _hung(ports: Ports, picture: Picture, known: Card | None, *, look: bool) -> Card:
    """The card in the model's channel, or in the project's where the model's takes none."""
    promotion = picture.promotion
    wanted = dict.fromkeys((ports.policy.channel_of(promotion.version.model), ports.policy.channel))
    if look:
        for channel in wanted:
            if card := ports.channel.find(channel, promotion):
                return card
    if known:  # somebody deleted it
        return known
    *first, last = wanted
    for channel in first:
        try:
            return ports.channel.post(channel, picture)
        except NotFound:
            continue
    return ports.channel.post(last, picture)
