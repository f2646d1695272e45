"""The local AWS as one object: start it, deploy the template, use it with boto3, break it, stop it."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from playground.aws.calls import Calls
from playground.aws.deployment import Deployer, Stack
from playground.aws.faults import Faults
from playground.aws.identity import INSIDE_KEY, KEY, REGION, SECRET
from playground.aws.pace import FAST, WATCHED
from playground.aws.server import bind


@dataclass(frozen=True)
class HttpAnswer:
    """What a Function URL answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class LocalAws:
    """One AWS account in this process, on 127.0.0.1; at most one at a time.

    Args:
        port: of the endpoint; 0 picks a free one.
        fast: endpoints and jobs take under a second, SQS visibility time-outs at most 5 s.
        function_environment: extra variables for every Lambda process, such as SLACK_API_URL.
    """

    def __init__(
        self, *, port: int = 4566, fast: bool = False, function_environment: Mapping[str, str] | None = None
    ) -> None:
        self.faults, self.calls = Faults(), Calls()
        self._wanted_port = port
        self._pace = FAST if fast else WATCHED
        self._function_environment = dict(function_environment or {})
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()
        self._machinery: Any = None
        self._on_log: Callable[[str, str], None] | None = None
        self.url = f"http://127.0.0.1:{port}"

    def start(self) -> None:
        """Return when the endpoint answers; its thread and event loop are its own."""
        from playground.aws.machinery import Machinery  # noqa: PLC0415 - ministack and moto load now

        listener = bind(self._wanted_port)
        port = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        try:
            self._machinery = Machinery(self, listener, self._pace, self._function_environment)
        except BaseException:
            listener.close()
            raise
        self._machinery.processes.on_line = self._on_log
        self._machinery.start()

    def stop(self) -> None:
        """End every process and thread that was started, and delete temporary files."""
        if self._machinery is not None:
            self._machinery.stop()
            self._machinery = None

    def client(self, service: str) -> Any:
        """A boto3 client of this AWS, thread-safe, made once."""
        return self._client(service, KEY)

    def inside_client(self, service: str) -> Any:
        """The client with which services of this AWS call each other; faults do not befall it."""
        return self._client(service, INSIDE_KEY)

    def deploy(self, template: Path, *, name: str, parameters: Mapping[str, str], root: Path) -> Stack:
        """Deploy a SAM template as it is; paths in it are relative to `root`.

        Raises:
            NotHonoured: the template asks for what would be ignored here.
            DeploymentFailed: a resource was not created.
        """
        stack = Deployer(self._machinery.emulator, self.client).deploy(template, name, parameters, root)
        self._machinery.physical_names.update(stack.resources)
        return stack

    def invoke_url(  # noqa: PLR0913 - an HTTP request has that many parts
        self,
        function: str,
        *,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        query: str = "",
    ) -> HttpAnswer:
        """Call the Function URL of a function by its logical id (or its name) and wait for the answer."""
        machinery = self._machinery
        name = machinery.physical_names.get(function, function)
        work = machinery.emulator.lambdas.handle_function_url_request(
            machinery.functions.url_id(name),
            method,
            path,
            {header.lower(): value for header, value in headers.items()},
            body,
            parse_qs(query, keep_blank_values=True),
            source_ip="127.0.0.1",
        )
        status, answered, content = machinery.server.run(work)
        return HttpAnswer(
            status, _flat(answered), content if isinstance(content, bytes) else content.encode()
        )

    @contextmanager
    def hurried(self) -> Iterator[None]:
        """What SageMaker begins meanwhile takes under a second, as with `fast`."""
        around, before = self._machinery.around, self._machinery.around.pace
        around.pace = FAST
        try:
            yield
        finally:
            around.pace = before

    @contextmanager
    def paced(self, **seconds: float) -> Iterator[None]:
        """What SageMaker begins meanwhile takes so long, such as `update_endpoint=6` (see Pace)."""
        around, before = self._machinery.around, self._machinery.around.pace
        around.pace = replace(before, **seconds)
        try:
            yield
        finally:
            around.pace = before

    def pace(self, seconds: Mapping[str, Any]) -> None:
        """From now on what SageMaker begins takes so long, such as {"update_endpoint": 6} (see Pace); what
        is not named takes as long as at the start. Anything else is a ValueError.
        """
        known = [field.name for field in fields(self._pace) if field.type is float]
        wrong = [
            name
            for name, value in seconds.items()
            if name not in known or isinstance(value, bool) or not isinstance(value, int | float) or value < 0
        ]
        if wrong:
            raise ValueError(f"A pace is seconds, 0 or more, for {', '.join(known)}; not {', '.join(wrong)}.")
        self._machinery.around.pace = replace(self._pace, **seconds)

    @property
    def logs(self) -> "deque[tuple[str, str]]":
        """What functions printed lately, oldest first: (physical name, line)."""
        return self._machinery.processes.lines if self._machinery else deque()

    @property
    def on_log(self) -> Callable[[str, str], None] | None:
        """Called with (physical name, line) for every line that a function prints."""
        return self._on_log

    @on_log.setter
    def on_log(self, hear: Callable[[str, str], None] | None) -> None:
        self._on_log = hear
        if self._machinery is not None:
            self._machinery.processes.on_line = hear

    def _client(self, service: str, key: str) -> Any:
        with self._lock:
            if (service, key) not in self._clients:
                self._clients[service, key] = self._new_client(service, key)
            return self._clients[service, key]

    def _new_client(self, service: str, key: str) -> Any:
        import boto3  # noqa: PLC0415 - see above

        session = boto3.session.Session(
            aws_access_key_id=key, aws_secret_access_key=SECRET, region_name=REGION
        )
        return session.client(service, endpoint_url=self.url)  # type: ignore[call-overload]  # any service


def _flat(headers: Mapping[str, Any]) -> dict[str, str]:
    """Several cookies come as a list."""
    return {
        name.lower(): ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in headers.items()
    }
