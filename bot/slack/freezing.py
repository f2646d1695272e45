"""Freezes as people see them: the message that asks, and what is said to who decided."""

import re
from typing import Final

from bot.domain.freeze import Freeze, FreezeStatus
from bot.domain.refusals import NotUnderstood
from bot.slack import blocks as b
from bot.slack.actions import FREEZE_APPROVE, FREEZE_DISMISS
from bot.slack.inert import inert
from bot.slack.views import Message

_FACES: Final = {
    FreezeStatus.ASKED: ":raised_hand:",
    FreezeStatus.IN_FORCE: ":ice_cube:",
    FreezeStatus.DISMISSED: ":white_circle:",
    FreezeStatus.LIFTED: ":large_green_circle:",
}
_HEADS: Final = {
    FreezeStatus.ASKED: "Shall it be frozen?",
    FreezeStatus.IN_FORCE: "Frozen",
    FreezeStatus.DISMISSED: "Not frozen: dismissed",
    FreezeStatus.LIFTED: "Not frozen any more",
}
_VALUE: Final = re.compile(r"([A-Za-z0-9-]{1,63})\|([1-9][0-9]{0,5})")
_LINE, _MOST = 900, 4
_MEANS: Final = (
    "While it is frozen nothing of it can be proposed, approved or deployed. Rollbacks still go out, and so "
    "does what is rolling out right now."
)


def hung(freeze: Freeze) -> Message:
    """The message in the model's channel: it asks, and afterwards says what was decided."""
    told = [move for move in freeze.story if move.at >= freeze.since][-_MOST:]
    shown: list[b.Block] = [
        b.header(f"{freeze.model} · freeze"),
        b.section(f"{_FACES[freeze.status]} *{_HEADS[freeze.status]}*\n{_said(freeze.reason)}"),
        b.context("\n".join(f"{_said(move.text)} {b.moment(move.at)}" for move in told)),
    ]
    if freeze.status is FreezeStatus.ASKED:
        shown += [b.context(_MEANS), b.actions(_buttons(freeze))]
    return Message(f"{freeze.model}: {_HEADS[freeze.status].lower()}", b.few(shown))


def decided(freeze: Freeze) -> Message:
    """What a person reads who asked for a freeze, decided on one or ended it."""
    said = b.section(_said(freeze.story[-1].text))
    return Message(said["text"]["text"], [said])


def freeze_of(value: str) -> tuple[str, int]:
    """The model and the number of the freeze that a button names. Raises NotUnderstood."""
    match = _VALUE.fullmatch(value)
    if match is None:
        raise NotUnderstood("I do not know this button. `/mlops help` lists what I understand.")
    return match[1], int(match[2])


def _buttons(freeze: Freeze) -> list[b.Block]:
    value = f"{freeze.model}|{freeze.number}"
    asks = b.confirm(f"Freeze {freeze.model}?", _MEANS, "Freeze")
    return [
        b.button("Approve freeze", FREEZE_APPROVE, value, "danger", asks),
        b.button("Dismiss", FREEZE_DISMISS, value),
    ]


def _said(text: str) -> str:
    return b.clamp(b.mrkdwn(inert(text)), _LINE)
