"""Which AWS operation an HTTP request is, and how its service words an error."""

import json
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

_CREDENTIAL: Final = re.compile(r"Credential=([^/,]+)/[^/]*/[^/]*/([^/]+)/")
_CBOR: Final = re.compile(r"/operation/(\w+)$")
INVOCATION: Final = re.compile(r"^/endpoints/([^/]+)/invocations$")
_IN_JSON: Final = ("lambda", "sagemaker")
_LAMBDA: Final = (
    ("POST", re.compile(r"/functions/[^/]+/invocations$"), "Invoke"),
    ("POST", re.compile(r"/functions$"), "CreateFunction"),
    ("GET", re.compile(r"/functions/[^/]+$"), "GetFunction"),
    ("DELETE", re.compile(r"/functions/[^/]+$"), "DeleteFunction"),
)
_S3: Final = {
    ("GET", True): "GetObject",
    ("PUT", True): "PutObject",
    ("HEAD", True): "HeadObject",
    ("DELETE", True): "DeleteObject",
    ("POST", True): "CreateMultipartUpload",
    ("GET", False): "ListObjectsV2",
    ("PUT", False): "CreateBucket",
    ("HEAD", False): "HeadBucket",
    ("DELETE", False): "DeleteBucket",
    ("POST", False): "DeleteObjects",
}
_TEXT, _MAP_OF_TWO = 0x60, 0xA2  # CBOR major types


def signer(headers: Mapping[str, str]) -> tuple[str, str]:
    """The access key and the service that a request is signed for; empty when it is not signed."""
    found = _CREDENTIAL.search(headers.get("authorization", ""))
    return (found[1], found[2]) if found else ("", "")


def operation(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> str:
    """The operation's name as AWS documents it, such as `UpdateEndpoint`; "" when it has none."""
    if target := headers.get("x-amz-target"):
        return target.rpartition(".")[2]
    if cbor := _CBOR.search(path):
        return cbor[1]
    service = signer(headers)[1]
    if service == "lambda":
        return next((name for verb, at, name in _LAMBDA if verb == method and at.search(path)), "")
    if service == "s3":
        return _s3_operation(method, path, headers)
    if service == "sagemaker" and INVOCATION.match(path):
        return "InvokeEndpoint"
    form = body.decode("latin-1") if "form-urlencoded" in headers.get("content-type", "") else query
    return parse_qs(form).get("Action", [""])[0] if service else ""


def _s3_operation(method: str, path: str, headers: Mapping[str, str]) -> str:
    if "x-amz-copy-source" in headers:
        return "CopyObject"
    return _S3.get((method, path.strip("/").count("/") > 0), "")


def error_answer(
    headers: Mapping[str, str], path: str, status: int, code: str, message: str
) -> tuple[int, dict[str, str], bytes]:
    """An AWS error in the protocol of the request: JSON, CBOR, or XML."""
    if "/operation/" in path:
        return (
            status,
            {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"},
            _cbor(code, message),
        )
    if headers.get("x-amz-target") or signer(headers)[1] in _IN_JSON:
        kind = {"content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code}
        return status, kind, json.dumps({"__type": code, "message": message}).encode()
    error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    xml = f"<Error>{error}</Error>"
    if signer(headers)[1] != "s3":
        xml = f"<ErrorResponse>{xml}<RequestId>playground</RequestId></ErrorResponse>"
    return status, {"content-type": "text/xml"}, xml.encode()


def _cbor(code: str, message: str) -> bytes:
    texts = b"".join(_cbor_text(text) for text in ("__type", code, "message", message))
    return bytes([_MAP_OF_TWO]) + texts


def _cbor_text(text: str) -> bytes:
    raw = text.encode()
    return bytes([_TEXT | 25]) + len(raw).to_bytes(2, "big") + raw  # 25: the length is in the next two bytes
