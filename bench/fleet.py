"""Models with held-out data in a playground: registered, promoted, and looked at for wrong outcomes."""

import json
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.town import CHANNEL, Running, until
from playground.aws.tiny_model import load
from playground.training import archive, held_out

BUCKET: Final = "acme-ml"
_BASE: Final = Path(__file__).with_name("mlops.toml")
_TESTED: Final = 'problem = "binary_classification"\ntest_data = "s3://acme-ml/held-out/"\n'
_IMAGE: Final = "123456789012.dkr.ecr.us-east-1.amazonaws.com/serving:1"
_OVER: Final = "SUCCEEDED"
_LOOKING: Final = 0.1  # seconds between two looks


@dataclass(frozen=True)
class Told:
    """A promotion as the ledger has it, its execution's history, and seconds from registration to its end."""

    record: dict[str, Any]
    seconds: float
    events: list[dict[str, Any]]


def policy(folder: Path, models: list[str]) -> Path:
    """The policy of the measurements, with held-out data for these models."""
    path = folder / "mlops.toml"
    sections = "".join(f"\n[models.{model}]\n{_TESTED}" for model in models)
    path.write_text(f"{_BASE.read_text()}\n{sections}")
    return path


class Fleet:
    """Models of one playground."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self.sagemaker, self._s3 = running.client("sagemaker"), running.client("s3")
        self._states, self._dynamodb = running.client("stepfunctions"), running.client("dynamodb")
        self._machine = self._states.list_state_machines()["stateMachines"][0]["stateMachineArn"]
        tables = self._dynamodb.list_tables()["TableNames"]
        self.table = next(table for table in tables if "Ledger" in table)
        lines = held_out().csv().splitlines(keepends=True)
        for part in range(2):
            body = "".join(lines[part::2]).encode()
            self._s3.put_object(Bucket=BUCKET, Key=f"held-out/part-{part}.csv", Body=body)
        self._question = lines[0].partition(",")[2].strip()

    def prepare(self, model: str, number: int) -> dict[str, Any]:
        """The package group, artifact and report of a version; gives the arguments that register it."""
        if number == 1:
            self.sagemaker.create_model_package_group(ModelPackageGroupName=model)
        key, report = f"{model}/{number}/model.tar.gz", f"{model}/{number}/report.json"
        self._s3.put_object(Bucket=BUCKET, Key=key, Body=_content(model, number))
        measured = {"binary_classification_metrics": {"auc": {"value": 0.9}, "f1": {"value": 0.8}}}
        self._s3.put_object(Bucket=BUCKET, Key=report, Body=json.dumps(measured).encode())
        statistics = {"ContentType": "application/json", "S3Uri": f"s3://{BUCKET}/{report}"}
        container = {"Image": _IMAGE, "ModelDataUrl": f"s3://{BUCKET}/{key}"}
        return {
            "ModelPackageGroupName": model,
            "ModelApprovalStatus": "PendingManualApproval",
            "ModelMetrics": {"ModelQuality": {"Statistics": statistics}},
            "InferenceSpecification": {
                "Containers": [container],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
        }

    def register(self, arguments: dict[str, Any]) -> float:
        """Register it; gives the moment before."""
        started = time.time()
        self.sagemaker.create_model_package(**arguments)
        return started

    def records(self, model: str) -> list[dict[str, Any]]:
        """What the ledger knows of a model, oldest first."""
        found = self._dynamodb.query(
            TableName=self.table,
            IndexName="Model",
            KeyConditionExpression="model = :model",
            ExpressionAttributeValues={":model": {"S": model}},
        )
        bodies = [json.loads(item["body"]["S"]) for item in found["Items"]]
        return sorted(bodies, key=lambda body: str(body["opened_at"]))

    def record(self, model: str, number: int, stage: str) -> dict[str, Any] | None:
        """The newest promotion of a version to a stage."""
        found = [r for r in self.records(model) if (r["version"]["number"], r["stage"]) == (number, stage)]
        return found[-1] if found else None

    def story(self, model: str, number: int) -> tuple[Told, Told]:
        """A version's way to staging, and with an approval to production; only their histories count."""
        started = self.register(self.prepare(model, number))
        below = self.told(model, number, "staging", started)
        until(lambda: self.is_asking(model, number) or None, _LOOKING)
        self.approve(model, number)
        return below, self.told(model, number, "production", started)

    def is_asking(self, model: str, number: int) -> bool:
        """Whether its way through staging is over and production is asked."""
        record = self.record(model, number, "production")
        return record is not None and record["status"] == "asking"

    def told(self, model: str, number: int, stage: str, started: float) -> Told:
        """What became of the execution, once it is over."""
        record = until(lambda: self._closed(model, number, stage), _LOOKING)
        arn = f"{self._machine.replace(':stateMachine:', ':execution:')}:{record['id']}"

        def ended() -> dict[str, Any] | None:
            execution = self._states.describe_execution(executionArn=arn)
            return dict(execution) if execution["status"] != "RUNNING" else None

        execution = until(ended, _LOOKING)
        if execution["status"] != _OVER:
            raise AssertionError(f"the execution of {model}:{number} to {stage} is {execution['status']}")
        pages = self._states.get_paginator("get_execution_history").paginate(executionArn=arn)
        events = [event for page in pages for event in page["events"]]
        return Told(record, execution["stopDate"].timestamp() - started, events)

    def _closed(self, model: str, number: int, stage: str) -> dict[str, Any] | None:
        record = self.record(model, number, stage)
        return record if record and record["closed"] else None

    def approve(self, model: str, number: int) -> None:
        """Ana clicks Approve on the card that asks for production."""
        card = self.card(f"{model}:{number} → production", "actions")
        where = {"user": "ana", "channel": CHANNEL, "ts": card["ts"], "action_id": "promotion.approve"}
        self._running.control("click", where)

    def card(self, title: str, mark: str) -> dict[str, Any]:
        """The card with this headline, once it has this mark."""
        return until(lambda: self._card(title, mark), _LOOKING)

    def wrong(self, models: list[str]) -> list[str]:
        """Every outcome that is not as it should be after version 1 of each went live in staging."""
        found = [fault for model in models for fault in self._wrong_records(model)]
        found += self._wrong_cards(models)
        found += [f"{model}-staging serves {what}" for model in models if (what := self._serves_wrong(model))]
        return found + self._undelivered()

    def _card(self, title: str, mark: str) -> dict[str, Any] | None:
        for message in self._cards():
            if _headline(message) == title and mark in json.dumps(message["blocks"]):
                return message
        return None

    def _cards(self) -> list[dict[str, Any]]:
        messages = self._running.control(f"seen?user=dan&channel={CHANNEL}")
        return [dict(message) for message in messages if not message.get("thread_ts")]

    def _wrong_records(self, model: str) -> list[str]:
        known = [(r["stage"], r["attempt"], r["status"], r["closed"]) for r in self.records(model)]
        wanted = [("staging", 1, "live", True), ("production", 1, "asking", False)]
        return [] if known == wanted else [f"the ledger of {model}: {known}"]

    def _wrong_cards(self, models: list[str]) -> list[str]:
        shown = Counter(_headline(card) for card in self._cards())
        titles = [f"{model}:1 → {stage}" for model in models for stage in ("staging", "production")]
        found = [f"{shown[title]} cards: {title}" for title in titles if shown[title] != 1]
        live = [f"{model}:1 → staging" for model in models]
        return found + [f"not shown as live: {title}" for title in live if not self._card(title, "*Live*")]

    def _serves_wrong(self, model: str) -> str:
        """What the endpoint answers, where that is not what this very model answers."""
        client = self._running.client("sagemaker-runtime")
        answer = client.invoke_endpoint(
            EndpointName=f"{model}-staging", ContentType="text/csv", Body=self._question
        )
        said, own = answer["Body"].read().decode().strip(), load(_content(model, 1)).answer(self._question)
        return "" if said == own else f"{said}, not {own}"

    def _undelivered(self) -> list[str]:
        sqs, found = self._running.client("sqs"), []
        for queue in sqs.list_queues()["QueueUrls"]:
            names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
            counts = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
            if any(int(count) for count in counts.values()):
                found.append(f"{queue} holds {counts}")
        refused = [call for call in self._running.control("log") if call.get("errors")]
        return [*found, *(f"Slack refused {call}" for call in refused)]


def _content(model: str, number: int) -> bytes:
    """A model.tar.gz that answers like no other."""
    return archive(number / 100 + sum(model.encode()) / 1000 + len(model))


def _headline(message: dict[str, Any]) -> str:
    blocks = message.get("blocks") or [{}]
    return str(blocks[0]["text"]["text"]) if blocks[0].get("type") == "header" else ""
