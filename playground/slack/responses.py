"""What the app says through a response_url, or in the answer to a slash command."""

import json
import time

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from playground.slack.calls import FROM_APP
from playground.slack.checker import check_message
from playground.slack.entry import EntryAnswer
from playground.slack.flaws import SlackError
from playground.slack.tickets import ResponseUrl
from playground.slack.wire import Json
from playground.slack.workspace import Workspace

METHOD = "response_url"


def respond(workspace: Workspace, said: Json, place: ResponseUrl) -> None:
    """Do what a response asks for ("Handling user interaction": message responses)."""
    original = workspace.messages.find(place.channel.id, place.ts) if place.ts else None
    if said.get("delete_original"):
        if original:
            workspace.messages.delete(original)
        return
    check_message(said.get("text"), said.get("blocks"), workspace.files)
    if said.get("replace_original") and original:
        workspace.messages.edit(original, said.get("text") or "", said.get("blocks"))
        return
    workspace.messages.post(
        place.channel,
        workspace.team.app.bot_user,
        said.get("text") or "",
        blocks=said.get("blocks"),
        thread_ts=said.get("thread_ts"),
        only_for=None if said.get("response_type") == "in_channel" else place.user,
    )


def answer_to_command(workspace: Workspace, answer: EntryAnswer, place: ResponseUrl) -> None:
    """Show what the app wrote into the HTTP answer of a slash command ("Implementing slash commands")."""
    text = answer.body.decode(errors="replace").strip()
    if not text:
        return
    said: Json = {"text": text}
    if "json" in answer.header("content-type"):
        try:
            read = json.loads(text)
        except ValueError:
            read = None
        said = read if isinstance(read, dict) else {"text": text}
    if not said.get("text") and not said.get("blocks"):
        return
    try:
        respond(workspace, said, place)
    except SlackError as error:
        workspace.refused("the answer to a slash command", error)
        workspace.log.add(
            FROM_APP, "command_answer", ok=False, error=error.code, errors=error.messages, args=said
        )


class ResponseUrls:
    """`/actions/<key>`: the address behind every response_url."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def handle(self, request: Request) -> Response:
        """Take one response; a refusal is HTTP 404 here, unlike in the Web API."""
        began = time.perf_counter()
        if fault := self._workspace.faults.take(METHOD):
            return fault.response()
        said: Json = {}
        try:
            said = self._read(await request.body())
            respond(self._workspace, said, self._workspace.tickets.use(request.path_params["key"]))
        except SlackError as error:
            self._workspace.refused(METHOD, error)
            self._note(said, began, 404, error)
            return JSONResponse(error.answer(), 404)
        self._note(said, began, 200, None)
        return PlainTextResponse("ok")

    @staticmethod
    def _read(body: bytes) -> Json:
        try:
            said = json.loads(body)
        except ValueError as error:
            raise SlackError("invalid_payload") from error
        if not isinstance(said, dict):
            raise SlackError("invalid_payload")
        return said

    def _note(self, said: Json, began: float, status: int, error: SlackError | None) -> None:
        self._workspace.log.add(
            FROM_APP,
            METHOD,
            ok=error is None,
            status=status,
            ms=round((time.perf_counter() - began) * 1000, 1),
            error=error.code if error else None,
            errors=error.messages if error else [],
            args=said,
        )
