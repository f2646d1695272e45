"""The words of `rollback`, which people order in their own ways."""

from collections.abc import Sequence

from bot.domain.refusals import NotUnderstood
from bot.slack.commands import Rollback
from bot.slack.words import JOINTS, Words, check_model, number_of


class Nearly(NotUnderstood):
    """A refusal that says in full how it is written."""


def rollback(words: Words) -> Rollback:
    """`MODEL in STAGE [to V]`, the two parts in either order.

    Raises:
        Nearly: What is meant can be told, but goes only by the words' places: that is asked, not done.
    """
    model, colon, version = words.take().partition(":")
    check_model("" if model.lower() in JOINTS else model)
    rest = words.rest()
    if rest and rest[-1].lower() in JOINTS:
        raise NotUnderstood("In which stage?" if rest[-1].lower() == "in" else "To which version?")
    parts = {joint.lower(): word for joint, word in zip(rest[::2], rest[1::2], strict=False)}
    is_whole = not colon and len(parts) * 2 == len(rest) and parts.keys() <= JOINTS
    if is_whole and "in" in parts:
        return Rollback(model, parts["in"], _version(parts["to"], model) if "to" in parts else None)
    loose = [version] if colon else []
    raise _nearest(model, [*loose, *(word for word in rest if word.lower() not in JOINTS)])


def _nearest(model: str, loose: Sequence[str]) -> NotUnderstood:
    numbers = [number for word in loose if (number := _loosely(word, model))]
    stages = [word for word in loose if _loosely(word, model) is None]
    if not stages:
        return NotUnderstood("In which stage?")
    if len(stages) > 1 or len(numbers) > 1:
        return NotUnderstood(f"I do not know what to do with “{' '.join(loose)}”.")
    to = f" to {numbers[0]}" if numbers else ""
    return Nearly(f"Did you mean `/mlops rollback {model} in {stages[0].replace('`', '')}{to}`?")


def _version(text: str, model: str) -> int:
    number = _loosely(text, model)
    if number is None:
        raise NotUnderstood(f"“{text}” is no version of {model}.")
    return number


def _loosely(text: str, model: str) -> int | None:
    return number_of(text.removeprefix(f"{model}:"))
