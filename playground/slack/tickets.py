"""What Slack hands out with a delivery and takes back for a while: trigger ids and response URLs."""

import secrets
from dataclasses import dataclass

from playground.slack.clock import Clock
from playground.slack.flaws import SlackError
from playground.slack.team import Channel

TRIGGER_LIFE_S = 3  # "Opening a modal": a trigger_id expires 3 seconds after it was sent
RESPONSE_LIFE_S = 30 * 60  # "Handling user interaction": 30 minutes ...
RESPONSE_USES = 5  # ... and five times


@dataclass
class Trigger:
    """The right to open one modal for one person."""

    user: str
    expires: float
    used: bool = False


@dataclass
class ResponseUrl:
    """The right to answer where something was said; `ts` is the message that was clicked."""

    channel: Channel
    user: str
    expires: float
    ts: str | None = None
    uses: int = RESPONSE_USES


class Tickets:
    """All tickets that are out."""

    def __init__(self, clock: Clock, base_url: str) -> None:
        self._clock = clock
        self._base_url = base_url
        self._triggers: dict[str, Trigger] = {}
        self._urls: dict[str, ResponseUrl] = {}

    def trigger(self, user: str) -> str:
        """A new trigger_id."""
        key = f"{int(self._clock.now() * 1000)}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        self._triggers[key] = Trigger(user, self._clock.now() + TRIGGER_LIFE_S)
        return key

    def redeem(self, key: str) -> str:
        """The person that a trigger_id stands for; it is used up by this ("views.open")."""
        trigger = self._triggers.get(key)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if trigger.expires < self._clock.now():
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.user

    def response_url(self, channel: Channel, user: str, ts: str | None = None) -> str:
        """A new response_url."""
        key = f"{secrets.randbelow(10**12)}/{secrets.token_hex(12)}"
        self._urls[key] = ResponseUrl(channel, user, self._clock.now() + RESPONSE_LIFE_S, ts)
        return f"{self._base_url}/actions/{key}"

    def use(self, key: str) -> ResponseUrl:
        """Spend one use of a response_url."""
        url = self._urls.get(key)
        if url is None or url.expires < self._clock.now():
            raise SlackError("expired_url")
        if url.uses <= 0:
            raise SlackError("used_url")
        url.uses -= 1
        return url

    def clear(self) -> None:
        """Make all tickets void."""
        self._triggers.clear()
        self._urls.clear()
