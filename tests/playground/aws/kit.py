"""The things that the tests of the local AWS speak of: functions and queues."""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playground.aws import LocalAws

ROLE = "arn:aws:iam::123456789012:role/any"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/xgboost:1"

Until = Callable[..., Any]


def unique(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


@dataclass
class Function:
    aws: LocalAws
    name: str
    arn: str

    def invoke(self, event: Any) -> tuple[str | None, Any]:
        answer = self.aws.client("lambda").invoke(FunctionName=self.name, Payload=json.dumps(event))
        return answer.get("FunctionError"), json.loads(answer["Payload"].read())

    def later(self, event: Any) -> None:
        self.aws.client("lambda").invoke(
            FunctionName=self.name, Payload=json.dumps(event), InvocationType="Event"
        )

    def printed(self) -> list[str]:
        return [line for name, line in list(self.aws.logs) if name == self.name]


@dataclass
class Queue:
    aws: LocalAws
    url: str
    arn: str

    def send(self, body: Any) -> None:
        self.aws.client("sqs").send_message(QueueUrl=self.url, MessageBody=json.dumps(body))

    def take(self, seconds: int = 10) -> dict[str, Any]:
        """The next message, removed."""
        sqs = self.aws.client("sqs")
        answer = sqs.receive_message(
            QueueUrl=self.url, WaitTimeSeconds=seconds, MessageAttributeNames=["All"], MaxNumberOfMessages=1
        )
        message: dict[str, Any] = answer["Messages"][0]
        sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return message

    def body(self) -> Any:
        return json.loads(self.take()["Body"])

    def about(self, name: str) -> Any:
        """The next event that names this resource: one of an earlier test may end meanwhile."""
        while name not in "".join((event := self.body())["resources"]):
            pass
        return event

    def waiting(self) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        got = self.aws.client("sqs").get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        return sum(int(count) for count in got["Attributes"].values())


@contextmanager
def heard(aws: LocalAws, queue: Queue, pattern: dict[str, Any]) -> Iterator[Queue]:
    """The queue, while a rule sends it the events of this pattern."""
    rule, events = unique("rule"), aws.client("events")
    events.put_rule(Name=rule, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=rule, Targets=[{"Id": "queue", "Arn": queue.arn}])
    yield queue
    events.remove_targets(Rule=rule, Ids=["queue"])
    events.delete_rule(Name=rule)


MakeFunction = Callable[..., Function]
MakeQueue = Callable[..., Queue]
