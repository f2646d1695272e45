"""Pictures by upload: Slack shows an image that is not public only as a file of its own."""

import logging
import math
import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from itertools import chain, repeat
from typing import Final
from urllib.request import Request, urlopen

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.blocks import Block, clamp
from bot.slack.drawing import Drawing

PATIENCE: Final = 5.0
"""Seconds that a message waits for its pictures."""

log: Final = logging.getLogger(__name__)
_WAITS: Final = (0.1, 0.15, 0.25, 0.4, 0.6, 0.8)  # seconds between looks; the last again and again
_ALT, _FILE_ALT, _FILE_NAME = 2000, 1000, 60
_AT_ONCE: Final = 4


def images(client: WebClient, drawings: Sequence[Drawing], within: float = PATIENCE) -> list[Block]:
    """An image block for each drawing that can be drawn and uploaded within so many seconds, and one more at
    the most; the others are left out with a warning.

    Slack takes an upload in three calls and makes it ready afterwards; before it has a mimetype, a block
    that names it is refused (Slack: Working with files, "Uploading files"; files.completeUploadExternal).
    """
    ends = time.monotonic() + within
    if not drawings:
        return []
    with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="picture") as pool:
        # They are drawn one by one, here, while those before are on their way.
        drawn = ((drawing, png) for drawing in drawings if (png := _drawn(drawing, ends)) is not None)
        found = [pool.submit(_image, client, ends, drawing, png) for drawing, png in drawn]
        return [block for one in found if (block := one.result()) is not None]


def _drawn(drawing: Drawing, ends: float) -> bytes | None:
    try:
        _left(ends)
        from bot.slack.pictures.render import png  # noqa: PLC0415 - its library is loaded for pictures only

        return png(drawing.svg)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of compiled code is no Exception; the message goes out
        _left_out(drawing, error)
        return None


def _image(client: WebClient, ends: float, drawing: Drawing, png: bytes) -> Block | None:
    try:
        file = _uploaded(client, ends, drawing, png)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a picture
        _left_out(drawing, error)
        return None
    return {
        "type": "image",
        "slack_file": {"id": file},
        "alt_text": clamp(drawing.alt or drawing.title, _ALT),  # its title is in the picture itself
    }


def _uploaded(client: WebClient, ends: float, drawing: Drawing, png: bytes) -> str:
    """The id of the file, once Slack can show it."""
    slug = re.sub(r"[^a-z0-9]+", "-", drawing.title.lower()).strip("-")[:_FILE_NAME] or "picture"
    alt = clamp(drawing.alt, _FILE_ALT)
    hurried = _hurried(client, ends)
    begun = hurried.files_getUploadURLExternal(filename=f"{slug}.png", length=len(png), alt_txt=alt)
    _post(client, str(begun["upload_url"]), png, ends)
    file = str(begun["file_id"])
    named: dict[str, str | None] = {"id": file, "title": clamp(drawing.title, _FILE_ALT)}
    _hurried(client, ends).files_completeUploadExternal(files=[named])
    waits = chain(_WAITS, repeat(_WAITS[-1]))
    while not _hurried(client, ends).files_info(file=file)["file"].get("mimetype"):
        _wait(next(waits), ends)
    return file


def _hurried(client: WebClient, ends: float) -> WebClient:
    """The client for one more call, which is not tried again and waits no longer than there is time.

    Raises:
        TimeoutError: There is none.
    """
    hurried = copy(client)
    hurried.timeout = min(client.timeout, math.ceil(_left(ends)))
    hurried.retry_handlers = []
    return hurried


def _left(ends: float) -> float:
    """Seconds that a call may take, one at the least.

    Raises:
        TimeoutError: The time is up.
    """
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError("Slack was too slow")
    return max(left, 1.0)


def _post(client: WebClient, url: str, png: bytes, ends: float) -> None:
    if not url.startswith(("https://", "http://")):
        raise ValueError("the upload address is no web address")
    sent = Request(url, data=png, headers={"Content-Type": "application/octet-stream"}, method="POST")  # noqa: S310 - its scheme is checked above
    with urlopen(sent, timeout=_left(ends), context=client.ssl):  # noqa: S310 - likewise
        pass  # whatever is no success is raised


def _wait(seconds: float, ends: float) -> None:
    if time.monotonic() + seconds > ends:
        raise TimeoutError("Slack did not make it ready in time")
    time.sleep(seconds)


def _left_out(drawing: Drawing, error: BaseException) -> None:
    log.warning("the picture “%s” is left out: %s", drawing.title, _reason(error))


def _reason(error: BaseException) -> str:
    """Only what is known to hold no address: an upload address is a secret while it lives."""
    if not isinstance(error, SlackApiError):
        return type(error).__name__
    code = str(error.response["error"])
    return code if re.fullmatch(r"[a-z_]+", code) else f"HTTP {error.response.status_code}"
