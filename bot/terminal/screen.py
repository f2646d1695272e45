"""A terminal: how wide it is, whether it shows colours, and what must never reach it."""

import os
import shutil
import textwrap
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, TextIO

from bot.domain.wording import plain

_CODES: Final = {"red": "31", "green": "32", "yellow": "33", "bold": "1", "dim": "2"}
_NARROWEST: Final = 40
_LONGEST: Final = 1000
_FORBIDDEN: Final = frozenset({"Cc", "Cf", "Co", "Cs"})
"""Unicode's categories of what could steer a terminal, turn the reading direction, or pass for a mark."""


@dataclass(frozen=True)
class Screen:
    """`width` is in columns, None where nobody looks: a file or a pipe takes lines of any length."""

    width: int | None = None
    coloured: bool = False

    def painted(self, text: str, *colours: str) -> str:
        """The text in these colours (`red`, `green`, `yellow`, `bold`, `dim`), where there are any."""
        codes = ";".join(_CODES[colour] for colour in colours)
        return f"\x1b[{codes}m{text}\x1b[0m" if self.coloured and codes and text else text

    def wrapped(self, text: str, indent: str = "") -> list[str]:
        """A paragraph in lines that fit."""
        if self.width is None:
            return [text]
        return textwrap.wrap(text, self.width, subsequent_indent=indent, break_on_hyphens=False) or [""]


def screen_of(out: TextIO, environment: Mapping[str, str] = os.environ) -> Screen:
    """What is known of where the output goes (no-color.org: NO_COLOR)."""
    if not out.isatty():
        return Screen()
    width = max(_NARROWEST, shutil.get_terminal_size().columns)
    plainly = environment.get("NO_COLOR") or environment.get("TERM") == "dumb"
    return Screen(width, coloured=not plainly)


def clean(text: str) -> str:
    """What others wrote, on one line, cut where it is no sentence any more, without what could steer a
    terminal.
    """
    line = " ".join(plain(text).split())
    line = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
    seen = ("�" if unicodedata.category(c) in _FORBIDDEN else c for c in line)
    return "".join(seen)


def columns(text: str) -> int:
    """How many columns the text takes: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def cut(text: str, width: int) -> str:
    """The text in at most so many columns, with an ellipsis where something was cut."""
    if columns(text) <= width:
        return text
    fitting = sum(taken < width for taken in accumulate(map(columns, text)))
    return f"{text[:fitting]}…"
