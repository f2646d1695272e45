"""Where the demo's versions come from: what the local SageMaker knows of the jobs that the seed runs."""

import pytest

from bot.aws.lineage import SageMakerLineage
from bot.usecases.origins import Channel
from playground import churn_jobs
from playground.aws import LocalAws
from playground.churn_jobs import BUCKET
from playground.training import parameters, training_data

FEATURES = f"s3://{BUCKET}/churn/features/2026-12/"


@pytest.fixture(autouse=True)
def bucket(aws: LocalAws) -> None:
    s3 = aws.client("s3")
    if BUCKET not in [one["Name"] for one in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=BUCKET)


def listed(aws: LocalAws, prefix: str) -> dict[str, str]:
    """The names under a prefix, and their ETags."""
    found = aws.client("s3").list_objects_v2(Bucket=BUCKET, Prefix=prefix)["Contents"]
    return {one["Key"].removeprefix(prefix): one["ETag"] for one in found}


def test_the_seeds_jobs_lead_from_raw_data_to_the_artifact_that_is_registered(aws: LocalAws) -> None:
    sagemaker = aws.client("sagemaker")
    churn_jobs.prepare(aws, [12])
    with churn_jobs.training(aws, [12]):
        pass
    prepared = sagemaker.describe_processing_job(ProcessingJobName="churn-prepare-2026-12")
    assert prepared["ProcessingInputs"][0]["S3Input"]["S3Uri"] == f"s3://{BUCKET}/raw/churn/2026-12/"
    assert prepared["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]["S3Uri"] == FEATURES
    trained = sagemaker.describe_training_job(TrainingJobName=churn_jobs.training_job(12))
    assert trained["ModelArtifacts"]["S3ModelArtifacts"] == f"s3://{BUCKET}/{churn_jobs.artifact(12)}"
    assert trained["HyperParameters"] == {
        "objective": "boosted trees",
        "num_round": "24",
        "max_depth": "2",
        "eta": "0.3",
    }
    tags = {
        one["Key"]: one["Value"] for one in sagemaker.list_tags(ResourceArn=trained["TrainingJobArn"])["Tags"]
    }
    assert (tags["mlops:rows"], len(tags["mlops:commit"])) == ("2000", 40)
    assert list(SageMakerLineage(sagemaker).channels("churn-train-2026-12")) == [Channel("train", FEATURES)]
    assert set(listed(aws, "raw/churn/2026-12/")) == {"customers.csv", "left.csv"}


def test_what_a_version_learned_from_is_what_lies_in_its_features(aws: LocalAws) -> None:
    s3 = aws.client("s3")
    churn_jobs.prepare(aws, [3])
    keys = sorted(listed(aws, "churn/features/2026-03/"))
    parts = [
        s3.get_object(Bucket=BUCKET, Key=f"churn/features/2026-03/{key}")["Body"].read().decode()
        for key in keys
    ]
    assert "".join(parts) == training_data().csv()
    assert len(parts) == 4


def test_a_part_that_somebody_overwrites_is_the_only_one_that_changes(aws: LocalAws) -> None:
    churn_jobs.prepare(aws, [5])
    before = listed(aws, "churn/features/2026-05/")
    churn_jobs.overwrite_a_part(aws, 5, patience=0)
    after = listed(aws, "churn/features/2026-05/")
    assert [key for key in before if before[key] != after[key]] == ["part-3.csv"]


def test_a_training_is_told_what_its_recipe_is() -> None:
    assert parameters(1) == parameters(8) == {"objective": "logistic", "features": "tenure, calls"}
    assert parameters(11)["features"].startswith("tenure, charge, calls")
