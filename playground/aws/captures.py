"""Data capture: what went into an endpoint and came out of it, as JSON lines in S3.

Source of the shape and of the keys: SageMaker Developer Guide, Capture data from real-time endpoint.
"""

import datetime as dt
import json
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from playground.aws.sagemaker_base import Surroundings, iso, now

_FLUSH: Final = 0.3  # seconds that lines wait for others
_CSV: Final = "text/csv"
_MODES: Final = {"Input": ("endpointInput", "INPUT"), "Output": ("endpointOutput", "OUTPUT")}
_ALL: Final = 100  # percent


@dataclass(frozen=True)
class Exchange:
    """One call's headers and body, and the body of its answer."""

    headers: Mapping[str, str]
    asked: bytes
    answered: bytes


class Captures:
    """Samples exchanges, and writes them in small files soon after."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._lock = threading.Lock()
        self._waiting: dict[str, list[str]] = {}

    def take(self, endpoint: str, variant: str, config: Mapping[str, Any], exchange: Exchange) -> None:
        """Capture this exchange if the sampling hits it."""
        if self._around.serving[endpoint].capture_draws.next() >= config["InitialSamplingPercentage"] / _ALL:
            return
        time = now()
        place = f"{config['DestinationS3Uri'].rstrip('/')}/{endpoint}/{variant}/{time:%Y/%m/%d/%H}"
        modes = [option["CaptureMode"] for option in config["CaptureOptions"]]
        line = json.dumps(_line(exchange, modes, time))
        with self._lock:
            first = place not in self._waiting
            self._waiting.setdefault(place, []).append(line)
        if first:
            self._around.timers.later(_FLUSH, lambda: self._flush(place))

    def _flush(self, place: str) -> None:
        with self._lock:
            lines = self._waiting.pop(place)
        bucket, _, prefix = place.removeprefix("s3://").partition("/")
        name = f"{now():%M-%S-%f}"[:-3] + f"-{uuid.uuid4()}.jsonl"
        body = "".join(f"{line}\n" for line in lines).encode()
        try:
            self._around.s3().put_object(Bucket=bucket, Key=f"{prefix}/{name}", Body=body)
        except (BotoCoreError, ClientError):
            return  # a bucket that is not there: the endpoint goes on, as it does at AWS


def _line(exchange: Exchange, modes: list[str], time: dt.datetime) -> dict[str, Any]:
    bodies = {
        "Input": (exchange.headers.get("content-type", _CSV), exchange.asked),
        "Output": (_CSV, exchange.answered),
    }
    data = {}
    for mode in modes:
        key, named = _MODES[mode]
        kind, body = bodies[mode]
        data[key] = {
            "observedContentType": kind,
            "mode": named,
            "data": body.decode(errors="replace"),
            "encoding": "CSV",
        }
    metadata = {"eventId": str(uuid.uuid4()), "inferenceTime": iso(time)}
    if inference := exchange.headers.get("x-amzn-sagemaker-inference-id"):
        metadata["inferenceId"] = inference
    return {"captureData": data, "eventMetadata": metadata, "eventVersion": "0"}
