"""Report and compare: a version's evidence, whole, beside another's."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.model import Package, Version
from bot.domain.progress import Trial
from bot.domain.promotion import Promotion
from bot.domain.refusals import NotPossible
from bot.usecases.champion import Champion, champion_of
from bot.usecases.comparing import compared
from bot.usecases.evidence import Reported
from bot.usecases.gather import gather
from bot.usecases.paired import paired_of
from bot.usecases.ports import Ports
from bot.usecases.seal import same_package


@dataclass(frozen=True)
class _Tested:
    version: Version
    trial: Trial


def report(ports: Ports, version: Version) -> Reported:
    """A version's evidence, beside that of what is live at the top of the ladder.

    Raises:
        NotFound: The registry has no such version.
    """
    return _beside_live(ports, ports.registry.package(version))[0]


def compare(ports: Ports, version: Version, other: Version | None) -> Reported:
    """A version's evidence beside another's, or beside what is live at the top of the ladder.

    Raises:
        NotFound: The registry has no such version.
        NotPossible: It would be compared with itself, or nothing else is live.
    """
    package = ports.registry.package(version)
    if other is None:
        found, live = _beside_live(ports, package)
        if live.version is None:
            raise NotPossible(
                f"{_what_is_live(package, live)} in {found.stage}. Name the version to compare with: "
                f"`/mlops compare {version} {version.model}:N`."
            )
        return found
    if other == version:
        raise NotPossible(f"{version} is the same as {other}. Name two versions.")
    models = dict.fromkeys((version.model, other.model))
    known = [promotion for model in models for promotion in ports.ledger.of_model(model)]
    tested = list(_tests(known))
    own = _newest(tested, version)
    beside = _alike(tested, other, own)
    theirs = gather(ports, ports.registry.package(other), beside)
    ours = gather(ports, package, own)
    spreads = paired_of(ports, own, beside, known)
    comparison = compared(ports, package, None, ours, Champion(other, theirs), spreads)
    return Reported(package, ours, comparison, theirs)


def reported_of(ports: Ports, promotion: Promotion) -> Reported:
    """What was weighed for a promotion: its evidence and its comparison, as its card has it.

    Raises:
        NotFound: The package was deleted.
    """
    package = same_package(ports, promotion)
    own, champions = (*promotion.trials, None, None)[:2]
    found = gather(ports, package, own)
    stage = ports.policy.stage(promotion.stage)
    champion = champion_of(ports, package, stage, lambda _: champions)
    weighed = promotion.comparison
    if weighed is None:
        weighed = compared(ports, package, stage, found, champion, paired_of(ports, own, champions))
    same = champion.version == weighed.champion
    return Reported(package, found, weighed, champion.evidence if same else None, stage.name)


def _beside_live(ports: Ports, package: Package) -> tuple[Reported, Champion]:
    stage = ports.policy.stages[-1]
    known = ports.ledger.of_model(package.version.model)
    tested = list(_tests(known))
    own = _newest(tested, package.version)
    found = gather(ports, package, own)
    live = champion_of(ports, package, stage, lambda version: _alike(tested, version, own))
    theirs = _alike(tested, live.version, own) if live.version else None
    comparison = compared(ports, package, stage, found, live, paired_of(ports, own, theirs, known))
    return Reported(package, found, comparison, live.evidence, stage.name), live


def _what_is_live(package: Package, live: Champion) -> str:
    """Why there is no champion at the top of the ladder."""
    if not live.config:
        return "Nothing is live"
    if not live.problem:
        return f"Nothing but {package.version} is live"
    return "What serves is no version of the registry"


def _tests(promotions: Iterable[Promotion]) -> Iterator[_Tested]:
    """All tests that were scored, newest first: each version's own, and champions' beside it."""
    for promotion in promotions:
        own, champions = (*promotion.trials, None, None)[:2]
        if own and own.report:
            yield _Tested(promotion.version, own)
        beside = promotion.comparison.champion if promotion.comparison else None
        if champions and champions.report and beside:
            yield _Tested(beside, champions)


def _newest(tested: list[_Tested], version: Version) -> Trial | None:
    return next((one.trial for one in tested if one.version == version), None)


def _alike(tested: list[_Tested], version: Version, beside: Trial | None) -> Trial | None:
    """The version's test on the same data as the other one's; its newest where there is none."""
    same = (t.trial for t in tested if t.version == version and beside and t.trial.data == beside.data)
    return next(same, None) or _newest(tested, version)
