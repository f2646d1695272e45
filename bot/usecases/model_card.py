"""The model card: what became of a promotion is written back to it, where the policy asks for that."""

import logging
from typing import Final

from bot.domain.model import Package
from bot.domain.model_card import with_outcome
from bot.domain.promotion import Promotion, Status, promotion_id, said
from bot.domain.refusals import Refusal
from bot.domain.wording import listed
from bot.usecases.ports import Conflict, Ports

_TRIES: Final = 3
log: Final = logging.getLogger(__name__)
_OUTCOMES: Final = frozenset(
    {Status.LIVE, Status.REJECTED, Status.REFUSED, Status.EXPIRED, Status.FAILED, Status.ROLLED_BACK}
)


def write_card(ports: Ports, promotion: Promotion) -> None:
    """Write how the promotion ended to the version's card: `mlops_production`: `live since …`.

    A version that has no card gets none, and a newer promotion of it to the same stage has the say. A card
    that cannot be written stays as it is, with a warning: the promotion is none the worse.
    """
    wanted = ports.policy.of_model(promotion.version.model).writes_card
    if not wanted or not _is_outcome(promotion) or _has_newer(ports, promotion):
        return
    try:
        _write(ports, promotion)
    except Refusal as refusal:
        log.warning("the model card of %s stays as it is: %s", promotion.version, refusal.sentence)
    except Conflict:
        log.warning("the model card of %s stays as it is: others write it all the time", promotion.version)


def _write(ports: Ports, promotion: Promotion) -> None:
    line = _outcome(ports, promotion)
    for number in range(1, _TRIES + 1):
        package = ports.registry.package(promotion.version)
        if not package.card.strip() or not _is_of(promotion, package):
            return
        content = with_outcome(package.card, {promotion.stage: line})
        if content == package.card:
            return
        try:
            ports.registry.write_card(package.arn, content, package.card)
        except Conflict:  # somebody wrote into it since it was read; what they wrote is kept
            if number == _TRIES:
                raise
        else:
            return


def _has_newer(ports: Ports, promotion: Promotion) -> bool:
    known = ports.ledger.of_model(promotion.version.model)
    same = (one for one in known if (one.version, one.stage) == (promotion.version, promotion.stage))
    return any(one.opened_at > promotion.opened_at for one in same)


def _is_of(promotion: Promotion, package: Package) -> bool:
    """SageMaker gives a deleted package's number out again."""
    made = promotion_id(package.arn, package.registered_at, promotion.stage, promotion.attempt)
    return made == promotion.id


def _is_outcome(promotion: Promotion) -> bool:
    served = promotion.status is Status.SUPERSEDED and promotion.went_live is not None
    return served or promotion.status in _OUTCOMES


def _outcome(ports: Ports, promotion: Promotion) -> str:
    when = f"{promotion.last.at:%Y-%m-%d %H:%M} UTC"
    names = [ports.directory.name(consent.person) for consent in promotion.consents]
    approved = f", approved by {listed(names)}" if names else ""
    sealed = f", sealed {promotion.envelope.short}" if promotion.envelope else ""
    joint = "since" if promotion.status is Status.LIVE else "at"
    return f"{promotion.version} {said(promotion.status)} {joint} {when}{approved}{sealed}"
