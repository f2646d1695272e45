"""All that changes an endpoint: deploying to it, putting it back, deleting it."""

from typing import Any

from botocore.exceptions import ClientError

from bot.aws.alarms import CloudWatchAlarms
from bot.aws.clients import Clients
from bot.aws.errors import message
from bot.aws.hosting import (
    SETTLED,
    check_kind,
    check_takes_updates,
    first_config,
    first_model,
    is_serverless,
    next_config,
    other_content,
    pending_config,
    sole_variant,
)
from bot.aws.models import Models
from bot.aws.replies import deleted, found, is_taken, refusals
from bot.aws.tags import FIRST_CONFIG, is_made_for, tag_of, tags_of
from bot.aws.taken import is_config
from bot.aws.traffic import deployment_config
from bot.domain.policy import Instance, Rollout, Serverless
from bot.domain.refusals import NotPossible
from bot.usecases.hosting import Deployment, EndpointBusy


class Deployments:
    """Deployments of one account and region."""

    def __init__(self, clients: Clients, models: Models) -> None:
        self._clients, self._models = clients, models
        self._client = clients.sagemaker

    def make_model(self, deployment: Deployment) -> None:
        """See Endpoints."""
        with refusals("SageMaker"):
            self._make_model(deployment, self._endpoint(deployment.endpoint))

    def deploy(self, deployment: Deployment) -> None:
        """See Endpoints."""
        with refusals("SageMaker"):
            current = self._endpoint(deployment.endpoint)
            if current and deployment.name in {current["EndpointConfigName"], pending_config(current)}:
                self._tag(current, deployment)
                return
            self._check_replaced(deployment, current)
            config = self._successor(deployment, current) if current else self._first(deployment)
            self._make_alarms(deployment, config, rolls_back=bool(current) and not is_serverless(config))
            self._make_model(deployment, current)
            self._make_config(deployment, config)
            if current:
                self._update(deployment.endpoint, deployment.name, config, deployment)
                self._tag(current, deployment)
            else:
                self._create(deployment)

    def put_back(self, endpoint: str, config: str, instead_of: str) -> None:
        """See Endpoints."""
        current = self._endpoint(endpoint)
        if current is None:
            raise NotPossible(f"`{endpoint}` was deleted, so there is nothing to put back.")
        serves, status = current["EndpointConfigName"], current["EndpointStatus"]
        on_its_way = pending_config(current) == config or (serves == config and status == "RollingBack")
        if on_its_way or (serves == config and status in SETTLED):
            return
        check_takes_updates(endpoint, status)
        if serves != instead_of:
            raise NotPossible(
                f"`{endpoint}` serves {serves} by now and not {instead_of}, so I put nothing back."
            )
        described = self._config(config)
        if described is None:
            raise NotPossible(
                f"The config {config} was deleted, so `{endpoint}` cannot serve it again. Deploy a version "
                f"that the registry still has."
            )
        with refusals("SageMaker"):
            self._update(endpoint, config, described)

    def remove(self, endpoint: str, config: str) -> bool:
        """See Endpoints. The alarms go first: whoever is stopped in between finds the endpoint again."""
        current = self._endpoint(endpoint)
        going = current is not None and current["EndpointStatus"] == "Deleting"
        if current and not going and not self._is_first(current, config):
            return False
        CloudWatchAlarms(self._clients.cloudwatch).delete(endpoint)
        if current and not going:
            with refusals("SageMaker"):
                deleted(self._client.delete_endpoint, self._client.describe_endpoint, EndpointName=endpoint)
        return current is not None

    def forget(self, name: str, endpoint: str, promotion: str) -> None:
        """See Endpoints."""
        current = self._endpoint(endpoint)
        if current and name in {current["EndpointConfigName"], pending_config(current)}:
            return
        with refusals("SageMaker"):
            config, client = self._config(name), self._client
            if config and is_made_for(client, config["EndpointConfigArn"], promotion):
                deleted(
                    client.delete_endpoint_config, client.describe_endpoint_config, EndpointConfigName=name
                )
            self._models.forget(name, promotion)

    def _is_first(self, current: Any, config: str) -> bool:
        """Whether the endpoint was created with this config and has no other."""
        if {current["EndpointConfigName"], pending_config(current) or config} != {config}:
            return False
        return tag_of(self._client, current["EndpointArn"], FIRST_CONFIG) == config

    def _check_replaced(self, deployment: Deployment, current: Any) -> None:
        if current:
            check_takes_updates(deployment.endpoint, current["EndpointStatus"])
        serves = current["EndpointConfigName"] if current else ""
        if deployment.replaces is not None and serves != deployment.replaces:
            raise EndpointBusy(f"{deployment.endpoint} serves {serves}, not {deployment.replaces}")

    def _make_alarms(self, deployment: Deployment, config: Any, *, rolls_back: bool) -> None:
        if not deployment.rules and not (rolls_back and deployment.alarms):
            return
        alarms = CloudWatchAlarms(self._clients.cloudwatch)
        if rolls_back:
            alarms.require(deployment)
        alarms.make(deployment, config["ProductionVariants"][0]["VariantName"])

    def _make_model(self, deployment: Deployment, current: Any) -> None:
        serves = first_model(self._config(current["EndpointConfigName"])) if current else ""
        self._models.make(deployment, self._models.network(serves))

    def _make_config(self, deployment: Deployment, config: Any) -> None:
        name = deployment.name
        try:
            self._client.create_endpoint_config(
                EndpointConfigName=name, Tags=tags_of(deployment.tags), **config
            )
        except ClientError as error:
            if not is_taken(error):
                raise
            if not is_config(self._config(name), config):
                raise NotPossible(other_content("endpoint config", name)) from None

    def _create(self, deployment: Deployment) -> None:
        try:
            self._client.create_endpoint(
                EndpointName=deployment.endpoint,
                EndpointConfigName=deployment.name,
                Tags=tags_of((*deployment.tags, (FIRST_CONFIG, deployment.name))),
            )
        except ClientError as error:
            if not is_taken(error):
                raise
            # Another first version was quicker: when its rollout has ended, ours is an update.
            raise EndpointBusy(message(error)) from error

    def _update(self, endpoint: str, name: str, config: Any, deployment: Deployment | None = None) -> None:
        """To a config, under the deployment's guardrails, or all at once where there is none.

        A serverless endpoint takes none of them (SageMaker Developer Guide: Deployment guardrails).
        """
        how: dict[str, Any] = {}
        if not is_serverless(config):
            rollout, alarms = (deployment.rollout, deployment.alarms) if deployment else (Rollout(), ())
            # Scaling moved the instances and weights since the old config was written: they stay as they
            # are now (Amazon SageMaker API: UpdateEndpoint).
            how = {
                "RetainAllVariantProperties": True,
                "DeploymentConfig": deployment_config(rollout, alarms),
            }
        self._client.update_endpoint(EndpointName=endpoint, EndpointConfigName=name, **how)

    def _tag(self, current: Any, deployment: Deployment) -> None:
        """The endpoint says whose it is from now on."""
        self._client.add_tags(ResourceArn=current["EndpointArn"], Tags=tags_of(deployment.tags))

    def _first(self, deployment: Deployment) -> Any:
        return first_config(deployment.name, self._runs_on(deployment), deployment.capture)

    def _successor(self, deployment: Deployment, current: Any) -> Any:
        config = self._config(current["EndpointConfigName"])
        if config is None:
            raise NotPossible(
                f"The config {current['EndpointConfigName']} of `{deployment.endpoint}` was deleted, so I "
                f"do not know what to keep. Update `{deployment.endpoint}` to a config that exists, then "
                f"propose this version again."
            )
        variant = sole_variant(deployment.endpoint, config)
        check_kind(deployment.endpoint, config, deployment.serverless)
        return next_config(deployment.name, variant, config, deployment.capture)

    def _runs_on(self, deployment: Deployment) -> Instance | Serverless:
        if told := deployment.serverless or deployment.instance:
            return told
        package = self._client.describe_model_package(ModelPackageName=deployment.arn)
        types = (package.get("InferenceSpecification") or {}).get(
            "SupportedRealtimeInferenceInstanceTypes", ()
        )
        if types:
            return Instance(types[0])
        raise NotPossible(
            f"I do not know what `{deployment.endpoint}` shall run on. Give the stage an "
            f'`instance = {{ type = "ml.m5.large" }}` in mlops.toml.'
        )

    def _endpoint(self, name: str) -> Any:
        return found(self._client.describe_endpoint, EndpointName=name)

    def _config(self, name: str) -> Any:
        return found(self._client.describe_endpoint_config, EndpointConfigName=name)
