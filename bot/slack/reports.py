"""Reports: a version's evaluation evidence as a message; the verdict first, the table under it."""

import logging
from collections.abc import Iterator, Sequence
from typing import Final

from bot.domain.phrasing import slice_of
from bot.domain.promotion import Entry
from bot.domain.report import CurveKind, Report
from bot.slack import blocks as b
from bot.slack import charts
from bot.slack.curves import best, curves
from bot.slack.drawing import Drawing
from bot.slack.evidence import left_out, safe, table, verdict
from bot.slack.findings import bias, bounds, card, data, oddities, sources, violations
from bot.slack.pictures import drawings
from bot.slack.steps import FACES
from bot.slack.views import Message, sentence
from bot.usecases.evidence import Reported

log: Final = logging.getLogger(__name__)
_ROWS, _MORE_ROWS = 20, 40
_CHARTS: Final = 2  # Slack API, "Data visualization block": at most so many in a message
_NAME, _VERDICT, _STORY, _NOTE, _NOTES = 80, 500, 1500, 250, 4
_UNSAID: Final = "The report does not say what it was measured on"
_NO_REPORT: Final = "It names no evaluation report."
_UNREADABLE: Final = "None of the evaluation reports that it names can be read."
_HOW: Final = """Write one as SageMaker does and register a version with it:
```
ModelMetrics={"ModelQuality": {"Statistics": {
    "ContentType": "application/json", "S3Uri": "s3://BUCKET/evaluation.json"}}}
```
`Bias`, `Explainability` and `ModelDataQuality` beside `ModelQuality` are read too, and so is a model card. \
A `test_data` in mlops.toml has every version tested here."""


def reported(found: Reported) -> Message:
    """A version's evidence, beside what is live."""
    version = found.package.version
    head = b.header(f"{version} · evaluation report")
    summary = found.comparison.verdict if found.evidence.report else "no evaluation report"
    return _message(safe(f"{version}: {summary}", _STORY), [head, *_whole(found)], found)


def compared(found: Reported) -> Message:
    """Two versions, metric by metric."""
    ours, theirs = _names(found)
    shown = [
        b.header(f"{ours} beside {theirs}"),
        *_verdict(found),
        *_metrics(found, _MORE_ROWS),
        *_charts(found),
        *_measured_on(found),
        *_small(sources(found.evidence.sources, ours)),
        *_small(sources(found.champion.sources, theirs) if found.champion else ""),
    ]
    return _message(safe(f"{ours} beside {theirs}: {found.comparison.verdict}", _STORY), shown, found)


def told(entry: Entry, found: Reported) -> Message:
    """A line of the story with the evidence that it is of, for the card's thread."""
    text = sentence(entry.text, entry.status)
    told_first = b.section(f"{FACES[entry.status]} {text}")
    return _message(text, [told_first, *_whole(found)], found)


def _message(text: str, shown: Sequence[b.Block], found: Reported) -> Message:
    return Message(text, b.few(shown), _drawn(found))


def _drawn(found: Reported) -> tuple[Drawing, ...]:
    """Its pictures; none where anything is wrong with them, for the words are complete without."""
    report = found.evidence.report
    if report is None:
        return ()
    try:
        return drawings(report, _comparable(found), _names(found), found.comparison)
    except Exception:
        log.exception("the pictures of %s are left out", found.package.version)
        return ()


def _whole(found: Reported) -> Iterator[b.Block]:
    report = found.evidence.report
    if report is None:
        if found.comparison.failures:  # a guardrail asks for the report
            yield from _verdict(found)
        yield b.section(f"{_UNREADABLE if found.evidence.unread else _NO_REPORT} {_HOW}")
        yield from _small(card(found.evidence.card))
        yield from _small(sources(found.evidence.sources))
        return
    yield from _verdict(found)
    yield from _metrics(found, _ROWS)
    yield from _charts(found)
    for text in (bias(report, found.comparison), violations(report), bounds(report)):
        if text:
            yield b.section(text)
    yield from _small(card(found.evidence.card))
    yield from _measured_on(found)
    yield from _small(sources(found.evidence.sources))
    yield from _small(oddities(report.oddities))


def _verdict(found: Reported) -> Iterator[b.Block]:
    yield b.section(verdict(found.comparison, _VERDICT))


def _metrics(found: Reported, most: int) -> Iterator[b.Block]:
    compared = found.comparison
    live = f"({found.stage})" if found.stage else ""
    yield from table(compared, str(found.package.version), live, most)
    notes = [safe(note, _NOTE) for note in (*compared.notes[:_NOTES], *left_out(compared, most))]
    yield from _small("  ·  ".join(notes))
    yield from _small(f"Worst slice: {safe(slice_of(compared.worst), _NOTE)}" if compared.worst else "")


def _charts(found: Reported) -> list[b.Block]:
    report, names = found.evidence.report, _names(found)
    if report is None:
        return []
    champion = _comparable(found)
    first = (
        curves(CurveKind.ROC, report, champion, names)
        or curves(CurveKind.PRECISION_RECALL, report, champion, names)
        or charts.metrics(found.comparison, names[0])
    )
    second = charts.attributions(report) or charts.drift(report)
    corner = _corner(report, champion, names) if first else ""
    return [*(block for block in (first, second) if block), *_small(corner)][: _CHARTS + 1]


def _comparable(found: Reported) -> Report | None:
    """The champion's report, for a picture of both; None where they cannot be compared."""
    return found.champion.report if found.champion and not found.comparison.incomparable else None


def _corner(report: Report, champion: Report | None, names: tuple[str, str]) -> str:
    """The ROC curves' corners in words: a chart's axis cannot be read off."""
    said = [
        f"{safe(name, _NAME)} finds {_percent(found)} of the positives at {_percent(alarms)} false alarms"
        for name, one in zip(names, (report, champion), strict=True)
        for alarms, found in filter(None, [best(CurveKind.ROC, one)])
    ]
    return f"Where the curve is furthest from chance: {'; '.join(said)}." if said else ""


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _measured_on(found: Reported) -> list[b.Block]:
    (ours, theirs), champion = _names(found), found.champion.report if found.champion else None
    own = data(found.evidence.report.data) if found.evidence.report else ""
    other = data(champion.data) if champion else ""
    if not (own or other) and (_is_noted(found) or not found.comparison.rows):
        return []
    if champion is None or own == other:
        both = f"{ours} and {theirs} alike: " if champion and own else ""
        return _small(f"Measured on {both}{own}." if own else f"{_UNSAID}.")
    unsaid = "its report does not say"
    return _small(f"Measured on: {ours} {own or unsaid}  ·  {theirs} {other or unsaid}")


def _is_noted(found: Reported) -> bool:
    return any("measured on" in note for note in found.comparison.notes)


def _small(text: str) -> list[b.Block]:
    return [b.context(text)] if text else []


def _names(found: Reported) -> tuple[str, str]:
    return str(found.package.version), str(found.comparison.champion or "champion")
