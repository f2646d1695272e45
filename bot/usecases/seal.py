"""Seal: write down exactly what is proposed; and look later whether it is still so."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from bot.domain.artifact import Blob
from bot.domain.envelope import Change, Envelope, kept_facts
from bot.domain.envelope import seal as envelope_of
from bot.domain.model import Package
from bot.domain.needs import Copy, needs_of, parts_of
from bot.domain.promotion import Promotion, Status, promotion_id
from bot.domain.refusals import NotFound, NotPossible
from bot.domain.wording import listed
from bot.usecases.change import change
from bot.usecases.gather import card_of, read_report
from bot.usecases.kept import kept_before, live_before
from bot.usecases.ports import Ports
from bot.usecases.propose import COMPLETED, refuse_if_rejected, report_addresses
from bot.usecases.sealed_evidence import GONE, SCOPE, evidence_facts, knows_all, test_data, test_facts

_LONGEST_NAME: Final = 63  # Amazon SageMaker API: CreateEndpoint
_MOST_NAMED: Final = 5


def seal(ports: Ports, promotion_id: str) -> None:
    """Opened → sealed: the envelope over the package, its evidence, the stage and the policy."""
    promotion = ports.ledger.promotion(promotion_id)
    if promotion.status is not Status.OPENED:
        return
    package = same_package(ports, promotion)
    refuse_if_rejected(package)
    if package.report and not promotion.rollback:
        read_report(ports, package.report)
    copies = kept_before(ports, package, promotion.stage) if promotion.rollback else ()
    copies = copies or tuple(Copy(n.needed_by, ports.artifacts.look(n.uri)) for n in needs_of(package))
    envelope = _described(ports, promotion, package, copies)
    _refuse_in_vain(ports, promotion, package)
    if promotion.rollback:
        _refuse_unproven(ports, promotion, package, envelope)
    if len(envelope.endpoint) > _LONGEST_NAME:
        raise NotPossible(
            f"The endpoint would be called `{envelope.endpoint}`; SageMaker takes {_LONGEST_NAME} characters "
            f"at the most. Shorten the model’s name or the stage’s `endpoint` in mlops.toml."
        )

    said = card_of(package)
    card = replace(said, evaluation=None) if said else None

    def decide(now: Promotion) -> Promotion | None:
        if now.status is not Status.OPENED:
            return None
        text = f"Sealed as `{envelope.short}`: the package, its evidence, the stage and the rollout."
        facts: dict[str, Any] = {"envelope": envelope, "copies": copies, "model_card": card}
        facts["reports"] = report_addresses(package)
        return now.moved(Status.SEALED, ports.clock.now(), text, **facts)

    change(ports.ledger, promotion_id, decide)


def _refuse_unproven(ports: Ports, promotion: Promotion, package: Package, envelope: Envelope) -> None:
    """A rollback is neither tested nor weighed, so it must be exactly what was live here before."""
    lived = live_before(ports, package, promotion.stage)
    before = lived.envelope if lived else None
    if before is None:
        raise NotPossible(f"{package.version} was never live in {promotion.stage}. Deploy it like any other.")
    added = (" copy", " sha256", " runs")
    was = {n: v for n, v in before.facts.items() if n.startswith("container") and not n.endswith(added)}
    now = {n: v for n, v in envelope.facts.items() if n.startswith("container") and not n.endswith(added)}
    if changed := Envelope(was).changes(Envelope(now)):
        what = listed([str(one) for one in changed[:_MOST_NAMED]])
        raise NotPossible(
            f"{package.version} in the registry is not what was live in {promotion.stage}. Changed: {what}. "
            f"Deploy it like any other version, so that it is tested and weighed."
        )


def _refuse_in_vain(ports: Ports, promotion: Promotion, package: Package) -> None:
    """What SageMaker would refuse after people have approved is refused now."""
    stage = ports.policy.stage(promotion.stage)
    if stage.serverless and len(package.containers) > 1:
        raise NotPossible(
            f"{package.version} has {len(package.containers)} containers, and SageMaker takes one on a "
            f"serverless endpoint. Give {stage.name} an `instance` in mlops.toml, then propose it again."
        )
    rollout = replace(stage.rollout_of(rollback=promotion.rollback), rules=())
    names = stage.alarms_of(package.version.model, rollout)
    known = {alarm.name for alarm in ports.endpoints.alarms(names)} if names else set()
    if lacking := [f"`{name}`" for name in names if name not in known]:
        raise NotPossible(
            f"CloudWatch has no alarm {listed(lacking, 'or')}, which mlops.toml names for {stage.name}. "
            f"Make it, or take it out of `alarms`, then propose {package.version} again."
        )


def changes(ports: Ports, promotion: Promotion) -> tuple[Change, ...]:
    """What is not any more as it was sealed, by name.

    Raises:
        NotFound: The package itself was deleted.
        NotPossible: It is not Completed any more.
    """
    if promotion.envelope is None:
        return ()
    return promotion.envelope.changes(envelope_now(ports, promotion, same_package(ports, promotion)))


def envelope_now(ports: Ports, promotion: Promotion, package: Package, *, evidence: bool = True) -> Envelope:
    """The envelope as it would be sealed now: what runs, its copies, and the evidence unless that was
    settled already.
    """
    addresses = {copy.needed_by: copy.source.uri for copy in promotion.copies}
    needs = {need.needed_by: need.uri for need in needs_of(package)}
    sealed = {copy.needed_by: copy.source for copy in promotion.copies if promotion.rollback and copy.kept}
    found = tuple(Copy(name, sealed.get(name) or _found(ports, uri)) for name, uri in needs.items())
    envelope = _described(ports, promotion, package, found, evidence=evidence)
    if needs == addresses and is_copied(promotion):
        kept = tuple(_kept(ports, copy) for copy in promotion.copies)
        envelope = envelope.with_facts(kept_facts(kept, parts_of(package, kept)))
    if promotion.status is Status.SEALED:
        return envelope  # while it is tested no report of the test is sealed, the champion's older one too
    return envelope.with_facts(test_facts(ports, promotion)) if evidence else envelope


def is_copied(promotion: Promotion) -> bool:
    """Whether what will run is sealed. A rollback's copies are known before that."""
    return promotion.envelope is not None and "container 1 runs" in promotion.envelope.facts


def void_text(promotion: Promotion, changed: Sequence[Change]) -> str:
    """Why no approval can count any more: what changed, with before and after."""
    telling = sorted(changed, key=lambda one: (one.name.endswith(" runs"), "image" not in one.name))
    named = [str(one) for one in telling[:_MOST_NAMED]]
    more = len(changed) - len(named)
    what = listed([*named, f"{more} more"] if more else named)
    return f"{promotion.version} is not any more what was sealed, so the approval is void. Changed: {what}."


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


def _described(
    ports: Ports, promotion: Promotion, package: Package, copies: Sequence[Copy], *, evidence: bool = True
) -> Envelope:
    stage = ports.policy.stage(promotion.stage)
    rollout = stage.rollout_of(rollback=promotion.rollback)
    found = {}
    if evidence and not promotion.rollback:  # what was good enough before is not weighed again
        found = {**_evidence(ports, promotion, package), "test data": test_data(ports, promotion)}
    return envelope_of(package, stage, ports.policy, rollout, found, copies)


def _evidence(ports: Ports, promotion: Promotion, package: Package) -> dict[str, str]:
    """All evidence with what is said of its scope; of an envelope from before that, what it knew of."""
    if promotion.envelope is None or knows_all(promotion):
        return {**evidence_facts(ports, package), **SCOPE}
    return evidence_facts(ports, replace(package, more=(), card=""))


def _found(ports: Ports, uri: str) -> Blob:
    with suppress(NotFound):
        return ports.artifacts.look(uri)
    return Blob(uri, GONE, GONE, 0)


def _kept(ports: Ports, copy: Copy) -> Copy:
    if copy.kept is None or ports.artifacts.exists_exactly(copy.kept):
        return copy
    there = _found(ports, copy.kept.uri)
    changed = Blob(copy.kept.uri, there.version or "another", there.etag, there.size, "another")
    return Copy(copy.needed_by, copy.source, changed)
