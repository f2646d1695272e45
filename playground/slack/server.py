"""The local Slack as one Starlette app."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from playground.slack.api import WebApi
from playground.slack.api_files import FileAddresses
from playground.slack.control import Control
from playground.slack.deliveries import ACKNOWLEDGE_S, PATH, RETRY_AFTER_S, Deliveries
from playground.slack.entry import Entry, EntryRequest, call_entry
from playground.slack.files import PROCESSED_AFTER_S
from playground.slack.page import Page
from playground.slack.responses import ResponseUrls
from playground.slack.team import ACME, Team
from playground.slack.wire import Json
from playground.slack.workspace import Workspace

STATIC = Path(__file__).with_name("static")


class LocalSlack:
    """A workspace, its Web API and its page around one app.

    `entry` is the app's Function URL as a blocking callable. `faults` gets the faults that are not Slack's
    own and raises ValueError with a sentence when it cannot do them.
    """

    def __init__(  # noqa: PLR0913 -- the last three are for tests that need other times than Slack's
        self,
        *,
        port: int,
        entry: Entry,
        team: Team = ACME,
        faults: Callable[[Json], None] | None = None,
        limit_s: float = ACKNOWLEDGE_S,
        retry_after_s: Sequence[float] = RETRY_AFTER_S,
        processed_after_s: float = PROCESSED_AFTER_S,
    ) -> None:
        self.port = port
        self._entry = entry
        self.workspace = Workspace(team, f"http://127.0.0.1:{port}", processed_after_s)
        self._deliveries = Deliveries(
            entry,
            team.app.signing_secret,
            self.workspace.log,
            limit_s=limit_s,
            retry_after_s=retry_after_s,
        )
        self.app = self._build(Control(self.workspace, self._deliveries, faults))

    def _build(self, control: Control) -> Starlette:
        api = WebApi(self.workspace).handle
        routes = [
            Route("/api/{method}", api, methods=["GET", "POST"]),
            Route("/actions/{key:path}", ResponseUrls(self.workspace).handle, methods=["POST"]),
            Route(PATH, self._forward, methods=["POST"]),
            *FileAddresses(self.workspace).routes(),
            Mount("/_control", routes=control.routes()),
            Mount("/static", StaticFiles(directory=STATIC)),
            *Page(self.workspace).routes(),
        ]

        @asynccontextmanager
        async def lifespan(_app: Starlette) -> AsyncIterator[None]:
            yield
            await self.shutdown()

        return Starlette(routes=routes, lifespan=lifespan)

    async def _forward(self, request: Request) -> Response:
        """Hand a request to the app as it came, so that a test may sign its own."""
        sent = EntryRequest(
            request.method, PATH, dict(request.headers), await request.body(), request.url.query
        )
        try:
            answer = await call_entry(self._entry, sent)
        except Exception as error:  # noqa: BLE001 -- the app failed, not this server
            return PlainTextResponse(f"the app raised {type(error).__name__}", 502)
        skipped = {"content-length", "transfer-encoding", "connection"}
        headers = {name: value for name, value in answer.headers.items() if name.lower() not in skipped}
        return Response(answer.body, answer.status, headers)

    def close_streams(self) -> None:
        """End all event streams and retries; call it on the event loop."""
        self.workspace.feed.close()
        self._deliveries.stop()

    async def shutdown(self) -> None:
        """Let go of everything that would keep a server from ending."""
        self.close_streams()
