"""The Endpoints contract, on the fake and on SageMaker hosting: putting back, removing, forgetting."""

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from bot.domain.policy import AlarmKind, AlarmRule, Serverless
from bot.domain.refusals import NotPossible
from bot.usecases.hosting import Deployment, EndpointBusy
from tests.contracts.benches import unique
from tests.contracts.hosting_benches import A_VARIANT, PROMOTION, Bench, a_deployment
from tests.contracts.hosting_on_aws import OnAws

ERRORS = AlarmRule(AlarmKind.ERRORS, 5)


class TestPuttingBack:
    def test_an_earlier_config_serves_again(self, host: Bench) -> None:
        first, second = two_deployments(host)
        host.endpoints.put_back(first.endpoint, first.name, instead_of=second.name)
        on_its_way = host.endpoints.serving(first.endpoint)
        assert on_its_way
        assert (on_its_way.settled, on_its_way.pending) == (False, first.name)
        serving = host.settles(first.endpoint)
        assert (serving.config, serving.arns, serving.parts) == (first.name, (first.arn,), first.parts)
        assert (serving.model, serving.pending) == (first.name, "")

    def test_doing_it_twice_is_doing_it_once(self, host: Bench) -> None:
        first, second = two_deployments(host)
        for _ in range(2):
            host.endpoints.put_back(first.endpoint, first.name, instead_of=second.name)
        before = host.settles(first.endpoint)
        host.endpoints.put_back(first.endpoint, first.name, instead_of=second.name)
        assert host.endpoints.serving(first.endpoint) == before

    def test_what_is_being_changed_is_busy(self, host: Bench) -> None:
        first, second = two_deployments(host)
        host.endpoints.deploy(a_deployment(first.endpoint, host.register()))
        with pytest.raises(EndpointBusy):
            host.endpoints.put_back(first.endpoint, first.name, instead_of=second.name)

    def test_what_serves_something_else_stays(self, host: Bench) -> None:
        first, second = two_deployments(host)
        with pytest.raises(NotPossible) as refused:
            host.endpoints.put_back(first.endpoint, first.name, instead_of="another")
        assert refused.value.sentence == (
            f"`{first.endpoint}` serves {second.name} by now and not another, so I put nothing back."
        )

    def test_a_config_that_is_gone_cannot_serve(self, host: Bench) -> None:
        first, second = two_deployments(host)
        host.endpoints.forget(first.name, first.endpoint, PROMOTION)
        with pytest.raises(NotPossible, match=f"The config {first.name} was deleted"):
            host.endpoints.put_back(first.endpoint, first.name, instead_of=second.name)

    def test_nor_can_an_endpoint_that_is_gone(self, host: Bench) -> None:
        first, second = two_deployments(host)
        host.delete(first.endpoint)
        with pytest.raises(NotPossible, match=f"`{first.endpoint}` was deleted"):
            host.endpoints.put_back(first.endpoint, first.name, instead_of=second.name)


class TestRemoving:
    @pytest.mark.parametrize("outcome", ["fail", ""])
    def test_an_endpoint_goes_with_its_alarms(self, host: Bench, outcome: str) -> None:
        deployment = a_deployment(unique("endpoint"), host.register(), rules=(ERRORS,))
        if outcome:
            host.fault(deployment.endpoint, outcome)
        host.endpoints.deploy(deployment)
        host.settles(deployment.endpoint)
        alarm = f"{deployment.endpoint}-5xx"
        assert host.endpoints.alarms([alarm])
        assert host.endpoints.remove(deployment.endpoint, deployment.name)
        assert host.endpoints.serving(deployment.endpoint) is None
        assert not host.endpoints.alarms([alarm])
        assert not host.endpoints.remove(deployment.endpoint, deployment.name)

    def test_of_one_that_is_gone_the_alarms_go_whatever_its_config(self, host: Bench) -> None:
        deployment = a_deployment(unique("endpoint"), host.register(), rules=(ERRORS,))
        host.endpoints.deploy(deployment)
        host.settles(deployment.endpoint)
        alarm = f"{deployment.endpoint}-5xx"
        assert not host.endpoints.remove(deployment.endpoint, "")
        assert host.endpoints.alarms([alarm])
        host.delete(deployment.endpoint)
        assert not host.endpoints.remove(deployment.endpoint, "")
        assert not host.endpoints.alarms([alarm])

    def test_what_is_being_made_is_busy(self, host: Bench) -> None:
        deployment = a_deployment(unique("endpoint"), host.register())
        host.endpoints.deploy(deployment)
        with pytest.raises(EndpointBusy):
            host.endpoints.remove(deployment.endpoint, deployment.name)
        host.settles(deployment.endpoint)
        assert host.endpoints.remove(deployment.endpoint, deployment.name)

    def test_what_had_another_config_before_stays(self, host: Bench) -> None:
        first, second = two_deployments(host)
        assert not host.endpoints.remove(first.endpoint, first.name)
        assert not host.endpoints.remove(first.endpoint, second.name)
        assert host.settles(first.endpoint).config == second.name

    def test_so_does_what_is_on_its_way_to_another(self, host: Bench) -> None:
        first = a_deployment(unique("endpoint"), host.register(), rules=(ERRORS,))
        host.endpoints.deploy(first)
        host.settles(first.endpoint)
        host.endpoints.deploy(a_deployment(first.endpoint, host.register()))
        assert not host.endpoints.remove(first.endpoint, first.name)
        assert host.endpoints.alarms([f"{first.endpoint}-5xx"])

    def test_the_alarms_of_an_endpoint_that_never_came_go_too(self, on_aws: OnAws) -> None:
        deployment = a_deployment(unique("endpoint"), on_aws.register(), rules=(ERRORS,))
        on_aws.breaks("CreateEndpoint", "ResourceLimitExceeded")
        with pytest.raises(NotPossible):
            on_aws.endpoints.deploy(deployment)
        assert on_aws.endpoints.alarms([f"{deployment.endpoint}-5xx"])
        assert not on_aws.endpoints.remove(deployment.endpoint, deployment.name)
        assert not on_aws.endpoints.alarms([f"{deployment.endpoint}-5xx"])


class TestForgetting:
    def test_what_nothing_uses_is_deleted(self, host: Bench) -> None:
        first, second = two_deployments(host)
        for _ in range(2):
            host.endpoints.forget(first.name, first.endpoint, PROMOTION)
        other = a_deployment(first.endpoint, second.arn, name=first.name)
        host.endpoints.make_model(other)  # its name is free again
        assert host.settles(first.endpoint).config == second.name

    def test_what_serves_stays(self, host: Bench) -> None:
        _, second = two_deployments(host)
        host.endpoints.forget(second.name, second.endpoint, PROMOTION)
        assert host.settles(second.endpoint).parts == second.parts

    def test_so_does_what_the_endpoint_is_on_its_way_to(self, host: Bench) -> None:
        first, _ = two_deployments(host)
        third = a_deployment(first.endpoint, host.register())
        host.endpoints.deploy(third)
        host.endpoints.forget(third.name, third.endpoint, PROMOTION)
        assert host.settles(third.endpoint).parts == third.parts

    def test_a_model_without_an_endpoint_is_deleted(self, host: Bench) -> None:
        deployment = a_deployment(unique("endpoint"), host.register())
        host.endpoints.make_model(deployment)
        host.endpoints.forget(deployment.name, deployment.endpoint, PROMOTION)
        host.endpoints.make_model(a_deployment(deployment.endpoint, deployment.arn, name=deployment.name))

    @pytest.mark.parametrize("promotion", ["p_another", ""])
    def test_what_another_promotion_made_under_our_name_stays(self, host: Bench, promotion: str) -> None:
        first, second = two_deployments(host)
        host.endpoints.forget(first.name, first.endpoint, promotion)
        host.endpoints.put_back(first.endpoint, first.name, instead_of=second.name)
        serving = host.settles(first.endpoint)
        assert (serving.config, serving.parts) == (first.name, first.parts)

    def test_what_was_made_for_the_test_is_ours_when_it_is_made_again(self, host: Bench) -> None:
        deployment = a_deployment(
            unique("endpoint"), host.register(), tags=(("mlops:promotion", "p_another"),)
        )
        host.endpoints.make_model(deployment)
        host.endpoints.make_model(replace(deployment, tags=(("mlops:promotion", PROMOTION),)))
        host.endpoints.forget(deployment.name, deployment.endpoint, PROMOTION)
        host.endpoints.make_model(a_deployment(deployment.endpoint, deployment.arn, name=deployment.name))

    def test_so_does_what_somebody_made_by_hand(self, on_aws: OnAws) -> None:
        name = on_aws.model({"Image": "acme/one:1"})
        on_aws.sagemaker.create_endpoint_config(
            EndpointConfigName=name,
            ProductionVariants=[{**A_VARIANT, "VariantName": "AllTraffic", "ModelName": name}],
        )
        on_aws.endpoints.forget(name, unique("endpoint"), PROMOTION)
        assert on_aws.sagemaker.describe_model(ModelName=name)
        assert on_aws.sagemaker.describe_endpoint_config(EndpointConfigName=name)

    def test_whoever_comes_second_is_not_troubled_by_a_permission_that_hangs_on_tags(
        self, on_aws: OnAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        deployment = a_deployment(unique("endpoint"), on_aws.register())
        on_aws.endpoints.make_model(deployment)
        delete = on_aws.sagemaker.delete_model

        def second(**name: str) -> None:
            delete(**name)
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "DeleteModel")

        monkeypatch.setattr(on_aws.sagemaker, "delete_model", second)
        on_aws.endpoints.forget(deployment.name, deployment.endpoint, PROMOTION)
        with pytest.raises(ClientError, match="Could not find"):
            on_aws.sagemaker.describe_model(ModelName=deployment.name)


class TestServerless:
    SERVERLESS = Serverless(2048, 5)

    def test_it_is_created_and_updated(self, host: Bench) -> None:
        endpoint = unique("endpoint")
        for _ in range(2):
            deployment = a_deployment(endpoint, host.register(), serverless=self.SERVERLESS, instance=None)
            host.endpoints.deploy(deployment)
            serving = host.settles(endpoint)
            assert (serving.config, serving.instance) == (deployment.name, None)

    def test_instances_do_not_become_serverless(self, host: Bench) -> None:
        endpoint = unique("endpoint")
        host.endpoints.deploy(a_deployment(endpoint, host.register()))
        host.settles(endpoint)
        with pytest.raises(NotPossible, match=f"`{endpoint}` runs on instances, and SageMaker cannot"):
            host.endpoints.deploy(a_deployment(endpoint, host.register(), serverless=self.SERVERLESS))

    def test_nor_the_other_way_round(self, host: Bench) -> None:
        endpoint = unique("endpoint")
        host.endpoints.deploy(a_deployment(endpoint, host.register(), serverless=self.SERVERLESS))
        host.settles(endpoint)
        with pytest.raises(NotPossible, match=f"`{endpoint}` is serverless, and its stage in mlops.toml is"):
            host.endpoints.deploy(a_deployment(endpoint, host.register()))


def two_deployments(host: Bench) -> tuple[Deployment, Deployment]:
    """An endpoint's first deployment and the second one, which serves."""
    endpoint = unique("endpoint")
    first, second = (a_deployment(endpoint, host.register()) for _ in range(2))
    for deployment in (first, second):
        host.endpoints.deploy(deployment)
        host.settles(endpoint)
    return first, second
