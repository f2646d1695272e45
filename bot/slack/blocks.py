"""Small builders of Block Kit blocks that escape and keep Slack's limits.

Limits: Slack API, "Block Kit: blocks" and "Block Kit: composition objects".
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any, Final

from bot.domain.wording import render

Block = dict[str, Any]
MOST_BLOCKS: Final = 50
_SECTION, _FIELD, _FIELDS, _HEADER, _BUTTON, _CELL = 3000, 2000, 10, 150, 75, 200
_TITLE, _QUESTION, _YES = 100, 300, 30
_ROWS: Final = 100
_MOST_TEXT: Final = 10_900  # undocumented: Slack has refused messages with some more over all blocks


def escape(text: str) -> str:
    """The text, so that Slack takes nothing in it for a link, a mention or an entity."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mrkdwn(sentence: str) -> str:
    """A sentence with marks as mrkdwn; everything else in it is escaped."""
    return render(escape(sentence), person=person, group=lambda who: f"<!subteam^{who}>", moment=moment)


def person(slack_id: str) -> str:
    """A mention of a person."""
    return f"<@{slack_id}>"


def moment(when: datetime) -> str:
    """A time in the reader's own time zone, with UTC for clients that cannot."""
    fallback = when.astimezone(UTC).strftime("%H:%M UTC, %b %d")
    return f"<!date^{int(when.timestamp())}^{{time}}, {{date_short_pretty}}|{fallback}>"


def clamp(text: str, most: int) -> str:
    """At most so many characters, with an ellipsis where something was cut."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def header(text: str) -> Block:
    """A heading in plain text."""
    return {"type": "header", "text": {"type": "plain_text", "text": clamp(text, _HEADER), "emoji": True}}


def section(text: str, beside: Block | None = None) -> Block:
    """A paragraph of mrkdwn, with a button beside it where one is given."""
    made: Block = {"type": "section", "text": {"type": "mrkdwn", "text": clamp(text, _SECTION)}}
    return {**made, "accessory": beside} if beside else made


def fields(texts: Sequence[str]) -> Block:
    """Up to ten short texts in two columns."""
    shown = [{"type": "mrkdwn", "text": clamp(text, _FIELD)} for text in texts[:_FIELDS]]
    return {"type": "section", "fields": shown}


def context(text: str) -> Block:
    """A small grey line."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": clamp(text, _SECTION)}]}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Block:
    """A table: the first column to the left, the others to the right; every cell plain text."""
    shown = [head, *rows[: _ROWS - 1]]
    return {
        "type": "table",
        "column_settings": [{"align": "left" if column == 0 else "right"} for column in range(len(head))],
        "rows": [[{"type": "raw_text", "text": clamp(cell, _CELL) or "–"} for cell in row] for row in shown],
    }


def button(text: str, action: str, value: str, style: str = "", asks: Block | None = None) -> Block:
    """A button; `style` is `primary`, `danger` or empty, `asks` a `confirm` before it counts."""
    label = {"type": "plain_text", "text": clamp(text, _BUTTON), "emoji": True}
    made: Block = {"type": "button", "text": label, "action_id": action, "value": value}
    return made | ({"style": style} if style else {}) | ({"confirm": asks} if asks else {})


def confirm(title: str, text: str, yes: str) -> Block:
    """The question that a button asks first, in plain text."""
    said = {
        "title": (title, _TITLE),
        "text": (text, _QUESTION),
        "confirm": (yes, _YES),
        "deny": ("Cancel", _YES),
    }
    return {name: {"type": "plain_text", "text": clamp(words, most)} for name, (words, most) in said.items()}


def actions(buttons: Sequence[Block]) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def few(blocks: Sequence[Block]) -> list[Block]:
    """As many blocks as Slack takes in one message, saying how many more there would be."""
    fitting = sum(length <= _MOST_TEXT for length in accumulate(map(_length, blocks)))
    if fitting == len(blocks) <= MOST_BLOCKS:
        return list(blocks)
    kept = min(fitting, MOST_BLOCKS - 1)
    return [*blocks[:kept], context(f"… {len(blocks) - kept} more")]


def _length(node: Any) -> int:
    """How many characters of it people read."""
    if isinstance(node, dict):
        return sum(len(v) if k == "text" and isinstance(v, str) else _length(v) for k, v in node.items())
    return sum(map(_length, node)) if isinstance(node, list) else 0
