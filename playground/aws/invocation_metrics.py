"""CloudWatch's metrics of endpoint invocations.

Source: SageMaker Developer Guide, Monitor Amazon SageMaker AI with Amazon CloudWatch: the dimensions are
always EndpointName and VariantName together; errors are 1 or 0 a call; latencies are microseconds.
"""

import time
from dataclasses import dataclass
from typing import Final

from playground.aws.emulator import Emulator

NAMESPACE: Final = "AWS/SageMaker"
_CLIENT_ERROR, _SERVER_ERROR = 400, 500
_MICRO: Final = 1_000_000


@dataclass(frozen=True)
class Invocation:
    """One call that reached a variant; the status is the container's, times are in seconds."""

    endpoint: str
    variant: str
    status: int
    model: float
    overhead: float


def record(emulator: Emulator, seen: Invocation) -> None:
    """Put the metrics of one call; alarms that watch them are looked at when somebody asks, or soon."""
    dimensions = {"EndpointName": seen.endpoint, "VariantName": seen.variant}
    failed, server = seen.status >= _CLIENT_ERROR, seen.status >= _SERVER_ERROR
    values: dict[str, tuple[float, str]] = {
        "Invocations": (1, "None"),
        "Invocation4XXErrors": (int(failed and not server), "None"),
        "Invocation5XXErrors": (int(server), "None"),
        "InvocationModelErrors": (int(failed), "None"),
        "ModelLatency": (round(seen.model * _MICRO), "Microseconds"),
        "OverheadLatency": (round(seen.overhead * _MICRO), "Microseconds"),
    }
    with emulator.scope():
        for name, (value, unit) in values.items():
            emulator.alarms._store_datum(
                NAMESPACE, name, dimensions, time.time(), unit, value, None, None, None
            )
