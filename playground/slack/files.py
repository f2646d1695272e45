"""Uploaded files: held in memory, and usable only a moment after their upload was completed."""

import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playground.slack.clock import Clock
from playground.slack.flaws import Flaw, SlackError
from playground.slack.wire import Json

LARGEST = 10_000_000  # bytes; Slack takes a gigabyte, this memory should not
PROCESSED_AFTER_S = 0.15  # "files.completeUploadExternal" is asynchronous; Slack names no time
IMAGES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg", b"GIF87a": "gif", b"GIF89a": "gif"}
PNG_SIZE = slice(16, 24)  # width and height in the first chunk


@dataclass
class File:
    """One file; it is there once `content` was posted, and known once `completed_at` is set."""

    id: str
    name: str
    length: int
    alt_txt: str
    title: str = ""
    content: bytes | None = None
    completed_at: float | None = None

    @property
    def image(self) -> str:
        """Which kind of image that Slack shows, by its first bytes; empty for everything else."""
        begins = self.content or b""
        return next((kind for mark, kind in IMAGES.items() if begins.startswith(mark)), "")

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height of a PNG in pixels."""
        if self.image != "png" or self.content is None or len(self.content) < PNG_SIZE.stop:
            return None
        width, height = struct.unpack(">II", self.content[PNG_SIZE])
        return width, height


class Files:
    """All files of the workspace; the bot uploaded every one of them, so its token sees them all."""

    def __init__(self, clock: Clock, base_url: str, processed_after_s: float = PROCESSED_AFTER_S) -> None:
        self._clock = clock
        self._base_url = base_url
        self._processed_after_s = processed_after_s
        self._files: dict[str, File] = {}
        self._uploads: dict[str, str] = {}

    def begin(self, name: str, length: int, alt_txt: str) -> tuple[File, str]:
        """A file that is to come, and the address that its bytes are to be posted to."""
        if length > LARGEST:
            raise SlackError("file_upload_size_restricted")
        file = File("F" + secrets.token_hex(5).upper(), name, length, alt_txt)
        key = secrets.token_urlsafe(24)
        self._files[file.id] = file
        self._uploads[key] = file.id
        return file, f"{self._base_url}/upload/v1/{key}"

    def uploading(self, key: str) -> File | None:
        """The file that an upload address is for."""
        return self._files.get(self._uploads.get(key, ""))

    def complete(self, file_id: str, title: str) -> File:
        """Make a file known whose bytes have come."""
        file = self._files.get(file_id)
        if file is None or file.content is None:
            raise SlackError("file_not_found")
        file.title = title or file.name
        file.completed_at = self._clock.now()
        return file

    def find(self, file_id: str) -> File | None:
        """A file whose upload was completed."""
        file = self._files.get(file_id)
        return file if file and file.completed_at is not None else None

    def is_processed(self, file: File) -> bool:
        """Whether Slack has had the time to look at it."""
        done = file.completed_at
        return done is not None and self._clock.now() >= done + self._processed_after_s

    def address(self, file: File) -> str:
        """Its url_private."""
        return f"{self._base_url}/files-pri/{file.id}/{file.name}"

    def permalink(self, file: File) -> str:
        """Its address for people."""
        return f"{self._base_url}/files/{file.id}/{file.name}"

    def named(self, slack_file: Json) -> File | None:
        """The file behind a `slack_file`, by its id or one of its addresses ("Slack file object")."""
        if "id" in slack_file:
            return self.find(str(slack_file["id"]))
        known = (file for file in self._files.values() if file.completed_at is not None)
        url = slack_file.get("url")
        return next((file for file in known if url in {self.address(file), self.permalink(file)}), None)

    def flaws(self, node: Any, pointer: str) -> Iterator[Flaw]:
        """Every `slack_file` in a payload that is no image, or not yet."""
        if isinstance(node, list):
            for i, child in enumerate(node):
                yield from self.flaws(child, f"{pointer}/{i}")
            return
        if not isinstance(node, dict):
            return
        for name, child in node.items():
            if name == "slack_file" and isinstance(child, dict):
                file = self.named(child)
                if file is None or not file.image or not self.is_processed(file):
                    yield Flaw("invalid slack file", f"{pointer}/{name}")
            else:
                yield from self.flaws(child, f"{pointer}/{name}")

    def clear(self) -> None:
        """Forget all files and upload addresses."""
        self._files.clear()
        self._uploads.clear()
