"""Close: the end of a promotion, whichever it is, and what follows from it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from bot.domain.promotion import Promotion, Status
from bot.domain.refusals import NotFound, Refusal
from bot.usecases.change import change
from bot.usecases.cost import cost_of
from bot.usecases.deploy import note_of
from bot.usecases.deployment import endpoint_of
from bot.usecases.draw import redraw_if_stale
from bot.usecases.model_card import write_card
from bot.usecases.outcome import write_lineage
from bot.usecases.ports import Ports
from bot.usecases.propose import again, climb
from bot.usecases.tidy import settled, tidy


def close(ports: Ports, promotion_id: str, error: str) -> None:
    """End it: tell the registry, supersede what it replaces, propose the next rung.

    Args:
        ports: The world.
        promotion_id: Whose end it is.
        error: What ended the workflow before its time, in words for people; empty where nothing did.
    """
    promotion = ports.ledger.promotion(promotion_id)
    if not promotion.is_over:
        promotion = change(ports.ledger, promotion_id, lambda now: _failed(ports, now, error))
    if not promotion.closed:
        _stop_test(ports, promotion)
    with suppress(NotFound):  # deleted from the registry meanwhile: nothing to reject or to go on with
        _go_on(ports, promotion)
    replaced: Sequence[Promotion] = ()
    if promotion.status is Status.LIVE:
        replaced = _supersede(ports, promotion)
    else:
        _clean(ports, promotion)
    cost = cost_of(ports, promotion)
    closed = change(
        ports.ledger, promotion_id, lambda now: None if now.closed else replace(now, cost=cost, closed=True)
    )
    for one in (closed, *replaced):  # last: what is written elsewhere keeps nobody waiting
        write_card(ports, one)
    write_lineage(ports, closed)


def _go_on(ports: Ports, promotion: Promotion) -> None:
    if promotion.status is Status.REJECTED and not _serves_elsewhere(ports, promotion):
        ports.registry.reject(promotion.arn, note_of(ports, promotion))
    if promotion.status is Status.LIVE:
        climb(ports, promotion)
    if promotion.status is Status.SUPERSEDED and promotion.reopens:
        again(ports, promotion, f"Weighed anew: {promotion.last.text}")


def _stop_test(ports: Ports, promotion: Promotion) -> None:
    """End what still scores it, unless another promotion of the same content waits for that, too."""
    others = [one for one in ports.ledger.of_model(promotion.version.model) if not one.is_over]
    wanted = {trial.job for one in others for trial in one.trials}
    for trial in promotion.trials:
        if trial.job and trial.job not in wanted and not (trial.report or trial.problem):
            ports.transforms.stop(trial.job)


def _clean(ports: Ports, promotion: Promotion) -> None:
    """What was made for a version that does not serve: nothing of it stays, or its name is told."""
    if promotion.unsettled:
        if tidy(ports, promotion.id):
            settled(ports, promotion.id)
    elif promotion.went_live is None and promotion.copies:
        ports.endpoints.forget(promotion.resource, endpoint_of(ports, promotion), promotion.id)


def _failed(ports: Ports, promotion: Promotion, error: str) -> Promotion | None:
    if promotion.is_over:
        return None
    text = error or "The workflow ended before its time."
    under_way = promotion.status in {Status.DEPLOYING, Status.WATCHING}
    return promotion.moved(Status.FAILED, ports.clock.now(), text, unsettled=under_way)


def _serves_elsewhere(ports: Ports, rejected: Promotion) -> bool:
    """Whether people approved this version for another stage: the registry has one status for all."""
    known = ports.ledger.of_model(rejected.version.model)
    on_its_way = {Status.APPROVED, Status.DEPLOYING, Status.WATCHING, Status.LIVE}
    return any(p.version == rejected.version and p.consents and p.status in on_its_way for p in known)


def _supersede(ports: Ports, live: Promotion) -> Sequence[Promotion]:
    """Gives the promotions that ended because this one went live."""
    touched = []
    for other in ports.ledger.of_model(live.version.model):
        if other.id == live.id or other.stage != live.stage:
            continue
        if other.status in {Status.LIVE, Status.ASKING, Status.SUPERSEDED, Status.ROLLED_BACK}:
            touched.append(_settled(ports, other, live))
    for superseded in touched:
        redraw_if_stale(ports, superseded)
    return [one for one in touched if _ended_by(live, one)]


def _ended_by(live: Promotion, other: Promotion) -> bool:
    """Also where an earlier try of this very close has ended it."""
    since = live.went_live
    return since is not None and other.last.at >= since and other.last.text.endswith(_took(live))


def _settled(ports: Ports, other: Promotion, live: Promotion) -> Promotion:
    superseded = change(ports.ledger, other.id, lambda now: _superseded(ports, now, live))
    if superseded.status is Status.SUPERSEDED:
        ports.workflow.resume(other.id)
    # One neighbour's trouble, such as a deleted package, is not the next one's.
    with suppress(Refusal):
        if superseded.last.text == _took(live) and superseded.opened_at > live.opened_at:
            again(ports, superseded, f"Weighed anew: {_took(live)}")
    return superseded


def _took(live: Promotion) -> str:
    return f"{live.version} went live in {live.stage}."


def _superseded(ports: Ports, promotion: Promotion, by: Promotion) -> Promotion | None:
    replaced = promotion.status is Status.LIVE and _since(promotion) <= _since(by)
    # Who still asks was weighed against a champion that is gone.
    if not replaced and promotion.status is not Status.ASKING:
        return None
    if replaced and by.rollback:
        text = f"Rolled back: {_took(by)}"
        return promotion.moved(Status.ROLLED_BACK, ports.clock.now(), text)
    return promotion.moved(Status.SUPERSEDED, ports.clock.now(), _took(by))


def _since(promotion: Promotion) -> datetime:
    # Not when it was opened: one that was opened first may have been approved last.
    return promotion.deployed_at or promotion.opened_at
