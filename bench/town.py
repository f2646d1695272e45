"""The whole playground, measured from outside: start, memory, event to card, click to UpdateEndpoint."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import boto3

from playground.training import archive

T = TypeVar("T")
_PATIENCE: Final = 120.0
_MODEL: Final = "bench"
CHANNEL: Final = "ml-releases"


class Running:
    """A playground that answers; `took` is how long it needed, in seconds."""

    def __init__(self, ready: dict[str, Any], took: float, pid: int) -> None:
        self.ready, self.took, self.pid = ready, took, pid
        self._session = boto3.Session("test", "test", region_name="us-east-1")

    def client(self, service: str) -> Any:
        """A boto3 client of its AWS."""
        return self._session.client(service, endpoint_url=self.ready["aws"])  # type: ignore[call-overload]

    def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Its control interface."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(f"{self.ready['page']}_control/{path}", data, headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.load(answer)

    def memory(self) -> float:
        """Resident memory of the playground and all that it started, in MB (proportional shares)."""
        return sum(_resident(pid) for pid in _family(self.pid)) / 1024


@contextmanager
def playground(*options: str) -> Iterator[Running]:
    """Start one, give it, end it."""
    command = [sys.executable, "-m", "playground", "--port", "0", "--aws-port", "0", "--fast", *options]
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ}
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        took = time.perf_counter() - started
        yield Running(json.loads(line.removeprefix("ready ")), took, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=15)


def journeys(running: Running, count: int) -> tuple[list[float], list[float]]:
    """Milliseconds from registration to card, and from a click to UpdateEndpoint, version after version.

    The first version creates the endpoints and warms every function; it is not counted.
    """
    sagemaker = running.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName=_MODEL)
    events, clicks = [], []
    for number in range(1, count + 2):
        event, click = _journey(running, sagemaker, number)
        if number > 1:
            events.append(event)
            clicks.append(click)
    return events, clicks


def reports(running: Running, count: int) -> tuple[list[float], list[float]]:
    """Milliseconds from `/mlops report churn:12` to its answer, and to its pictures. The first, which
    starts the worker, is not counted.
    """
    channel = "ml-churn"
    until(lambda: _shown(running, "churn:12 → production", "promotion.approve", channel))
    answers, pictures = [], []
    for number in range(count + 1):
        before = len(running.control(f"seen?user=dan&channel={channel}"))
        started = time.perf_counter()
        running.control("say", {"user": "dan", "channel": channel, "text": "/mlops report churn:12"})
        took = []
        for more in (1, 2):  # the answer, then its pictures
            until(partial(_more, running, channel, before + more))
            took.append((time.perf_counter() - started) * 1e3)
        if number:
            answers.append(took[0])
            pictures.append(took[1])
    return answers, pictures


def _more(running: Running, channel: str, count: int) -> bool | None:
    return len(running.control(f"seen?user=dan&channel={channel}")) >= count or None


def _journey(running: Running, sagemaker: Any, number: int) -> tuple[float, float]:
    container = {"Image": "i:1", "ModelDataUrl": f"s3://acme-ml/{number}/model.tar.gz"}
    report = json.dumps({"binary_classification_metrics": {"auc": {"value": 0.9}, "f1": {"value": 0.8}}})
    s3 = running.client("s3")
    s3.put_object(Bucket="acme-ml", Key=f"{number}.json", Body=report.encode())
    s3.put_object(Bucket="acme-ml", Key=f"{number}/model.tar.gz", Body=archive(number / 100))
    statistics = {"ContentType": "application/json", "S3Uri": f"s3://acme-ml/{number}.json"}
    started = time.time()
    sagemaker.create_model_package(
        ModelPackageGroupName=_MODEL,
        ModelApprovalStatus="PendingManualApproval",
        ModelMetrics={"ModelQuality": {"Statistics": statistics}},
        InferenceSpecification={
            "Containers": [container],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )
    event = (until(lambda: _posted(running, f"{_MODEL}:{number} → staging")) - started) * 1e3
    title = f"{_MODEL}:{number} → production"
    card = until(lambda: _shown(running, title, "promotion.approve"))
    clicked = time.time()
    running.control(
        "click",
        {"user": "ana", "channel": CHANNEL, "ts": card["ts"], "action_id": "promotion.approve"},
    )
    changing = until(lambda: _changing(sagemaker))
    until(lambda: _shown(running, title, "*Live*"))
    return event, (changing - clicked) * 1e3


def _posted(running: Running, title: str) -> float | None:
    for call in running.control("log"):
        if call.get("kind") == "chat.postMessage" and title in json.dumps(
            call.get("args", {}), ensure_ascii=False
        ):
            return float(call["time"])
    return None


def _shown(running: Running, title: str, mark: str, channel: str = CHANNEL) -> dict[str, Any] | None:
    for message in running.control(f"seen?user=dan&channel={channel}"):
        blocks = message.get("blocks") or [{}]
        if blocks[0].get("type") == "header" and blocks[0]["text"]["text"] == title:
            return dict(message) if mark in json.dumps(blocks) else None
    return None


def _changing(sagemaker: Any) -> float | None:
    found = sagemaker.list_endpoints(NameContains=_MODEL)["Endpoints"]
    moving = {e["EndpointName"]: e["EndpointStatus"] for e in found}.get(_MODEL) in {"Updating", "Creating"}
    return time.time() if moving else None


def until(happens: Callable[[], T | None], every: float = 0.01) -> T:
    """What happens, once it does; within a minute or two. Looking costs the playground time too."""
    deadline = time.monotonic() + _PATIENCE
    while (found := happens()) is None:
        if time.monotonic() > deadline:
            raise TimeoutError("it did not happen within two minutes")
        time.sleep(every)
    return found


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [pid]
    for task in children.parent.parent.iterdir():
        for child in (task / "children").read_text().split():
            found += _family(int(child))
    return found


def _resident(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return int(next(line for line in rollup if line.startswith("Pss:")).split()[1])
