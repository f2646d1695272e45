"""What went over the wire, in both directions."""

from collections import deque
from typing import Any

from playground.slack.clock import Clock
from playground.slack.feed import Feed
from playground.slack.wire import Json

KEPT = 2000
FROM_APP = "from_app"
TO_APP = "to_app"


class CallLog:
    """The last calls, oldest first."""

    def __init__(self, clock: Clock, feed: Feed) -> None:
        self._clock = clock
        self._feed = feed
        self._calls: deque[Json] = deque(maxlen=KEPT)
        self._count = 0

    def add(self, direction: str, kind: str, **facts: Any) -> None:
        """Note one call; `kind` is an API method or the kind of delivery."""
        self._count += 1
        call = {"n": self._count, "time": self._clock.now(), "direction": direction, "kind": kind, **facts}
        self._calls.append(call)
        self._feed.publish("log", n=self._count)

    def all(self) -> list[Json]:
        """Every call that is still kept."""
        return list(self._calls)

    def clear(self) -> None:
        """Forget everything."""
        self._calls.clear()
