"""What answers behind an endpoint: the models that were loaded when it was deployed, and who gets which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from playground.aws.draws import SILVER, Draws
from playground.aws.model_data import containers_of
from playground.aws.tiny_model import TinyModel, UnusableModel, load, model_of

_SCHEME: Final = "s3://"
_MISSING: Final = ("NoSuchKey", "NoSuchBucket")


class MissingArtifact(LookupError):  # noqa: N818 - reads as what it is
    """There is nothing at an artifact's address."""


class BrokenArtifact(Exception):  # noqa: N818 - likewise
    """There is something at an artifact's address that is no model."""


@dataclass(frozen=True)
class Variant:
    """One production variant; without a model it has a problem, which every call of it is told."""

    name: str
    weight: float
    model: TinyModel | None
    problem: str = ""


@dataclass(frozen=True)
class Fleet:
    """The instances of one endpoint configuration, with the models that they downloaded."""

    variants: tuple[Variant, ...]
    deployment: int  # faults that are older than it do not befall it
    capture: Mapping[str, Any] | None = None  # the configuration's DataCaptureConfig


class Serving:
    """Who answers for one endpoint: a fleet, and while it rolls out a share of the next one."""

    def __init__(self) -> None:
        self.fleet: Fleet | None = None
        self._next: Fleet | None = None
        self._share = 0.0
        self._fleet_draws, self._variant_draws, self.capture_draws = Draws(), Draws(SILVER), Draws()

    def shift(self, following: Fleet, share: float) -> None:
        """From now on this share of the calls goes to the fleet that follows."""
        if self._next is not following or share != self._share:
            self._fleet_draws = Draws()
        self._next, self._share = following, share

    def settle(self, fleet: Fleet | None) -> None:
        """From now on all calls go to this fleet; None is whichever it was before the rollout."""
        self.fleet, self._next = fleet or self.fleet, None

    def pick(self, target: str | None) -> tuple[Fleet, Variant] | None:
        """Who answers the next call, or the call for this variant; None when nobody can."""
        following = self._next
        fleet = following if following and self._fleet_draws.next() < self._share else self.fleet
        if fleet is None:
            return None
        variants = [variant for variant in fleet.variants if target in (None, variant.name)]
        return (fleet, self._of(variants)) if variants else None

    def _of(self, variants: Sequence[Variant]) -> Variant:
        left = self._variant_draws.next() * sum(variant.weight for variant in variants)
        for variant in variants:
            left -= variant.weight
            if left < 0:
                return variant
        return variants[-1]


class Loader:
    """Reads the models of an endpoint configuration out of S3, as instances do when they start."""

    def __init__(self, store: Any, s3: Any) -> None:
        self._store, self._s3 = store, s3

    def fleet(self, config: Mapping[str, Any], deployment: int) -> Fleet:
        """A new fleet, with the bytes that S3 has now.

        Raises:
            BrokenArtifact: an artifact is there, but no instance could run it.
        """
        variants = tuple(self._variant(variant) for variant in config["ProductionVariants"])
        return Fleet(variants, deployment, config.get("DataCaptureConfig"))

    def _variant(self, described: Mapping[str, Any]) -> Variant:
        name, weight = described["VariantName"], float(described.get("InitialVariantWeight") or 1.0)
        try:
            containers = containers_of(self._store, described.get("ModelName", ""))
            return Variant(name, weight, model_of(containers, self._read))
        except (UnusableModel, MissingArtifact) as problem:
            return Variant(name, weight, None, str(problem))

    def _read(self, address: str) -> bytes:
        bucket, _, key = address.removeprefix(_SCHEME).partition("/")
        try:
            content = bytes(self._s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        except ClientError as refused:
            if refused.response["Error"]["Code"] in _MISSING:
                raise MissingArtifact(f"Could not find model data at {address}.") from refused
            raise
        try:
            load(content)
        except UnusableModel as problem:
            raise BrokenArtifact(f"{address} cannot be used: {problem}") from problem
        return content
