"""Rollback: bring back what was live in a stage before."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.domain.model import Approval, Package, Version
from bot.domain.needs import needs_of
from bot.domain.policy import Stage
from bot.domain.promotion import Promotion, Status
from bot.domain.refusals import NotFound, NotPossible, Refusal
from bot.domain.wording import person
from bot.usecases.kept import kept_before
from bot.usecases.ports import Ports
from bot.usecases.propose import COMPLETED, proposed, refuse_if_frozen

MOST_SHOWN: Final = 10
"""So many versions are on the shelf; each costs some calls."""


@dataclass(frozen=True)
class Known:
    """A version on the shelf: it was live in the stage, since when, and why it cannot be deployed any
    more, empty where it can. `since` is None for what served before the bot came.
    """

    version: Version
    since: datetime | None
    problem: str = ""


def shelf(ports: Ports, model: str, stage_name: str) -> Sequence[Known]:
    """The known-good versions of a stage, the one that was live last first; what serves now is not one."""
    stage = ports.policy.stage(stage_name)
    serving = ports.endpoints.serving(stage.endpoint_of(model))
    promotions = ports.ledger.of_model(model)
    found: dict[Version, Known] = {}
    for version, since in _good(promotions, stage):
        if version not in found and len(found) < MOST_SHOWN:
            found[version] = Known(version, since)
    served = serving.arns if serving else ()
    packages = {version: _package(ports, version) for version in found}
    return [
        replace(known, problem=_problem(ports, stage, packages[version], promotions))
        for version, known in found.items()
        if (package := packages[version]) is None or served != (package.arn,)
    ]


def roll_back(  # noqa: PLR0913 - who, which model, where, to what, in which delivery
    ports: Ports, model: str, stage_name: str, to: int | None, who: str, request: str
) -> Promotion:
    """A person wants back what was live before, or this version of it.

    Raises:
        NotFound: No such stage, or no such version on the shelf.
        NotPossible: It cannot be deployed any more, or is on its way already.
    """
    stage = ports.policy.stage(stage_name)
    _refuse_during(ports, model, stage)
    chosen = _chosen(shelf(ports, model, stage_name), model, stage, to)
    package = ports.registry.package(chosen.version)
    text = f"{person(who)} wants {chosen.version} back in {stage.name}."
    if chosen.since is None:  # what it was then, nobody sealed
        refuse_if_frozen(ports, model)
        text += " It served before I came, so it is tested and weighed like any other version."
    return proposed(ports, package, stage, text, who, request, rollback=chosen.since is not None)


def _refuse_during(ports: Ports, model: str, stage: Stage) -> None:
    """While a version goes out, what serves is not yet what has to be rolled back."""
    for one in ports.ledger.under_way():
        ours = (one.version.model, one.stage) == (model, stage.name)
        if ours and (one.status in {Status.DEPLOYING, Status.WATCHING} or one.unsettled):
            raise NotPossible(
                f"{one.title} is on its way out right now, and SageMaker lets nobody stop a rollout but its "
                f"alarms. Its card says when it has ended; roll back then."
            )


def _chosen(known: Sequence[Known], model: str, stage: Stage, to: int | None) -> Known:
    if not known:
        raise NotFound(
            f"There is nothing to roll back to: no other version of {model} was live in {stage.name}."
        )
    if to is None:
        fit = next((one for one in known if not one.problem), None)
        if fit is None:
            raise NotPossible(f"Nothing on the shelf can be deployed any more. {known[0].problem}")
        return fit
    for one in known:
        if one.version.number == to:
            if one.problem:
                raise NotPossible(f"{one.version} cannot be rolled back to: {one.problem}")
            return one
    numbers = ", ".join(str(one.version) for one in known)
    raise NotFound(
        f"{Version(model, to)} was never live in {stage.name}, or serves there now. The shelf has: {numbers}."
    )


def _good(promotions: Sequence[Promotion], stage: Stage) -> Iterator[tuple[Version, datetime | None]]:
    """Versions that were live and were not rolled back, newest first; then what the bot found serving."""
    ours = [one for one in promotions if one.stage == stage.name]
    lived = [one for one in ours if one.went_live]
    bad = _bad(ours)
    for one in sorted(lived, key=lambda one: one.went_live or one.opened_at, reverse=True):
        if one.version not in bad:
            yield one.version, one.went_live
    for one in lived:
        champion = one.comparison.champion if one.comparison else None
        if champion and champion not in bad:
            yield champion, None


def _bad(ours: Sequence[Promotion]) -> set[Version]:
    """Versions whose newest deployment did not stay."""
    newest: dict[Version, Promotion] = {}
    for one in sorted((one for one in ours if one.deployed_at), key=lambda one: one.opened_at):
        newest[one.version] = one
    stayed = {Status.LIVE, Status.SUPERSEDED}
    return {version for version, one in newest.items() if one.is_over and one.status not in stayed}


def _package(ports: Ports, version: Version) -> Package | None:
    with suppress(NotFound):
        return ports.registry.package(version)
    return None


def _problem(ports: Ports, stage: Stage, package: Package | None, promotions: Sequence[Promotion]) -> str:
    """Why it cannot be deployed any more."""
    if package is None:
        return "it was deleted from the registry."
    if package.approval is Approval.REJECTED:
        return "it is Rejected in the registry."
    if package.status != COMPLETED:
        return f"it is {package.status} in the registry."
    if kept_before(ports, package, stage.name, promotions):
        return ""
    try:
        for need in needs_of(package):
            ports.artifacts.look(need.uri)
    except Refusal as refusal:
        return refusal.sentence
    return ""
