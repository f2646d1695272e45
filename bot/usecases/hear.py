"""Hear: what AWS tells of registrations, endpoints, jobs and executions, and the sweep."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, assert_never

from bot.domain.lineage.dataset import Moment
from bot.domain.lineage.graph import Graph
from bot.domain.model import Version
from bot.domain.promotion import Promotion, Status
from bot.usecases.close import close
from bot.usecases.draw import draw
from bot.usecases.each import each
from bot.usecases.evaluated import evaluated
from bot.usecases.ports import Conflict, Ports, Unreachable
from bot.usecases.propose import registered
from bot.usecases.remember import remember
from bot.usecases.sighting import sighted
from bot.usecases.tidy import settled, tidy


@dataclass(frozen=True)
class PackageChanged:
    """A model package was registered or changed; by ARN."""

    package: str


@dataclass(frozen=True)
class EndpointChanged:
    """An endpoint came into another state; by name. `status` is SageMaker's, in capitals."""

    endpoint: str
    status: str = ""


@dataclass(frozen=True)
class TransformEnded:
    """A transform job came into another state; by name."""

    job: str


@dataclass(frozen=True)
class EvaluationEnded:
    """A processing job was completed, by name; `outputs` are the S3 addresses that it wrote to, `flows` all
    that it read and made.
    """

    job: str
    outputs: tuple[str, ...]
    flows: Graph = field(default_factory=Graph)


@dataclass(frozen=True)
class TrainingChanged:
    """A training job began or was completed; by name. `status` is SageMaker's."""

    job: str
    status: str


@dataclass(frozen=True)
class ExecutionEnded:
    """An execution of the promotion workflow failed, timed out or was stopped. It is named after its
    promotion; `how` is Step Functions' status.
    """

    promotion: str
    how: str


@dataclass(frozen=True)
class Sweep:
    """It is time to look after what no event told of."""


_MOMENT: Final = timedelta(minutes=2)
_START: Final = timedelta(minutes=40)  # two sweeps
_DELETING: Final = "DELETING"
_TRAINED: Final = {"InProgress": Moment.SUBMITTED, "Completed": Moment.TRAINED}
Event = (
    PackageChanged
    | EndpointChanged
    | TransformEnded
    | EvaluationEnded
    | TrainingChanged
    | ExecutionEnded
    | Sweep
)


def hear(ports: Ports, event: Event) -> str:  # noqa: C901, PLR0911 - one case an event
    """What follows from an event. Every event may come twice, late or never: each is only a reason to
    look. Gives the id of the promotion that it concerned, for the log.
    """
    match event:
        case PackageChanged(arn):
            opened = registered(ports, arn)
            remember(ports, Version.of_arn(arn))
            return opened.id if opened else ""
        case EndpointChanged(endpoint, status):
            if status == _DELETING:
                ports.endpoints.remove(endpoint, "")  # it goes by itself; its alarms do not
            return _each(ports, lambda one: _concerns(one, endpoint), _on_endpoint)
        case TransformEnded(job):
            return _each(ports, lambda one: any(trial.job == job for trial in one.trials), _wake)
        case EvaluationEnded(job, outputs, flows):
            concerned = evaluated(ports, outputs)
            ports.origins.keep_job(job, flows)  # SageMaker joins whole addresses only, see bot.domain.lineage
            return concerned
        case TrainingChanged(job, status):
            if status in _TRAINED:
                sighted(ports, job, _TRAINED[status])
            return ""
        case ExecutionEnded(promotion, how):
            return _ended(ports, promotion, how)
        case Sweep():
            return _each(ports, lambda _: True, _look_after)
        case _:
            assert_never(event)


def _each(
    ports: Ports, concerns: Callable[[Promotion], bool], act: Callable[[Ports, Promotion], None]
) -> str:
    return each([one for one in ports.ledger.under_way() if concerns(one)], lambda one: act(ports, one))


def _concerns(promotion: Promotion, endpoint: str) -> bool:
    return promotion.envelope is not None and promotion.envelope.endpoint == endpoint


def _on_endpoint(ports: Ports, promotion: Promotion) -> None:
    if promotion.unsettled:
        _tidied(ports, promotion)
    elif promotion.status is Status.WATCHING:
        _wake(ports, promotion)


def _wake(ports: Ports, promotion: Promotion) -> None:
    if promotion.status in {Status.SEALED, Status.WATCHING}:
        ports.workflow.resume(promotion.id)


def _look_after(ports: Ports, promotion: Promotion) -> None:
    if promotion.unsettled:
        _tidied(ports, promotion)
    elif promotion.status is Status.OPENED:
        ports.workflow.start(promotion.id)
    # What was started a moment ago may not be known yet (AWS Step Functions API: DescribeExecution is
    # eventually consistent).
    moment = _START if promotion.status is Status.OPENED else _MOMENT
    young = ports.clock.now() - promotion.last.at < moment
    if not young and not promotion.closed and not ports.workflow.runs(promotion.id):
        _ended(ports, promotion.id, "not running")


def _tidied(ports: Ports, promotion: Promotion) -> None:
    done = tidy(ports, promotion.id)
    draw(ports, promotion.id)
    if done:  # only what is shown is done with: nobody would draw it any more
        settled(ports, promotion.id)
        with suppress(Unreachable, Conflict):
            draw(ports, promotion.id)


def _ended(ports: Ports, promotion_id: str, how: str) -> str:
    """The workflow is gone: the ledger, the card and AWS end in agreement without it."""
    promotion = ports.ledger.find(promotion_id)
    if promotion is None:
        return ""
    said = {"ABORTED": "was stopped by hand", "TIMED_OUT": "ran out of time"}.get(how, "broke")
    rest = "" if promotion.is_over else f" Propose it again with `{promotion.command}`."
    close(ports, promotion_id, f"The workflow {said}.{rest}")
    draw(ports, promotion_id)
    return promotion_id
