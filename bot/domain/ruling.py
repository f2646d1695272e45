"""Rulings: may this person do this now? The verdict, the reason and the sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from bot.domain.model import Identity
from bot.domain.policy import MACHINE, Policy, Requirement, Stage
from bot.domain.promotion import Promotion, Status, said
from bot.domain.quorum import missing, needed, outstanding
from bot.domain.wording import listed, moment, person


class Reason(StrEnum):
    """Why a ruling is as it is."""

    ALLOWED = "allowed"
    NOT_ASKING = "not asking"
    ALREADY_DECIDED = "already decided"
    ALREADY_APPROVED_BY_YOU = "already approved by you"
    NO_POLICY = "no policy"
    UNKNOWN_MAKER = "unknown maker"
    FOUR_EYES = "four eyes"
    NOT_IN_GROUP = "not in a group"
    GROUP_IS_COMPLETE = "the group is complete"
    REASON_MISSING = "reason missing"
    VOID = "void"
    FROZEN = "frozen"


@dataclass(frozen=True)
class Ruling:
    """`missing` says what is still needed once the ruling has taken effect."""

    reason: Reason
    sentence: str = ""
    missing: tuple[Requirement, ...] = field(default=())

    @property
    def allowed(self) -> bool:
        """Whether they may."""
        return self.reason is Reason.ALLOWED


def rule_approval(promotion: Promotion, policy: Policy, who: str, groups: frozenset[str]) -> Ruling:
    """Whether this person's approval counts now.

    Args:
        promotion: As the ledger has it.
        policy: As mlops.toml has it.
        who: The person's Slack id.
        groups: The groups of mlops.toml that the person is in now.
    """
    stage = policy.stage(promotion.stage)
    if (closed := _closed(promotion, who)) or (closed := _eyes(promotion, policy, stage, who)):
        return closed
    if outside := _outside(promotion, stage, groups):
        return outside
    approvals = stage.asks(rollback=promotion.rollback) or ()
    before = outstanding(approvals, promotion.consents)
    after = missing(approvals, [*(c.groups for c in promotion.consents), tuple(sorted(groups))])
    if before and _open(after) == _open(before):
        return Ruling(Reason.GROUP_IS_COMPLETE, _complete(promotion, stage, groups, before))
    return Ruling(Reason.ALLOWED, missing=after)


def rule_rejection(
    promotion: Promotion, policy: Policy, who: str, groups: frozenset[str], reason: str
) -> Ruling:
    """Whether this person may reject now: any member of a group that the stage asks, with a reason."""
    stage = policy.stage(promotion.stage)
    if closed := _closed(promotion, who, rejecting=True):
        return closed
    if outside := _outside(promotion, stage, groups):
        return outside
    if not reason:
        example = f"/mlops reject {promotion.version} to {promotion.stage} -- why not"
        return Ruling(Reason.REASON_MISSING, f"A rejection needs a reason. Write `{example}`.")
    return Ruling(Reason.ALLOWED)


def _open(requirements: Sequence[Requirement]) -> int:
    return sum(requirement.count for requirement in requirements)


def _outside(promotion: Promotion, stage: Stage, groups: frozenset[str]) -> Ruling | None:
    asked = stage.asks(rollback=promotion.rollback)
    if not asked:
        return Ruling(Reason.NO_POLICY, _no_policy(stage, asked))
    wanted = frozenset(requirement.group for requirement in asked)
    if wanted & groups:
        return None
    return Ruling(Reason.NOT_IN_GROUP, _not_in_group(promotion, wanted))


def _closed(promotion: Promotion, who: str, *, rejecting: bool = False) -> Ruling | None:
    mine = next((c for c in promotion.consents if c.person == who), None)
    if mine and not rejecting and promotion.status is Status.ASKING:
        sentence = f"You already approved {promotion.title} at {moment(mine.at)}; one person counts once."
        return Ruling(Reason.ALREADY_APPROVED_BY_YOU, sentence)
    if promotion.status is Status.ASKING:
        return None
    decision = _decision(promotion)
    if decision:
        return Ruling(Reason.ALREADY_DECIDED, f"{promotion.title} {decision}.")
    return Ruling(Reason.NOT_ASKING, _not_asking(promotion))


def _decision(promotion: Promotion) -> str:
    if promotion.status is Status.REJECTED:
        entry = promotion.last
        return f"was already rejected by {person(entry.who)} at {moment(entry.at)}"
    if promotion.status is Status.EXPIRED:
        return f"expired at {moment(promotion.last.at)}; propose it again with `{promotion.command}`"
    approval = next((e for e in promotion.story if e.status is Status.APPROVED and e.who), None)
    if approval is None or promotion.reopens:
        return ""
    over = promotion.status in {Status.FAILED, Status.ROLLED_BACK, Status.SUPERSEDED}
    ended = f" and ended: {said(promotion.status)}" if over else ""
    return f"was already approved by {person(approval.who)} at {moment(approval.at)}{ended}"


def _not_asking(promotion: Promotion) -> str:
    match promotion.status:
        case Status.OPENED | Status.SEALED | Status.TESTED | Status.WEIGHED:
            return f"{promotion.title} is still being weighed. Its card shows buttons as soon as it asks."
        case Status.APPROVED | Status.DEPLOYING | Status.WATCHING | Status.LIVE:
            return (
                f"{promotion.title} asked nobody: the policy lets evidence alone decide. "
                f"It is {said(promotion.status)}."
            )
        case Status.SUPERSEDED:
            anew = " It is asked about anew, on a card of its own." if promotion.reopens else ""
            return f"{promotion.title} is superseded: {promotion.last.text}{anew}"
        case Status.REFUSED | Status.FAILED | Status.ROLLED_BACK:
            ended = f"{promotion.title} ended: {said(promotion.status)}."
            return f"{ended} Propose it again with `{promotion.command}`."
        case Status.ASKING | Status.REJECTED | Status.EXPIRED:
            return f"{promotion.title} is {said(promotion.status)}."
        case _:
            assert_never(promotion.status)


def _eyes(promotion: Promotion, policy: Policy, stage: Stage, who: str) -> Ruling | None:
    if not stage.four_eyes:
        return None
    maker = policy.maker(promotion.registered_by)
    if maker is None:
        return Ruling(Reason.UNKNOWN_MAKER, _unknown_maker(promotion, promotion.registered_by))
    why = ""
    if maker != MACHINE and who == maker:
        why = "registered"
    elif who == promotion.proposer:
        why = "proposed"
    if why:
        needs = f"{stage.name} needs somebody else’s eyes"
        return Ruling(Reason.FOUR_EYES, f"You {why} {promotion.version}, so you cannot approve it: {needs}.")
    return None


def _unknown_maker(promotion: Promotion, identity: Identity) -> str:
    name = identity.profile or identity.arn
    known = (
        f"{promotion.version} was registered by {name}"
        if name
        else (f"SageMaker does not say who registered {promotion.version}")
    )
    return (
        f"Nobody may approve: {known}, and I cannot tell who that is in Slack, so I cannot keep four eyes. "
        f"Ask your platform team to add them to [people] in mlops.toml."
    )


def _no_policy(stage: Stage, asked: Sequence[Requirement] | None) -> str:
    if asked is None:
        return (
            f"Nobody may approve for {stage.name}: mlops.toml gives it no approvals. "
            f"Ask your platform team to add `approvals` to that stage."
        )
    return f"{stage.name} asks nobody: the policy lets evidence alone decide."


def _not_in_group(promotion: Promotion, wanted: frozenset[str]) -> str:
    groups = listed(sorted(wanted), "or")
    return f"Only {groups} may decide on {promotion.title}. Ask one of them to look at the card."


def _complete(
    promotion: Promotion, stage: Stage, groups: frozenset[str], still: Sequence[Requirement]
) -> str:
    asked = stage.asks(rollback=promotion.rollback) or ()
    mine = groups & {requirement.group for requirement in asked}
    by = [c for c in promotion.consents if mine & frozenset(c.groups)] or list(promotion.consents)
    who = by[-1]
    return (
        f"{promotion.title} was already approved by {person(who.person)} at {moment(who.at)} "
        f"for {listed(sorted(mine))}; still needed: {needed(still)}."
    )
