"""Evidence: all that is known of how good a version is, from every report that it names."""

from dataclasses import dataclass

from bot.domain.comparison import Comparison
from bot.domain.model import Package
from bot.domain.model_card import ModelCard
from bot.domain.report import Report


@dataclass(frozen=True)
class Source:
    """Where evidence comes from: what it is of (`model quality`, `bias`, `test`), its address, its sha256,
    and why it could not be read, empty where it could.
    """

    kind: str
    uri: str
    digest: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Evidence:
    """All reports of a version as one, None where there is none; where it comes from; its model card."""

    report: Report | None
    sources: tuple[Source, ...] = ()
    card: ModelCard | None = None

    @property
    def unread(self) -> tuple[Source, ...]:
        """What was named and could not be read."""
        return tuple(source for source in self.sources if source.problem)


@dataclass(frozen=True)
class Reported:
    """A version's evidence beside another's. `stage` is where that one is live, empty where it was named;
    `champion` is its evidence, None where there is nothing to compare with.
    """

    package: Package
    evidence: Evidence
    comparison: Comparison
    champion: Evidence | None = None
    stage: str = ""
