"""The quick call: signed as AWS's own library signs, over one connection that may be lost."""

import json
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from bot.aws import quick
from bot.aws.quick import QuickCall, signed_headers

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalr/K7MDENG+bPxRfiCY"}
ENVIRONMENT = {**KEYS, "AWS_REGION": "eu-central-1"}
NOON = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)


# ---- the signature ---------------------------------------------------------------------------------


def theirs(  # noqa: PLR0913 - all that is signed
    monkeypatch: pytest.MonkeyPatch, service: str, host: str, headers: dict[str, str], body: bytes, token: str
) -> dict[str, str]:
    """What botocore adds to the same request at noon."""
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: NOON.replace(tzinfo=None))
    request = AWSRequest("POST", f"https://{host}/", headers=dict(headers), data=body)
    credentials = Credentials(KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"], token or None)
    SigV4Auth(credentials, service, ENVIRONMENT["AWS_REGION"]).add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}


@pytest.mark.parametrize("token", ["", "FwoGZXIvYXdzEBYaD//+="])
@pytest.mark.parametrize(
    ("service", "host"),
    [
        ("sqs", "sqs.eu-central-1.amazonaws.com"),
        ("ssm", "ssm.eu-central-1.amazonaws.com"),
        ("sqs", "127.0.0.1:4566"),
    ],
)
@pytest.mark.parametrize("body", [b"", b"{}", '{"MessageBody": "Grüße 😀"}'.encode(), b"\x00" * 70_000])
def test_a_request_is_signed_as_botocore_signs_it(
    monkeypatch: pytest.MonkeyPatch, token: str, service: str, host: str, body: bytes
) -> None:
    headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.SendMessage"}
    environment = {**ENVIRONMENT, "AWS_SESSION_TOKEN": token} if token else ENVIRONMENT
    ours = signed_headers(environment, service, host, headers, body, NOON.timetuple())
    expected = theirs(monkeypatch, service, host, headers, body, token)
    assert ours["authorization"] == expected["authorization"]
    assert ours["x-amz-date"] == expected["x-amz-date"] == "20260301T120030Z"
    assert ours.get("x-amz-security-token", "") == expected.get("x-amz-security-token", "") == token


@given(body=st.binary(), later=st.binary(min_size=1))
def test_a_changed_body_has_another_signature(body: bytes, later: bytes) -> None:
    one = signed_headers(ENVIRONMENT, "sqs", "host", {}, body, NOON.timetuple())
    other = signed_headers(ENVIRONMENT, "sqs", "host", {}, body + later, NOON.timetuple())
    assert one["authorization"] != other["authorization"]


# ---- the connection --------------------------------------------------------------------------------


class Aws(socketserver.ThreadingTCPServer):
    """A service on this machine: what it got, over how many connections, and what it replies.

    A reply of None closes the connection instead.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.connections = 0
        self.replies: list[bytes | None] = []
        self.hangs_up = False
        self.gone = threading.Semaphore(0)
        port = self.server_address[1]
        self.environment = {**ENVIRONMENT, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, body in self.got]


class SecureAws(Aws):
    """The same behind TLS."""

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__()
        self.context = context
        self.environment["AWS_ENDPOINT_URL"] = f"https://localhost:{self.server_address[1]}"

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        return self.context.wrap_socket(connection, server_side=True), address


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        aws = cast("Aws", self.server)
        aws.connections += 1
        while self.rfile.readline():
            headers = {}
            while line := self.rfile.readline().strip().decode():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            aws.got.append((headers, self.rfile.read(int(headers["content-length"]))))
            reply = aws.replies.pop(0) if aws.replies else said({})
            if reply is None:
                return
            self.wfile.write(reply)
            if aws.hangs_up:
                return

    def finish(self) -> None:
        super().finish()
        self.connection.close()
        cast("Aws", self.server).gone.release()


def said(answer: object, status: str = "200 OK") -> bytes:
    body = json.dumps(answer).encode()
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


@contextmanager
def served(server: Aws) -> Iterator[Aws]:
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join(5)


@pytest.fixture
def aws() -> Iterator[Aws]:
    with served(Aws()) as server:
        yield server


@pytest.fixture
def call(aws: Aws) -> QuickCall:
    return QuickCall("sqs", aws.environment)


def send(call: QuickCall, body: str = "hello") -> dict[str, Any]:
    return call("AmazonSQS.SendMessage", "1.0", {"MessageBody": body})


def test_a_call_says_what_it_wants_and_gets_the_answer(aws: Aws, call: QuickCall) -> None:
    aws.replies.append(said({"MessageId": "m1"}))
    assert send(call, "Grüße") == {"MessageId": "m1"}
    headers, body = aws.got[0]
    assert json.loads(body) == {"MessageBody": "Grüße"}
    assert headers["x-amz-target"] == "AmazonSQS.SendMessage"
    assert headers["content-type"] == "application/x-amz-json-1.0"
    assert headers["host"] == aws.environment["AWS_ENDPOINT_URL"].removeprefix("http://")


def test_what_goes_over_the_wire_carries_the_signature_of_its_own_moment(
    aws: Aws, call: QuickCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "gmtime", NOON.timetuple)
    send(call)
    headers, body = aws.got[0]
    signed = {name: headers[name] for name in ("content-type", "x-amz-target")}
    expected = theirs(monkeypatch, "sqs", headers["host"], signed, body, "")
    assert headers["authorization"] == expected["authorization"]


def test_many_calls_go_over_one_connection(aws: Aws, call: QuickCall) -> None:
    for number in range(3):
        send(call, str(number))
    assert (aws.connections, [body["MessageBody"] for body in aws.bodies]) == (1, ["0", "1", "2"])


def test_a_connection_can_be_opened_before_it_is_needed(aws: Aws, call: QuickCall) -> None:
    call.connect()
    send(call)
    assert aws.connections == 1


def test_a_kept_connection_that_was_closed_meanwhile_is_replaced(aws: Aws, call: QuickCall) -> None:
    aws.hangs_up = True
    send(call, "first")
    assert aws.gone.acquire(timeout=5)
    assert send(call, "second") == {}
    assert (aws.connections, aws.bodies) == (2, [{"MessageBody": "first"}, {"MessageBody": "second"}])


def test_a_kept_connection_that_breaks_before_the_answer_is_tried_again(aws: Aws, call: QuickCall) -> None:
    send(call, "first")
    aws.replies += [None, said({"MessageId": "m2"})]
    assert send(call, "second") == {"MessageId": "m2"}
    assert (aws.connections, aws.bodies[1:]) == (2, [{"MessageBody": "second"}] * 2)


@pytest.mark.parametrize("size", [10, 200_000])
def test_a_kept_tls_connection_that_was_closed_meanwhile_is_replaced_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, size: int
) -> None:
    server_side, client_side = tls(tmp_path)
    monkeypatch.setattr(quick, "_tls", lambda: client_side)
    with served(SecureAws(server_side)) as aws:
        call = QuickCall("sqs", aws.environment)
        aws.hangs_up = True
        send(call, "first")
        assert aws.gone.acquire(timeout=5)
        assert send(call, "x" * size) == {}
        assert aws.bodies[-1] == {"MessageBody": "x" * size}


def tls(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Both sides of TLS for localhost, with a certificate of the moment."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "both.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(pem)
    return server_side, ssl.create_default_context(cadata=certificate.public_bytes(Encoding.PEM).decode())


def test_a_fresh_connection_that_breaks_is_an_error_and_the_next_call_dials_anew(
    aws: Aws, call: QuickCall
) -> None:
    aws.replies.append(None)
    with pytest.raises(OSError, match="closed before an answer came"):
        send(call)
    assert send(call) == {}
    assert aws.connections == 2


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        ("400 Bad Request", {"__type": "com.amazonaws.sqs#QueueDoesNotExist"}),
        ("403 Forbidden", {"__type": "AccessDeniedException"}),
        ("503 Service Unavailable", {}),
        ("302 Found", {}),
    ],
)
def test_an_error_of_aws_is_an_oserror_that_says_what_it_answered(
    aws: Aws, call: QuickCall, status: str, answer: dict[str, str]
) -> None:
    aws.replies.append(said(answer, status))
    with pytest.raises(OSError, match=rf"AmazonSQS\.SendMessage answered {status[:3]}: ") as error:
        send(call)
    assert json.dumps(answer) in str(error.value)
    assert KEYS["AWS_SECRET_ACCESS_KEY"] not in str(error.value)


def test_after_an_error_of_aws_the_connection_is_still_good(aws: Aws, call: QuickCall) -> None:
    aws.replies.append(said({}, "400 Bad Request"))
    with pytest.raises(OSError, match="400"):
        send(call)
    assert send(call) == {}
    assert aws.connections == 1


@pytest.mark.parametrize(
    "reply",
    [
        b"\r\n\r\n",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    ],
)
def test_an_answer_that_is_cut_or_nonsense_is_an_oserror(aws: Aws, call: QuickCall, reply: bytes) -> None:
    aws.replies.append(reply)
    aws.hangs_up = True
    with pytest.raises(OSError, match=r"not HTTP|was closed"):
        send(call)
    assert send(call) == {}


def test_a_service_that_says_nothing_is_left_before_slack_is(
    aws: Aws, call: QuickCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick, "_TIMEOUT", 0.05)
    aws.replies += [b"", said({})]
    with pytest.raises(TimeoutError):
        send(call)
    assert send(call) == {}
    assert (aws.connections, len(aws.got)) == (2, 2)


def test_a_service_that_is_not_there_is_an_oserror() -> None:
    with Aws() as nobody:
        environment = nobody.environment
    with pytest.raises(OSError, match="refused"):
        send(QuickCall("sqs", environment))


def test_without_an_endpoint_of_ours_it_is_aws_s_own_over_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    dialled: list[object] = []

    def dial(address: object, *_: object) -> None:
        dialled.append(address)
        raise OSError("no network here")

    monkeypatch.setattr("socket.create_connection", dial)
    for service in ("sqs", "ssm"):
        with pytest.raises(OSError, match="no network here"):
            send(QuickCall(service, ENVIRONMENT))
    assert dialled == [("sqs.eu-central-1.amazonaws.com", 443), ("ssm.eu-central-1.amazonaws.com", 443)]
