"""Serves an ASGI application on this machine only, in a thread with its own event loop."""

import asyncio
import concurrent.futures
import socket
import threading
from collections.abc import Coroutine
from typing import Any

from playground.aws.frontdoor import App

_THREADS = (
    64  # handlers that wait for each other (a machine invokes a function that calls AWS) must not queue
)
_PATIENCE = 10.0


def bind(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1; port 0 picks a free one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # asyncio sets this only on sockets made with an explicit protocol; without it every answer waits
    # 40 ms for the client's delayed acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as taken:
        listener.close()
        raise OSError(f"Port {port} is taken on 127.0.0.1: choose another, or 0 for any.") from taken
    listener.listen(128)
    return listener


class Server:
    """One uvicorn server and its loop."""

    def __init__(self, app: App, listener: socket.socket) -> None:
        import uvicorn  # noqa: PLC0415 - nothing heavy is imported with the package

        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=75,
            http="h11",
            ws="none",
        )
        self._listener = listener
        self._server = uvicorn.Server(config)
        self._pool = concurrent.futures.ThreadPoolExecutor(_THREADS, thread_name_prefix="aws")
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, name="aws-front-door", daemon=True)
        self.loop: asyncio.AbstractEventLoop

    def start(self) -> None:
        """Return when requests are answered."""
        self._thread.start()
        if not self._up.wait(_PATIENCE):
            raise TimeoutError("The local AWS did not start to answer within 10 s.")

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine on the server's loop and wait for its result."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def stop(self) -> None:
        """Stop answering; connections that are still open are cut."""
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(2)
        self._listener.close()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.loop.set_default_executor(self._pool)
        self.loop.call_soon(self._up.set)  # the socket listens already: what connects now is answered soon
        await self._server.serve(sockets=[self._listener])
