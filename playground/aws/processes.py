"""The functions' processes: at most five a function, reused when idle, each known by its own access key."""

import os
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

from playground.aws.identity import REGION, SECRET
from playground.aws.worker import FunctionSpec, Outcome, Worker

AT_ONCE: Final = 5
_INHERITED: Final = ("PATH", "HOME", "LANG", "TMPDIR")
_KEPT_LINES: Final = 5_000


class Processes:
    """Runs functions; the log of what they print is kept here."""

    def __init__(self, url: str, extra_environment: Mapping[str, str]) -> None:
        self._url, self._extra = url, dict(extra_environment)
        self.lines: deque[tuple[str, str]] = deque(maxlen=_KEPT_LINES)
        self.on_line: Callable[[str, str], None] | None = None
        self._free = threading.Condition()
        self._idle: dict[FunctionSpec, list[Worker]] = {}
        self._running: dict[str, int] = {}
        self._workers: dict[str, Worker] = {}  # by access key
        self._keys: dict[int, str] = {}
        self._stopped = False

    def invoke(self, spec: FunctionSpec, payload: bytes) -> Outcome:
        """Run one event through the function, waiting for a free process when five are busy."""
        worker = self._take(spec)
        try:
            return worker.invoke(payload)
        finally:
            self._give_back(worker)

    def function_of(self, key: str) -> str:
        """The function whose process signs with this access key, or ""."""
        worker = self._workers.get(key)
        return worker.spec.name if worker else ""

    def kill(self, key: str) -> None:
        """End that process at once, as if its machine had failed."""
        if worker := self._workers.get(key):
            worker.kill()
            worker.wait()

    def stop(self) -> None:
        """End every process that was started here."""
        with self._free:
            self._stopped = True
            workers = list(self._workers.values())
            self._free.notify_all()
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.wait()

    def _take(self, spec: FunctionSpec) -> Worker:
        with self._free:
            while not self._stopped:
                idle = self._idle.get(spec, [])
                while idle:
                    worker = idle.pop()
                    if not worker.dead:
                        return self._busy(worker)
                    self._forget(worker)
                if self._running.get(spec.name, 0) < AT_ONCE:
                    return self._busy(self._start(spec))
                self._free.wait()
        raise RuntimeError("The local AWS has stopped.")

    def _busy(self, worker: Worker) -> Worker:
        self._running[worker.spec.name] = self._running.get(worker.spec.name, 0) + 1
        return worker

    def _give_back(self, worker: Worker) -> None:
        with self._free:
            self._running[worker.spec.name] -= 1
            if worker.dead:
                self._forget(worker)
            else:
                self._idle.setdefault(worker.spec, []).append(worker)
            self._free.notify()

    def _start(self, spec: FunctionSpec) -> Worker:
        key = f"AKIAFN{uuid.uuid4().hex[:14].upper()}"
        worker = Worker(spec, self._environment(spec, key), self._printed)
        self._workers[key], self._keys[id(worker)] = worker, key
        return worker

    def _forget(self, worker: Worker) -> None:
        if key := self._keys.pop(id(worker), None):
            self._workers.pop(key, None)

    def _printed(self, function: str, line: str) -> None:
        self.lines.append((function, line))
        if self.on_line is not None:
            self.on_line(function, line)

    def _environment(self, spec: FunctionSpec, key: str) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        reserved = _reserved(spec) | {
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_SESSION_TOKEN": SECRET,
            "AWS_ENDPOINT_URL": self._url,
        }
        return inherited | dict(spec.environment) | self._extra | reserved


def _reserved(spec: FunctionSpec) -> dict[str, str]:
    """What Lambda itself sets, in the words of its documentation."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{version}",
        "AWS_LAMBDA_FUNCTION_NAME": spec.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{spec.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": time.strftime("%Y/%m/%d/[$LATEST]") + uuid.uuid4().hex,
        "LAMBDA_TASK_ROOT": str(spec.code),
        "LAMBDA_RUNTIME_DIR": str(spec.code),
        "PYTHONPATH": str(spec.code),
        "PYTHONUNBUFFERED": "1",
        "TZ": ":UTC",
        "_HANDLER": spec.handler,
    }
