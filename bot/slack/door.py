"""The quick door: verify, hand over, acknowledge. Standard library only.

Slack waits 3 seconds for an answer and never sends a command or a click again, so nothing happens
here but checking the signature and putting the request on the queue. What Slack needs in the answer
itself is given to `at_once`.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

Answer = dict[str, Any]
_SKEW = 300  # seconds; older requests are refused (Slack: Verifying requests from Slack)
_DIGITS = 12  # of a timestamp; Python raises on numbers that are absurdly long
_AT_ONCE = ("block_suggestion", "view_submission")


def answer(
    event: dict[str, Any],
    *,
    secret: str,
    now: float,
    queue: Callable[[str], None],
    at_once: Callable[[str, dict[str, str]], Answer],
) -> Answer:
    """What a Function URL answers to one request of Slack's.

    Args:
        event: The request, payload version 2.0 (AWS Lambda: Invoking Lambda function URLs); header
            names are in lower case.
        secret: Slack's signing secret.
        now: Seconds since the epoch.
        queue: Takes the message for the worker, as JSON text.
        at_once: Answers a request that Slack wants an answer to; takes its body and headers.
    """
    headers: dict[str, str] = event.get("headers") or {}
    body: str = event.get("body") or ""
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body).decode(errors="replace")
    if body.startswith("ssl_check=1&") or body == "ssl_check=1":
        return _said(200)
    signature, timestamp = headers.get("x-slack-signature", ""), headers.get("x-slack-request-timestamp", "")
    if not is_signed(secret, timestamp, body, signature, now):
        return _said(401, "The signature is missing, wrong or too old.")
    kind = headers.get("content-type", "").partition(";")[0]
    if wants_an_answer(body, kind):
        return at_once(body, headers)
    queue(json.dumps({"type": kind, "body": body, "timestamp": timestamp, "signature": signature}))
    return _said(200)


def is_signed(secret: str, timestamp: str, body: str, signature: str, now: float) -> bool:
    """Whether Slack signed this body within the last five minutes."""
    if not secret.strip() or not timestamp.isdecimal() or len(timestamp) > _DIGITS:
        return False
    if abs(now - int(timestamp)) > _SKEW:
        return False
    base = f"v0:{timestamp}:{body}".encode()
    expected = "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


def wants_an_answer(body: str, kind: str) -> bool:
    """Whether Slack shows what the answer holds: a challenge, options, errors of a form."""
    if kind == "application/json":
        return '"url_verification"' in body and _is(body, "url_verification")
    if not any(known in body for known in _AT_ONCE):
        return False
    payload = parse_qs(body).get("payload", [""])[0]
    return any(_is(payload, known) for known in _AT_ONCE)


def _is(text: str, kind: str) -> bool:
    try:
        document = json.loads(text)
    except ValueError:
        return False
    return isinstance(document, dict) and document.get("type") == kind


def _said(status: int, text: str = "") -> Answer:
    return {"statusCode": status, "headers": {"content-type": "text/plain; charset=utf-8"}, "body": text}
