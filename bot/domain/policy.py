"""The policy of a project: its ladder of stages, who may decide, and what evidence must show."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final, assert_never

from bot.domain.guardrails import Guardrail
from bot.domain.meaning import Meaning, Meanings
from bot.domain.model import Identity
from bot.domain.refusals import NotFound
from bot.domain.scoring import Problem

MACHINE: Final = "machine"
"""In `[people]`: an identity behind which stands no person, such as a training pipeline's role."""


class RolloutKind(StrEnum):
    """How traffic moves to the new version (SageMaker Developer Guide: Deployment guardrails)."""

    ALL_AT_ONCE = "all-at-once"
    CANARY = "canary"
    LINEAR = "linear"
    ROLLING = "rolling"


class AlarmKind(StrEnum):
    """What an alarm of the bot's own looks at."""

    ERRORS = "5xx"
    LATENCY = "latency"
    MISSING = "invocations-missing"


@dataclass(frozen=True)
class AlarmRule:
    """An alarm that the workflow makes and removes with the endpoint.

    `above` is a count of 5xx answers, or milliseconds of model latency, in one `period`; for missing
    invocations it is 0: the alarm rings when a whole period has none.
    """

    kind: AlarmKind
    above: float = 0
    period: timedelta = timedelta(minutes=1)


@dataclass(frozen=True)
class Rollout:
    """`percent` of the capacity first (canary), at each step (linear) or in each batch (rolling), with a
    wait of `bake` after each; any alarm in ALARM rolls back. `alarms` are the team's own, by name;
    `rules` are those that the workflow makes.
    """

    kind: RolloutKind = RolloutKind.ALL_AT_ONCE
    percent: int = 0
    bake: timedelta = timedelta()
    alarms: tuple[str, ...] = ()
    rules: tuple[AlarmRule, ...] = ()

    def __str__(self) -> str:
        minutes = f"{self.bake.total_seconds() / 60:g} min"
        match self.kind:
            case RolloutKind.ALL_AT_ONCE:
                return "all-at-once"
            case RolloutKind.CANARY:
                return f"canary {self.percent} % for {minutes}"
            case RolloutKind.LINEAR | RolloutKind.ROLLING:
                return f"{self.kind} {self.percent} % every {minutes}"
            case _:
                assert_never(self.kind)


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
class Serverless:
    """A serverless endpoint: megabytes of memory and requests at once (Amazon SageMaker API:
    ProductionVariantServerlessConfig).
    """

    memory: int
    concurrency: int


@dataclass(frozen=True)
class Capture:
    """Requests and answers that are kept: so many per cent of them, under an s3:// prefix."""

    percent: int
    to: str


@dataclass(frozen=True)
class Stage:
    """A rung of the ladder.

    `smoke` is how many lines of the test data a new variant must answer as the transform did.
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
    serverless: Serverless | None = None
    capture: Capture | None = None
    rollback_approvals: tuple[Requirement, ...] | None = None
    smoke: int = 10

    def asks(self, *, rollback: bool) -> tuple[Requirement, ...] | None:
        """Who must approve: as `approvals`, or fewer for a rollback where the policy says so."""
        if rollback and self.rollback_approvals is not None:
            return self.rollback_approvals
        return self.approvals

    def rollout_of(self, *, rollback: bool) -> Rollout:
        """How traffic moves. A rollback goes at once, and without alarms: those that ring because of what
        serves now would take it back.
        """
        return Rollout() if rollback else self.rollout

    def endpoint_of(self, model: str) -> str:
        """The endpoint's name for this model."""
        return self.endpoint.replace("{model}", model)

    def alarms_of(self, model: str, rollout: Rollout) -> tuple[str, ...]:
        """The names of a rollout's alarms: the team's own, and those that the workflow makes."""
        endpoint = self.endpoint_of(model)
        own = (a.replace("{endpoint}", endpoint).replace("{model}", model) for a in rollout.alarms)
        return (*own, *(alarm_name(endpoint, rule.kind) for rule in rollout.rules))


@dataclass(frozen=True)
class ModelPolicy:
    """What a team says about one model; every part may be absent.

    `metrics` are what its metrics mean; `writes_card` is whether the promotion's outcome is written into
    its model card.
    """

    channel: str = ""
    guardrails: tuple[Guardrail, ...] = ()
    tolerance: Mapping[str, float] = field(default_factory=dict)
    test_data: str = ""
    problem: Problem | None = None
    test_instance: Instance = Instance("ml.m5.large")
    metrics: Mapping[str, Meaning] = field(default_factory=dict)
    writes_card: bool = False

    def test_data_of(self, stage: str) -> str:
        """The s3:// prefix of the held-out data for this stage; empty where there is none."""
        return self.test_data.replace("{stage}", stage)


@dataclass(frozen=True)
class Policy:
    """mlops.toml, validated. `digest` is the sha256 of the file that it was read from; `prices` are US
    dollars an hour by instance type, where they differ from the list; `metrics` are what metrics mean to
    every model.
    """

    project: str
    channel: str
    groups: Mapping[str, tuple[str, ...]]
    people: Mapping[str, str]
    stages: tuple[Stage, ...]
    models: Mapping[str, ModelPolicy]
    digest: str = ""
    prices: Mapping[str, float] = field(default_factory=dict)
    metrics: Mapping[str, Meaning] = field(default_factory=dict)

    def stage(self, name: str) -> Stage:
        """The stage of that name.

        Raises:
            NotFound: mlops.toml has no such stage.
        """
        for stage in self.stages:
            if stage.name == name:
                return stage
        names = [stage.name for stage in self.stages]
        near = [known for known in names if name and known.startswith(name.lower())]
        near = near or difflib.get_close_matches(name, names, 1, 0.6)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise NotFound(f"There is no stage “{name}”. mlops.toml has: {', '.join(names)}.{hint}")

    def below(self, name: str) -> Stage | None:
        """The rung below, or None at the bottom and for a rung that was taken out."""
        names = [stage.name for stage in self.stages]
        at = names.index(name) - 1 if name in names else -1
        return self.stages[at] if at >= 0 else None

    def above(self, name: str) -> Stage | None:
        """The next rung, or None at the top and for a rung that was taken out."""
        names = [stage.name for stage in self.stages]
        at = names.index(name) + 1 if name in names else len(names)
        return self.stages[at] if at < len(names) else None

    def of_model(self, model: str) -> ModelPolicy:
        """What is said about the model; the defaults where nothing is."""
        return self.models.get(model, ModelPolicy())

    def meanings_of(self, model: str) -> Meanings:
        """What the model's metrics mean: what is said of the model counts before what is said of all."""
        return Meanings(self.metrics).with_own(self.of_model(model).metrics)

    def channel_of(self, model: str) -> str:
        """Where the model's cards go."""
        return self.of_model(model).channel or self.channel

    def maker(self, identity: Identity) -> str | None:
        """The Slack id behind a registry identity, `machine`, or None where nobody says.

        Never by the name of a session alone, which is anybody's choice; see `Identity.known_as`.
        """
        return next((self.people[key] for key in identity.known_as if key in self.people), None)


def alarm_name(endpoint: str, kind: AlarmKind) -> str:
    """What the workflow calls an alarm of its own."""
    return f"{endpoint}-{kind}"
