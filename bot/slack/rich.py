"""Rich text: lists that indent, in which no text can pass for a mark (Slack API: Rich text block)."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from bot.domain.wording import render
from bot.slack import blocks as b

Part = dict[str, Any]
DEEPEST: Final = 8
"""Slack indents a list so far and no further."""
_USER: Final = re.compile("\x00([^\x00]*)\x00")


def text(words: str, *, bold: bool = False, code: bool = False) -> Part:
    """Words as they stand."""
    style = {name: True for name, wanted in (("bold", bold), ("code", code)) if wanted}
    return {"type": "text", "text": words or " "} | ({"style": style} if style else {})


def sentence(words: str) -> Iterator[Part]:
    """A sentence with marks; people become mentions, times are in UTC."""
    marked = render(
        words,
        person=lambda who: f"\x00{who}\x00",
        group=lambda who: f"@{who}",
        moment=lambda when: when.strftime("%Y-%m-%d %H:%M UTC"),
    )
    for place, part in enumerate(_USER.split(marked)):
        if place % 2:
            yield {"type": "user", "user_id": part}
        elif part:
            yield text(part)


def block(elements: Sequence[Part]) -> b.Block:
    """One block of sections and lists."""
    return {"type": "rich_text", "elements": list(elements)}


def section(parts: Sequence[Part]) -> Part:
    """One paragraph."""
    return {"type": "rich_text_section", "elements": list(parts)}


def indented(lines: Sequence[tuple[int, Sequence[Part]]]) -> list[Part]:
    """Lines with their depths, as lists."""
    return [
        {
            "type": "rich_text_list",
            "style": "bullet",
            "indent": depth,
            "elements": [section(parts) for _, parts in group],
        }
        for depth, group in groupby(lines, lambda line: min(line[0], DEEPEST))
    ]


def length(parts: Sequence[Part]) -> int:
    """How many characters people read of them."""
    return sum(
        len(part.get("text", "")) + (len("@somebody") if part["type"] == "user" else 0) for part in parts
    )
