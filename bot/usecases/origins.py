"""What the use cases need of SageMaker's lineage, and of what the ledger keeps of it.

The docstrings are the contract; tests/contracts runs them on the fake and on the real adapter alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.domain.lineage.dataset import Sighting
from bot.domain.lineage.graph import Graph
from bot.domain.model import Package, Version

ALL_ENDPOINTS: Final = "other:all endpoints"
"""The node at which a list of endpoints has a gap: there may be more of them than the graph has."""


_SETTLES: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Registered:
    """A version in a list of all of them; a package that took a deleted one's number has another time."""

    version: Version
    arn: str
    registered_at: datetime


@dataclass(frozen=True)
class Origin:
    """What a version came from, as it was read at `read_at`: a part of the graph that ends at the version."""

    registered: Registered
    graph: Graph
    read_at: datetime

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left unread."""
        return not self.graph.gaps

    @property
    def is_settled(self) -> bool:
        """Whether it is never read again: what a version came from cannot change, but SageMaker may write it
        down some time after the registration.
        """
        return self.is_whole and self.read_at - self.registered.registered_at >= _SETTLES


@dataclass(frozen=True)
class Channel:
    """One input of a training job: the job's name for it and the address in S3."""

    name: str
    uri: str


@dataclass(frozen=True)
class Outcome:
    """What SageMaker's own graph is told of a promotion that went live.

    `properties` has what people want to read in Studio: the envelope's digest, who approved, when.
    """

    promotion: str
    version: Version
    arn: str
    endpoint: str
    stage: str
    at: datetime
    properties: tuple[tuple[str, str], ...]


class Lineage(Protocol):
    """What SageMaker knows of where things come from and where they serve.

    Reading a graph never fails as a whole: a branch that is throttled, forbidden, gone, of another account
    or beyond the number of calls that one answer may take is a gap in it. Lists and writing raise Transient
    where a moment later they may work.
    """

    @property
    def calls(self) -> int:
        """How many calls to AWS its graphs have taken so far; what one took is the difference."""

    def origin(self, package: Package) -> Graph:
        """All that led to a version: SageMaker's lineage graph upstream of it, joined with the descriptions
        of its jobs; the version's node is in it. Nothing in it changes once the version is registered, so
        its approval is not in it.

        A job has its times, `status`, `reason` and `parameter NAME`; the edge from data to a job its
        `channel`, and `rows` where a tag says them and there is one data set, else the job has them.
        """

    def endpoints(self) -> Graph:
        """All endpoints of the account, and the versions, artifacts and images that each serves.

        `status`, `created` and `reason` are facts of an endpoint; `traffic`, such as `90 %`, is one of the
        edge from what serves. Where nothing of it answers callers the edge has no `traffic`: it has `shadow`
        for a shadow variant, `rollout` for what is being deployed. An image leads to it by RUN_BY, all else
        by SERVED_BY. A gap at ALL_ENDPOINTS says that the list itself is not whole.
        """

    def channels(self, job: str) -> Sequence[Channel]:
        """What a training job reads from S3, in the job's order. Raises NotFound."""

    def registered(self) -> Sequence[Registered]:
        """All versioned packages of the registry, newest first."""

    def write(self, outcome: Outcome) -> None:
        """Tell SageMaker's graph of an approval and a deployment; once, however often it is called, and what
        was written first stays.

        Raises:
            NotPossible: SageMaker does not take it, or the endpoint is gone; the sentence says why.
        """


class Origins(Protocol):
    """What the ledger keeps of lineage."""

    def keep(self, origin: Origin) -> None:
        """Remember it; one that is whole is never replaced by one that is not."""

    def find(self, version: Version) -> Origin | None:
        """What is kept of the version, or None."""

    def all(self) -> Sequence[Origin]:
        """All that are kept, in any order; the index behind it lags a little."""

    def keep_job(self, job: str, graph: Graph) -> None:
        """Remember what a processing job read and made, for a year and some days; of jobs that read and made
        the same the first stays.
        """

    def jobs(self) -> Sequence[Graph]:
        """All that was kept of processing jobs, in any order; the index behind it lags a little."""

    def see(self, sighting: Sighting) -> None:
        """Remember what lay under an input; the first one of each job, channel and moment stays."""

    def seen(self, job: str) -> Sequence[Sighting]:
        """All sightings of a training job's inputs, oldest first."""
