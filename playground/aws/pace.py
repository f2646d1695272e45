"""How long things take: as in a demo that people watch, or as in a test that waits for them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """Seconds that AWS would take, scaled down."""

    create_endpoint: float
    update_endpoint: float
    rollback: float
    job: float
    lambda_retry: float
    longest_visibility: float | None  # a cap on SQS visibility time-outs; None keeps the queue's own
    longest_alarm_period: float | None  # likewise, on the periods of CloudWatch alarms
    longest_retry: float | None  # likewise, on what a state machine waits before it tries again


WATCHED = Pace(
    create_endpoint=12,
    update_endpoint=16,
    rollback=6,
    job=8,
    lambda_retry=10,
    longest_visibility=None,
    longest_alarm_period=None,
    longest_retry=None,
)
FAST = Pace(
    create_endpoint=0.5,
    update_endpoint=0.8,
    rollback=0.4,
    job=0.3,
    lambda_retry=1,
    longest_visibility=5,
    longest_alarm_period=6,
    longest_retry=0.5,
)


class Timers:
    """Things that will happen later, all of which can be called off."""

    def __init__(self) -> None:
        self._waiting: set[threading.Timer] = set()
        self._lock = threading.Lock()

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Run `act` in its own thread after `seconds`, unless called off before."""

        def run() -> None:
            with self._lock:
                self._waiting.discard(timer)
            act()

        timer = threading.Timer(seconds, run)
        timer.daemon = True
        with self._lock:
            self._waiting.add(timer)
        timer.start()

    def call_off(self) -> None:
        """Nothing that is still waiting will happen."""
        with self._lock:
            waiting, self._waiting = self._waiting, set()
        for timer in waiting:
            timer.cancel()
