"""Makes a whole project in SageMaker, through its public API only: jobs, versions, endpoints."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Any, Final, TypeVar

from playground.aws.identity import ACCOUNT
from playground.lineage_plan import Job, Made, Project, Variant, planned

T = TypeVar("T")
_ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/training-pipeline"
_MACHINE: Final = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10}
_LOCAL: Final = "/opt/ml/processing"
_TYPES: Final = ["text/csv"]
_AT_ONCE: Final = 4
_PATIENCE: Final = 60  # seconds


def project(
    sagemaker: Any, *, models: int = 40, versions: int = 200, data_sets: int = 60, seed: int = 7
) -> Project:
    """Make a project of this size and give its description; all jobs have ended and all endpoints serve.

    Args:
        sagemaker: A boto3 client of a local AWS, best of a fast one.
        models: At least 12, for the endpoints.
        versions: At least as many as there are models.
        data_sets: At least 24.
        seed: Another one makes other lineage.
    """
    plan = planned(models, versions, data_sets, seed)
    _each(lambda job: _MAKERS[job.kind](sagemaker, job), plan.jobs)
    _each(lambda job: _ended(sagemaker, job), plan.jobs)
    _each(lambda made: _register(sagemaker, made), _by_model(plan.versions))
    _each(lambda variants: _serve(sagemaker, variants), _by_endpoint(plan.variants))
    _each(lambda one: _in_service(sagemaker, one.endpoint), plan.variants)
    return plan


def _each(work: Callable[[T], None], items: Iterable[T]) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(work, items):
            pass


def _process(sagemaker: Any, job: Job) -> None:
    inputs = [
        {
            "InputName": f"input-{place}",
            "S3Input": {"S3Uri": uri, "LocalPath": f"{_LOCAL}/{place}", "S3DataType": "S3Prefix"},
        }
        for place, uri in enumerate(job.reads)
    ]
    outputs = [
        {
            "OutputName": f"output-{place}",
            "S3Output": {"S3Uri": uri, "LocalPath": f"{_LOCAL}/out-{place}", "S3UploadMode": "EndOfJob"},
        }
        for place, uri in enumerate(job.makes)
    ]
    sagemaker.create_processing_job(
        ProcessingJobName=job.name,
        RoleArn=_ROLE,
        AppSpecification={"ImageUri": job.image},
        ProcessingResources={"ClusterConfig": _MACHINE},
        ProcessingInputs=inputs,
        ProcessingOutputConfig={"Outputs": outputs},
        Tags=_tags(job),
    )


def _train(sagemaker: Any, job: Job) -> None:
    channels = [
        {
            "ChannelName": f"channel-{place}",
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}},
        }
        for place, uri in enumerate(job.reads)
    ]
    sagemaker.create_training_job(
        TrainingJobName=job.name,
        RoleArn=_ROLE,
        AlgorithmSpecification={"TrainingImage": job.image, "TrainingInputMode": "File"},
        HyperParameters={"max_depth": str(3 + len(job.name) % 5)},
        InputDataConfig=channels,
        OutputDataConfig={"S3OutputPath": job.makes[0].removesuffix(f"/{job.name}/output/model.tar.gz")},
        ResourceConfig=_MACHINE,
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
        Tags=_tags(job),
    )


def _tags(job: Job) -> list[dict[str, str]]:
    return [{"Key": "mlops:commit", "Value": job.commit}] if job.commit else []


def _ended(sagemaker: Any, job: Job) -> None:
    described = getattr(sagemaker, f"describe_{job.kind}_job")
    named, status = {f"{job.kind.title()}JobName": job.name}, f"{job.kind.title()}JobStatus"
    _until(lambda: described(**named)[status] == "Completed")


def _register(sagemaker: Any, versions: Sequence[Made]) -> None:
    model = versions[0].name.partition(":")[0]
    sagemaker.create_model_package_group(ModelPackageGroupName=model)
    for made in versions:
        answer = sagemaker.create_model_package(
            ModelPackageGroupName=model,
            ModelApprovalStatus="Approved",
            InferenceSpecification={
                "Containers": [{"Image": made.image, "ModelDataUrl": made.artifact}],
                "SupportedContentTypes": _TYPES,
                "SupportedResponseMIMETypes": _TYPES,
            },
        )
        if not answer["ModelPackageArn"].endswith(f"/{made.name.replace(':', '/')}"):
            raise AssertionError(f"{made.name} became {answer['ModelPackageArn']}")


def _serve(sagemaker: Any, variants: Sequence[Variant]) -> None:
    endpoint, configured = variants[0].endpoint, []
    for place, variant in enumerate(variants):
        name = f"{endpoint}-model-{place}"
        sagemaker.create_model(ModelName=name, ExecutionRoleArn=_ROLE, Containers=[_container(variant)])
        configured.append(
            {
                "VariantName": f"variant-{place}",
                "ModelName": name,
                "InstanceType": "ml.m5.large",
                "InitialInstanceCount": 1,
                "InitialVariantWeight": variant.weight,
            }
        )
    sagemaker.create_endpoint_config(EndpointConfigName=f"{endpoint}-1", ProductionVariants=configured)
    sagemaker.create_endpoint(EndpointName=endpoint, EndpointConfigName=f"{endpoint}-1")


def _container(variant: Variant) -> dict[str, str]:
    if variant.serves.startswith("s3://"):
        return {"Image": variant.image, "ModelDataUrl": variant.serves}
    path = variant.serves.replace(":", "/")
    return {"ModelPackageName": f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:model-package/{path}"}


def _in_service(sagemaker: Any, endpoint: str) -> None:
    _until(lambda: sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointStatus"] == "InService")


def _until(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not happens():
        if time.monotonic() > deadline:
            raise AssertionError("the project is not made in time")
        time.sleep(0.05)


def _by_model(versions: Iterable[Made]) -> list[list[Made]]:
    """Each model's versions in their order, so that they get their numbers."""
    ordered = sorted(versions, key=lambda one: (_model(one), int(one.name.rpartition(":")[2])))
    return [list(group) for _, group in groupby(ordered, key=_model)]


def _by_endpoint(variants: Iterable[Variant]) -> list[list[Variant]]:
    ordered = sorted(variants, key=lambda one: one.endpoint)
    return [list(group) for _, group in groupby(ordered, key=lambda one: one.endpoint)]


def _model(made: Made) -> str:
    return made.name.partition(":")[0]


_MAKERS: Final = {"training": _train, "processing": _process}
