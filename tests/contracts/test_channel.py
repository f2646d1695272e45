"""The Channel contract, on the fake and on the local Slack."""

from dataclasses import replace
from typing import Any, Protocol

import pytest

from bot.domain.promotion import Card, Promotion, Status
from bot.domain.refusals import NotFound
from bot.slack.channel import SlackChannel
from bot.usecases.ports import Channel, Unreachable
from tests.contracts.benches import Slack, a_picture, a_promotion
from tests.fakes.channel import FakeChannel, words
from tests.fakes.clock import FakeClock


class Bench(Protocol):
    """The channel, and what is to be seen in Slack."""

    @property
    def channel(self) -> Channel: ...

    def hanging(self) -> list[str]:
        """The words of what hangs in #ml-churn, threads left out."""

    def thread(self, card: Card) -> list[str]:
        """The words of the card's thread."""

    def deletes(self, card: Card) -> None:
        """Somebody deletes the card."""

    def is_down(self) -> None:
        """Slack answers nothing any more."""


class OnFake:
    def __init__(self) -> None:
        self.channel = FakeChannel(FakeClock())

    def hanging(self) -> list[str]:
        return [card.words for card in self.channel.cards]

    def thread(self, card: Card) -> list[str]:
        return [told for hung in self.channel.cards if hung.ts == card.ts for _, told in hung.thread]

    def deletes(self, card: Card) -> None:
        self.channel.cards = [hung for hung in self.channel.cards if hung.ts != card.ts]

    def is_down(self) -> None:
        self.channel.is_down(days=1)


class OnSlack:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self.channel = SlackChannel(slack.web)

    def hanging(self) -> list[str]:
        seen = self._slack.seen("ml-churn")
        return [_words(message) for message in seen if not message["thread_ts"]]

    def thread(self, card: Card) -> list[str]:
        seen = self._slack.seen("ml-churn")
        return [_words(message) for message in seen if message["thread_ts"] == card.ts]

    def deletes(self, card: Card) -> None:
        self._slack.web.chat_delete(channel=card.channel, ts=card.ts)

    def is_down(self) -> None:
        self._slack.breaks("*", times=1000, status=503)


@pytest.fixture(params=["fake", "real"])
def bench(request: pytest.FixtureRequest) -> Bench:
    return OnFake() if request.param == "fake" else OnSlack(request.getfixturevalue("slack"))


class TestChannel:
    def test_a_posted_card_hangs_and_says_where(self, bench: Bench) -> None:
        promotion = a_promotion(revision=3)
        card = bench.channel.post("#ml-churn", a_picture(promotion))
        assert (bool(card.channel), bool(card.ts), card.shows, card.told) == (True, True, 3, 0)
        (shown,) = bench.hanging()
        assert "Waiting for approval" in shown
        assert promotion.id in shown

    @pytest.mark.parametrize("name", ["#no-such-channel", "no-such-channel"])
    def test_an_unknown_channel_says_what_to_do(self, bench: Bench, name: str) -> None:
        with pytest.raises(NotFound) as refused:
            bench.channel.post(name, a_picture(a_promotion()))
        assert refused.value.sentence == f"There is no channel {name} that I am in. Invite me with /invite."
        assert bench.channel.find(name, a_promotion()) is None

    def test_repainting_replaces_the_whole_picture(self, bench: Bench) -> None:
        promotion = a_promotion()
        card = bench.channel.post("#ml-churn", a_picture(promotion))
        assert bench.channel.repaint(card, a_picture(replace(promotion, status=Status.LIVE)))
        (shown,) = bench.hanging()
        assert "Live" in shown
        assert "Approve\n" not in shown

    def test_what_is_told_stands_in_the_thread(self, bench: Bench) -> None:
        promotion = a_promotion()
        card = bench.channel.post("#ml-churn", a_picture(promotion))
        for number, entry in enumerate(promotion.story):
            bench.channel.tell(card, number, entry, a_picture(promotion))
        first, second = bench.thread(card)
        assert "Opened." in first
        assert "<@U01ANA> said &lt;yes&gt; &amp; more" in second
        assert len(bench.hanging()) == 1

    def test_a_card_is_found_again_with_what_its_thread_tells(self, bench: Bench) -> None:
        promotion = a_promotion()
        assert bench.channel.find("#ml-churn", promotion) is None
        bench.channel.post("#ml-churn", a_picture(a_promotion()))
        card = bench.channel.post("#ml-churn", a_picture(promotion))
        assert bench.channel.find("#ml-churn", promotion) == replace(card, shows=0, told=0)
        for number, entry in enumerate(promotion.story):
            bench.channel.tell(card, number, entry, a_picture(promotion))
        assert bench.channel.find("#ml-churn", promotion) == replace(card, shows=0, told=2)
        assert bench.channel.find("#ml-releases", promotion) is None

    def test_a_repainted_card_is_still_found(self, bench: Bench) -> None:
        promotion = a_promotion()
        card = bench.channel.post("#ml-churn", a_picture(promotion))
        bench.channel.repaint(card, a_picture(replace(promotion, status=Status.LIVE)))
        assert bench.channel.find("#ml-churn", promotion) == replace(card, shows=0, told=0)

    def test_a_deleted_card_stays_deleted(self, bench: Bench) -> None:
        promotion = a_promotion()
        card = bench.channel.post("#ml-churn", a_picture(promotion))
        bench.deletes(card)
        assert not bench.channel.repaint(card, a_picture(promotion))
        assert bench.channel.find("#ml-churn", promotion) is None
        assert bench.channel.link(card) == ""
        assert bench.hanging() == []

    def test_a_card_has_an_address(self, bench: Bench) -> None:
        card = bench.channel.post("#ml-churn", a_picture(a_promotion()))
        assert bench.channel.link(card).startswith("http")

    def test_when_slack_is_down_nothing_can_be_reached(self, bench: Bench) -> None:
        promotion = a_promotion()
        card = bench.channel.post("#ml-churn", a_picture(promotion))
        bench.is_down()
        for call in (
            lambda: bench.channel.post("#ml-churn", a_picture(promotion)),
            lambda: bench.channel.find("#ml-churn", promotion),
            lambda: bench.channel.repaint(card, a_picture(promotion)),
            lambda: bench.channel.tell(card, 0, promotion.story[0], a_picture(promotion)),
            lambda: bench.channel.link(card),
        ):
            with pytest.raises(Unreachable):
                call()


class TestSlack:
    """What only Slack can show."""

    @pytest.mark.parametrize(
        "how",
        [
            {"error": "ratelimited"},
            {"error": "internal_error"},
            {"error": "token_revoked"},
            {"error": "msg_blocks_too_long"},
            {"status": 500},
            {"status": 429},
        ],
        ids=str,
    )
    def test_whatever_slack_does_not_take_is_unreachable(self, slack: Slack, how: dict[str, Any]) -> None:
        slack.breaks("chat.postMessage", **how)
        with pytest.raises(Unreachable, match=r"chat\.postMessage"):
            SlackChannel(slack.web).post("#ml-churn", a_picture(a_promotion()))

    def test_so_is_a_slack_that_nobody_answers_at(self, slack: Slack) -> None:
        slack.web.base_url, kept = "http://127.0.0.1:9/api/", slack.web.base_url
        try:
            with pytest.raises(Unreachable):
                SlackChannel(slack.web).post("#ml-churn", a_picture(a_promotion()))
        finally:
            slack.web.base_url = kept

    @pytest.mark.parametrize("error", ["channel_not_found", "not_in_channel", "is_archived"])
    def test_a_channel_that_takes_nothing_is_no_channel(self, slack: Slack, error: str) -> None:
        slack.breaks("chat.postMessage", error=error)
        with pytest.raises(NotFound):
            SlackChannel(slack.web).post("#ml-churn", a_picture(a_promotion()))

    @pytest.mark.parametrize("error", ["channel_not_found", "not_in_channel", "is_archived"])
    def test_in_a_channel_that_we_may_not_read_nothing_is_found(self, slack: Slack, error: str) -> None:
        slack.breaks("conversations.history", error=error)
        assert SlackChannel(slack.web).find("#ml-churn", a_promotion()) is None

    def test_a_channel_may_be_named_by_its_id(self, slack: Slack) -> None:
        channel, promotion = SlackChannel(slack.web), a_promotion()
        card = channel.post("C01CHURN", a_picture(promotion))
        assert channel.find("C01CHURN", promotion) == replace(card, shows=0)

    def test_only_a_card_is_taken_for_a_card(self, slack: Slack) -> None:
        promotion = a_promotion()
        theirs = {"event_type": "other", "event_payload": {"promotion": promotion.id}}
        slack.web.chat_postMessage(channel="C01CHURN", text="hello", metadata=theirs)
        slack.web.chat_postMessage(channel="C01CHURN", text="hello")
        told = {"event_type": "mlops_promotion", "event_payload": {"promotion": promotion.id, "number": 1}}
        slack.web.chat_postMessage(channel="C01CHURN", text="a line that lost its thread", metadata=told)
        assert SlackChannel(slack.web).find("#ml-churn", promotion) is None

    @pytest.mark.parametrize("status", list(Status))
    def test_every_state_of_a_card_is_taken(self, slack: Slack, status: Status) -> None:
        promotion: Promotion = a_promotion(status=status)
        SlackChannel(slack.web).post("#ml-churn", a_picture(promotion))


def _words(message: dict[str, object]) -> str:
    from bot.slack.views import Message  # noqa: PLC0415 - only its shape

    return words(Message(str(message["text"]), message["blocks"]))  # type: ignore[arg-type]  # JSON
