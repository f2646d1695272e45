"""What lineage is read from besides its graph: descriptions, tags, and what fails."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from playground.aws import LocalAws
from tests.playground.aws.kit import IMAGE, Until, unique
from tests.playground.aws.lineage_kit import PREFIX, Lineage, Workshop


@pytest.fixture
def lineage(sagemaker: Any) -> Lineage:
    return Lineage(sagemaker)


@pytest.fixture
def workshop(sagemaker: Any, until: Until) -> Workshop:
    return Workshop(sagemaker, until)


def test_a_training_job_is_described_as_it_was_asked_for(sagemaker: Any, workshop: Workshop) -> None:
    job, data, tags = unique("fit"), "s3://data/x/", [{"Key": "team", "Value": "risk"}]
    asked = {"HyperParameters": {"depth": "6"}, "Environment": {"GIT_COMMIT": "c0ffee1"}}
    model = workshop.train(job, data, Tags=tags, **asked)
    described = workshop.described("training", job)
    assert {key: described[key] for key in asked} == asked
    assert described["AlgorithmSpecification"] == {"TrainingImage": IMAGE, "TrainingInputMode": "File"}
    assert described["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] == data
    assert described["ModelArtifacts"] == {"S3ModelArtifacts": model}
    assert described["TrainingEndTime"] >= described["TrainingStartTime"]
    assert sagemaker.list_tags(ResourceArn=described["TrainingJobArn"])["Tags"] == tags


@pytest.mark.parametrize("resource", ["training-job/none", "model-package/none/3", "hub/none", "action/none"])
def test_tags_of_what_is_not_there_are_refused(sagemaker: Any, resource: str) -> None:
    with pytest.raises(ClientError, match="Could not find") as refused:
        sagemaker.list_tags(ResourceArn=f"{PREFIX}:{resource}")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_version_has_the_tags_of_its_group(sagemaker: Any, workshop: Workshop) -> None:
    group, tags = unique("churn"), [{"Key": "team", "Value": "risk"}]
    sagemaker.create_model_package_group(ModelPackageGroupName=group, Tags=tags)
    package = workshop.register(group, "s3://models/m/model.tar.gz")
    assert sagemaker.list_tags(ResourceArn=package)["Tags"] == tags


def test_entities_have_tags(sagemaker: Any) -> None:
    tags = [{"Key": "team", "Value": "risk"}]
    made = sagemaker.create_context(
        ContextName=unique("c"), ContextType="X", Source={"SourceUri": "x"}, Tags=tags
    )
    sagemaker.add_tags(ResourceArn=made["ContextArn"], Tags=[{"Key": "team", "Value": "fraud"}])
    assert sagemaker.list_tags(ResourceArn=made["ContextArn"])["Tags"] == [{"Key": "team", "Value": "fraud"}]


def test_the_next_calls_of_an_operation_are_throttled(aws: LocalAws) -> None:
    throttled = {"kind": "error", "call": "QueryLineage", "code": "ThrottlingException", "times": 2}
    aws.faults.inject(throttled)
    artifact = aws.client("sagemaker").create_artifact(
        ArtifactType="DataSet", Source={"SourceUri": f"s3://x/{unique('x')}"}
    )
    asked, before = {"StartArns": [artifact["ArtifactArn"]]}, len(aws.calls.of("QueryLineage"))
    assert aws.client("sagemaker").query_lineage(**asked)["Vertices"]  # botocore tries again
    assert [call.status for call in aws.calls.of("QueryLineage")[before:]] == [400, 400, 200]


def test_one_thing_is_gone_while_the_others_are_there(aws: LocalAws, workshop: Workshop) -> None:
    job = unique("fit")
    for name in (job, f"{job}-2"):
        workshop.train(name, "s3://data/x/")
    aws.faults.inject({"kind": "gone", "call": "DescribeTrainingJob", "name": job})
    for _ in range(2):
        with pytest.raises(ClientError, match="Requested resource not found"):
            workshop.described("training", job)
    assert workshop.described("training", f"{job}-2")["TrainingJobStatus"] == "Completed"


def test_an_entity_is_gone_in_the_words_of_the_lineage_api(aws: LocalAws, sagemaker: Any) -> None:
    made = sagemaker.create_artifact(ArtifactType="X", Source={"SourceUri": unique("x")})["ArtifactArn"]
    aws.faults.inject({"kind": "gone", "call": "DescribeArtifact", "name": made, "times": 1})
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        sagemaker.describe_artifact(ArtifactArn=made)
    assert sagemaker.describe_artifact(ArtifactArn=made)["ArtifactArn"] == made
