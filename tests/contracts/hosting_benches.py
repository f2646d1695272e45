"""Hosting for the contracts of endpoints: in memory, and in the local AWS."""

from typing import Any, Final, Protocol

from bot.domain.needs import Part
from bot.domain.policy import Instance, Rollout
from bot.domain.progress import Progress
from bot.usecases.hosting import Deployment, Endpoints, Serving
from tests.contracts.benches import unique
from tests.fakes.clock import FakeClock
from tests.fakes.endpoints import ROLLOUT_S, FakeEndpoints
from tests.fakes.hosting import BAKES_AFTER_S
from tests.fakes.registry import FakeRegistry

PROMOTION: Final = "p_0123456789ab"
ROLE: Final = "arn:aws:iam::123456789012:role/model"
A_VARIANT: Final[dict[str, Any]] = {"InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
M5, C5 = Instance("ml.m5.large"), Instance("ml.c5.xlarge", 2)


class Bench(Protocol):
    """Hosting, and what others do with it."""

    @property
    def endpoints(self) -> Endpoints: ...

    def register(self, *types: str) -> str:
        """Register a version that may run on these instance types; gives its ARN."""

    def settles(self, endpoint: str) -> Serving:
        """Wait for the rollout's end."""

    def reaches(self, endpoint: str, rollout: Rollout, phase: str) -> Progress:
        """Wait until the rollout is in this phase."""

    def instance(self, endpoint: str) -> Instance:
        """What the endpoint's config runs on."""

    def deployments(self, endpoint: str) -> int:
        """How many deployments of it began."""

    def fault(self, endpoint: str, outcome: str) -> None:
        """The next deployment will `rollback` or `fail`, because of disk full."""

    def somebody_changes(self, endpoint: str, arn: str) -> None:
        """Somebody else begins an update."""

    def delete(self, endpoint: str) -> None:
        """Somebody deletes the endpoint."""

    def loses_its_model(self, endpoint: str) -> None:
        """Somebody deletes the model behind the endpoint's config."""

    def refuses(self) -> None:
        """SageMaker will refuse the next deployment."""

    def has_alarm(self, name: str) -> None:
        """The team made an alarm."""

    def lacks_alarm(self, name: str) -> None:
        """The team made no such alarm."""


class OnFake:
    def __init__(self) -> None:
        self._clock = FakeClock()
        self._registry = FakeRegistry(self._clock)
        self.endpoints = FakeEndpoints(self._clock, self._registry)

    def register(self, *types: str) -> str:
        return self._registry.register("churn", instance_types=types).arn

    def settles(self, endpoint: str) -> Serving:
        self._clock.passes(ROLLOUT_S)
        serving = self.endpoints.serving(endpoint)
        assert serving
        assert serving.settled
        return serving

    def reaches(self, endpoint: str, rollout: Rollout, phase: str) -> Progress:
        self._clock.passes(BAKES_AFTER_S)
        progress = self.endpoints.progress(endpoint, rollout, self._clock.now())
        assert progress
        assert progress.phase == phase
        return progress

    def instance(self, endpoint: str) -> Instance:
        instance = self.endpoints.config(endpoint).instance
        assert instance
        return instance

    def deployments(self, endpoint: str) -> int:
        return sum(one.endpoint == endpoint for one in self.endpoints.deployed)

    def fault(self, endpoint: str, outcome: str) -> None:
        break_it = self.endpoints.rolls_back if outcome == "rollback" else self.endpoints.fails
        break_it(endpoint, "disk full")

    def somebody_changes(self, endpoint: str, arn: str) -> None:
        self.endpoints.is_changed(endpoint, arn)

    def delete(self, endpoint: str) -> None:
        self.endpoints.delete(endpoint)

    def loses_its_model(self, endpoint: str) -> None:
        self.endpoints.loses_its_model(endpoint)

    def refuses(self) -> None:
        self.endpoints.refuses("Injected by the playground.")

    def has_alarm(self, name: str) -> None:
        self.endpoints.cloudwatch.is_there(name)

    def lacks_alarm(self, name: str) -> None:
        self.endpoints.cloudwatch.lacks(name)


def a_part(**facts: Any) -> Part:
    """A container whose artifact nobody else has; it need not be there."""
    artifact = f"s3://project/{unique('artifact')}/model.tar.gz"
    return Part(**{"image": f"acme/xgboost@sha256:{'1' * 64}", "artifact": artifact, **facts})


def a_deployment(endpoint: str, arn: str, **facts: Any) -> Deployment:
    """A deployment of a name of its own; `facts` are fields of it."""
    told: dict[str, Any] = {
        "name": unique("deployment"),
        "parts": (a_part(environment={"WORKERS": "2"}),),
        "rollout": Rollout(),
        "instance": M5,
        "tags": (("mlops:model", "churn"), ("mlops:promotion", PROMOTION)),
        **facts,
    }
    return Deployment(endpoint=endpoint, arn=arn, **told)
