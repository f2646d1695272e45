"""Marks for people, groups and moments inside sentences.

A sentence is written once, in the domain, and said in Slack, in a terminal and in the registry. Who
and when look different in each place, so a sentence carries marks made of private-use characters;
`strip` takes these characters out of whatever a person typed, so that nobody can forge a mark.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

_PERSON, _GROUP, _MOMENT, _END = "\ue000", "\ue001", "\ue002", "\ue003"
_MARKS = re.compile(f"([{_PERSON}{_GROUP}])([^{_END}]*){_END}|({_MOMENT})(-?[0-9]{{1,10}}){_END}")
_PRIVATE = re.compile("[\ue000-\uf8ff]")


def person(slack_id: str) -> str:
    """A person, by Slack id such as `U01ANA`."""
    return f"{_PERSON}{slack_id}{_END}"


def group(slack_id: str) -> str:
    """A Slack user group, by id such as `S01LEADS`."""
    return f"{_GROUP}{slack_id}{_END}"


def moment(when: datetime) -> str:
    """A point in time, to the second."""
    return f"{_MOMENT}{int(when.timestamp())}{_END}"


def strip(typed: str) -> str:
    """What a person typed, without characters that could pass for a mark."""
    return _PRIVATE.sub("", typed)


def named(key: str) -> str:
    """A name as it may stand in a sentence and in the ledger: without marks, control characters and
    halves of characters, which JSON can write, on one line; backquotes, which are ours, become single ones.
    """
    if "`" in key:
        key = key.replace("`", "'")
    if key.isprintable():
        if " " not in key:
            return key
    else:
        whole = key.encode(errors="replace").decode()
        key = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in whole)
    return " ".join(key.split())


def one_line(typed: str) -> str:
    """What a person typed, stripped and on one line: what stands below it is ours to say."""
    return " ".join(strip(typed).split())


def render(
    sentence: str,
    *,
    person: Callable[[str], str],
    group: Callable[[str], str],
    moment: Callable[[datetime], str],
) -> str:
    """The sentence with each mark replaced by what the place shows for it."""

    def said(match: re.Match[str]) -> str:
        if match[3]:
            return moment(datetime.fromtimestamp(int(match[4]), UTC))
        return person(match[2]) if match[1] == _PERSON else group(match[2])

    return _MARKS.sub(said, sentence)


def plain(sentence: str, name: Callable[[str], str] = str) -> str:
    """The sentence for logs, the registry and terminals: names (or ids) and UTC times."""
    return render(
        sentence,
        person=lambda who: f"@{name(who)}",
        group=lambda who: f"@{who}",
        moment=lambda when: when.strftime("%Y-%m-%d %H:%M UTC"),
    )


def listed(words: list[str], joint: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:  # noqa: PLR2004 - one word needs no joint
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"
