"""Moto's services inside ministack: requests go straight to moto's response classes, without Flask."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Final

from playground.aws.emulator import Emulator
from playground.aws.hooks import Hooks
from playground.aws.identity import REGION

Answer = tuple[int, dict[str, str], bytes]
_HOP: Final = frozenset({"host", "content-length", "transfer-encoding", "connection"})


def mount(emulator: Emulator, hooks: Hooks, service: str, responder: Callable[[], Any]) -> None:
    """Serve `service` (ministack's name) with the moto response objects that `responder` makes."""
    host = {"states": "states", "sagemaker": "api.sagemaker"}[service]

    def answer(method: str, path: str, headers: dict[str, str], body: bytes, _query: Any) -> Answer:
        from moto.core.request import Request  # noqa: PLC0415 - moto is loaded by now

        url = f"https://{host}.{REGION}.amazonaws.com{path}"
        kept = {name: value for name, value in headers.items() if name.lower() not in _HOP}
        request = Request.from_primitives(method, url, kept, body)
        try:
            status, said, content = responder()._dispatch(request, url, request.headers)
        except NotImplementedError as missing:
            return _refusal(str(missing))
        return int(status), _headers(said), content if isinstance(content, bytes) else str(content).encode()

    async def handle(*request: Any) -> Answer:
        return await asyncio.to_thread(answer, *request)

    hooks.item(emulator.app.SERVICE_HANDLERS, service, handle)


def route_sagemaker(emulator: Emulator, hooks: Hooks) -> None:
    """Ministack knows no SageMaker: its requests are recognised by their target."""
    pattern = {"target_prefixes": ["SageMaker."], "host_patterns": [r"sagemaker\."]}
    hooks.attribute(
        emulator.router, "SERVICE_PATTERNS", {"sagemaker": pattern, **emulator.router.SERVICE_PATTERNS}
    )


def _headers(said: Any) -> dict[str, str]:
    kept = {str(name): str(value) for name, value in dict(said).items() if str(name).lower() not in _HOP}
    kept.pop("status", None)
    kept.setdefault("Content-Type", "application/x-amz-json-1.1")
    return kept


def _refusal(missing: str) -> Answer:
    text = f"The local AWS cannot do this: {missing}."
    body = {"__type": "UnknownOperationException", "message": text}
    return 400, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(body).encode()
