"""Evidence in words, the same in Slack and in a terminal; plain text, nothing in it is escaped."""

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeGuard

from bot.domain.comparison import Row
from bot.domain.meaning import Better, Meanings, written
from bot.domain.report import Constraint, Dataset, Metric, Report, Violation
from bot.domain.verdict import called, changed, is_settled, signed

DIGEST: Final = 8
"""So many digits of a sha256 tell files apart for people."""
BIAS: Final = "bias."
_COMPARATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_SIGNS: Final = {">=": "≥", "<=": "≤"}
_CLOSE: Final = "too close to call"
_BRIEFLY: Final = {_CLOSE: "close"}
_SMALL, _LARGE = 1e-6, 1e6  # beyond them a deviation is written with an exponent
NDCG: Final = "feature_attribution_drift_check"
"""The check whose value is an nDCG of rankings, which falls as they drift (SageMaker Developer Guide: Model
Feature Attribution Drift Violations).
"""


@dataclass(frozen=True)
class Bound:
    """A baseline's bound beside what was measured; `holds` is None where that cannot be said."""

    text: str
    holds: bool | None


def title(metric: str) -> str:
    """What people call a metric."""
    return Meanings().of(metric).title or metric


def measured(value: float | None, deviation: float | None = None, unit: str = "") -> str:
    """`0.9132 ± 0.0040`, `132 ms`, or a dash where there is no number."""
    if value is None or math.isnan(value):
        return "–"
    if deviation is None or not math.isfinite(deviation):
        return written(value, unit)
    return f"{_deviating(value, deviation)}{f' {unit}' if unit else ''}"


def difference(row: Row) -> str:
    """`+0.0181 (+2 %), better`; no word where nobody knows which way is."""
    return _no_difference(row) or ", ".join(filter(None, (f"{changed(row)}{_relative(row)}", judgement(row))))


def shift(row: Row, *, brief: bool = False) -> str:
    """The same in a table: `+0.0181 (+2 %) better`, or briefly `+0.0181 better`, `−0.01 close`."""
    if said := _no_difference(row):
        return said
    word = judgement(row)
    said = f"{changed(row)}{'' if brief else _relative(row)}"
    return f"{said} {_BRIEFLY.get(word, word)}".rstrip()


def judgement(row: Row) -> str:
    """`better`, `worse`, `too close to call`, or nothing where nobody can say or it is settled."""
    if row.better is None or is_settled(row):
        return ""
    if row.clear is False:
        return _CLOSE
    return "better" if row.better else "worse"


def guardrail(row: Row) -> str:
    """`✓ ≥ 0.80`."""
    if row.guardrail_met is None:
        return "–"
    return f"{'✓' if row.guardrail_met else '✗'} {row.guardrail}"


def slice_of(row: Row) -> str:
    """A slice to look at: `AUC · region=EU: 0.71, −0.02 (−2.7 %), worse`."""
    stands = "" if row.champion is None else f", {difference(row)}"
    return f"{called(row)}: {measured(row.candidate, row.candidate_deviation, row.unit)}{stands}"


def dataset(data: Dataset) -> str:
    """`2,000 rows (manifest 1a2b3c4d)`, `test.csv`, or nothing where the report does not say."""
    names = ", ".join(file_name(uri) for uri in data.uris[:2])
    more = f" and {len(data.uris) - 2} more" if len(data.uris) > 2 else ""  # noqa: PLR2004 - as above
    rows = f"{data.rows:,} row{'' if data.rows == 1 else 's'}" if data.rows is not None else ""
    digest = f"manifest {data.digest[:DIGEST]}" if data.digest else ""
    of = f" of {names}{more}" if rows and names else f"{names}{more}"
    said = f"{rows}{of}"
    return f"{said} ({digest})" if said and digest else said or digest


def kinds(read: Iterable[str], unread: int = 0) -> str:
    """What evidence is of, each kind once: `test, model quality, bias · 1 unread`."""
    said = ", ".join(dict.fromkeys(read))
    return " · ".join(filter(None, (said, f"{unread:,} unread" if unread else "")))


def file_name(uri: str) -> str:
    """The last part of an address that says something."""
    return uri.rstrip("/").rsplit("/", 1)[-1]


def violation(one: Violation) -> str:
    """Such as `tenure: baseline drift check (0.31 where 0.1 is allowed)`."""
    falls = one.check == NDCG
    said, numbers = one.sentence or one.check.replace("_", " "), ""
    if one.sentence:  # Clarify writes “0.76 exceeds threshold 0.9” of a score that falls
        numbers = " (nDCG, lower is more drift)" if falls else ""
    elif _is_finite(one.value) and _is_finite(one.threshold):
        least = "at least " if falls else ""
        numbers = f" ({written(one.value)} where {least}{written(one.threshold)} is allowed)"
    return f"{one.of}: {said}{numbers}" if one.of else f"{said}{numbers}"


def worst_first(violations: Iterable[Violation]) -> list[Violation]:
    """Those whose value is the furthest from what is allowed first."""

    def excess(one: Violation) -> float:
        if not _is_finite(one.value) or not _is_finite(one.threshold):
            return 0.0
        return abs(one.value - one.threshold) / (abs(one.threshold) or 1.0)

    return sorted(violations, key=lambda one: -excess(one))


def bounds(report: Report) -> list[Bound]:
    """What a baseline suggests beside what was measured, the broken ones first."""
    found = [_bound(one, report.metric(_key(one))) for one in report.constraints]
    return sorted(found, key=lambda one: (one.holds is not False, one.holds is None))


def unfair(metrics: Sequence[Metric]) -> dict[str, list[Metric]]:
    """Bias metrics by facet, such as `Gender=0`; in each, what is the furthest from fair first."""
    meanings = Meanings()
    found: dict[str, list[Metric]] = {}
    for metric in metrics:
        if metric.name.startswith(BIAS) and math.isfinite(metric.value):
            found.setdefault(metric.part, []).append(metric)

    def distance(metric: Metric) -> float:
        fair = 1.0 if meanings.of(metric.key).better is Better.ONE else 0.0
        return abs(metric.value - fair)

    for facet in found.values():
        facet.sort(key=distance, reverse=True)
    return found


def _bound(one: Constraint, metric: Metric | None) -> Bound:
    sign = _SIGNS.get(one.comparator, one.comparator)
    wanted = f"{_key(one)} {sign} {written(one.threshold, '')}"
    holds = _COMPARATORS.get(one.comparator)
    if metric is None or not math.isfinite(metric.value) or holds is None:
        return Bound(wanted, None)
    return Bound(f"{wanted} (is {written(metric.value, '')})", holds(metric.value, one.threshold))


def _key(one: Constraint) -> str:
    return Metric(one.metric, math.nan, part=one.part).key


def _is_finite(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def _no_difference(row: Row) -> str:
    if row.difference is None:
        both = row.candidate is not None and row.champion is not None
        return "not comparable" if both and not row.comparable else "–"
    return "the same" if row.difference == 0 else ""


def _relative(row: Row) -> str:
    return f" ({signed(float(f'{row.relative * 100:.2g}'), '%')})" if _is_finite(row.relative) else ""


def _deviating(value: float, deviation: float) -> str:
    """The deviation in two digits that mean something, and the value in no fewer decimals than it."""
    rounded, number = float(f"{deviation:.1e}"), written(value)
    if not _SMALL <= rounded < _LARGE:
        return f"{number} ± {deviation:.2g}"
    decimals = max(0, 1 - math.floor(math.log10(rounded)))
    if "e" not in number and len(number.partition(".")[2]) < decimals:
        number = f"{value:,.{decimals}f}"
    return f"{number} ± {rounded:,.{decimals}f}"
