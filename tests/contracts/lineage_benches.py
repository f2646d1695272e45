"""Lineage for its contract: in memory, and in the local AWS."""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from bot.aws.lineage import SageMakerLineage
from bot.aws.registry import SageMakerRegistry
from bot.domain.lineage import keys
from bot.domain.model import Package, Version
from bot.usecases.origins import Lineage, Outcome
from playground.aws import LocalAws
from tests.contracts.benches import unique
from tests.contracts.hosting_benches import A_VARIANT, ROLE
from tests.fakes.clock import FakeClock
from tests.fakes.lineage import FakeLineage
from tests.fakes.registry import FakeRegistry

PREFIX: Final = "arn:aws:sagemaker:us-east-1:123456789012"
IMAGE: Final = "acme/trainer:1"
_MACHINE: Final = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}


class Bench(Protocol):
    """SageMaker, and what data scientists do in it."""

    @property
    def lineage(self) -> Lineage: ...

    def trained(self, model: str, *data: str, job: str, commit: str = "") -> Package:
        """Register a version of what a job made of these data sets."""

    def processed(self, job: str, *, reads: str, writes: str) -> None:
        """Run a processing job."""

    def serves(self, endpoint: str, package: Package) -> None:
        """Make an endpoint that serves a version."""

    def serves_artifact(self, endpoint: str, artifact: str) -> None:
        """Make an endpoint of a model that nobody registered."""

    def forbids(self, job: str) -> str:
        """SageMaker does not describe this training job the next time; gives the reason."""

    def actions(self, promotion: str) -> Sequence[str]:
        """The types of the actions that were written for a promotion."""


class OnFake:
    def __init__(self) -> None:
        self._registry = FakeRegistry(FakeClock())
        self.lineage = FakeLineage(self._registry)

    def trained(self, model: str, *data: str, job: str, commit: str = "") -> Package:
        there = [one for one in self.lineage.registered() if one.version.model == model]
        return self.lineage.trained(
            f"{model}:{len(there) + 1}", data=data, job=job, image=IMAGE, commit=commit
        )

    def processed(self, job: str, *, reads: str, writes: str) -> None:
        self.lineage.processed(job, reads=[reads], writes=[writes])

    def serves(self, endpoint: str, package: Package) -> None:
        self.lineage.serve(endpoint, str(package.version))

    def serves_artifact(self, endpoint: str, artifact: str) -> None:
        self.lineage.serve(endpoint, artifact)

    def forbids(self, job: str) -> str:
        why = "the role may not read it: sagemaker:DescribeTrainingJob"
        self.lineage.breaks(keys.job("training", job), why)
        return why

    def actions(self, promotion: str) -> Sequence[str]:
        written = [one for one in self.lineage.outcomes if one.promotion == promotion]
        return [type_ for _ in written for type_ in ("Approval", "ModelDeployment")]


class OnAws:
    def __init__(self, aws: LocalAws) -> None:
        self.aws, self.sagemaker = aws, aws.client("sagemaker")
        self.lineage = SageMakerLineage(self.sagemaker)
        self._registry = SageMakerRegistry(self.sagemaker, PREFIX)

    def trained(self, model: str, *data: str, job: str, commit: str = "") -> Package:
        channels = [
            {"ChannelName": f"channel-{place}", "DataSource": {"S3DataSource": _prefix(uri)}}
            for place, uri in enumerate(data, 1)
        ]
        self.sagemaker.create_training_job(
            TrainingJobName=job,
            AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            RoleArn=ROLE,
            InputDataConfig=channels,
            OutputDataConfig={"S3OutputPath": "s3://models"},
            ResourceConfig=_MACHINE,
            StoppingCondition={"MaxRuntimeInSeconds": 60},
            Tags=[{"Key": "mlops:commit", "Value": commit}] if commit else [],
        )
        _wait(lambda: self._status("training", job) == "Completed")
        return self.register(model, f"s3://models/{job}/output/model.tar.gz")

    def register(self, model: str, artifact: str) -> Package:
        """Register a version of this artifact."""
        groups = self.sagemaker.list_model_package_groups(NameContains=model)["ModelPackageGroupSummaryList"]
        if not groups:
            self.sagemaker.create_model_package_group(ModelPackageGroupName=model)
        made = self.sagemaker.create_model_package(
            ModelPackageGroupName=model,
            InferenceSpecification={
                "Containers": [{"Image": "acme/xgboost:1", "ModelDataUrl": artifact}],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
        )
        return self._registry.package(Version.of_arn(made["ModelPackageArn"]))

    def processed(self, job: str, *, reads: str, writes: str) -> None:
        local = "/opt/ml/processing/x"
        made = {"S3Uri": writes, "LocalPath": local, "S3UploadMode": "EndOfJob"}
        self.sagemaker.create_processing_job(
            ProcessingJobName=job,
            RoleArn=ROLE,
            AppSpecification={"ImageUri": IMAGE},
            ProcessingResources={"ClusterConfig": _MACHINE},
            ProcessingInputs=[
                {
                    "InputName": "raw",
                    "S3Input": {"S3Uri": reads, "LocalPath": local, "S3DataType": "S3Prefix"},
                }
            ],
            ProcessingOutputConfig={"Outputs": [{"OutputName": "clean", "S3Output": made}]},
        )
        _wait(lambda: self._status("processing", job) == "Completed")

    def serves(self, endpoint: str, package: Package) -> None:
        self._serve(endpoint, {"ModelPackageName": package.arn})

    def serves_artifact(self, endpoint: str, artifact: str) -> None:
        self._serve(endpoint, {"Image": "acme/xgboost:1", "ModelDataUrl": artifact})

    def forbids(self, job: str) -> str:
        assert job
        call = "DescribeTrainingJob"
        self.aws.faults.inject(
            {"kind": "error", "call": call, "code": "AccessDeniedException", "status": 403}
        )
        return f"the role may not read it: sagemaker:{call}"

    def actions(self, promotion: str) -> Sequence[str]:
        found = self.sagemaker.list_actions(SourceUri=f"mlops:promotion/{promotion}", SortOrder="Ascending")
        return [one["ActionType"] for one in found["ActionSummaries"]]

    def _serve(self, endpoint: str, container: dict[str, str]) -> None:
        model, config = unique("model"), unique("config")
        self.sagemaker.create_model(ModelName=model, ExecutionRoleArn=ROLE, Containers=[container])
        variant = {**A_VARIANT, "VariantName": "all", "ModelName": model, "InitialVariantWeight": 1.0}
        self.sagemaker.create_endpoint_config(EndpointConfigName=config, ProductionVariants=[variant])
        self.sagemaker.create_endpoint(EndpointName=endpoint, EndpointConfigName=config)
        _wait(
            lambda: self.sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointStatus"] == "InService"
        )

    def _status(self, kind: str, job: str) -> str:
        describe = getattr(self.sagemaker, f"describe_{kind}_job")
        described: dict[str, Any] = describe(**{f"{kind.title()}JobName": job})
        return str(described[f"{kind.title()}JobStatus"])


def an_outcome(package: Package, endpoint: str, promotion: str, at: Any) -> Outcome:
    """What a promotion came to."""
    properties = (("envelope", "sha256:" + "e" * 64), ("approved by", "ana, bo"))
    return Outcome(promotion, package.version, package.arn, endpoint, "production", at, properties)


def _prefix(uri: str) -> dict[str, str]:
    return {"S3DataType": "S3Prefix", "S3Uri": uri}


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.02)
