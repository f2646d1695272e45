"""Comparing: what a version's evidence comes to beside a champion's, with all that is lacking."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.domain.comparison import Comparison, weigh
from bot.domain.model import Package
from bot.domain.policy import Stage
from bot.usecases.champion import Champion
from bot.usecases.evidence import Evidence
from bot.usecases.ports import Ports

_UNKNOWN: Final = (
    ", so nobody can say whether it is within the tolerance. Name `test_data` in mlops.toml, and both are "
    "tested on the same"
)


def compared(  # noqa: PLR0913 - two sides, where, and what is known of both
    ports: Ports,
    package: Package,
    stage: Stage | None,
    candidate: Evidence,
    champion: Champion,
    paired: Mapping[str, float],
) -> Comparison:
    """The one comparison that is weighed, shown and reported.

    Args:
        ports: The world.
        package: The candidate.
        stage: Where it is to go; None where two versions are compared for their own sake.
        candidate: Its evidence.
        champion: What it is held against.
        paired: By metric, the standard deviation of the difference between their tests on the same data.
    """
    rules = ports.policy.of_model(package.version.model)
    weighed = weigh(
        candidate.report,
        champion.evidence.report if champion.evidence else None,
        champion.version,
        rules.guardrails,
        rules.tolerance,
        ports.policy.meanings_of(package.version.model),
        paired,
    )
    lacking = () if candidate.report else ("It names no evaluation report",)
    nobody_asked = stage is not None and stage.approvals == ()
    evidence_alone = lacking if nobody_asked and not weighed.failures else ()
    unknown = champion.problem and not champion.version  # something serves, and nobody knows which
    relative = [one for one in rules.guardrails if unknown and one.needs_champion]
    blind = tuple(f"{one.metric} must be {one}. {champion.problem}" for one in relative)
    unjudged = champion.problem and champion.version and rules.tolerance
    doubt = (f"{champion.problem}{_UNKNOWN}",) if unjudged else ()
    unread = tuple(f"The {one.kind} report counts for nothing: {one.problem}" for one in candidate.unread)
    return replace(
        weighed,
        failures=(*weighed.failures, *blind, *evidence_alone),
        warnings=(*weighed.warnings, *doubt),
        notes=tuple(note for note in (champion.problem, *lacking, *unread, *weighed.notes) if note),
        against=champion.config,
    )
