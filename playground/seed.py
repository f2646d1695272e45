"""What the playground starts with: a model that is live, and a better version just registered."""

import json
from collections.abc import Mapping
from typing import Any, Final

from playground.aws import LocalAws

BUCKET: Final = "acme-ml"
MODEL: Final = "churn"
SECRETS: Final = {
    "/mlops/slack/signing-secret": "playground-signing-secret",
    "/mlops/slack/bot-token": "xoxb-playground",
}
_LIVE: Final = 11
_IMAGE: Final = "123456789012.dkr.ecr.us-east-1.amazonaws.com/churn-serving"

# auc, accuracy, precision, recall of each version that has a report
_QUALITY: Final[Mapping[int, tuple[float, float, float, float]]] = {
    9: (0.861, 0.874, 0.702, 0.611),
    10: (0.874, 0.881, 0.716, 0.628),
    11: (0.892, 0.893, 0.738, 0.655),
    12: (0.907, 0.899, 0.751, 0.683),
}


def lay_ground(aws: LocalAws) -> None:
    """What the stack expects of an account: the two secrets and the evidence bucket."""
    for name, value in SECRETS.items():
        aws.client("ssm").put_parameter(Name=name, Value=value, Type="SecureString")
    aws.client("s3").create_bucket(Bucket=BUCKET)


def seed(aws: LocalAws, role: str) -> None:
    """Versions 1 to 11 registered, 11 live in staging and production, 12 waiting for its promotion."""
    sagemaker = aws.client("sagemaker")
    sagemaker.create_model_package_group(
        ModelPackageGroupName=MODEL, ModelPackageGroupDescription="Who is about to leave"
    )
    for number in range(1, _LIVE):
        _register(aws, number, "Approved" if number % 3 else "Rejected")
    live = _register(aws, _LIVE, "Approved")
    _alarms(aws)
    with aws.hurried():
        for endpoint in (f"{MODEL}-staging", MODEL):
            _serve(aws, live, endpoint, role)
        for endpoint in (f"{MODEL}-staging", MODEL):
            sagemaker.get_waiter("endpoint_in_service").wait(
                EndpointName=endpoint, WaiterConfig={"Delay": 0.1, "MaxAttempts": 100}
            )
    register_next(aws)


def register_next(aws: LocalAws) -> str:
    """Register version 12 as a training pipeline would; gives its ARN."""
    return _register(aws, _LIVE + 1, "PendingManualApproval")


def report(auc: float, accuracy: float, precision: float, recall: float) -> dict[str, Any]:
    """A model-quality report in SageMaker's form (Developer Guide: Model Quality Metrics)."""
    f1 = 2 * precision * recall / (precision + recall)
    values = {"auc": auc, "accuracy": accuracy, "precision": precision, "recall": recall, "f1": round(f1, 4)}
    return {
        "binary_classification_metrics": {
            **{name: {"value": value, "standard_deviation": "NaN"} for name, value in values.items()},
            "confusion_matrix": {"0": {"0": 7021, "1": 402}, "1": {"0": 611, "1": 1316}},
        }
    }


def _register(aws: LocalAws, number: int, approval: str) -> str:
    job = f"{MODEL}-train-2026-{number:02d}"
    metrics = {}
    if number in _QUALITY:
        key = f"reports/{MODEL}/{job}/model_quality.json"
        body = json.dumps(report(*_QUALITY[number])).encode()
        aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)
        statistics = {"ContentType": "application/json", "S3Uri": f"s3://{BUCKET}/{key}"}
        metrics = {"ModelMetrics": {"ModelQuality": {"Statistics": statistics}}}
    answer = aws.client("sagemaker").create_model_package(
        ModelPackageGroupName=MODEL,
        ModelPackageDescription=f"Trained by {job}",
        ModelApprovalStatus=approval,
        InferenceSpecification={
            "Containers": [
                {"Image": f"{_IMAGE}:1.4", "ModelDataUrl": f"s3://{BUCKET}/jobs/{job}/output/model.tar.gz"}
            ],
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


def _alarms(aws: LocalAws) -> None:
    metrics = {"5xx": "Invocation5XXErrors", "latency": "ModelLatency"}
    for name, metric in metrics.items():
        aws.client("cloudwatch").put_metric_alarm(
            AlarmName=f"{MODEL}-{name}",
            Namespace="AWS/SageMaker",
            MetricName=metric,
            Dimensions=[{"Name": "EndpointName", "Value": MODEL}],
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=5,
            ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="notBreaching",
        )
