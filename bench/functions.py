"""The functions that are measured, and what they are held against."""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.lab import Subject
from bench.stub import SECRET, Stub

SUBJECTS = Path(__file__).parent / "subjects"


def subjects(stub: Stub, artifact: Path) -> dict[str, Subject]:
    """By short name: bare, door, bolt (doors), plain, worker (workers)."""
    common = {
        "AWS_ENDPOINT_URL": stub.url,
        "AWS_CA_BUNDLE": str(stub.bundle),
        "SSL_CERT_FILE": str(stub.bundle),
        "SLACK_API_URL": f"{stub.url}/api/",
        "SIGNING_SECRET": SECRET,
        "SIGNING_SECRET_PARAMETER": "/p",
        "BOT_TOKEN_PARAMETER": "/p",
        "REQUESTS_QUEUE_URL": f"{stub.url}/123456789012/q",
        "LEDGER_TABLE": "t",
        "STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:m",
        "REGISTRY_ARN_PREFIX": "arn:aws:sagemaker:us-east-1:123456789012",
        "MODEL_ROLE_ARN": "arn:aws:iam::123456789012:role/r",
        "WATCH_SECONDS": "30",
    }
    here, request = (SUBJECTS, artifact), _form(stub.url)

    def made(
        name: str, handler: str, paths: tuple[Path, ...], event: Callable[[], dict[str, Any]]
    ) -> Subject:
        return Subject(name, handler, paths, common, event)

    return {
        "bare": made("bare: verifies, answers", "bare.handler", here, lambda: _signed(request)),
        "door": made("door", "handlers.slack.handler", (artifact,), lambda: _signed(request)),
        "bolt": made("Bolt's lazy listener", "bolt_lazy.handler", here, lambda: _signed(request)),
        "plain": made(
            "plain boto3 + slack_sdk worker", "plain_worker.handler", here, lambda: _queued(request)
        ),
        "worker": made("worker", "handlers.worker.handler", (artifact,), lambda: _queued(request)),
    }


def _form(url: str) -> str:
    return urlencode(
        {
            "token": "t",
            "team_id": "T0",
            "team_domain": "acme",
            "channel_id": "C0",
            "channel_name": "c",
            "user_id": "U01ANA",
            "user_name": "ana",
            "command": "/mlops",
            "text": "pending",
            "api_app_id": "A0",
            "response_url": f"{url}/actions/x",
            "trigger_id": "1.2.3",
        }
    )


def _signed(body: str) -> dict[str, Any]:
    stamp = str(int(time.time()))
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": _signature(stamp, body),
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


def _signature(stamp: str, body: str) -> str:
    return "v0=" + hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()


def _queued(body: str) -> dict[str, Any]:
    stamp = str(int(time.time()))
    unique = f"{body}&nonce={secrets.token_hex(16)}"
    message = {"type": "application/x-www-form-urlencoded", "body": unique, "timestamp": stamp}
    record = {
        "messageId": "m",
        "body": json.dumps({**message, "signature": _signature(stamp, unique)}),
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
    }
    return {"Records": [record]}
