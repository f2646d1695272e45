"""The Endpoints port over SageMaker hosting and CloudWatch."""

from collections.abc import Sequence
from datetime import datetime

from bot.aws.alarms import CloudWatchAlarms
from bot.aws.clients import Clients
from bot.aws.deployments import Deployments
from bot.aws.hosting import SETTLED, first_model, instance_of, pending_config, variants_of
from bot.aws.invocations import answers_of
from bot.aws.models import Models
from bot.aws.replies import found
from bot.aws.traffic import Traffic, known
from bot.domain.policy import Rollout
from bot.domain.progress import Progress
from bot.domain.wording import strip
from bot.usecases.hosting import Alarm, Deployment, Serving


class SageMakerEndpoints:
    """Endpoints of one account and region; models run with `role`. A client is made when it is needed."""

    def __init__(self, clients: Clients, role: str) -> None:
        self._clients = clients
        self._models = Models(clients.sagemaker, role)
        self._deployments = Deployments(clients, self._models)

    def serving(self, endpoint: str) -> Serving | None:
        """See the port."""
        client = self._clients.sagemaker
        described = found(client.describe_endpoint, EndpointName=endpoint)
        if described is None:
            return None
        name = described["EndpointConfigName"]
        config = found(client.describe_endpoint_config, EndpointConfigName=name)
        made = [self._models.look(variant.get("ModelName", "")) for variant in variants_of(config)]
        return Serving(
            endpoint=endpoint,
            status=described["EndpointStatus"],
            settled=described["EndpointStatus"] in SETTLED,
            config=name,
            arns=tuple(arn for one in made for arn in one.arns),
            modified_at=described["LastModifiedTime"],
            reason=strip(described.get("FailureReason", "")),
            parts=made[0].parts if made else (),
            model=first_model(config),
            pending=pending_config(described),
            instance=instance_of(config, described),
        )

    def make_model(self, deployment: Deployment) -> None:
        """See the port."""
        self._deployments.make_model(deployment)

    def deploy(self, deployment: Deployment) -> None:
        """See the port. A model and an endpoint config of the deployment's name are made first; both
        names are the promotion's own, so what is there already is ours if it has our content.
        """
        self._deployments.deploy(deployment)

    def put_back(self, endpoint: str, config: str, instead_of: str) -> None:
        """See the port."""
        self._deployments.put_back(endpoint, config, instead_of)

    def remove(self, endpoint: str, config: str) -> bool:
        """See the port."""
        return self._deployments.remove(endpoint, config)

    def forget(self, name: str, endpoint: str, promotion: str) -> None:
        """See the port."""
        self._deployments.forget(name, endpoint, promotion)

    def progress(self, endpoint: str, rollout: Rollout, since: datetime) -> Progress | None:
        """See the port."""
        client = self._clients.sagemaker
        described = known(client.describe_endpoint, EndpointName=endpoint)
        if described is None:
            return None
        return Traffic(client, self._clients.cloudwatch).progress(described, rollout, since)

    def answer(self, endpoint: str, lines: Sequence[str]) -> Sequence[str]:
        """See the port."""
        return answers_of(self._clients.runtime, endpoint, lines)

    def alarms(self, names: Sequence[str]) -> Sequence[Alarm]:
        """See the port."""
        return CloudWatchAlarms(self._clients.cloudwatch).look(names) if names else ()
