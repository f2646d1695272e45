"""History as a message: a model's story, newest first, a page at a time."""

import re
from typing import Final

from bot.domain.refusals import NotUnderstood
from bot.slack import blocks as b
from bot.slack.actions import HISTORY_OLDER
from bot.slack.inert import inert
from bot.slack.views import Message
from bot.usecases.traced import Happening, History

_VALUE: Final = re.compile(r"([A-Za-z0-9-]{1,63})\|([0-9]{0,9}(?:-[0-9]{1,9})?)")
_LINE: Final = 420
_FACES: Final = {
    "registered": ":inbox_tray:",
    "proposed": ":arrow_right:",
    "compared": ":scales:",
    "decided": ":ballot_box_with_check:",
    "deployed": ":large_green_circle:",
    "drifted": ":warning:",
    "failed": ":red_circle:",
    "rolled back": ":rewind:",
    "superseded": ":white_circle:",
    "frozen": ":ice_cube:",
}


def history(found: History) -> Message:
    """A page of the story."""
    count = f"Showing {len(found.happenings):,} of {found.total:,}"
    if not found.happenings:
        return Message(
            f"Nothing happened to {b.escape(found.model)} yet.", [b.section("Nothing happened yet.")]
        )
    shown = [b.header(f"{found.model} · history"), *(b.section(_line(one)) for one in found.happenings)]
    shown.append(b.context(b.escape(f"{count}. {found.note}".strip())))
    if found.older:
        shown.append(b.actions([b.button("Older", HISTORY_OLDER, f"{found.model}|{found.older}")]))
    return Message(f"{b.escape(found.model)}: {count.lower()}", b.few(shown))


def page_of(value: str) -> tuple[str, str]:
    """The model and the cursor that a button names, empty for the newest page. Raises NotUnderstood."""
    match = _VALUE.fullmatch(value)
    if match is None:
        raise NotUnderstood("I do not know this button. `/mlops help` lists what I understand.")
    return match[1], match[2]


def _line(one: Happening) -> str:
    return f"{_FACES.get(one.kind, ':small_blue_diamond:')} {b.moment(one.at)}  {_said(one.text)}"


def _said(text: str) -> str:
    return b.clamp(b.mrkdwn(inert(text)), _LINE)
