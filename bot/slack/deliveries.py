"""Deliveries: Slack's requests as they come from the queue."""

import json
from dataclasses import dataclass
from typing import Final

ATTEMPTS: Final = 4
"""So often a delivery is tried before it goes to the dead-letter queue; template.yaml says the same."""


@dataclass(frozen=True)
class Delivery:
    """One request of Slack's. `attempt` counts from 1."""

    id: str
    kind: str
    body: str
    attempt: int = 1

    @property
    def is_last(self) -> bool:
        """Whether nobody will try it again."""
        return self.attempt >= ATTEMPTS


def delivery_of(message: str, attempt: int) -> Delivery:
    """The delivery in a message that the door put on the queue.

    Slack sends an event again under the same event_id when it was not acknowledged (Slack: Events
    API), so an event goes by that; commands and clicks are sent once and go by their signature.
    """
    wrapped = json.loads(message)
    event_id = ""
    if wrapped["type"] == "application/json":
        event_id = json.loads(wrapped["body"]).get("event_id", "")
    return Delivery(event_id or wrapped["id"], wrapped["type"], wrapped["body"], attempt)
