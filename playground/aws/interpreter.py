"""Repairs moto's Step Functions interpreter: what is wrong in it, each with its cure.

- JSONata: moto ships the call but no engine, and does not escape strings in variable declarations;
- a list of query languages that all parsers share: a failed parse or a second thread spoils the next;
- parameters and responses are renamed by the AWS model of the wrong operation, and dates are not JSON;
- a boto3 client is made for every task.
"""

import datetime as dt
import functools
import hashlib
import json
import sys
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.response import StreamingBody
from jsonata import jsonata as engine
from moto.stepfunctions.parser.asl.component.intrinsic import jsonata as intrinsics
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service as tasks,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_aws_sdk as sdk_tasks,
)
from moto.stepfunctions.parser.asl.eval import states as evaluation
from moto.stepfunctions.parser.asl.eval import variable_store
from moto.stepfunctions.parser.asl.jsonata import jsonata as bridge
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.utils import camel_to_snake_case

from playground.aws.hooks import Hooks
from playground.aws.identity import REGION, SECRET

MACHINES_KEY = "AKIASTATEMACHINES"
_ERROR_NAMES = {
    "cloudwatch": "CloudWatch",
    "eventbridge": "EventBridge",
    "lambda": "Lambda",
    "s3": "S3",
    "sagemaker": "SageMaker",
    "sqs": "Sqs",
    "ssm": "Ssm",
}
_CLIENT_NAMES = {"eventbridge": "events", "cloudwatchlogs": "logs"}


def repair(hooks: Hooks, url: str) -> None:
    """Apply every cure; tasks call the AWS at `url`."""
    _repair_jsonata(hooks)
    _repair_shapes(hooks)
    hooks.attribute(Preprocessor, "__init__", _own_query_languages)
    hooks.attribute(
        sdk_tasks.StateTaskServiceAwsSdk, "_normalise_exception_name", staticmethod(_exception_name)
    )
    hooks.attribute(sdk_tasks, "_SERVICE_ERROR_NAMES", {**sdk_tasks._SERVICE_ERROR_NAMES, **_ERROR_NAMES})
    names = tasks.StateTaskService._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES
    for service, client in _CLIENT_NAMES.items():
        hooks.item(names, service, client)
    clients = TaskClients(url)
    for name, module in list(sys.modules.items()):
        if name.startswith("moto.stepfunctions.parser.") and hasattr(module, "boto_client_for"):
            hooks.attribute(module, "boto_client_for", clients)


class TaskClients:
    """The clients that tasks use, one a service, each made once."""

    def __init__(self, url: str) -> None:
        self._url, self._lock = url, threading.Lock()
        self._clients: dict[str, Any] = {}

    def __call__(self, service: str, **_always_the_same: Any) -> Any:
        """The client for a service; there is one region, and credentials mean nothing."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._make(service)
            return self._clients[service]

    def _make(self, service: str) -> Any:
        session = boto3.session.Session(MACHINES_KEY, SECRET, region_name=REGION)
        patient = Config(
            parameter_validation=False,
            retries={"total_max_attempts": 1},
            read_timeout=900,
            max_pool_connections=50,
        )
        return session.client(service, endpoint_url=self._url, config=patient)  # type: ignore[call-overload]  # any


def plain(value: Any) -> Any:
    """A boto3 response as JSON, as Step Functions shows it."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    if isinstance(value, StreamingBody):
        return value.read().decode()
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items() if key != "ResponseMetadata"}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value


def _own_query_languages(preprocessor: Any) -> None:
    preprocessor._query_language_per_scope = []


def _repair_jsonata(hooks: Hooks) -> None:
    for variable in ("$uuid", "$hash"):  # they are Step Functions' own functions, given to the engine below
        if variable in intrinsics._DECLARATION_BY_VARIABLE_REFERENCE:
            del intrinsics._DECLARATION_BY_VARIABLE_REFERENCE[variable]
    hooks.attribute(bridge, "_eval_jsonata", _evaluate)
    for module in (bridge, evaluation, variable_store):
        hooks.attribute(module, "encode_jsonata_variable_declarations", _declare)


def _evaluate(expression: str) -> Any:
    try:
        compiled = engine.Jsonata(expression)
        compiled.register_lambda("uuid", lambda: str(uuid.uuid4()))
        compiled.register_lambda("hash", _hash)
        return json.loads(json.dumps(compiled.evaluate(None), default=str))
    except Exception as error:
        raise bridge.JSONataException("States.QueryEvaluationError", str(error)) from error


def _hash(text: str, algorithm: str = "SHA-256") -> str:
    return hashlib.new(algorithm.replace("-", "").lower(), str(text).encode()).hexdigest()


def _declare(bindings: Mapping[str, Any]) -> str:
    return "".join(
        f"{name}:={to_json_str(value, separators=(',', ':'))};" for name, value in bindings.items()
    )


def _repair_shapes(hooks: Hooks) -> None:
    hooks.attribute(tasks.StateTaskService, "_normalise_parameters", _shape_request)
    hooks.attribute(tasks.StateTaskService, "_normalise_response", _shape_response)
    sdk = sdk_tasks.StateTaskServiceAwsSdk
    hooks.attribute(sdk, "_normalise_response", _leave)
    hooks.attribute(sdk, "_eval_service_task", _plainly(sdk._eval_service_task))


def _plainly(call: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(call)
    def call_plainly(task: Any, env: Any, **more: Any) -> Any:
        resource = call(task, env, **more)
        env.stack.append(plain(env.stack.pop()))
        return resource

    return call_plainly


def _leave(*_args: Any, **_kwargs: Any) -> None:
    """The SDK's own casing is what the state machine sees."""


def _shape_request(
    task: Any, parameters: dict[str, Any], boto_service_name: Any = None, service_action_name: Any = None
) -> None:
    shape = _operation(task, boto_service_name, service_action_name)
    if shape is not None and shape.input_shape:
        task._to_boto_request(parameters, shape.input_shape)


def _shape_response(
    task: Any, response: Any, boto_service_name: Any = None, service_action_name: Any = None
) -> None:
    shape = _operation(task, boto_service_name, service_action_name)
    if isinstance(response, dict):
        as_json = plain(response)
        response.clear()
        response.update(as_json)
    if shape is not None and shape.output_shape:
        task._from_boto_response(response, shape.output_shape)


def _operation(task: Any, service: Any, action: Any) -> Any:
    model, wanted = _model(task._get_boto_service_name(service)), task._get_boto_service_action(action)
    named = (name for name in model.operation_names if camel_to_snake_case(name) == wanted)
    name = next(named, None)
    return model.operation_model(name) if name else None


@functools.cache
def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def _exception_name(service: str, error: Exception) -> str:
    """Modelled exceptions keep their name; the others are the service's own, as in AWS."""
    name = type(error).__name__
    full = f"{service}.{service if name == 'ClientError' else name}"
    return full if full.endswith("Exception") else f"{full}Exception"
