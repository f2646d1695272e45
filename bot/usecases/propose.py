"""Opening promotions: by the registry, by a person, and by the ladder."""

from typing import Final

from bot.domain.model import Approval, Package, Version
from bot.domain.policy import Stage
from bot.domain.promotion import Entry, Promotion, Status, promotion_id, said
from bot.domain.refusals import NotPossible
from bot.domain.wording import person
from bot.usecases.ports import Ports

COMPLETED = "Completed"
_NEVER_SERVED: Final = frozenset({"Creating", "Failed"})


def registered(ports: Ports, arn: str) -> Promotion | None:
    """A package was registered or changed: open its promotion to the first stage, once.

    The registry is asked how the package is now, so a late or repeated event does no harm.
    """
    package = ports.registry.package(Version.of_arn(arn))
    if package.approval is not Approval.PENDING or package.status != COMPLETED:
        return None
    first = ports.policy.stages[0]
    if ports.ledger.freeze_of(package.version.model).is_in_force:
        return None  # it is proposed when the freeze ends
    return begin(ports, _new(ports, package, first, 1, "The registry has a new version."))


def climb(ports: Ports, below: Promotion) -> Promotion | None:
    """A version is live: propose it for the next rung, unless it was proposed there before."""
    above = ports.policy.above(below.stage)
    if above is None or below.rollback or ports.ledger.freeze_of(below.version.model).is_in_force:
        return None
    package = ports.registry.package(below.version)
    serving = ports.endpoints.serving(above.endpoint_of(below.version.model))
    if package.approval is Approval.REJECTED or (serving and serving.arns == (package.arn,)):
        return None
    text = f"It is live in {below.stage}."
    return begin(ports, _new(ports, package, above, 1, text, who=below.proposer))


def again(ports: Ports, outrun: Promotion, text: str) -> Promotion:
    """What was weighed against a champion that is gone is weighed anew, as the next attempt."""
    package = ports.registry.package(outrun.version)
    stage, next_one = ports.policy.stage(outrun.stage), outrun.attempt + 1
    fresh = _new(ports, package, stage, next_one, text, who=outrun.proposer, rollback=outrun.rollback)
    return begin(ports, fresh)


def propose(ports: Ports, version: Version, stage_name: str, who: str, request: str) -> Promotion:
    """A person proposes a version for a stage.

    Raises:
        NotFound: No such version or stage.
        NotPossible: It is not Completed, not live in the rung below, live there already, or on its way;
            or its model is frozen.
    """
    stage = ports.policy.stage(stage_name)
    package = ports.registry.package(version)
    refuse_if_frozen(ports, version.model)
    _refuse_if_not_below(ports, package, stage)
    return proposed(ports, package, stage, f"Proposed by {person(who)}.", who, request)


def proposed(  # noqa: PLR0913 - who, what, where, why, in which delivery, and which way
    ports: Ports, package: Package, stage: Stage, text: str, who: str, request: str, *, rollback: bool = False
) -> Promotion:
    """The next attempt to bring a package to a stage; see `propose` for what it raises."""
    version = package.version
    if package.status != COMPLETED:
        raise NotPossible(
            f"{version} is {package.status} in the registry; only a Completed version can be deployed. "
            f"Wait for it, or register it again."
        )
    refuse_if_rejected(package)
    attempt = 1
    while True:
        fresh = _new(ports, package, stage, attempt, text, who=who, request=request, rollback=rollback)
        if not _is_taken(ports, fresh, request):
            _refuse_if_serving(ports, package, stage)
            begun = begin(ports, fresh)
            if begun.story[0].request == request:
                return begun
            _is_taken(ports, fresh, request)  # somebody proposed it at the same moment
        attempt += 1


def refuse_if_rejected(package: Package) -> None:
    """Raises NotPossible where the registry says Rejected: that is a decision, and not ours to overrule."""
    if package.approval is Approval.REJECTED:
        raise NotPossible(
            f"{package.version} is Rejected in the registry. Whoever may change that can set it to "
            f"PendingManualApproval there; then propose it again."
        )


def refuse_if_frozen(ports: Ports, model: str) -> None:
    """Raises NotPossible while nothing of the model may go out."""
    freeze = ports.ledger.freeze_of(model)
    if freeze.is_in_force:
        raise NotPossible(freeze.sentence)


def report_addresses(package: Package) -> tuple[str, ...]:
    """Where all reports lie that a package names, each once."""
    named = (package.report, *(one.uri for one in package.more))
    return tuple(dict.fromkeys(uri for uri in named if uri))


def _is_taken(ports: Ports, fresh: Promotion, request: str) -> bool:
    known = ports.ledger.find(fresh.id)
    if known is None or known.story[0].request == request:
        return False
    if not known.is_over:
        asks = f"/mlops approve {known.version} to {known.stage}"
        shows = f"/mlops status {known.version.model}"
        then = (
            f"Decide on that first: `{asks}`." if known.status is Status.ASKING else f"`{shows}` shows where."
        )
        raise NotPossible(f"{known.title} is on its way already: {said(known.status)}. {then}")
    return True


def _refuse_if_not_below(ports: Ports, package: Package, stage: Stage) -> None:
    """Only what is live in the rung below can be proposed."""
    below = ports.policy.below(stage.name)
    if below is None:
        return
    serving = ports.endpoints.serving(below.endpoint_of(package.version.model))
    if serving is None or serving.arns != (package.arn,) or serving.status in _NEVER_SERVED:
        raise NotPossible(
            f"{package.version} is not live in {below.name}, the rung below {stage.name}. Deploy it there "
            f"first: `/mlops deploy {package.version} to {below.name}`. To bring back what was live in "
            f"{stage.name} before, use `/mlops rollback {package.version.model} in {stage.name}`."
        )


def _refuse_if_serving(ports: Ports, package: Package, stage: Stage) -> None:
    serving = ports.endpoints.serving(stage.endpoint_of(package.version.model))
    if serving and serving.settled and serving.arns == (package.arn,):
        raise NotPossible(f"{package.version} is live in {stage.name} already; there is nothing to do.")


def _new(  # noqa: PLR0913 - what a promotion is born with
    ports: Ports,
    package: Package,
    stage: Stage,
    attempt: int,
    text: str,
    *,
    who: str = "",
    request: str = "",
    rollback: bool = False,
) -> Promotion:
    now = ports.clock.now()
    return Promotion(
        id=promotion_id(package.arn, package.registered_at, stage.name, attempt),
        version=package.version,
        stage=stage.name,
        attempt=attempt,
        arn=package.arn,
        status=Status.OPENED,
        opened_at=now,
        registered_by=package.registered_by,
        proposer=who,
        training_job=package.training_job,
        report=package.report,
        reports=report_addresses(package),
        story=(Entry(now, Status.OPENED, text, who, request),),
        rollback=rollback,
    )


def begin(ports: Ports, promotion: Promotion) -> Promotion:
    """Open the promotion and start its workflow, each once, however often this is called."""
    # A crash between the two leaves an opened promotion; the event's next delivery starts it.
    ports.ledger.open(promotion)
    known = ports.ledger.promotion(promotion.id)
    if known.status is Status.OPENED:
        ports.workflow.start(known.id)
    return known
