"""Lineage for a terminal: a sentence, what there is to worry about, then a tree for each direction."""

from collections.abc import Iterator
from typing import Final

from bot.domain.lineage import sentences, telling
from bot.domain.lineage.graph import Kind
from bot.domain.lineage.tree import Line, tree_of
from bot.domain.lineage.walks import Direction
from bot.terminal.screen import Screen, clean
from bot.usecases.traced import Traced

_MOST: Final = 200  # lines of a tree
_WARNINGS: Final = 10  # of a sort
_LONGEST: Final = 1000  # characters of a name, where lines may have any length
_LEVEL: Final = 3  # columns
_MARK: Final = "! "
_TITLES: Final = {Direction.UPSTREAM: "Where it comes from", Direction.DOWNSTREAM: "What came of it"}
_BROKEN: Final = frozenset({"Failed", "Stopped", "OutOfService", "deleted"})


def traced(found: Traced, screen: Screen) -> str:
    """The lineage of one thing, up and down; lines that end in a line break."""
    return "".join(f"{line}\n" for line in _traced(found, screen))


def listed(title: str, said: list[str], screen: Screen, *colours: str, most: int = 50) -> Iterator[str]:
    """A titled list after an empty line, which says how much it leaves out; nothing where it is empty."""
    if not said:
        return
    yield ""
    for line in screen.wrapped(clean(title)):
        yield screen.painted(line, "bold", *colours)
    for text in said[:most]:
        for line in screen.wrapped(f"  {clean(text)}", "    "):
            yield screen.painted(line, *colours)
    if len(said) > most:
        yield f"  … {len(said) - most:,} more"


def _traced(found: Traced, screen: Screen) -> Iterator[str]:
    name = sentences.node_of(found.graph, found.start).name
    for line in screen.wrapped(f"{clean(name)} · lineage"):
        yield screen.painted(line, "bold")
    yield from screen.wrapped(clean(f"{found.note} {sentences.summary(found.graph, found.start)}"))
    yield from _warnings(found, screen)
    for direction in Direction:
        yield from _tree(found, direction, screen)
    if legend := sentences.legend(found.graph):
        yield ""
        for line in screen.wrapped(legend):
            yield screen.painted(line, "dim")


def _warnings(found: Traced, screen: Screen) -> Iterator[str]:
    groups = (
        ([sentences.changed(drift) for drift in found.drifts], "data sets have changed since"),
        ([sentences.unsteady(found.unsteady)] if found.unsteady else [], ""),
        ([sentences.contradiction(found.graph, one) for one in found.contradictions], "contradictions"),
    )
    for said, rest in groups:
        more = [f"{len(said) - _WARNINGS:,} more {rest}."] if len(said) > _WARNINGS else []
        for text in [*said[:_WARNINGS], *more]:
            for line in screen.wrapped(f"{_MARK}{clean(text)}", "  "):
                yield screen.painted(line, "yellow")
    if found.unseen:
        yield from screen.wrapped(clean(sentences.unseen(found.unseen)))
    title = f"{_MARK}{sentences.counted(found.gaps, found.branches)}:"
    yield from listed(title, [sentences.gap(found.graph, one) for one in found.gaps], screen, "yellow")


def _tree(found: Traced, direction: Direction, screen: Screen) -> Iterator[str]:
    tree = tree_of(found.graph, found.start, direction, _MOST)
    if len(tree.lines) == 1 and not tree.hidden:
        return
    yield ""
    yield screen.painted(_TITLES[direction], "bold")
    longest = screen.width or _LONGEST
    for (first, others), line in zip(_guides(tree.lines[1:]), tree.lines[1:], strict=True):
        yield from _branch(line, _fitting(first, screen), _fitting(others, screen), longest, screen)
    if tree.hidden:
        more = f"… {tree.hidden:,} more that are not shown; json has them all"
        yield from (screen.painted(line, "dim") for line in screen.wrapped(more))


def _branch(line: Line, first: str, others: str, longest: int, screen: Screen) -> Iterator[str]:
    inside = None if screen.width is None else max(_LEVEL, screen.width - len(others))
    for number, text in enumerate(Screen(inside).wrapped(_said(line, longest))):
        guide = screen.painted(others if number else first, "dim")
        yield f"{guide}{screen.painted(text, *_colours(line))}"


def _said(line: Line, longest: int) -> str:
    head = clean(f"{telling.what(line.node)} {telling.name(line.node, longest)}")
    if line.again:
        return f"{head} (see its own line)"
    said = " · ".join([head, *map(clean, telling.told(line.node, line.edge))])
    source = telling.source(line.edge)
    hidden = f" … {line.hidden:,} more" if line.hidden else ""
    return f"{said}{f' ({source})' if source else ''}{hidden}"


def _colours(line: Line) -> tuple[str, ...]:
    if line.again:
        return ("dim",)
    if any(fact.name == "status" and fact.value in _BROKEN for fact in line.node.facts):
        return ("red",)
    return ("green",) if line.node.kind is Kind.ENDPOINT else ()


def _guides(lines: tuple[Line, ...]) -> list[tuple[str, str]]:
    """What stands before the first line of each branch, and before those that it goes on in."""
    ends: list[bool] = []
    open_: set[int] = set()
    for line in reversed(lines):
        ends.append(line.depth not in open_)
        open_ = {depth for depth in open_ if depth < line.depth} | {line.depth}
    bars: list[str] = []
    guides = []
    for place, (line, last) in enumerate(zip(lines, reversed(ends), strict=True)):
        bars[line.depth - 1 :] = ["   " if last else "│  "]
        inner = "".join(bars[:-1])
        deeper = place + 1 < len(lines) and lines[place + 1].depth > line.depth
        guides.append(
            (f"{inner}{'└─ ' if last else '├─ '}", f"{inner}{bars[-1]}{'│  ' if deeper else '   '}")
        )
    return guides


def _fitting(guide: str, screen: Screen) -> str:
    """A guide that leaves half of the screen for words: of a deep tree's the beginning is left out."""
    most = len(guide) if screen.width is None else screen.width // 2 // _LEVEL * _LEVEL
    return guide if len(guide) <= most else f"…{guide[len(guide) - most + 1 :]}"
