"""The app's front door: a blocking callable that stands for its Function URL."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class EntryRequest:
    """One HTTP request to the app; `query` is the raw query string."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    query: str = ""


@dataclass(frozen=True)
class EntryAnswer:
    """What the app answered."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def header(self, name: str) -> str:
        """A header by name, whatever its case; empty when it is missing."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")


Entry = Callable[[EntryRequest], EntryAnswer]


async def call_entry(entry: Entry, request: EntryRequest) -> EntryAnswer:
    """Run the door in a daemon thread of its own.

    No executor: any number may click at once, and a door that hangs cannot keep the process from ending.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[EntryAnswer] = loop.create_future()

    def settle(answer: EntryAnswer | None, error: Exception | None) -> None:
        if error is not None and not future.done():  # it is done when the caller did not wait that long
            future.set_exception(error)
        elif answer is not None and not future.done():
            future.set_result(answer)

    def run() -> None:
        answer, problem = None, None
        try:
            answer = entry(request)
        except Exception as error:  # noqa: BLE001 -- whatever the door raises is the door's failure
            problem = error
        with contextlib.suppress(RuntimeError):  # the loop may be gone by now
            loop.call_soon_threadsafe(settle, answer, problem)

    threading.Thread(target=run, name="slack-delivery", daemon=True).start()
    return await future
