"""Two AWS calls for the quick door, with the standard library alone.

boto3 costs a cold start several times what the whole door costs, and the door makes one call: hand a
message to a queue. Requests are signed as AWS wants it (IAM User Guide: Create a signed AWS API
request); the tests check the signature against botocore's own signer.
"""

import hashlib
import hmac
import http.client
import json
import ssl
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

_TIMEOUT = 2.0  # seconds, of the three that Slack waits


class QuickCall:
    """Calls one AWS service that speaks JSON, over one connection that is kept.

    Making it fills the TLS context, which is most of a first call's time; do it while Lambda starts.
    """

    def __init__(self, service: str, environment: Mapping[str, str]) -> None:
        self._service, self._environment = service, environment
        region = environment["AWS_REGION"]
        self._url = urlsplit(
            environment.get("AWS_ENDPOINT_URL") or f"https://{service}.{region}.amazonaws.com"
        )
        self._context = ssl.create_default_context() if self._url.scheme == "https" else None
        self._connection: http.client.HTTPConnection | None = None

    def __call__(self, target: str, version: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The operation's answer.

        Args:
            target: Such as `AmazonSQS.SendMessage`.
            version: Of the JSON protocol: `1.0` or `1.1`.
            arguments: The operation's input.

        Raises:
            OSError: AWS could not be reached or refused; the text says what it answered.
        """
        body = json.dumps(arguments).encode()
        headers = signed_headers(
            self._environment,
            self._service,
            self._url.netloc,
            {"content-type": f"application/x-amz-json-{version}", "x-amz-target": target},
            body,
            time.gmtime(),
        )
        status, answer = self._post(body, headers)
        if status != http.HTTPStatus.OK:
            raise OSError(f"{target} answered {status}: {answer[:500]!r}")
        return json.loads(answer or b"{}")  # type: ignore[no-any-return]  # an object, by the protocol

    def _post(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        # A kept connection may have been closed while Lambda was frozen: once more on a fresh one.
        try:
            return self._once(body, headers)
        except (http.client.HTTPException, ConnectionError):
            self._connection = None
            return self._once(body, headers)

    def _once(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        if self._connection is None:
            self._connection = self._connect()
        try:
            self._connection.request("POST", "/", body, dict(headers))
            response = self._connection.getresponse()
            return response.status, response.read()
        except OSError:
            self._connection = None
            raise

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        if self._context is None:
            return http.client.HTTPConnection(host, port, timeout=_TIMEOUT)
        return http.client.HTTPSConnection(host, port, timeout=_TIMEOUT, context=self._context)


def signed_headers(  # noqa: PLR0913 - everything that goes into the signature
    environment: Mapping[str, str],
    service: str,
    host: str,
    headers: Mapping[str, str],
    body: bytes,
    now: time.struct_time,
) -> dict[str, str]:
    """The headers with host, date, token and Authorization, for a POST to `/`."""
    region, stamp = environment["AWS_REGION"], time.strftime("%Y%m%dT%H%M%SZ", now)
    signed = {**headers, "host": host, "x-amz-date": stamp}
    if token := environment.get("AWS_SESSION_TOKEN"):
        signed["x-amz-security-token"] = token
    names = ";".join(sorted(signed))
    lines = "".join(f"{name}:{signed[name].strip()}\n" for name in sorted(signed))
    canonical = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = b"AWS4" + environment["AWS_SECRET_ACCESS_KEY"].encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}".encode(), "sha256").hex()
    credential = f"{environment['AWS_ACCESS_KEY_ID']}/{scope}"
    signed["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}"
    )
    return signed
