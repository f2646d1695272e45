"""The Clock port in memory."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """A second goes by at every look, so that no two things happen at the same time."""

    def __init__(self) -> None:
        self._now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """See the port."""
        self._now += timedelta(seconds=1)
        return self._now

    def passes(self, seconds: float) -> None:
        """Let time go by."""
        self._now += timedelta(seconds=seconds)
