"""Small workflows for the tests of SageMaker's lineage graph, and its associations in few words."""

from collections.abc import Callable
from typing import Any

from tests.playground.aws.kit import IMAGE, ROLE, unique

PREFIX = "arn:aws:sagemaker:us-east-1:123456789012"
MACHINE = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}


class Lineage:
    """SageMaker's graph, in the words of its tables: who leads to whom, by source or by type."""

    def __init__(self, sagemaker: Any) -> None:
        self.sagemaker = sagemaker

    def artifact(self, uri: str) -> dict[str, Any]:
        """The one artifact of an address."""
        (found,) = self.sagemaker.list_artifacts(SourceUri=uri)["ArtifactSummaries"]
        return dict(found)

    def into(self, arn: str) -> set[tuple[str, str]]:
        """The types and names of what leads here."""
        rows = self.sagemaker.list_associations(DestinationArn=arn)["AssociationSummaries"]
        return {(row["SourceType"], row["AssociationType"]) for row in rows}

    def out_of(self, arn: str) -> set[tuple[str, str]]:
        """The types of what this leads to."""
        rows = self.sagemaker.list_associations(SourceArn=arn)["AssociationSummaries"]
        return {(row["DestinationType"], row["AssociationType"]) for row in rows}

    def above(self, arn: str, **filters: list[str]) -> list[str]:
        """What led here, by ARN."""
        asked = {"StartArns": [arn], "Direction": "Ascendants"}
        return [one["Arn"] for one in self.sagemaker.query_lineage(**asked, Filters=filters)["Vertices"]]


class Workshop:
    """What data scientists do; `until` waits for a condition."""

    def __init__(self, sagemaker: Any, until: Callable[..., Any]) -> None:
        self.sagemaker, self._until = sagemaker, until

    def train(self, job: str, *data: str, **more: Any) -> str:
        """Train on some data; gives the model's address."""
        sources = [{"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}} for uri in data]
        channels = [
            {"ChannelName": f"c{place}", "DataSource": source} for place, source in enumerate(sources)
        ]
        self.sagemaker.create_training_job(
            TrainingJobName=job,
            AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            RoleArn=ROLE,
            InputDataConfig=channels,
            OutputDataConfig={"S3OutputPath": "s3://models"},
            ResourceConfig=MACHINE,
            StoppingCondition={"MaxRuntimeInSeconds": 60},
            **more,
        )
        self._until(lambda: self.described("training", job)["TrainingJobStatus"] == "Completed")
        return f"s3://models/{job}/output/model.tar.gz"

    def process(self, job: str, reads: str, writes: str, *, wait: bool = True) -> None:
        """Turn one data set into another."""
        here = "/opt/ml/processing/x"
        made = {"S3Uri": writes, "LocalPath": here, "S3UploadMode": "EndOfJob"}
        read = {"S3Uri": reads, "LocalPath": here, "S3DataType": "S3Prefix"}
        self.sagemaker.create_processing_job(
            ProcessingJobName=job,
            RoleArn=ROLE,
            AppSpecification={"ImageUri": IMAGE},
            ProcessingResources={"ClusterConfig": MACHINE},
            ProcessingInputs=[{"InputName": "raw", "S3Input": read}],
            ProcessingOutputConfig={"Outputs": [{"OutputName": "clean", "S3Output": made}]},
        )
        if wait:
            self._until(lambda: self.described("processing", job)["ProcessingJobStatus"] == "Completed")

    def register(self, group: str, model: str, **more: Any) -> str:
        """Register a model in a group; gives the package's ARN."""
        groups = self.sagemaker.list_model_package_groups(NameContains=group)
        if not groups["ModelPackageGroupSummaryList"]:
            self.sagemaker.create_model_package_group(ModelPackageGroupName=group)
        container = {"Image": IMAGE, "ModelDataUrl": model}
        made = self.sagemaker.create_model_package(
            ModelPackageGroupName=group,
            InferenceSpecification={"Containers": [container], "SupportedContentTypes": ["text/csv"]},
            **more,
        )
        return str(made["ModelPackageArn"])

    def serve(self, endpoint: str, container: dict[str, str]) -> None:
        """Begin to make an endpoint."""
        model, config = unique("model"), unique("config")
        self.sagemaker.create_model(ModelName=model, ExecutionRoleArn=ROLE, Containers=[container])
        variant = {
            "VariantName": "all",
            "ModelName": model,
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
            "InitialVariantWeight": 1.0,
        }
        self.sagemaker.create_endpoint_config(EndpointConfigName=config, ProductionVariants=[variant])
        self.sagemaker.create_endpoint(EndpointName=endpoint, EndpointConfigName=config)

    def described(self, kind: str, job: str) -> dict[str, Any]:
        """A job; `kind` is training, processing or transform."""
        return dict(getattr(self.sagemaker, f"describe_{kind}_job")(**{f"{kind.title()}JobName": job}))
