"""Weighing a candidate: its report against the guardrails and beside the champion's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from bot.domain.comparability import unsaid
from bot.domain.comparison_order import is_headline, ordered, worst_slice
from bot.domain.comparison_rows import Beside, Row
from bot.domain.guarding import guarded
from bot.domain.guardrails import Guardrail
from bot.domain.meaning import Meanings
from bot.domain.model import Version
from bot.domain.report import Report
from bot.domain.tolerance import tolerated, unknowable
from bot.domain.verdict import beside, called
from bot.domain.wording import listed

__all__ = ["MOST_ROWS", "Comparison", "Row", "weigh"]

MOST_ROWS: Final = 60
"""So many metrics are kept, guarded and well-known ones first; a record in the ledger has its limits."""
_NAMED: Final = 3


@dataclass(frozen=True)
class Comparison:
    """Row by row, with a verdict: it passes while `failures` is empty. `left_out` counts the metrics
    that were looked at and not kept; `warnings` are for people to weigh, and enough to refuse where
    nobody is asked; `against` is the endpoint config that served when it was weighed.

    `incomparable` is a sentence that says why the two cannot be compared, empty where they can; `worst`
    is the slice to look at, None where nothing is measured by slices.
    """

    rows: tuple[Row, ...]
    champion: Version | None
    failures: tuple[str, ...]
    notes: tuple[str, ...] = ()
    left_out: int = 0
    warnings: tuple[str, ...] = ()
    against: str = ""
    incomparable: str = ""
    worst: Row | None = None

    @property
    def verdict(self) -> str:
        """The comparison in one sentence."""
        if self.failures:
            return f"{'; '.join(self.failures)}."
        if self.warnings:
            return f"{'; '.join(self.warnings)}."
        stands = beside(self.rows, str(self.champion) if self.champion else "the champion")
        if any(row.guardrail_met is not None for row in self.rows):
            return f"Every guardrail holds{f'; {stands}' if stands else ''}."
        return f"No guardrails{f'; {stands}' if stands else ', and nothing to compare with'}."

    @property
    def passed(self) -> bool:
        """Whether the evidence lets the promotion go on."""
        return not self.failures


def weigh(  # noqa: PLR0913 - two reports and what is asked of them
    candidate: Report | None,
    champion: Report | None,
    champion_version: Version | None,
    guardrails: Sequence[Guardrail],
    tolerance: Mapping[str, float],
    meanings: Meanings = Meanings(),  # noqa: B008 - frozen, and empty
    paired: Mapping[str, float] = {},
) -> Comparison:
    """The comparison of two reports: guarded metrics first, then as `comparison_order.ordered` says.

    Args:
        candidate: The candidate's report, None where its package names none.
        champion: The champion's report, None where there is none or it cannot be read.
        champion_version: What is live in the stage now; None, with no report, where nothing is, and then
            what a guardrail says about a champion waits for one.
        guardrails: Bounds on the candidate's metrics.
        tolerance: By metric, how much worse than the champion is still fine.
        meanings: Which way is better, and what things are called.
        paired: By metric, the standard deviation of the difference between their tests on the same data
            (`pairing.paired`); where there is none, it follows from both of theirs.
    """
    both = Beside(candidate, champion, champion_version, meanings, paired)
    held = [guarded(both, rule) for rule in guardrails]
    borne = [one for name, allowed in tolerance.items() for one in tolerated(both, name, allowed)]
    bound = {one.row.metric for one in held}
    ruled = [*(one.row for one in held), *(one.row for one in borne if one.row.metric not in bound)]
    known = {row.metric for row in ruled}
    others = [key for key in ordered(both) if key not in known]
    shown = others[: max(0, MOST_ROWS - len(ruled))]
    rows = (*ruled, *map(both.row, shown))
    incomparable, aside = _apart(both, rows, known)
    return Comparison(
        rows,
        champion_version,
        tuple(one.failure for one in held if one.failure),
        tuple(
            dict.fromkeys(
                note for note in (*(one.note for one in held), aside, _unsaid(both, rows, known)) if note
            )
        ),
        len(others) - len(shown),
        (*(one.warning for one in borne if one.warning), *unknowable(borne)),
        incomparable=incomparable,
        worst=worst_slice(both, [*(row.metric for row in ruled), *takewhile(is_headline, others)]),
    )


def _apart(both: Beside, rows: Sequence[Row], ruled: set[str]) -> tuple[str, str]:
    """Why the two cannot be compared: in red where it is about what people look at, else as a note."""
    apart = [row for row in rows if not row.comparable]
    first = next((row for row in apart if row.metric in ruled or is_headline(row.metric)), None)
    if not apart:
        return "", ""
    why = both.unlike((first or apart[0]).metric)
    names = [row.metric for row in apart if both.unlike(row.metric) == why]
    more = [f"{len(names) - _NAMED} more"] if len(names) > _NAMED else []
    whole = all(not row.comparable for row in rows if row.champion is not None)
    of = "" if whole else f" on {listed([*names[:_NAMED], *more])}"
    sentence = f"Not comparable with {both.name}{of}: {why}"
    return (f"{sentence}.", "") if first else ("", sentence)


def _unsaid(both: Beside, rows: Sequence[Row], ruled: set[str]) -> str:
    """Whether somebody should be told that nobody says what the numbers were measured on: those that people
    look at, where there are any, by name where it is known of others.
    """
    compared = [row for row in rows if row.difference is not None]
    looked_at = [row for row in compared if row.metric in ruled or is_headline(row.metric)] or compared
    said = {row.metric: unsaid(*both.data(row.metric), both.name) for row in compared}
    first = next((row for row in looked_at if said[row.metric]), None)
    if first is None or set(said.values()) == {said[first.metric]}:
        return said[first.metric] if first else ""
    names = [called(row) for row in looked_at if said[row.metric] == said[first.metric]]
    more = [f"{len(names) - _NAMED} more"] if len(names) > _NAMED else []
    of = f"{listed([*names[:_NAMED], *more])} {'was' if len(names) == 1 else 'were'}"
    return unsaid(*both.data(first.metric), both.name, of)
