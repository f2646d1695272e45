"""What a promotion asks of SageMaker's hosting."""

from bot.domain.envelope import Envelope, kept_facts
from bot.domain.needs import parts_of
from bot.domain.promotion import Promotion
from bot.domain.refusals import NotPossible
from bot.usecases.hosting import Deployment
from bot.usecases.ports import Ports
from bot.usecases.seal import same_package, void_text


def endpoint_of(ports: Ports, promotion: Promotion) -> str:
    """The endpoint that was sealed."""
    if promotion.envelope and promotion.envelope.endpoint:
        return promotion.envelope.endpoint
    return ports.policy.stage(promotion.stage).endpoint_of(promotion.version.model)


def tags_of(ports: Ports, promotion: Promotion) -> tuple[tuple[str, str], ...]:
    """What everything that the promotion makes is tagged with."""
    return (
        ("mlops:project", ports.policy.project),
        ("mlops:model", promotion.version.model),
        ("mlops:version", str(promotion.version.number)),
        ("mlops:promotion", promotion.id),
        ("mlops:envelope", promotion.envelope.digest if promotion.envelope else ""),
    )


class Changed(NotPossible):
    """The package is not what was sealed."""


def deployment_of(ports: Ports, promotion: Promotion) -> Deployment:
    """The deployment of what was sealed, from the project's own copies.

    Raises:
        Changed: The registry has another content by now. What is given was compared, and is not read
            again.
    """
    stage = ports.policy.stage(promotion.stage)
    parts = parts_of(same_package(ports, promotion), promotion.copies)
    sealed = promotion.envelope or Envelope()
    runs = {name: value for name, value in sealed.facts.items() if name.endswith(" runs")}
    if changed := Envelope(runs).changes(Envelope(kept_facts((), parts))):
        raise Changed(void_text(promotion, changed))
    rollout = stage.rollout_of(rollback=promotion.rollback)
    return Deployment(
        name=promotion.resource,
        endpoint=endpoint_of(ports, promotion),
        arn=promotion.arn,
        parts=parts,
        rollout=rollout,
        alarms=stage.alarms_of(promotion.version.model, rollout),
        rules=rollout.rules,
        instance=stage.instance,
        serverless=stage.serverless,
        capture=stage.capture,
        tags=tags_of(ports, promotion),
        replaces=promotion.comparison.against if promotion.comparison else None,
    )
