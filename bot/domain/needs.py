"""What a package needs of S3 and of ECR, and what of it will run."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bot.domain.artifact import Blob
from bot.domain.model import Container, Package
from bot.domain.refusals import NotPossible
from bot.domain.wording import strip

_S3: Final = re.compile(r"s3[an]?://[a-z0-9._/-]*", re.IGNORECASE)
_ONE_OBJECT: Final = re.compile(r"s3://[^/\s,;]+/(?:(?!s3[an]?://)[^,;\s])*[^,;\s/]")
_COMPRESSED: Final = "Gzip"
# Amazon SageMaker API: ModelPackageContainerDefinition. They name data that is not carried along.
_NOT_CARRIED: Final[Mapping[str, str]] = {
    "ProductId": "is a product of AWS Marketplace",
    "AdditionalS3DataSource": "names an AdditionalS3DataSource",
    "AdditionalModelDataSources": "names AdditionalModelDataSources",
}


@dataclass(frozen=True)
class Need:
    """An object in S3 that a container needs; `needed_by` names it for people."""

    needed_by: str
    uri: str


@dataclass(frozen=True)
class Copy:
    """A needed object as it was found, and the project's own copy of it, None until it is made."""

    needed_by: str
    source: Blob
    kept: Blob | None = None


@dataclass(frozen=True)
class Part:
    """One container as it will run: its image pinned by digest, its artifact and the addresses in its
    environment those of the project's copies. `hostname` is empty where the package gives none.
    """

    image: str
    artifact: str
    environment: Mapping[str, str] = field(default_factory=dict)
    hostname: str = ""


def needs_of(package: Package) -> tuple[Need, ...]:
    """Every object that the package's containers need, in order.

    Raises:
        NotPossible: A container needs something that cannot be carried along; the sentence names it.
    """
    if not package.containers:
        raise NotPossible(
            f"{package.version} has no containers to deploy. Register it with an InferenceSpecification."
        )
    found = []
    for number, container in enumerate(package.containers, 1):
        _refuse_movable(package, number, container)
        _refuse_strange(package, number, container)
        found += list(_needs(package, number, container))
    return tuple(found)


def parts_of(package: Package, copies: Sequence[Copy]) -> tuple[Part, ...]:
    """What will run, from the project's own copies. Every copy must have been made."""
    kept = {copy.needed_by: copy.kept.uri for copy in copies if copy.kept}
    return tuple(_part(number, container, kept) for number, container in enumerate(package.containers, 1))


def pinned(container: Container) -> str:
    """The image by its digest, where the registry has one: a tag may be moved.

    SageMaker takes `registry/repository[@digest]` (Amazon SageMaker API: ContainerDefinition).
    """
    image, _, digest = container.image.partition("@")
    digest = digest or container.image_digest
    if not digest:
        return image
    path, slash, name = image.rpartition("/")
    return f"{path}{slash}{name.partition(':')[0]}@{digest}"


def _part(number: int, container: Container, kept: Mapping[str, str]) -> Part:
    environment = {
        name: kept[_variable(number, name)] if _S3.search(value) else value
        for name, value in container.environment.items()
    }
    return Part(
        image=pinned(container),
        artifact=kept[_artifact(number)] if container.artifact else "",
        environment=environment,
        hostname=_hostname(number, container),
    )


def _hostname(number: int, container: Container) -> str:
    # By its place SageMaker calls it so itself (Amazon SageMaker API: ContainerDefinition).
    named = str(_rest(container).get("ContainerHostname", ""))
    return "" if named == f"container-{number}" else named


def _artifact(number: int) -> str:
    return f"container {number} artifact"


def _variable(number: int, name: str) -> str:
    # Not without `variable`: a variable may be called `artifact`.
    return f"container {number} variable {name}"


def _needs(package: Package, number: int, container: Container) -> Iterator[Need]:
    if container.artifact:
        yield Need(_artifact(number), container.artifact)
    for name, value in sorted(container.environment.items()):
        if not (named := _S3.search(value)):
            continue
        if not _ONE_OBJECT.fullmatch(value):
            # The address and no more of the value: what stands around it may be secret.
            raise NotPossible(
                f"{package.version}: {strip(name)} of container {number} names something in S3 "
                f"(“{named[0]}”), and I can carry along one object only, as s3://bucket/key. Let it name one "
                f"object, or pack it into the artifact, then register the version again."
            )
        yield Need(_variable(number, name), value)


def _refuse_movable(package: Package, number: int, container: Container) -> None:
    image, _, digest = pinned(container).partition("@")
    if not image or not digest:
        raise NotPossible(
            f"{package.version}: the registry has no digest of container {number}’s image, so nobody could "
            f"say what was approved once its tag is moved. Register the version with an image by its digest."
        )


def _refuse_strange(package: Package, number: int, container: Container) -> None:
    rest = _rest(container)
    source = (rest.get("ModelDataSource") or {}).get("S3DataSource") or {}
    strange = next((says for key, says in _NOT_CARRIED.items() if rest.get(key)), "")
    if source and (
        source.get("S3Uri") != container.artifact or source.get("CompressionType") not in {None, _COMPRESSED}
    ):
        strange = f"has its model data under {strip(str(source.get('S3Uri', 'a prefix')))}"
    if strange:
        raise NotPossible(
            f"{package.version}: container {number} {strange}, which I cannot seal and carry along. Register "
            f"the version with one compressed artifact for each container."
        )


def _rest(container: Container) -> Mapping[str, Any]:
    return dict(json.loads(container.rest)) if container.rest else {}
