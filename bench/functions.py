"""The functions that are measured, and what they are held against."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.approval import Approval
from bench.lab import Subject
from bench.signing import queued, signed
from bench.stub import SECRET, Stub

SUBJECTS = Path(__file__).parent / "subjects"


def subjects(stub: Stub, artifact: Path, approval: Approval) -> dict[str, Subject]:
    """By short name: bare, door, bolt (doors); plain, worker (for `/mlops pending`), plain approval and
    approval (for a click on Approve); poller.
    """
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
        "ARTIFACTS_BUCKET": "b",
        "WATCH_SECONDS": "30",
    }
    asked = {
        **approval.environment,
        **{
            name: common[name]
            for name in ("AWS_ENDPOINT_URL", "AWS_CA_BUNDLE", "SSL_CERT_FILE", "SLACK_API_URL")
        },
    }
    here, request = (SUBJECTS, artifact), _form(stub.url)

    def made(
        name: str,
        handler: str,
        paths: tuple[Path, ...],
        event: Callable[[], dict[str, Any]],
        environment: dict[str, str] = common,
    ) -> Subject:
        return Subject(name, handler, paths, environment, event)

    def click() -> dict[str, Any]:
        return approval.event(stub.url)

    return {
        "bare": made("bare: verifies, answers", "bare.handler", here, lambda: signed(request, SECRET)),
        "door": made("door", "handlers.slack.handler", (artifact,), lambda: signed(request, SECRET)),
        "bolt": made("Bolt's lazy listener", "bolt_lazy.handler", here, lambda: signed(request, SECRET)),
        "plain": made(
            "plain worker, /mlops pending", "plain_worker.handler", here, lambda: queued(request, SECRET)
        ),
        "worker": made(
            "worker, /mlops pending", "handlers.worker.handler", (artifact,), lambda: queued(request, SECRET)
        ),
        "plain approval": made("plain worker, Approve", "plain_approval.handler", here, click, asked),
        "approval": made("worker, Approve", "handlers.worker.handler", (artifact,), click, asked),
        "poller": made("a poller of an endpoint", "poller.handler", here, lambda: {"endpoint": "e"}),
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
