"""InvokeEndpoint: CSV lines in, answered one by one by the model that serves."""

import asyncio
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import unquote

from playground.aws.captures import Captures, Exchange
from playground.aws.emulator import Emulator
from playground.aws.fault_kinds import How
from playground.aws.hooks import Hooks
from playground.aws.identity import ACCOUNT
from playground.aws.invocation_metrics import Invocation, record
from playground.aws.mounts import Answer
from playground.aws.operations import INVOCATION
from playground.aws.sagemaker_base import Surroundings
from playground.aws.serving import Fleet, Variant

_CSV: Final = "text/csv; charset=utf-8"
_TAKEN: Final = ("", "text/csv", "application/octet-stream")  # the last is what boto3 says by itself
_TARGET: Final = "x-amzn-sagemaker-target-variant"
_SLOW: Final = 5.0  # seconds that a slow answer is said to take
_REALLY: Final = 0.02  # seconds that it does


@dataclass(frozen=True)
class Refusal(Exception):  # noqa: N818 - reads as what it is
    """What the container answered instead of 200."""

    status: Literal[400, 415, 500]
    message: str


class Invocations:
    """Answers the calls of all endpoints."""

    def __init__(self, emulator: Emulator, around: Surroundings) -> None:
        self._emulator, self._around = emulator, around
        self._captures = Captures(around)

    def install(self, hooks: Hooks) -> None:
        """Serve SageMaker Runtime beside SageMaker, whose requests are signed for the same name."""
        control = self._emulator.app.SERVICE_HANDLERS["sagemaker"]

        async def handle(method: str, path: str, headers: Any, body: bytes, query: Any) -> Answer:
            found = INVOCATION.match(path)
            if found is None:
                answer: Answer = await control(method, path, headers, body, query)
                return answer
            asked = {name.lower(): value for name, value in headers.items()}
            answered, seen = await asyncio.to_thread(self.invoke, unquote(found[1]), asked, body)
            if seen is not None:
                record(self._emulator, seen)  # on the loop, like everything else that writes metrics
            return answered

        hooks.item(self._emulator.app.SERVICE_HANDLERS, "sagemaker", handle)

    def invoke(
        self, endpoint: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Answer, Invocation | None]:
        """One call; with what there is to measure of it, if a variant was reached."""
        began, target = time.perf_counter(), headers.get(_TARGET)
        serving = self._around.serving.get(endpoint)
        if serving is None or serving.fleet is None:
            return _invalid(f"Endpoint {endpoint} of account {ACCOUNT} not found."), None
        picked = serving.pick(target)
        if picked is None:
            return _invalid(f"Variant {target} not found for endpoint {endpoint}."), None
        fleet, variant = picked
        wrongs = self._around.faults.take_answers(endpoint, fleet.deployment)
        called, status = time.perf_counter(), 200
        try:
            said = _scored(variant, headers.get("content-type", ""), body, wrongs)
            answer = _answered(variant, said, headers)
        except Refusal as refused:
            status, answer = refused.status, _model_error(endpoint, variant, refused)
        returned = time.perf_counter()
        model = returned - called + (_SLOW if "slow" in wrongs else 0)
        if status == 200:  # noqa: PLR2004 - HTTP
            self._capture(endpoint, fleet, variant, Exchange(headers, body, answer[2]))
        seen = Invocation(
            endpoint, variant.name, status, model, time.perf_counter() - returned + called - began
        )
        return answer, seen

    def _capture(self, endpoint: str, fleet: Fleet, variant: Variant, exchange: Exchange) -> None:
        if fleet.capture and fleet.capture.get("EnableCapture", True):
            self._captures.take(endpoint, variant.name, fleet.capture, exchange)


def _scored(variant: Variant, content_type: str, body: bytes, wrongs: Iterable[How]) -> str:
    if "slow" in wrongs:
        time.sleep(_REALLY)
    if "errors" in wrongs:
        raise Refusal(500, "The model raised an error.")
    if variant.model is None:
        raise Refusal(500, variant.problem)
    if content_type.partition(";")[0] not in _TAKEN:
        raise Refusal(415, f"The model takes text/csv, not {content_type}.")
    try:
        lines = body.decode().splitlines()
        answers = [variant.model.answer(line) for line in lines]
    except ValueError as problem:
        raise Refusal(400, str(problem)) from problem
    if not answers:
        raise Refusal(400, "There is no line to answer.")
    return "\n".join(map(_wrong, answers) if "wrong" in wrongs else answers)


def _wrong(line: str) -> str:
    """Numbers that are off by at least 1."""
    return ",".join(repr(1 + 2 * abs(float(cell))) for cell in line.split(","))


def _answered(variant: Variant, said: str, headers: Mapping[str, str]) -> Answer:
    kept = ("x-amzn-sagemaker-custom-attributes", "x-amzn-sagemaker-inference-id")
    more = {name: headers[name] for name in kept if name in headers}
    return (
        200,
        {"Content-Type": _CSV, "x-Amzn-Invoked-Production-Variant": variant.name, **more},
        said.encode(),
    )


def _invalid(message: str) -> Answer:
    return _error(400, "ValidationError", {"message": message})


def _model_error(endpoint: str, variant: Variant, refused: Refusal) -> Answer:
    """Worded as the service does (Amazon SageMaker Runtime API: InvokeEndpoint, ModelError)."""
    side = "server" if refused.status == 500 else "client"  # noqa: PLR2004 - HTTP
    logs = f"/aws/sagemaker/Endpoints/{endpoint}"
    message = (
        f'Received {side} error ({refused.status}) from primary with message "{refused.message}". '
        f"See {logs} in account {ACCOUNT} for more information."
    )
    return _error(
        424,
        "ModelError",
        {
            "Message": message,
            "OriginalMessage": refused.message,
            "OriginalStatusCode": refused.status,
            "LogStreamArn": f"{logs}/{variant.name}",
        },
    )


def _error(status: int, code: str, body: Mapping[str, Any]) -> Answer:
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code}
    return status, headers, json.dumps(body).encode()
