"""Answers that change nothing: models, versions, what is live, what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.comparison import Comparison
from bot.domain.model import ModelSummary, Package, Version
from bot.domain.policy import Requirement
from bot.domain.promotion import Promotion, Status
from bot.domain.quorum import outstanding
from bot.domain.refusals import NotFound, NotPossible, Refusal
from bot.usecases.ports import Ports

MOST_MODELS: Final = 20
"""So many models are looked at for one answer; each costs a few calls."""


@dataclass(frozen=True)
class Live:
    """What serves in a stage; `version` is None where nothing does, or nothing that the registry knows."""

    stage: str
    endpoint: str
    version: Version | None
    status: str


@dataclass(frozen=True)
class ModelStatus:
    """A model: its newest version, what is live where, and what is on its way."""

    summary: ModelSummary
    live: tuple[Live, ...]
    under_way: tuple[Promotion, ...]


@dataclass(frozen=True)
class Waiting:
    """A promotion that asks, what it still needs, and where its card is."""

    promotion: Promotion
    still: tuple[Requirement, ...]
    link: str


@dataclass(frozen=True)
class Shown:
    """A version in detail; its comparison is the one that was decided on, where there was one."""

    package: Package
    comparison: Comparison
    promotions: tuple[Promotion, ...]
    live: tuple[Live, ...]


def status(ports: Ports, model: str = "") -> tuple[Sequence[ModelStatus], int]:
    """Every model's status, or one's; and how many models were left out."""
    if model:
        latest = ports.registry.package(ports.registry.latest(model))
        summaries = [ModelSummary(model, latest.version, latest.approval)]
    else:
        summaries = list(ports.registry.models())
    moving = [promotion for promotion in ports.ledger.under_way() if not promotion.is_over]
    shown = summaries[:MOST_MODELS]
    return [_status(ports, summary, moving) for summary in shown], len(summaries) - len(shown)


def pending(ports: Ports) -> Sequence[Waiting]:
    """What waits for a decision, oldest first."""
    waiting = [promotion for promotion in ports.ledger.under_way() if promotion.status is Status.ASKING]
    return [_waiting(ports, promotion) for promotion in waiting]


def show(ports: Ports, version: Version) -> Shown:
    """A version: what it is, how it compares with what is live at the top, where it was promoted."""
    package = ports.registry.package(version)
    promotions = tuple(p for p in ports.ledger.of_model(version.model) if p.version == version)
    from bot.usecases.report import report  # noqa: PLC0415 - what waits is answered without

    decided = next((p.comparison for p in promotions if _is_evidence(p, package)), None)
    comparison = decided or report(ports, version).comparison
    return Shown(package, comparison, promotions, _live(ports, version.model))


def _is_evidence(promotion: Promotion, package: Package) -> bool:
    """Whether its card has numbers of this very package: what people decided on is what is shown."""
    weighed = promotion.comparison is not None and bool(promotion.comparison.rows)
    return weighed and promotion.arn == package.arn and promotion.opened_at >= package.registered_at


def answered(ports: Ports, model: str, request: str) -> Promotion | None:
    """The promotion that this delivery was about, where it came before: `latest` may mean another now."""
    known = ports.ledger.of_model(model)
    return next((p for p in known if any(entry.request == request for entry in p.story)), None)


def asking(ports: Ports, version: Version, stage: str) -> Promotion:
    """The promotion that a command means: of this version, to this stage or whichever asks.

    Raises:
        NotFound: The version was never proposed there.
    """
    if stage:
        ports.policy.stage(stage)
    ports.registry.package(version)
    known = [
        promotion
        for promotion in ports.ledger.of_model(version.model)
        if promotion.version == version and stage in {"", promotion.stage}
    ]
    return _meant(known, version, stage or ports.policy.stages[-1].name)


def _meant(known: Sequence[Promotion], version: Version, stage: str) -> Promotion:
    asks = [promotion for promotion in known if promotion.status is Status.ASKING]
    if len(asks) > 1:
        stages = " or ".join(f"`to {promotion.stage}`" for promotion in asks)
        raise NotPossible(f"{version} waits for approval in {len(asks)} stages. Say which: {stages}.")
    if asks or known:
        return (asks or list(known))[0]
    raise NotFound(f"{version} was never proposed. Propose it with `/mlops deploy {version} to {stage}`.")


def _status(ports: Ports, summary: ModelSummary, moving: Sequence[Promotion]) -> ModelStatus:
    ours = tuple(promotion for promotion in moving if promotion.version.model == summary.name)
    return ModelStatus(summary, _live(ports, summary.name), ours)


def _waiting(ports: Ports, promotion: Promotion) -> Waiting:
    known = {stage.name: stage for stage in ports.policy.stages}
    stage = known.get(promotion.stage)  # a stage that was taken out of the file leaves its promotions
    approvals = (stage.asks(rollback=promotion.rollback) if stage else None) or ()
    card = ports.ledger.card(promotion.id)
    return Waiting(
        promotion,
        outstanding(approvals, promotion.consents),
        ports.channel.link(card) if card else "",
    )


def _live(ports: Ports, model: str) -> tuple[Live, ...]:
    found = []
    for stage in ports.policy.stages:
        endpoint = stage.endpoint_of(model)
        serving = ports.endpoints.serving(endpoint)
        found.append(
            Live(
                stage.name,
                endpoint,
                _known(serving.arns) if serving else None,
                serving.status if serving else "",
            )
        )
    return tuple(found)


def _known(arns: Sequence[str]) -> Version | None:
    try:
        return Version.of_arn(arns[0]) if arns else None
    except Refusal:
        return None
