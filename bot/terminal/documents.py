"""Evidence as JSON for programs. The shape is stable: members are added, never renamed or taken away."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from bot.domain.comparison import Row
from bot.domain.report import Report
from bot.domain.wording import plain
from bot.usecases.evidence import Evidence, Reported

_CARD: Final = ("owner", "purpose", "intended_uses", "risk_rating", "caveats")


def document(found: Reported) -> dict[str, Any]:
    """All that is known of a version's evidence.

    `version`, `champion` (null where there is none) and `stage` (where that one is live; empty where it
    was named); `verdict`, `passed`, `comparable`, `why_not_comparable`, `failures`, `warnings`, `notes`,
    `worst_slice`, a row; `rows`, the comparison's, guarded ones first, and `left_out`, how many are not among
    them; `metrics`, all of the version's; `violations`, `constraints`, `oddities`; `measured_on` and
    `sources` of the version, `champion_measured_on` and `champion_sources` of the other; `card`, null
    where there is none. What is no finite number is null.
    """
    compared, report, other = found.comparison, found.evidence.report, found.champion
    made = {
        "version": str(found.package.version),
        "champion": str(compared.champion) if compared.champion else None,
        "stage": found.stage,
        "verdict": compared.verdict,
        "passed": compared.passed,
        "comparable": not compared.incomparable,
        "why_not_comparable": compared.incomparable,
        "failures": compared.failures,
        "warnings": compared.warnings,
        "notes": compared.notes,
        "worst_slice": _row(compared.worst) if compared.worst else None,
        "rows": [_row(row) for row in compared.rows],
        "left_out": compared.left_out,
        **_found(report),
        "measured_on": _data(report),
        "sources": _sources(found.evidence),
        "champion_measured_on": _data(other.report if other else None),
        "champion_sources": _sources(other) if other else [],
        "card": _card(found.evidence),
    }
    clean: dict[str, Any] = _plain(made)
    return clean


def text(found: Reported) -> str:
    """The document as JSON in ASCII, which no name in it can steer a terminal with."""
    return f"{json.dumps(document(found), indent=2, allow_nan=False)}\n"


def _row(row: Row) -> dict[str, Any]:
    return {
        "metric": row.metric,
        "title": row.title,
        "unit": row.unit,
        "candidate": row.candidate,
        "candidate_deviation": row.candidate_deviation,
        "champion": row.champion,
        "champion_deviation": row.champion_deviation,
        "difference": row.difference,
        "difference_deviation": row.spread,
        "relative": row.relative,
        "comparable": row.comparable,
        "better": row.better,
        "clear": row.clear,
        "better_is": row.direction,
        "guardrail": row.guardrail,
        "guardrail_met": row.guardrail_met,
    }


def _found(report: Report | None) -> dict[str, Any]:
    if report is None:
        return {"metrics": [], "violations": [], "constraints": [], "oddities": []}
    return {
        "metrics": [
            {"name": one.name, "part": one.part, "value": one.value, "deviation": one.deviation}
            for one in report.metrics
        ],
        "violations": [asdict(one) for one in report.violations],
        "constraints": [asdict(one) for one in report.constraints],
        "oddities": [asdict(one) for one in report.oddities],
    }


def _data(report: Report | None) -> dict[str, Any] | None:
    return asdict(report.data) if report else None


def _sources(evidence: Evidence) -> list[dict[str, Any]]:
    return [asdict(source) for source in evidence.sources]


def _card(evidence: Evidence) -> dict[str, Any] | None:
    return {name: getattr(evidence.card, name) for name in _CARD} if evidence.card else None


def _plain(node: Any) -> Any:
    """Sentences without marks, and null for what JSON has no number for."""
    match node:
        case str():
            return plain(node)
        case float():
            return node if math.isfinite(node) else None
        case Mapping():
            return {key: _plain(value) for key, value in node.items()}
        case list() | tuple():
            return [_plain(value) for value in node]
        case _:
            return node
