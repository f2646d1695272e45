"""EventBridge: rules call functions asynchronously; what cannot be delivered goes to dead letters."""

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from playground.aws.emulator import Emulator
from playground.aws.hooks import Hooks
from playground.aws.identity import arn
from playground.aws.pace import Timers

Clients = Callable[[str], Any]
_TICK = 1.0  # seconds between looks at scheduled rules


class Rules:
    """Delivery to functions, and the door for events of AWS services."""

    def __init__(self, emulator: Emulator, client: Clients) -> None:
        self._emulator, self._client = emulator, client
        self._now = threading.local()

    def install(self, hooks: Hooks, timers: Timers) -> None:
        """Take over delivery to functions; ministack matches patterns and shapes the input."""
        events = self._emulator.events
        invoke_target = events._invoke_target

        def invoke_and_remember(
            target: dict[str, Any], event: Any, rule: dict[str, Any], view: Any = None
        ) -> None:
            self._now.target, self._now.rule = target, rule
            invoke_target(target, event, rule, view)

        hooks.attribute(events, "_invoke_target", invoke_and_remember)
        hooks.attribute(events, "_dispatch_to_lambda", self._to_function)
        self._tick(timers)

    def publish(
        self, detail_type: str, detail: Mapping[str, Any], resource: str, source: str = "aws.sagemaker"
    ) -> None:
        """An event of SageMaker's, or of another service, on the default bus."""
        entry = {
            "Source": source,
            "DetailType": detail_type,
            "Detail": json.dumps(detail),
            "Resources": [resource],
        }
        with self._emulator.scope():
            self._emulator.events._put_events({"Entries": [entry]}, allow_aws_source=True)

    def _tick(self, timers: Timers) -> None:
        self._emulator.events._tick_scheduled_rules()
        timers.later(_TICK, lambda: self._tick(timers))

    def _to_function(self, target_arn: str, payload: str) -> None:
        lambdas = self._emulator.lambdas
        function, config, _ = lambdas._get_func_record_for_ref(target_arn)
        if not function or not config:
            self._to_dead_letters(target_arn, payload)
            return
        lambdas.invoke_async_with_retry(
            lambdas._execution_record_for_config(function, config), json.loads(payload)
        )

    def _to_dead_letters(self, target_arn: str, payload: str) -> None:
        queue = (self._now.target.get("DeadLetterConfig") or {}).get("Arn")
        if not queue:
            return
        rule = self._now.rule.get("Arn") or arn("events", f"rule/{self._now.rule.get('Name', '')}")
        said = {
            "RULE_ARN": rule,
            "TARGET_ARN": target_arn,
            "ERROR_CODE": "NO_PERMISSIONS",
            "ERROR_MESSAGE": f"Function not found: {target_arn}",
            "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        }
        attributes = {name: {"DataType": "String", "StringValue": value} for name, value in said.items()}
        message = {
            "QueueUrl": self._queue_url(queue),
            "MessageBody": payload,
            "MessageAttributes": attributes,
        }
        threading.Thread(target=self._client("sqs").send_message, kwargs=message, daemon=True).start()

    def _queue_url(self, queue_arn: str) -> str:
        with self._emulator.scope():
            return str(self._emulator.queues._queue_url(queue_arn.rpartition(":")[2]))
