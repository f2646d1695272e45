"""Slack's requests, signed as Slack signs them, as the door and as the queue hand them over."""

import hashlib
import hmac
import json
import secrets
import time
from typing import Any


def signed(body: str, secret: str) -> dict[str, Any]:
    """A Function URL's event."""
    stamp = str(int(time.time()))
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": _signature(stamp, body, secret),
    }
    http = {"method": "POST", "path": "/slack/events", "sourceIp": "127.0.0.1", "protocol": "HTTP/1.1"}
    return {
        "version": "2.0",
        "rawPath": "/slack/events",
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {"http": http},
        "body": body,
        "isBase64Encoded": False,
    }


def queued(body: str, secret: str) -> dict[str, Any]:
    """A queue's event, unlike every other."""
    stamp = str(int(time.time()))
    unique = f"{body}&nonce={secrets.token_hex(16)}"
    message = {"type": "application/x-www-form-urlencoded", "body": unique, "timestamp": stamp}
    record = {
        "messageId": "m",
        "body": json.dumps({**message, "signature": _signature(stamp, unique, secret)}),
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
    }
    return {"Records": [record]}


def _signature(stamp: str, body: str, secret: str) -> str:
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
