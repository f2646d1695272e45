"""The Endpoints port in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.policy import Instance, Rollout
from bot.domain.progress import Progress
from bot.domain.refusals import NotPossible
from bot.usecases.hosting import Alarm, Deployment, EndpointBusy, Serving
from tests.fakes.alarms import FakeAlarms
from tests.fakes.clock import FakeClock
from tests.fakes.hosting import BY_HAND, Config, config_of, progress_of, refuse_update
from tests.fakes.models import FakeModel, FakeModels, is_made_for
from tests.fakes.registry import FakeRegistry

ROLLOUT_S: Final = 60
"""So long a rollout takes."""


@dataclass
class _Endpoint:
    config: Config
    status: str
    modified_at: datetime
    first: str = ""
    reason: str = ""
    target: Config | None = None
    began_at: datetime | None = None
    fault: tuple[str, str] = ("", "")
    counts: tuple[int, int] = (0, 0)
    wrong: bool = False

    @property
    def names(self) -> set[str]:
        return {one.name for one in (self.config, self.target) if one}


class FakeEndpoints:
    """Endpoints that take their time; `deployed` has every deployment that began, oldest first."""

    def __init__(self, clock: FakeClock, registry: FakeRegistry, models: FakeModels | None = None) -> None:
        self._clock, self._registry = clock, registry
        self.models, self.cloudwatch = models or FakeModels(), FakeAlarms(clock)
        self._endpoints: dict[str, _Endpoint] = {}
        self._configs: dict[str, Config] = {}
        self._faults: dict[str, tuple[str, str]] = {}
        self._refusal = ""
        self.deployed: list[Deployment] = []

    def serving(self, endpoint: str) -> Serving | None:
        """See the port."""
        found = self._now(endpoint)
        if found is None:
            return None
        model = self.models.find(found.config.model)
        return Serving(
            endpoint,
            found.status,
            settled=found.began_at is None,
            config=found.config.name,
            arns=(model.arn,) if model else ("no model",),
            modified_at=found.modified_at,
            reason=found.reason,
            parts=model.parts if model else (),
            model=found.config.model,
            pending=found.target.name if found.target and found.status == "Updating" else "",
            instance=found.config.instance,
        )

    def make_model(self, deployment: Deployment) -> None:
        """See the port."""
        self.models.make(deployment.name, FakeModel(deployment.arn, deployment.parts, deployment.tags))

    def deploy(self, deployment: Deployment) -> None:
        """See the port."""
        found = self._now(deployment.endpoint)
        if found and deployment.name in found.names:
            return
        if found:
            refuse_update(deployment.endpoint, found.status)
        serves = found.config.name if found else ""
        if deployment.replaces is not None and serves != deployment.replaces:
            raise EndpointBusy(f"{deployment.endpoint} serves {serves}, not {deployment.replaces}")
        config = config_of(deployment, found.config if found else None, self._registry)
        self.cloudwatch.make(deployment, rolls_back=found is not None and not config.serverless)
        self.make_model(deployment)
        if self._refusal:
            raise NotPossible(f"SageMaker refused: {self._refusal.rstrip('.')}.")
        self.deployed.append(deployment)
        self._begin(deployment.endpoint, config)

    def put_back(self, endpoint: str, config: str, instead_of: str) -> None:
        """See the port."""
        found = self._now(endpoint)
        if found is None:
            raise NotPossible(f"`{endpoint}` was deleted, so there is nothing to put back.")
        if config == (found.target or found.config).name:
            return
        refuse_update(endpoint, found.status)
        if found.config.name != instead_of:
            raise NotPossible(
                f"`{endpoint}` serves {found.config.name} by now and not {instead_of}, so I put nothing back."
            )
        if config not in self._configs:
            raise NotPossible(
                f"The config {config} was deleted, so `{endpoint}` cannot serve it again. Deploy a version "
                f"that the registry still has."
            )
        self._begin(endpoint, self._configs[config])

    def remove(self, endpoint: str, config: str) -> bool:
        """See the port."""
        found = self._now(endpoint)
        if found and (found.first != config or found.names != {config}):
            return False
        self.cloudwatch.delete(endpoint)
        if found and found.began_at:
            raise EndpointBusy(f"{endpoint} is {found.status}")
        return self._endpoints.pop(endpoint, None) is not None

    def forget(self, name: str, endpoint: str, promotion: str) -> None:
        """See the port."""
        found = self._now(endpoint)
        if found and name in found.names:
            return
        if name in self._configs and is_made_for(self._configs[name].tags, promotion):
            del self._configs[name]
        self.models.forget(name, promotion)

    def progress(self, endpoint: str, rollout: Rollout, since: datetime) -> Progress | None:
        """See the port."""
        assert since.tzinfo
        found = self._now(endpoint)
        if found is None or found.began_at is None:
            return None
        return progress_of(found.status, found.began_at, self._clock.now(), rollout, found.counts)

    def answer(self, endpoint: str, lines: Sequence[str]) -> Sequence[str]:
        """See the port; what serves answers until a rollout has ended."""
        found = self._now(endpoint)
        if found is None or found.status in {"Creating", "Failed"}:
            raise NotPossible(f"SageMaker refused: Endpoint {endpoint} of account 123456789012 not found.")
        try:
            answers = [self.models.answer(found.config.model, line) for line in lines]
        except ValueError as error:
            raise NotPossible(f"SageMaker refused: {error}.") from None
        return [f"9{one}" for one in answers] if found.wrong else answers

    def alarms(self, names: Sequence[str]) -> Sequence[Alarm]:
        """See the port."""
        return self.cloudwatch.look(names)

    def config(self, endpoint: str) -> Config:
        """The config that the endpoint has now."""
        found = self._now(endpoint)
        assert found
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

    def answers_wrong(self, endpoint: str) -> None:
        """From now on it answers something else than its model did in any transform."""
        self._endpoints[endpoint].wrong = True

    def is_asked(self, endpoint: str, requests: int, errors: int = 0) -> None:
        """So often it was asked since the rollout began, and so often it failed."""
        self._endpoints[endpoint].counts = (requests, errors)

    def serves(self, endpoint: str, arn: str) -> None:
        """Somebody else lets the endpoint serve this, at once."""
        config = self._by_hand(endpoint, arn)
        self._configs[config.name] = config
        self._endpoints[endpoint] = _Endpoint(config, "InService", self._clock.now())

    def is_changed(self, endpoint: str, arn: str) -> None:
        """Somebody else begins to change the endpoint."""
        self._begin(endpoint, self._by_hand(endpoint, arn))

    def loses_its_model(self, endpoint: str) -> None:
        """Somebody deletes the model behind the endpoint's config."""
        self.models.delete(self.config(endpoint).model)

    def delete(self, endpoint: str) -> None:
        """Somebody deletes the endpoint."""
        del self._endpoints[endpoint]

    def _by_hand(self, endpoint: str, arn: str) -> Config:
        model = f"by-hand-{endpoint}-{arn.rpartition('model-package/')[2].replace('/', '-')}"
        self.models.make(model, FakeModel(arn))
        return Config(BY_HAND, model, Instance("ml.c5.xlarge", 2))

    def _begin(self, endpoint: str, config: Config) -> None:
        now, new = self._clock.now(), endpoint not in self._endpoints
        self._configs[config.name] = config
        found = self._endpoints.setdefault(endpoint, _Endpoint(config, "Creating", now, first=config.name))
        found.status, found.target = "Creating" if new else "Updating", config
        found.modified_at = found.began_at = now
        found.reason, found.counts = "", (0, 0)
        found.fault = self._faults.pop(endpoint, ("", ""))

    def _now(self, endpoint: str) -> _Endpoint | None:
        found, now = self._endpoints.get(endpoint), self._clock.now()
        if found and found.began_at and now >= found.began_at + timedelta(seconds=ROLLOUT_S):
            outcome, found.reason = found.fault
            found.status = "Failed" if outcome == "fail" else "InService"
            found.config = found.config if outcome or not found.target else found.target
            found.modified_at = found.began_at + timedelta(seconds=ROLLOUT_S)
            found.target = found.began_at = None
        return found
