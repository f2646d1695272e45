"""The Channel port over Slack's Web API."""

from datetime import datetime
from typing import Any, Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.domain.freeze import Freeze
from bot.domain.promotion import Card, Entry, Promotion
from bot.domain.refusals import NotFound
from bot.slack import freezing, views
from bot.slack.sending import REFUSED, pictured, plainer
from bot.slack.views import Message
from bot.usecases.evidence import Reported
from bot.usecases.ports import Picture, Unreachable

_EVENT: Final = "mlops_promotion"
_NO_CHANNEL: Final = frozenset({"channel_not_found", "not_in_channel", "is_archived"})
_GONE: Final = frozenset({"message_not_found", *_NO_CHANNEL})
_PATIENCE: Final = 3.0  # seconds for pictures; whoever paints holds the card's brush, which is a lease


class _Refused(Unreachable):
    """Slack does not take these blocks."""


class SlackChannel:
    """Cards as messages. Each message carries the promotion's id, and each line its number, as
    message metadata (Slack: Message metadata), so that a card can be found again.
    """

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def post(self, channel: str, picture: Picture) -> Card:
        """See the port."""
        promotion = picture.promotion
        known, ts = self._post(channel, views.card(picture), _metadata(promotion))
        return Card(known, ts, promotion.revision)

    def find(self, channel: str, promotion: Promotion) -> Card | None:
        """See the port."""
        hung = self._find(channel, {"promotion": promotion.id}, promotion.opened_at)
        return Card(*hung, 0, self._told(*hung)) if hung else None

    def post_freeze(self, channel: str, freeze: Freeze) -> Card:
        """See the port."""
        payload = _freeze(freeze)
        if hung := self._find(channel, payload, freeze.since):
            card = Card(*hung)
            self.redraw_freeze(card, freeze)
            return card
        return Card(*self._post(channel, freezing.hung(freeze), _about(payload)))

    def redraw_freeze(self, card: Card, freeze: Freeze) -> bool:
        """See the port."""
        place = {"channel": card.channel, "ts": card.ts, "metadata": _about(_freeze(freeze))}
        return self._unless_gone("chat.update", freezing.hung(freeze), **place)

    def _post(self, channel: str, message: Message, metadata: dict[str, Any]) -> tuple[str, str]:
        """The channel's id and the message's time. Raises NotFound."""
        place: dict[str, Any] = {"channel": channel, "metadata": metadata, "unfurl_links": False}
        try:
            answer = self._say("chat.postMessage", message, **place)
        except SlackApiError as error:
            if error.response["error"] in _NO_CHANNEL:
                raise NotFound(
                    f"There is no channel {channel} that I am in. Invite me with /invite."
                ) from None
            raise
        return answer["channel"], answer["ts"]

    def _find(self, channel: str, payload: dict[str, Any], since: datetime) -> tuple[str, str] | None:
        """The channel's id and the time of the message of this payload, None where there is none."""
        known = channel if channel[:1] in "CG" else self._id_of(channel.lstrip("#"))
        if not known:
            return None
        oldest = str(since.timestamp() - 60)
        try:
            messages = self._pages("conversations.history", "messages", channel=known, oldest=oldest)
        except SlackApiError:  # archived, or we are not in it
            return None
        found = (str(message["ts"]) for message in messages if _payload(message) == payload)
        ts = next(found, "")
        return (known, ts) if ts else None

    def repaint(self, card: Card, picture: Picture) -> bool:
        """See the port."""
        return self._unless_gone(
            "chat.update",
            views.card(picture),
            channel=card.channel,
            ts=card.ts,
            metadata=_metadata(picture.promotion),
        )

    def tell(self, card: Card, number: int, entry: Entry, picture: Picture) -> None:
        """See the port."""
        self._unless_gone(
            "chat.postMessage",
            _told(entry, picture.reported),
            channel=card.channel,
            thread_ts=card.ts,
            reply_broadcast=entry.aloud,
            metadata=_metadata(picture.promotion, number),
            unfurl_links=False,
        )

    def link(self, card: Card) -> str:
        """See the port."""
        try:
            answer = self._call("chat.getPermalink", channel=card.channel, message_ts=card.ts)
        except SlackApiError:
            return ""
        return str(answer["permalink"])

    def _told(self, channel: str, ts: str) -> int:
        replies = self._pages("conversations.replies", "messages", channel=channel, ts=ts)
        numbers = [_payload(reply).get("number") for reply in replies]
        return max([int(number) + 1 for number in numbers if number is not None], default=0)

    def _id_of(self, name: str) -> str:
        kinds = "public_channel,private_channel"
        channels = self._pages("conversations.list", "channels", exclude_archived=True, types=kinds)
        return next((str(channel["id"]) for channel in channels if channel["name"] == name), "")

    def _pages(self, method: str, key: str, **arguments: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self._call(method, include_all_metadata=True, limit=200, cursor=cursor, **arguments)
            found += page[key]
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return found

    def _unless_gone(self, method: str, message: Message, **arguments: Any) -> bool:
        # Somebody deleted the card: the ledger and the registry go on without it.
        try:
            self._say(method, message, **arguments)
        except SlackApiError as error:
            if error.response["error"] not in _GONE:
                raise
            return False
        return True

    def _say(self, method: str, message: Message, **arguments: Any) -> Any:
        """Say it with its pictures, and plainer as often as Slack refuses the blocks."""
        blocks = pictured(self._client, message, within=_PATIENCE)
        while True:
            try:
                return self._call(method, text=message.text, blocks=blocks, **arguments)
            except _Refused:
                plain = plainer(blocks)
                if plain is None:
                    raise
                blocks = plain

    def _call(self, method: str, **arguments: Any) -> Any:
        try:
            return (
                self._client.api_call(method, json=arguments)
                if _is_json(method)
                else self._client.api_call(method, params=arguments)
            )
        except SlackApiError as error:
            if error.response["error"] in _GONE:
                raise
            if error.response["error"] == REFUSED:
                raise _Refused(f"{method}: {REFUSED}") from error
            raise Unreachable(f"{method}: {error.response['error']}") from error
        except (SlackClientError, OSError) as error:
            raise Unreachable(f"{method}: {error}") from error


def _is_json(method: str) -> bool:
    return method in {"chat.postMessage", "chat.update"}


def _told(entry: Entry, reported: Reported | None) -> Message:
    if reported is None:
        return views.told(entry)
    from bot.slack import reports  # noqa: PLC0415 - the steps that tell no evidence start without it

    return reports.told(entry, reported)


def _metadata(promotion: Promotion, number: int | None = None) -> dict[str, Any]:
    payload: dict[str, Any] = {"promotion": promotion.id}
    return _about(payload if number is None else {**payload, "number": number})


def _freeze(freeze: Freeze) -> dict[str, Any]:
    return {"freeze": freeze.model, "number": freeze.number}


def _about(payload: dict[str, Any]) -> dict[str, Any]:
    return {"event_type": _EVENT, "event_payload": payload}


def _payload(message: dict[str, Any]) -> dict[str, Any]:
    metadata = message.get("metadata") or {}
    return dict(metadata.get("event_payload") or {}) if metadata.get("event_type") == _EVENT else {}
