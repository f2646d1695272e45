"""Step Functions: moto's interpreter, repaired, behind ministack's front door, stacks and rules."""

import datetime as dt
import json
import threading
import uuid
from collections.abc import Mapping
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from moto.stepfunctions.responses import StepFunctionResponse

from playground.aws.emulator import Emulator
from playground.aws.execution_events import ExecutionEvents, Publish
from playground.aws.hooks import Hooks
from playground.aws.identity import ACCOUNT, REGION
from playground.aws.interpreter import repair
from playground.aws.machine_tasks import add_sagemaker
from playground.aws.mounts import mount
from playground.aws.parsing import Definitions
from playground.aws.sagemaker_base import result_of
from playground.aws.tokens import name_errors, repair_tokens

_STARTING = threading.Lock()
_PAGE = 100


def machines() -> Any:
    """Moto's store of state machines and executions."""
    return stepfunctions_parser_backends[ACCOUNT][REGION]


class StateMachines:
    """Step Functions of one local AWS."""

    def __init__(self, emulator: Emulator, url: str, publish: Publish) -> None:
        self._emulator, self._url = emulator, url
        self._events = ExecutionEvents(publish)

    def install(self, hooks: Hooks) -> None:
        """Repair the interpreter and take over from ministack's."""
        machines().reset()
        repair(hooks, self._url)
        Definitions().install(hooks)
        repair_tokens(hooks)
        name_errors(hooks)
        add_sagemaker(hooks)
        self._events.install(hooks)
        mount(self._emulator, hooks, "states", MachineResponse)
        handlers = self._emulator.provisioners._RESOURCE_HANDLERS
        provision = {"create": self._create, "update": self._update, "delete": _delete}
        hooks.item(handlers, "AWS::StepFunctions::StateMachine", provision)
        hooks.attribute(self._emulator.events, "_dispatch_to_stepfunctions", _start)

    def stop(self) -> None:
        """Abort what still runs, so that its threads end; nobody is told."""
        self._events.end()
        store = machines()
        for machine in list(store.state_machines):
            for execution in list(machine.executions):
                if execution.status == "RUNNING":
                    store.stop_execution(execution.execution_arn)

    def _create(self, logical_id: str, properties: dict[str, Any], stack: str) -> tuple[str, dict[str, str]]:
        ministack = self._emulator.provisioners
        name = properties.get("StateMachineName") or ministack._physical_name(stack, logical_id, max_len=80)
        definition = ministack._sfn_definition(properties)
        made = machines().create_state_machine(name, definition, properties.get("RoleArn", ""))
        return made.arn, {"Arn": made.arn, "Name": made.name}

    def _update(self, physical_id: str, _old: Any, new: dict[str, Any], *_more: Any) -> Any:
        definition = self._emulator.provisioners._sfn_definition(new)
        kept = machines().update_state_machine(
            physical_id, definition=definition, role_arn=new.get("RoleArn")
        )
        return physical_id, {"Arn": kept.arn, "Name": kept.name}


def _delete(physical_id: str, _properties: Any = None) -> None:
    machines().delete_state_machine(physical_id)


def _start(machine_arn: str, payload: str | Mapping[str, Any]) -> None:
    text = payload if isinstance(payload, str) else json.dumps(payload)
    machines().start_execution(machine_arn, str(uuid.uuid4()), text)


class MachineResponse(StepFunctionResponse):
    """Moto's answers, with what they leave out."""

    @property
    def stepfunction_backend(self) -> Any:
        """Always the store whose machines run."""
        return machines()

    def start_execution(self) -> Any:
        """A name is optional; two starts with one name cannot overtake each other."""
        name = self._get_param("name") or str(uuid.uuid4())
        machine, given = self._get_param("stateMachineArn"), self._get_param("input", if_none="{}")
        with _STARTING:
            started = machines().start_execution(machine, name, given)
        return ActionResult({"executionArn": started.execution_arn, "startDate": started.start_date})

    def describe_execution(self) -> Any:
        """An execution that ran out of time has a stop date too, and a text as output has its quotes."""
        described = result_of(super().describe_execution())
        execution = machines().describe_execution(self._get_param("executionArn"))
        if execution.stop_date is not None and described["status"] != "RUNNING":
            described["stopDate"] = execution.stop_date
        if described["status"] == "SUCCEEDED":
            described["output"] = to_json_str(execution.output, separators=(",", ":"))
        return ActionResult(described)

    def send_task_failure(self) -> Any:
        """With its cause."""
        token, error, cause = (self._get_param(name) for name in ("taskToken", "error", "cause"))
        machines().send_task_failure(token, error=error, cause=cause)
        return EmptyResult()

    def stop_execution(self) -> Any:
        """With its error and cause."""
        stopped = machines().describe_execution(self._get_param("executionArn"))
        stopped.stop(dt.datetime.now(dt.UTC), self._get_param("error"), self._get_param("cause"))
        return ActionResult({"stopDate": stopped.stop_date})

    def get_execution_history(self) -> Any:
        """In pages, and backwards if asked."""
        events = list(result_of(super().get_execution_history())["events"])
        if self._get_param("reverseOrder"):
            events.reverse()
        start, most = int(self._get_param("nextToken") or 0), self._get_int_param("maxResults") or _PAGE
        page: dict[str, Any] = {"events": events[start : start + most]}
        if start + most < len(events):
            page["nextToken"] = str(start + most)
        return ActionResult(page)
