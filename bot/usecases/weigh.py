"""Weigh: the evidence against the guardrails and beside the champion's."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from bot.domain.comparison import Comparison
from bot.domain.comparison import weigh as compare
from bot.domain.envelope import Change, kept_facts
from bot.domain.model import Package, Version
from bot.domain.policy import Stage
from bot.domain.promotion import Promotion, Status, Trial
from bot.domain.refusals import Refusal
from bot.usecases.champion import Champion, champion_of
from bot.usecases.change import change
from bot.usecases.evidence import Evidence, Source
from bot.usecases.gather import TEST, gather
from bot.usecases.paired import paired_of
from bot.usecases.ports import Ports
from bot.usecases.seal import same_package, void_text
from bot.usecases.sealed_evidence import unsealed, untested
from bot.usecases.void import is_void, voided

_Both = tuple[Evidence, Champion]
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
        evidence = _evidence(ports, package, stage, promotion.trials)
        if changed := _unsealed(promotion, package, evidence):
            text = void_text(promotion, changed)
            change(ports.ledger, promotion_id, lambda now: voided(ports, now, text))
            return
        comparison = _compared(ports, package, stage, promotion.trials, evidence)
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
    return _compared(ports, package, stage, trials, _evidence(ports, package, stage, trials))


def _evidence(ports: Ports, package: Package, stage: Stage, trials: Sequence[Trial]) -> _Both:
    own, champions = (*trials, None, None)[:2]
    return gather(ports, package, own, strict=True), champion_of(ports, package, stage, champions)


def _unsealed(promotion: Promotion, package: Package, evidence: _Both) -> tuple[Change, ...]:
    """What is not what was sealed of what will be weighed: S3 may have given something else since that was
    compared.
    """
    candidate, champion = evidence
    tests = (_test(candidate), _test(champion.evidence))
    return (*unsealed(promotion, package, candidate.sources), *untested(promotion, tests))


def _test(evidence: Evidence | None) -> Source | None:
    return next((one for one in evidence.sources if one.kind == TEST), None) if evidence else None


def _compared(
    ports: Ports, package: Package, stage: Stage, trials: Sequence[Trial], evidence: _Both
) -> Comparison:
    rules = ports.policy.of_model(package.version.model)
    own, champions = (*trials, None, None)[:2]
    candidate, champion = evidence
    weighed = compare(
        candidate.report,
        champion.evidence.report if champion.evidence else None,
        champion.version,
        rules.guardrails,
        rules.tolerance,
        ports.policy.meanings_of(package.version.model),
        paired_of(ports, own, champions),
    )
    lacking = () if candidate.report else ("It names no evaluation report",)
    nobody_asked = stage.approvals == ()
    evidence_alone = lacking if nobody_asked and not weighed.failures else ()
    unknown = champion.problem and not champion.version  # something serves, and nobody knows which
    relative = [one for one in rules.guardrails if unknown and one.needs_champion]
    blind = tuple(f"{one.metric} must be {one}. {champion.problem}" for one in relative)
    unjudged = champion.problem and champion.version and rules.tolerance
    doubt = (f"{champion.problem}{_UNKNOWN}",) if unjudged else ()
    unread = tuple(f"The {one.kind} report counts for nothing: {one.problem}" for one in candidate.unread)
    return replace(
        weighed,
        failures=(*weighed.failures, *blind, *evidence_alone),
        warnings=(*weighed.warnings, *doubt),
        notes=tuple(note for note in (champion.problem, *lacking, *unread, *weighed.notes) if note),
        against=champion.config,
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
