"""The least that can be: verify Slack's signature and answer."""

import hashlib
import hmac
import os


def handler(event, _context):  # noqa: ANN001, ANN201, D103
    headers, body = event["headers"], event["body"]
    base = f"v0:{headers['x-slack-request-timestamp']}:{body}".encode()
    expected = "v0=" + hmac.new(os.environ["SIGNING_SECRET"].encode(), base, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, headers["x-slack-signature"]):
        return {"statusCode": 401}
    return {"statusCode": 200, "body": ""}
