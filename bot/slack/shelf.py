"""The shelf: what a model can go back to in a stage, and the buttons that bring it back."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.domain.policy import Requirement
from bot.domain.promotion import Promotion
from bot.domain.quorum import needed
from bot.domain.refusals import NotUnderstood
from bot.slack import blocks as b
from bot.slack.views import Message
from bot.usecases.rollback import Known

ROLL_BACK: Final = "promotion.rollback"
_PROMOTION: Final = re.compile(r"p_[0-9a-f]{12}")
_CHOICE: Final = re.compile(rf"({_PROMOTION.pattern})\|([1-9][0-9]{{0,8}})")
_UNITS: Final = (("day", 86_400), ("hour", 3600), ("minute", 60))
_PROBLEM: Final = 600


def shelved(
    promotion: Promotion, known: Sequence[Known], asked: Sequence[Requirement] | None, now: datetime
) -> Message:
    """The known-good versions, the one that was live last first, each with a button where it can be had.

    Args:
        promotion: Whose card was clicked; its model and stage are meant.
        known: The shelf.
        asked: Whom the stage asks for a rollback, None where nobody may approve.
        now: Ages are counted from here.
    """
    model, stage = promotion.version.model, promotion.stage
    if not known:
        nothing = f"There is nothing to roll back to: no other version of {model} was live in {stage}."
        return Message(nothing, [b.section(b.escape(nothing))])
    title = f"What {model} can go back to in {stage}"
    how = f"What I saw live comes back at once, without a new test. {who_decides(stage, asked)}"
    rows = [_row(promotion, one, asked, now) for one in known]
    return Message(title, b.few([b.section(f"*{b.escape(title)}*"), b.context(b.escape(how)), *rows]))


def card_of(value: str) -> str:
    """The promotion that a card's button names. Raises NotUnderstood."""
    if not _PROMOTION.fullmatch(value):
        raise _unknown_button()
    return value


def choice_of(value: str) -> tuple[str, int]:
    """The promotion and the version's number that a shelf's button names. Raises NotUnderstood."""
    match = _CHOICE.fullmatch(value)
    if match is None:
        raise _unknown_button()
    return match[1], int(match[2])


def who_decides(stage: str, asked: Sequence[Requirement] | None) -> str:
    """Whom a stage asks for a rollback, in a sentence."""
    if asked is None:
        return f"Nobody may approve it: mlops.toml gives {stage} no approvals."
    return f"{stage} asks {needed(asked)} first." if asked else f"{stage} asks nobody for it."


def age(since: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits."""
    seconds = (now - since).total_seconds()
    for unit, length in _UNITS:
        count = int(seconds // length)
        if count > 0:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"


def _row(promotion: Promotion, known: Known, asked: Sequence[Requirement] | None, now: datetime) -> b.Block:
    when = "served before the bot came: it is tested and weighed like any version"
    if known.since:
        when = f"went live {b.moment(known.since)}, {age(known.since, now)}"
    text = f"*{b.escape(str(known.version))}*  ·  {when}"
    if known.problem:
        problem = b.clamp(b.mrkdwn(known.problem), _PROBLEM)
        return b.section(f"{text}\n:no_entry: Cannot be deployed any more: {problem}")
    return b.section(text, _button(promotion, known, asked))


def _button(promotion: Promotion, known: Known, asked: Sequence[Requirement] | None) -> b.Block:
    stage, version = promotion.stage, known.version
    what = f"{version} takes the place of what {stage} serves now, all at once. {who_decides(stage, asked)}"
    if known.since is None:
        what = f"{version} is tested, weighed and asked about for {stage} like any other version."
    sure = b.confirm(f"Roll back to {version}?", what, "Roll back")
    value = f"{promotion.id}|{version.number}"
    return b.button(f"Roll back to {version}", ROLL_BACK, value, asks=sure)


def _unknown_button() -> NotUnderstood:
    return NotUnderstood(
        "I do not know this button. `/mlops rollback MODEL in STAGE` brings back what was live before."
    )
