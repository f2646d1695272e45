"""Replies: what one person hears, in words at once and then in pictures."""

import json
import logging
from dataclasses import replace
from http.client import OK
from typing import Final

from slack_bolt import Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookResponse

from bot.slack.blocks import MOST_BLOCKS, Block, context
from bot.slack.sending import REFUSED, pictured, plainer
from bot.slack.uploads import images
from bot.slack.views import Message

log: Final = logging.getLogger(__name__)
_NONE_DRAWN: Final = "The pictures could not be shown. The words and numbers above are complete without them."


class Replies:
    """What is said to one person in one channel."""

    def __init__(self, client: WebClient, channel: str, who: str) -> None:
        self._client, self._channel, self._who = client, channel, who

    def respond(self, respond: Respond, said: Message, *, replaces: bool = False) -> None:
        """Answer where something was asked or clicked; pictures follow in a message of their own.

        They cannot be put into the first message afterwards: with replace_original, the response_url of a
        command adds a message all the same, and that of a click takes the clicked message away, which may
        be everybody's card (Slack: Handling user interaction, "Updating a source message in response").
        """
        if not self._responded(respond, said.text, _announced(said), replaces=replaces):
            # A response_url lives 30 minutes; a delivery that waited longer is answered all the same.
            self.whisper(said)
        elif said.drawings:
            self._follow(respond, said)

    def whisper(self, said: Message, thread: str | None = None) -> None:
        """Say it where there is no response_url, with its pictures: a whisper cannot be added to."""
        blocks = pictured(self._client, said)
        while True:
            try:
                self._client.chat_postEphemeral(
                    channel=self._channel, user=self._who, text=said.text, blocks=blocks, thread_ts=thread
                )
            except (SlackClientError, OSError) as error:
                plain = plainer(blocks) if _is_refusal(error) else None
                if plain is None:
                    log.warning("an answer to %s in %s was not taken: %s", self._who, self._channel, error)
                    return
                blocks = plain
            else:
                return

    def _responded(self, respond: Respond, text: str, blocks: list[Block], *, replaces: bool) -> bool:
        """Whether the response_url took it, plainer where it refused the blocks."""
        while True:
            answer = _answered(respond, text, blocks, replaces=replaces)
            if answer.status_code == OK:
                return True
            plain = plainer(blocks) if REFUSED in (answer.body or "") else None
            if plain is None:
                return False
            blocks = plain

    def _follow(self, respond: Respond, said: Message) -> None:
        # The answer has been given: whatever happens here, the request is not to be tried again.
        try:
            hung = images(self._client, said.drawings[:MOST_BLOCKS])
            titles = ", ".join(drawing.title for drawing in said.drawings)
            if not hung or _answered(respond, titles, hung).status_code != OK:
                _answered(respond, _NONE_DRAWN, None)
        except Exception as error:  # noqa: BLE001 - see above
            log.warning("the pictures of an answer to %s were not taken: %s", self._who, type(error).__name__)


def _answered(
    respond: Respond, text: str, blocks: list[Block] | None, *, replaces: bool = False
) -> WebhookResponse:
    return respond(text=text, blocks=blocks, response_type="ephemeral", replace_original=replaces)


def mentioned(said: Message) -> Message:
    """The same answer where slash commands do not work, in threads."""
    blocks = json.loads(json.dumps(said.blocks).replace("`/mlops ", "`@mlops "))
    return replace(said, text=said.text.replace("`/mlops ", "`@mlops "), blocks=blocks)


def _announced(said: Message) -> list[Block]:
    """The blocks, and that pictures follow where they do."""
    count = len(said.drawings)
    if not count or len(said.blocks) >= MOST_BLOCKS:
        return said.blocks
    return [*said.blocks, context("A picture follows." if count == 1 else f"{count} pictures follow.")]


def _is_refusal(error: Exception) -> bool:
    return isinstance(error, SlackApiError) and error.response["error"] == REFUSED
