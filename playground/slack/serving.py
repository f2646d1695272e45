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
        """Remember the loop, since a signal may arrive on any thread's stack; and let no answer wait.

        asyncio switches Nagle's algorithm off only for sockets that were made with IPPROTO_TCP; with it on,
        every answer comes 40 ms late. Accepted sockets inherit the option.
        """
        self._loop = asyncio.get_running_loop()
        for listener in sockets or ():
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await super().startup(sockets=sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 -- uvicorn's signature
        """End, and let `run` return: uvicorn would raise the signal anew, past its caller's clean-up."""
        self.force_exit = self.should_exit  # whoever asks twice does not want to wait
        self.stop()

    def stop(self) -> None:
        """Ask the server to end; safe from any thread."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._slack.close_streams)


def open_socket(port: int = 0, host: str = "127.0.0.1") -> socket.socket:
    """A socket bound to `port`, or to a free one for 0."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener


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
