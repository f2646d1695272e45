"""Guarding: a guardrail held against a report, beside the champion's."""

import re
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.comparison_rows import Beside, Row
from bot.domain.guardrails import Guardrail
from bot.domain.meaning import beyond, written
from bot.domain.named import resolve
from bot.domain.report import Oddity
from bot.domain.spelling import split_key

_VALUE: Final = r"(?:\.values?)?"


@dataclass(frozen=True)
class Guarded:
    """What a guardrail says of a candidate: the row of the metric that is worst off, why it fails and what
    people should know; the sentences are without a full stop, and empty where there is nothing to say.
    """

    row: Row
    failure: str = ""
    note: str = ""


def guarded(both: Beside, rule: Guardrail) -> Guarded:
    """The guardrail, held against every metric that its name means."""
    held = (
        [_held(both, rule, metric.key) for metric in resolve(both.candidate, rule.metric)]
        if both.candidate
        else []
    )
    if not held:
        row = replace(both.row(rule.metric), guardrail=str(rule), guardrail_met=False)
        return Guarded(row, f"{rule.metric} must be {rule}, and {_lacking(both, rule.metric)}")
    row, _ = min(held, key=lambda one: (one[0].guardrail_met, one[1]))
    if row.guardrail_met:
        return Guarded(row, note=_note(both, rule))
    others = sum(not one.guardrail_met for one, _ in held) - 1
    more = f" ({others} other part{' misses' if others == 1 else 's miss'} it, too)" if others else ""
    return Guarded(row, f"{_failure(both, rule, row)}{more}")


def _held(both: Beside, rule: Guardrail, key: str) -> tuple[Row, float]:
    """The metric's row, and how far it is from the bound."""
    row, asked = both.row(key), rule.alone if both.no_champion else rule
    champion = row.champion if row.comparable else None
    met = row.candidate is not None and asked.holds(row.candidate, champion) and not _beyond(both, row)
    margin = float("-inf") if row.candidate is None else asked.margin(row.candidate, champion)
    return replace(row, guardrail=str(rule), guardrail_met=met), margin


def _note(both: Beside, rule: Guardrail) -> str:
    if not (rule.needs_champion and both.no_champion):
        return ""
    return f"{rule.metric} {rule} waits for a champion: none is there to be held against"


def _failure(both: Beside, rule: Guardrail, row: Row) -> str:
    must = f"{row.metric} must be {rule}"
    if row.candidate is None:
        return f"{must}, and {_lacking(both, row.metric)}"
    if impossible := _beyond(both, row):
        return impossible
    champion = row.champion if row.comparable else None
    if rule.needs_champion and champion is None and not both.no_champion and rule.alone.holds(row.candidate):
        return f"{must}, and {_no_champions_number(both, row)}"
    asked = rule.alone if champion is None else rule
    shown = f"{row.metric} is {_missing(row.candidate, champion, asked)} and must be {rule}"
    limits = [written(bound.threshold(champion)) for bound in asked.bounds if bound.of_champion]
    return f"{shown}, which is {' and '.join(limits)}" if limits else shown


def _beyond(both: Beside, row: Row) -> str:
    """Why the candidate's number cannot be one, empty where it can be."""
    if row.candidate is None:
        return ""
    return beyond(row.metric, row.candidate, both.meanings.of(row.metric))


def _no_champions_number(both: Beside, row: Row) -> str:
    if why := both.unlike(row.metric):
        return f"it cannot be held against {both.name}’s: {why}"
    return f"nobody knows {both.name}’s number for it"


def _lacking(both: Beside, key: str) -> str:
    """Why there is no number, with the report's own words where it has some."""
    if both.candidate is None:
        return "this version has no report"
    if (ours := both.ours.get(key)) and ours.lacking:
        return ours.lacking
    if odd := next((oddity for oddity in both.candidate.oddities if _is_of(oddity, key)), None):
        return f"the report’s {odd}"
    if ours:
        return "in the report it is no number"
    claimed = (odd.text for odd in both.candidate.oddities if odd.path == "$")
    return next(
        (text for text in claimed if text.startswith(f"{key} is ")), "the report has no number for it"
    )


def _is_of(oddity: Oddity, key: str) -> bool:
    """Whether an oddity stands where the metric's value would: `$.auc.value`, `$["validation:auc"]`."""
    name, _ = split_key(key)
    return bool(re.search(rf'(?:[.:"]){re.escape(name)}(?:"\])?{_VALUE}$', oddity.path))


def _missing(value: float, champion: float | None, missed: Guardrail) -> str:
    """The value in as few digits as show that it misses the bound."""
    texts = (written(value), *(f"{value:.{digits}g}" for digits in range(5, 18)))
    return next(text for text in texts if not missed.holds(float(text.replace(",", "")), champion))
