"""Ask: the question, put to the people whom the policy names."""

from bot.domain.refusals import NotPossible
from tests.fakes.world import World


class TestAsk:
    def test_those_to_be_notified_are_addressed_once(self, asking: World) -> None:
        (_, told) = asking.card("churn:1", "production").thread[-1]
        assert "Waiting for approval by 1 of leads and 1 of risk. <@U01ANA> <!subteam^S01LEADS>" in told

    def test_the_card_has_buttons_and_says_until_when(self, asking: World) -> None:
        card = asking.card("churn:1", "production")
        assert card.asks
        assert "Expires <!date^" in card.words

    def test_when_slack_does_not_say_who_is_who_it_asks_all_the_same(self, world: World) -> None:
        world.directory.silent = True
        world.register("churn")
        world.runs()
        assert world.status("churn:1", "production") == "asking"

    def test_a_question_put_twice_is_one_entry(self, world: World) -> None:
        world.register("churn")
        world.dies_after("ledger.save", nth=9)
        world.runs()
        texts = [entry.text for entry in world.promotion("churn:1", "production").story]
        assert sum(text.startswith("Waiting for approval") for text in texts) == 1

    def test_a_decision_between_two_tries_does_not_wait_for_the_time_to_run_out(self, world: World) -> None:
        """Step Functions gives the second try a new token; the old one wakes nobody."""
        world.register("churn")
        world.runs()
        world.execution("churn:1", "production").token = ""  # the first try is over, the next not begun
        for who in ("ana", "rita"):
            world.says(who, "approve churn:1 to production")
        world.runs()
        assert world.status("churn:1", "production") == "live"

    def test_a_refusal_while_asking_does_not_wait_either(self, world: World) -> None:
        world.register("churn")
        world.breaks("directory.mentions", NotPossible("Not now."))
        world.runs()
        assert world.status("churn:1", "production") == "failed"
        assert world.execution("churn:1", "production").status == "SUCCEEDED"

    def test_a_question_that_slack_did_not_take_is_seen_when_slack_is_back(self, world: World) -> None:
        world.register("churn")
        world.meanwhile("step.Ask", lambda: world.channel.is_down(minutes=10))
        world.runs()
        world.time_passes(minutes=30)
        assert world.card("churn:1", "production").asks
