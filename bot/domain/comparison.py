"""Weighing a candidate: its report against the guardrails and beside the champion's."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.guardrails import Guardrail
from bot.domain.model import Version
from bot.domain.report import Report

_HIGHER: Final = frozenset(
    [
        "accuracy",
        "auc",
        "average_precision",
        "f0_5",
        "f1",
        "f2",
        "precision",
        "recall",
        "r2",
        "true_positive_rate",
        "true_negative_rate",
        "weighted_precision",
        "weighted_recall",
        "weighted_f0_5",
        "weighted_f1",
        "weighted_f2",
    ]
)
_LOWER: Final = frozenset(["mae", "mse", "rmse", "false_positive_rate", "false_negative_rate", "log_loss"])
_HEADLINES: Final = (
    "auc",
    "accuracy",
    "f1",
    "precision",
    "recall",
    "average_precision",
    "log_loss",
    "weighted_f1",
    "weighted_precision",
    "weighted_recall",
    "rmse",
    "mae",
    "r2",
    "mse",
)
"""What people look at first, where nothing is guarded."""
_BASELINE: Final = "_best_constant_classifier"
MOST_ROWS: Final = 60
"""So many metrics are kept, guarded and well-known ones first; a record in the ledger has its limits."""


@dataclass(frozen=True)
class Row:
    """One metric of both; `better` and `guardrail_met` are None where nothing can be said."""

    metric: str
    candidate: float | None
    champion: float | None
    guardrail: str = ""
    guardrail_met: bool | None = None
    better: bool | None = None

    @property
    def difference(self) -> float | None:
        """Candidate minus champion, where both have a number."""
        if self.candidate is None or self.champion is None:
            return None
        return self.candidate - self.champion


@dataclass(frozen=True)
class Comparison:
    """Row by row, with a verdict: it passes while `failures` is empty. `left_out` counts the metrics
    that were looked at and not kept; `warnings` are for people to weigh, and enough to refuse where
    nobody is asked; `against` is the endpoint config that served when it was weighed.
    """

    rows: tuple[Row, ...]
    champion: Version | None
    failures: tuple[str, ...]
    notes: tuple[str, ...] = ()
    left_out: int = 0
    warnings: tuple[str, ...] = ()
    against: str = ""

    @property
    def verdict(self) -> str:
        """The comparison in one sentence."""
        if self.failures:
            return f"{'; '.join(self.failures)}."
        if self.warnings:
            return f"{'; '.join(self.warnings)}."
        guarded = any(row.guardrail_met is not None for row in self.rows)
        known = [row for row in self.rows if direction(row.metric) is not None]
        judged = [row for row in known if row.difference is not None]
        better = sum(row.better is True for row in judged)
        worse = sum(row.better is False for row in judged)
        beside = f"better than {self.champion} on {better} of {len(judged)} metrics" if judged else ""
        beside += f", worse on {worse}" if worse else ""
        if guarded:
            return f"Every guardrail holds{f'; {beside}' if beside else ''}."
        return f"No guardrails{f'; {beside}' if beside else ', and nothing to compare with'}."

    @property
    def passed(self) -> bool:
        """Whether the evidence lets the promotion go on."""
        return not self.failures


def weigh(
    candidate: Report | None,
    champion: Report | None,
    champion_version: Version | None,
    guardrails: Sequence[Guardrail],
    tolerance: Mapping[str, float],
) -> Comparison:
    """The comparison of two reports, guarded metrics first.

    Args:
        candidate: The candidate's report, None where its package names none.
        champion: The champion's report, None where there is none or it cannot be read.
        champion_version: What is live in the stage now.
        guardrails: Bounds on the candidate's metrics.
        tolerance: By metric, how much worse than the champion is still fine.
    """
    bounds = {guardrail.metric: guardrail for guardrail in guardrails}
    tolerated = [name for name in tolerance if _value(champion, name) is not None]
    names = _names(candidate, [*bounds, *tolerated])
    rows = tuple(_row(name, candidate, champion, bounds.get(name)) for name in names)
    failures = [f for row in rows if (f := _broken(row, bounds.get(row.metric), candidate))]
    warnings = tuple(f for row in rows if (f := _worse(row, tolerance, champion_version)))
    kept = max(MOST_ROWS, len(bounds) + len(tolerated))
    left_out = max(0, len(rows) - kept)
    return Comparison(rows[:kept], champion_version, tuple(failures), left_out=left_out, warnings=warnings)


def _names(candidate: Report | None, ruled: Sequence[str]) -> list[str]:
    reported = [m.name for m in candidate.metrics if not m.name.endswith(_BASELINE)] if candidate else []
    first = [name for name in _HEADLINES if name in reported]
    known = [name for name in reported if direction(name) is not None]
    other = [name for name in reported if direction(name) is None]
    return list(dict.fromkeys([*ruled, *first, *known, *other]))


def _row(name: str, candidate: Report | None, champion: Report | None, bound: Guardrail | None) -> Row:
    ours, theirs = _value(candidate, name), _value(champion, name)
    better = None
    if ours is not None and theirs is not None and ours != theirs and (up := direction(name)) is not None:
        better = (ours > theirs) == up
    return Row(
        name,
        ours,
        theirs,
        str(bound) if bound else "",
        None if bound is None else ours is not None and bound.holds(ours),
        better,
    )


def _value(report: Report | None, name: str) -> float | None:
    metric = report.metric(name) if report else None
    return metric.value if metric and math.isfinite(metric.value) else None


def direction(name: str) -> bool | None:
    """True where higher is better, False where lower is, None where nobody knows."""
    if name in _HIGHER:
        return True
    return False if name in _LOWER else None


def _broken(row: Row, bound: Guardrail | None, candidate: Report | None) -> str:
    if bound is None or row.guardrail_met:
        return ""
    if candidate is None:
        return f"{row.metric} must be {bound}, and this version has no report"
    if row.candidate is None:
        return f"{row.metric} must be {bound}, and the report has no number for it"
    return f"{row.metric} is {_short(row.candidate, bound)} and must be {bound}"


def _short(value: float, missed: Guardrail) -> str:
    """The value in as few digits as show that it misses the bound."""
    texts = (f"{value:.{digits}g}" for digits in range(4, 18))
    return next(text for text in texts if not missed.holds(float(text)))


def _worse(row: Row, tolerance: Mapping[str, float], champion: Version | None) -> str:
    allowed, difference = tolerance.get(row.metric), row.difference
    if allowed is None or row.champion is None:
        return ""
    if row.candidate is None or difference is None:
        bound = f"{allowed:g} worse than {champion}’s at the most"
        return f"{row.metric} may be {bound}, and the report has no number for it"
    if row.better is not False:
        return ""
    if abs(difference) <= allowed or math.isclose(abs(difference), allowed):  # 0.86 - 0.855 > 0.005
        return ""
    return f"{row.metric} is {abs(difference):.4g} worse than {champion}’s; {allowed:g} is tolerated"
