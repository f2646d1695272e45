"""AWS's events, from EventBridge: a package, an endpoint, a job or an execution that changed."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from bot import wiring
from bot.aws.events import event_of
from bot.domain.refusals import NotFound, NotUnderstood
from bot.usecases.hear import hear


@cache
def logger() -> Logger:
    """One structured line an event: what an operator searches by."""
    return Logger(service="mlops")


def handler(event: dict[str, Any], _context: object) -> None:
    """Hear one event.

    What is gone, or none of ours, is done with. Everything else, a broken mlops.toml too, is tried again
    by Lambda and then kept in the dead-letter queue (AWS Lambda: Asynchronous invocation).
    """
    known = event_of(event)
    if known is None:
        logger().warning("an event of no known kind", kind=event.get("detail-type"))
        return
    try:
        concerned = hear(wiring.ports(), known)
    except (NotFound, NotUnderstood) as refusal:
        logger().warning("nothing to do", told=str(known), why=refusal.sentence)
    else:
        logger().info("heard", told=str(known), promotion=concerned)
