"""AWS and Slack as far as the measured functions call them: over TLS, on this machine, answered at once.

A trust store of the system's own size is part of what a cold start pays for, so the certificate made
here is added to it rather than put in its place.
"""

import json
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bench.recording import Call, Recording, call_of, say

SECRET: Final = "bench-signing-secret"
_ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "GetParameter": {"Parameter": {"Name": "p", "Type": "SecureString", "Value": SECRET}},
    "SendMessage": {"MessageId": "m", "MD5OfMessageBody": ""},
    "GetItem": {},
    "PutItem": {},
    "Query": {"Items": [], "Count": 0, "ScannedCount": 0},
    "DescribeEndpoint": {
        "EndpointName": "e",
        "EndpointArn": "arn:aws:sagemaker:us-east-1:123456789012:endpoint/e",
        "EndpointConfigName": "c",
        "EndpointStatus": "Updating",
        "CreationTime": 1760000000.0,
        "LastModifiedTime": 1760000000.0,
    },
}
_SLACK: Final = {"ok": True, "user_id": "U0BOT", "bot_id": "B0BOT", "team_id": "T0", "url": "https://x/"}


class Stub:
    """The server; `bundle` is a trust store that knows it, `url` where it listens.

    What was recorded is answered as recorded, everything else in as few words as are understood.
    """

    def __init__(self, folder: Path, recording: Recording | None = None) -> None:
        self._recording = recording or Recording()
        self._calls: list[Call] = []
        certificate = folder / "stub.pem"
        _certify(certificate)
        system = Path(ssl.get_default_verify_paths().cafile or "/etc/ssl/certs/ca-certificates.crt")
        self.bundle = folder / "bundle.pem"
        known = system.read_text() if system.exists() else ""
        self.bundle.write_text(known + certificate.read_text())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server = _Server(self)
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.url = f"https://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, handler: "_Handler", body: bytes) -> bool:
        """Answer as recorded; False where nothing was."""
        headers = {name.lower(): value for name, value in handler.headers.items()}
        call = call_of(handler.command, handler.path, headers, body)
        self._calls.append(call)
        known = self._recording.next(call)
        if known:
            say(handler, known)
        return known is not None

    def taken(self) -> list[str]:
        """The calls that came since this was asked last, sorted; recorded answers begin anew."""
        taken, self._calls = sorted(map(str, self._calls)), []
        self._recording.rewind()
        return taken

    def stop(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, stub: Stub) -> None:
        self.stub = stub
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""

    def do_GET(self) -> None:
        """As recorded."""
        if not self.server.stub.answer(self, b""):
            self._say(404, b"")

    do_HEAD = do_GET  # noqa: N815 - http.server's name

    def do_POST(self) -> None:
        """As recorded, or by operation."""
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.server.stub.answer(self, body):
            return
        target = (self.headers.get("x-amz-target") or "").rpartition(".")[2]
        if "/invocations" in self.path:
            self._say(202, b"")
        elif target:
            self._say(200, json.dumps(_ANSWERS[target]).encode(), "application/x-amz-json-1.0")
        elif self.path.startswith("/api/"):
            self._say(200, json.dumps(_SLACK).encode())
        else:
            self._say(200, b"ok", "text/plain")

    def _say(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def _certify(path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "bench")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
