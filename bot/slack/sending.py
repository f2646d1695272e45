"""Sending: a message with its pictures, and plainer where Slack does not take all of it."""

from slack_sdk import WebClient

from bot.slack.blocks import MOST_BLOCKS, Block
from bot.slack.uploads import PATIENCE, images
from bot.slack.views import Message

REFUSED = "invalid_blocks"
"""What Slack says to blocks that it does not take."""


def pictured(client: WebClient, message: Message, *, within: float = PATIENCE) -> list[Block]:
    """The message's blocks and an image below for each of its drawings that can be uploaded within so many
    seconds; never raises, see `images`.
    """
    room = MOST_BLOCKS - len(message.blocks)
    return [*message.blocks, *images(client, message.drawings[: max(room, 0)], within)]


def plainer(blocks: list[Block]) -> list[Block] | None:
    """The blocks without native charts, or, where there are none, without images; None where there are
    neither.

    Slack takes charts only where they have been rolled out already (Slack: Data visualization block), and
    the words say the same without them.
    """
    for kind in ("data_visualization", "image"):
        kept = [block for block in blocks if block["type"] != kind]
        if len(kept) < len(blocks):
            return kept
    return None
