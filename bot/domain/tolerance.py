"""Tolerance: how much worse than the champion a candidate may be, and what is more."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.domain.comparison_rows import Beside, Row
from bot.domain.meaning import beyond, written
from bot.domain.named import resolve
from bot.domain.spelling import spelled_key
from bot.domain.wording import listed

_REMEDY: Final = "Name `test_data` in mlops.toml, and both are tested on the same"


@dataclass(frozen=True)
class Tolerated:
    """The row of the metric that is worst off, and the warning about it, empty where all is well; or, in
    `apart`, why nobody can say.
    """

    row: Row
    warning: str = ""
    apart: str = ""


def tolerated(both: Beside, name: str, allowed: float) -> tuple[Tolerated, ...]:
    """The tolerance, held against every metric that its name means: what is worst off, and what of it
    nobody knows of the champion. Nothing where there is no champion, or nothing is known of it at all.
    """
    if both.champion is None:
        return ()
    rows = [both.row(key) for key in _keys(both, name)] or [both.row(name)]
    judged = [row for row in rows if row.champion is not None]
    unknown = [row for row in rows if row.champion is None and (both.theirs(row.metric) or not judged)]
    found = [Tolerated(row, apart=f"nobody knows what {both.name}’s is") for row in unknown[:1]]
    if judged:
        row = max(judged, key=_badness)
        apart = both.unlike(row.metric) if row.candidate is not None else ""
        found.insert(0, Tolerated(row, _warning(both, row, allowed), apart))
    return tuple(found)


def unknowable(found: Iterable[Tolerated]) -> list[str]:
    """The warnings about what cannot be compared: one a reason, with all that it is about."""
    names: dict[str, list[str]] = {}
    for one in found:
        if one.apart:
            names.setdefault(one.apart, []).append(one.row.metric)
    return [
        f"Nobody can say whether the tolerance of {listed(of)} is met: {why}. {_REMEDY}"
        for why, of in names.items()
    ]


def _keys(both: Beside, name: str) -> list[str]:
    """The metrics that the name means in either report."""
    ours = [metric.key for metric in resolve(both.candidate, name)] if both.candidate else []
    theirs = [metric.key for metric in resolve(both.champion, name)] if both.champion else []
    known = {spelled_key(key) for key in ours}
    return [*ours, *(key for key in theirs if spelled_key(key) not in known)]


def _badness(row: Row) -> float:
    if row.candidate is None or not row.comparable:
        return math.inf
    return -math.inf if row.loss is None else row.loss


def _warning(both: Beside, row: Row, allowed: float) -> str:
    if row.candidate is None:
        bound = f"{allowed:g} worse than {both.name}’s at the most"
        return f"{row.metric} may be {bound}, and the report has no number for it"
    if impossible := beyond(row.metric, row.candidate, both.meanings.of(row.metric)):
        return impossible
    lost = row.loss
    if lost is None or lost <= allowed or math.isclose(lost, allowed):  # 0.86 - 0.855 > 0.005
        return ""
    return f"{row.metric} is {written(lost, row.unit)} worse than {both.name}’s; {allowed:g} is tolerated"
