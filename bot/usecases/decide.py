"""Approving and rejecting."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.domain.policy import Requirement
from bot.domain.promotion import Consent, Promotion, Status
from bot.domain.quorum import needed, outstanding
from bot.domain.refusals import Refusal
from bot.domain.ruling import Reason, Ruling, rule_approval, rule_rejection
from bot.domain.wording import listed, one_line, person
from bot.usecases.change import change
from bot.usecases.draw import draw, redraw_if_stale
from bot.usecases.ports import Conflict, Ports, Unreachable
from bot.usecases.seal import changes, void_text
from bot.usecases.void import voided

_OVERDUE: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Decision:
    """What became of a decision: the ruling on it, and the promotion afterwards."""

    promotion: Promotion
    ruling: Ruling


def approve(ports: Ports, promotion_id: str, who: str, comment: str, request: str) -> Decision:
    """One person's approval: ruled on, written, and carried out where it was the last that was missing.

    The same delivery twice is one approval, and the second finishes what the first could not.
    """
    promotion = ports.ledger.promotion(promotion_id)
    groups = _groups(ports, promotion, who)
    void, freeze = _void(ports, promotion), ports.ledger.freeze_of(promotion.version.model)
    rulings: list[Ruling] = []

    def decide(now: Promotion) -> Promotion | None:
        if any(consent.request == request for consent in now.consents):
            rulings.append(Ruling(Reason.ALLOWED, missing=_still(ports, now)))
            return None
        if now.status is Status.ASKING and void:
            rulings.append(Ruling(Reason.VOID, f"{void.text} {void.next}"))
            return void.end(now)
        if now.status is Status.ASKING and freeze.is_in_force and not now.rollback:
            rulings.append(Ruling(Reason.FROZEN, freeze.sentence))
            return None
        rulings.append(rule_approval(now, ports.policy, who, groups))
        if not rulings[-1].allowed:
            return None
        return _approved(ports, now, rulings[-1], who, groups, one_line(comment), request)

    decided = change(ports.ledger, promotion_id, decide)
    return _carried_out(ports, decided, rulings[-1])


def reject(ports: Ports, promotion_id: str, who: str, reason: str, request: str) -> Decision:
    """One person's rejection, which ends the promotion."""
    promotion = ports.ledger.promotion(promotion_id)
    groups = _groups(ports, promotion, who)
    rulings: list[Ruling] = []

    def decide(now: Promotion) -> Promotion | None:
        if now.status is Status.REJECTED and now.last.request == request:
            rulings.append(Ruling(Reason.ALLOWED))
            return None
        rulings.append(rule_rejection(now, ports.policy, who, groups, reason))
        if not rulings[-1].allowed:
            return None
        text = f"Rejected by {person(who)}: {one_line(reason)}"
        return now.moved(Status.REJECTED, ports.clock.now(), text, who=who, request=request)

    decided = change(ports.ledger, promotion_id, decide)
    return _carried_out(ports, decided, rulings[-1])


def _approved(  # noqa: PLR0913 - an approval is who, as whom, when, why, in which delivery
    ports: Ports,
    promotion: Promotion,
    ruling: Ruling,
    who: str,
    groups: frozenset[str],
    comment: str,
    request: str,
) -> Promotion:
    now = ports.clock.now()
    consent = Consent(who, tuple(sorted(groups)), now, comment, request)
    text = f"Approved by {person(who)} for {listed(sorted(groups))}"
    text += f": {comment}{'' if comment[-1] in '.!?…' else '.'}" if comment else "."
    if ruling.missing:
        text += f" Still needed: {needed(ruling.missing)}."
    to = Status.ASKING if ruling.missing else Status.APPROVED
    consents = (*promotion.consents, consent)
    return promotion.moved(to, now, text, who=who, request=request, consents=consents)


def _carried_out(ports: Ports, promotion: Promotion, ruling: Ruling) -> Decision:
    # Also for a refused second click: it finishes what a killed first one left undone.
    if promotion.status in {Status.APPROVED, Status.REJECTED, Status.FAILED, Status.SUPERSEDED}:
        ports.workflow.resume(promotion.id)
    if ruling.allowed and promotion.status is Status.ASKING:
        draw(ports, promotion.id)
    elif ruling.allowed:
        with suppress(Unreachable, Conflict):  # the workflow, just woken, draws it too
            draw(ports, promotion.id)
    elif ports.clock.now() - promotion.last.at > _OVERDUE:
        with suppress(Unreachable, Conflict):  # buttons that Slack kept while it was out
            redraw_if_stale(ports, promotion)
    return Decision(promotion, ruling)


def _still(ports: Ports, promotion: Promotion) -> tuple[Requirement, ...]:
    approvals = ports.policy.stage(promotion.stage).asks(rollback=promotion.rollback) or ()
    return outstanding(approvals, promotion.consents)


@dataclass(frozen=True)
class _Void:
    """Why no approval can count any more, what comes next, and how it ends the promotion."""

    text: str
    next: str
    end: Callable[[Promotion], Promotion | None]


def _void(ports: Ports, promotion: Promotion) -> _Void | None:
    """Whether what is asked about is still what was sealed."""
    if promotion.status is not Status.ASKING:
        return None
    try:
        changed = changes(ports, promotion)
    except Refusal as refusal:
        gone = refusal.sentence
        return _Void(gone, "", lambda now: now.moved(Status.FAILED, ports.clock.now(), gone))
    if not changed:
        return None
    text = void_text(promotion, changed)
    return _Void(
        text,
        "It is weighed and asked about anew, on a card of its own.",
        lambda now: voided(ports, now, text),
    )


def _groups(ports: Ports, promotion: Promotion, who: str) -> frozenset[str]:
    """The groups that the stage asks and the person is in now."""
    stage = ports.policy.stage(promotion.stage)
    asked = {requirement.group for requirement in stage.asks(rollback=promotion.rollback) or ()}
    return frozenset(
        group for group in asked if who in ports.directory.members(ports.policy.groups.get(group, ()))
    )
