"""What only SageMaker can show of the Endpoints port: its refusals, races and names."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from bot.domain.refusals import NotPossible
from bot.usecases.hosting import EndpointBusy
from tests.contracts.benches import unique
from tests.contracts.hosting_benches import ROLE, a_deployment
from tests.contracts.hosting_on_aws import OnAws


class TestSageMaker:
    """What only SageMaker can show."""

    @pytest.mark.parametrize("call", ["CreateModel", "CreateEndpointConfig", "CreateEndpoint"])
    def test_throttling_is_left_to_the_retry(self, on_aws: OnAws, call: str) -> None:
        deployment = a_deployment(unique("endpoint"), on_aws.register())
        on_aws.breaks(call, "ThrottlingException")
        with pytest.raises(ClientError, match="ThrottlingException"):
            on_aws.endpoints.deploy(deployment)
        on_aws.endpoints.deploy(deployment)
        assert on_aws.settles(deployment.endpoint).config == deployment.name

    def test_an_update_that_begins_between_looking_and_updating_is_busy(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint = unique("endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        on_aws.settles(endpoint)
        create = on_aws.sagemaker.create_model

        def meanwhile(**arguments: Any) -> Any:
            on_aws.somebody_changes(endpoint, "any")
            return create(**arguments)

        monkeypatch.setattr(on_aws.sagemaker, "create_model", meanwhile)
        with pytest.raises(EndpointBusy):
            on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))

    def test_what_is_made_is_tagged_and_runs_with_the_models_role(self, on_aws: OnAws) -> None:
        endpoint = unique("endpoint")
        deployment = a_deployment(endpoint, on_aws.register())
        on_aws.endpoints.deploy(deployment)
        model = on_aws.sagemaker.describe_model(ModelName=deployment.name)
        assert model["ExecutionRoleArn"] == ROLE
        arn = on_aws.sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointArn"]
        assert {"Key": "mlops:model", "Value": "churn"} in on_aws.sagemaker.list_tags(ResourceArn=arn)["Tags"]

    @pytest.mark.parametrize("call", ["CreateModel", "CreateEndpointConfig", "CreateEndpoint"])
    @pytest.mark.parametrize("code", ["ResourceLimitExceeded", "AccessDeniedException", "ResourceInUse"])
    def test_what_no_retry_mends_is_refused(self, on_aws: OnAws, call: str, code: str) -> None:
        on_aws.breaks(call, code)
        with pytest.raises(NotPossible, match="SageMaker refused: "):
            on_aws.endpoints.deploy(a_deployment(unique("endpoint"), on_aws.register()))

    @pytest.mark.parametrize("call", ["CreateModel", "CreateEndpoint"])
    def test_a_quota_is_asked_for(self, on_aws: OnAws, call: str) -> None:
        on_aws.breaks(call, "ResourceLimitExceeded")
        with pytest.raises(NotPossible) as refused:
            on_aws.endpoints.deploy(a_deployment(unique("endpoint"), on_aws.register()))
        assert refused.value.sentence == (
            "SageMaker refused: Injected by the playground. Ask for a higher quota in Service Quotas, or "
            "choose another `instance` in mlops.toml, then propose this version again."
        )

    @pytest.mark.parametrize("code", ["ExpiredTokenException", "RequestLimitExceeded", "NobodyKnows"])
    def test_any_other_fault_is_left_to_the_retry(self, on_aws: OnAws, code: str) -> None:
        on_aws.breaks("CreateModel", code)
        with pytest.raises(ClientError, match=code):
            on_aws.endpoints.deploy(a_deployment(unique("endpoint"), on_aws.register()))

    def test_of_two_first_versions_one_waits_and_updates(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint, ours = unique("endpoint"), on_aws.register()
        theirs, create = a_deployment(endpoint, on_aws.register()), on_aws.sagemaker.create_endpoint_config

        def meanwhile(**arguments: Any) -> Any:
            monkeypatch.undo()
            on_aws.endpoints.deploy(theirs)
            return create(**arguments)

        monkeypatch.setattr(on_aws.sagemaker, "create_endpoint_config", meanwhile)
        deployment = a_deployment(endpoint, ours)
        with pytest.raises(EndpointBusy):
            on_aws.endpoints.deploy(deployment)
        assert on_aws.settles(endpoint).config == theirs.name
        on_aws.endpoints.deploy(deployment)
        assert on_aws.settles(endpoint).arns == (ours,)

    def test_an_update_that_could_not_be_rolled_back_is_settled_but_takes_no_other(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint = unique("endpoint")
        on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        on_aws.settles(endpoint)
        on_aws.says(monkeypatch, "describe_endpoint", EndpointStatus="UpdateRollbackFailed")
        serving = on_aws.endpoints.serving(endpoint)
        assert serving
        assert (serving.status, serving.settled) == ("UpdateRollbackFailed", True)
        before = on_aws.deployments(endpoint)
        with pytest.raises(NotPossible, match=f"`{endpoint}` is UpdateRollbackFailed: it serves a mix"):
            on_aws.endpoints.deploy(a_deployment(endpoint, on_aws.register()))
        assert on_aws.deployments(endpoint) == before
