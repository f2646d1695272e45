"""Serve the local Slack so that a signal ends it at once, open pages or not."""

import asyncio
import socket
from types import FrameType

import uvicorn

from playground.slack.server import LocalSlack

GRACE_S = 1


class _Server(uvicorn.Server):
    """Uvicorn waits for open responses before it shuts an app down; event streams would never end."""

    def __init__(self, slack: LocalSlack, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._slack = slack
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Remember the loop: a signal may arrive on any thread's stack."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets=sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End the streams first, then everything else."""
        self.stop()
        super().handle_exit(sig, frame)

    def stop(self) -> None:
        """Ask the server to end; safe from any thread."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._slack.close_streams)


def make_server(slack: LocalSlack, host: str = "127.0.0.1") -> _Server:
    """A uvicorn server; `run(sockets=[...])` serves until a signal or `stop()`."""
    config = uvicorn.Config(
        slack.app,
        host=host,
        port=slack.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    return _Server(slack, config)
