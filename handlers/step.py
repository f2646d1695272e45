"""One step of the promotion workflow, called by the state machine's tasks."""

import os
from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from bot import wiring
from bot.aws.errors import transient
from bot.aws.workflow import sentence_of
from bot.usecases.step import step


@cache
def logger() -> Logger:
    """One structured line a step: what an operator searches by."""
    return Logger(service="mlops")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take the step that the state names; a waiting state's task token is kept first."""
    ports = wiring.ports()
    error = sentence_of(event.get("error") or {})
    with transient():
        ports.workflow.hold(event)
        outcome = step(ports, event["step"], event["promotion"], error)
    logger().info("step taken", step=event["step"], promotion=outcome.promotion, status=outcome.status)
    answer = asdict(outcome)
    pause = int(os.environ["WATCH_SECONDS"]) * answer.pop("patience")
    return {**answer, "pause": pause}
