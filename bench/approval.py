"""One approval of a promotion that asks: Slack's request for it, and what the worker asks for."""

import json
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from bench.fleet import Fleet
from bench.lab import Subject, trial
from bench.recording import Recorder, Recording
from bench.signing import queued
from bench.town import CHANNEL, Running, playground, until

MODEL: Final = "approved"
_ANA: Final = "U01ANA"
_SECRET: Final = "playground-signing-secret"  # docs/playground.md


@dataclass(frozen=True)
class Approval:
    """What was recorded, and whose click it was."""

    recording: Recording
    promotion: str
    channel: str
    ts: str
    environment: dict[str, str]

    def event(self, url: str) -> dict[str, Any]:
        """The click as the queue hands it over; `url` is where the answer goes."""
        user = {"id": _ANA, "username": "ana", "name": "ana", "team_id": "T0"}
        button = {
            "type": "button",
            "action_id": "promotion.approve",
            "block_id": "b",
            "value": self.promotion,
        }
        payload = {
            "type": "block_actions",
            "team": {"id": "T0", "domain": "acme"},
            "user": user,
            "api_app_id": "A0",
            "token": "t",
            "container": {
                "type": "message",
                "message_ts": self.ts,
                "channel_id": self.channel,
                "is_ephemeral": False,
            },
            "trigger_id": secrets.token_hex(16),
            "channel": {"id": self.channel, "name": CHANNEL},
            "state": {"values": {}},
            "response_url": f"{url}/actions/x",
            "actions": [{**button, "action_ts": f"{time.time():.6f}"}],
        }
        return queued(urlencode({"payload": json.dumps(payload)}), _SECRET)


def record(artifact: Path, policy: Path) -> Approval:
    """Bring a version to where production is asked, and let the worker in `artifact` approve it once."""
    with playground("--no-seed", "--policy", str(policy)) as running:
        fleet = Fleet(running)
        fleet.register(fleet.prepare(MODEL, 1))
        until(lambda: fleet.is_asking(MODEL, 1) or None, 0.1)
        asked = fleet.record(MODEL, 1, "production") or {}
        card = fleet.card(f"{MODEL}:1 → production", "actions")
        recorder = Recorder(running.ready["aws"], running.ready["slack_api"])
        approval = Approval(
            recorder.recording,
            asked["id"],
            running.ready["channels"][CHANNEL],
            card["ts"],
            _environment(running),
        )
        own = {"AWS_ENDPOINT_URL": recorder.url, "SLACK_API_URL": f"{recorder.url}/api/"}
        worker = Subject(
            "worker",
            "handlers.worker.handler",
            (artifact,),
            {**approval.environment, **own},
            lambda: approval.event(recorder.url),
        )
        try:
            trial(worker, 0)
        finally:
            recorder.stop()
        until(lambda: _is_approved(fleet) or None, 0.1)
    return approval


def _is_approved(fleet: Fleet) -> bool:
    record = fleet.record(MODEL, 1, "production")
    if record and record["status"] not in {"asking", "approved", "deploying", "watching", "live"}:
        raise AssertionError([r["story"][-1]["text"] for r in fleet.records(MODEL)])
    return record is not None and record["status"] != "asking"


def _environment(running: Running) -> dict[str, str]:
    """The worker's own, as its template has it."""
    client = running.client("lambda")
    functions = client.list_functions()["Functions"]
    worker = next(f for f in functions if f["Handler"] == "handlers.worker.handler")
    return dict(worker["Environment"]["Variables"])
