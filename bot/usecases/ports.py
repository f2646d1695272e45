"""What the use cases need of the world, in the trade's words.

Each Protocol's docstrings are its contract; tests/contracts runs them on the fake and on the real
adapter alike.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.artifact import Blob, Manifest
from bot.domain.freeze import Freeze
from bot.domain.model import ModelSummary, Package, Version
from bot.domain.policy import Policy, Requirement
from bot.domain.promotion import Card, Entry, Promotion
from bot.usecases.evidence import Reported
from bot.usecases.hosting import Endpoints, Transforms
from bot.usecases.origins import Lineage, Origins


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

    def write_card(self, arn: str, content: str, instead_of: str) -> None:
        """Replace the content of its model card, unless it is that already; keeps its status.

        Raises:
            NotPossible: The card is archived, or SageMaker does not take this one.
            Conflict: It has another content by now than `instead_of`, empty where it had no card.
        """


class Reports(Protocol):
    """Where evaluation reports lie."""

    def read(self, uri: str) -> bytes:
        """The report's bytes. Raises NotFound, or Unreadable where it is too large."""


class Artifacts(Protocol):
    """What lies in S3: the scientists' objects, and the project's own copies of them."""

    def look(self, uri: str) -> Blob:
        """The newest object at this address. Raises NotFound."""

    def keep(self, source: Blob) -> Blob | None:
        """The project's own copy of exactly this object, made by S3 itself; None where it needs more
        time: call again. What was copied is never copied twice.

        Raises:
            NotPossible: The object was overwritten or deleted since it was looked at.
        """

    def exists_exactly(self, blob: Blob) -> bool:
        """Whether the newest object at its address is still this one."""

    def manifest(self, prefix: str) -> Manifest:
        """All objects under a prefix. Raises NotFound where there is none."""

    def files(self, prefix: str) -> Sequence[Blob]:
        """The objects under a prefix, in key order."""

    def lines(self, uri: str) -> Iterator[str]:
        """The lines of an object, or of all objects under a prefix that ends in a slash, in key order;
        streamed. Raises NotFound, Unreadable.
        """

    def read(self, uri: str, most: int) -> bytes:
        """A small object, whole. Raises NotFound, or Unreadable where it is larger."""

    def write(self, name: str, content: bytes) -> Blob:
        """Put an object into the project's bucket, unless it is there with the same bytes."""

    def project_uri(self, name: str) -> str:
        """The address of an object in the project's bucket."""


class Conflict(Exception):  # noqa: N818 - not a fault: somebody else wrote first
    """There is something newer than what was to be replaced."""


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
        """Promotions whose workflow runs or that leave something to do, oldest first."""

    def of_model(self, model: str, most: int = 200) -> Sequence[Promotion]:
        """Promotions of a model, newest first."""

    def freeze_of(self, model: str) -> Freeze:
        """The model's freeze, as last written; an empty one where there never was any."""

    def save_freeze(self, freeze: Freeze) -> Freeze:
        """Replace the revision that it was read at; returns it with its new one. Raises Conflict."""

    def was_done(self, request: str) -> bool:
        """Whether this delivery was answered already."""

    def done(self, request: str) -> None:
        """Remember for a day that this delivery was answered."""


class Workflow(Protocol):
    """The promotion state machine."""

    def start(self, promotion_id: str) -> None:
        """Start its execution; once, however often it is called."""

    def resume(self, promotion_id: str) -> None:
        """Wake the execution that waits for a decision or for time to pass; nothing where it does not
        wait any more.
        """

    def runs(self, promotion_id: str) -> bool:
        """Whether its execution is running."""


@dataclass(frozen=True)
class Picture:
    """All that a card shows: the promotion, by group how many approvals are still missing, the Slack
    id of whoever registered the version (empty where that is no known person), when it expires,
    whether there is something to roll back to, and when it was drawn. `reported` is the evidence that
    is told with a line of the story, None where it has none.
    """

    promotion: Promotion
    still: tuple[Requirement, ...] = ()
    maker: str = ""
    expires_at: datetime | None = None
    can_roll_back: bool = False
    now: datetime | None = None
    reported: Reported | None = None


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
        """Add the entry, the number-th of the story, to the card's thread, with the picture's evidence where
        it has some; one that is told aloud is shown in the channel, too.
        """

    def post_freeze(self, channel: str, freeze: Freeze) -> Card:
        """Post what is asked about a freeze, once: the message that hangs there already is found again.
        Raises NotFound where there is no such channel or the bot is not in it.
        """

    def redraw_freeze(self, card: Card, freeze: Freeze) -> bool:
        """Draw it anew, whole; False where somebody deleted it."""

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
    artifacts: Artifacts
    transforms: Transforms
    endpoints: Endpoints
    ledger: Ledger
    lineage: Lineage
    origins: Origins
    workflow: Workflow
    channel: Channel
    directory: Directory
    clock: Clock
