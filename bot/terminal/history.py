"""History for a terminal: a model's story, newest first, a page at a time."""

from collections.abc import Iterator
from typing import Final

from bot.terminal.screen import Screen, clean
from bot.usecases.traced import Happening, History

_WHEN: Final = "%Y-%m-%d %H:%M UTC"
_INDENT: Final = "  "
_COLOURS: Final = {
    "deployed": "green",
    "drifted": "yellow",
    "failed": "red",
    "rolled back": "red",
    "frozen": "yellow",
}


def history(found: History, screen: Screen) -> str:
    """A page of the story; lines that end in a line break."""
    return "".join(f"{line}\n" for line in _history(found, screen))


def _history(found: History, screen: Screen) -> Iterator[str]:
    if not found.happenings:
        yield from screen.wrapped(
            clean(f"Nothing that I know of happened to {found.model} yet. {found.note}")
        )
        return
    for line in screen.wrapped(f"{clean(found.model)} · history"):
        yield screen.painted(line, "bold")
    for one in found.happenings:
        yield from _happening(one, screen)
    older = f" The next page begins at {found.older}." if found.older else ""
    count = f"Showing {len(found.happenings):,} of {found.total:,}.{older} {found.note}"
    yield ""
    yield from (screen.painted(line, "dim") for line in screen.wrapped(clean(count)))


def _happening(one: Happening, screen: Screen) -> Iterator[str]:
    colours = [_COLOURS[one.kind]] if one.kind in _COLOURS else []
    for line in screen.wrapped(f"{one.at.strftime(_WHEN)}  {clean(one.text)}", _INDENT):
        yield screen.painted(line, *colours)
