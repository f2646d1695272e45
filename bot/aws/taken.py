"""What has our name already: whether it is what we would have made ourselves.

SageMaker fills in defaults when it describes a thing; those are no difference.
"""

from collections.abc import Sequence
from typing import Any, Final

from bot.aws.hosting import variants_of
from bot.domain.needs import Part

_NETWORK: Final = ("VpcConfig", "EnableNetworkIsolation")
# They decide where a config's answers and memory go, or who gets in (Amazon SageMaker API:
# CreateEndpointConfig).
_DECISIVE: Final = (
    "DataCaptureConfig",
    "KmsKeyId",
    "ExecutionRoleArn",
    "VpcConfig",
    "EnableNetworkIsolation",
    "AsyncInferenceConfig",
    "ExplainerConfig",
)
# Likewise of a variant, where we did not ask for them (Amazon SageMaker API: ProductionVariant).
_UNASKED: Final = (
    "InstanceType",
    "InstancePools",
    "ServerlessConfig",
    "AcceleratorType",
    "CoreDumpConfig",
    "EnableSSMAccess",
    "ManagedInstanceScaling",
)


def network_of(described: Any) -> Any:
    """A model's network settings, the same whichever order SageMaker lists them in."""
    network = {key: described[key] for key in _NETWORK if described.get(key)}
    if vpc := network.get("VpcConfig"):
        network["VpcConfig"] = {key: sorted(names) for key, names in vpc.items()}
    return network


def containers_of(described: Any) -> Sequence[Any]:
    """The containers of a described model, in order; none where it was deleted."""
    if described is None:
        return ()
    return [one for one in (*(described.get("Containers") or ()), described.get("PrimaryContainer")) if one]


def container_of(part: Part) -> Any:
    """A part as CreateModel takes it."""
    optional = {
        "ModelDataUrl": part.artifact,
        "Environment": dict(part.environment),
        "ContainerHostname": part.hostname,
    }
    return {"Image": part.image, **{key: value for key, value in optional.items() if value}}


def runs(described: Any, parts: Sequence[Part]) -> bool:
    """Whether a model runs exactly these parts, one after the other, and nothing besides them."""
    if (described.get("InferenceExecutionConfig") or {}).get("Mode", "Serial") != "Serial":
        return False
    there = [_asked(place, one) for place, one in enumerate(containers_of(described), 1)]
    return there == [container_of(part) for part in parts]


def lives(described: Any, role: str, network: Any) -> bool:
    """Whether a model has this role and this network."""
    return bool(described["ExecutionRoleArn"] == role and network_of(described) == network)


def is_config(described: Any, wanted: Any) -> bool:
    """Whether a config serves what we would have let it serve, and sends its data nowhere else."""
    variants = variants_of(described)
    if len(variants) != 1:
        return False
    (there,), (ours,) = variants, wanted["ProductionVariants"]
    return (
        all(_filled(there.get(key)) == _filled(value) for key, value in ours.items())
        and not any(there.get(key) and key not in ours for key in _UNASKED)
        and all(_filled(described.get(key)) == _filled(wanted.get(key)) for key in _DECISIVE)
    )


def _asked(place: int, container: Any) -> Any:
    """What somebody asked for when this container was made (Amazon SageMaker API: ContainerDefinition)."""
    defaults = {
        "Mode": "SingleModel",
        "ContainerHostname": f"container-{place}",
        "ImageConfig": {"RepositoryAccessMode": "Platform"},
        "ModelDataSource": _echo(container),
    }
    return {key: value for key, value in container.items() if value and value != defaults.get(key)}


def _echo(container: Any) -> Any:
    """The ModelDataSource that says no more than ModelDataUrl does."""
    said = (container.get("ModelDataSource") or {}).get("S3DataSource") or {}
    url = {"S3Uri": container.get("ModelDataUrl"), "S3DataType": "S3Object", "CompressionType": "Gzip"}
    etag = {"ETag": said["ETag"]} if said.get("ETag") else {}
    return {"S3DataSource": {**url, **etag}}


def _filled(value: Any) -> Any:
    """A setting without what says nothing; None where all of it says nothing."""
    if isinstance(value, dict):
        filled = {key: _filled(one) for key, one in value.items()}
        return {key: one for key, one in filled.items() if one is not None} or None
    return value or None
