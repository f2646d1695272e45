"""The Workflow port in memory, with the executions that it starts."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes.clock import FakeClock
from tests.fakes.machine import Execution, Json, Machine


class FakeWorkflow:
    """The promotion state machine; `task` is what its tasks invoke."""

    def __init__(self, clock: FakeClock, task: Callable[[Json], Json]) -> None:
        self._machine = Machine(clock, task)
        self._tokens: dict[str, str] = {}
        self.executions: dict[str, Execution] = {}

    def start(self, promotion_id: str) -> None:
        """See the port."""
        if promotion_id not in self.executions:
            self.executions[promotion_id] = self._machine.begin(promotion_id)

    def hold(self, event: Mapping[str, Any]) -> None:
        """Keep the task token that a waiting state's event brings, as the adapter does."""
        if token := event.get("token"):
            self._tokens[event["promotion"]] = token

    def resume(self, promotion_id: str) -> None:
        """See the port."""
        token = self._tokens.pop(promotion_id, "")
        execution = self.executions.get(promotion_id)
        if token and execution and execution.token == token:
            execution.answered = True

    def runs(self, promotion_id: str) -> bool:
        """See the port."""
        execution = self.executions.get(promotion_id)
        return execution is not None and execution.status == "RUNNING"

    def stop(self, promotion_id: str) -> None:
        """Somebody stops an execution by hand."""
        self.executions[promotion_id].status = "ABORTED"

    def go_on(self) -> None:
        """Every execution goes on until it waits or ends, and so do those that are started meanwhile."""
        moved = True
        while moved:
            before = self._picture()
            for execution in list(self.executions.values()):
                self._machine.run(execution)
            moved = self._picture() != before

    def _picture(self) -> list[tuple[str, str, str]]:
        return [(one.name, one.at, one.status) for one in self.executions.values()]
