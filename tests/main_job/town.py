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


class Town:
    """The running playground: people say and click, and everybody sees."""

    def __init__(self, ready: dict[str, Any]) -> None:
        self.page, self.aws_url, self.bot = ready["page"], ready["aws"], ready["bot"]
        self.users, self.channels = ready["users"], ready["channels"]
        self._clients: dict[str, Any] = {}
        self._since = ""

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

    def look_away(self) -> None:
        """What was said until now is of no interest any more."""
        said = [message["ts"] for channel in self.channels for message in self.seen("dan", channel)]
        self._since = max([self._since, *said])

    def seen(self, who: str, channel: str) -> list[dict[str, Any]]:
        messages = self.look(f"seen?user={who}&channel={channel}&since={self._since}")
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

    def card(self, title: str, status: str, channel: str, attempt: int = 1) -> dict[str, Any]:
        """The card of this attempt, once it shows this status; each attempt has one, and nothing else has."""

        def shown() -> dict[str, Any] | None:
            found = self.cards(title, channel)
            assert len(found) <= attempt, f"{len(found)} cards for {title}"
            wanted = found[attempt - 1 :]
            return wanted[0] if wanted and f"*{status}*" in words(wanted[0]) else None

        return until(
            shown, lambda: f"{title} to be {status}: {[words(c) for c in self.cards(title, channel)]}"
        )

    def ledger(self) -> list[dict[str, Any]]:
        """All promotions, as the table has them."""
        table = next(t for t in self.aws("dynamodb").list_tables()["TableNames"] if "Ledger" in t)
        pages = self.aws("dynamodb").get_paginator("scan").paginate(TableName=table)
        items = [item for page in pages for item in page["Items"]]
        return [json.loads(item["body"]["S"]) for item in items if item["pk"]["S"].startswith("PROMOTION#")]

    def machine(self) -> str:
        """The ARN of the promotion workflow."""
        return str(self.aws("stepfunctions").list_state_machines()["stateMachines"][0]["stateMachineArn"])

    def executions(self) -> dict[str, str]:
        """The status of every execution, by its name."""
        found = (
            self.aws("stepfunctions")
            .get_paginator("list_executions")
            .paginate(stateMachineArn=self.machine())
        )
        return {execution["name"]: execution["status"] for page in found for execution in page["executions"]}

    def tags(self, arn: str) -> dict[str, str]:
        """A SageMaker resource's tags."""
        return {tag["Key"]: tag["Value"] for tag in self.aws("sagemaker").list_tags(ResourceArn=arn)["Tags"]}

    def dead_letters(self) -> int:
        """How many requests and events nobody could handle."""
        sqs = self.aws("sqs")
        urls = [url for url in sqs.list_queues()["QueueUrls"] if "DeadLetters" in url]
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        counts = [sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"] for url in urls]
        return sum(int(count[name]) for count in counts for name in names)

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
        time.sleep(0.1)
    return found
