"""The quick door for Slack: verify, put on the queue, acknowledge."""

import os
import time
from functools import cache
from typing import Any

from bot.aws.quick import QuickCall
from bot.slack import door


class Door:
    """The door with what it needs at hand: the signing secret and a way to the queue."""

    def __init__(self, environment: Any) -> None:
        parameter = environment["SIGNING_SECRET_PARAMETER"]
        found = QuickCall("ssm", environment)(
            "AmazonSSM.GetParameter", "1.1", {"Name": parameter, "WithDecryption": True}
        )
        self.secret: str = found["Parameter"]["Value"]
        self._queue, self._sqs = environment["REQUESTS_QUEUE_URL"], QuickCall("sqs", environment)
        self._sqs.connect()

    def queue(self, message: str) -> None:
        """Put the message on the worker's queue."""
        self._sqs("AmazonSQS.SendMessage", "1.0", {"QueueUrl": self._queue, "MessageBody": message})


@cache
def opened() -> Door:
    """The door of this process."""
    return Door(os.environ)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one request of Slack's within its 3 seconds."""
    mine = opened()
    return door.answer(event, secret=mine.secret, now=time.time(), queue=mine.queue, at_once=_at_once)


def _at_once(body: str, headers: dict[str, str]) -> dict[str, Any]:
    from bot.wiring import answer_slack  # noqa: PLC0415 - only these requests pay for Bolt

    return answer_slack(body, headers)


if "AWS_LAMBDA_RUNTIME_API" in os.environ:  # set where Lambda's runtime starts this module
    opened()
