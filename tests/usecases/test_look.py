"""Answers that change nothing."""

from bot.domain.model import Approval, Version
from bot.usecases import look
from bot.usecases.ports import Unreachable
from tests.fakes.world import World


class TestPending:
    def test_what_waits_comes_oldest_first_with_what_is_needed_and_where(self, asking: World) -> None:
        asking.register("spam")
        asking.runs()
        asking.says("ana", "approve churn:1")
        first, second = look.pending(asking.ports)
        assert (first.promotion.title, second.promotion.title) == (
            "churn:1 to production",
            "spam:1 to production",
        )
        assert [(one.group, one.count) for one in first.still] == [("risk", 1)]
        assert first.link.startswith("https://slack.test/C-ml-churn/")
        said = asking.says("dan", "pending")
        assert "Still needed: 1 of risk" in said
        assert "Still needed: 1 of leads and 1 of risk" in said

    def test_nothing_waits(self, world: World) -> None:
        assert world.says("dan", "pending") == "Nothing waits for a decision."

    def test_what_is_decided_waits_no_more(self, asking: World) -> None:
        asking.says("rita", "reject churn:1 -- no")
        assert look.pending(asking.ports) == []

    def test_without_a_card_there_is_no_link(self, asking: World) -> None:
        asking.channel.delete(asking.card("churn:1", "production"))
        (waiting,) = look.pending(asking.ports)
        assert waiting.link == ""
        assert "churn:1 to production" in asking.says("dan", "pending")

    def test_a_slack_that_is_down_is_asked_again(self, asking: World) -> None:
        asking.breaks("channel.link", Unreachable("500"))
        assert "churn:1 to production" in asking.says("dan", "pending")


class TestStatus:
    def test_a_model_shows_what_is_live_and_what_moves(self, asking: World) -> None:
        (status,), left_out = look.status(asking.ports, "churn")
        assert left_out == 0
        assert [(one.stage, one.version, one.status) for one in status.live] == [
            ("staging", Version("churn", 1), "InService"),
            ("production", None, ""),
        ]
        assert [one.title for one in status.under_way] == ["churn:1 to production"]
        said = asking.says("dan", "status churn")
        assert "staging: churn:1\nproduction: nothing" in said

    def test_an_unknown_model_says_where_to_look(self, world: World) -> None:
        assert "The registry has no version of “eggs”." in world.says("dan", "status eggs")

    def test_all_models_come_by_name_even_those_without_versions(self, asking: World) -> None:
        asking.registry.group("empty")
        statuses, _ = look.status(asking.ports)
        assert [one.summary.name for one in statuses] == ["churn", "empty"]
        said = asking.says("dan", "models")
        assert "*churn*  ·  newest churn:1, PendingManualApproval" in said

    def test_no_models_at_all(self, world: World) -> None:
        assert world.says("dan", "models").startswith("The registry has no models yet.")

    def test_of_many_models_some_are_left_out_and_counted(self, world: World) -> None:
        for number in range(look.MOST_MODELS + 3):
            world.registry.register(f"model-{number:02}")
        statuses, left_out = look.status(world.ports)
        assert (len(statuses), left_out) == (look.MOST_MODELS, 3)
        assert "… 3 more." in world.says("dan", "models")

    def test_an_endpoint_that_changes_says_so(self, asking: World) -> None:
        asking.endpoints.is_changed("churn-staging", asking.package("churn:1").arn)
        assert "staging: churn:1 (Updating)" in asking.says("dan", "status churn")

    def test_one_that_serves_something_unknown_is_named(self, asking: World) -> None:
        asking.endpoints.serves("churn", "arn:aws:sagemaker:us-east-1:1:model-package/unversioned")
        assert "production: `churn`" in asking.says("dan", "status churn")


class TestShow:
    def test_a_version_shows_its_evidence_and_its_promotions(self, asking: World) -> None:
        shown = look.show(asking.ports, Version("churn", 1))
        assert shown.comparison == asking.promotion("churn:1", "production").comparison
        assert [one.title for one in shown.promotions] == ["churn:1 to production", "churn:1 to staging"]
        said = asking.says("dan", "show churn:1")
        assert "`churn-job-1`" in said
        assert "→ *production*: waiting for approval" in said

    def test_evidence_that_cannot_be_read_is_a_note_not_a_refusal(self, world: World) -> None:
        world.register("churn", report=b"{}")
        shown = look.show(world.ports, Version("churn", 1))
        assert any("has no number that I can use" in note for note in shown.comparison.notes)
        assert "has no number that I can use" in world.says("dan", "show churn")

    def test_a_report_that_is_gone_too(self, world: World) -> None:
        world.registry.register("spam", report="s3://models/missing.json")
        assert "s3://models/missing.json is not there" in world.says("dan", "show spam:1")

    def test_one_version_does_not_show_anothers_promotions(self, asking: World) -> None:
        asking.registry.register("churn", approval=Approval.APPROVED)
        assert look.show(asking.ports, Version("churn", 2)).promotions == ()

    def test_an_unknown_version_names_the_newest(self, asking: World) -> None:
        assert "The registry has no churn:9. The newest is churn:1" in asking.says("dan", "show churn:9")

    def test_the_registrys_note_is_shown(self, asking: World) -> None:
        asking.says("rita", "reject churn:1 -- recall dropped")
        asking.runs()
        assert "recall dropped" in asking.says("dan", "show churn:1")
