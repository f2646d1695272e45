"""SQS as a source of Lambda events: quick, several batches at a time, with short waits when time is short."""

import threading
from typing import Any

from playground.aws.emulator import Emulator
from playground.aws.hooks import Hooks
from playground.aws.pace import Pace

_LOOK_AGAIN = 0.05  # seconds; for messages that become visible again, which nothing announces


class QueuePoller:
    """Feeds queues to functions, in place of ministack's poller, which cannot be ended."""

    def __init__(self, emulator: Emulator) -> None:
        self._lambdas = emulator.lambdas
        self._queues = emulator.queues
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._poll, name="aws-queues", daemon=True)

    def install(self, hooks: Hooks, pace: Pace) -> None:
        """Start polling."""
        hooks.attribute(self._lambdas, "_poller_started", True)
        hooks.attribute(self._lambdas, "_ESM_BACKOFF_SECONDS", 0.0)  # failed messages are invisible anyway
        if pace.longest_visibility is not None:
            self._shorten_visibility(hooks, pace.longest_visibility)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._lambdas._esm_wake.set()
        self._thread.join(1)

    def _shorten_visibility(self, hooks: Hooks, longest: float) -> None:
        collect = self._queues._collect_msgs

        def collect_briefly(queue: dict[str, Any], most: int, visibility: float) -> Any:
            return collect(queue, most, min(visibility, longest))

        hooks.attribute(self._queues, "_collect_msgs", collect_briefly)

    def _poll(self) -> None:
        wake = self._lambdas._esm_wake
        while not self._stopping.is_set():
            wake.clear()
            if not self._lambdas._poll_sqs():
                wake.wait(_LOOK_AGAIN)
