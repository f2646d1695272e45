"""The grammar of commands: text to command, and the help from the same table."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.domain.refusals import NotUnderstood
from bot.domain.wording import strip
from bot.slack.commands import (
    Approve,
    Command,
    Compare,
    Deploy,
    Freeze,
    Help,
    History,
    Lineage,
    Models,
    Pending,
    Reject,
    Report,
    Show,
    StatusOf,
    Unfreeze,
)
from bot.slack.going_back import Nearly, rollback
from bot.slack.words import Words

_DASHES = re.compile(r"(?:^|\s)(?:--|—|–)(?:\s|$)")  # phones turn two hyphens into one dash


@dataclass(frozen=True)
class Verb:
    """A row of the table: how it is written, an example, what it does, and how it is parsed."""

    name: str
    usage: str
    example: str
    summary: str
    parse: Callable[[Words], Command]


def _help(words: Words) -> Command:
    return Help(words.take().lower())


def _show(words: Words) -> Command:
    return Show(words.target(bare=True))


def _report(words: Words) -> Command:
    return Report(words.target(bare=True))


def _compare(words: Words) -> Command:
    target = words.target(bare=True)
    return Compare(target, words.other(target.model))


def _status(words: Words) -> Command:
    return StatusOf(words.take())


def _approve(words: Words) -> Command:
    return Approve(words.target(), words.stage(), words.tail)


def _reject(words: Words) -> Command:
    return Reject(words.target(), words.stage(), words.tail)


def _deploy(words: Words) -> Command:
    return Deploy(words.target(), words.stage(required=True))


def _lineage(words: Words) -> Command:
    return Lineage(*words.traced())


def _history(words: Words) -> Command:
    return History(words.model())


def _freeze(words: Words) -> Command:
    return Freeze(words.model(), words.tail)


def _unfreeze(words: Words) -> Command:
    return Unfreeze(words.model(), words.tail)


VERBS: Final[tuple[Verb, ...]] = (
    Verb("help", "help [verb]", "help approve", "What I understand, or one verb in detail.", _help),
    Verb("models", "models", "models", "All models and what is live where.", lambda _: Models()),
    Verb("show", "show MODEL[:V]", "show churn:12", "A version: evidence, origin, promotions.", _show),
    Verb(
        "report",
        "report MODEL[:V]",
        "report churn:12",
        "A version's evaluation evidence, beside what is live.",
        _report,
    ),
    Verb(
        "compare",
        "compare MODEL:V [MODEL:W]",
        "compare churn:12 churn:9",
        "Two versions, metric by metric.",
        _compare,
    ),
    Verb(
        "lineage",
        "lineage MODEL[:V] or s3://… or job NAME",
        "lineage churn:12",
        "What a version came from; or what learned from data, a job, an image, a commit.",
        _lineage,
    ),
    Verb("history", "history MODEL", "history churn", "A model’s story, newest first.", _history),
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
        "deploy churn:11 to staging",
        "Propose a version for a stage; its policy decides what happens then.",
        _deploy,
    ),
    Verb(
        "rollback",
        "rollback MODEL in STAGE [to V]",
        "rollback churn in production to 11",
        "Bring back what was live before.",
        rollback,
    ),
    Verb(
        "freeze",
        "freeze MODEL -- reason",
        "freeze churn -- it learned from rows that are wrong",
        "Ask that nothing of a model goes out but a rollback.",
        _freeze,
    ),
    Verb(
        "unfreeze",
        "unfreeze MODEL -- reason",
        "unfreeze churn -- the rows are mended",
        "End a freeze.",
        _unfreeze,
    ),
)
_BY_NAME: Final = {verb.name: verb for verb in VERBS}


def parse(text: str) -> Command:
    """The command that the text means; no text means help.

    Raises:
        NotUnderstood: With the nearest verb and its example.
    """
    head, *tail = _DASHES.split(strip(text).strip(), maxsplit=1)
    words = Words(head.split(), tail[0].strip() if tail else "")
    name = words.take().lower()
    if not name:
        return Help()
    verb = _BY_NAME.get(name)
    if verb is None:
        raise NotUnderstood(_nearest(name, " ".join(text.split()[1:])))
    try:
        command = verb.parse(words)
        words.end()
    except Nearly:
        raise
    except NotUnderstood as problem:
        raise NotUnderstood(f"{problem.sentence} Write it like `/mlops {verb.example}`.") from None
    return command


def verb_named(name: str) -> Verb | None:
    """The row of the table, or None."""
    return _BY_NAME.get(name)


def unknown_topic(name: str) -> str:
    """What is said to `help` for a word that is no verb."""
    near = difflib.get_close_matches(name, _BY_NAME, 1, 0.6)
    if near:
        return f"I do not know “{name}”. Did you mean `/mlops help {near[0]}`?"
    return f"I do not know “{name}”. `/mlops help` lists what I understand."


def _nearest(name: str, rest: str) -> str:
    near = difflib.get_close_matches(name, _BY_NAME, 1, 0.7)
    if near:
        meant = f"{near[0]} {rest.replace('`', '')}" if rest else _BY_NAME[near[0]].example
        return f"I do not know “{name}”. Did you mean `/mlops {meant}`?"
    return f"I do not know “{name}”. `/mlops help` lists what I understand."
