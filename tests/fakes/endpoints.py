"""The Endpoints port in memory."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.domain.model import Version
from bot.domain.policy import Instance
from bot.domain.refusals import NotPossible
from bot.usecases.ports import Deployment, EndpointBusy, Serving
from tests.fakes.clock import FakeClock
from tests.fakes.registry import FakeRegistry

ROLLOUT_S: Final = 60
"""So long a rollout takes."""


@dataclass(frozen=True)
class Config:
    """What a config of that name serves, and on what."""

    name: str
    arn: str
    instance: Instance


@dataclass
class _Endpoint:
    config: Config | None
    status: str
    modified_at: datetime
    reason: str = ""
    target: Config | None = None
    settles_at: datetime | None = None
    fault: tuple[str, str] = ("", "")


class FakeEndpoints:
    """Endpoints that take their time; `deployed` has every deployment that began, oldest first."""

    def __init__(self, clock: FakeClock, registry: FakeRegistry) -> None:
        self._clock, self._registry = clock, registry
        self._endpoints: dict[str, _Endpoint] = {}
        self._faults: dict[str, tuple[str, str]] = {}
        self._refusal = ""
        self.deployed: list[Deployment] = []

    def serving(self, endpoint: str) -> Serving | None:
        """See the port."""
        found = self._now(endpoint)
        if found is None:
            return None
        return Serving(
            endpoint,
            found.status,
            settled=found.settles_at is None,
            config=found.config.name if found.config else "",
            arns=(found.config.arn or "no model",) if found.config else (),
            modified_at=found.modified_at,
            reason=found.reason,
        )

    def deploy(self, deployment: Deployment) -> None:
        """See the port."""
        found = self._now(deployment.endpoint)
        if found and deployment.name in {part.name for part in (found.config, found.target) if part}:
            return
        if found and found.status == "Failed":
            raise NotPossible(
                f"`{deployment.endpoint}` is Failed and takes no update any more. Delete that endpoint, then "
                f"propose this version again."
            )
        if found and found.settles_at:
            raise EndpointBusy(f"{deployment.endpoint} is {found.status}")
        serves = found.config.name if found and found.config else ""
        if deployment.replaces is not None and serves != deployment.replaces:
            raise EndpointBusy(f"{deployment.endpoint} serves {serves}, not {deployment.replaces}")
        if self._refusal:
            raise NotPossible(f"SageMaker refused: {self._refusal.rstrip('.')}.")
        config = Config(deployment.name, deployment.arn, self._instance(deployment, found))
        self.deployed.append(deployment)
        self._begin(deployment.endpoint, config)

    def config(self, endpoint: str) -> Config:
        """The config that the endpoint has now."""
        found = self._now(endpoint)
        assert found
        assert found.config
        return found.config

    def refuses(self, reason: str) -> None:
        """SageMaker takes no deployment from now on."""
        self._refusal = reason

    def rolls_back(self, endpoint: str, reason: str) -> None:
        """What the endpoint's next deployment will come to."""
        self._faults[endpoint] = ("rollback", reason)

    def fails(self, endpoint: str, reason: str) -> None:
        """What the endpoint's next deployment will come to."""
        self._faults[endpoint] = ("fail", reason)

    def serves(self, endpoint: str, arn: str) -> None:
        """Somebody else lets the endpoint serve this, at once."""
        config = Config("by-hand", arn, Instance("ml.c5.xlarge", 2))
        self._endpoints[endpoint] = _Endpoint(config, "InService", self._clock.now())

    def is_changed(self, endpoint: str, arn: str) -> None:
        """Somebody else begins to change the endpoint."""
        self._begin(endpoint, Config("by-hand", arn, Instance("ml.c5.xlarge", 2)))

    def loses_its_model(self, endpoint: str) -> None:
        """Somebody deletes the model behind the endpoint's config."""
        config = self.config(endpoint)
        self._endpoints[endpoint].config = replace(config, arn="")

    def delete(self, endpoint: str) -> None:
        """Somebody deletes the endpoint."""
        del self._endpoints[endpoint]

    def _begin(self, endpoint: str, config: Config) -> None:
        now = self._clock.now()
        status = "Updating" if endpoint in self._endpoints else "Creating"
        found = self._endpoints.setdefault(endpoint, _Endpoint(None, status, now))
        found.status, found.target, found.modified_at, found.reason = status, config, now, ""
        found.config = found.config or config
        found.settles_at = datetime.fromtimestamp(now.timestamp() + ROLLOUT_S, now.tzinfo)
        found.fault = self._faults.pop(endpoint, ("", ""))

    def _now(self, endpoint: str) -> _Endpoint | None:
        found, now = self._endpoints.get(endpoint), self._clock.now()
        if found and found.settles_at and now >= found.settles_at:
            outcome, found.reason = found.fault
            found.status = "Failed" if outcome == "fail" else "InService"
            found.config = found.config if outcome else found.target
            found.modified_at, found.target, found.settles_at = found.settles_at, None, None
        return found

    def _instance(self, deployment: Deployment, found: _Endpoint | None) -> Instance:
        if found and found.config:
            return found.config.instance
        if deployment.instance:
            return deployment.instance
        if types := self._registry.package(Version.of_arn(deployment.arn)).instance_types:
            return Instance(types[0])
        raise NotPossible(
            f"I do not know what `{deployment.endpoint}` shall run on. Give the stage an "
            f'`instance = {{ type = "ml.m5.large" }}` in mlops.toml.'
        )
