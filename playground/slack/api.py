"""The door of the Web API: read the arguments, know the caller, call the method, write it down."""

import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from playground.slack import api_chat, api_conversations, api_files, api_people, api_views
from playground.slack.calls import FROM_APP
from playground.slack.flaws import SlackError
from playground.slack.wire import Arguments, Json, read_arguments
from playground.slack.workspace import Workspace

Method = Callable[[Workspace, Arguments], Json]
OPEN_METHODS = {"api.test", "blocks.validate"}


def all_methods() -> dict[str, Method]:
    """Every method of the Web API that this Slack knows."""
    return {
        **api_chat.METHODS,
        **api_conversations.METHODS,
        **api_files.METHODS,
        **api_people.METHODS,
        **api_views.METHODS,
    }


class WebApi:
    """`/api/<method>`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._methods = all_methods()

    async def handle(self, request: Request) -> Response:
        """Answer one call; an error is HTTP 200 with ok false, as Slack does it."""
        name = request.path_params["method"]
        began = time.perf_counter()
        values: Json = {}
        if fault := self._workspace.faults.take(name):
            response = fault.response()
            self._note(name, values, began, {"ok": False, "error": fault.error}, response.status_code)
            return response
        try:
            values = await read_arguments(request)
            self._authorize(name, request, values)
            answer = {"ok": True, **self._call(name, values)}
        except SlackError as error:
            answer = error.answer()
            if name.startswith(("chat.", "views.")):
                self._workspace.refused(name, error)
        self._note(name, values, began, answer, 200)
        return JSONResponse(answer)

    def _authorize(self, name: str, request: Request, values: Json) -> None:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        token = bearer or values.pop("token", "")
        values.pop("token", None)
        if name in OPEN_METHODS or name not in self._methods:
            return
        if not token:
            raise SlackError("not_authed")
        if token != self._workspace.team.app.token:
            raise SlackError("invalid_auth")

    def _call(self, name: str, values: Json) -> Json:
        method = self._methods.get(name)
        if method is None:
            raise SlackError("unknown_method")
        return method(self._workspace, Arguments(values, self._workspace.team))

    def _note(self, name: str, values: Json, began: float, answer: Json, status: int) -> None:
        self._workspace.log.add(
            FROM_APP,
            name,
            ok=answer["ok"],
            status=status,
            ms=round((time.perf_counter() - began) * 1000, 1),
            error=answer.get("error"),
            errors=answer.get("errors", []),
            args=values,
            answer=answer,
        )
