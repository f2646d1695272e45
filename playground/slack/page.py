"""The page: one frame, and the fragments that it fetches when something changes."""

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from playground.slack.chart_svg import chart_svg
from playground.slack.markdown import markdown
from playground.slack.mrkdwn import SAFE_LINK, Reader, mrkdwn, plain
from playground.slack.pictures import Pictures, author
from playground.slack.team import Channel, User
from playground.slack.wire import Json
from playground.slack.workspace import Workspace

TEMPLATES = Path(__file__).with_name("templates")
EVENT_STREAM = {"cache-control": "no-store", "x-accel-buffering": "no"}
VIEWER = "viewer"  # the cookie that remembers whom a browser acts as, for links without ?u=
FRACTION = 6  # digits after the dot of a ts


def link(url: Any) -> str:
    """A URL that is safe in an href; nothing else gets through."""
    return str(url) if SAFE_LINK.match(str(url)) else "#"


def _environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    env.filters |= {"plain": plain, "markdown": markdown, "chart": chart_svg, "link": link}
    env.filters["pretty"] = lambda value: json.dumps(value, indent=2, ensure_ascii=False)
    return env


class Page:
    """What a browser sees."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._env = _environment()

    def routes(self) -> list[Route]:
        """The frame, the fragments, the stream of news, permalinks and the inspector."""
        return [
            Route("/", self.frame),
            Route("/ui/channel", self.channel),
            Route("/ui/thread", self.thread),
            Route("/ui/modal", self.modal),
            Route("/ui/home", self.home),
            Route("/ui/refusals", self.refusals),
            Route("/ui/calls", self.calls),
            Route("/ui/events", self.events),
            Route("/archives/{channel}/p{digits}", self.permalink),
            Route("/inspector", self.inspector),
        ]

    def _viewer(self, request: Request) -> User:
        team = self._workspace.team
        asked = request.query_params.get("u") or request.cookies.get(VIEWER, "")
        return team.user(asked) or team.users[0]

    def _place(self, request: Request) -> Channel:
        team = self._workspace.team
        return team.channel(request.query_params.get("c", "")) or team.channels[0]

    async def _render(self, template: str, request: Request, **facts: Any) -> Response:
        team, viewer = self._workspace.team, self._viewer(request)
        groups = {group.id for group in team.groups if viewer.id in group.users}
        reader = Reader(team.names(), frozenset({viewer.id, *groups}))
        html = await run_in_threadpool(  # a hundred cards take 0.1 s; deliveries are timed meanwhile
            self._env.get_template(template).render,
            team=team,
            viewer=viewer,
            channel=self._place(request),
            author=lambda user_id: author(team, user_id),
            mrkdwn=lambda text: mrkdwn(text, reader),
            source=self._source,
            **facts,
        )
        return HTMLResponse(html, headers={"cache-control": "no-store"})

    def _source(self, image: Json) -> Json:
        """The `src` of an image and, where it is known, its size, so that nothing moves when it comes."""
        slack_file = image.get("slack_file")
        if not isinstance(slack_file, dict):
            return {"src": link(image.get("image_url") or "")}
        file = self._workspace.files.named(slack_file)
        if file is None:
            return {"src": "#"}
        width, height = file.size or (None, None)
        return {"src": self._workspace.files.address(file), "width": width, "height": height}

    async def frame(self, request: Request) -> Response:
        """The page around everything."""
        query = request.query_params
        at_home = query.get("tab") == "home"
        response = await self._render(
            "page.html", request, at_home=at_home, thread=query.get("t", ""), focus=query.get("m", "")
        )
        response.set_cookie(VIEWER, self._viewer(request).id, samesite="lax")
        return response

    async def channel(self, request: Request) -> Response:
        """The messages of a channel."""
        pictures = self._pictures().channel(self._place(request).id, self._viewer(request))
        return await self._render("messages.html", request, pictures=pictures, in_thread=False)

    async def thread(self, request: Request) -> Response:
        """A message and what was said below it."""
        parent = self._workspace.messages.find(self._place(request).id, request.query_params.get("t", ""))
        pictures = self._pictures().thread(parent, self._viewer(request)) if parent else []
        return await self._render("messages.html", request, pictures=pictures, in_thread=True)

    def _pictures(self) -> Pictures:
        return Pictures(self._workspace.team, self._workspace.messages, self._workspace.clock.now())

    async def modal(self, request: Request) -> Response:
        """The open modal; empty when there is none."""
        return await self._render(
            "modal.html", request, view=self._workspace.views.top(self._viewer(request).id)
        )

    async def home(self, request: Request) -> Response:
        """The Home tab of the app."""
        return await self._render(
            "home.html", request, view=self._workspace.views.home(self._viewer(request).id)
        )

    async def refusals(self, request: Request) -> Response:
        """What Slack has refused lately."""
        return await self._render("refusals.html", request, refusals=list(self._workspace.refusals)[-3:])

    async def permalink(self, request: Request) -> Response:
        """The page with one message in view; for a reply, its thread open."""
        digits = request.path_params["digits"]
        ts = f"{digits[:-FRACTION]}.{digits[-FRACTION:]}"
        place = self._workspace.team.channel(request.path_params["channel"])
        message = self._workspace.messages.find(place.id, ts) if place else None
        if message is None:
            return PlainTextResponse("This message is gone.", 404)
        thread = f"&t={message.thread_ts}" if message.is_reply else ""
        viewer = request.query_params.get("u", "")
        return RedirectResponse(f"/?u={viewer}&c={message.channel}&m={ts}{thread}", 302)

    async def inspector(self, request: Request) -> Response:
        """Every call in both directions, for a human."""
        return await self._render("inspector.html", request)

    async def calls(self, request: Request) -> Response:
        """The newest calls first, as rows."""
        newest = self._workspace.log.all()[::-1][:300]
        return await self._render("calls.html", request, calls=newest)

    async def events(self, _request: Request) -> Response:
        """The stream of news."""
        return StreamingResponse(self._workspace.feed.stream(), 200, EVENT_STREAM, "text/event-stream")
