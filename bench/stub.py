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

SECRET: Final = "bench-signing-secret"
_ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "GetParameter": {"Parameter": {"Name": "p", "Type": "SecureString", "Value": SECRET}},
    "SendMessage": {"MessageId": "m", "MD5OfMessageBody": ""},
    "GetItem": {},
    "PutItem": {},
    "Query": {"Items": [], "Count": 0, "ScannedCount": 0},
}
_SLACK: Final = {"ok": True, "user_id": "U0BOT", "bot_id": "B0BOT", "team_id": "T0", "url": "https://x/"}


class Stub:
    """The server; `bundle` is a trust store that knows it, `url` where it listens."""

    def __init__(self, folder: Path) -> None:
        certificate = folder / "stub.pem"
        _certify(certificate)
        system = Path(ssl.get_default_verify_paths().cafile or "/etc/ssl/certs/ca-certificates.crt")
        self.bundle = folder / "bundle.pem"
        known = system.read_text() if system.exists() else ""
        self.bundle.write_text(known + certificate.read_text())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.url = f"https://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""

    def do_POST(self) -> None:
        """Answer by operation."""
        self.rfile.read(int(self.headers.get("content-length") or 0))
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
