"""Recall for a terminal: what serves first, then what else learned from it, then what nobody can judge."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.domain.lineage import sentences, telling, verdicts
from bot.domain.wording import listed as joined
from bot.domain.wording import person
from bot.terminal.grid import fits, grid
from bot.terminal.lineage import listed
from bot.terminal.screen import Screen, clean
from bot.usecases.traced import Exposed, Recalled

_HEAD: Final = ("Live", "Endpoint", "Traffic", "Stage", "Approved by", "Live since", "Learned by")
_NONE: Final = "–"
_NUMBERS: Final = 100  # of one model's versions
_DAY: Final = "%Y-%m-%d %H:%M UTC"


def recalled(found: Recalled, screen: Screen) -> str:
    """Everything that learned from a thing; lines that end in a line break."""
    return "".join(f"{line}\n" for line in _recalled(found, screen))


def _recalled(found: Recalled, screen: Screen) -> Iterator[str]:
    answer, asked, live = found.found, found.asked.name, len({one.version for one in found.exposed})
    for line in screen.wrapped(f"What learned from {clean(asked)}"):
        yield screen.painted(line, "bold")
    said = verdicts.verdict(asked, answer, live, found.versions, found.unread)
    colour = ["red"] if found.exposed else ["yellow"] if verdicts.doubt(answer, found.unread) else []
    for line in screen.wrapped(clean(said)):
        yield screen.painted(line, *colour)
    if matched := verdicts.matched(asked, answer, found.graph):
        yield from screen.wrapped(clean(matched))
    yield from _exposed(found, screen)
    yield from listed(
        "Serving something that learned from it and is no version",
        [telling.name(node) for node in answer.unregistered],
        screen,
        "red",
    )
    yield from _others(found, screen)
    yield from _unknown(found, screen)
    if found.frozen:
        yield ""
        yield from screen.wrapped(clean(f"Frozen already: {joined(list(found.frozen))}."))


def _exposed(found: Recalled, screen: Screen) -> Iterator[str]:
    """A table, or a paragraph each where the screen is too narrow for it: who approved is never cut."""
    if not found.exposed:
        return
    rows = [_HEAD, *(_row(found, one) for one in found.exposed)]
    yield ""
    if fits(rows, screen):
        yield from grid(rows, screen, lambda row, at, text: _painted(row, at, text, screen))
        return
    for one in found.exposed:
        yield from _paragraph(_row(found, one), verdicts.decided(one.promotion), screen)


def _row(found: Recalled, one: Exposed) -> Sequence[str]:
    promotion = one.promotion
    consents = [person(consent.person) for consent in promotion.consents] if promotion else []
    asked_nobody = "its stage asks nobody" if promotion else "no promotion of mine"
    since = promotion.went_live.strftime(_DAY) if promotion and promotion.went_live else _NONE
    jobs = verdicts.jobs_between(found.found, one.version)
    names = [telling.name(sentences.node_of(found.graph, key)) for key in jobs]
    cells = (
        str(one.version),
        one.endpoint,
        one.share or one.how or _NONE,
        one.stage or _NONE,
        joined(consents) or asked_nobody,
        since,
        joined(names) or _NONE,
    )
    return [clean(cell) for cell in cells]


def _painted(row: int, at: int, text: str, screen: Screen) -> str:
    """Words stand to the left, however wide their column."""
    words = text.lstrip()
    return screen.painted(f"{words}{' ' * (len(text) - len(words))}", *_look(row, at))


def _look(row: int, at: int) -> list[str]:
    return ["bold"] if row == 0 else ["red"] if at == 0 else []


def _paragraph(row: Sequence[str], decided: str, screen: Screen) -> Iterator[str]:
    version, endpoint, share, stage, _, _, jobs = row
    traffic = "" if share == _NONE else f" with {share} of the traffic" if "%" in share else f", {share}"
    where = "no stage of mlops.toml" if stage == _NONE else stage
    for line in screen.wrapped(f"{version} live on {endpoint}{traffic} ({where})", "  "):
        yield screen.painted(line, "red")
    by = "" if jobs == _NONE else f" It learned by {jobs}."
    yield from screen.wrapped(f"  {clean(decided)}{by}", "  ")


def _others(found: Recalled, screen: Screen) -> Iterator[str]:
    said = []
    for model, versions in verdicts.idle(found.found).items():
        numbers = [str(one.version.number) for one in versions[:_NUMBERS]]
        more = f", … {len(versions) - _NUMBERS:,} more" if len(versions) > _NUMBERS else ""
        said.append(f"{model}: {', '.join(numbers)}{more}")
    yield from listed("Not live, but learned from it", said, screen, most=len(said))


def _unknown(found: Recalled, screen: Screen) -> Iterator[str]:
    answer = found.found
    names = [telling.name(node) for node in answer.unjudged]
    yield from listed("Nobody can say what these live endpoints learned from", names, screen, "yellow")
    if found.unread:
        yield ""
        text = f"{verdicts.waiting(found.unread)}. Ask again: I read some at each answer."
        yield from (screen.painted(line, "yellow") for line in screen.wrapped(text))
    gaps = [sentences.gap(found.graph, one) for one in answer.gaps]
    yield from listed(f"{sentences.counted(answer.gaps, 0)}:", gaps, screen, "yellow")
