"""Web API: files.*, the address that bytes are posted to, and the one that the page fetches them from."""

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from playground.slack.files import File
from playground.slack.flaws import Flaw, SlackError
from playground.slack.team import Channel
from playground.slack.wire import Arguments, Json
from playground.slack.workspace import Workspace

UPLOAD = "upload"  # the name that a fault calls the upload address by


def get_upload_url(workspace: Workspace, given: Arguments) -> Json:
    """files.getUploadURLExternal."""
    length = given.number("length", 0)
    if length <= 0:
        raise SlackError("invalid_arguments", [Flaw("must be greater than 0", "/length")])
    name = given.text("filename").replace("/", "_")
    file, url = workspace.files.begin(name, length, str(given.get("alt_txt") or ""))
    return {"upload_url": url, "file_id": file.id}


def complete_upload(workspace: Workspace, given: Arguments) -> Json:
    """files.completeUploadExternal: with a channel, the files are shared there as a message, too."""
    wanted = given.get("files")
    if not isinstance(wanted, list) or not wanted or not all(map(_names_a_file, wanted)):
        raise SlackError("invalid_arguments", [Flaw("must provide an array of files", "/files")])
    channel = given.channel("channel_id") if given.get("channel_id") else None
    files = [workspace.files.complete(one["id"], str(one.get("title") or "")) for one in wanted]
    if channel:
        _share(workspace, channel, files, given)
    return {"files": [as_json(workspace, file) for file in files]}


def _names_a_file(one: Any) -> bool:
    return isinstance(one, dict) and isinstance(one.get("id"), str)


def _share(workspace: Workspace, channel: Channel, files: list[File], given: Arguments) -> None:
    """Hang the images below the comment; Slack's own message has `files`, which nothing here reads."""
    shown = [
        {"type": "image", "slack_file": {"id": file.id}, "alt_text": file.alt_txt or file.title}
        for file in files
        if file.image
    ]
    comment = str(given.get("initial_comment") or "")
    said = [{"type": "section", "text": {"type": "mrkdwn", "text": comment}}] if comment else []
    text = comment or ", ".join(file.title for file in files)
    thread = str(given.get("thread_ts") or "") or None
    bot = workspace.team.app.bot_user
    workspace.messages.post(channel, bot, text, blocks=[*said, *shown], thread_ts=thread)


def file_info(workspace: Workspace, given: Arguments) -> Json:
    """files.info: without a mimetype as long as Slack has not looked at the file."""
    file = workspace.files.find(given.text("file"))
    if file is None:
        raise SlackError("file_not_found")
    return {"file": as_json(workspace, file), "comments": [], "response_metadata": {"next_cursor": ""}}


def as_json(workspace: Workspace, file: File) -> Json:
    """The file object ("File object")."""
    processed = workspace.files.is_processed(file)
    kind = file.image if processed else ""
    known = f"image/{kind}" if kind else "application/octet-stream"
    shown: Json = {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "alt_txt": file.alt_txt,
        "mimetype": known if processed else "",
        "filetype": {"jpeg": "jpg"}.get(kind, kind or "binary") if processed else "",
        "user": workspace.team.app.bot_user,
        "mode": "hosted",
        "size": file.length,
        "url_private": workspace.files.address(file),
        "permalink": workspace.files.permalink(file),
    }
    if processed and file.size:
        shown |= {"original_w": file.size[0], "original_h": file.size[1]}
    return shown


METHODS = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": file_info,
}


class FileAddresses:
    """Where bytes go in, raw or as a form, and where the page fetches them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[Route]:
        """The upload address and both addresses of a file."""
        return [
            Route("/upload/v1/{key}", self.take, methods=["POST"]),
            Route("/files-pri/{file_id}/{name}", self.give),
            Route("/files/{file_id}/{name}", self.give),
        ]

    async def take(self, request: Request) -> Response:
        """Take the bytes; they must be as many as were announced."""
        if fault := self._workspace.faults.take(UPLOAD):
            return fault.response()
        file = self._workspace.files.uploading(request.path_params["key"])
        if file is None:
            return PlainTextResponse("There is nothing to upload here.", 404)
        content = await _bytes_of(request)
        if len(content) != file.length:
            return PlainTextResponse(f"{file.length} bytes were announced, {len(content)} came.", 400)
        file.content = content
        return PlainTextResponse(f"OK - {len(content)}")

    async def give(self, request: Request) -> Response:
        """The image; nothing else is given to a browser."""
        file = self._workspace.files.find(request.path_params["file_id"])
        if file is None or not file.image:
            return PlainTextResponse("This file is gone.", 404)
        name = quote(file.name)
        headers = {
            "cache-control": "private, max-age=3600",
            "content-disposition": f"inline; filename*=UTF-8''{name}",
            "x-content-type-options": "nosniff",
        }
        return Response(file.content, 200, headers, f"image/{file.image}")


async def _bytes_of(request: Request) -> bytes:
    """The body, or the first file of a form."""
    if "multipart/form-data" not in request.headers.get("content-type", ""):
        return await request.body()
    form = await request.form()
    for value in form.values():
        if not isinstance(value, str):
            return await value.read()
    return b""
