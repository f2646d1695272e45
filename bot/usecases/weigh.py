"""Weigh: the evidence against the guardrails and beside the champion's."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from bot.domain.comparison import Comparison
from bot.domain.comparison import weigh as compare
from bot.domain.envelope import kept_facts
from bot.domain.model import Package, Version
from bot.domain.policy import Stage
from bot.domain.promotion import Promotion, Status, Trial
from bot.domain.refusals import NotFound, Refusal
from bot.domain.report import Metric, Report, parse_report
from bot.domain.scoring import MEASURED
from bot.usecases.change import change
from bot.usecases.hosting import Serving
from bot.usecases.ports import Ports
from bot.usecases.seal import same_package
from bot.usecases.void import is_void

_UNKNOWN: Final = (
    ", so nobody can say whether it is within the tolerance. Name `test_data` in mlops.toml, and both are "
    "tested on the same"
)


def weigh(ports: Ports, promotion_id: str) -> None:
    """Sealed → weighed or refused; and straight to approved where the policy asks nobody."""
    promotion = ports.ledger.promotion(promotion_id)
    if promotion.status is not Status.TESTED or is_void(ports, promotion):
        return
    stage = ports.policy.stage(promotion.stage)
    if promotion.rollback:
        comparison = _unweighed(ports, promotion, stage)
    else:
        package = same_package(ports, promotion)
        comparison = compared(ports, package, stage, promotion.trials)
        doubts = (*_overwritten(package, promotion), *_unlike_below(ports, promotion))
        comparison = replace(comparison, warnings=(*comparison.warnings, *doubts))

    def decide(now: Promotion) -> Promotion | None:
        if now.status is not Status.TESTED:
            return None
        return _weighed(ports, now, stage, comparison)

    change(ports.ledger, promotion_id, decide)


def compared(ports: Ports, package: Package, stage: Stage, trials: Sequence[Trial] = ()) -> Comparison:
    """The package's evidence beside that of what is live in the stage now.

    Args:
        ports: The world.
        package: The candidate.
        stage: Where it is to go.
        trials: The candidate's test, and the champion's on the same data; none where nothing was tested.

    Raises:
        NotFound: The report that the package names is not there.
        Unreadable: It is there and cannot be understood.
    """
    rules = ports.policy.of_model(package.version.model)
    own, champions = (*trials, None, None)[:2]
    candidate = _merged(_tested(ports, own), _report(ports, package))
    serving = ports.endpoints.serving(stage.endpoint_of(package.version.model))
    champion, evidence, problem = _champion(ports, stage, package, serving, champions)
    if own and champion and not problem and not (champions and champions.report):
        evidence, problem = None, f"Not compared with {champion}: it was not tested on the same data"
    weighed = compare(candidate, evidence, champion, rules.guardrails, rules.tolerance)
    lacking = () if candidate else ("It names no evaluation report",)
    nobody_asked = stage.approvals == ()
    evidence_alone = lacking if nobody_asked and not weighed.failures else ()
    doubt = (f"{problem}{_UNKNOWN}",) if problem and champion and rules.tolerance else ()
    return replace(
        weighed,
        failures=(*weighed.failures, *evidence_alone),
        warnings=(*weighed.warnings, *doubt),
        notes=tuple(note for note in (problem, *lacking) if note),
        against=serving.config if serving else "",
    )


def _overwritten(package: Package, promotion: Promotion) -> Iterator[str]:
    """Artifacts that are not what was registered: the registry knows the ETag that each had then (Amazon
    SageMaker API: ModelPackageContainerDefinition).
    """
    found = {copy.source.uri: copy.source.etag for copy in promotion.copies}
    for number, container in enumerate(package.containers, 1):
        known, there = container.artifact_etag.strip('"'), found.get(container.artifact, "")
        if known and there and known != there:
            yield (
                f"The artifact of container {number} was overwritten after {package.version} was registered "
                f"(ETag `{known[:8]}` then, `{there[:8]}` now)"
            )


def _unlike_below(ports: Ports, promotion: Promotion) -> Iterator[str]:
    """The rung below serves this version with another content: what was tried there is not this."""
    below = ports.policy.below(promotion.stage)
    if below is None or promotion.envelope is None:
        return
    serving = ports.endpoints.serving(below.endpoint_of(promotion.version.model))
    if serving is None or serving.arns != (promotion.arn,) or not serving.parts:
        return
    images = [part.image for part in serving.parts]
    facts = promotion.envelope.facts
    runs = {n: v for n, v in facts.items() if n.endswith(" runs")}
    if runs != kept_facts((), serving.parts):
        yield f"{below.name} runs another content of {promotion.version} than this ({', '.join(images)})"


def _unweighed(ports: Ports, promotion: Promotion, stage: Stage) -> Comparison:
    """A rollback is not weighed: what is known is what it replaces."""
    serving = ports.endpoints.serving(stage.endpoint_of(promotion.version.model))
    champion = None
    with suppress(Refusal):
        champion = Version.of_arn(serving.arns[0]) if serving and serving.arns else None
    return Comparison((), champion, (), against=serving.config if serving else "")


def _weighed(ports: Ports, promotion: Promotion, stage: Stage, comparison: Comparison) -> Promotion:
    now, asked = ports.clock.now(), stage.asks(rollback=promotion.rollback)
    refused = not comparison.passed or (asked == () and bool(comparison.warnings))
    if refused:
        return promotion.moved(Status.REFUSED, now, comparison.verdict, comparison=comparison)
    instead = f" instead of {comparison.champion}" if comparison.champion else ""
    verdict = f"Back to {promotion.version}{instead}." if promotion.rollback else comparison.verdict
    weighed = promotion.moved(Status.WEIGHED, now, verdict, comparison=comparison)
    if asked == ():
        enough = "" if promotion.rollback else ": the evidence is enough"
        return weighed.moved(Status.APPROVED, now, f"{stage.name} asks nobody{enough}.")
    return weighed


def _report(ports: Ports, package: Package) -> Report | None:
    return parse_report(ports.reports.read(package.report), package.report) if package.report else None


def _tested(ports: Ports, trial: Trial | None) -> Report | None:
    if trial is None or not trial.report:
        return None
    return parse_report(ports.reports.read(trial.report), trial.report)


def _merged(tested: Report | None, registered: Report | None) -> Report | None:
    """The test's metrics, and of the registered report what no test can measure."""
    if tested is None or registered is None:
        return tested or registered
    more = tuple(metric for metric in registered.metrics if metric.name not in MEASURED)
    return replace(tested, metrics=(*tested.metrics, *more))


def _champion(
    ports: Ports, stage: Stage, package: Package, serving: Serving | None, trial: Trial | None
) -> tuple[Version | None, Report | None, str]:
    """What serves, its evidence, and what keeps the two from being compared with the candidate."""
    if serving is None or serving.arns == (package.arn,):
        return None, None, ""
    version: Version | None = None
    try:
        version = Version.of_arn(serving.arns[0] if serving.arns else "what serves")
        if trial and trial.problem:
            raise NotFound(trial.problem)
        tested = _tested(ports, trial)
        registered = _recorded(ports, stage, version) or _registered(ports, version, needed=tested is None)
        evidence = _merged(tested, registered)
        if evidence is None:
            raise NotFound(f"{version} names no evaluation report.")
    except Refusal as refusal:
        # The candidate is not at fault for its predecessor's evidence; the card says what is lacking.
        problem = f"Not compared with what is live in {stage.name}: {refusal.sentence.rstrip('.')}"
        return version, None, problem
    return version, evidence, ""


def _registered(ports: Ports, version: Version, *, needed: bool) -> Report | None:
    try:
        return _report(ports, ports.registry.package(version))
    except Refusal:
        if needed:
            raise
        return None


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
