"""What SageMaker hosting calls things: configs, variants and statuses, read and written."""

from collections.abc import Sequence
from typing import Any, Final

from bot.domain.policy import Capture, Instance, Serverless
from bot.domain.refusals import NotPossible
from bot.usecases.hosting import EndpointBusy

_FAILED: Final = frozenset({"Failed", "UpdateRollbackFailed"})
SETTLED: Final = frozenset({"InService", "OutOfService"}) | _FAILED
"""Statuses in which nothing moves any more."""
_VARIANT: Final = "AllTraffic"
_CAPTURE: Final = "DataCaptureConfig"
# All that a config says besides its variants (Amazon SageMaker API: CreateEndpointConfig).
_KEPT: Final = (
    _CAPTURE,
    "KmsKeyId",
    "ExecutionRoleArn",
    "VpcConfig",
    "EnableNetworkIsolation",
    "AsyncInferenceConfig",
    "ExplainerConfig",
    "MetricsConfig",
)


def first_config(model: str, runs_on: Instance | Serverless, capture: Capture | None) -> Any:
    """What a first deployment's config says."""
    variant: dict[str, Any] = {"VariantName": _VARIANT, "ModelName": model, "InitialVariantWeight": 1.0}
    if isinstance(runs_on, Serverless):
        variant["ServerlessConfig"] = {
            "MemorySizeInMB": runs_on.memory,
            "MaxConcurrency": runs_on.concurrency,
        }
    else:
        variant |= {"InstanceType": runs_on.type, "InitialInstanceCount": runs_on.count}
    return {"ProductionVariants": [variant], **_captured({}, capture)}


def next_config(model: str, variant: Any, config: Any, capture: Capture | None) -> Any:
    """What a config says, with no more changed than the variant's model and what is captured."""
    kept = {key: config[key] for key in _KEPT if config.get(key)}
    return {
        **kept,
        **_captured(config.get(_CAPTURE) or {}, capture),
        "ProductionVariants": [{**variant, "ModelName": model}],
    }


def _captured(before: Any, capture: Capture | None) -> Any:
    if capture is None:
        return {}
    key = {"KmsKeyId": before["KmsKeyId"]} if before.get("KmsKeyId") else {}
    config = {
        **key,
        "EnableCapture": True,
        "InitialSamplingPercentage": capture.percent,
        "DestinationS3Uri": capture.to,
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        "CaptureContentTypeHeader": {
            "CsvContentTypes": ["text/csv"],
            "JsonContentTypes": ["application/json"],
        },
    }
    return {_CAPTURE: config}


def variants_of(config: Any) -> Sequence[Any]:
    """All variants of a config, shadows last; none where the config was deleted."""
    if config is None:
        return ()
    return [*config["ProductionVariants"], *(config.get("ShadowProductionVariants") or ())]


def first_model(config: Any) -> str:
    """The model of the first variant; empty where it has none or the config was deleted.

    A variant has none where it hosts inference components (Amazon SageMaker API: ProductionVariant).
    """
    return str(next((variant.get("ModelName") or "" for variant in variants_of(config)), ""))


def instance_of(config: Any, described: Any) -> Instance | None:
    """What the first variant runs on, with the instances that it has now; None where it has no own."""
    variant: Any = next(iter(variants_of(config)), {})
    now: Any = next(iter(described.get("ProductionVariants") or ()), {})
    if not variant.get("InstanceType"):
        return None
    count = now.get("CurrentInstanceCount") or variant.get("InitialInstanceCount") or 1
    return Instance(variant["InstanceType"], count)


def is_serverless(config: Any) -> bool:
    """Whether a config has a serverless variant."""
    return any(variant.get("ServerlessConfig") for variant in variants_of(config))


def sole_variant(endpoint: str, config: Any) -> Any:
    """The one variant that an update replaces, where there is no more to an endpoint than that."""
    variants = config["ProductionVariants"]
    strange = ""
    if len(variants) != 1:
        strange = f"has {len(variants)} production variants"
    elif config.get("ShadowProductionVariants"):
        strange = "has shadow variants"
    elif not variants[0].get("ModelName"):
        strange = "hosts inference components"
    if strange:
        raise NotPossible(
            f"`{endpoint}` {strange}; this bot cannot roll out to such an endpoint yet. Give it a config "
            f"with one model, then propose this version again."
        )
    return variants[0]


def check_kind(endpoint: str, config: Any, serverless: Serverless | None) -> None:
    """Raises NotPossible where an update would turn instances into serverless or back.

    SageMaker does not do the one (SageMaker Developer Guide: Update a serverless endpoint), so there
    would be no way back from the other.
    """
    if is_serverless(config) and serverless is None:
        raise NotPossible(
            f"`{endpoint}` is serverless, and its stage in mlops.toml is not; there would be no way back. "
            f"Give the stage a `serverless`, or another `endpoint`, then propose this version again."
        )
    if serverless is not None and not is_serverless(config):
        raise NotPossible(
            f"`{endpoint}` runs on instances, and SageMaker cannot make it serverless. Take `serverless` "
            f"out of its stage in mlops.toml, or give the stage another `endpoint`, then propose this "
            f"version again."
        )


def check_takes_updates(endpoint: str, status: str) -> None:
    """Raises NotPossible or EndpointBusy where SageMaker would not take an update."""
    if status == "Failed":
        # Nothing but DeleteEndpoint is possible then (Amazon SageMaker API: DescribeEndpoint).
        raise NotPossible(
            f"`{endpoint}` is Failed and takes no update any more. Delete that endpoint, then propose this "
            f"version again."
        )
    if status in _FAILED:
        # It still answers, with two configs at once: to delete it would be an outage (Amazon SageMaker
        # API: DescribeEndpoint).
        raise NotPossible(
            f"`{endpoint}` is {status}: it serves a mix of its old config and its new one. Bring it back to "
            f"InService (or delete it, if nobody needs its answers), then propose this version again."
        )
    if status not in SETTLED:
        raise EndpointBusy(f"{endpoint} is {status}")


def other_content(kind: str, name: str) -> str:
    """The sentence for a name that is taken by something else."""
    return (
        f"A SageMaker {kind} named {name} exists already with another content. Delete it, then propose this "
        f"version again."
    )


def pending_config(described: Any) -> str:
    """The config that an endpoint is on its way to, empty where it is not."""
    # An endpoint keeps its old config until the rollout has ended (Amazon SageMaker API: DescribeEndpoint).
    return str((described.get("PendingDeploymentSummary") or {}).get("EndpointConfigName", ""))
