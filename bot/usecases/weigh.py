"""Weigh: the evidence against the guardrails and beside the champion's."""

from dataclasses import replace

from bot.domain.comparison import Comparison
from bot.domain.comparison import weigh as compare
from bot.domain.model import Package, Version
from bot.domain.policy import Stage
from bot.domain.promotion import Promotion, Status
from bot.domain.refusals import Refusal
from bot.domain.report import Report, parse_report
from bot.usecases.change import change
from bot.usecases.ports import Ports
from bot.usecases.seal import same_package


def weigh(ports: Ports, promotion_id: str) -> None:
    """Sealed → weighed or refused; and straight to approved where the policy asks nobody."""
    promotion = ports.ledger.promotion(promotion_id)
    if promotion.status is not Status.SEALED:
        return
    stage = ports.policy.stage(promotion.stage)
    comparison = compared(ports, same_package(ports, promotion), stage)

    def decide(now: Promotion) -> Promotion | None:
        if now.status is not Status.SEALED:
            return None
        return _weighed(ports, now, stage, comparison)

    change(ports.ledger, promotion_id, decide)


def compared(ports: Ports, package: Package, stage: Stage) -> Comparison:
    """The package's report beside that of what is live in the stage now.

    Raises:
        NotFound: The report that the package names is not there.
        Unreadable: It is there and cannot be understood.
    """
    model = package.version.model
    rules = ports.policy.of_model(model)
    candidate = _report(ports, package)
    champion, evidence, notes = _champion(ports, stage, package)
    comparison = compare(candidate, evidence, champion, rules.guardrails, rules.tolerance)
    if candidate is None:
        notes = (*notes, "The package names no evaluation report.")
    return replace(comparison, notes=notes)


def _weighed(ports: Ports, promotion: Promotion, stage: Stage, comparison: Comparison) -> Promotion:
    now = ports.clock.now()
    if not comparison.passed:
        text = f"Refused: {comparison.verdict}"
        return promotion.moved(Status.REFUSED, now, text, comparison=comparison)
    weighed = promotion.moved(Status.WEIGHED, now, comparison.verdict, comparison=comparison)
    if stage.approvals == ():
        return weighed.moved(Status.APPROVED, now, f"{stage.name} asks nobody: the evidence is enough.")
    return weighed


def _report(ports: Ports, package: Package) -> Report | None:
    return parse_report(ports.reports.read(package.report), package.report) if package.report else None


def _champion(
    ports: Ports, stage: Stage, package: Package
) -> tuple[Version | None, Report | None, tuple[str, ...]]:
    serving = ports.endpoints.serving(stage.endpoint_of(package.version.model))
    if serving is None or not serving.arns or serving.arns[0] == package.arn:
        return None, None, ()
    try:
        version = Version.of_arn(serving.arns[0])
        return version, _report(ports, ports.registry.package(version)), ()
    except Refusal as refusal:
        # The candidate is not at fault for its predecessor's evidence; the card says what is lacking.
        return None, None, (f"Not compared with what is live in {stage.name}: {refusal.sentence}",)
