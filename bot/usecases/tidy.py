"""Tidy: after a promotion that failed on its way out, AWS ends in agreement with the ledger."""

from contextlib import suppress
from dataclasses import replace

from bot.domain.model import Version
from bot.domain.promotion import Promotion, Status
from bot.domain.refusals import NotPossible, Refusal
from bot.usecases.change import change
from bot.usecases.deployment import endpoint_of
from bot.usecases.hosting import EndpointBusy, Serving
from bot.usecases.ports import Ports


def tidy(ports: Ports, promotion_id: str) -> bool:
    """Take back what a failed promotion left behind: an endpoint on its way to it goes back to what was
    weighed against, one that was made for it is deleted, and its model and config are forgotten.

    Gives whether nothing is left to do but `settled`, which whoever has shown that calls. While the
    endpoint is still being changed nothing can be done; the next event or sweep comes here again.
    """
    promotion = ports.ledger.promotion(promotion_id)
    if not promotion.is_over or not promotion.unsettled:
        return promotion.is_over
    endpoint = endpoint_of(ports, promotion)
    serving = ports.endpoints.serving(endpoint)
    ours = serving is not None and promotion.resource in {serving.config, serving.pending}
    if serving is not None and ours:
        # Settled only when it is seen to serve something else: a removal or an update takes its time.
        if serving.settled:
            _take_back(ports, promotion, serving)
        return False
    ports.endpoints.forget(promotion.resource, endpoint, promotion.id)
    change(ports.ledger, promotion_id, lambda now: _back(ports, now, serving))
    return True


def settled(ports: Ports, promotion_id: str) -> None:
    """Nobody has to look after it any more."""

    def decide(now: Promotion) -> Promotion | None:
        return replace(now, unsettled=False) if now.unsettled else None

    change(ports.ledger, promotion_id, decide)


def _take_back(ports: Ports, promotion: Promotion, serving: Serving) -> None:
    """Each thing is said before it is done: whoever comes after a death finds nothing to do any more."""
    endpoint, config = serving.endpoint, promotion.resource
    before = promotion.comparison.against if promotion.comparison else ""
    try:
        if not before:
            _say(ports, promotion, f"`{endpoint}` was made for it and never went live, so I delete it.")
            if ports.endpoints.remove(endpoint, config):
                return
        elif serving.status == "InService":
            _say(ports, promotion, f"I put `{endpoint}` back to what served before.")
            ports.endpoints.put_back(endpoint, before, config)
            return
    except EndpointBusy:
        return
    except NotPossible as problem:
        _say(ports, promotion, f"`{endpoint}` could not be put back: {problem.sentence}")
        return
    _say(
        ports,
        promotion,
        f"`{endpoint}` is {serving.status} on what was not attested. Put it right by hand: "
        f"`/mlops rollback {promotion.version.model} in {promotion.stage}`, or delete it.",
    )


def _say(ports: Ports, promotion: Promotion, text: str) -> None:
    def decide(now: Promotion) -> Promotion | None:
        if not now.unsettled or any(entry.text == text for entry in now.story):
            return None
        return now.moved(now.status, ports.clock.now(), text)

    change(ports.ledger, promotion.id, decide)


def _back(ports: Ports, promotion: Promotion, serving: Serving | None) -> Promotion | None:
    before = promotion.comparison.against if promotion.comparison and promotion.deployed_at else ""
    if promotion.status is Status.FAILED and serving and before and serving.config == before:
        text = f"Rolled back: `{serving.endpoint}` serves {_said(serving)} again."
        return promotion.moved(Status.ROLLED_BACK, ports.clock.now(), text)
    return None


def _said(serving: Serving) -> str:
    with suppress(Refusal):
        return str(Version.of_arn(serving.arns[0])) if serving.arns else f"config `{serving.config}`"
    return f"config `{serving.config}`"
