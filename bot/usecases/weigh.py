"""Weigh: the evidence against the guardrails and beside the champion's."""

from dataclasses import replace

from bot.domain.comparison import Comparison
from bot.domain.comparison import weigh as compare
from bot.domain.model import Package, Version
from bot.domain.policy import Stage
from bot.domain.promotion import Promotion, Status
from bot.domain.refusals import NotFound, NotPossible, Refusal
from bot.domain.report import Metric, Report, parse_report
from bot.usecases.change import change
from bot.usecases.ports import Ports, Serving
from bot.usecases.seal import same_package


def weigh(ports: Ports, promotion_id: str) -> None:
    """Sealed → weighed or refused; and straight to approved where the policy asks nobody."""
    promotion = ports.ledger.promotion(promotion_id)
    if promotion.status is not Status.SEALED:
        return
    stage = ports.policy.stage(promotion.stage)
    sealed = promotion.envelope.report if promotion.envelope else None
    comparison = compared(ports, same_package(ports, promotion), stage, sealed)

    def decide(now: Promotion) -> Promotion | None:
        if now.status is not Status.SEALED:
            return None
        return _weighed(ports, now, stage, comparison)

    change(ports.ledger, promotion_id, decide)


def compared(ports: Ports, package: Package, stage: Stage, sealed: str | None = None) -> Comparison:
    """The package's report beside that of what is live in the stage now.

    Args:
        ports: The world.
        package: The candidate.
        stage: Where it is to go.
        sealed: The sha256 that its report must have, empty for no report; None where nothing is sealed.

    Raises:
        NotFound: The report that the package names is not there.
        Unreadable: It is there and cannot be understood.
        NotPossible: It is not what was sealed.
    """
    rules = ports.policy.of_model(package.version.model)
    candidate = _report(ports, package)
    if sealed is not None and (candidate.digest if candidate else "") != sealed:
        raise NotPossible(
            f"The report {package.report} was changed after it was sealed. Propose {package.version} again."
        )
    serving = ports.endpoints.serving(stage.endpoint_of(package.version.model))
    champion, evidence, problem = _champion(ports, stage, package, serving)
    weighed = compare(candidate, evidence, champion, rules.guardrails, rules.tolerance)
    lacking = () if candidate else ("It names no evaluation report",)
    nobody_asked = stage.approvals == ()
    evidence_alone = lacking if nobody_asked and not weighed.failures else ()
    doubt = (problem,) if problem and champion and rules.tolerance and not nobody_asked else ()
    return replace(
        weighed,
        failures=(*weighed.failures, *evidence_alone),
        warnings=(*weighed.warnings, *doubt),
        notes=tuple(note for note in (problem, *lacking) if note),
        against=serving.config if serving else "",
    )


def _weighed(ports: Ports, promotion: Promotion, stage: Stage, comparison: Comparison) -> Promotion:
    now = ports.clock.now()
    refused = not comparison.passed or (stage.approvals == () and bool(comparison.warnings))
    if refused:
        return promotion.moved(Status.REFUSED, now, comparison.verdict, comparison=comparison)
    weighed = promotion.moved(Status.WEIGHED, now, comparison.verdict, comparison=comparison)
    if stage.approvals == ():
        return weighed.moved(Status.APPROVED, now, f"{stage.name} asks nobody: the evidence is enough.")
    return weighed


def _report(ports: Ports, package: Package) -> Report | None:
    return parse_report(ports.reports.read(package.report), package.report) if package.report else None


def _champion(
    ports: Ports, stage: Stage, package: Package, serving: Serving | None
) -> tuple[Version | None, Report | None, str]:
    """What serves, its evidence, and what keeps the two from being compared with the candidate."""
    if serving is None or serving.arns == (package.arn,):
        return None, None, ""
    version: Version | None = None
    try:
        version = Version.of_arn(serving.arns[0] if serving.arns else "what serves")
        evidence = _recorded(ports, stage, version) or _report(ports, ports.registry.package(version))
        if evidence is None:
            raise NotFound(f"{version} names no evaluation report.")
    except Refusal as refusal:
        # The candidate is not at fault for its predecessor's evidence; the card says what is lacking.
        problem = f"Not compared with what is live in {stage.name}: {refusal.sentence.rstrip('.')}"
        return version, None, problem
    return version, evidence, ""


def _recorded(ports: Ports, stage: Stage, version: Version) -> Report | None:
    """The evidence that the champion went live with, from the ledger.

    Report files are often written again under one key; then the candidate would be held against itself.
    """
    for known in ports.ledger.of_model(version.model):
        live = known.version == version and known.stage == stage.name and known.status is Status.LIVE
        if live and known.comparison and known.envelope and known.envelope.report:
            rows = known.comparison.rows
            metrics = tuple(Metric(row.metric, row.candidate) for row in rows if row.candidate is not None)
            return Report("as it went live", known.report, known.envelope.report, metrics)
    return None
