"""EventBridge hears when a Step Functions execution starts and how it ends.

Source of the shape: Step Functions Developer Guide, Automating event delivery with EventBridge.
"""

from typing import Any, Final, Protocol

from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.backend.execution import Execution

from playground.aws.hooks import Hooks
from playground.aws.sagemaker_base import milliseconds
from playground.aws.stopping import repair_stopping

_SOURCE: Final = "aws.states"
_CHANGED: Final = "Step Functions Execution Status Change"
_LONGEST: Final = 248 * 1024  # bytes of input or output that an event carries


class Publish(Protocol):
    """Puts an event of a service on the default bus."""

    def __call__(self, detail_type: str, detail: dict[str, Any], resource: str, source: str, /) -> None:
        """Deliver it to every rule that matches."""


class ExecutionEvents:
    """Tells each change of an execution's status once."""

    def __init__(self, publish: Publish) -> None:
        self._publish, self._ended = publish, False

    def install(self, hooks: Hooks) -> None:
        """Listen to the interpreter."""
        start = Execution.start

        def start_and_tell(execution: Any) -> None:
            self._publish_change(execution, "RUNNING")
            start(execution)

        hooks.attribute(Execution, "start", start_and_tell)
        repair_stopping(hooks, self._tell)

    def end(self) -> None:
        """From now on nothing is told."""
        self._ended = True

    def _tell(self, execution: Any) -> None:
        self._publish_change(execution, execution.status)

    def _publish_change(self, execution: Any, status: str) -> None:
        if not self._ended:
            self._publish(_CHANGED, _detail(execution, status), execution.exec_arn, _SOURCE)


def _detail(execution: Any, status: str) -> dict[str, Any]:
    detail: dict[str, Any] = {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine.arn,
        "name": execution.name,
        "status": status,
        "startDate": milliseconds(execution.start_date),
        "stopDate": milliseconds(execution.stop_date) if execution.stop_date else None,
        "error": execution.error,
        "cause": execution.cause,
    }
    output = execution.output if status == "SUCCEEDED" else None
    for name, value in (("input", execution.input_data), ("output", output)):
        text = None if value is None else to_json_str(value, separators=(",", ":"))
        fits = text is None or len(text.encode()) <= _LONGEST
        detail[name] = text if fits else None
        detail[f"{name}Details"] = {"included": fits} if text is not None else None
    return detail
