"""Deliveries: Slack's requests as they come from the queue."""

import json
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from bot.slack.door import is_signed

ATTEMPTS: Final = 4
"""So often a delivery is tried before it goes to the dead-letter queue; template.yaml says the same."""


class Forged(Exception):  # noqa: N818 - what it is
    """A message on the queue that Slack did not sign."""


@dataclass(frozen=True)
class Delivery:
    """One request of Slack's. `attempt` counts from 1, `sent_at` is in seconds since the epoch."""

    id: str
    kind: str
    body: str
    attempt: int = 1
    sent_at: float = field(default_factory=time.time)

    @property
    def is_last(self) -> bool:
        """Whether nobody will try it again."""
        return self.attempt >= ATTEMPTS

    @property
    def age(self) -> timedelta:
        """How long ago Slack sent it."""
        return timedelta(seconds=time.time() - self.sent_at)


def delivery_of(message: str, attempt: int, secret: str) -> Delivery:
    """The delivery in a message that the door put on the queue.

    The signature is checked again: whoever can write to the queue is not thereby everybody in Slack.
    Slack sends an event again under the same event_id when it was not acknowledged (Slack: Events
    API), so an event goes by that; commands and clicks are sent once and go by their signature.

    Raises:
        Forged: Slack did not sign this.
    """
    wrapped = json.loads(message)
    kind, body = str(wrapped["type"]), str(wrapped["body"])
    timestamp, signature = str(wrapped["timestamp"]), str(wrapped["signature"])
    if not timestamp.isdecimal() or not is_signed(secret, timestamp, body, signature, float(timestamp)):
        raise Forged("a message on the queue is not signed by Slack")
    event_id = json.loads(body).get("event_id", "") if kind == "application/json" else ""
    return Delivery(event_id or signature[3:35], kind, body, attempt, float(timestamp))
