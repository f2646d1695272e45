"""SageMaker's events, from EventBridge: a package that may want a promotion."""

import logging
from typing import Any

from bot import wiring
from bot.domain.refusals import Refusal
from bot.usecases.propose import registered

log = logging.getLogger(__name__)


def handler(event: dict[str, Any], _context: object) -> None:
    """Open a promotion for a new version; a fault is tried again by Lambda, then kept in the queue."""
    arn = event["detail"]["ModelPackageArn"]
    try:
        registered(wiring.ports(), arn)
    except Refusal as refusal:
        log.warning("nothing to do for %s: %s", arn, refusal.sentence)
