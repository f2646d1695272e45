"""Deploy: make the approved version serve."""

from bot.domain.envelope import content_of, terms_of
from bot.domain.model import Package
from bot.domain.promotion import Promotion, Status, said
from bot.domain.refusals import NotPossible
from bot.domain.wording import plain
from bot.usecases.change import change
from bot.usecases.ports import Deployment, EndpointBusy, Ports
from bot.usecases.propose import again, refuse_if_rejected
from bot.usecases.seal import same_package


def deploy(ports: Ports, promotion_id: str) -> None:
    """Approved → deploying → watching. Runs again from wherever it was stopped."""
    promotion = ports.ledger.promotion(promotion_id)
    if promotion.status not in {Status.APPROVED, Status.DEPLOYING}:
        return
    refuse_if_rejected(check_content(ports, promotion))
    _check_terms(ports, promotion)
    if why := _outrun(ports, promotion):
        _step_back(ports, promotion, why)
        return
    promotion = change(ports.ledger, promotion_id, lambda now: _deploying(ports, now))
    if promotion.status is not Status.DEPLOYING:
        return
    if promotion.consents:
        ports.registry.approve(promotion.arn, note_of(ports, promotion))
    try:
        ports.endpoints.deploy(_deployment(ports, promotion))
    except EndpointBusy:
        change(ports.ledger, promotion_id, lambda now: _queueing(ports, now))
        raise
    change(ports.ledger, promotion_id, lambda now: _watching(ports, now))


def check_content(ports: Ports, promotion: Promotion) -> Package:
    """The package. Raises NotPossible where it is no longer what was sealed."""
    package = same_package(ports, promotion)
    if promotion.envelope is None or content_of(package.containers) != promotion.envelope.content:
        raise NotPossible(
            f"{promotion.version} was changed in the registry after it was sealed, so the approval is void. "
            f"{_anew(promotion)}"
        )
    return package


def _check_terms(ports: Ports, promotion: Promotion) -> None:
    if why := changed_terms(ports, promotion):
        raise NotPossible(why)


def changed_terms(ports: Ports, promotion: Promotion) -> str:
    """Why no approval can count any more, where the policy changed since it was sealed; else empty."""
    rules = ports.policy.of_model(promotion.version.model)
    now = terms_of(ports.policy.stage(promotion.stage), rules)
    if promotion.envelope is None or promotion.envelope.terms == now:
        return ""
    return (
        f"mlops.toml says something else about {promotion.stage} or {promotion.version.model} than when "
        f"this was sealed, so the approval is void. {_anew(promotion)}"
    )


def _anew(promotion: Promotion) -> str:
    return f"`/mlops deploy {promotion.version} to {promotion.stage}` asks again for what it is now."


def _outrun(ports: Ports, promotion: Promotion) -> str:
    """Why this promotion's evidence is stale: something else serves than what it was weighed against."""
    endpoint = endpoint_of(ports, promotion)
    serving = ports.endpoints.serving(endpoint)
    config = serving.config if serving else ""
    if config == promotion.resource or (serving and not serving.settled):
        return ""
    if newer := _newer(ports, promotion):
        return f"{newer.version} was proposed later and is {said(newer.status)} in {promotion.stage}."
    if promotion.comparison and config != promotion.comparison.against:
        return f"`{endpoint}` serves something else by now than what this was weighed against."
    return ""


def _step_back(ports: Ports, promotion: Promotion, why: str) -> None:
    # Reopened first: who dies between the two comes here again, and its id lets it open only once.
    if _newer(ports, promotion) is None:
        again(ports, promotion, f"Weighed anew: {why}")
    now = ports.clock.now()

    def decide(known: Promotion) -> Promotion | None:
        if known.status not in {Status.APPROVED, Status.DEPLOYING}:
            return None
        return known.moved(Status.SUPERSEDED, now, why)

    change(ports.ledger, promotion.id, decide)


def endpoint_of(ports: Ports, promotion: Promotion) -> str:
    """The endpoint that was sealed."""
    if promotion.envelope and promotion.envelope.endpoint:
        return promotion.envelope.endpoint
    return ports.policy.stage(promotion.stage).endpoint_of(promotion.version.model)


def note_of(ports: Ports, promotion: Promotion) -> str:
    """What the registry's ApprovalDescription says: who decided, for which stage, why."""
    lines = [
        plain(entry.text, ports.directory.name) for entry in promotion.story if entry.who and entry.request
    ]
    return f"mlops {promotion.id} ({promotion.title}): {' '.join(lines)}"


def _deploying(ports: Ports, promotion: Promotion) -> Promotion | None:
    if promotion.status is not Status.APPROVED:
        return None
    rollout = ports.policy.stage(promotion.stage).rollout
    text = f"Deploying to `{endpoint_of(ports, promotion)}`, {rollout.kind}."
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
    if promotion.status is not Status.DEPLOYING:
        return None
    now = ports.clock.now()
    text = "SageMaker took it; watching the rollout."
    return promotion.moved(Status.WATCHING, now, text, deployed_at=now)


def _deployment(ports: Ports, promotion: Promotion) -> Deployment:
    stage = ports.policy.stage(promotion.stage)
    model = promotion.version.model
    return Deployment(
        name=promotion.resource,
        endpoint=endpoint_of(ports, promotion),
        arn=promotion.arn,
        rollout=stage.rollout,
        alarms=stage.alarms_of(model),
        instance=stage.instance,
        tags=(
            ("mlops:project", ports.policy.project),
            ("mlops:model", model),
            ("mlops:version", str(promotion.version.number)),
            ("mlops:promotion", promotion.id),
        ),
        replaces=promotion.comparison.against if promotion.comparison else None,
    )
