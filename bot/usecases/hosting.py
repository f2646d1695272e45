"""What the use cases need of SageMaker's hosting and batch transform, in the trade's words.

The docstrings are the contract; tests/contracts runs them on the fake and on the real adapter alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.needs import Part
from bot.domain.policy import AlarmRule, Capture, Instance, Rollout, Serverless
from bot.domain.progress import Progress


@dataclass(frozen=True)
class Transform:
    """A batch transform: a SageMaker model over all CSV files under a prefix, without their first column,
    which is the label. Each file's answers come as `<output>/<file>.out`, line by line.
    """

    name: str
    model: str
    data: str
    output: str
    instance: Instance
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class TransformState:
    """Where a transform is. `seconds` is what it is billed for, 0 until it has ended. `model`, `data` and
    `output` are what the job of this name really runs, whoever made it; `drops_label` says whether the
    model sees the lines without their first column. `model` is empty where the job changes its
    environment, `data` where it is no prefix.
    """

    status: str
    created_at: datetime
    reason: str = ""
    seconds: float = 0
    model: str = ""
    data: str = ""
    output: str = ""
    drops_label: bool = True

    @property
    def is_over(self) -> bool:
        """Whether it has ended, well or not."""
        return self.status in {"Completed", "Failed", "Stopped"}


class Transforms(Protocol):
    """SageMaker's batch transform jobs."""

    def begin(self, transform: Transform) -> None:
        """Start it; once, however often it is called. Raises NotPossible with SageMaker's own reason."""

    def state(self, name: str) -> TransformState | None:
        """Where it is, or None where no job has this name."""

    def stop(self, name: str) -> None:
        """End it early; nothing where it has ended or never began."""


@dataclass(frozen=True)
class Deployment:
    """What shall serve on an endpoint. `name` names the SageMaker model and config; `replaces` is the
    config that it was weighed against, empty for none, None where it does not matter. `alarms` are the
    names of all alarms that roll back; `rules` those of them that the workflow makes.
    """

    name: str
    endpoint: str
    arn: str
    parts: tuple[Part, ...]
    rollout: Rollout
    alarms: tuple[str, ...] = ()
    rules: tuple[AlarmRule, ...] = ()
    instance: Instance | None = None
    serverless: Serverless | None = None
    capture: Capture | None = None
    tags: tuple[tuple[str, str], ...] = ()
    replaces: str | None = None


@dataclass(frozen=True)
class Serving:
    """What an endpoint serves now. `settled` is False while it is being changed.

    `arns` are the packages behind its variants' models, in order, by what each model says of itself
    or by its tag; `parts` what the first variant's containers run, empty where a package decides that;
    `model` is the SageMaker model's name. `pending` is the config that it is on its way to;
    `modified_at` is when SageMaker last changed it. `instance` is what the first variant runs on, None
    where it is serverless.
    """

    endpoint: str
    status: str
    settled: bool
    config: str
    arns: tuple[str, ...]
    modified_at: datetime
    reason: str = ""
    parts: tuple[Part, ...] = ()
    model: str = ""
    pending: str = ""
    instance: Instance | None = None


@dataclass(frozen=True)
class Alarm:
    """A CloudWatch alarm: `reason` is CloudWatch's own sentence, with the numbers; `since` is when it
    came into this state.
    """

    name: str
    state: str
    reason: str
    since: datetime


class EndpointBusy(Exception):  # noqa: N818 - named as the state machine's Retry names it
    """The endpoint is being changed by somebody else: try again later."""


class Endpoints(Protocol):
    """SageMaker's hosting, with what CloudWatch knows of it."""

    def serving(self, endpoint: str) -> Serving | None:
        """What the endpoint serves now, or None where there is no such endpoint."""

    def make_model(self, deployment: Deployment) -> None:
        """The SageMaker model of the deployment, with the network of what serves now. Doing it twice is
        doing it once; where another network serves by then, what nothing uses yet is made anew. Raises
        NotPossible, also where something else has its name.
        """

    def deploy(self, deployment: Deployment) -> None:
        """Make it so, with deployment guardrails where the endpoint exists, and the alarms that the
        rules want. Doing it twice is doing it once.

        Raises:
            EndpointBusy: It is being changed, or serves something else than what is to be replaced.
            NotPossible: With SageMaker's own reason.
        """

    def put_back(self, endpoint: str, config: str, instead_of: str) -> None:
        """Let the endpoint serve an earlier config again, at once, where it serves `instead_of` now;
        nothing where it serves that config or is on its way to it. Raises EndpointBusy, NotPossible.
        """

    def remove(self, endpoint: str, config: str) -> bool:
        """Delete the endpoint and the alarms that were made for it, where it was created with this config
        and never had another; False where there was nothing of that sort. Of an endpoint that is gone, or
        going, the alarms are deleted whatever its config. Raises EndpointBusy.
        """

    def forget(self, name: str, endpoint: str, promotion: str) -> None:
        """Delete the model and the config of a deployment to this endpoint, unless it serves them or is
        on its way to them, or they do not carry this promotion's tag.
        """

    def progress(self, endpoint: str, rollout: Rollout, since: datetime) -> Progress | None:
        """How far the rollout is; None where nothing moves. It is only shown, so what cannot be known is
        left out.
        """

    def answer(self, endpoint: str, lines: Sequence[str]) -> Sequence[str]:
        """What the endpoint answers to these CSV lines. Raises NotPossible with SageMaker's reason."""

    def alarms(self, names: Sequence[str]) -> Sequence[Alarm]:
        """Those of these alarms that exist."""
