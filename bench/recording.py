"""The calls of one approval, recorded in front of a playground and answered again without one."""

import json
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import urlsplit

_OWN: Final = frozenset({"connection", "content-length", "date", "server", "transfer-encoding", "keep-alive"})
_ANSWERED: Final = "/actions/"  # Slack's response_urls, which no playground knows here
_HELD: Final = (
    "SendTaskSuccess"  # else the workflow goes on while the worker draws, and no run is like another
)


@dataclass(frozen=True)
class Answer:
    """What a service answered; `length` is that of the body, which HEAD does not bring."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    length: int


@dataclass(frozen=True)
class Call:
    """What was asked, without what differs from one approval to the next."""

    name: str
    about: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.about}".strip()


def call_of(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Call:
    """The call that a request makes."""
    if target := (headers.get("x-amz-target") or ""):
        asked = json.loads(body or b"{}")
        key = (asked.get("Key") or asked.get("Item") or {}).get("pk", {}).get("S", "")
        about = key.partition("#")[0] if "#" in key else asked.get("IndexName") or asked.get("Name", "")
        return Call(target.rpartition(".")[2], about)
    parts = urlsplit(path)
    if parts.path.startswith("/api/"):
        return Call(parts.path.removeprefix("/api/"))
    if parts.path.startswith(_ANSWERED):
        return Call("response_url")
    query = parts.query.split("&")
    listed = "versions" if "versions" in query else "list" if "list-type=2" in query else "object"
    return Call(f"{method} {listed}", parts.path)


class Recording:
    """The answers by call, in the order in which they came; they are given again and again in that order."""

    def __init__(self) -> None:
        self.answers: dict[Call, list[Answer]] = defaultdict(list)
        self.order: list[Call] = []
        self._given: dict[Call, int] = defaultdict(int)
        self._lock = threading.Lock()

    def rewind(self) -> None:
        """From the first answers on."""
        with self._lock:
            self._given.clear()

    def add(self, call: Call, answer: Answer) -> None:
        """One more."""
        with self._lock:
            self.answers[call].append(answer)
            self.order.append(call)

    def next(self, call: Call) -> Answer | None:
        """The next answer to this call, None where it was never made."""
        with self._lock:
            known = self.answers.get(call)
            if not known:
                return None
            self._given[call] += 1
            return known[(self._given[call] - 1) % len(known)]


class Recorder:
    """A server between the worker and a playground; `url` is where AWS and, below /api/, Slack are."""

    def __init__(self, aws: str, slack: str) -> None:
        self.recording = Recording()
        self._aws, self._slack = urlsplit(aws).netloc, urlsplit(slack).netloc
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Say nothing."""

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                answer = recorder.ask(self.command, self.path, headers, body)
                say(self, answer)

            do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = handle_any  # noqa: N815 - http.server's names

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Ask the playground and remember what it answers."""
        call = call_of(method, path, headers, body)
        if path.startswith(_ANSWERED):
            answer = Answer(200, (("content-type", "text/plain"),), b"ok", 2)
        elif call.name == _HELD:
            answer = Answer(200, (("content-type", "application/x-amz-json-1.0"),), b"{}", 2)
        else:
            answer = self._forwarded(method, path, headers, body)
        self.recording.add(call, answer)
        return answer

    def stop(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()

    def _forwarded(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        connection = HTTPConnection(self._slack if path.startswith("/api/") else self._aws, timeout=30)
        passed = {name: value for name, value in headers.items() if name not in {"host", "connection"}}
        connection.request(method, path, body or None, passed)
        answer = connection.getresponse()
        content = answer.read()
        kept = tuple((name, value) for name, value in answer.getheaders() if name.lower() not in _OWN)
        length = int(answer.getheader("content-length") or len(content))
        connection.close()
        return Answer(answer.status, kept, content, length)


def say(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    """Send a recorded answer."""
    handler.send_response(answer.status)
    for name, value in answer.headers:
        handler.send_header(name, value)
    handler.send_header("content-length", str(answer.length))
    handler.end_headers()
    handler.wfile.write(answer.body)
    handler.wfile.flush()
