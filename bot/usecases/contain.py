"""Contain: what a recall found is brought back to what it did not touch, or frozen, each by its policy."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.domain.lineage.recall import knows_origin
from bot.domain.promotion import Promotion
from bot.domain.refusals import NotPossible, Refusal
from bot.domain.wording import listed
from bot.usecases.freeze import ask
from bot.usecases.look import answered
from bot.usecases.ports import Ports
from bot.usecases.propose import begin
from bot.usecases.rollback import Known, roll_back, shelf
from bot.usecases.traced import Recalled


@dataclass(frozen=True)
class Contained:
    """What became of one model: the promotion that brings an untouched version back, or a sentence."""

    model: str
    stage: str = ""
    promotion: Promotion | None = None
    said: str = ""


def roll_back_all(ports: Ports, found: Recalled, who: str, request: str) -> tuple[Contained, ...]:
    """Propose, for each stage in which an exposed version is live, the newest version of its shelf that is
    known not to have learned from the data. Each stage's own policy asks for approval.
    """
    places = dict.fromkeys((one.version.model, one.stage) for one in found.exposed)
    return tuple(
        _tried(model, stage, lambda m=model, s=stage: _back(ports, m, s, found, who, request))  # type: ignore[misc]
        for model, stage in places
    )


def freeze_all(
    ports: Ports, models: Iterable[str], reason: str, who: str, request: str
) -> tuple[Contained, ...]:
    """Ask for a freeze of each model; somebody else has to approve each."""
    return tuple(_frozen(ports, models, reason, who, request))


def _back(  # noqa: PLR0913 - who, which model, where, from what, in which delivery
    ports: Ports, model: str, stage: str, found: Recalled, who: str, request: str
) -> Contained:
    if not stage:
        raise NotPossible(f"{model} serves on an endpoint of no stage of mlops.toml; roll that back by hand.")
    delivery = f"{request}/{model}/{stage}"
    if before := answered(ports, model, delivery):
        return Contained(model, stage, begin(ports, before))
    known = shelf(ports, model, stage)
    affected = {one.version for one in found.found.learned}
    others = [one for one in known if one.version not in affected]
    clean = [one for one in others if knows_origin(found.graph, one.version)]
    fit = next((one for one in clean if not one.problem), None)
    if fit is None:
        why = f" {clean[0].version} cannot be had: {clean[0].problem}" if clean else _unsure(others, stage)
        raise NotPossible(f"Nothing that was live of {model} in {stage} is known to be untouched by it.{why}")
    promotion = roll_back(ports, model, stage, fit.version.number, who, delivery)
    return Contained(model, stage, promotion)


def _unsure(others: Sequence[Known], stage: str) -> str:
    """What is left to a person where nobody knows what the other versions learned from."""
    if not others:
        return ""
    first = others[0].version
    return (
        f" Nobody knows all that {listed([str(one.version) for one in others])} learned from; "
        f"`/mlops rollback {first.model} in {stage} to {first.number}` goes there all the same."
    )


def _frozen(ports: Ports, models: Iterable[str], reason: str, who: str, request: str) -> Iterator[Contained]:
    for model in dict.fromkeys(models):
        yield _tried(
            model,
            "",
            lambda m=model: Contained(m, said=ask(ports, m, reason, who, f"{request}/{m}").story[-1].text),  # type: ignore[misc]
        )


def _tried(model: str, stage: str, act: Callable[[], Contained]) -> Contained:
    try:
        return act()
    except Refusal as refusal:
        return Contained(model, stage, said=refusal.sentence)
