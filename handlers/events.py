"""SageMaker's events, from EventBridge: a package that may want a promotion."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from bot import wiring
from bot.domain.refusals import NotFound, NotUnderstood
from bot.usecases.propose import registered


@cache
def logger() -> Logger:
    """One structured line an event: what an operator searches by."""
    return Logger(service="mlops")


def handler(event: dict[str, Any], _context: object) -> None:
    """Open a promotion for a new version.

    What is gone, or no version of ours, is done with. Everything else, a broken mlops.toml too, is tried
    again by Lambda and then kept in the dead-letter queue (AWS Lambda: Asynchronous invocation).
    """
    package = event["detail"]["ModelPackageArn"]
    try:
        promotion = registered(wiring.ports(), package)
    except (NotFound, NotUnderstood) as refusal:
        logger().warning("nothing to promote", package=package, why=refusal.sentence)
    else:
        logger().info("registered", package=package, promotion=promotion.id if promotion else None)
