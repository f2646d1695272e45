"""What evidence finds besides its metrics, as mrkdwn: bias, violations, bounds, the model card, where it
comes from and what is odd about it. Each is one text, empty where there is nothing to say.
"""

from collections.abc import Sequence
from typing import Final

from bot.domain import phrasing
from bot.domain.comparison import Comparison
from bot.domain.meaning import written
from bot.domain.model_card import ModelCard
from bot.domain.report import Dataset, Oddity, Report
from bot.slack.evidence import code, safe
from bot.usecases.evidence import Source

_FACETS, _METRICS, _VIOLATIONS, _BOUNDS, _SOURCES, _UNREAD, _ODDITIES = 5, 3, 5, 4, 6, 3, 3
_NAME, _SENTENCE, _PARAGRAPH = 50, 160, 250
_COUNT: Final = "violations"  # the metric that formats.violations counts them with


def bias(report: Report, compared: Comparison) -> str:
    """By facet, the bias metrics that are the furthest from fair."""
    rows = {row.metric: row for row in compared.rows}
    lines = []
    facets = phrasing.unfair(report.metrics)
    for facet, found in list(facets.items())[:_FACETS]:
        said = []
        for metric in found[:_METRICS]:
            row = rows.get(metric.key)
            mark = {True: "✓ ", False: "✗ ", None: ""}[row.guardrail_met if row else None]
            said.append(f"{mark}{safe(phrasing.title(metric.name), _NAME)} {written(metric.value)}")
        lines.append(f"{safe(facet, _NAME) or 'all'}: {', '.join(said)}{_more(len(found) - _METRICS)}")
    return _titled("Bias, the furthest from fair", lines, len(facets) - _FACETS) if lines else ""


def violations(report: Report) -> str:
    """What a monitor found violated, the worst first; that it found nothing is news, too."""
    found = phrasing.worst_first(report.violations)
    if not found:
        counted = report.metric(_COUNT)
        return ":white_check_mark: *No violations* of the baseline’s constraints." if counted else ""
    lines = [f"✗ {safe(phrasing.violation(one), _SENTENCE)}" for one in found[:_VIOLATIONS]]
    plural = "" if len(found) == 1 else "s"
    return _titled(f"✗ {len(found):,} violation{plural}", lines, len(found) - _VIOLATIONS)


def bounds(report: Report) -> str:
    """The baseline's bounds: how many hold, and the broken ones."""
    found = phrasing.bounds(report)
    if not found:
        return ""
    broken = [one for one in found if one.holds is False]
    held, unknown = sum(one.holds is True for one in found), sum(one.holds is None for one in found)
    counts = [f"✓ {held:,} hold"] if held else []
    counts += [f"✗ {len(broken):,} broken"] if broken else []
    counts += [f"{unknown:,} without a number to hold against"] if unknown else []
    lines = [f"✗ {safe(one.text, _SENTENCE)}" for one in broken[:_BOUNDS]]
    return _titled(f"The baseline’s bounds: {', '.join(counts)}", lines, len(broken) - _BOUNDS)


def card(known: ModelCard | None) -> str:
    """Whose the model is, how risky, and what it is for."""
    if known is None:
        return ""
    short = [("Owner", known.owner), ("Risk", known.risk_rating)]
    head = "  ·  ".join(f"*{name}* {safe(text, _NAME)}" for name, text in short if text)
    long = [
        ("Intended use", known.intended_uses or known.purpose),
        ("Caveats", known.caveats),
    ]
    said = [f"*{name}* {safe(text, _PARAGRAPH)}" for name, text in long if text]
    return "\n".join(line for line in (head, *said) if line)


def data(known: Dataset) -> str:
    """What something was measured on, empty where nobody says."""
    return safe(phrasing.dataset(known), _PARAGRAPH)


def sources(found: Sequence[Source], of: str = "") -> str:
    """What the evidence is of, and what could not be read and why. Files and digests are for programs."""
    if not found:
        return ""
    read = list(dict.fromkeys(safe(one.kind, _NAME) for one in found if not one.problem))
    broken = [
        f":warning: {safe(one.kind, _NAME)}{_file(one)} could not be read: {safe(one.problem, _PARAGRAPH)}"
        for one in found
        if one.problem
    ]
    named = [*read[:_SOURCES], *([f"{len(read) - _SOURCES:,} more"] if len(read) > _SOURCES else [])]
    whose = f"Evidence of {safe(of, _NAME)}" if of else "Evidence"
    lines = [f"{whose}: {phrasing.kinds(named, len(broken))}", *broken[:_UNREAD]]
    return "\n".join(lines) + _more(len(broken) - _UNREAD, ";")


def oddities(found: Sequence[Oddity]) -> str:
    """What was not taken as it stands in the files."""
    if not found:
        return ""
    count = f"{len(found):,} entr{'y was' if len(found) == 1 else 'ies were'} not taken as written"
    said = "; ".join(f"{code(one.path)} {safe(one.text, _SENTENCE)}" for one in found[:_ODDITIES])
    return f":warning: {count}: {said}{_more(len(found) - _ODDITIES, ';')}"


def _file(one: Source) -> str:
    return f" {code(phrasing.file_name(one.uri))}" if one.uri else ""


def _titled(title: str, lines: Sequence[str], hidden: int) -> str:
    more = [f"… {hidden:,} more"] if hidden > 0 else []
    return "\n".join([f"*{title}*", *lines, *more])


def _more(hidden: int, joint: str = ",") -> str:
    return f"{joint} … {hidden:,} more" if hidden > 0 else ""
