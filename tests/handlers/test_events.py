"""The door for SageMaker's events: what is done with, and what Lambda has to try again."""

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
    events.handler({"detail": {"ModelPackageArn": arn}}, None)


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
    monkeypatch.setattr(events, "registered", fail)
    with pytest.raises(type(fault)):
        deliver(ARN)
