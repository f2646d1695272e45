"""EventBridge's events: each kind in AWS's published shape becomes what it tells, and no other does."""

from typing import Any

import pytest

from bot.aws.events import event_of
from bot.domain.lineage import keys
from bot.domain.lineage.graph import Edge, Fact, Kind, Node, Relation, Witness, graph_of
from bot.usecases.hear import (
    EndpointChanged,
    EvaluationEnded,
    Event,
    ExecutionEnded,
    PackageChanged,
    Sweep,
    TrainingChanged,
    TransformEnded,
)

PACKAGE = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/churn/7"


def envelope(kind: str, detail: dict[str, Any], source: str = "aws.sagemaker") -> dict[str, Any]:
    """What is around every event."""
    return {
        "version": "0",
        "id": "6f1c0d5e-0000-4000-8000-000000000000",
        "detail-type": kind,
        "source": source,
        "account": "123456789012",
        "time": "2026-03-02T09:00:00Z",
        "region": "eu-west-1",
        "resources": [],
        "detail": detail,
    }


SAID, JOB = Witness.DESCRIBED, keys.job("processing", "evaluate-churn-7")
TEST = "s3://acme-ml/churn/test/"
WRITTEN = ("s3://acme-ml/churn/7/evaluation/", "s3://acme-ml/churn/7/bias/")
TOLD: list[tuple[dict[str, Any], Event]] = [
    (
        envelope(
            "SageMaker Model Package State Change",
            {
                "ModelPackageGroupName": "churn",
                "ModelPackageVersion": 7,
                "ModelPackageArn": PACKAGE,
                "ModelPackageStatus": "Completed",
                "ModelApprovalStatus": "PendingManualApproval",
            },
        ),
        PackageChanged(PACKAGE),
    ),
    (
        envelope(
            "SageMaker Endpoint State Change",
            {
                "EndpointName": "churn-staging",
                "EndpointConfigName": "churn-7",
                "EndpointStatus": "IN_SERVICE",
                "CreationTime": 1772442002000.0,
                "Tags": {},
            },
        ),
        EndpointChanged("churn-staging", "IN_SERVICE"),
    ),
    (
        envelope(
            "SageMaker Endpoint Deployment State Change",
            {
                "EndpointName": "churn-staging",
                "EndpointStatus": "UPDATING",
                "ProductionVariants": [{"VariantName": "AllTraffic", "VariantStatus": []}],
            },
        ),
        EndpointChanged("churn-staging", "UPDATING"),
    ),
    (
        envelope(
            "SageMaker Transform Job State Change",
            {"TransformJobName": "mlops-0123-1", "TransformJobStatus": "Completed", "Tags": {}},
        ),
        TransformEnded("mlops-0123-1"),
    ),
    (
        envelope(
            "SageMaker Processing Job State Change",
            {
                "ProcessingInputs": [{"InputName": "test", "S3Input": {"S3Uri": "s3://acme-ml/churn/test/"}}],
                "ProcessingOutputConfig": {
                    "Outputs": [
                        {
                            "OutputName": "evaluation",
                            "S3Output": {
                                "S3Uri": "s3://acme-ml/churn/7/evaluation/",
                                "LocalPath": "/opt/ml/processing/evaluation",
                                "S3UploadMode": "END_OF_JOB",
                            },
                        },
                        {"OutputName": "features", "FeatureStoreOutput": {"FeatureGroupName": "churn"}},
                        {"OutputName": "bias", "S3Output": {"S3Uri": "s3://acme-ml/churn/7/bias/"}},
                    ],
                },
                "ProcessingJobName": "evaluate-churn-7",
                "ProcessingJobStatus": "Completed",
                "CreationTime": 1772442002000,
            },
        ),
        EvaluationEnded(
            "evaluate-churn-7",
            ("s3://acme-ml/churn/7/evaluation/", "s3://acme-ml/churn/7/bias/"),
            graph_of(
                [
                    Node(JOB, Kind.JOB, "evaluate-churn-7"),
                    *map(keys.bare, (TEST, *WRITTEN)),
                    keys.bare("features:churn"),
                ],
                [
                    Edge(TEST, JOB, Relation.READ_BY, (SAID,), (Fact("channel", "test", SAID),)),
                    *(Edge(JOB, made, Relation.MADE, (SAID,)) for made in (*WRITTEN, "features:churn")),
                ],
            ),
        ),
    ),
    (
        envelope(
            "SageMaker Training Job State Change",
            {
                "TrainingJobName": "churn-job-7",
                "TrainingJobArn": "arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn-job-7",
                "TrainingJobStatus": "Completed",
                "SecondaryStatus": "Completed",
            },
        ),
        TrainingChanged("churn-job-7", "Completed"),
    ),
    (
        envelope(
            "Step Functions Execution Status Change",
            {
                "executionArn": "arn:aws:states:eu-west-1:123456789012:execution:promotion:p_0123",
                "name": "p_0123",
                "status": "ABORTED",
                "input": '{"promotion": "p_0123"}',
                "output": None,
            },
            "aws.states",
        ),
        ExecutionEnded("p_0123", "ABORTED"),
    ),
    (envelope("Scheduled Event", {}, "aws.events"), Sweep()),
]


@pytest.mark.parametrize(("raw", "told"), TOLD, ids=[raw["detail-type"] for raw, _ in TOLD])
def test_each_kind_tells_whom_it_concerns(raw: dict[str, Any], told: Event) -> None:
    assert event_of(raw) == told


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"detail": {"ModelPackageArn": PACKAGE}},
        envelope("SageMaker Model Building Pipeline Execution Status Change", {}),
    ],
    ids=["nothing", "no-kind", "a-pipeline"],
)
def test_what_is_none_of_ours_tells_nothing(raw: dict[str, Any]) -> None:
    assert event_of(raw) is None


@pytest.mark.parametrize("outputs", [{}, {"ProcessingOutputConfig": None}, {"ProcessingOutputConfig": {}}])
def test_a_job_that_wrote_nothing_ended_all_the_same(outputs: dict[str, Any]) -> None:
    detail = {"ProcessingJobName": "evaluate-churn-7", **outputs}
    told = event_of(envelope("SageMaker Processing Job State Change", detail))
    assert isinstance(told, EvaluationEnded)
    assert (told.job, told.outputs, told.flows.edges) == ("evaluate-churn-7", (), ())


def test_a_schedule_without_a_detail_is_a_sweep_all_the_same() -> None:
    assert event_of({"detail-type": "Scheduled Event"}) == Sweep()


@pytest.mark.parametrize("raw", [raw for raw, told in TOLD if told != Sweep()])
def test_one_without_its_name_is_a_fault_that_somebody_has_to_see(raw: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        event_of({**raw, "detail": {}})
