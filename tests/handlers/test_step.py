"""The door of the state machine: what it answers, and what Step Functions tries again."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from bot import wiring
from bot.aws.errors import Transient
from bot.usecases.hosting import EndpointBusy
from bot.usecases.ports import Conflict, Unreachable
from handlers import step
from tests.fakes.machine import _definition
from tests.fakes.world import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(wiring, "ports", lambda: world.ports)
    monkeypatch.setenv("WATCH_SECONDS", "30")
    world.register("churn")
    return world


def take(world: World, name: str, **more: Any) -> dict[str, Any]:
    return step.handler({"step": name, "promotion": world.ledger.all()[0].id, **more}, None)


def refused(code: str, status: int = 400) -> ClientError:
    said = {"Error": {"Code": code, "Message": "Said."}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(said, "DescribeModelPackage")  # type: ignore[arg-type]  # the parts that count


class TestAnswer:
    def test_only_ids_statuses_and_times_go_back(self, world: World) -> None:
        assert take(world, "Seal") == {
            "promotion": world.ledger.all()[0].id,
            "status": "sealed",
            "settled": True,
            "seconds": 3600,
            "pause": 30,
        }

    def test_a_waiting_states_token_is_kept_and_stays_here(self, world: World) -> None:
        take(world, "Seal")
        answer = take(world, "Pause", token="secret")
        assert "secret" not in str(answer)
        assert world.watch.calls.count("workflow.hold") == 2

    def test_a_refusal_is_an_answer_and_no_error(self, world: World) -> None:
        world.registry.delete(world.package("churn:1").version)
        assert take(world, "Seal")["status"] == "refused"

    def test_a_caught_error_becomes_a_sentence(self, world: World) -> None:
        answer = take(world, "Close", error={"Error": "States.Timeout", "Cause": ""})
        assert answer["status"] == "failed"
        assert "States.Timeout" not in world.ledger.all()[0].ending


class TestAgain:
    @pytest.mark.parametrize(
        "fault",
        [
            refused("ThrottlingException"),
            refused("Throttling"),
            refused("InternalFailure", 500),
            refused("ServiceUnavailable", 503),
            EndpointConnectionError(endpoint_url="https://api.sagemaker.test"),
            ConnectTimeoutError(endpoint_url="https://api.sagemaker.test"),
            ReadTimeoutError(endpoint_url="https://api.sagemaker.test"),
            OSError("no route"),
            TimeoutError("read"),
        ],
        ids=repr,
    )
    def test_what_passes_is_transient(self, world: World, fault: Exception) -> None:
        world.breaks("registry.package", fault)
        with pytest.raises(Transient):
            take(world, "Seal")
        assert take(world, "Seal")["status"] == "sealed"

    @pytest.mark.parametrize(
        "fault",
        [refused("ValidationException"), refused("AccessDeniedException", 403), KeyError("a bug")],
        ids=repr,
    )
    def test_a_bug_stays_a_bug(self, world: World, fault: Exception) -> None:
        world.breaks("registry.package", fault)
        with pytest.raises(type(fault)):
            take(world, "Seal")

    @pytest.mark.parametrize("fault", [Conflict("busy"), Unreachable("Slack"), EndpointBusy("Updating")])
    def test_what_the_state_machine_knows_by_name_keeps_its_name(
        self, world: World, fault: Exception
    ) -> None:
        world.breaks("registry.package", fault)
        with pytest.raises(type(fault)):
            take(world, "Seal")

    def test_the_state_machine_tries_it_again_by_that_name(self) -> None:
        states: dict[str, Any] = _definition()["States"]
        tasks = {name: state for name, state in states.items() if state["Type"] == "Task"}
        for name, state in tasks.items():
            if name.startswith("Pause"):
                continue  # it only waits
            names = {error for retry in state["Retry"] for error in retry["ErrorEquals"]}
            assert {Transient.__name__, Conflict.__name__, Unreachable.__name__} <= names, name
            assert "States.ALL" not in names, name

    def test_a_bug_closes_at_once(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        tries: list[str] = []

        def broken(*_: Any) -> None:
            tries.append("Copy")
            raise KeyError("a bug")

        monkeypatch.setattr(world.artifacts, "keep", broken)
        world.runs()
        assert (len(tries), world.status("churn:1", "staging")) == (1, "failed")
