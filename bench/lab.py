"""One execution environment as Lambda runs it: the real awslambdaric against a Runtime API of ours.

cold  = process start to the answer to its first event
warm  = an event handed over to its answer, afterwards
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

_ARN: Final = "arn:aws:lambda:us-east-1:123456789012:function:bench"


@dataclass(frozen=True)
class Subject:
    """A function to be measured; `event` makes a fresh event each time."""

    name: str
    handler: str
    paths: tuple[Path, ...]
    environment: Mapping[str, str]
    event: Callable[[], dict[str, Any]]


@dataclass
class Trial:
    """What one process took: milliseconds, and its peak memory in MB."""

    cold: float = 0.0
    warm: list[float] = field(default_factory=list)
    peak: float = 0.0


class RuntimeApi:
    """Lambda's Runtime API for one process, on one connection at a time (AWS Lambda: Runtime API)."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._connection: socket.socket | None = None
        self._rest = b""

    def request(self) -> tuple[str, bytes]:
        """The next request's path and body."""
        while True:
            if self._connection is None:
                self._listener.settimeout(60)
                self._connection, _ = self._listener.accept()
                self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._connection.settimeout(60)
            if (whole := self._whole()) is not None:
                return whole
            data = self._connection.recv(1 << 20)
            if not data:
                self._connection.close()
                self._connection, self._rest = None, b""
            self._rest += data

    def reply(self, status: str, body: bytes = b"", **headers: object) -> None:
        """Answer the request that came last."""
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        sized = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
        if self._connection:
            self._connection.sendall(f"HTTP/1.1 {status}\r\n{sized}{lines}\r\n".encode() + body)

    def close(self) -> None:
        """Let go of the sockets."""
        for open_socket in (self._listener, self._connection):
            if open_socket:
                open_socket.close()

    def _whole(self) -> tuple[str, bytes] | None:
        head, found, rest = self._rest.partition(b"\r\n\r\n")
        if not found:
            return None
        first, *lines = head.decode().split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if fields.get("transfer-encoding") == "chunked":
            if not rest.endswith(b"0\r\n\r\n"):
                return None
            self._rest = b""
            return first.split(" ")[1], _unchunked(rest)
        length = int(fields.get("content-length", 0))
        if len(rest) < length:
            return None
        self._rest = rest[length:]
        return first.split(" ")[1], rest[:length]


def trial(subject: Subject, warm: int) -> Trial:
    """Start the subject once, give it one event cold and `warm` more, and end it."""
    api, result = RuntimeApi(), Trial()
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(map(str, subject.paths)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "_HANDLER": subject.handler,
        "LAMBDA_TASK_ROOT": str(subject.paths[0]),
        "AWS_LAMBDA_RUNTIME_API": api.address,
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_GROUP_NAME": "group",
        "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKIDBENCH",
        "AWS_SECRET_ACCESS_KEY": "bench",
        **subject.environment,
    }
    command = [sys.executable, "-m", "awslambdaric", subject.handler]
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=subject.paths[0],  # `-m` looks there first
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        api.request()
        for number in range(1 + warm):
            handed = time.perf_counter()
            answered = _hand_over(api, subject, number)
            if number == 0:
                result.cold = (answered - started) * 1e3
            else:
                result.warm.append((answered - handed) * 1e3)
        result.peak = _peak(process.pid)
    finally:
        process.kill()
        process.wait()
        api.close()
    return result


def _hand_over(api: RuntimeApi, subject: Subject, number: int) -> float:
    api.reply(
        "200 OK",
        json.dumps(subject.event()).encode(),
        Lambda_Runtime_Aws_Request_Id=f"00000000-0000-0000-0000-{number:012d}",
        Lambda_Runtime_Deadline_Ms=int((time.time() + 30) * 1000),
        Lambda_Runtime_Invoked_Function_Arn=_ARN,
        Lambda_Runtime_Trace_Id="Root=1-5e1b4151-5ac6c58f40e98d",
    )
    path, body = api.request()
    answered = time.perf_counter()
    answer = json.loads(body or b"null")
    status = answer.get("statusCode", 200) if isinstance(answer, dict) else 200
    failed = isinstance(answer, dict) and answer.get("batchItemFailures")
    if not path.endswith("/response") or status != 200 or failed:  # noqa: PLR2004 - HTTP's OK
        raise RuntimeError(f"{subject.name} answered {path}: {body[:800]!r}")
    api.reply("202 Accepted", b'{"status":"OK"}')
    api.request()
    return answered


def _peak(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def _unchunked(rest: bytes) -> bytes:
    body = b""
    while size := int(rest.split(b"\r\n", 1)[0], 16):
        rest = rest.split(b"\r\n", 1)[1]
        body, rest = body + rest[:size], rest[size + 2 :]
    return body
