"""SageMaker models: made of explicit containers, and read back."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from bot.aws.hosting import other_content
from bot.aws.replies import deleted, found, is_taken
from bot.aws.tags import PACKAGE, PROMOTION, is_made_for, tag_of, tags_of
from bot.aws.taken import container_of, containers_of, lives, network_of, runs
from bot.domain.needs import Part
from bot.domain.refusals import NotPossible
from bot.domain.wording import strip
from bot.usecases.hosting import Deployment

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

_NO_MODEL: Final = "no model"


@dataclass(frozen=True)
class Made:
    """What a model is made of; see Serving for `arns` and `parts`."""

    arns: tuple[str, ...] = (_NO_MODEL,)
    parts: tuple[Part, ...] = ()


class Models:
    """Models of one account and region; they run with `role`."""

    def __init__(self, client: "SageMakerClient", role: str) -> None:
        self._client, self._role = client, role

    def make(self, deployment: Deployment, network: Any) -> None:
        """The model of a deployment, with this network. What has its name already is ours if it runs the
        same in the same place, and is tagged anew: it was made for the test, before all of the envelope
        was known. Raises NotPossible.
        """
        if self._create(deployment, network):
            return
        described = self._describe(deployment.name)
        if described is not None and self._is_outdated(described, deployment, network):
            self.delete(deployment.name)
            if self._create(deployment, network):
                return
            described = self._describe(deployment.name)
        same = described is not None and runs(described, deployment.parts)
        if not same or not lives(described, self._role, network):
            raise NotPossible(other_content("model", deployment.name))
        self._client.add_tags(ResourceArn=described["ModelArn"], Tags=_tags(deployment))

    def look(self, model: str) -> Made:
        """What a model is made of, also where its name is empty or it was deleted."""
        described = self._describe(model)
        containers = containers_of(described)
        if not containers:
            return Made()
        if any(container.get("ModelPackageName") for container in containers):
            return Made(tuple(_said(container) for container in containers))
        package = tag_of(self._client, described["ModelArn"], PACKAGE)
        arns = (package,) if package else tuple(_said(container) for container in containers)
        return Made(arns, tuple(_part(place, one) for place, one in enumerate(containers, 1)))

    def network(self, model: str) -> Any:
        """A model's network settings: a private one must not be followed by a public one.

        They belong to the model, not to the endpoint (Amazon SageMaker API: CreateModel).
        """
        return network_of(self._describe(model) or {})

    def forget(self, model: str, promotion: str) -> None:
        """Delete it, if it is there and was made for this promotion."""
        described = self._describe(model)
        if described is not None and is_made_for(self._client, described["ModelArn"], promotion):
            self.delete(model)

    def delete(self, model: str) -> None:
        """Delete it, if it is there."""
        deleted(self._client.delete_model, self._client.describe_model, ModelName=model)

    def _create(self, deployment: Deployment, network: Any) -> bool:
        """Whether the name was free."""
        try:
            self._client.create_model(
                ModelName=deployment.name,
                ExecutionRoleArn=self._role,
                Containers=[container_of(part) for part in deployment.parts],
                Tags=_tags(deployment),
                **network,
            )
        except ClientError as error:
            if not is_taken(error):
                raise
            return False
        return True

    def _is_outdated(self, described: Any, deployment: Deployment, network: Any) -> bool:
        """Whether it is this deployment's own, made while another network or role was wanted, and nothing
        uses it yet: what deploys it is the config of its name.
        """
        if lives(described, self._role, network) or not runs(described, deployment.parts):
            return False
        promotion = dict(deployment.tags).get(PROMOTION, "")
        if not is_made_for(self._client, described["ModelArn"], promotion):
            return False
        config = found(self._client.describe_endpoint_config, EndpointConfigName=deployment.name)
        return config is None

    def _describe(self, model: str) -> Any:
        return found(self._client.describe_model, ModelName=model) if model else None


def _tags(deployment: Deployment) -> Any:
    return tags_of((*deployment.tags, (PACKAGE, deployment.arn)))


def _part(place: int, container: Any) -> Part:
    hostname = container.get("ContainerHostname", "")
    return Part(
        image=container.get("Image", ""),
        artifact=container.get("ModelDataUrl", ""),
        environment=dict(container.get("Environment") or {}),
        # SageMaker names those that nobody named, by their place (Amazon SageMaker API: ContainerDefinition).
        hostname="" if hostname == f"container-{place}" else hostname,
    )


def _said(container: Any) -> str:
    """What a container serves: its package's ARN, or a text that is no ARN."""
    if arn := container.get("ModelPackageName"):
        return str(arn)
    return f"image without a package: {strip(container.get('Image', ''))}"
