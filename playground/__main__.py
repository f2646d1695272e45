"""Start the playground: `python -m playground`."""

import argparse
import hashlib
import json
import socket
import sys
import threading
from pathlib import Path
from typing import Any, Final

from bot.domain.refusals import Refusal
from infra.build import ROOT, build
from playground import churn_jobs, seed
from playground.aws import LocalAws
from playground.slack.entry import EntryAnswer, EntryRequest
from playground.slack.server import LocalSlack
from playground.slack.serving import make_server
from playground.slack.team import ACME

STACK: Final = "mlops"
_WELCOME: Final = """
Open {page}/ in your browser. Ctrl-C ends everything.
To join in with boto3 or the AWS CLI:
  export AWS_ENDPOINT_URL={aws} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
"""
_BUILD: Final = ROOT / ".build" / "playground"
_POLICY: Final = Path(__file__).with_name("mlops.toml")


class Playground:
    """A local Slack and a local AWS, and the real stack between them."""

    def __init__(self, port: int, aws_port: int, policy: Path, *, fast: bool) -> None:
        self._socket = _listening(port)
        self.port = self._socket.getsockname()[1]
        self.page = f"http://127.0.0.1:{self.port}"
        self.aws = LocalAws(
            port=aws_port, fast=fast, function_environment={"SLACK_API_URL": f"{self.page}/api/"}
        )
        self._fast, self._policy = fast, policy
        self._build = _BUILD / hashlib.sha256(str(policy.resolve()).encode()).hexdigest()[:8]
        slack = LocalSlack(port=self.port, entry=self._enter, faults=self._break)
        self._server = make_server(slack)

    def run(self, *, seeded: bool) -> None:
        """Serve until SIGINT or SIGTERM; ends everything that it started."""
        failures: list[BaseException] = []

        def prepare() -> None:
            try:
                self._prepare(seeded=seeded)
            except BaseException as problem:  # noqa: BLE001 - raised again below, on the main thread
                failures.append(problem)
                self._server.stop()

        preparing = threading.Thread(target=prepare, daemon=True)
        try:
            preparing.start()
            self._server.run(sockets=[self._socket])
        finally:
            self.aws.stop()
        if failures:
            raise failures[0]

    def _prepare(self, *, seeded: bool) -> None:
        sys.stderr.write("Starting a local AWS and a local Slack ...\n")
        build(target=self._build / ".build", policy=self._policy)
        self.aws.start()
        seed.lay_ground(self.aws)
        stack = self.aws.deploy(
            ROOT / "template.yaml",
            name=STACK,
            parameters={"EvidenceBucket": churn_jobs.BUCKET, "WatchSeconds": "1" if self._fast else "3"},
            root=self._build,
        )
        if seeded:
            seed.seed(self.aws, stack.outputs["ModelRoleArn"])
        sys.stdout.write(f"ready {json.dumps(self._addresses())}\n")
        sys.stdout.flush()
        sys.stderr.write(_WELCOME.format(page=self.page, aws=self.aws.url))

    def _addresses(self) -> dict[str, object]:
        return {
            "page": f"{self.page}/",
            "slack_api": f"{self.page}/api/",
            "bot": f"{self.page}/slack/events",
            "aws": self.aws.url,
            "channels": {channel.name: channel.id for channel in ACME.channels},
            "users": {user.name: user.id for user in ACME.users},
        }

    def _break(self, fault: dict[str, Any]) -> None:
        match fault.get("kind"):
            case "clear":
                self.aws.faults.clear()
                self.aws.pace({})
            case "pace":
                self.aws.pace({key: value for key, value in fault.items() if key != "kind"})
            case _:
                self.aws.faults.inject(fault)

    def _enter(self, request: EntryRequest) -> EntryAnswer:
        answer = self.aws.invoke_url(
            "SlackFunction",
            method=request.method,
            path=request.path,
            headers=request.headers,
            body=request.body,
            query=request.query,
        )
        return EntryAnswer(answer.status, dict(answer.headers), answer.body)


def main() -> int:
    """The command line of the playground; see --help."""
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--port", type=int, default=3000, help="of the page; 0 picks a free one")
    parser.add_argument("--aws-port", type=int, default=4566, help="of the local AWS; 0 picks a free one")
    parser.add_argument("--policy", type=Path, default=_POLICY, help="another mlops.toml to try")
    parser.add_argument("--no-seed", action="store_true", help="start without models")
    parser.add_argument("--fast", action="store_true", help="shorten every wait to about a second")
    arguments = parser.parse_args()
    try:
        playground = Playground(arguments.port, arguments.aws_port, arguments.policy, fast=arguments.fast)
        playground.run(seeded=not arguments.no_seed)
    except (OSError, Refusal) as problem:
        sys.stderr.write(f"The playground cannot start: {problem}\n")
        return 1
    return 0


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port), backlog=256)
    except OSError as problem:
        raise OSError(f"port {port} is taken ({problem.strerror}); choose another with --port.") from None


if __name__ == "__main__":
    raise SystemExit(main())
