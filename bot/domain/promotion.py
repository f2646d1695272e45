"""A promotion: one version on its way to one stage, and the moves that it may make."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from bot.domain.comparison import Comparison
from bot.domain.cost import Cost
from bot.domain.envelope import Envelope
from bot.domain.model import Identity, Version
from bot.domain.model_card import ModelCard
from bot.domain.needs import Copy
from bot.domain.progress import Progress, Trial
from bot.domain.refusals import NotPossible


class Status(StrEnum):
    """Where a promotion is."""

    OPENED = "opened"
    SEALED = "sealed"
    TESTED = "tested"
    WEIGHED = "weighed"
    ASKING = "asking"
    APPROVED = "approved"
    DEPLOYING = "deploying"
    WATCHING = "watching"
    LIVE = "live"
    REJECTED = "rejected"
    REFUSED = "refused"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"


_S = Status
MOVES: Final[Mapping[Status, frozenset[Status]]] = MappingProxyType(
    {
        _S.OPENED: frozenset({_S.SEALED, _S.REFUSED, _S.FAILED}),
        _S.SEALED: frozenset({_S.TESTED, _S.REFUSED, _S.SUPERSEDED, _S.FAILED}),
        _S.TESTED: frozenset({_S.WEIGHED, _S.REFUSED, _S.SUPERSEDED, _S.FAILED}),
        _S.WEIGHED: frozenset({_S.ASKING, _S.APPROVED, _S.SUPERSEDED, _S.FAILED}),
        _S.ASKING: frozenset({_S.APPROVED, _S.REJECTED, _S.EXPIRED, _S.SUPERSEDED, _S.FAILED}),
        _S.APPROVED: frozenset({_S.DEPLOYING, _S.SUPERSEDED, _S.FAILED}),
        _S.DEPLOYING: frozenset({_S.WATCHING, _S.SUPERSEDED, _S.FAILED}),
        _S.WATCHING: frozenset({_S.LIVE, _S.ROLLED_BACK, _S.FAILED}),
        _S.LIVE: frozenset({_S.SUPERSEDED, _S.ROLLED_BACK}),
        _S.REJECTED: frozenset(),
        _S.REFUSED: frozenset(),
        _S.EXPIRED: frozenset(),
        _S.SUPERSEDED: frozenset(),
        _S.FAILED: frozenset({_S.ROLLED_BACK}),
        _S.ROLLED_BACK: frozenset(),
    }
)
"""The legal moves; nothing else changes a status."""

OVER: Final = frozenset(
    {_S.LIVE, _S.REJECTED, _S.REFUSED, _S.EXPIRED, _S.SUPERSEDED, _S.FAILED, _S.ROLLED_BACK}
)
"""No workflow is running any more."""


@dataclass(frozen=True)
class Consent:
    """One person's approval. `request` names the delivery that it came in, so that a second delivery
    of the same click is known for what it is.
    """

    person: str
    groups: tuple[str, ...]
    at: datetime
    comment: str = ""
    request: str = ""


@dataclass(frozen=True)
class Entry:
    """A line of the promotion's story: `text` is a sentence with marks, `who` a Slack id or empty.

    `evidence` says that the version's evidence is shown with it; `aloud` that the channel sees it, too.
    """

    at: datetime
    status: Status
    text: str
    who: str = ""
    request: str = ""
    evidence: bool = False
    aloud: bool = False


@dataclass(frozen=True)
class Card:
    """Where the card is, which revision it shows and how much of the story its thread tells."""

    channel: str
    ts: str = ""
    shows: int = 0
    told: int = 0


@dataclass(frozen=True)
class Promotion:
    """The unit of work. `revision` counts the writes; every write names the one that it replaces.

    `proposer` is a Slack id, empty where the registry or the ladder proposed. `resource` is the name
    of the SageMaker model and endpoint config that this promotion creates. `rollback` says that people
    want back what was live before. `trials` are the version's own test and, where it had to be scored
    too, the champion's. `looks` counts how often the machine looked at what takes its time.
    `model_card` is what the version's model card said when it was sealed. `reports` are the addresses of
    all reports that its package names, empty where it was opened before they were kept. `data_drift` says
    how the training data had changed by when it was weighed, such as `3 of 40 files`.
    `unsettled` says that the endpoint may still be on its way to a version that failed; `reopens` that
    the promotion ended because it has to be weighed anew; `closed` that all that follows from its end
    was done.
    """

    id: str
    version: Version
    stage: str
    attempt: int
    arn: str
    status: Status
    opened_at: datetime
    registered_by: Identity
    proposer: str = ""
    training_job: str = ""
    report: str = ""
    revision: int = 0
    envelope: Envelope | None = None
    comparison: Comparison | None = None
    consents: tuple[Consent, ...] = ()
    story: tuple[Entry, ...] = ()
    deployed_at: datetime | None = None
    rollback: bool = False
    copies: tuple[Copy, ...] = ()
    trials: tuple[Trial, ...] = ()
    progress: Progress | None = None
    looks: int = 0
    cost: Cost | None = None
    unsettled: bool = False
    reopens: bool = False
    closed: bool = False
    model_card: ModelCard | None = None
    reports: tuple[str, ...] = ()
    data_drift: str = ""

    @property
    def onward(self) -> frozenset[Status]:
        """Where it may move."""
        return MOVES[self.status]

    @property
    def is_over(self) -> bool:
        """Whether its workflow has ended."""
        return self.status in OVER

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do for it."""
        return self.is_over and self.closed and not self.unsettled

    @property
    def resource(self) -> str:
        """A name of at most 63 letters, digits and hyphens, as SageMaker wants it."""
        return f"{self.version.model[:40]}-{self.version.number}-{self.id.removeprefix('p_')}"

    @property
    def title(self) -> str:
        """`churn:12 to production`."""
        return f"{self.version} to {self.stage}"

    @property
    def command(self) -> str:
        """What a person writes to propose it again."""
        if self.rollback:
            return f"/mlops rollback {self.version.model} in {self.stage} to {self.version.number}"
        return f"/mlops deploy {self.version} to {self.stage}"

    @property
    def went_live(self) -> datetime | None:
        """When it went live, None where it never did."""
        return next((entry.at for entry in self.story if entry.status is Status.LIVE), None)

    @property
    def last(self) -> Entry:
        """The newest line of the story that tells of a move."""
        return self.moves[-1]

    @property
    def moves(self) -> tuple[Entry, ...]:
        """The story without what was only told, such as that new evidence came."""
        return tuple(entry for entry in self.story if not entry.aloud)

    @property
    def ending(self) -> str:
        """Why it is over and what came of it, in all that was said since; the last line where it is not."""
        if not self.is_over:
            return self.last.text
        over = [entry.text for entry in self.moves if entry.status in OVER and entry.at >= self._over_since]
        return " ".join(over)

    @property
    def _over_since(self) -> datetime:
        after_live = [entry.at for entry in self.moves if entry.status in OVER - {Status.LIVE}]
        return after_live[0] if after_live else self.last.at

    def with_evidence(self) -> "Promotion":
        """The promotion whose newest line is told with the version's evidence."""
        return replace(self, story=(*self.story[:-1], replace(self.story[-1], evidence=True)))

    def told(self, at: datetime, text: str, request: str) -> "Promotion":
        """The promotion with new evidence told aloud; nothing moves."""
        entry = Entry(at, self.status, text, request=request, evidence=True, aloud=True)
        return replace(self, story=(*self.story, entry))

    def moved(
        self, to: Status, at: datetime, text: str, *, who: str = "", request: str = "", **changes: Any
    ) -> "Promotion":
        """The promotion after a move, with a line in its story.

        Raises:
            NotPossible: The table has no such move.
        """
        if to is not self.status and to not in MOVES[self.status]:
            raise NotPossible(f"{self.title} is {said(self.status)} and cannot become {said(to)}.")
        entry = Entry(at, to, text, who, request)
        return replace(self, status=to, story=(*self.story, entry), **changes)


def said(status: Status) -> str:
    """The status in words."""
    return {
        Status.ASKING: "waiting for approval",
        Status.ROLLED_BACK: "rolled back",
        Status.OPENED: "just opened",
        Status.WATCHING: "being watched while it rolls out",
    }.get(status, status.value)


def promotion_id(arn: str, registered_at: datetime, stage: str, attempt: int) -> str:
    """The opaque id of the n-th promotion of a package to a stage.

    It is derived, so that two deliveries of one event name the same promotion and a conditional write
    lets only one of them open it. The time of registration is in it because an ARN is used again when
    a package is deleted and a new one takes its number.
    """
    name = f"{arn}|{registered_at.astimezone(UTC).isoformat()}|{stage}|{attempt}"
    return f"p_{hashlib.sha256(name.encode()).hexdigest()[:12]}"
