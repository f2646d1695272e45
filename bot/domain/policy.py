"""The policy of a project: its ladder of stages, who may decide, and what evidence must show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from bot.domain.guardrails import Guardrail
from bot.domain.model import Identity
from bot.domain.refusals import NotFound

MACHINE: Final = "machine"
"""In `[people]`: an identity behind which stands no person, such as a training pipeline's role."""


class RolloutKind(StrEnum):
    """How traffic moves to the new version (SageMaker: deployment guardrails)."""

    ALL_AT_ONCE = "all-at-once"
    CANARY = "canary"


@dataclass(frozen=True)
class Rollout:
    """`percent` of the capacity first, for `bake`; any alarm in ALARM rolls back."""

    kind: RolloutKind = RolloutKind.ALL_AT_ONCE
    percent: int = 0
    bake: timedelta = timedelta()
    alarms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Requirement:
    """So many different people of this group must approve."""

    group: str
    count: int


@dataclass(frozen=True)
class Instance:
    """What an endpoint's first deployment runs on; later ones keep what is there."""

    type: str
    count: int = 1


@dataclass(frozen=True)
class Stage:
    """A rung of the ladder.

    `approvals` is None where the file says nothing about them: then nobody may approve. An empty
    tuple means that evidence alone decides.
    """

    name: str
    endpoint: str
    approvals: tuple[Requirement, ...] | None = None
    notify: tuple[str, ...] = ()
    four_eyes: bool = True
    expires: timedelta = timedelta(days=7)
    rollout: Rollout = field(default_factory=Rollout)
    instance: Instance | None = None

    def endpoint_of(self, model: str) -> str:
        """The endpoint's name for this model."""
        return self.endpoint.replace("{model}", model)

    def alarms_of(self, model: str) -> tuple[str, ...]:
        """The alarms' names for this model."""
        endpoint = self.endpoint_of(model)
        return tuple(a.replace("{endpoint}", endpoint).replace("{model}", model) for a in self.rollout.alarms)


@dataclass(frozen=True)
class ModelPolicy:
    """What a team says about one model; every part may be absent."""

    channel: str = ""
    guardrails: tuple[Guardrail, ...] = ()
    tolerance: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Policy:
    """mlops.toml, validated. `digest` is the sha256 of the file that it was read from."""

    project: str
    channel: str
    groups: Mapping[str, tuple[str, ...]]
    people: Mapping[str, str]
    stages: tuple[Stage, ...]
    models: Mapping[str, ModelPolicy]
    digest: str = ""

    def stage(self, name: str) -> Stage:
        """The stage of that name.

        Raises:
            NotFound: mlops.toml has no such stage.
        """
        for stage in self.stages:
            if stage.name == name:
                return stage
        known = ", ".join(stage.name for stage in self.stages)
        raise NotFound(f"There is no stage “{name}”. mlops.toml has: {known}.")

    def above(self, name: str) -> Stage | None:
        """The next rung, or None at the top and for a rung that was taken out."""
        names = [stage.name for stage in self.stages]
        at = names.index(name) + 1 if name in names else len(names)
        return self.stages[at] if at < len(names) else None

    def of_model(self, model: str) -> ModelPolicy:
        """What is said about the model; the defaults where nothing is."""
        return self.models.get(model, ModelPolicy())

    def channel_of(self, model: str) -> str:
        """Where the model's cards go."""
        return self.of_model(model).channel or self.channel

    def maker(self, identity: Identity) -> str | None:
        """The Slack id behind a registry identity, `machine`, or None where nobody says.

        Never by the name of a session alone, which is anybody's choice; see `Identity.known_as`.
        """
        return next((self.people[key] for key in identity.known_as if key in self.people), None)
