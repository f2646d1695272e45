"""What all of the local SageMaker's operations stand on: moto's response class, and the account around it."""

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from moto.core.responses import ActionResult
from moto.sagemaker.models import sagemaker_backends
from moto.sagemaker.responses import SageMakerResponse

from playground.aws.faults import Faults
from playground.aws.identity import ACCOUNT, REGION, arn, created_by
from playground.aws.lineage_graph import LineageGraph
from playground.aws.pace import Pace, Timers
from playground.aws.serving import Serving

_PAGE: Final = 100
LOCK: Final = threading.RLock()  # moto's store has none


@dataclass
class Surroundings:
    """What SageMaker needs of the local AWS."""

    publish: Callable[[str, Mapping[str, Any], str], None]  # detail type, detail, resource
    in_alarm: Callable[[Iterable[str]], list[str]]  # which of these CloudWatch alarms are in ALARM
    function_of: Callable[[str], str]  # access key to function name, or ""
    faults: Faults
    pace: Pace
    timers: Timers
    s3: Callable[[], Any]  # a boto3 S3 client of this AWS
    serving: dict[str, Serving] = field(default_factory=dict)  # who answers, by the endpoint's name
    lineage: LineageGraph = field(default_factory=LineageGraph)

    def emit(self, detail_type: str, detail: Mapping[str, Any], resource: str) -> None:
        """An event, delivered as often as the faults say."""
        for _ in range(self.faults.copies()):
            self.publish(detail_type, detail, resource)


class SageMaker(SageMakerResponse):
    """One request; a public method that is named like an operation, in snake case, is that operation."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around

    def call_action(self) -> Any:
        """One operation at a time."""
        with LOCK:
            return super().call_action()

    @property
    def _store(self) -> Any:
        return store()

    @property
    def _asked(self) -> dict[str, Any]:
        return dict(self.params)

    def _caller(self) -> dict[str, Any]:
        return created_by(self._around.function_of(self.get_access_key()))


def result_of(answer: ActionResult) -> dict[str, Any]:
    """What one of moto's own operations answers."""
    return dict(cast("Mapping[str, Any]", answer.result))


def store() -> Any:
    """Moto's SageMaker resources of the one account and region."""
    return sagemaker_backends[ACCOUNT][REGION]


def sagemaker_arn(kind: str, name: str) -> str:
    """The ARN of a resource, such as kind "endpoint"."""
    return arn("sagemaker", f"{kind}/{name}")


def now() -> dt.datetime:
    """The time, with its zone."""
    return dt.datetime.now(dt.UTC)


def milliseconds(time: dt.datetime) -> float:
    """Epoch milliseconds, as SageMaker's endpoint and job events have them."""
    return aware(time).timestamp() * 1000 // 1


def iso(time: dt.datetime) -> str:
    """The form of times in model package events."""
    return aware(time).astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def aware(time: dt.datetime) -> dt.datetime:
    """Moto's times are UTC without saying so."""
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)


def jsonable(value: Any) -> Any:
    """A description as the detail of an event."""
    if isinstance(value, dt.datetime):
        return iso(value)
    if isinstance(value, Mapping):
        return {key: jsonable(inner) for key, inner in value.items()}
    return [jsonable(inner) for inner in value] if isinstance(value, list | tuple) else value


def page(rows: list[Any], asked: Mapping[str, Any], key: str) -> ActionResult:
    """One page of a list operation; NextToken is an offset."""
    start, most = int(asked.get("NextToken") or 0), int(asked.get("MaxResults") or _PAGE)
    result: dict[str, Any] = {key: rows[start : start + most]}
    if start + most < len(rows):
        result["NextToken"] = str(start + most)
    return ActionResult(result)


def only(values: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """These keys, where they have a value."""
    return {key: values[key] for key in keys if values.get(key) is not None}
