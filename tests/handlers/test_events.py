"""The door for AWS's events: what is done with, and what Lambda has to try again."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import pytest

from bot import wiring
from bot.domain.policy import Policy
from bot.domain.refusals import NotPossible, Unreadable
from bot.usecases.ports import Ports, Registry
from handlers import events
from tests.fakes.world import World

ARN = "arn:aws:sagemaker:us-east-1:123456789012:model-package/churn/1"


class Broken(Ports):
    """The ports of a world whose mlops.toml cannot be understood: it is read when it is first needed."""

    def __init__(self, world: World) -> None:
        self._world = world

    @cached_property
    def registry(self) -> Registry:
        return self._world.ports.registry

    @cached_property
    def policy(self) -> Policy:
        raise Unreadable("mlops.toml: `project` is missing.")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Have the door use these ports."""
    return lambda ports: monkeypatch.setattr(wiring, "ports", lambda: ports)


def deliver(arn: str) -> None:
    tell("SageMaker Model Package State Change", ModelPackageArn=arn)


def tell(kind: str, **detail: Any) -> None:
    events.handler({"detail-type": kind, "detail": detail}, None)


def test_a_registered_version_gets_its_promotion(world: World, use: Callable[[Any], None]) -> None:
    world.registry.register("churn")
    use(world.ports)
    deliver(ARN)
    assert world.status("churn:1", "staging") == "opened"


@pytest.mark.parametrize("arn", [ARN, "arn:aws:sagemaker:us-east-1:123456789012:model-package/unversioned"])
def test_what_is_gone_or_no_version_is_done_with(arn: str, world: World, use: Callable[[Any], None]) -> None:
    use(world.ports)
    deliver(arn)
    assert list(world.ledger.under_way()) == []


def test_a_broken_policy_is_left_to_lambda_s_retry(world: World, use: Callable[[Any], None]) -> None:
    world.registry.register("churn")
    use(Broken(world))
    with pytest.raises(Unreadable, match="`project` is missing"):
        deliver(ARN)


@pytest.mark.parametrize("fault", [NotPossible("Not now."), RuntimeError("a bug")])
def test_every_other_fault_is_left_to_lambda_s_retry(
    fault: Exception, monkeypatch: pytest.MonkeyPatch, world: World, use: Callable[[Any], None]
) -> None:
    def fail(*_: Any) -> None:
        raise fault

    use(world.ports)
    monkeypatch.setattr(events, "hear", fail)
    with pytest.raises(type(fault)):
        deliver(ARN)


class TestKinds:
    """Each kind of event reaches the promotion that it concerns."""

    @pytest.mark.parametrize(
        "kind", ["SageMaker Endpoint State Change", "SageMaker Endpoint Deployment State Change"]
    )
    def test_an_endpoint_that_settled_wakes_who_watches_it(
        self, kind: str, world: World, use: Callable[[Any], None]
    ) -> None:
        use(world.ports)
        world.register("churn")
        world.meanwhile(
            "endpoints.progress",
            lambda: tell(kind, EndpointName="churn-staging", EndpointStatus="IN_SERVICE"),
        )
        world.runs()
        assert world.watch.calls.count("workflow.resume") == 1
        assert world.status("churn:1", "staging") == "live"

    def test_a_transform_that_ended_wakes_who_waits_for_it(
        self, world: World, use: Callable[[Any], None]
    ) -> None:
        use(world.ports)
        world.holds_out("fraud")
        world.register("fraud")
        kind = "SageMaker Transform Job State Change"
        world.meanwhile(
            "step.Pause", lambda: tell(kind, TransformJobName=world.transforms.begun[0].name), nth=2
        )
        world.runs()
        assert world.watch.calls.count("workflow.resume") == 1

    def test_an_execution_that_was_stopped_ends_its_promotion(
        self, world: World, use: Callable[[Any], None]
    ) -> None:
        use(world.ports)
        world.register("churn")
        world.runs()
        stopped = world.promotion("churn:1", "production").id
        world.workflow.stop(stopped)
        tell("Step Functions Execution Status Change", name=stopped, status="ABORTED")
        assert world.status("churn:1", "production") == "failed"

    def test_the_schedule_starts_what_was_opened_and_not_started(
        self, world: World, use: Callable[[Any], None]
    ) -> None:
        use(world.ports)
        world.breaks("workflow.start", OSError("no route"), times=3)
        world.register("churn")
        assert world.workflow.executions == {}
        tell("Scheduled Event")
        assert len(world.workflow.executions) == 1

    def test_a_kind_that_nobody_knows_is_done_with(self, world: World, use: Callable[[Any], None]) -> None:
        use(world.ports)
        tell("SageMaker HyperParameter Tuning Job State Change", HyperParameterTuningJobName="churn-1")
        assert world.watch.calls == []
