"""What the playground starts with: a model that is live, and a better version just registered."""

import json
from collections.abc import Mapping
from typing import Any, Final

from playground import churn_jobs
from playground.aws import LocalAws
from playground.churn_jobs import BUCKET
from playground.evidence import card
from playground.training import EARLY, Trained, held_out, train

MODEL: Final = "churn"
SECRETS: Final = {
    "/mlops/slack/signing-secret": "playground-signing-secret",
    "/mlops/slack/bot-token": "xoxb-playground",
}
_LIVE: Final = 11
_NEWEST: Final = 12
_IMAGE: Final = "123456789012.dkr.ecr.us-east-1.amazonaws.com/churn-serving"
_TEST_DATA: Final = f"{MODEL}/test"
_TEST_PARTS: Final = 2


def lay_ground(aws: LocalAws) -> None:
    """What the stack expects of an account: the two secrets and the evidence bucket."""
    for name, value in SECRETS.items():
        aws.client("ssm").put_parameter(Name=name, Value=value, Type="SecureString")
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})


def seed(aws: LocalAws, role: str) -> None:
    """Versions 1 to 11 registered, 11 live in staging and production, 12 waiting for its promotion. The bot
    sees only the job of the last one, and then a part of its training data changes.
    """
    sagemaker = aws.client("sagemaker")
    sagemaker.create_model_package_group(
        ModelPackageGroupName=MODEL, ModelPackageGroupDescription="Who is about to leave"
    )
    churn_jobs.prepare(aws, range(1, _NEWEST + 1))
    with churn_jobs.training(aws, [_NEWEST]):
        trained = {number: train(number) for number in range(EARLY, _LIVE)}
    with churn_jobs.unheard(aws), churn_jobs.training(aws, range(1, _NEWEST)):
        trained[_LIVE] = train(_LIVE)
        _hold_out(aws)
    for number in range(1, _LIVE):
        approval = "Approved" if number % 3 else "Rejected"
        _register(aws, number, approval, trained[max(number, EARLY)])
    live = _register(aws, _LIVE, "Approved", trained[_LIVE])
    with aws.hurried():
        for endpoint in (f"{MODEL}-staging", MODEL):
            _serve(aws, live, endpoint, role)
        newest = train(_NEWEST)
        for endpoint in (f"{MODEL}-staging", MODEL):
            sagemaker.get_waiter("endpoint_in_service").wait(
                EndpointName=endpoint, WaiterConfig={"Delay": 0.1, "MaxAttempts": 100}
            )
    churn_jobs.overwrite_a_part(aws, _NEWEST)
    _register_newest(aws, newest)


def register_next(aws: LocalAws) -> str:
    """Register version 12 as a training pipeline would; gives its ARN."""
    return _register_newest(aws, train(_NEWEST))


def _register_newest(aws: LocalAws, trained: Trained) -> str:
    return _register(aws, _NEWEST, "PendingManualApproval", trained)


def _hold_out(aws: LocalAws) -> None:
    """The data that versions are tested on: label first, no header."""
    lines = held_out().csv().splitlines(keepends=True)
    size = -(-len(lines) // _TEST_PARTS)
    for part in range(_TEST_PARTS):
        _put(aws, f"{_TEST_DATA}/part-{part}.csv", "".join(lines[part * size :][:size]).encode())


def _put(aws: LocalAws, key: str, body: bytes) -> str:
    aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)
    return f"s3://{BUCKET}/{key}"


def _json(aws: LocalAws, key: str, document: Mapping[str, Any]) -> dict[str, str]:
    return {"ContentType": "application/json", "S3Uri": _put(aws, key, json.dumps(document).encode())}


def _register(aws: LocalAws, number: int, approval: str, trained: Trained) -> str:
    job = churn_jobs.training_job(number)
    artifact = _put(aws, churn_jobs.artifact(number), trained.archive)
    metrics: dict[str, Any] = {}
    if number > EARLY:
        folder = f"reports/{MODEL}/{job}"
        measured = _json(aws, f"{folder}/model_quality.json", trained.report)
        clarified = _json(aws, f"{folder}/analysis.json", trained.analysis)
        metrics = {
            "ModelMetrics": {
                "ModelQuality": {"Statistics": measured},
                "Bias": {"Report": clarified},
                "Explainability": {"Report": clarified},
            },
            "ModelCard": {"ModelCardContent": card(f"{MODEL}:{number}"), "ModelCardStatus": "Draft"},
        }
    answer = aws.client("sagemaker").create_model_package(
        ModelPackageGroupName=MODEL,
        ModelPackageDescription=f"Trained by {job}",
        ModelApprovalStatus=approval,
        InferenceSpecification={
            "Containers": [{"Image": f"{_IMAGE}:1.4", "ModelDataUrl": artifact}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
            "SupportedRealtimeInferenceInstanceTypes": ["ml.m5.large"],
        },
        MetadataProperties={"GeneratedBy": f"arn:aws:sagemaker:us-east-1:123456789012:training-job/{job}"},
        **metrics,
    )
    return str(answer["ModelPackageArn"])


def _serve(aws: LocalAws, arn: str, endpoint: str, role: str) -> None:
    sagemaker, name = aws.client("sagemaker"), f"{endpoint}-{_LIVE}"
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=role, Containers=[{"ModelPackageName": arn}])
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": name,
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
        "InitialVariantWeight": 1.0,
    }
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=endpoint, EndpointConfigName=name)
