"""The keys of nodes: one thing has one key, whoever tells of it."""

import re
from typing import Final

from bot.domain.lineage.graph import Kind, Node
from bot.domain.model import Version

_S3: Final = "s3://"
_JOBS: Final = ("training", "processing", "transform")
_ARN: Final = re.compile(
    r"arn:[^:]+:sagemaker:[^:]*:[^:]*:(?P<kind>[a-z-]+)/(?P<name>.+)$"
)  # Service Authorization Reference: Resource types defined by Amazon SageMaker
_TRIAL: Final = re.compile(r"(?P<name>.+)-aws-(?P<kind>training|processing|transform)-job$")


def data(uri: str) -> str:
    """What lies at an address in S3, a prefix or an object; anything else that holds data by its address."""
    return uri if uri.startswith(_S3) else f"data:{uri}"


def features(name: str) -> str:
    """A feature group of the Feature Store."""
    return f"features:{name}"


def job(kind: str, name: str) -> str:
    """A job; `kind` is `training`, `processing` or `transform`. ARNs have its name in small letters."""
    return f"job:{kind}/{name.lower()}"


def image(address: str) -> str:
    """A container image, as it is addressed: with its tag or its digest."""
    return f"image:{address}"


def commit(sha: str) -> str:
    """A commit of the code."""
    return f"commit:{sha}"


def version(of: Version) -> str:
    """A version of a model."""
    return f"version:{of}"


def promotion(promotion_id: str) -> str:
    """A promotion."""
    return f"promotion:{promotion_id}"


def endpoint(name: str) -> str:
    """An endpoint. ARNs have its name in small letters."""
    return f"endpoint:{name.lower()}"


def other(name: str) -> str:
    """Whatever else SageMaker's graph has, by ARN."""
    return f"other:{name}"


def version_of(key: str) -> Version | None:
    """The version that a key names, None where it names something else."""
    model, _, number = key.removeprefix("version:").rpartition(":")
    return Version(model, int(number)) if key.startswith("version:") and _is_number(number) else None


def kind_of(key: str) -> Kind:
    """What the key's thing is, where nothing else is known of it."""
    if key.startswith(_S3):
        return Kind.DATA
    return _KINDS.get(key.partition(":")[0], Kind.OTHER)


def name_of(key: str) -> str:
    """What people call it: an address whole, a job without its kind."""
    if key.startswith(_S3):
        return key
    prefix, _, name = key.partition(":")
    return name.partition("/")[2] if prefix == "job" else name


def bare(key: str) -> Node:
    """The node of which nothing but its key is known."""
    return Node(key, kind_of(key), name_of(key))


def of_arn(arn: str) -> str:
    """The key of what an ARN of SageMaker's names. A job's trial component is the job itself (SageMaker
    Developer Guide: Amazon SageMaker AI-created tracking entities).
    """
    match = _ARN.match(arn)
    kind, name = (match["kind"], match["name"]) if match else ("", "")
    if kind.endswith("-job") and kind.removesuffix("-job") in _JOBS:
        return job(kind.removesuffix("-job"), name)
    if kind == "experiment-trial-component" and (trial := _TRIAL.match(name)):
        return job(trial["kind"], trial["name"])
    if kind == "model-package" and _is_number((parts := name.rpartition("/"))[2]):
        return version(Version(parts[0], int(parts[2])))
    if kind == "endpoint":
        return endpoint(name)
    if kind == "feature-group":
        return features(name)
    return other(arn)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


_KINDS: Final = {
    "data": Kind.DATA,
    "features": Kind.FEATURES,
    "job": Kind.JOB,
    "image": Kind.IMAGE,
    "commit": Kind.COMMIT,
    "version": Kind.VERSION,
    "promotion": Kind.PROMOTION,
    "endpoint": Kind.ENDPOINT,
}
