"""The markdown block as safe HTML: the part of Markdown that Slack draws ("Markdown block")."""

import re
from html import escape

from markupsafe import Markup

from playground.slack.mrkdwn import SAFE_LINK, emojize

HEADING = re.compile(r"(#{1,6})\s+(.*)")
ITEM = re.compile(r"\s*(?:[-*+]|(\d+)[.)])\s+(.*)")
RULE = re.compile(r"\s*(?:-{3,}|\*{3,}|_{3,})\s*")
TABLE_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")
INLINE = [
    (re.compile(r"\*\*(?=\S)(.+?)\*\*"), r"<b>\1</b>"),
    (re.compile(r"~~(?=\S)(.+?)~~"), r"<s>\1</s>"),
    (re.compile(r"(?<![\w*])[*_](?=\S)([^*_]+?)[*_](?![\w*])"), r"<i>\1</i>"),
]


def markdown(text: str) -> Markup:
    """Markdown as HTML, block by block."""
    lines = text.replace("\0", "").split("\n")
    out: list[str] = []
    while lines:
        out.append(_next_block(lines))
    return Markup("".join(out))  # noqa: S704 -- every piece is escaped where it is made


def _next_block(lines: list[str]) -> str:
    """The HTML of the block that begins here; its lines are taken away."""
    line = lines[0]
    if line.startswith("```"):
        return _fence(lines)
    if len(lines) > 1 and "|" in line and TABLE_RULE.fullmatch(lines[1]):
        return _table(lines)
    if ITEM.fullmatch(line):
        return _list(lines)
    return _line(lines.pop(0))


def _line(line: str) -> str:
    """The HTML of a line that is a block of its own."""
    if not line.strip():
        return ""
    if RULE.fullmatch(line):
        return "<hr>"
    if heading := HEADING.fullmatch(line):
        return f'<h4 class="h{len(heading[1])}">{_inline(heading[2])}</h4>'
    if line.startswith(">"):
        return f"<blockquote>{_inline(line[1:].strip())}</blockquote>"
    return f"<p>{_inline(line)}</p>"


def _fence(lines: list[str]) -> str:
    lines.pop(0)
    inside = []
    while lines and not lines[0].startswith("```"):
        inside.append(lines.pop(0))
    del lines[:1]
    return f"<pre>{escape(chr(10).join(inside))}</pre>"


def _list(lines: list[str]) -> str:
    numbered = False
    items = []
    while lines and (item := ITEM.fullmatch(lines[0])):
        numbered = numbered or item[1] is not None
        items.append(f"<li>{_inline(item[2])}</li>")
        lines.pop(0)
    tag = "ol" if numbered else "ul"
    return f"<{tag}>{''.join(items)}</{tag}>"


def _table(lines: list[str]) -> str:
    head = _cells(lines.pop(0))
    rule = _cells(lines.pop(0))
    sides = ["right" if one.endswith(":") and not one.startswith(":") else "left" for one in rule]
    rows = [_row(head, sides, "th")]
    while lines and "|" in lines[0]:
        rows.append(_row(_cells(lines.pop(0)), sides, "td"))
    return f'<div class="scroll"><table>{"".join(rows)}</table></div>'


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _row(cells: list[str], sides: list[str], tag: str) -> str:
    drawn = [
        f'<{tag} class="{sides[i] if i < len(sides) else "left"}">{_inline(cell)}</{tag}>'
        for i, cell in enumerate(cells)
    ]
    return f"<tr>{''.join(drawn)}</tr>"


def _inline(text: str) -> str:
    kept: list[str] = []

    def keep(html: str) -> str:
        kept.append(html)
        return f"\0{len(kept) - 1}\0"

    def link(found: re.Match[str]) -> str:
        if not SAFE_LINK.match(found[2]):
            return found[0]
        target = f'href="{escape(found[2])}" target="_blank" rel="noopener noreferrer"'
        return keep(f"<a {target}>{escape(found[1])}</a>")

    text = CODE.sub(lambda found: keep(f"<code>{escape(found[1])}</code>"), text)
    text = escape(LINK.sub(link, text))
    for mark, html in INLINE:
        text = mark.sub(html, text)
    return re.sub("\0(\\d+)\0", lambda found: kept[int(found[1])], emojize(text))
