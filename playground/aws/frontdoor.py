"""The front door: every request is attributed, counted, perhaps sabotaged, and handed to ministack."""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

from playground.aws.calls import Call, Calls
from playground.aws.faults import CallFault, Faults
from playground.aws.identity import INSIDE_KEY
from playground.aws.operations import error_answer, operation, signer

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class Processes(Protocol):
    """What the front door knows of the functions' processes: whose a key is, and how to kill it."""

    def function_of(self, key: str) -> str:
        """The function whose process signs with this access key, or ""."""

    def kill(self, key: str) -> None:
        """End that process at once, as if its machine had failed."""


class FrontDoor:
    """An ASGI application around ministack's."""

    def __init__(self, inner: App, processes: Processes, faults: Faults, calls: Calls) -> None:
        self._inner, self._processes, self._faults, self._calls = inner, processes, faults, calls

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        body = await _whole_body(receive)
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        named = operation(scope["method"], scope["path"], scope["query_string"].decode(), headers, body)
        key, service = signer(headers)
        function = self._processes.function_of(key)
        started = time.time()

        def answered(status: int) -> None:
            if named:
                self._calls.add(Call(started, named, function, status))

        heard = _Answer(send, answered)
        fault = None
        if named and key != INSIDE_KEY:
            fault = self._faults.take_call(named, from_function=bool(function), service=service, body=body)
        if fault is None:
            await self._inner(scope, _replay(body), heard)
        else:
            await self._sabotage(fault, key, (scope, body, headers), heard)

    async def _sabotage(
        self, fault: CallFault, key: str, request: tuple[Message, bytes, dict[str, str]], send: "_Answer"
    ) -> None:
        scope, body, headers = request
        if fault.kind == "error":
            said = error_answer(headers, scope["path"], fault.status, fault.code, fault.message)
            await _answer(send, *said)
            return
        nobody = _Answer(None, send.answered)
        if fault.after:
            await self._inner(scope, _replay(body), nobody)
        else:
            send.answered(0)
        self._processes.kill(key)
        send.answered = _forget
        await _answer(send, 500, {}, b"")  # nobody is left to read it


class _Answer:
    """Passes messages on, or nowhere; whoever reads the answer finds its call on record."""

    def __init__(self, send: Send | None, answered: Callable[[int], None]) -> None:
        self._send, self.answered = send, answered

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.answered(message["status"])
        if self._send is not None:
            await self._send(message)


def _forget(_status: int) -> None:
    """The call is on record already."""


async def _whole_body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


async def _answer(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    lines = [(name.encode(), value.encode()) for name, value in headers.items()]
    lines.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body})
