"""A model that one test has for itself: what a data scientist and the people around it do with it."""

import json
import time
from typing import Any

from playground.training import archive as small_model
from playground.training import held_out, scores
from tests.main_job.town import Said, Town, until, words

BUCKET = "acme-ml"
HELD_OUT = "held-out/rows.csv"  # below what tests/main_job/mlops.toml calls test_data
_ROWS = 60


def put_test_data(town: Town) -> None:
    rows = "".join(held_out().csv().splitlines(keepends=True)[:_ROWS])
    town.aws("s3").put_object(Bucket=BUCKET, Key=HELD_OUT, Body=rows.encode())


class Model:
    """A model with its channel and what happens to it; version n is `small_model(n / 100)`."""

    def __init__(self, town: Town, name: str, channel: str = "ml-releases") -> None:
        self.town, self.name, self.channel = town, name, channel
        self._registered = 0
        town.aws("sagemaker").create_model_package_group(ModelPackageGroupName=name)

    def register(
        self,
        auc: float | None = 0.9,
        *,
        report: bytes | None = None,
        archive: bytes | None = None,
        **more: Any,
    ) -> str:
        """Register the next version as a data scientist would; gives its ARN."""
        metrics: dict[str, Any] = {}
        s3 = self.town.aws("s3")
        if auc is not None or report is not None:
            key = f"reports/{self.name}/{time.time_ns()}.json"
            block = {"auc": {"value": auc, "standard_deviation": "NaN"}, "f1": {"value": 0.7}}
            body = report or json.dumps({"binary_classification_metrics": block}).encode()
            s3.put_object(Bucket=BUCKET, Key=key, Body=body)
            statistics = {"ContentType": "application/json", "S3Uri": f"s3://{BUCKET}/{key}"}
            metrics = {"ModelMetrics": {"ModelQuality": {"Statistics": statistics}}}
        self._registered += 1
        key = self.artifact(self._registered)
        s3.put_object(Bucket=BUCKET, Key=key, Body=archive or small_model(self._registered / 100))
        arguments: dict[str, Any] = {
            "ModelPackageGroupName": self.name,
            "ModelApprovalStatus": "PendingManualApproval",
            "InferenceSpecification": {
                "Containers": [
                    {
                        "Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/serving:1",
                        "ModelDataUrl": f"s3://{BUCKET}/{key}",
                    }
                ],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
            **metrics,
            **more,
        }
        return str(self.town.aws("sagemaker").create_model_package(**arguments)["ModelPackageArn"])

    def artifact(self, number: int) -> str:
        """The key of the version's model.tar.gz in the scientists' bucket."""
        return f"jobs/{self.name}-train-{number}/output/model.tar.gz"

    def card(self, number: int, stage: str, status: str, attempt: int = 1) -> dict[str, Any]:
        return self.town.card(f"{self.name}:{number} → {stage}", status, self.channel, attempt)

    def say(self, who: str, text: str) -> Said:
        return self.town.say(who, text.replace("MODEL", self.name), self.channel)

    def click(self, who: str, card: dict[str, Any], action: str) -> Said:
        return self.town.click(who, card, f"promotion.{action}", self.channel)

    def approve(self, number: int, attempt: int = 1) -> dict[str, Any]:
        """Both approvals that production wants; gives the card as it was before."""
        card = self.card(number, "production", "Waiting for approval", attempt)
        self.click("rita", card, "approve").hears("counts")
        self.click("ana", card, "approve").hears("You approved")
        return card

    def to_production(self, number: int) -> dict[str, Any]:
        """Approve the version that asks for production; gives its card when it is live."""
        self.approve(number)
        return self.card(number, "production", "Live")

    def serving(self, stage: str) -> int | None:
        """The version number that the stage's endpoint serves, as SageMaker tells it."""
        sagemaker = self.town.aws("sagemaker")
        config = sagemaker.describe_endpoint(EndpointName=self.endpoint(stage))["EndpointConfigName"]
        variant = sagemaker.describe_endpoint_config(EndpointConfigName=config)["ProductionVariants"][0]
        arn = sagemaker.describe_model(ModelName=variant["ModelName"])["ModelArn"]
        return int(self.town.tags(arn)["mlops:package"].rsplit("/", 1)[-1])

    def answers_as(self, stage: str) -> int | None:
        """The version number whose own answer the stage's endpoint gives; None where it is nobody's."""
        answered = float(self.ask(stage))
        for number in range(1, self._registered + 1):
            if abs(scores(small_model(number / 100), held_out())[0] - answered) < 1e-9:
                return number
        return None

    def ask(self, stage: str) -> str:
        """What the stage's endpoint answers to the first customer."""
        body = held_out().csv().splitlines()[0].partition(",")[2]
        answer = self.town.aws("sagemaker-runtime").invoke_endpoint(
            EndpointName=self.endpoint(stage), ContentType="text/csv", Body=body
        )
        return str(answer["Body"].read().decode().strip())

    def endpoint(self, stage: str) -> str:
        return self.name if stage == "production" else f"{self.name}-{stage}"

    def endpoint_status(self, stage: str) -> str:
        """SageMaker's word for it, empty where there is no such endpoint."""
        name = self.endpoint(stage)
        found = self.town.aws("sagemaker").list_endpoints(NameContains=name)["Endpoints"]
        return next((e["EndpointStatus"] for e in found if e["EndpointName"] == name), "")

    def package(self, number: int) -> dict[str, Any]:
        arn = f"arn:aws:sagemaker:us-east-1:123456789012:model-package/{self.name}/{number}"
        return dict(self.town.aws("sagemaker").describe_model_package(ModelPackageName=arn))

    def promotions(self) -> list[dict[str, Any]]:
        """The ledger's own records of this model, oldest first."""
        ours = [body for body in self.town.ledger() if body["version"]["model"] == self.name]
        return sorted(ours, key=lambda body: str(body["opened_at"]))

    def statuses(self) -> list[str]:
        """Such as `1 staging live`, oldest first."""
        return [f"{p['version']['number']} {p['stage']} {p['status']}" for p in self.promotions()]

    def told(self, *statuses: str) -> None:
        """Wait until the ledger says this."""
        until(lambda: self.statuses() == list(statuses), lambda: f"{statuses}: {self.statuses()}")

    def executions(self) -> dict[str, str]:
        """Status of each execution by the promotion that it is named after."""
        ids = {promotion["id"] for promotion in self.promotions()}
        return {name: status for name, status in self.town.executions().items() if name in ids}

    def ended(self, how: str = "SUCCEEDED") -> None:
        """Wait until every execution has ended so."""
        until(lambda: set(self.executions().values()) == {how}, lambda: str(self.executions()))

    def resources(self) -> dict[str, list[str]]:
        """What there is of this model in SageMaker's hosting, and its alarms."""
        sagemaker, name = self.town.aws("sagemaker"), self.name
        alarms = self.town.aws("cloudwatch").describe_alarms(AlarmNamePrefix=name)["MetricAlarms"]
        models = [m["ModelName"] for m in sagemaker.list_models(MaxResults=100)["Models"]]
        configs = sagemaker.list_endpoint_configs(NameContains=name)["EndpointConfigs"]
        return {
            "models": [model for model in models if model.startswith(f"{name[:40]}-")],
            "configs": [config["EndpointConfigName"] for config in configs],
            "alarms": [alarm["AlarmName"] for alarm in alarms],
        }

    def thread(self, card: dict[str, Any]) -> str:
        """All that is told in the card's thread."""
        return "\n".join(self.town.thread(card, self.channel))

    def shows(self, number: int, stage: str, fragment: str, attempt: int = 1) -> str:
        """Wait until the card has this in it; gives all its words."""

        def shown() -> str | None:
            cards = self.town.cards(f"{self.name}:{number} → {stage}", self.channel)[attempt - 1 :]
            return words(cards[0]) if cards and fragment in words(cards[0]) else None

        return until(shown, lambda: f"“{fragment}” on a card of {self.name}: {self._cards(number, stage)}")

    def _cards(self, number: int, stage: str) -> list[str]:
        return [words(c) for c in self.town.cards(f"{self.name}:{number} → {stage}", self.channel)]
