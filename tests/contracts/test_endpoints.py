"""The Endpoints contract, on the fake and on SageMaker hosting: deploying, and what serves."""

import pytest

from bot.domain.policy import Instance
from bot.domain.refusals import NotPossible
from bot.usecases.hosting import EndpointBusy
from tests.contracts.benches import unique
from tests.contracts.hosting_benches import C5, M5, Bench, a_deployment


class TestEndpoints:
    def test_no_endpoint_serves_nothing(self, host: Bench) -> None:
        assert host.endpoints.serving(unique("endpoint")) is None

    def test_nothing_is_replaced_but_what_it_was_weighed_against(self, host: Bench) -> None:
        endpoint = unique("endpoint")
        first = a_deployment(endpoint, host.register(), replaces="")
        host.endpoints.deploy(first)
        host.settles(endpoint)
        for weighed_against in ("", "something-else"):
            with pytest.raises(EndpointBusy):
                host.endpoints.deploy(a_deployment(endpoint, host.register(), replaces=weighed_against))
        host.endpoints.deploy(a_deployment(endpoint, host.register(), replaces=first.name))
        assert host.settles(endpoint).config != first.name

    def test_the_first_deployment_creates_and_the_next_one_updates(self, host: Bench) -> None:
        endpoint, first, second = unique("endpoint"), host.register(), host.register()
        created = a_deployment(endpoint, first)
        host.endpoints.deploy(created)
        creating = host.endpoints.serving(endpoint)
        assert creating
        assert (creating.status, creating.settled, creating.config) == ("Creating", False, created.name)
        serving = host.settles(endpoint)
        assert (serving.status, serving.config, serving.arns) == ("InService", created.name, (first,))
        assert (serving.reason, serving.modified_at.tzinfo is None) == ("", False)

        updated = a_deployment(endpoint, second)
        host.endpoints.deploy(updated)
        updating = host.endpoints.serving(endpoint)
        assert updating
        assert (updating.status, updating.settled) == ("Updating", False)
        assert (updating.config, updating.arns) == (created.name, (first,))
        now = host.settles(endpoint)
        assert (now.status, now.config, now.arns) == ("InService", updated.name, (second,))
        assert now.modified_at > serving.modified_at

    def test_doing_it_twice_is_doing_it_once(self, host: Bench) -> None:
        endpoint = unique("endpoint")
        for deployment in (
            a_deployment(endpoint, host.register()),
            a_deployment(endpoint, host.register()),
        ):
            before = host.deployments(endpoint)
            for _ in range(2):
                host.endpoints.deploy(deployment)
            host.settles(endpoint)
            host.endpoints.deploy(deployment)
            assert host.deployments(endpoint) == before + 1

    def test_an_endpoint_that_somebody_changes_is_busy(self, host: Bench) -> None:
        endpoint, other = unique("endpoint"), host.register()
        host.endpoints.deploy(a_deployment(endpoint, host.register()))
        with pytest.raises(EndpointBusy):
            host.endpoints.deploy(a_deployment(endpoint, other))
        host.settles(endpoint)
        host.somebody_changes(endpoint, other)
        ours = a_deployment(endpoint, host.register())
        with pytest.raises(EndpointBusy):
            host.endpoints.deploy(ours)
        host.settles(endpoint)
        host.endpoints.deploy(ours)
        assert host.settles(endpoint).config == ours.name

    def test_sagemakers_refusal_is_passed_on(self, host: Bench) -> None:
        arn = host.register()
        host.refuses()
        with pytest.raises(NotPossible) as refused:
            host.endpoints.deploy(a_deployment(unique("endpoint"), arn))
        assert refused.value.sentence == "SageMaker refused: Injected by the playground."

    def test_a_rollback_shows(self, host: Bench) -> None:
        endpoint, first, second = unique("endpoint"), host.register(), host.register()
        created = a_deployment(endpoint, first)
        host.endpoints.deploy(created)
        host.settles(endpoint)
        host.fault(endpoint, "rollback")
        host.endpoints.deploy(a_deployment(endpoint, second))
        serving = host.settles(endpoint)
        assert (serving.status, serving.config, serving.arns) == ("InService", created.name, (first,))
        assert serving.reason == "disk full"

    def test_so_does_a_failure(self, host: Bench) -> None:
        endpoint = unique("endpoint")
        host.fault(endpoint, "fail")
        host.endpoints.deploy(a_deployment(endpoint, host.register()))
        serving = host.settles(endpoint)
        assert (serving.status, serving.settled, serving.reason) == ("Failed", True, "disk full")

    def test_a_failed_endpoint_is_deleted_before_anything_else(self, host: Bench) -> None:
        endpoint = unique("endpoint")
        host.fault(endpoint, "fail")
        host.endpoints.deploy(a_deployment(endpoint, host.register()))
        host.settles(endpoint)
        again = a_deployment(endpoint, host.register())
        with pytest.raises(NotPossible) as refused:
            host.endpoints.deploy(again)
        assert refused.value.sentence == (
            f"`{endpoint}` is Failed and takes no update any more. Delete that endpoint, then propose this "
            "version again."
        )
        host.delete(endpoint)
        host.endpoints.deploy(again)
        assert host.settles(endpoint).config == again.name

    def test_an_endpoint_whose_model_was_deleted_says_so(self, host: Bench) -> None:
        endpoint = unique("endpoint")
        deployment = a_deployment(endpoint, host.register())
        host.endpoints.deploy(deployment)
        host.settles(endpoint)
        host.loses_its_model(endpoint)
        serving = host.endpoints.serving(endpoint)
        assert serving
        assert (serving.config, serving.arns) == (deployment.name, ("no model",))


class TestInstances:
    def test_the_stage_says_what_the_first_one_runs_on(self, host: Bench) -> None:
        endpoint = unique("endpoint")
        host.endpoints.deploy(a_deployment(endpoint, host.register("ml.t2.medium"), instance=C5))
        assert host.instance(endpoint) == C5

    def test_else_the_package_does(self, host: Bench) -> None:
        endpoint, arn = unique("endpoint"), host.register("ml.t2.medium", "ml.m5.large")
        host.endpoints.deploy(a_deployment(endpoint, arn, instance=None))
        assert host.instance(endpoint) == Instance("ml.t2.medium")

    def test_later_ones_keep_what_is_there(self, host: Bench) -> None:
        endpoint = unique("endpoint")
        host.endpoints.deploy(a_deployment(endpoint, host.register(), instance=C5))
        host.settles(endpoint)
        host.endpoints.deploy(a_deployment(endpoint, host.register("ml.t2.medium"), instance=M5))
        host.settles(endpoint)
        assert host.instance(endpoint) == C5

    def test_where_nobody_says_it_is_asked_for(self, host: Bench) -> None:
        endpoint, arn = unique("endpoint"), host.register()
        with pytest.raises(NotPossible) as refused:
            host.endpoints.deploy(a_deployment(endpoint, arn, instance=None))
        assert refused.value.sentence == (
            f"I do not know what `{endpoint}` shall run on. Give the stage an "
            '`instance = { type = "ml.m5.large" }` in mlops.toml.'
        )
        assert host.endpoints.serving(endpoint) is None
