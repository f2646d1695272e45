"""Lambda's Runtime API for one execution environment, on its own port.

`GET invocation/next` waits for an event; `POST invocation/<id>/response|error` and `POST init/error` answer.
"""

import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol


@dataclass(frozen=True)
class Invocation:
    """One event for the process, with what the Runtime API says about it."""

    request_id: str
    payload: bytes
    deadline: float  # epoch seconds
    function_arn: str

    def headers(self) -> dict[str, str]:
        """The response headers of `invocation/next`."""
        return {
            "Lambda-Runtime-Aws-Request-Id": self.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int(self.deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": self.function_arn,
            "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
            "Content-Type": "application/json",
        }


class Listener(Protocol):
    """Who hears what the process answers."""

    def answered(self, body: bytes, *, failed: bool) -> None:
        """The handler returned, or raised."""

    def init_failed(self, body: bytes) -> None:
        """The module or the handler could not be loaded."""


class RuntimeApi:
    """The server side of one process."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.asked = threading.Event()  # for an event, for the first time: the init phase is over
        self.pending: queue.Queue[Invocation | None] = queue.Queue()
        self._server = _Server(self)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.2,), daemon=True).start()

    def close(self) -> None:
        """Let a waiting `next` go and stop serving."""
        self.asked.set()
        self.pending.put(None)
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, api: RuntimeApi) -> None:
        self.api = api
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True  # else every invocation waits 2 x 40 ms for delayed ACKs

    def do_GET(self) -> None:
        self.server.api.asked.set()
        invocation = self.server.api.pending.get()
        if invocation is None:
            self._send(500, {}, b"")
        else:
            self._send(200, invocation.headers(), invocation.payload)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._send(202, {"Content-Type": "application/json"}, b'{"status":"OK"}')
        if self.path.endswith("/init/error"):
            self.server.api.listener.init_failed(body)
        else:
            self.server.api.listener.answered(body, failed=self.path.endswith("/error"))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Keep quiet."""

    def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        try:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()
        except OSError:
            self.close_connection = True  # the process is gone
