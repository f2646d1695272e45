"""A person's eyes and hands on a running playground."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import boto3
from botocore.config import Config

PATIENCE = 40.0
T = TypeVar("T")
BUCKET = "acme-ml"


class Town:
    """The running playground: people say and click, and everybody sees."""

    def __init__(self, ready: dict[str, Any]) -> None:
        self.page, self.aws_url, self.bot = ready["page"], ready["aws"], ready["bot"]
        self.users, self.channels = ready["users"], ready["channels"]
        self._clients: dict[str, Any] = {}

    def aws(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = boto3.client(  # type: ignore[call-overload]  # any service
                service,
                endpoint_url=self.aws_url,
                region_name="us-east-1",
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=Config(retries={"total_max_attempts": 1}),
            )
        return self._clients[service]

    def control(self, what: str, **body: Any) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.page}_control/{what}", json.dumps(body).encode(), {"content-type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as refused:
            return dict(json.load(refused))

    def look(self, what: str) -> Any:
        with urllib.request.urlopen(f"{self.page}_control/{what}", timeout=60) as answer:
            return json.load(answer)

    def fault(self, **fault: Any) -> None:
        answer = self.control("faults", **fault)
        assert answer["ok"], answer

    def seen(self, who: str, channel: str) -> list[dict[str, Any]]:
        messages = self.look(f"seen?user={who}&channel={channel}")
        return list(messages)

    def say(self, who: str, text: str, channel: str) -> "Said":
        before = {message["ts"] for message in self.seen(who, channel)}
        answer = self.control("say", user=who, channel=channel, text=text)
        assert answer["ok"], answer
        assert answer["status"] == 200, answer
        return Said(self, who, channel, before, answer["acknowledged_ms"])

    def click(self, who: str, card: dict[str, Any], action: str, channel: str) -> "Said":
        before = {message["ts"] for message in self.seen(who, channel)}
        answer = self.control("click", user=who, channel=channel, ts=card["ts"], action_id=action)
        assert answer["ok"], answer
        return Said(self, who, channel, before, answer["acknowledged_ms"])

    def cards(self, title: str, channel: str) -> list[dict[str, Any]]:
        """Top-level messages of the bot with this headline, such as `churn:12 → production`."""
        return [
            message
            for message in self.seen("dan", channel)
            if not message.get("thread_ts") and not message.get("ephemeral") and headline(message) == title
        ]

    def card(self, title: str, status: str, channel: str) -> dict[str, Any]:
        """The one card with this headline, once it shows this status."""

        def shown() -> dict[str, Any] | None:
            found = self.cards(title, channel)
            assert len(found) <= 1, f"{len(found)} cards for {title}"
            return found[0] if found and f"*{status}*" in words(found[0]) else None

        return until(
            shown, lambda: f"{title} to be {status}: {[words(c) for c in self.cards(title, channel)]}"
        )

    def thread(self, card: dict[str, Any], channel: str) -> list[str]:
        return [words(m) for m in self.seen("dan", channel) if m.get("thread_ts") == card["ts"] != m["ts"]]


@dataclass(frozen=True)
class Said:
    """Something said or clicked; `hears` waits for the private answer to it."""

    town: Town
    who: str
    channel: str
    before: set[str]
    acknowledged_ms: float

    def hears(self, fragment: str = "") -> str:
        def answer() -> str | None:
            fresh = [m for m in self.town.seen(self.who, self.channel) if m["ts"] not in self.before]
            return next((words(m) for m in fresh if m.get("ephemeral") and fragment in words(m)), None)

        return until(answer, lambda: f"{self.who} to hear “{fragment}”: {self._all()}")

    def _all(self) -> list[str]:
        fresh = [m for m in self.town.seen(self.who, self.channel) if m["ts"] not in self.before]
        return [words(m) for m in fresh if m.get("ephemeral")]


class Model:
    """A model that one test has for itself, with its channel and what happens to it."""

    def __init__(self, town: Town, name: str, channel: str = "ml-releases") -> None:
        self.town, self.name, self.channel = town, name, channel
        town.aws("sagemaker").create_model_package_group(ModelPackageGroupName=name)

    def register(self, auc: float | None = 0.9, *, report: bytes | None = None, **more: Any) -> str:
        """Register the next version as a data scientist would; gives its ARN."""
        metrics: dict[str, Any] = {}
        if auc is not None or report is not None:
            key = f"reports/{self.name}/{time.time_ns()}.json"
            block = {"auc": {"value": auc, "standard_deviation": "NaN"}, "f1": {"value": 0.7}}
            body = report or json.dumps({"binary_classification_metrics": block}).encode()
            self.town.aws("s3").put_object(Bucket=BUCKET, Key=key, Body=body)
            statistics = {"ContentType": "application/json", "S3Uri": f"s3://{BUCKET}/{key}"}
            metrics = {"ModelMetrics": {"ModelQuality": {"Statistics": statistics}}}
        arguments: dict[str, Any] = {
            "ModelPackageGroupName": self.name,
            "ModelApprovalStatus": "PendingManualApproval",
            "InferenceSpecification": {
                "Containers": [
                    {
                        "Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/serving:1",
                        "ModelDataUrl": f"s3://{BUCKET}/jobs/{self.name}-train/output/model.tar.gz",
                    }
                ],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
            **metrics,
            **more,
        }
        return str(self.town.aws("sagemaker").create_model_package(**arguments)["ModelPackageArn"])

    def card(self, number: int, stage: str, status: str) -> dict[str, Any]:
        return self.town.card(f"{self.name}:{number} → {stage}", status, self.channel)

    def say(self, who: str, text: str) -> Said:
        return self.town.say(who, text.replace("MODEL", self.name), self.channel)

    def click(self, who: str, card: dict[str, Any], action: str) -> Said:
        return self.town.click(who, card, f"promotion.{action}", self.channel)

    def to_production(self, number: int) -> dict[str, Any]:
        """Approve the version that asks for production; gives its card when it is live."""
        card = self.card(number, "production", "Waiting for approval")
        self.click("rita", card, "approve").hears("counts")
        self.click("ana", card, "approve").hears("You approved")
        return self.card(number, "production", "Live")

    def serving(self, stage: str) -> int | None:
        """The version number that the stage's endpoint serves, as SageMaker tells it."""
        sagemaker, name = self.town.aws("sagemaker"), self.endpoint(stage)
        config = sagemaker.describe_endpoint(EndpointName=name)["EndpointConfigName"]
        variant = sagemaker.describe_endpoint_config(EndpointConfigName=config)["ProductionVariants"][0]
        model = sagemaker.describe_model(ModelName=variant["ModelName"])
        container = (model.get("Containers") or [model["PrimaryContainer"]])[0]
        return int(container["ModelPackageName"].rsplit("/", 1)[-1])

    def endpoint(self, stage: str) -> str:
        return self.name if stage == "production" else f"{self.name}-{stage}"

    def package(self, number: int) -> dict[str, Any]:
        arn = f"arn:aws:sagemaker:us-east-1:123456789012:model-package/{self.name}/{number}"
        return dict(self.town.aws("sagemaker").describe_model_package(ModelPackageName=arn))

    def promotions(self) -> list[dict[str, Any]]:
        """The ledger's own records of this model, oldest first."""
        table = next(t for t in self.town.aws("dynamodb").list_tables()["TableNames"] if "Ledger" in t)
        items = self.town.aws("dynamodb").scan(TableName=table)["Items"]
        bodies = [json.loads(item["body"]["S"]) for item in items if item["pk"]["S"].startswith("PROMOTION#")]
        ours = [body for body in bodies if body["version"]["model"] == self.name]
        return sorted(ours, key=lambda body: str(body["opened_at"]))

    def executions(self) -> dict[str, str]:
        """Status of each execution by the promotion that it is named after."""
        client = self.town.aws("stepfunctions")
        machine = client.list_state_machines()["stateMachines"][0]["stateMachineArn"]
        found = client.get_paginator("list_executions").paginate(stateMachineArn=machine)
        ids = {promotion["id"] for promotion in self.promotions()}
        return {e["name"]: e["status"] for page in found for e in page["executions"] if e["name"] in ids}


def words(message: dict[str, Any]) -> str:
    """All text in a message's blocks, in order."""

    def inner(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            for key, value in node.items():
                if key in {"text", "fields", "elements", "blocks", "rows"}:
                    yield from [value] if isinstance(value, str) else inner(value)
        elif isinstance(node, list):
            for item in node:
                yield from inner(item)

    return " ".join(inner(message.get("blocks") or [])) or str(message.get("text", ""))


def headline(message: dict[str, Any]) -> str:
    blocks = message.get("blocks") or [{}]
    return str(blocks[0]["text"]["text"]) if blocks[0].get("type") == "header" else ""


def until(happens: Callable[[], T | None], what: Callable[[], str], patience: float = PATIENCE) -> T:
    """Wait for a condition, and say what was there instead when it does not come."""
    deadline = time.monotonic() + patience
    while not (found := happens()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience:.0f} s for {what()}")
        time.sleep(0.05)
    return found
