"""Attest: what serves is what was approved, or it is not live."""

from bot.domain.model import Container
from bot.usecases.attest import attest
from tests.fakes.world import World


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
        version = world.package("churn:1").version

        def change() -> None:
            world.registry.change(version, containers=(Container("evil:1"),))

        world.meanwhile("step.Attest", change)
        world.runs()
        assert world.status("churn:1", "staging") == "failed"
        assert "was changed in the registry after it was sealed" in world.card("churn:1", "staging").words

    def test_what_does_not_watch_is_left_alone(self, asking: World) -> None:
        attest(asking.ports, asking.promotion("churn:1", "production").id)
        assert asking.status("churn:1", "production") == "asking"
