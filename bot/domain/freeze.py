"""Freezes: a model of which nothing new may go out, since when, why, and by whose decision."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bot.domain.policy import Policy
from bot.domain.promotion import Card
from bot.domain.refusals import NotAllowed, NotPossible
from bot.domain.wording import listed, moment, person


class FreezeStatus(StrEnum):
    """Where a freeze is."""

    NONE = "not frozen"
    ASKED = "asked for"
    IN_FORCE = "frozen"
    DISMISSED = "dismissed"
    LIFTED = "lifted"


_S = FreezeStatus
MOVES: Final[Mapping[FreezeStatus, frozenset[FreezeStatus]]] = MappingProxyType(
    {
        _S.NONE: frozenset({_S.ASKED}),
        _S.ASKED: frozenset({_S.IN_FORCE, _S.DISMISSED}),
        _S.IN_FORCE: frozenset({_S.LIFTED}),
        _S.DISMISSED: frozenset({_S.ASKED}),
        _S.LIFTED: frozenset({_S.ASKED}),
    }
)
"""The legal moves; nothing else changes a status."""


@dataclass(frozen=True)
class Move:
    """A line of the story: `text` is a sentence with marks, `who` a Slack id."""

    at: datetime
    status: FreezeStatus
    text: str
    who: str
    request: str


@dataclass(frozen=True)
class Freeze:
    """A model's freezes: the one that counts now, and the story of all that there ever were.

    `number` tells the freezes of a model apart, so that a click on an old message decides no newer one.
    `card` is where its message hangs. `revision` counts the writes.
    """

    model: str
    status: FreezeStatus = FreezeStatus.NONE
    number: int = 0
    reason: str = ""
    story: tuple[Move, ...] = ()
    card: Card | None = None
    revision: int = 0

    @property
    def is_in_force(self) -> bool:
        """Whether nothing of the model may go out."""
        return self.status is FreezeStatus.IN_FORCE

    @property
    def asked_by(self) -> str:
        """The Slack id of who asked for it, empty where nobody did."""
        return next((move.who for move in reversed(self.story) if move.status is FreezeStatus.ASKED), "")

    @property
    def since(self) -> datetime:
        """When it was asked for. There must have been one."""
        return next(move.at for move in reversed(self.story) if move.status is FreezeStatus.ASKED)

    @property
    def sentence(self) -> str:
        """What is said to who wants something of a frozen model."""
        move = self.story[-1]
        return (
            f"{self.model} is frozen since {moment(move.at)}, approved by {person(move.who)}: {self.reason}. "
            f"Only a rollback goes out. `/mlops unfreeze {self.model} -- reason` ends it."
        )

    def knows(self, request: str) -> bool:
        """Whether this delivery was carried out before."""
        return any(move.request == request for move in self.story)

    def asked(self, who: str, reason: str, at: datetime, request: str) -> "Freeze":
        """Somebody asks for a freeze.

        Raises:
            NotPossible: It is asked for or in force already, or there is no reason.
        """
        if not reason:
            raise NotPossible(
                f"A freeze needs a reason. Write `/mlops freeze {self.model} -- what is wrong`."
            )
        if self.status in {FreezeStatus.ASKED, FreezeStatus.IN_FORCE}:
            where = "is frozen" if self.is_in_force else "was asked to be frozen"
            raise NotPossible(f"{self.model} {where} already: {self.reason}. Its message is in the channel.")
        text = f"{person(who)} asks to freeze {self.model}: {reason}."
        fresh = replace(self, number=self.number + 1, reason=reason, card=None)
        return _moved(fresh, FreezeStatus.ASKED, at, text, who, request)

    def approved(self, who: str, at: datetime, request: str) -> "Freeze":
        """Somebody who may, see `rule`, puts it in force."""
        text = f"Frozen: approved by {person(who)}. Nothing of {self.model} goes out but a rollback."
        return _moved(self, FreezeStatus.IN_FORCE, at, text, who, request)

    def dismissed(self, who: str, at: datetime, request: str) -> "Freeze":
        """Somebody who may decides against it, or who asked for it takes it back."""
        return _moved(self, FreezeStatus.DISMISSED, at, f"Dismissed by {person(who)}.", who, request)

    def lifted(self, who: str, reason: str, at: datetime, request: str) -> "Freeze":
        """Somebody who may ends it.

        Raises:
            NotPossible: It is not in force, or there is no reason.
        """
        if not self.is_in_force:
            raise NotPossible(f"{self.model} is not frozen.")
        if not reason:
            raise NotPossible(f"To end a freeze needs a reason: `/mlops unfreeze {self.model} -- why`.")
        return _moved(self, FreezeStatus.LIFTED, at, f"Lifted by {person(who)}: {reason}.", who, request)

    def hung(self, card: Card) -> "Freeze":
        """The freeze whose message hangs there."""
        return replace(self, card=card)


def _moved(  # noqa: PLR0913 - a move is what, when, in which words, by whom, in which delivery
    freeze: Freeze, to: FreezeStatus, at: datetime, text: str, who: str, request: str
) -> Freeze:
    if to not in MOVES[freeze.status]:
        said = freeze.story[-1].text if freeze.story else f"Nobody asked to freeze {freeze.model}."
        raise NotPossible(f"The freeze of {freeze.model} is {freeze.status}, not to be decided. {said}")
    return replace(freeze, status=to, story=(*freeze.story, Move(at, to, text, who, request)))


def deciders(policy: Policy) -> tuple[str, ...]:
    """The groups of which one member's word freezes a model or ends that: those that the top stage asks."""
    asked = policy.stages[-1].asks(rollback=False) or ()
    return tuple(dict.fromkeys(requirement.group for requirement in asked))


def rule(freeze: Freeze, policy: Policy, who: str, groups: frozenset[str]) -> None:
    """Whether this person may decide on a freeze; who asked for it may not put it in force.

    Raises:
        NotAllowed: With the reason.
    """
    wanted, top = deciders(policy), policy.stages[-1].name
    if not wanted:
        raise NotAllowed(
            f"Nobody may decide on a freeze: mlops.toml asks nobody for {top}. Ask your platform team to add "
            f"`approvals` to that stage."
        )
    if not groups & set(wanted):
        raise NotAllowed(
            f"Only {listed(list(wanted), 'or')} may decide on a freeze of {freeze.model}. Ask one of them."
        )
    if freeze.status is FreezeStatus.ASKED and who == freeze.asked_by:
        raise NotAllowed(f"You asked to freeze {freeze.model}, so somebody else has to approve it.")
