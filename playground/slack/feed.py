"""Tell every open page that something changed, over server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

HEARTBEAT_S = 15.0


class Feed:
    """Subscribers of changes; `close` ends all their streams at once."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[str | None]] = set()
        self._closed = False

    def publish(self, topic: str, **facts: Any) -> None:
        """Say that `topic` changed."""
        line = f"event: {topic}\ndata: {json.dumps(facts)}\n\n"
        for queue in self._queues:
            queue.put_nowait(line)

    async def stream(self) -> AsyncIterator[str]:
        """The text of one event stream, until the reader leaves or the feed closes."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield "retry: 500\nevent: hello\ndata: {}\n\n"
            while not self._closed:
                try:
                    line = await asyncio.wait_for(queue.get(), HEARTBEAT_S)
                except TimeoutError:
                    line = ": still here\n\n"
                if line is None:
                    return
                yield line
        finally:
            self._queues.discard(queue)

    def close(self) -> None:
        """End every stream; call it on the event loop."""
        self._closed = True
        for queue in self._queues:
            queue.put_nowait(None)
