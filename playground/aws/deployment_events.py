"""What an endpoint's deployment tells: DescribeEndpoint's pending variants, and EventBridge's events."""

from typing import Any, Final

from playground.aws.guardrails import Phase
from playground.aws.sagemaker_base import Surroundings, aware, milliseconds, now

_STATE: Final = "SageMaker Endpoint State Change"
_DEPLOYMENT: Final = "SageMaker Endpoint Deployment State Change"
_SHOUTED: Final = {
    "Creating": "CREATING",
    "Updating": "UPDATING",
    "InService": "IN_SERVICE",
    "RollingBack": "ROLLING_BACK",
    "Failed": "FAILED",
    "Deleting": "DELETING",
}


def pending_variants(variants: list[dict[str, Any]], phase: Phase) -> list[dict[str, Any]]:
    """The new variants in this phase (Amazon SageMaker API: PendingProductionVariantSummary)."""
    return [_pending(variant, phase) for variant in variants]


def set_status(around: Surroundings, endpoint: Any, status: str, reason: str | None = None) -> None:
    """Change the status and tell EventBridge."""
    endpoint.endpoint_status, endpoint.failure_reason = status, reason
    endpoint.last_modified_time = now()
    detail = _detail(endpoint, endpoint.production_variants)
    around.emit(_STATE, {**detail, "FailureReason": reason} if reason else detail, endpoint.arn)


def tell_phase(around: Surroundings, endpoint: Any) -> None:
    """Tell EventBridge what the new variants do now."""
    variants = [
        {**variant, "VariantStatus": [_in_milliseconds(status) for status in variant["VariantStatus"]]}
        for variant in endpoint.pending_deployment_summary["ProductionVariants"]
    ]
    around.emit(_DEPLOYMENT, _detail(endpoint, variants), endpoint.arn)


def _pending(variant: dict[str, Any], phase: Phase) -> dict[str, Any]:
    pending = {**variant, "VariantStatus": [{"Status": phase.status, "StartTime": now()}]}
    if "DesiredWeight" in variant:
        pending["CurrentWeight"] = variant["DesiredWeight"] * phase.share
    if "DesiredInstanceCount" in variant:
        pending["CurrentInstanceCount"] = round(variant["DesiredInstanceCount"] * phase.instances)
    return pending


def _in_milliseconds(status: dict[str, Any]) -> dict[str, Any]:
    return {**status, "StartTime": milliseconds(aware(status["StartTime"]))}


def _detail(endpoint: Any, variants: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "EndpointName": endpoint.endpoint_name,
        "EndpointArn": endpoint.arn,
        "EndpointConfigName": endpoint.endpoint_config_name,
        "ProductionVariants": variants,
        "EndpointStatus": _SHOUTED[endpoint.endpoint_status],
        "CreationTime": milliseconds(endpoint.creation_time),
        "LastModifiedTime": milliseconds(endpoint.last_modified_time),
        "Tags": {tag["Key"]: tag["Value"] for tag in endpoint.tags or []},
    }
