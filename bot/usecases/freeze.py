"""Freeze: stop everything new of a model, by two people's word, and let it go on again."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

from bot.domain.freeze import Freeze, FreezeStatus, deciders, rule
from bot.domain.model import Approval
from bot.domain.promotion import Status
from bot.domain.refusals import NotFound, NotPossible, Refusal
from bot.domain.wording import one_line
from bot.usecases.ports import Conflict, Ports, Unreachable
from bot.usecases.propose import climb, registered

log: Final = logging.getLogger(__name__)
_TRIES: Final = 10
_MOST: Final = 200  # versions that are looked at when a freeze ends


def ask(ports: Ports, model: str, reason: str, who: str, request: str) -> Freeze:
    """Anybody asks; a message in the model's channel asks whoever may decide.

    Raises:
        NotFound: The registry has no such model.
        NotPossible: It is asked for or in force already, or there is no reason.
    """
    ports.registry.latest(model)
    why = one_line(reason).rstrip(".")
    asked = _change(ports, model, request, lambda now: now.asked(who, why, ports.clock.now(), request))
    return shown(ports, asked)


def approve(ports: Ports, model: str, number: int, who: str, request: str) -> Freeze:
    """Somebody else puts it in force.

    Raises:
        NotAllowed: The person may not.
        NotPossible: It was decided already.
    """
    groups = _groups(ports, who)

    def decide(now: Freeze) -> Freeze:
        _refuse_old(now, number)
        if now.status is FreezeStatus.ASKED:
            rule(now, ports.policy, who, groups)
        return now.approved(who, ports.clock.now(), request)

    return shown(ports, _change(ports, model, request, decide))


def dismiss(ports: Ports, model: str, number: int, who: str, request: str) -> Freeze:
    """Somebody who may decides against it, or who asked for it takes it back.

    Raises:
        NotAllowed: The person may not.
        NotPossible: It was decided already.
    """
    groups = _groups(ports, who)

    def decide(now: Freeze) -> Freeze:
        _refuse_old(now, number)
        if now.status is FreezeStatus.ASKED and who != now.asked_by:
            rule(now, ports.policy, who, groups)
        return now.dismissed(who, ports.clock.now(), request)

    return shown(ports, _change(ports, model, request, decide))


def lift(ports: Ports, model: str, reason: str, who: str, request: str) -> Freeze:
    """Somebody who may ends it; what was registered or went live meanwhile is proposed now.

    Raises:
        NotAllowed: The person may not.
        NotPossible: It is not in force, or there is no reason.
    """
    groups, why = _groups(ports, who), one_line(reason).rstrip(".")

    def decide(now: Freeze) -> Freeze:
        if now.is_in_force:
            rule(now, ports.policy, who, groups)
        return now.lifted(who, why, ports.clock.now(), request)

    lifted = shown(ports, _change(ports, model, request, decide))
    _catch_up(ports, model, lifted.since)
    return lifted


def shown(ports: Ports, freeze: Freeze) -> Freeze:
    """Its message, hung or redrawn, as the ledger has it; Slack's troubles keep nobody from deciding."""
    with suppress(Unreachable, NotFound):
        if freeze.card is not None:
            ports.channel.redraw_freeze(freeze.card, freeze)
        else:
            channel = ports.policy.channel_of(freeze.model)
            card = ports.channel.post_freeze(channel, freeze)
            freeze = ports.ledger.freeze_of(freeze.model)
            with suppress(Conflict):  # whoever wrote meanwhile hangs another one
                return ports.ledger.save_freeze(freeze.hung(card))
    return freeze


def _catch_up(ports: Ports, model: str, since: datetime) -> None:
    """What was registered since, and what is live and was never proposed for the next rung, is proposed now,
    each once.
    """
    for package in ports.registry.versions(model, _MOST):
        if package.approval is Approval.PENDING and package.registered_at >= since:
            _isolated(lambda arn=package.arn: registered(ports, arn))  # type: ignore[misc]
    for one in ports.ledger.of_model(model):
        if one.status is Status.LIVE:
            _isolated(lambda live=one: climb(ports, live))  # type: ignore[misc]


def _isolated(act: Callable[[], object]) -> None:
    try:
        act()
    except Refusal as refusal:
        log.warning("not proposed after a freeze: %s", refusal.sentence)


def _change(ports: Ports, model: str, request: str, decide: Callable[[Freeze], Freeze]) -> Freeze:
    """Save what is decided, deciding anew where somebody wrote in between; the same delivery counts once."""
    for _ in range(_TRIES):
        now = ports.ledger.freeze_of(model)
        if now.knows(request):
            return now
        try:
            return ports.ledger.save_freeze(decide(now))
        except Conflict:
            continue
    raise Conflict(model)


def _refuse_old(freeze: Freeze, number: int) -> None:
    if freeze.number != number:
        raise NotPossible(f"That message is of an older freeze of {freeze.model}. Nothing was decided.")


def _groups(ports: Ports, who: str) -> frozenset[str]:
    known = ports.policy.groups
    return frozenset(
        group for group in deciders(ports.policy) if who in ports.directory.members(known.get(group, ()))
    )
