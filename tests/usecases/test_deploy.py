"""Deploy: the approved version serves, or it is said why not."""

from datetime import timedelta

from bot.domain.policy import Instance, RolloutKind
from bot.domain.refusals import NotPossible
from bot.usecases.deploy import deploy
from tests.fakes.world import World


class TestDeploy:
    def test_what_is_asked_of_sagemaker_is_what_the_stage_says(self, asking: World) -> None:
        asking.brings("churn:1", "production")
        below, above = asking.endpoints.deployed
        assert (below.endpoint, below.rollout.kind, below.alarms) == (
            "churn-staging",
            RolloutKind.ALL_AT_ONCE,
            (),
        )
        assert (above.endpoint, above.rollout.percent, above.rollout.bake) == (
            "churn",
            10,
            timedelta(minutes=10),
        )
        assert above.alarms == ("churn-5xx",)
        assert above.instance == Instance("ml.m5.large")
        assert above.arn == asking.package("churn:1").arn
        promotion = asking.promotion("churn:1", "production")
        assert promotion.envelope
        assert above.name == promotion.resource
        assert dict(above.tags) == {
            "mlops:project": "acme",
            "mlops:model": "churn",
            "mlops:version": "1",
            "mlops:promotion": promotion.id,
            "mlops:envelope": promotion.envelope.digest,
        }

    def test_the_registry_says_who_approved_and_for_what(self, asking: World) -> None:
        asking.says("ana", "approve churn:1 -- fine")
        asking.says("rita", "approve churn:1")
        asking.runs()
        package = asking.package("churn:1")
        assert package.approval.value == "Approved"
        assert package.approval_note.startswith("mlops p_")
        assert "(churn:1 to production): Approved by @Ana for leads: fine." in package.approval_note
        assert "Approved by @Rita for risk." in package.approval_note

    def test_where_nobody_was_asked_the_registry_is_left_as_it_is(self, asking: World) -> None:
        assert asking.package("churn:1").approval.value == "PendingManualApproval"

    def test_what_is_not_approved_is_not_deployed(self, asking: World) -> None:
        deploy(asking.ports, asking.promotion("churn:1", "production").id)
        assert asking.status("churn:1", "production") == "asking"
        assert len(asking.endpoints.deployed) == 1

    def test_a_busy_endpoint_is_waited_for(self, world: World) -> None:
        world.register("spam")
        world.registry.register("spam")
        world.endpoints.serves("spam-staging", world.package("spam:2").arn)
        world.endpoints.is_changed("spam-staging", world.package("spam:2").arn)
        world.runs()
        assert world.status("spam:1", "staging") == "live"
        texts = [entry.text for entry in world.promotion("spam:1", "staging").story]
        waiting = "The endpoint is being changed by somebody else; waiting until it has settled."
        assert texts.count(waiting) == 1

    def test_one_that_is_busy_for_hours_ends_it_with_a_sentence(self, world: World) -> None:
        world.register("spam")
        arn = world.package("spam:1").arn
        world.endpoints.serves("spam-staging", arn.replace("/1", "/7"))
        for nth in range(1, 80):
            world.meanwhile(
                "endpoints.deploy", lambda: world.endpoints.is_changed("spam-staging", arn), nth=nth
            )
        world.runs()
        assert world.status("spam:1", "staging") == "failed"
        assert world.promotion("spam:1", "staging").last.text == (
            "Somebody else was changing the endpoint for too long. Propose it again when they are done."
        )
        assert world.card("spam:1", "staging").picture.promotion == world.promotion("spam:1", "staging")

    def test_sagemakers_refusal_ends_it(self, world: World) -> None:
        world.endpoints.refuses("The instance limit is 0.")
        world.register("churn")
        world.runs()
        assert (
            world.promotion("churn:1", "staging").last.text == "SageMaker refused: The instance limit is 0."
        )
        assert world.status("churn:1", "staging") == "failed"
        assert [one.title for one in world.ledger.all()] == ["churn:1 to staging"]

    def test_a_fault_that_does_not_go_away_ends_it_with_an_apology(self, world: World) -> None:
        world.register("churn")
        world.breaks("endpoints.deploy", OSError("secret detail"), times=99)
        world.runs()
        promotion = world.promotion("churn:1", "staging")
        assert promotion.status.value == "failed"
        assert promotion.last.text.startswith("Something broke on our side in the workflow.")
        assert "secret" not in world.card("churn:1", "staging").words

    def test_a_fault_that_goes_away_is_not_even_told(self, world: World) -> None:
        world.register("churn")
        world.breaks("endpoints.deploy", OSError("reset"), times=4)
        world.runs()
        assert world.status("churn:1", "staging") == "live"
        assert len(world.promotion("churn:1", "staging").story) == 9

    def test_a_refusal_of_the_registrys_is_not_lost(self, asking: World) -> None:
        asking.breaks("registry.approve", NotPossible("The package is locked."))
        for who in ("ana", "rita"):
            asking.says(who, "approve churn:1 to production")
        asking.runs()
        assert asking.promotion("churn:1", "production").last.text == "The package is locked."
        assert len(asking.endpoints.deployed) == 1
