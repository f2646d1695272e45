"""One step of the promotion workflow: what a state of the state machine calls."""

import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.domain.promotion import Promotion, Status
from bot.domain.refusals import NotFound, Refusal
from bot.usecases.ask import ask
from bot.usecases.attest import attest
from bot.usecases.change import change
from bot.usecases.close import close
from bot.usecases.copy import copy
from bot.usecases.deploy import deploy
from bot.usecases.draw import draw
from bot.usecases.hosting import EndpointBusy
from bot.usecases.ports import Conflict, Ports, Unreachable
from bot.usecases.seal import seal
from bot.usecases.settle import expire, expires_at
from bot.usecases.test import test
from bot.usecases.watch import watch
from bot.usecases.weigh import weigh

_HOUR: Final = 3600
_LOOKS: Final = 60  # so many at the usual pause, half an hour; then as many at twice that, and so on
_MOST_PATIENCE: Final = 32
_WAKINGS: Final = 1000  # an execution has 25,000 events (Step Functions: Service quotas), 13 a waking
log: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What the state machine's choices look at. `seconds` is how long a question may stay open; `patience`
    is how many times the usual pause it may wait before the next look.
    """

    promotion: str
    status: str
    settled: bool
    seconds: int
    patience: int = 1


STEPS: Final[Mapping[str, Callable[[Ports, str], bool | None]]] = MappingProxyType(
    {
        "Seal": seal,
        "Copy": copy,
        "Test": test,
        "Pause": lambda *_: None,
        "Weigh": weigh,
        "Ask": ask,
        "Settle": lambda *_: None,
        "Expire": expire,
        "Deploy": deploy,
        "Watch": watch,
        "Attest": attest,
    }
)


def step(ports: Ports, name: str, promotion_id: str, error: str = "") -> Outcome:
    """Take the step, draw the card, and say where the promotion is.

    A refusal inside a step ends the promotion with its sentence. Any other exception is left to the
    state machine, which tries again and, when that does not help, closes the promotion.
    """
    settled: bool | None = None
    if name == "Close":
        close(ports, promotion_id, error)
        draw(ports, promotion_id)
    else:
        try:
            settled = STEPS[name](ports, promotion_id)
        except Refusal as refusal:
            sentence = refusal.sentence
            change(ports.ledger, promotion_id, lambda now: _refused(ports, now, sentence))
        except EndpointBusy:
            _draw_if_possible(ports, promotion_id, insist=False)
            raise
        if ports.ledger.promotion(promotion_id).closed:
            # Its workflow was stopped while this step still ran: what it made since is taken back.
            close(ports, promotion_id, "")
        if name != "Pause":
            _draw_if_possible(ports, promotion_id, insist=name == "Ask")
    promotion = ports.ledger.promotion(promotion_id)
    if name == "Ask" and promotion.status is not Status.ASKING:
        ports.workflow.resume(promotion_id)  # settled before this attempt's token was kept: nobody else will
    patience = min(2 ** (promotion.looks // _LOOKS), _MOST_PATIENCE)
    return Outcome(
        promotion.id, promotion.status.value, settled is not False, _seconds(ports, promotion), patience
    )


def _seconds(ports: Ports, promotion: Promotion) -> int:
    """How long the machine may sleep while it asks: an hour, or less where it expires before."""
    if promotion.status in {Status.TESTED, Status.WEIGHED}:
        return min(_HOUR, int(ports.policy.stage(promotion.stage).expires.total_seconds()))
    if promotion.status is not Status.ASKING:
        return _HOUR
    expires = ports.policy.stage(promotion.stage).expires.total_seconds()
    left = (expires_at(ports, promotion) - ports.clock.now()).total_seconds()
    return max(1, math.ceil(min(max(_HOUR, expires / _WAKINGS), left)))


def _refused(ports: Ports, promotion: Promotion, sentence: str) -> Promotion | None:
    if promotion.is_over:
        return None
    early = promotion.status in {Status.OPENED, Status.SEALED, Status.TESTED}
    to = Status.REFUSED if early else Status.FAILED
    out = promotion.status in {Status.DEPLOYING, Status.WATCHING}
    return promotion.moved(to, ports.clock.now(), sentence, unsettled=out)


def _draw_if_possible(ports: Ports, promotion_id: str, *, insist: bool) -> None:
    # Slack's bad day must not stop a deployment; the next step draws what this one could not. A question
    # has no next step, so it insists.
    try:
        draw(ports, promotion_id)
    except (Unreachable, Conflict, NotFound) as problem:
        if insist and not isinstance(problem, NotFound):
            raise
        log.warning("the card of %s could not be drawn: %s", promotion_id, problem)
