"""The Channel port in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain.freeze import Freeze
from bot.domain.promotion import Card, Entry, Promotion
from bot.domain.refusals import NotFound
from bot.slack import freezing, reports, views
from bot.slack.blocks import Block
from bot.slack.drawing import Drawing
from bot.slack.views import Message
from bot.usecases.ports import Picture, Unreachable
from tests.fakes.clock import FakeClock

CHANNELS: Final = ("ml-churn", "ml-releases")


@dataclass
class Hung:
    """A card as it hangs: its picture, the words on it, its thread as (number, words), and the thread's
    blocks, uploaded pictures among them.
    """

    channel: str
    ts: str
    picture: Picture
    words: str
    thread: list[tuple[int, str]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def asks(self) -> bool:
        """Whether it has buttons."""
        return "Reject" in self.words.splitlines()


class FakeChannel:
    """Cards that hang in channels; what cannot be rendered for Slack cannot be hung here."""

    def __init__(self, clock: FakeClock, channels: Sequence[str] = CHANNELS) -> None:
        self._clock = clock
        self._ids = {f"#{name}": f"C-{name}" for name in channels}
        self._down_until: datetime | None = None
        self._uploads = True
        self._draws = True
        self.cards: list[Hung] = []
        self.aloud: list[str] = []
        self.frozen: dict[str, tuple[Freeze, str]] = {}

    def is_down(self, **span: float) -> None:
        """Slack does not answer for a while."""
        self._down_until = self._clock.now() + timedelta(**span)

    def takes_no_uploads(self) -> None:
        """Nothing can be uploaded any more."""
        self._uploads = False

    def draws_no_charts(self) -> None:
        """Slack's own charts have not been rolled out here."""
        self._draws = False

    def closes(self, channel: str) -> None:
        """Somebody archives a channel."""
        del self._ids[channel]

    def delete(self, card: Hung) -> None:
        """Somebody deletes a card."""
        self.cards.remove(card)

    def of(self, promotion_id: str) -> list[Hung]:
        """The cards of a promotion; there should be one."""
        return [card for card in self.cards if card.picture.promotion.id == promotion_id]

    def post(self, channel: str, picture: Picture) -> Card:
        """See the port."""
        self._call()
        if channel not in self._ids:
            raise NotFound(f"There is no channel {channel} that I am in. Invite me with /invite.")
        ts = f"{1000 + len(self.cards)}.{self._clock.now().microsecond:06}"
        self.cards.append(Hung(self._ids[channel], ts, picture, words(views.card(picture))))
        return Card(self._ids[channel], ts, picture.promotion.revision)

    def find(self, channel: str, promotion: Promotion) -> Card | None:
        """See the port."""
        self._call()
        for card in self.of(promotion.id):
            if card.channel == self._ids.get(channel):
                return Card(card.channel, card.ts, 0, max((n + 1 for n, _ in card.thread), default=0))
        return None

    def repaint(self, card: Card, picture: Picture) -> bool:
        """See the port."""
        self._call()
        shown = words(views.card(picture))
        hung = self._hung(card)
        if hung is None:
            return False
        hung.picture, hung.words = picture, shown
        return True

    def tell(self, card: Card, number: int, entry: Entry, picture: Picture) -> None:
        """See the port."""
        self._call()
        message = reports.told(entry, picture.reported) if picture.reported else views.told(entry)
        blocks = self._taken(message)
        told = words(replace(message, blocks=blocks))
        assert picture.promotion.story[number] == entry
        hung = self._hung(card)
        if hung is None:
            raise AssertionError("told to a deleted card: Slack would show it in the middle of the channel")
        hung.thread.append((number, told))
        hung.blocks += blocks
        self.aloud += [told] if entry.aloud else []

    def post_freeze(self, channel: str, freeze: Freeze) -> Card:
        """See the port."""
        self._call()
        if channel not in self._ids:
            raise NotFound(f"There is no channel {channel} that I am in. Invite me with /invite.")
        for ts, (known, _) in self.frozen.items():
            if (known.model, known.number) == (freeze.model, freeze.number):
                self.frozen[ts] = (freeze, words(freezing.hung(freeze)))
                return Card(self._ids[channel], ts)
        ts = f"{5000 + len(self.frozen)}.{self._clock.now().microsecond:06}"
        self.frozen[ts] = (freeze, words(freezing.hung(freeze)))
        return Card(self._ids[channel], ts)

    def redraw_freeze(self, card: Card, freeze: Freeze) -> bool:
        """See the port."""
        self._call()
        shown = words(freezing.hung(freeze))
        if card.ts not in self.frozen:
            return False
        self.frozen[card.ts] = (freeze, shown)
        return True

    def link(self, card: Card) -> str:
        """See the port."""
        self._call()
        return f"https://slack.test/{card.channel}/{card.ts}" if self._hung(card) else ""

    def _call(self) -> None:
        if self._down_until and self._clock.now() < self._down_until:
            raise Unreachable("Slack is down")

    def _taken(self, message: Message) -> list[Block]:
        """What Slack takes of it."""
        drawn = [one for one in message.blocks if self._draws or one["type"] != "data_visualization"]
        shown = message.drawings if self._uploads else ()
        return [*drawn, *(_image(drawing) for drawing in shown)]

    def _hung(self, card: Card) -> Hung | None:
        return next((hung for hung in self.cards if (hung.channel, hung.ts) == (card.channel, card.ts)), None)


def _image(drawing: Drawing) -> Block:
    title = {"type": "plain_text", "text": drawing.title}
    return {"type": "image", "alt_text": drawing.alt, "title": title}


def words(message: Message) -> str:
    """All that can be read in a message."""
    return "\n".join(dict.fromkeys([message.text, *_texts(message.blocks)]))


def _texts(part: Any) -> list[str]:
    if isinstance(part, list):
        return [text for inner in part for text in _texts(inner)]
    if isinstance(part, dict):
        return (
            [text for inner in part.values() for text in _texts(inner)]
            if "text" not in part
            else ([part["text"]] if isinstance(part["text"], str) else _texts(list(part.values())))
        )
    return []
