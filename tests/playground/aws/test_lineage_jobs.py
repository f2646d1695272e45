"""What SageMaker adds to its lineage graph for jobs."""

from typing import Any

import pytest

from playground.aws import LocalAws
from tests.playground.aws.kit import IMAGE, Until, unique
from tests.playground.aws.lineage_kit import PREFIX, Lineage, Workshop


@pytest.fixture
def lineage(sagemaker: Any) -> Lineage:
    return Lineage(sagemaker)


@pytest.fixture
def workshop(sagemaker: Any, until: Until) -> Workshop:
    return Workshop(sagemaker, until)


def test_a_training_job_leads_from_its_image_and_data_to_its_model(
    lineage: Lineage, workshop: Workshop
) -> None:
    job, data = unique("fit"), f"s3://data/{unique('d')}/"
    model = workshop.train(job, data)
    component = f"{PREFIX}:experiment-trial-component/{job}-aws-training-job"
    assert lineage.into(component) == {("DataSet", "ContributedTo"), ("Image", "ContributedTo")}
    assert lineage.out_of(component) == {("Model", "Produced")}
    assert lineage.artifact(data)["ArtifactType"] == "DataSet"
    assert lineage.into(lineage.artifact(model)["ArtifactArn"]) == {("SageMakerTrainingJob", "Produced")}
    types = lineage.sagemaker.query_lineage(StartArns=[component], Direction="Ascendants", MaxDepth=1)
    assert types["Vertices"][0] == {
        "Arn": component,
        "Type": "TrainingJob",
        "LineageType": "TrialComponent",
    }


def test_its_trial_component_says_what_it_tracks(lineage: Lineage, workshop: Workshop) -> None:
    job, data = unique("Fit"), f"s3://data/{unique('d')}/"
    model = workshop.train(job, data, HyperParameters={"depth": "6", "objective": "binary"})
    name = f"{job}-aws-training-job"
    component = lineage.sagemaker.describe_trial_component(TrialComponentName=name)
    assert component["Source"]["SourceArn"] == f"{PREFIX}:training-job/{job}"
    assert component["Source"]["SourceType"] == "SageMakerTrainingJob"
    assert component["Status"]["PrimaryStatus"] == "Completed"
    assert component["EndTime"] >= component["StartTime"]
    assert component["Parameters"] == {
        "depth": {"NumberValue": 6.0},
        "objective": {"StringValue": "binary"},
    }
    inputs = {key: one["Value"] for key, one in component["InputArtifacts"].items()}
    assert inputs == {"SageMaker.ImageUri": IMAGE, "c0": data}
    assert component["OutputArtifacts"] == {"SageMaker.ModelArtifact": {"Value": model}}
    assert component["TrialComponentArn"] == f"{PREFIX}:experiment-trial-component/{name.lower()}"
    by_arn = lineage.sagemaker.describe_trial_component(TrialComponentName=component["TrialComponentArn"])
    assert by_arn["TrialComponentName"] == name


def test_what_a_processing_job_wrote_is_what_the_training_job_read(
    lineage: Lineage, workshop: Workshop
) -> None:
    raw, clean = f"s3://raw/{unique('r')}/", f"s3://clean/{unique('c')}/"
    workshop.process(unique("clean"), raw, clean)
    model = workshop.train(unique("fit"), clean)
    above = lineage.above(lineage.artifact(model)["ArtifactArn"], Types=["DataSet"])
    assert above == [lineage.artifact(uri)["ArtifactArn"] for uri in (clean, raw)]


def test_an_address_that_is_known_keeps_its_artifact(lineage: Lineage, workshop: Workshop) -> None:
    data = f"s3://data/{unique('d')}/"
    own = lineage.sagemaker.create_artifact(ArtifactType="Features", Source={"SourceUri": data})
    for _ in range(2):
        workshop.train(unique("fit"), data)
    assert lineage.artifact(data)["ArtifactArn"] == own["ArtifactArn"]
    assert lineage.artifact(data)["ArtifactType"] == "Features"
    assert len(lineage.out_of(own["ArtifactArn"])) == 1


def test_a_job_that_was_stopped_made_nothing(aws: LocalAws, lineage: Lineage, workshop: Workshop) -> None:
    job, clean = unique("clean"), f"s3://clean/{unique('c')}/"
    with aws.paced(job=30):
        workshop.process(job, "s3://raw/x/", clean, wait=False)
    lineage.sagemaker.stop_processing_job(ProcessingJobName=job)
    component = f"{PREFIX}:experiment-trial-component/{job}-aws-processing-job"
    assert lineage.out_of(component) == set()
    assert lineage.sagemaker.list_artifacts(SourceUri=clean)["ArtifactSummaries"] == []
    described = lineage.sagemaker.describe_trial_component(TrialComponentName=f"{job}-aws-processing-job")
    assert described["Status"]["PrimaryStatus"] == "Stopped"
