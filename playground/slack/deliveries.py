"""Deliver requests to the app as Slack does: signed, timed, and retried when they are events."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from playground.slack.calls import TO_APP, CallLog
from playground.slack.entry import Entry, EntryAnswer, EntryRequest, call_entry
from playground.slack.wire import Json

ACKNOWLEDGE_S = 3.0  # "Handling user interaction": within 3 seconds
RETRY_AFTER_S = (0.0, 60.0, 300.0)  # "The Events API": nearly at once, after 1 minute, after 5 minutes
PATH = "/slack/events"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
SHOWN_ANSWER = 4000


@dataclass(frozen=True)
class Delivery:
    """How a delivery went; `failure` is Slack's word for what went wrong."""

    answer: EntryAnswer | None
    ms: float
    failure: str | None

    @property
    def status(self) -> int | None:
        """The HTTP status of the app's answer; None when there was none in time."""
        return self.answer.status if self.answer else None

    def as_json(self) -> Json:
        """What a test is told about it."""
        told: Json = {"ok": self.failure is None, "status": self.status, "acknowledged_ms": round(self.ms, 1)}
        return told | ({"error": self.failure} if self.failure else {})


NOTHING_SENT: Json = {"ok": True, "status": None, "acknowledged_ms": None}


def sign(secret: str, body: str) -> dict[str, str]:
    """The headers of "Verifying requests from Slack", by real time: the app checks them by its own clock."""
    stamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}


class Deliveries:
    """The way to the app."""

    def __init__(
        self,
        entry: Entry,
        secret: str,
        log: CallLog,
        *,
        limit_s: float = ACKNOWLEDGE_S,
        retry_after_s: Sequence[float] = RETRY_AFTER_S,
    ) -> None:
        self._entry = entry
        self._secret = secret
        self._log = log
        self._limit_s = limit_s
        self._retry_after_s = retry_after_s
        self._retries: set[asyncio.Task[None]] = set()

    async def command(self, form: Json) -> Delivery:
        """Send a slash command."""
        return await self._send("slash_command", urlencode(form), FORM, form)

    async def interaction(self, payload: Json) -> Delivery:
        """Send what somebody clicked or submitted."""
        return await self._send(payload["type"], urlencode({"payload": json.dumps(payload)}), FORM, payload)

    async def event(self, callback: Json) -> Delivery:
        """Send an event; a failed one is retried while the caller goes on."""
        first = await self._send(callback["event"]["type"], json.dumps(callback), JSON, callback)
        if self._again(first):
            task = asyncio.create_task(self._retry(callback, first))
            self._retries.add(task)
            task.add_done_callback(self._retries.discard)
        return first

    async def _retry(self, callback: Json, last: Delivery) -> None:
        for number, wait_s in enumerate(self._retry_after_s, 1):
            await asyncio.sleep(wait_s)
            reason = "http_timeout" if last.failure == "operation_timeout" else "http_error"
            headers = {"x-slack-retry-num": str(number), "x-slack-retry-reason": reason}
            kind = callback["event"]["type"]
            last = await self._send(kind, json.dumps(callback), JSON, callback, headers)
            if not self._again(last):
                return

    @staticmethod
    def _again(delivery: Delivery) -> bool:
        refused = delivery.answer is not None and delivery.answer.header("x-slack-no-retry") == "1"
        return delivery.failure is not None and not refused

    async def _send(
        self, kind: str, body: str, content_type: str, payload: Json, extra: dict[str, str] | None = None
    ) -> Delivery:
        ours = {"user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)", "accept": "*/*"}
        headers = {**ours, "content-type": content_type, **sign(self._secret, body), **(extra or {})}
        delivery = await self._attempt(EntryRequest("POST", PATH, headers, body.encode()))
        shown = delivery.answer.body.decode(errors="replace")[:SHOWN_ANSWER] if delivery.answer else ""
        told = delivery.as_json()
        self._log.add(
            TO_APP,
            kind,
            ok=told["ok"],
            status=told["status"],
            ms=told["acknowledged_ms"],
            error=delivery.failure,
            args=payload,
            answer=shown,
            retry=(extra or {}).get("x-slack-retry-num"),
            retry_reason=(extra or {}).get("x-slack-retry-reason"),
        )
        return delivery

    async def _attempt(self, request: EntryRequest) -> Delivery:
        began = time.perf_counter()
        answer, failure = None, None
        try:
            answer = await asyncio.wait_for(call_entry(self._entry, request), self._limit_s)
        except TimeoutError:
            failure = "operation_timeout"
        except Exception:  # noqa: BLE001 -- a door that raises is an app that cannot be reached
            failure = "dispatch_failed"
        if answer is not None and not 200 <= answer.status < 300:  # noqa: PLR2004 -- HTTP's classes
            failure = "dispatch_failed"
        return Delivery(answer, (time.perf_counter() - began) * 1000, failure)

    def stop(self) -> None:
        """Give up all retries."""
        for task in list(self._retries):
            task.cancel()
