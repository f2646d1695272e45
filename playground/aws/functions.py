"""Lambda: ministack keeps the functions, real runtime processes run them."""

import json
from typing import Any

from playground.aws.code import CodeStore
from playground.aws.emulator import Emulator
from playground.aws.hooks import Hooks
from playground.aws.pace import Pace
from playground.aws.processes import Processes
from playground.aws.worker import FunctionSpec, Outcome


class Functions:
    """Connects ministack's Lambda to the processes."""

    def __init__(self, emulator: Emulator, processes: Processes, code: CodeStore) -> None:
        self._emulator, self._processes, self._code = emulator, processes, code

    def install(self, hooks: Hooks, pace: Pace) -> None:
        """Every way to invoke a function (API, URL, queue, rule, machine) ends in `_execute`."""
        lambdas = self._emulator.lambdas
        hooks.attribute(lambdas, "_execute_function_warm", self._execute)
        hooks.attribute(lambdas, "_ACCOUNT_CONCURRENCY_CAP", 0)  # callers queue for a process instead
        hooks.attribute(lambdas, "_LAMBDA_ASYNC_RETRY_BASE_SECONDS", pace.lambda_retry)

    def url_id(self, name: str) -> str:
        """The id in the address of a function's URL."""
        with self._emulator.scope():
            config = self._emulator.lambdas._function_urls.get(name)
        if config is None:
            raise LookupError(f"The function {name} has no Function URL: give it a FunctionUrlConfig.")
        return str(self._emulator.lambdas._function_url_id(config["FunctionUrl"]))

    def _execute(self, function: dict[str, Any], event: Any, _request_id: str) -> dict[str, Any]:
        archive = function.get("code_zip")
        if not archive:
            error = {"errorType": "Runtime.NoCode", "errorMessage": "The function has no code."}
            return {"body": error, "error": True, "log": ""}
        spec = _spec(function.get("config") or function, self._code.directory(archive))
        return _result(self._processes.invoke(spec, json.dumps(event).encode()))


def _spec(config: dict[str, Any], code: Any) -> FunctionSpec:
    environment = (config.get("Environment") or {}).get("Variables") or {}
    return FunctionSpec(
        name=config["FunctionName"],
        arn=config["FunctionArn"],
        handler=config["Handler"],
        code=code,
        environment=tuple(sorted((name, str(value)) for name, value in environment.items())),
        timeout=float(config.get("Timeout") or 3),
        memory=int(config.get("MemorySize") or 128),
        digest=str(config.get("CodeSha256", "")),
    )


def _result(outcome: Outcome) -> dict[str, Any]:
    try:
        body = json.loads(outcome.body or b"null")
    except ValueError:
        body = outcome.body.decode(errors="replace")
    result = {"body": body, "log": "\n".join(outcome.printed)}
    return result | {"error": True, "function_error": "Unhandled"} if outcome.failed else result
