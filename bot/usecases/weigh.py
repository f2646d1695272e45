"""Weigh: the evidence against the guardrails and beside the champion's."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from bot.domain.comparison import Comparison
from bot.domain.envelope import Change, kept_facts
from bot.domain.model import Package, Version
from bot.domain.policy import Stage
from bot.domain.progress import Trial
from bot.domain.promotion import Promotion, Status
from bot.domain.refusals import Refusal
from bot.usecases.champion import Champion, champion_of
from bot.usecases.change import change
from bot.usecases.comparing import compared
from bot.usecases.evidence import Evidence, Source
from bot.usecases.gather import TEST, gather
from bot.usecases.paired import paired_of
from bot.usecases.ports import Ports
from bot.usecases.seal import same_package, void_text
from bot.usecases.sealed_evidence import unsealed, untested
from bot.usecases.sighting import drift_known
from bot.usecases.void import is_void, voided

_Both = tuple[Evidence, Champion]


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
        own, champions = (*promotion.trials, None, None)[:2]
        comparison = compared(ports, package, stage, *evidence, paired_of(ports, own, champions))
        doubts = (*_overwritten(package, promotion), *_unlike_below(ports, promotion))
        comparison = replace(comparison, warnings=(*comparison.warnings, *doubts))

    drift = "" if promotion.rollback else drift_known(ports, promotion.training_job)

    def decide(now: Promotion) -> Promotion | None:
        if now.status is not Status.TESTED:
            return None
        weighed = _weighed(ports, now, stage, comparison)
        return replace(weighed, data_drift=drift)

    change(ports.ledger, promotion_id, decide)


def _evidence(ports: Ports, package: Package, stage: Stage, trials: Sequence[Trial]) -> _Both:
    own, champions = (*trials, None, None)[:2]
    champion = champion_of(ports, package, stage, lambda _: champions)
    return gather(ports, package, own, strict=True), champion


def _unsealed(promotion: Promotion, package: Package, evidence: _Both) -> tuple[Change, ...]:
    """What is not what was sealed of what will be weighed: S3 may have given something else since that was
    compared.
    """
    candidate, champion = evidence
    tests = (_test(candidate), _test(champion.evidence))
    return (*unsealed(promotion, package, candidate.sources), *untested(promotion, tests))


def _test(evidence: Evidence | None) -> Source | None:
    return next((one for one in evidence.sources if one.kind == TEST), None) if evidence else None


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
