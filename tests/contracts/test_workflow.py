"""The Workflow contract, on the fake and on Step Functions."""

import json
import time
from collections.abc import Callable
from typing import Any, Protocol

import pytest

from bot.aws.workflow import StepFunctions
from bot.usecases.ports import Workflow
from playground.aws import LocalAws
from tests.contracts.benches import unique
from tests.fakes.clock import FakeClock
from tests.fakes.machine import Json
from tests.fakes.workflow import FakeWorkflow


class Bench(Protocol):
    """The workflow, and the state machine behind it, which asks at once."""

    @property
    def workflow(self) -> Workflow: ...

    def asks(self, promotion_id: str) -> None:
        """Wait until the execution waits; its token is kept."""

    def expires(self, promotion_id: str) -> None:
        """Let its time run out."""

    def stops(self, promotion_id: str) -> None:
        """Somebody stops the execution."""

    def end(self, promotion_id: str) -> str:
        """`answered`, `expired`, `stopped`, or empty while it waits."""

    def starts(self, promotion_id: str) -> int:
        """How often it was started."""


class OnFake:
    def __init__(self) -> None:
        self._clock = FakeClock()
        self.workflow = FakeWorkflow(self._clock, self._task)

    def asks(self, promotion_id: str) -> None:
        self.workflow.go_on()
        assert self.workflow.executions[promotion_id].token

    def expires(self, promotion_id: str) -> None:
        self._clock.passes(100)
        self.workflow.go_on()
        assert "Expire" in self.workflow.executions[promotion_id].visited

    def stops(self, promotion_id: str) -> None:
        self.workflow.executions[promotion_id].status = "ABORTED"

    def end(self, promotion_id: str) -> str:
        self.workflow.go_on()
        execution = self.workflow.executions[promotion_id]
        if execution.status == "ABORTED":
            return "stopped"
        visited = {"Settle": "answered", "Expire": "expired"}
        return next((end for state, end in visited.items() if state in execution.visited), "")

    def starts(self, promotion_id: str) -> int:
        return list(self.workflow.executions).count(promotion_id)

    def _task(self, event: Json) -> Json:
        self.workflow.hold(event)
        taken = {"Seal": "sealed", "Copy": "sealed", "Test": "tested", "Weigh": "weighed"}
        status = taken.get(event["step"], "rejected")
        return {"promotion": event["promotion"], "status": status, "settled": True, "seconds": 60, "pause": 1}


class OnAws:
    def __init__(self, aws: LocalAws, table: str, seconds: int) -> None:
        self._aws, name = aws, unique("asking")
        self._queue = aws.client("sqs").create_queue(QueueName=name)["QueueUrl"]
        self._sfn = aws.client("stepfunctions")
        made = self._sfn.create_state_machine(
            name=name, definition=self._definition(seconds), roleArn="arn:aws:iam::123456789012:role/any"
        )
        self._machine = made["stateMachineArn"]
        self.workflow = StepFunctions(self._sfn, aws.client("dynamodb"), table, self._machine)

    def asks(self, promotion_id: str) -> None:
        event = self._event()
        assert event["promotion"] == promotion_id
        self.workflow.hold(event)

    def expires(self, promotion_id: str) -> None:
        _until(lambda: self.end(promotion_id))

    def stops(self, promotion_id: str) -> None:
        self._sfn.stop_execution(executionArn=self._arn(promotion_id))

    def end(self, promotion_id: str) -> str:
        for _ in range(20):  # an answer takes a moment
            described = self._sfn.describe_execution(executionArn=self._arn(promotion_id))
            if described["status"] != "RUNNING":
                break
            time.sleep(0.02)
        if described["status"] == "ABORTED":
            return "stopped"
        return str(json.loads(described.get("output", "{}")).get("end", ""))

    def starts(self, promotion_id: str) -> int:
        found = self._sfn.list_executions(stateMachineArn=self._machine)["executions"]
        return [execution["name"] for execution in found].count(promotion_id)

    def _event(self) -> Any:
        sqs = self._aws.client("sqs")
        (message,) = sqs.receive_message(QueueUrl=self._queue, WaitTimeSeconds=5)["Messages"]
        sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return json.loads(message["Body"])

    def _arn(self, promotion_id: str) -> str:
        return f"{self._machine.replace(':stateMachine:', ':execution:')}:{promotion_id}"

    def _definition(self, seconds: int) -> str:
        body = {"promotion.$": "$.promotion", "token.$": "$$.Task.Token"}
        ask = {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {"QueueUrl": self._queue, "MessageBody": body},
            "TimeoutSeconds": seconds,
            "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Expired"}],
            "Next": "Answered",
        }
        ends = {
            end.capitalize(): {"Type": "Pass", "Result": {"end": end}, "End": True}
            for end in ("answered", "expired")
        }
        return json.dumps({"StartAt": "Ask", "States": {"Ask": ask, **ends}})


@pytest.fixture(params=["fake", "real"])
def make(request: pytest.FixtureRequest) -> Callable[..., Bench]:
    """A bench; `seconds` is how long its machine waits, by the clock that it has."""

    def made(seconds: int = 60) -> Bench:
        if request.param == "fake":
            return OnFake()
        return OnAws(request.getfixturevalue("aws"), request.getfixturevalue("table"), seconds)

    return made


@pytest.fixture
def bench(make: Callable[..., Bench]) -> Bench:
    return make()


class TestWorkflow:
    def test_starting_twice_starts_once(self, bench: Bench) -> None:
        promotion_id = unique("p")
        bench.workflow.start(promotion_id)
        bench.workflow.start(promotion_id)
        assert bench.starts(promotion_id) == 1

    def test_starting_what_is_over_does_not_start_it_again(self, bench: Bench) -> None:
        promotion_id = unique("p")
        bench.workflow.start(promotion_id)
        bench.asks(promotion_id)
        bench.workflow.resume(promotion_id)
        assert bench.end(promotion_id) == "answered"
        bench.workflow.start(promotion_id)
        assert bench.starts(promotion_id) == 1
        assert bench.end(promotion_id) == "answered"

    def test_resuming_wakes_it(self, bench: Bench) -> None:
        promotion_id = unique("p")
        bench.workflow.start(promotion_id)
        bench.asks(promotion_id)
        assert bench.end(promotion_id) == ""
        bench.workflow.resume(promotion_id)
        assert bench.end(promotion_id) == "answered"

    def test_resuming_wakes_no_other(self, bench: Bench) -> None:
        ours, theirs = unique("p"), unique("p")
        for promotion_id in (ours, theirs):
            bench.workflow.start(promotion_id)
            bench.asks(promotion_id)
        bench.workflow.resume(ours)
        assert (bench.end(ours), bench.end(theirs)) == ("answered", "")

    def test_resuming_twice_is_resuming_once(self, bench: Bench) -> None:
        promotion_id = unique("p")
        bench.workflow.start(promotion_id)
        bench.asks(promotion_id)
        for _ in range(2):
            bench.workflow.resume(promotion_id)
        assert bench.end(promotion_id) == "answered"

    def test_resuming_what_never_waited_does_nothing(self, bench: Bench) -> None:
        bench.workflow.resume(unique("p"))

    def test_resuming_what_has_expired_does_nothing(self, make: Callable[..., Bench]) -> None:
        bench, promotion_id = make(seconds=1), unique("p")
        bench.workflow.start(promotion_id)
        bench.asks(promotion_id)
        bench.expires(promotion_id)
        bench.workflow.resume(promotion_id)
        assert bench.end(promotion_id) == "expired"

    def test_resuming_what_was_stopped_does_nothing(self, bench: Bench) -> None:
        promotion_id = unique("p")
        bench.workflow.start(promotion_id)
        bench.asks(promotion_id)
        bench.stops(promotion_id)
        bench.workflow.resume(promotion_id)
        assert bench.end(promotion_id) == "stopped"

    def test_it_runs_from_its_start_to_its_end(self, bench: Bench) -> None:
        promotion_id = unique("p")
        assert not bench.workflow.runs(promotion_id)
        bench.workflow.start(promotion_id)
        bench.asks(promotion_id)
        assert bench.workflow.runs(promotion_id)
        bench.workflow.resume(promotion_id)
        assert bench.end(promotion_id) == "answered"
        assert not bench.workflow.runs(promotion_id)

    def test_what_was_stopped_runs_no_more(self, bench: Bench) -> None:
        promotion_id = unique("p")
        bench.workflow.start(promotion_id)
        bench.asks(promotion_id)
        bench.stops(promotion_id)
        assert not bench.workflow.runs(promotion_id)

    def test_no_token_is_ever_given_out(self, bench: Bench) -> None:
        promotion_id = unique("p")
        workflow: Any = bench.workflow
        assert workflow.start(promotion_id) is None
        bench.asks(promotion_id)
        assert workflow.hold({"promotion": promotion_id}) is None
        assert workflow.resume(promotion_id) is None


class TestTokens:
    """What only the table can show."""

    def test_a_used_token_does_not_stay(self, aws: LocalAws, table: str) -> None:
        bench, promotion_id = OnAws(aws, table, 60), unique("p")
        bench.workflow.start(promotion_id)
        bench.asks(promotion_id)
        key = {"pk": {"S": f"TOKEN#{promotion_id}"}}
        assert "Item" in aws.client("dynamodb").get_item(TableName=table, Key=key)
        bench.workflow.resume(promotion_id)
        assert "Item" not in aws.client("dynamodb").get_item(TableName=table, Key=key)

    def test_a_newer_token_is_not_forgotten_with_the_old(
        self, aws: LocalAws, table: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        workflow = OnAws(aws, table, 60).workflow
        workflow.hold({"promotion": "p_again", "token": "old"})
        sfn = aws.client("stepfunctions")
        monkeypatch.setattr(
            sfn, "send_task_success", lambda **_: workflow.hold({"promotion": "p_again", "token": "new"})
        )
        workflow.resume("p_again")
        item = aws.client("dynamodb").get_item(TableName=table, Key={"pk": {"S": "TOKEN#p_again"}})["Item"]
        assert item["token"]["S"] == "new"

    def test_an_event_without_a_token_keeps_nothing(self, aws: LocalAws, table: str) -> None:
        OnAws(aws, table, 60).workflow.hold({"promotion": "p_without"})
        key = {"pk": {"S": "TOKEN#p_without"}}
        assert "Item" not in aws.client("dynamodb").get_item(TableName=table, Key=key)


def _until(look: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.05)
