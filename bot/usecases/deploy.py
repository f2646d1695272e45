"""Deploy: make the approved version serve."""

from dataclasses import replace

from bot.domain.promotion import Promotion, Status, said
from bot.domain.wording import plain
from bot.usecases.change import change
from bot.usecases.deployment import Changed, deployment_of, endpoint_of
from bot.usecases.hosting import EndpointBusy, Serving
from bot.usecases.ports import Ports
from bot.usecases.propose import refuse_if_frozen, refuse_if_rejected
from bot.usecases.seal import same_package
from bot.usecases.void import is_void, voided


def deploy(ports: Ports, promotion_id: str) -> None:
    """Approved → deploying → watching. Runs again from wherever it was stopped."""
    promotion = ports.ledger.promotion(promotion_id)
    if promotion.status not in {Status.APPROVED, Status.DEPLOYING}:
        return
    serving = ports.endpoints.serving(endpoint_of(ports, promotion))
    begun = serving is not None and promotion.resource in {serving.config, serving.pending}
    if not begun and _is_stopped(ports, promotion, serving):
        return
    try:
        deployment = deployment_of(ports, promotion)
    except Changed as changed:
        text = changed.sentence
        change(ports.ledger, promotion_id, lambda now: voided(ports, now, text))
        return
    first = serving is None
    promotion = change(ports.ledger, promotion_id, lambda now: _deploying(ports, now, first=first))
    if promotion.status is not Status.DEPLOYING:
        return
    if promotion.consents:
        ports.registry.approve(promotion.arn, note_of(ports, promotion))
    try:
        ports.endpoints.deploy(deployment)
    except EndpointBusy:
        change(ports.ledger, promotion_id, lambda now: _queueing(ports, now))
        raise
    change(ports.ledger, promotion_id, lambda now: _watching(ports, now))


def _is_stopped(ports: Ports, promotion: Promotion, serving: Serving | None) -> bool:
    """Whether it must not go on: rejected, changed since it was sealed, or weighed against what is gone."""
    refuse_if_rejected(same_package(ports, promotion))
    if not promotion.rollback:
        refuse_if_frozen(ports, promotion.version.model)
    if is_void(ports, promotion):
        return True
    if why := _outrun(ports, promotion, serving):
        _step_back(ports, promotion, why)
        return True
    return False


def _outrun(ports: Ports, promotion: Promotion, serving: Serving | None) -> str:
    """Why this promotion's evidence is stale: something else serves than what it was weighed against."""
    if serving and not serving.settled:
        return ""
    if newer := _newer(ports, promotion):
        return f"{newer.version} was proposed later and is {said(newer.status)} in {promotion.stage}."
    config = serving.config if serving else ""
    if promotion.comparison and config != promotion.comparison.against:
        endpoint = endpoint_of(ports, promotion)
        return f"`{endpoint}` serves something else by now than what this was weighed against."
    return ""


def _step_back(ports: Ports, promotion: Promotion, why: str) -> None:
    now, reopens = ports.clock.now(), _newer(ports, promotion) is None

    def decide(known: Promotion) -> Promotion | None:
        if known.status not in {Status.APPROVED, Status.DEPLOYING}:
            return None
        return known.moved(Status.SUPERSEDED, now, why, reopens=reopens)

    change(ports.ledger, promotion.id, decide)


def note_of(ports: Ports, promotion: Promotion) -> str:
    """What the registry's ApprovalDescription says: who decided, for which stage, why."""
    lines = [
        plain(entry.text, ports.directory.name) for entry in promotion.story if entry.who and entry.request
    ]
    return f"mlops {promotion.id} ({promotion.title}): {' '.join(lines)}"


def _deploying(ports: Ports, promotion: Promotion, *, first: bool) -> Promotion | None:
    if promotion.status is not Status.APPROVED:
        return None
    stage = ports.policy.stage(promotion.stage)
    rollout = "its first deployment" if first else stage.rollout_of(rollback=promotion.rollback)
    text = f"Deploying to `{endpoint_of(ports, promotion)}`, {rollout}."
    return promotion.moved(Status.DEPLOYING, ports.clock.now(), text)


def _newer(ports: Ports, promotion: Promotion) -> Promotion | None:
    """A promotion to the same stage that was opened later and is ahead: this one's evidence is stale."""
    ahead = {Status.DEPLOYING, Status.WATCHING, Status.LIVE}
    for other in ports.ledger.of_model(promotion.version.model):
        later = other.opened_at > promotion.opened_at
        if later and other.stage == promotion.stage and other.status in ahead:
            return other
    return None


def _queueing(ports: Ports, promotion: Promotion) -> Promotion | None:
    text = "The endpoint is being changed by somebody else; waiting until it has settled."
    if promotion.status is not Status.DEPLOYING or promotion.last.text == text:
        return None
    return promotion.moved(Status.DEPLOYING, ports.clock.now(), text)


def _watching(ports: Ports, promotion: Promotion) -> Promotion | None:
    if promotion.is_over and promotion.went_live is None:
        # Its workflow was stopped while this still ran: what SageMaker has just taken has to be taken back.
        return replace(promotion, unsettled=True)
    if promotion.status is not Status.DEPLOYING:
        return None
    now = ports.clock.now()
    text = "SageMaker took it; watching the rollout."
    return promotion.moved(Status.WATCHING, now, text, deployed_at=now)
