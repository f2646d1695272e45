"""One execution environment: a real `awslambdaric` process that handles one event at a time."""

import json
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playground.aws.runtime_api import Invocation, RuntimeApi

_INIT_SECONDS: Final = 10.0  # AWS gives the init phase its own budget


@dataclass(frozen=True)
class FunctionSpec:
    """A function as it is deployed now; a change of any field needs new processes."""

    name: str
    arn: str
    handler: str
    code: Path
    environment: tuple[tuple[str, str], ...]
    timeout: float  # seconds
    memory: int  # MB
    digest: str = ""  # of the code


@dataclass(frozen=True)
class Outcome:
    """What an invocation came to: the payload, whether it is an error, and what was printed meanwhile."""

    body: bytes
    failed: bool
    printed: tuple[str, ...]


class Worker:
    """The process, its Runtime API, and the invocation that it is busy with."""

    def __init__(
        self, spec: FunctionSpec, environment: Mapping[str, str], heard: Callable[[str, str], None]
    ) -> None:
        self.spec, self._heard = spec, heard
        self.dead = False
        self._lines: list[str] = []
        self._told = 0
        self._lock = threading.Lock()
        self._current: tuple[str, Future[tuple[bytes, bool]]] | None = None
        self._init_error: bytes | None = None
        self._api = RuntimeApi(self)
        self._process = subprocess.Popen(  # noqa: S603 - the runtime client of this interpreter
            [sys.executable, "-m", "awslambdaric", spec.handler],
            cwd=spec.code,
            env={**environment, "AWS_LAMBDA_RUNTIME_API": self._api.address},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        threading.Thread(target=self._watch, daemon=True).start()

    def invoke(self, payload: bytes) -> Outcome:
        """Hand over one event and wait; a process that takes too long or dies gives an error outcome."""
        request_id, done = str(uuid.uuid4()), Future[tuple[bytes, bool]]()
        self._api.asked.wait(_INIT_SECONDS)  # or dead: both end the init phase
        with self._lock:
            self._current = (request_id, done)
            gone = self.dead
        if gone:
            self._fail(self._exit_error())
        self._api.pending.put(Invocation(request_id, payload, time.time() + self.spec.timeout, self.spec.arn))
        try:
            body, failed = done.result(self.spec.timeout)
        except TimeoutError:
            self.kill()
            body, failed = self._timed_out(request_id), True
        if failed:
            self._reader.join(0.02)  # a traceback may still be on its way
        # What comes through the pipe after the answer is told with the next event's.
        told, self._told = self._told, len(self._lines)
        return Outcome(body, failed, tuple(self._lines[told : self._told]))

    def kill(self) -> None:
        """SIGKILL, at once."""
        self.dead = True
        self._process.kill()

    def wait(self) -> None:
        """Return when the killed process is gone."""
        self._process.wait(2)

    def answered(self, body: bytes, *, failed: bool) -> None:
        """The Runtime API heard a response or an error."""
        with self._lock:
            current, self._current = self._current, None
        if current is not None and not current[1].done():
            current[1].set_result((body, failed))

    def init_failed(self, body: bytes) -> None:
        """The handler could not be loaded; this environment is of no further use."""
        self.dead = True
        self._init_error = body
        self._api.asked.set()
        self._fail(body)

    def _fail(self, body: bytes) -> None:
        self.answered(body, failed=True)

    def _read(self) -> None:
        if self._process.stdout is None:
            return
        for line in self._process.stdout:
            text = line.rstrip("\n")
            self._lines.append(text)
            self._heard(self.spec.name, text)

    def _watch(self) -> None:
        self._process.wait()
        with self._lock:
            self.dead = True
        self._fail(self._exit_error())
        self._api.close()

    def _exit_error(self) -> bytes:
        if self._init_error is not None:
            return self._init_error
        status = self._process.poll()
        ended = f"signal: {-status}" if status is not None and status < 0 else f"exit status {status}"
        request = self._current[0] if self._current else ""
        return _error("Runtime.ExitError", f"RequestId: {request} Error: Runtime exited with error: {ended}")

    def _timed_out(self, request_id: str) -> bytes:
        seconds = f"{self.spec.timeout:.2f}"
        return _error(
            "Sandbox.Timedout", f"RequestId: {request_id} Error: Task timed out after {seconds} seconds"
        )


def _error(kind: str, message: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()
