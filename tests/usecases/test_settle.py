"""Settle and Expire: what stands when the waiting is over."""

from tests.fakes.world import World


class TestExpire:
    def test_a_question_that_nobody_answers_expires(self, asking: World) -> None:
        asking.time_passes(days=6)
        assert asking.status("churn:1", "production") == "asking"
        asking.time_passes(days=1, minutes=1)
        assert asking.status("churn:1", "production") == "expired"
        assert asking.execution("churn:1", "production").status == "SUCCEEDED"
        card = asking.card("churn:1", "production")
        assert not card.asks
        assert (
            "Expired: nobody decided in time. `/mlops deploy churn:1 to production` asks again." in card.words
        )

    def test_one_approval_of_two_does_not_hold_it_open(self, asking: World) -> None:
        asking.says("ana", "approve churn:1")
        asking.time_passes(days=8)
        assert asking.status("churn:1", "production") == "expired"
        assert len(asking.endpoints.deployed) == 1

    def test_who_decides_too_late_is_told_what_to_do(self, asking: World) -> None:
        asking.time_passes(days=8)
        for said in (
            asking.clicks("rita", "approve", "churn:1", "production"),
            asking.says("rita", "reject churn:1 to production -- no"),
        ):
            assert "expired at " in said
            assert "propose it again with `/mlops deploy churn:1 to production`" in said
        assert asking.status("churn:1", "production") == "expired"

    def test_asking_again_works(self, asking: World) -> None:
        asking.time_passes(days=8)
        asking.says("cara", "deploy churn:1 to production")
        asking.runs()
        asking.brings("churn:1", "production")


class TestRace:
    def test_an_approval_that_was_written_first_stands(self, asking: World) -> None:
        asking.says("ana", "approve churn:1")
        for _ in range(4):
            asking.dies_before("workflow.resume")
        asking.says("rita", "approve churn:1")
        asking.time_passes(days=8)
        assert "Expire" in asking.execution("churn:1", "production").visited
        assert asking.status("churn:1", "production") == "live"

    def test_an_approval_that_is_written_while_it_expires_stands(self, asking: World) -> None:
        asking.says("ana", "approve churn:1")
        asking.meanwhile("ledger.save", lambda: asking.says("rita", "approve churn:1"))
        asking.time_passes(days=8)
        assert asking.status("churn:1", "production") == "live"
        assert "expired" not in [entry.status for entry in asking.promotion("churn:1", "production").story]

    def test_an_expiry_that_is_written_first_stands(self, asking: World) -> None:
        asking.says("ana", "approve churn:1")
        asking.meanwhile("ledger.save", lambda: asking.time_passes(days=8))
        said = asking.says("rita", "approve churn:1")
        assert said.startswith("churn:1 to production expired at ")
        assert asking.status("churn:1", "production") == "expired"
        assert len(asking.endpoints.deployed) == 1

    def test_a_rejection_that_is_written_while_it_expires_stands(self, asking: World) -> None:
        asking.meanwhile("ledger.save", lambda: asking.says("rita", "reject churn:1 -- no"))
        asking.time_passes(days=8)
        assert asking.status("churn:1", "production") == "rejected"
        assert asking.package("churn:1").approval.value == "Rejected"


class TestSettle:
    def test_somebody_who_wakes_it_undecided_makes_it_ask_again(self, asking: World) -> None:
        asking.workflow.resume(asking.promotion("churn:1", "production").id)
        asking.runs()
        assert asking.execution("churn:1", "production").visited[-4:] == ["Ask", "Settle", "Settled", "Ask"]
        asking.brings("churn:1", "production")
