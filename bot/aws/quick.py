"""Two AWS calls for the quick door, with the standard library alone.

boto3 costs a cold start several times what the whole door costs, and the door makes one call: hand a
message to a queue. Requests are signed as AWS wants it (IAM User Guide: Create a signed AWS API
request); the tests check the signature against botocore's own signer.
"""

import hashlib
import hmac
import json
import socket
import ssl
import time
from collections.abc import Mapping
from functools import cache
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

_TIMEOUT = 2.0  # seconds, of the three that Slack waits
_LINE = 65_536
_OK = 200


class QuickCall:
    """Calls one AWS service that speaks JSON, over one connection that is kept.

    `connect` opens it; do that while Lambda starts, when the CPU is not rationed.
    """

    def __init__(self, service: str, environment: Mapping[str, str]) -> None:
        self._service, self._environment = service, environment
        region = environment["AWS_REGION"]
        self._url = urlsplit(
            environment.get("AWS_ENDPOINT_URL") or f"https://{service}.{region}.amazonaws.com"
        )
        self._stream: BinaryIO | None = None

    def connect(self) -> None:
        """Open the connection now, so that the first call need not."""
        self._stream = self._opened()

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
        status, answer = self._post(_request(headers, body))
        if status != _OK:
            raise OSError(f"{target} answered {status}: {answer[:500]!r}")
        return json.loads(answer or b"{}")  # type: ignore[no-any-return]  # an object, by the protocol

    def _post(self, request: bytes) -> tuple[int, bytes]:
        # A kept connection may have been closed while Lambda was frozen: once more on a fresh one. The
        # worker knows a request that came twice.
        if self._stream is not None:
            try:
                return self._exchange(self._stream, request)
            except (ConnectionError, ssl.SSLError):
                self._stream = None
        self._stream = self._opened()
        return self._exchange(self._stream, request)

    def _exchange(self, stream: BinaryIO, request: bytes) -> tuple[int, bytes]:
        try:
            stream.write(request)
            stream.flush()
            return _answer(stream)
        except OSError:
            self._stream = None
            raise

    def _opened(self) -> BinaryIO:
        host = self._url.hostname or ""
        secure = self._url.scheme == "https"
        plain = socket.create_connection((host, self._url.port or (443 if secure else 80)), _TIMEOUT)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = _tls().wrap_socket(plain, server_hostname=host) if secure else plain
        return cast("BinaryIO", connection.makefile("rwb"))


def _request(headers: Mapping[str, str], body: bytes) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST / HTTP/1.1\r\n{lines}content-length: {len(body)}\r\n\r\n".encode() + body


def _answer(stream: BinaryIO) -> tuple[int, bytes]:
    """Status and body of one response; AWS's JSON services always say how long it is.

    http.client does this too, and brings the email package, a quarter of the door's cold start.
    """
    first = stream.readline(_LINE)
    if not first.endswith(b"\n"):
        raise ConnectionResetError("the connection was closed before an answer came")
    status, length = first[9:12], b""
    while (line := stream.readline(_LINE).strip()) != b"":
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = value.strip()
    if not (first.startswith(b"HTTP/1.") and status.isdigit() and length.isdigit()):
        raise OSError("the answer is not HTTP, or does not say how long it is")
    body = stream.read(int(length))
    if len(body) < int(length):
        raise ConnectionResetError("the connection was closed in the middle of an answer")
    return int(status), body


@cache
def _tls() -> ssl.SSLContext:
    # Reading the 127 certificates of a trust store costs 25 ms each time.
    return ssl.create_default_context()


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
