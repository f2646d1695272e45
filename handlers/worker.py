"""The worker: does what Slack's requests ask for, from the queue."""

import logging
from typing import Any

from bot import wiring
from bot.slack.app import Failed, serve
from bot.slack.deliveries import delivery_of

log = logging.getLogger(__name__)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Serve a batch; what fails stays on the queue (AWS Lambda: Handling errors for an SQS event source)."""
    failed = [record["messageId"] for record in event["Records"] if not _is_served(record)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _is_served(record: dict[str, Any]) -> bool:
    attempt = int(record["attributes"]["ApproximateReceiveCount"])
    try:
        delivery = delivery_of(record["body"], attempt, wiring.signing_secret())
        serve(wiring.slack_app(), wiring.ports().ledger, delivery)
    except Failed:
        return False
    except Exception:
        log.exception("message %s could not be served", record["messageId"])
        return False
    return True
