"""What the fake endpoints are made of: configs, refusals and phases."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.model import Version
from bot.domain.policy import Capture, Instance, Rollout, RolloutKind, Serverless
from bot.domain.progress import Progress
from bot.domain.refusals import NotPossible
from bot.usecases.hosting import Deployment, EndpointBusy
from tests.fakes.models import Tags
from tests.fakes.registry import FakeRegistry

BY_HAND: Final = "by-hand"
"""The config of what somebody else lets an endpoint serve."""
BAKES_AFTER_S: Final = 20
"""So long a rollout prepares before it bakes."""


@dataclass(frozen=True)
class Config:
    """What a config of that name serves, and on what: `instance` is None where it is serverless. `tags`
    say for whom it was made.
    """

    name: str
    model: str
    instance: Instance | None = None
    serverless: Serverless | None = None
    capture: Capture | None = None
    tags: Tags = ()


def config_of(deployment: Deployment, current: Config | None, registry: FakeRegistry) -> Config:
    """A first deployment's config, or what there is with another model and another capture."""
    if current:
        _check_kind(deployment, current)
        capture = deployment.capture or current.capture
        name, tags = deployment.name, deployment.tags
        return replace(current, name=name, model=name, capture=capture, tags=tags)
    return Config(
        deployment.name,
        deployment.name,
        None if deployment.serverless else deployment.instance or _by_package(deployment, registry),
        deployment.serverless,
        deployment.capture,
        deployment.tags,
    )


def refuse_update(endpoint: str, status: str) -> None:
    """What SageMaker says to an update in this status."""
    if status == "Failed":
        raise NotPossible(
            f"`{endpoint}` is Failed and takes no update any more. Delete that endpoint, then propose this "
            f"version again."
        )
    if status != "InService":
        raise EndpointBusy(f"{endpoint} is {status}")


def progress_of(
    status: str, began: datetime, now: datetime, rollout: Rollout, counts: tuple[int, int]
) -> Progress:
    """Creating first, then Baking until the end."""
    if status == "Creating" or now < began + timedelta(seconds=BAKES_AFTER_S):
        percent = 0 if rollout.kind is RolloutKind.CANARY else None
        return Progress("Creating", percent, began, 0, *counts)
    percent = rollout.percent if rollout.kind is RolloutKind.CANARY else None
    since = began + timedelta(seconds=BAKES_AFTER_S)
    return Progress("Baking", percent, since, rollout.bake.total_seconds(), *counts)


def _check_kind(deployment: Deployment, current: Config) -> None:
    if current.serverless and not deployment.serverless:
        raise NotPossible(
            f"`{deployment.endpoint}` is serverless, and its stage in mlops.toml is not; there would be no "
            f"way back. Give the stage a `serverless`, or another `endpoint`, then propose this "
            f"version again."
        )
    if deployment.serverless and not current.serverless:
        raise NotPossible(
            f"`{deployment.endpoint}` runs on instances, and SageMaker cannot make it serverless. Take "
            f"`serverless` out of its stage in mlops.toml, or give the stage another `endpoint`, then "
            f"propose this version again."
        )


def _by_package(deployment: Deployment, registry: FakeRegistry) -> Instance:
    if types := registry.package(Version.of_arn(deployment.arn)).instance_types:
        return Instance(types[0])
    raise NotPossible(
        f"I do not know what `{deployment.endpoint}` shall run on. Give the stage an "
        f'`instance = {{ type = "ml.m5.large" }}` in mlops.toml.'
    )
