"""Attest: what serves is what was approved, or it is not live."""

from dataclasses import replace

from bot.usecases.attest import attest
from bot.usecases.hear import EndpointChanged
from tests.fakes.world import World, policy_with


class TestAttest:
    def test_something_else_that_serves_is_a_failure(self, world: World) -> None:
        world.register("churn")
        world.registry.register("churn")
        other = world.package("churn:2").arn
        world.meanwhile("step.Attest", lambda: world.endpoints.serves("churn-staging", other))
        world.runs()
        assert world.execution("churn:1", "staging").visited[-3:] == ["Attest", "Close", "Done"]
        promotion = world.promotion("churn:1", "staging")
        assert promotion.status.value == "failed"
        assert promotion.last.text == f"Approved was {promotion.arn}, but `churn-staging` serves {other}."
        assert world.promotions("churn:1", "production") == []

    def test_nothing_that_serves_is_one_too(self, world: World) -> None:
        world.register("churn")
        world.meanwhile("step.Attest", lambda: world.endpoints.delete("churn-staging"))
        world.runs()
        assert "but `churn-staging` serves nothing." in world.promotion("churn:1", "staging").last.text

    def test_a_package_that_was_changed_meanwhile_is_one_too(self, world: World) -> None:
        world.register("churn")
        package = world.package("churn:1")
        (container,) = package.containers

        def change() -> None:
            world.registry.change(package.version, containers=(replace(container, image="evil:1"),))

        world.meanwhile("step.Attest", change)
        world.runs()
        promotion = world.promotion("churn:1", "staging")
        assert promotion.status.value == "failed"
        assert "container 1 image: `acme/xgboost:1` → `evil:1`" in promotion.ending
        assert world.endpoints.serving("churn-staging") is None

    def test_what_does_not_watch_is_left_alone(self, asking: World) -> None:
        attest(asking.ports, asking.promotion("churn:1", "production").id)
        assert asking.status("churn:1", "production") == "asking"


class TestSmoke:
    """What serves answers lines of the test data as the test did, or it does not go live."""

    def test_the_new_variant_answers_as_the_transform_did_and_the_card_says_so(self, world: World) -> None:
        world.holds_out("fraud")
        world.register("fraud")
        world.runs()
        promotion = world.promotion("fraud:1", "staging")
        assert promotion.status.value == "live"
        live = next(entry.text for entry in promotion.story if entry.status.value == "live")
        assert live.endswith(" It answers 6 lines of the test data as the test did.")

    def test_no_more_lines_are_asked_than_the_stage_says(self) -> None:
        world = World(policy_with("staging", smoke=2))
        world.holds_out("fraud")
        world.register("fraud")
        world.runs()
        assert "It answers 2 lines" in world.card("fraud:1", "staging").thread[-1][1]

    def test_a_first_deployment_that_answers_otherwise_fails_and_its_endpoint_is_deleted(
        self, world: World
    ) -> None:
        world.holds_out("fraud")
        world.register("fraud")
        world.meanwhile("step.Attest", lambda: world.endpoints.answers_wrong("fraud-staging"))
        world.runs()
        promotion = world.promotion("fraud:1", "staging")
        assert promotion.status.value == "failed"
        assert (
            "The smoke test failed: to line 1 of the test data `fraud-staging` answers "
            "“90.9”, and the test transform answered “0.9”."
        ) in promotion.ending
        assert world.endpoints.serving("fraud-staging") is None

    def test_an_update_that_answers_otherwise_is_put_back_to_what_served(self, world: World) -> None:
        world.holds_out("fraud")
        world.register("fraud")
        world.runs()
        world.register("fraud")
        world.meanwhile("step.Attest", lambda: world.endpoints.answers_wrong("fraud-staging"))
        world.runs()
        assert world.status("fraud:2", "staging") == "failed"
        world.time_passes(minutes=5)
        world.hears(EndpointChanged("fraud-staging"))
        promotion = world.promotion("fraud:2", "staging")
        assert promotion.status.value == "rolled_back"
        assert "The smoke test failed" in promotion.ending
        assert "I put `fraud-staging` back to what served before." in promotion.ending
        serving = world.endpoints.serving("fraud-staging")
        assert serving
        assert serving.arns == (world.package("fraud:1").arn,)
        assert world.status("fraud:1", "staging") == "live"

    def test_where_the_policy_wants_none_nothing_is_asked(self) -> None:
        world = World(policy_with("staging", smoke=0))
        world.holds_out("fraud")
        world.register("fraud")
        world.meanwhile("step.Attest", lambda: world.endpoints.answers_wrong("fraud-staging"))
        world.runs()
        assert world.status("fraud:1", "staging") == "live"
        assert "endpoints.answer" not in world.watch.calls

    def test_without_test_data_nothing_is_asked(self, asking: World) -> None:
        assert "endpoints.answer" not in asking.watch.calls

    def test_digits_that_no_machine_agrees_on_are_no_difference(self, world: World) -> None:
        world.holds_out("fraud")
        answers = iter(
            ["0.9", "0.2", "0.7", "0.6", "0.4", "0.1", "0.9000000001", "0.2", "0.7", "0.6", "0.4", "1e-1"]
        )
        world.models.answer_by("fraud-1-", lambda _: next(answers))
        world.register("fraud")
        world.runs()
        assert world.status("fraud:1", "staging") == "live"
