"""A running local Slack with a door that a test can script."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import httpx
import pytest
from slack_sdk import WebClient

from playground.slack import EntryAnswer, EntryRequest, LocalSlack, make_server, open_socket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIMIT_S = 0.3
PROCESSED_AFTER_S = 60  # a test moves the clock
RETRY_AFTER_S = (0.0, 0.05, 0.1)


class Door:
    """The app's Function URL: remembers what came, answers what the test wants."""

    def __init__(self) -> None:
        self.answer: Callable[[EntryRequest], EntryAnswer] = lambda _request: EntryAnswer(200)
        self.requests: list[EntryRequest] = []

    def __call__(self, request: EntryRequest) -> EntryAnswer:
        self.requests.append(request)
        return self.answer(request)

    def form(self) -> dict[str, str]:
        """The last request's form."""
        return {name: values[0] for name, values in parse_qs(self.requests[-1].body.decode()).items()}


class Scene:
    """One Slack, one app, and hands to use them."""

    def __init__(self, slack: LocalSlack, door: Door, faults: list[dict[str, Any]]) -> None:
        self.slack = slack
        self.door = door
        self.foreign_faults = faults
        self.url = f"http://127.0.0.1:{slack.port}"
        self.web = WebClient("xoxb-playground", base_url=f"{self.url}/api/")
        self.http = httpx.Client(base_url=self.url, timeout=10)

    def control(self, order: str, **facts: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.http.post(f"/_control/{order}", json=facts).json()
        return answer

    def say(self, text: str, *, user: str = "ana", channel: str = "ml-churn", **facts: Any) -> dict[str, Any]:
        return self.control("say", user=user, channel=channel, text=text, **facts)

    def click(self, ts: str, action_id: str, *, user: str = "ben", **facts: Any) -> dict[str, Any]:
        return self.control("click", user=user, channel="ml-churn", ts=ts, action_id=action_id, **facts)

    def seen(self, user: str = "ana", channel: str = "ml-churn") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get(
            "/_control/seen", params={"user": user, "channel": channel}
        ).json()
        return found

    def texts(self, user: str = "ana") -> list[str]:
        return [message["text"] for message in self.seen(user)]

    def log(self, kind: str) -> list[dict[str, Any]]:
        return [call for call in self.http.get("/_control/log").json() if call["kind"] == kind]


@pytest.fixture(scope="session")
def running() -> Iterator[Scene]:
    listener = open_socket()
    door, faults = Door(), list[dict[str, Any]]()

    def foreign(order: dict[str, Any]) -> None:
        if order["kind"] not in {"clear", "sagemaker"}:
            raise ValueError(f"there is no fault {order['kind']}")
        faults.append(order)

    port: int = listener.getsockname()[1]
    slack = LocalSlack(
        port=port,
        entry=door,
        faults=foreign,
        limit_s=LIMIT_S,
        retry_after_s=RETRY_AFTER_S,
        processed_after_s=PROCESSED_AFTER_S,
    )
    server = make_server(slack)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    scene = Scene(slack, door, faults)
    yield scene
    scene.http.close()
    server.stop()
    thread.join(5)
    assert not thread.is_alive()


@pytest.fixture
def scene(running: Scene) -> Scene:
    running.control("reset")
    running.door.requests.clear()
    running.door.answer = lambda _request: EntryAnswer(200)
    running.foreign_faults.clear()
    running.http.cookies.clear()
    return running
