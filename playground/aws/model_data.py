"""Where a SageMaker model's containers and their data come from: the registry and S3."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from playground.aws.tiny_model import UnusableModel


def containers_of(store: Any, model_name: str) -> list[dict[str, Any]]:
    """The containers of a model, with those of the packages that it names in the packages' place.

    Raises:
        UnusableModel: a package is no longer there, or the model is not.
    """
    model = store._models.get(model_name)
    if model is None:
        raise UnusableModel(f"Could not find model {model_name}.")
    named = model.containers or ([model.primary_container] if model.primary_container else [])
    return [container for own in named for container in _resolved(store, own)]


def reader(s3: Any) -> Callable[[str], bytes]:
    """Read s3:// addresses with this S3 client; what cannot be read makes the model unusable."""

    def read(address: str) -> bytes:
        bucket, _, key = address.removeprefix("s3://").partition("/")
        try:
            return bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        except ClientError as problem:
            said = problem.response["Error"].get("Message", "")
            raise UnusableModel(f"Could not access model data at {address}. {said}".strip()) from problem

    return read


def _resolved(store: Any, own: dict[str, Any]) -> list[dict[str, Any]]:
    """A container that names a package is the package's containers; its environment goes over theirs."""
    name = own.get("ModelPackageName")
    if not name:
        return [own]
    package = store.model_packages.get(store.model_package_name_mapping.get(name, name))
    if package is None:
        raise UnusableModel(f"ModelPackage {name} does not exist.")
    environment = own.get("Environment") or {}
    return [
        {**container, "Environment": {**(container.get("Environment") or {}), **environment}}
        for container in (package.inference_specification or {}).get("Containers", [])
    ]
