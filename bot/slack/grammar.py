"""The grammar of commands: text to command, and the help from the same table."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.domain.refusals import NotUnderstood
from bot.domain.wording import strip


@dataclass(frozen=True)
class Target:
    """A version as people write it; `number` is None for the latest."""

    model: str
    number: int | None


@dataclass(frozen=True)
class Help:
    """`help [verb]`."""

    verb: str = ""


@dataclass(frozen=True)
class Models:
    """`models`."""


@dataclass(frozen=True)
class Show:
    """`show MODEL[:V]`."""

    target: Target


@dataclass(frozen=True)
class Pending:
    """`pending`."""


@dataclass(frozen=True)
class StatusOf:
    """`status [MODEL]`."""

    model: str = ""


@dataclass(frozen=True)
class Approve:
    """`approve MODEL:V [to STAGE] [-- comment]`."""

    target: Target
    stage: str
    comment: str


@dataclass(frozen=True)
class Reject:
    """`reject MODEL:V [to STAGE] -- reason`."""

    target: Target
    stage: str
    reason: str


@dataclass(frozen=True)
class Deploy:
    """`deploy MODEL:V to STAGE`."""

    target: Target
    stage: str


Command = Help | Models | Show | Pending | StatusOf | Approve | Reject | Deploy

_DASHES = re.compile(r"(?:^|\s)(?:--|—|–)(?:\s|$)")  # phones turn two hyphens into one dash
_MODEL = re.compile(r"[A-Za-z0-9](?:-*[A-Za-z0-9]){0,62}")  # SageMaker API: CreateModelPackageGroup
_NUMBER = re.compile(r"v?(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True)
class Verb:
    """A row of the table: how it is written, an example, what it does, and how it is parsed."""

    name: str
    usage: str
    example: str
    summary: str
    parse: Callable[["_Words"], Command]


class _Words:
    """The words after the verb, taken one by one; `tail` is what followed the two hyphens."""

    def __init__(self, words: list[str], tail: str) -> None:
        self.words, self.tail = words, tail

    def take(self) -> str:
        return self.words.pop(0) if self.words else ""

    def target(self, *, bare: bool = False) -> Target:
        first = self.take()
        if not first:
            raise NotUnderstood("Which version?")
        model, colon, version = first.partition(":")
        if not colon and self.words and self.words[0].lower() not in {"to", "in"}:
            version = self.take()
        if not _MODEL.fullmatch(model):
            raise NotUnderstood(f"“{model}” is no model name." if model else "Which model?")
        return Target(model, _number(version, model, bare=bare))

    def stage(self, *, required: bool = False) -> str:
        if self.words and self.words[0].lower() in {"to", "in"}:
            self.take()
            if stage := self.take():
                return stage
            raise NotUnderstood("To which stage?")
        if required:
            raise NotUnderstood("To which stage?")
        return ""

    def end(self) -> None:
        if self.words:
            raise NotUnderstood(f"I do not know what to do with “{' '.join(self.words)}”.")


def _number(text: str, model: str, *, bare: bool) -> int | None:
    if text.lower() == "latest" or (bare and not text):
        return None
    match = _NUMBER.fullmatch(text)
    if match is None or int(match[1]) == 0:
        what = f"“{text}” is no version." if text else f"Which version of {model}?"
        raise NotUnderstood(what)
    return int(match[1])


def _help(words: _Words) -> Command:
    return Help(words.take().lower())


def _show(words: _Words) -> Command:
    return Show(words.target(bare=True))


def _status(words: _Words) -> Command:
    return StatusOf(words.take())


def _approve(words: _Words) -> Command:
    return Approve(words.target(), words.stage(), words.tail)


def _reject(words: _Words) -> Command:
    return Reject(words.target(), words.stage(), words.tail)


def _deploy(words: _Words) -> Command:
    return Deploy(words.target(), words.stage(required=True))


VERBS: Final[tuple[Verb, ...]] = (
    Verb("help", "help [verb]", "help approve", "What I understand, or one verb in detail.", _help),
    Verb("models", "models", "models", "All models and what is live where.", lambda _: Models()),
    Verb("show", "show MODEL[:V]", "show churn:12", "A version: evidence, origin, promotions.", _show),
    Verb("pending", "pending", "pending", "What waits for a decision.", lambda _: Pending()),
    Verb("status", "status [MODEL]", "status churn", "What is live and what is on its way.", _status),
    Verb(
        "approve",
        "approve MODEL:V [to STAGE] [-- comment]",
        "approve churn:12 to production -- looks good",
        "Say yes to a promotion that asks.",
        _approve,
    ),
    Verb(
        "reject",
        "reject MODEL:V [to STAGE] -- reason",
        "reject churn:12 to production -- recall dropped for new customers",
        "Say no to a promotion that asks, and why.",
        _reject,
    ),
    Verb(
        "deploy",
        "deploy MODEL:V to STAGE",
        "deploy churn:11 to production",
        "Propose a version for a stage; its policy decides what happens then.",
        _deploy,
    ),
)
_BY_NAME: Final = {verb.name: verb for verb in VERBS}


def parse(text: str) -> Command:
    """The command that the text means; no text means help.

    Raises:
        NotUnderstood: With the nearest verb and its example.
    """
    head, *tail = _DASHES.split(strip(text).strip(), maxsplit=1)
    words = _Words(head.split(), tail[0].strip() if tail else "")
    name = words.take().lower()
    if not name:
        return Help()
    verb = _BY_NAME.get(name)
    if verb is None:
        raise NotUnderstood(_nearest(name, " ".join(text.split()[1:])))
    try:
        command = verb.parse(words)
        words.end()
    except NotUnderstood as problem:
        raise NotUnderstood(f"{problem.sentence} Write it like `/mlops {verb.example}`.") from None
    return command


def verb_named(name: str) -> Verb | None:
    """The row of the table, or None."""
    return _BY_NAME.get(name)


def _nearest(name: str, rest: str) -> str:
    near = difflib.get_close_matches(name, _BY_NAME, 1, 0.7)
    if near:
        meant = f"{near[0]} {rest.replace('`', '')}" if rest else _BY_NAME[near[0]].example
        return f"I do not know “{name}”. Did you mean `/mlops {meant}`?"
    return f"I do not know “{name}”. `/mlops help` lists what I understand."
