"""Slack's own clock: real time plus what a test has added."""

import time


class Clock:
    """Tells the time, and gives every message a time stamp of its own."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._last = 0

    def now(self) -> float:
        """Seconds since 1970, as this Slack sees them."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self._ahead += seconds

    def stamp(self) -> str:
        """A `ts`: later than every one before, because a message is known by it."""
        self._last = max(self._last + 1, int(self.now() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def reset(self) -> None:
        """Back to real time."""
        self._ahead = 0.0
        self._last = 0
