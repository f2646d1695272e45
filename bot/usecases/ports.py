"""What the use cases need of the world, in the trade's words.

Each Protocol's docstrings are its contract; tests/contracts runs them on the fake and on the real
adapter alike.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.model import ModelSummary, Package, Version
from bot.domain.policy import Instance, Policy, Requirement, Rollout
from bot.domain.promotion import Card, Entry, Promotion


class Registry(Protocol):
    """The SageMaker model registry."""

    def package(self, version: Version) -> Package:
        """The version as registered. Raises NotFound."""

    def latest(self, model: str) -> Version:
        """The newest version of a model. Raises NotFound."""

    def versions(self, model: str, most: int) -> Sequence[Package]:
        """The newest versions of a model, newest first. Raises NotFound."""

    def models(self) -> Sequence[ModelSummary]:
        """All models, by name."""

    def approve(self, arn: str, note: str) -> None:
        """Set Approved with this note, unless it is so already."""

    def reject(self, arn: str, note: str) -> None:
        """Set Rejected with this note, unless it is so already."""


class Reports(Protocol):
    """Where evaluation reports lie."""

    def read(self, uri: str) -> bytes:
        """The report's bytes. Raises NotFound, or Unreadable where it is too large."""


@dataclass(frozen=True)
class Deployment:
    """What shall serve: a package on an endpoint. `name` names the SageMaker model and config;
    `replaces` is the config that it was weighed against, empty for none, None where it does not matter.
    """

    name: str
    endpoint: str
    arn: str
    rollout: Rollout
    alarms: tuple[str, ...]
    instance: Instance | None
    tags: tuple[tuple[str, str], ...] = ()
    replaces: str | None = None


@dataclass(frozen=True)
class Serving:
    """What an endpoint serves now. `settled` is False while it is being changed.

    `arns` are the packages behind its variants' models, in order; `modified_at` is when SageMaker
    last changed it.
    """

    endpoint: str
    status: str
    settled: bool
    config: str
    arns: tuple[str, ...]
    modified_at: datetime
    reason: str = ""


class EndpointBusy(Exception):  # noqa: N818 - named as the state machine's Retry names it
    """The endpoint is being changed by somebody else: try again later."""


class Endpoints(Protocol):
    """SageMaker's hosting."""

    def serving(self, endpoint: str) -> Serving | None:
        """What the endpoint serves now, or None where there is no such endpoint."""

    def deploy(self, deployment: Deployment) -> None:
        """Make it so, with deployment guardrails where the endpoint exists. Doing it twice is doing
        it once.

        Raises:
            EndpointBusy: It is being changed, or serves something else than what is to be replaced.
            NotPossible: With SageMaker's own reason.
        """


class Conflict(Exception):  # noqa: N818 - not a fault: somebody else wrote first
    """The ledger has a newer revision than the one that was to be replaced."""


class Ledger(Protocol):
    """The only truth."""

    def open(self, promotion: Promotion) -> bool:
        """Write a new promotion; False where one of that id exists already."""

    def promotion(self, promotion_id: str) -> Promotion:
        """The promotion, as last written. Raises NotFound."""

    def find(self, promotion_id: str) -> Promotion | None:
        """The promotion, as last written, or None where there is none."""

    def save(self, promotion: Promotion) -> Promotion:
        """Replace the revision that it was read at; returns it with its new one. Raises Conflict."""

    def card(self, promotion_id: str) -> Card | None:
        """Where the card is, or None where none was begun."""

    def save_card(self, promotion_id: str, card: Card) -> None:
        """Remember what the card shows; only the holder of the brush calls this."""

    def brush(self, promotion_id: str) -> AbstractContextManager[bool]:
        """Hold the only brush for this card while the context lasts, waiting for it for some seconds.

        Gives True where the holder before us did not put it down (it may have painted and not said
        so). Raises Conflict when the brush cannot be had.
        """

    def under_way(self) -> Sequence[Promotion]:
        """Promotions whose workflow runs, oldest first."""

    def of_model(self, model: str, most: int = 200) -> Sequence[Promotion]:
        """Promotions of a model, newest first."""

    def was_done(self, request: str) -> bool:
        """Whether this delivery was answered already."""

    def done(self, request: str) -> None:
        """Remember for a day that this delivery was answered."""


class Workflow(Protocol):
    """The promotion state machine."""

    def start(self, promotion_id: str) -> None:
        """Start its execution; once, however often it is called."""

    def resume(self, promotion_id: str) -> None:
        """Wake the execution that waits for a decision; nothing where it does not wait any more."""


@dataclass(frozen=True)
class Picture:
    """All that a card shows: the promotion, by group how many approvals are still missing, the Slack
    id of whoever registered the version (empty where that is no known person), and when it expires.
    """

    promotion: Promotion
    still: tuple[Requirement, ...] = ()
    maker: str = ""
    expires_at: datetime | None = None


class Unreachable(Exception):  # noqa: N818 - the channel is, not we
    """Slack cannot be reached or will not take the message now."""


class Channel(Protocol):
    """Where cards hang. Every method raises Unreachable when Slack cannot be reached."""

    def post(self, channel: str, picture: Picture) -> Card:
        """Post a new card. Raises NotFound where there is no such channel or the bot is not in it."""

    def find(self, channel: str, promotion: Promotion) -> Card | None:
        """The card of this promotion, if it hangs in the channel already, and what its thread tells."""

    def repaint(self, card: Card, picture: Picture) -> bool:
        """Draw the card anew, whole; False where somebody deleted it. It stays deleted."""

    def tell(self, card: Card, number: int, entry: Entry, picture: Picture) -> None:
        """Add the entry, the number-th of the story, to the card's thread."""

    def link(self, card: Card) -> str:
        """The card's address, empty where Slack does not give one."""


class Directory(Protocol):
    """People and groups."""

    def members(self, names: Sequence[str]) -> frozenset[str]:
        """The Slack ids behind ids and `@user-groups`. Raises NotFound for an unknown user group."""

    def mentions(self, names: Sequence[str]) -> Sequence[str]:
        """For each id or `@user-group`, its mark in a sentence; unknown ones are left out."""

    def name(self, slack_id: str) -> str:
        """What a person is called where mentions mean nothing, such as in the registry; their id where
        Slack does not tell.
        """


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Now, in UTC."""


@dataclass(frozen=True)
class Ports:
    """Everything a use case may touch."""

    policy: Policy
    registry: Registry
    reports: Reports
    endpoints: Endpoints
    ledger: Ledger
    workflow: Workflow
    channel: Channel
    directory: Directory
    clock: Clock
