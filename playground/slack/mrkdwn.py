"""Slack's mrkdwn as safe HTML ("Formatting text for app surfaces")."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape

import emoji
from markupsafe import Markup

SAFE_LINK = re.compile(r"(?:https?|mailto|slack|tel):", re.IGNORECASE)
FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
REFERENCE = re.compile(r"<([^<>\n\0]+)>")
QUOTE = re.compile(r"(?:^&gt; ?.*(?:\n|$))+", re.MULTILINE)
SHORTCODE = re.compile(r":([a-z0-9_+'-]+):(?::skin-tone-\d:)?")
BARE_LINK = re.compile(r"(?<![\w/\"'=])https?://[^\s<>\"'&|\0]*(?:&amp;[^\s<>\"'&|\0]*)*[\w/]")
DATE = re.compile(r"!date\^(-?\d{1,12})\^([^^]*)(?:\^(.*))?")
KEPT = re.compile("\0(\\d+)\0")
EMPHASIS = [
    (
        re.compile(rf"(?<![\w{mark}])\{mark}(?=\S)([^\n{mark}]*?\S)\{mark}(?![\w{mark}])"),
        rf"<{tag}>\1</{tag}>",
    )
    for mark, tag in (("*", "b"), ("_", "i"), ("~", "s"))
]
DATE_FORMATS = {  # "Formatting dates"
    "date_num": "%Y-%m-%d",
    "date_slash": "%d/%m/%Y",
    "date": "%B %-d, %Y",
    "date_short": "%b %-d, %Y",
    "date_long": "%A, %B %-d, %Y",
    "time": "%-I:%M %p",
    "time_secs": "%-I:%M:%S %p",
}
SLACK_NAMES = {  # Slack's own names where the emoji library has another
    "large_green_circle": "green_circle",
    "large_yellow_circle": "yellow_circle",
    "large_orange_circle": "orange_circle",
    "large_purple_circle": "purple_circle",
    "large_brown_circle": "brown_circle",
}
DAY_S = 86_400


@dataclass(frozen=True)
class Reader:
    """Who reads: what ids are called, and which ids mean the reader."""

    names: Mapping[str, str] = field(default_factory=dict)
    mine: frozenset[str] = frozenset()


NOBODY = Reader()


def emojize(text: str) -> str:
    """Replace :shortcodes: that exist by their characters."""
    return SHORTCODE.sub(
        lambda found: emoji.emojize(f":{SLACK_NAMES.get(found[1], found[1])}:", language="alias"), text
    )


def plain(text: str) -> Markup:
    """A plain_text as HTML: escaped, line breaks kept, shortcodes drawn."""
    return Markup(escape(emojize(text)).replace("\n", "<br>"))  # noqa: S704 -- escaped right here


def mrkdwn(text: str, reader: Reader = NOBODY) -> Markup:
    """Text with Slack's marks as HTML; nothing in it can become a tag of its own."""
    kept: list[str] = []

    def keep(html: str) -> str:
        kept.append(html)
        return f"\0{len(kept) - 1}\0"

    text = text.replace("\0", "")
    text = FENCE.sub(lambda found: keep(f"<pre>{_literal(found[1])}</pre>"), text)
    text = CODE.sub(lambda found: keep(f"<code>{_literal(found[1])}</code>"), text)
    text = REFERENCE.sub(lambda found: keep(reference(found[1], reader)), text)
    text = _literal(text)
    text = BARE_LINK.sub(lambda found: keep(f'<a {_target(found[0])}">{found[0]}</a>'), text)
    for mark, html in EMPHASIS:
        text = mark.sub(html, text)
    text = QUOTE.sub(_quote, emojize(text))
    text = text.replace("\n", "<br>").replace("</blockquote><br>", "</blockquote>")
    text = KEPT.sub(lambda found: kept[int(found[1])], text)
    return Markup(text.replace("<br><pre>", "<pre>").replace("</pre><br>", "</pre>"))  # noqa: S704 -- escaped above


def _literal(text: str) -> str:
    """Slack's three entities and raw characters alike as HTML text."""
    raw = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return escape(raw, quote=True)


def _target(url: str) -> str:
    return f'target="_blank" rel="noopener noreferrer" href="{url}'


def _quote(found: re.Match[str]) -> str:
    inside = re.sub(r"^&gt; ?", "", found[0].rstrip("\n"), flags=re.MULTILINE)
    return f"<blockquote>{inside}</blockquote>"


def reference(inside: str, reader: Reader) -> str:
    """The HTML of `<inside>`: a person, a channel, a group, a broadcast, a date or a link."""
    body, _, label = inside.partition("|")
    draw: dict[str, Callable[[str, str, Reader], str]] = {"@": _person, "#": _channel, "!": _special}
    if body[:1] in draw:
        return draw[body[0]](body, label, reader)
    if SAFE_LINK.match(body):
        return f'<a {_target(_literal(body))}">{_literal(label or body.removeprefix("mailto:"))}</a>'
    return _literal(f"<{inside}>")


def _mention(text: str, *, mine: bool) -> str:
    return f'<span class="mention{" mine" if mine else ""}">{text}</span>'


def _person(body: str, label: str, reader: Reader) -> str:
    name = reader.names.get(body[1:], label or body[1:])
    return _mention("@" + _literal(name), mine=body[1:] in reader.mine)


def _channel(body: str, label: str, reader: Reader) -> str:
    return _mention("#" + _literal(reader.names.get(body[1:], label or body[1:])), mine=False)


def _special(body: str, label: str, reader: Reader) -> str:
    if found := DATE.fullmatch(body):
        return date(int(found[1]), found[2], found[3] or "", label)
    if body.startswith("!subteam^"):
        group = body.removeprefix("!subteam^")
        name = reader.names.get(group, label.lstrip("@") or group)
        return _mention("@" + _literal(name), mine=group in reader.mine)
    return _mention("@" + _literal(label or body[1:]), mine=True)


def date(seconds: int, form: str, link: str, fallback: str) -> str:
    """A `<!date^…>` in this machine's time zone; the fallback when it makes no sense."""
    try:
        when = time.localtime(seconds)
    except (OverflowError, ValueError, OSError):
        return _literal(fallback)
    text = re.sub(r"\{(\w+)\}", lambda found: _date_part(found[1], when, seconds), _literal(form))
    html = f'<time title="{_literal(fallback)}">{text}</time>'
    return f'<a {_target(_literal(link))}">{html}</a>' if SAFE_LINK.match(link) else html


def _date_part(name: str, when: time.struct_time, seconds: int) -> str:
    if name.endswith("_pretty"):
        near = {-1: "tomorrow", 0: "today", 1: "yesterday"}.get(_days_ago(when))
        return near or _date_part(name.removesuffix("_pretty"), when, seconds)
    if name == "ago":
        return ago(time.time() - seconds)
    form = DATE_FORMATS.get(name)
    return time.strftime(form, when) if form else "{" + name + "}"


def _days_ago(when: time.struct_time) -> int:
    now = time.localtime()
    midnight = time.mktime((*now[:3], 12, 0, 0, 0, 0, -1)) - time.mktime((*when[:3], 12, 0, 0, 0, 0, -1))
    return round(midnight / DAY_S)


def ago(seconds: float) -> str:
    """A span of time in the past (or the future) in words."""
    span = abs(seconds)
    units = [(DAY_S, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
    size, unit = next(((size, unit) for size, unit in units if span >= size), (1, "second"))
    count = int(span // size)
    words = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{words} ago" if seconds >= 0 else f"in {words}"
