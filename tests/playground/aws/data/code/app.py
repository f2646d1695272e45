"""The code of the stack that the tests deploy."""

import json
import os
from typing import Any

import boto3


def handler(event: dict[str, Any], _context: Any) -> Any:
    """Answer a URL, or keep what came in the table."""
    if "rawPath" in event:
        body = json.dumps({"path": event["rawPath"], "stage": os.environ["STAGE"]})
        return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": body}
    for number, record in enumerate(event.get("Records", [event])):
        row = {
            "pk": {"S": record.get("messageId", f"event-{number}")},
            "kind": {"S": record.get("detail-type", "message")},
        }
        boto3.client("dynamodb").put_item(TableName=os.environ["TABLE"], Item=row)
    return {"batchItemFailures": []}
