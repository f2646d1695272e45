"""Evidence for a terminal: the verdict first, the table under it, then what else was found."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.domain import phrasing
from bot.domain.comparison import Comparison
from bot.domain.meaning import written
from bot.domain.model_card import ModelCard
from bot.domain.report import Report
from bot.terminal.metrics import beside
from bot.terminal.screen import Screen, clean
from bot.usecases.evidence import Evidence, Reported

_MOST: Final = 10
_INDENT: Final = "  "
_NO_REPORT: Final = "It names no evaluation report."
_UNREADABLE: Final = "None of the evaluation reports that it names can be read."
_HOW: Final = (
    "Write one as SageMaker does and register a version whose ModelMetrics name it under "
    "ModelQuality.Statistics.S3Uri; Bias, Explainability and ModelDataQuality are read too."
)


def reported(found: Reported, screen: Screen) -> str:
    """A version's evidence, beside what is live; lines that end in a line break."""
    return _text(_report(found, screen))


def compared(found: Reported, screen: Screen) -> str:
    """Two versions, metric by metric; likewise."""
    return _text(_comparison(found, screen))


def _text(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _report(found: Reported, screen: Screen) -> Iterator[str]:
    yield from _bold(f"{found.package.version} · evaluation report", screen)
    report = found.evidence.report
    if report is None:
        if found.comparison.failures:  # a guardrail asks for the report
            yield from _verdict(found.comparison, screen)
        why = _UNREADABLE if found.evidence.unread else _NO_REPORT
        yield from screen.wrapped(f"{why} {_HOW}")
    else:
        yield from _verdict(found.comparison, screen)
        yield from _metrics(found, screen)
        yield from _found(report, screen)
    yield from _card(found.evidence.card, screen)
    if report is not None:
        yield from _measured_on(found, screen)
    yield from _sources(found.evidence, "Evidence", screen)
    if report is not None:
        oddities = [str(one) for one in report.oddities]
        yield from _listed("Not taken as written", oddities, screen)


def _comparison(found: Reported, screen: Screen) -> Iterator[str]:
    theirs = clean(str(found.comparison.champion or "champion"))
    yield from _bold(f"{found.package.version} beside {theirs}", screen)
    yield from _verdict(found.comparison, screen)
    yield from _metrics(found, screen)
    yield from _measured_on(found, screen)
    yield from _sources(found.evidence, f"Evidence of {found.package.version}", screen)
    if found.champion:
        yield from _sources(found.champion, f"Evidence of {theirs}", screen)


def _verdict(compared: Comparison, screen: Screen) -> Iterator[str]:
    if compared.incomparable:
        for line in screen.wrapped(clean(compared.incomparable)):
            yield screen.painted(line, "red", "bold")
    colour = "red" if compared.failures else "yellow" if compared.warnings else ""
    for line in screen.wrapped(clean(compared.verdict)):
        yield screen.painted(line, *([colour] if colour else []))


def _metrics(found: Reported, screen: Screen) -> Iterator[str]:
    rows = found.comparison.rows
    if rows:
        yield ""
        yield from beside(found, screen)
    if hidden := found.comparison.left_out:
        yield screen.painted(f"… {hidden:,} more in the report", "dim")
    if found.comparison.worst:
        yield from screen.wrapped(f"Worst slice: {clean(phrasing.slice_of(found.comparison.worst))}", _INDENT)
    for note in found.comparison.notes:
        yield from screen.wrapped(clean(note), _INDENT)


def _found(report: Report, screen: Screen) -> Iterator[str]:
    facets = phrasing.unfair(report.metrics)
    bias = [
        f"{facet or 'all'}: {', '.join(f'{phrasing.title(m.name)} {written(m.value)}' for m in metrics[:3])}"
        for facet, metrics in facets.items()
    ]
    yield from _listed("Bias, the furthest from fair", bias, screen)
    violations = [f"✗ {phrasing.violation(one)}" for one in phrasing.worst_first(report.violations)]
    if not violations and report.metric("violations"):
        yield ""
        for line in screen.wrapped("✓ No violations of the baseline’s constraints"):
            yield screen.painted(line, "green")
    yield from _listed(f"Violations ({len(violations):,})", violations, screen, "red")
    marks = {True: "✓", False: "✗", None: "–"}
    bounds = [f"{marks[one.holds]} {one.text}" for one in phrasing.bounds(report)]
    yield from _listed("The baseline’s bounds", bounds, screen)


def _card(card: ModelCard | None, screen: Screen) -> Iterator[str]:
    if card is None:
        return
    said = [
        ("Owner", card.owner),
        ("Risk", card.risk_rating),
        ("Intended use", card.intended_uses or card.purpose),
        ("Caveats", card.caveats),
    ]
    yield from _listed("Model card", [f"{name}: {text}" for name, text in said if text], screen)


def _measured_on(found: Reported, screen: Screen) -> Iterator[str]:
    sides = [(str(found.package.version), found.evidence)]
    if found.champion:
        sides.append((str(found.comparison.champion or "champion"), found.champion))
    said = [
        f"{name}: {phrasing.dataset(side.report.data) or 'the report does not say'}"
        for name, side in sides
        if side.report
    ]
    yield from _listed("Measured on", said, screen)


def _sources(evidence: Evidence, title: str, screen: Screen) -> Iterator[str]:
    """What the evidence is of, and what could not be read; where all of it lies is for `--json`."""
    if not evidence.sources:
        return
    read = [one.kind for one in evidence.sources if not one.problem]
    yield ""
    said = f"{title}: {phrasing.kinds(read, len(evidence.unread))}"
    yield from screen.wrapped(clean(said), _INDENT)
    for one in evidence.unread[:_MOST]:
        problem = f"{_INDENT}{one.kind} {one.uri} could not be read: {one.problem}"
        for line in screen.wrapped(f"{_INDENT}{clean(problem)}", _INDENT * 2):
            yield screen.painted(line, "yellow")
    if len(evidence.unread) > _MOST:
        yield f"{_INDENT}… {len(evidence.unread) - _MOST:,} more"


def _listed(title: str, said: Sequence[str], screen: Screen, colour: str = "") -> Iterator[str]:
    """A titled list, after an empty line; nothing where it is empty."""
    if not said:
        return
    yield ""
    yield from _bold(title, screen, *([colour] if colour else []))
    for text in said[:_MOST]:
        yield from screen.wrapped(f"{_INDENT}{clean(text)}", _INDENT * 2)
    if len(said) > _MOST:
        yield f"{_INDENT}… {len(said) - _MOST:,} more"


def _bold(title: str, screen: Screen, *colours: str) -> Iterator[str]:
    return (screen.painted(line, "bold", *colours) for line in screen.wrapped(title))
