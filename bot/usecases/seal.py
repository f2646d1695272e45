"""Seal: write down exactly what is proposed."""

from bot.domain.envelope import seal as envelope_of
from bot.domain.model import Package
from bot.domain.promotion import Promotion, Status, promotion_id
from bot.domain.refusals import NotFound, NotPossible
from bot.domain.report import parse_report
from bot.usecases.change import change
from bot.usecases.ports import Ports
from bot.usecases.propose import COMPLETED, refuse_if_rejected

_LONGEST_NAME = 63  # Amazon SageMaker API: CreateEndpoint


def seal(ports: Ports, promotion_id: str) -> None:
    """Opened → sealed: the envelope over the package, its evidence, the stage and the policy."""
    promotion = ports.ledger.promotion(promotion_id)
    if promotion.status is not Status.OPENED:
        return
    stage = ports.policy.stage(promotion.stage)
    package = same_package(ports, promotion)
    refuse_if_rejected(package)
    rules = ports.policy.of_model(package.version.model)
    envelope = envelope_of(package, stage, rules, _report_digest(ports, package))
    if len(envelope.endpoint) > _LONGEST_NAME:
        raise NotPossible(
            f"The endpoint would be called `{envelope.endpoint}`; SageMaker takes {_LONGEST_NAME} characters "
            f"at the most. Shorten the model’s name or the stage’s `endpoint` in mlops.toml."
        )

    def decide(now: Promotion) -> Promotion | None:
        if now.status is not Status.OPENED:
            return None
        text = f"Sealed as `{envelope.short}`: the package, its evidence, the stage and the rollout."
        return now.moved(Status.SEALED, ports.clock.now(), text, envelope=envelope)

    change(ports.ledger, promotion_id, decide)


def same_package(ports: Ports, promotion: Promotion) -> Package:
    """The package of the promotion, as registered now.

    Raises:
        NotFound: It was deleted meanwhile.
        NotPossible: It is not Completed.
    """
    gone = f"{promotion.version} was deleted from the registry meanwhile. Register it again to promote it."
    try:
        package = ports.registry.package(promotion.version)
    except NotFound:
        raise NotFound(gone) from None
    # SageMaker gives a deleted package's number out again; whoever registered that one is somebody else.
    if promotion_id(package.arn, package.registered_at, promotion.stage, promotion.attempt) != promotion.id:
        raise NotFound(gone)
    if package.status != COMPLETED:
        raise NotPossible(f"{promotion.version} is {package.status} in the registry, not Completed.")
    return package


def _report_digest(ports: Ports, package: Package) -> str:
    if not package.report:
        return ""
    return parse_report(ports.reports.read(package.report), package.report).digest
