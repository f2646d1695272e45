"""`/_control/`: act as a person and look over their shoulder, for tests and for the page."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from playground.slack import faults
from playground.slack.clicking import Clicking
from playground.slack.deliveries import Deliveries
from playground.slack.messages import Message, reactions
from playground.slack.saying import Saying
from playground.slack.submitting import Submitting
from playground.slack.team import Channel, User
from playground.slack.views import OpenView
from playground.slack.wire import Json
from playground.slack.workspace import Workspace

Order = Callable[[Json], Awaitable[Json]]
ForeignFaults = Callable[[Json], None]


class Control:
    """All control calls; a ValueError is a sentence for whoever called."""

    def __init__(self, workspace: Workspace, deliveries: Deliveries, foreign: ForeignFaults | None) -> None:
        self._workspace = workspace
        self._foreign = foreign
        self._saying = Saying(workspace, deliveries)
        self._clicking = Clicking(workspace, deliveries)
        self._submitting = Submitting(workspace, deliveries)

    def routes(self) -> list[Route]:
        """Routes below `/_control`."""
        orders = {
            "say": self.say,
            "click": self.click,
            "submit": self.submit,
            "close": self.close,
            "home": self.home,
            "clock": self.clock,
            "reset": self.reset,
        }
        posts = [Route(f"/{name}", _order(order), methods=["POST"]) for name, order in orders.items()]
        gets = [Route("/seen", self.seen), Route("/views", self.views), Route("/log", self.log)]
        return [*posts, Route("/faults", _order(self.faults, 400), methods=["POST"]), *gets]

    async def say(self, order: Json) -> Json:
        """Type a message or a slash command."""
        text = order.get("text")
        if not isinstance(text, str) or not text.strip():
            raise ValueError("say what: text is missing")
        thread_ts = order.get("thread_ts") or None
        return await self._saying.say(self._user(order), self._channel(order), text, thread_ts)

    async def click(self, order: Json) -> Json:
        """Use an element of a message, or of a view when `view_id` names one."""
        user = self._user(order)
        if order.get("view_id"):
            return await self._clicking.in_view(user, self._view(user, order), order)
        return await self._clicking.in_message(user, self._message(user, order), order)

    async def submit(self, order: Json) -> Json:
        """Submit a modal."""
        user = self._user(order)
        values = _object(order.get("values") or {}, "values must be an object: block_id → action_id → value")
        return await self._submitting.submit(user, self._view(user, order), values)

    async def close(self, order: Json) -> Json:
        """Close a modal."""
        user = self._user(order)
        return await self._submitting.close(user, self._view(user, order))

    async def home(self, order: Json) -> Json:
        """Open the app's Home tab."""
        return await self._saying.open_home(self._user(order))

    async def clock(self, order: Json) -> Json:
        """Move Slack's own clock."""
        seconds = order.get("advance")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
            raise ValueError("advance must be a number of seconds, 0 or more")
        self._workspace.clock.advance(seconds)
        return {"ok": True, "now": self._workspace.clock.now()}

    async def reset(self, _order: Json) -> Json:
        """Forget everything."""
        self._workspace.reset()
        return {"ok": True}

    async def faults(self, order: Json) -> Json:
        """Let something fail; kinds that are not Slack's own are passed on."""
        kind = order.get("kind")
        if not isinstance(kind, str):
            raise ValueError(f'say which kind of fault, such as "{faults.KIND}"')  # noqa: TRY004 -- a sentence
        if kind == faults.KIND:
            self._workspace.faults.add(faults.parse(order))
            return {"ok": True}
        if kind == "clear":
            self._workspace.faults.clear()
        elif self._foreign is None:
            raise ValueError(f"there is no fault of the kind {kind}; there is {faults.KIND}, clear")
        if self._foreign is not None:
            self._foreign(order)
        return {"ok": True}

    async def seen(self, request: Request) -> Response:
        """The messages of a channel as one person sees them, or those of them after `since`, a ts."""
        try:
            query: Json = dict(request.query_params)
            user, channel = self._user(query), self._channel(query)
        except ValueError as error:
            return JSONResponse({"ok": False, "error": str(error)}, 400)
        since = str(query.get("since") or "")
        found = [one for one in self._workspace.messages.in_channel(channel.id) if one.ts > since]
        return JSONResponse([self._shown(message) for message in found if message.visible_to(user.id)])

    def _shown(self, message: Message) -> Json:
        replies = self._workspace.messages.replies(message)
        return {
            "ts": message.ts,
            "user": message.user,
            "text": message.text,
            "blocks": message.blocks,
            "thread_ts": message.thread_ts,
            "broadcast": message.broadcast,
            "ephemeral": message.only_for is not None,
            "reply_count": len(replies),
            "edited": message.edited is not None,
            "reactions": reactions(message),
            "metadata": message.metadata,
            "warnings": list(message.warnings.values()),
        }

    async def views(self, request: Request) -> Response:
        """The open modal and the Home tab of one person."""
        try:
            user = self._user(dict(request.query_params))
        except ValueError as error:
            return JSONResponse({"ok": False, "error": str(error)}, 400)
        modal, home = self._workspace.views.top(user.id), self._workspace.views.home(user.id)
        shown = {"modal": modal.content if modal else None, "home": home.content if home else None}
        problems = {"errors": modal.errors, "notice": modal.notice} if modal else {}
        return JSONResponse({"ok": True, **shown, **problems})

    async def log(self, _request: Request) -> Response:
        """Every call in both directions, oldest first."""
        return JSONResponse(self._workspace.log.all())

    def _user(self, order: Json) -> User:
        user = self._workspace.team.user(str(order.get("user") or ""))
        if user is None:
            names = ", ".join(user.name for user in self._workspace.team.users)
            raise ValueError(f"there is no user {order.get('user')}; there is {names}")
        return user

    def _channel(self, order: Json) -> Channel:
        channel = self._workspace.team.channel(str(order.get("channel") or ""))
        if channel is None:
            names = ", ".join(channel.name for channel in self._workspace.team.channels)
            raise ValueError(f"there is no channel {order.get('channel')}; there is {names}")
        return channel

    def _message(self, user: User, order: Json) -> Message:
        message = self._workspace.messages.find(self._channel(order).id, str(order.get("ts")))
        if message is None or not message.visible_to(user.id):
            raise ValueError(f"{user.name} sees no message {order.get('ts')} there")
        return message

    def _view(self, user: User, order: Json) -> OpenView:
        opened = self._workspace.views.find(str(order.get("view_id")))
        if opened is None or opened.user != user.id:
            raise ValueError(f"{user.name} has no view {order.get('view_id')} open")
        return opened


def _object(value: Any, sentence: str) -> Json:
    if isinstance(value, dict):
        return value
    raise ValueError(sentence)


def _order(order: Order, refused_status: int = 200) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that reads JSON, obeys, and answers with a sentence when it cannot."""

    async def endpoint(request: Request) -> Response:
        try:
            read = _object(json.loads(await request.body() or b"{}"), "send a JSON object")
            return JSONResponse(await order(read))
        except ValueError as error:
            return JSONResponse({"ok": False, "error": str(error)}, refused_status)

    return endpoint
