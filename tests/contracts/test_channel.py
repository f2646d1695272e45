"""The Channel contract, on the fake and on the local Slack."""

from collections import Counter
from dataclasses import replace
from typing import Any, Protocol

import pytest

from bot.domain.freeze import Freeze
from bot.domain.promotion import Card, Entry, Promotion, Status
from bot.domain.refusals import NotFound
from bot.slack import reports
from bot.slack.blocks import Block, section
from bot.slack.channel import SlackChannel
from bot.slack.views import Message
from bot.usecases.ports import Channel, Unreachable
from tests.contracts.benches import START, Slack, a_picture, a_promotion
from tests.fakes.channel import FakeChannel, words
from tests.fakes.clock import FakeClock
from tests.slack.evidences import FULL

FREEZE = Freeze("churn").asked("U04CARA", "it learned from <bad> & worse rows", START, "r1")


class Bench(Protocol):
    """The channel, and what is to be seen in Slack."""

    @property
    def channel(self) -> Channel: ...

    def hanging(self) -> list[str]:
        """The words of what is seen in #ml-churn while no thread is open."""

    def thread(self, card: Card) -> list[str]:
        """The words of the card's thread."""

    def deletes(self, card: Card) -> None:
        """Somebody deletes the card."""

    def is_down(self) -> None:
        """Slack answers nothing any more."""

    def blocks(self, card: Card) -> list[Block]:
        """The blocks of the card's thread."""

    def takes_no_uploads(self) -> None:
        """Nothing can be uploaded any more."""

    def draws_no_charts(self) -> None:
        """Slack refuses what has charts in it."""


class OnFake:
    def __init__(self) -> None:
        self.channel = FakeChannel(FakeClock())

    def hanging(self) -> list[str]:
        frozen = [said for _, said in self.channel.frozen.values()]
        return [*(card.words for card in self.channel.cards), *self.channel.aloud, *frozen]

    def thread(self, card: Card) -> list[str]:
        return [told for hung in self.channel.cards if hung.ts == card.ts for _, told in hung.thread]

    def deletes(self, card: Card) -> None:
        self.channel.cards = [hung for hung in self.channel.cards if hung.ts != card.ts]
        self.channel.frozen.pop(card.ts, None)

    def is_down(self) -> None:
        self.channel.is_down(days=1)

    def blocks(self, card: Card) -> list[Block]:
        return [block for hung in self.channel.cards if hung.ts == card.ts for block in hung.blocks]

    def takes_no_uploads(self) -> None:
        self.channel.takes_no_uploads()

    def draws_no_charts(self) -> None:
        self.channel.draws_no_charts()


class OnSlack:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self.channel = SlackChannel(slack.web)

    def hanging(self) -> list[str]:
        seen = self._slack.seen("ml-churn")
        return [_words(message) for message in seen if not message["thread_ts"] or message["broadcast"]]

    def thread(self, card: Card) -> list[str]:
        seen = self._slack.seen("ml-churn")
        return [_words(message) for message in seen if message["thread_ts"] == card.ts]

    def deletes(self, card: Card) -> None:
        self._slack.web.chat_delete(channel=card.channel, ts=card.ts)

    def is_down(self) -> None:
        self._slack.breaks("*", times=1000, status=503)

    def blocks(self, card: Card) -> list[Block]:
        seen = self._slack.seen("ml-churn")
        return [block for one in seen if one["thread_ts"] == card.ts for block in one["blocks"]]

    def takes_no_uploads(self) -> None:
        self._slack.breaks("files.getUploadURLExternal", times=1000, error="missing_scope")

    def draws_no_charts(self) -> None:
        self._slack.breaks("chat.postMessage", error="invalid_blocks")


@pytest.fixture(params=["fake", "real"])
def bench(request: pytest.FixtureRequest) -> Bench:
    return OnFake() if request.param == "fake" else OnSlack(request.getfixturevalue("slack"))


class TestFreezes:
    def test_the_message_asks_and_afterwards_says_what_was_decided(self, bench: Bench) -> None:
        card = bench.channel.post_freeze("#ml-churn", FREEZE)
        (asked,) = bench.hanging()
        assert "Shall it be frozen?" in asked
        assert "Approve freeze" in asked
        assert bench.channel.redraw_freeze(card, FREEZE.approved("U01ANA", START, "r2"))
        (decided,) = bench.hanging()
        assert "Frozen" in decided
        assert "Approve freeze" not in decided

    def test_one_freeze_has_one_message(self, bench: Bench) -> None:
        card = bench.channel.post_freeze("#ml-churn", FREEZE)
        assert bench.channel.post_freeze("#ml-churn", FREEZE.approved("U01ANA", START, "r2")) == card
        (shown,) = bench.hanging()
        assert "Frozen" in shown

    def test_the_next_one_has_its_own(self, bench: Bench) -> None:
        bench.channel.post_freeze("#ml-churn", FREEZE)
        dismissed = FREEZE.dismissed("U01ANA", START, "r2")
        bench.channel.post_freeze("#ml-churn", dismissed.asked("U04CARA", "again", START, "r3"))
        assert len(bench.hanging()) == 2

    def test_a_deleted_one_stays_deleted(self, bench: Bench) -> None:
        card = bench.channel.post_freeze("#ml-churn", FREEZE)
        bench.deletes(card)
        assert not bench.channel.redraw_freeze(card, FREEZE)
        assert bench.hanging() == []

    def test_an_unknown_channel_and_a_slack_that_is_down_are_told_apart(self, bench: Bench) -> None:
        with pytest.raises(NotFound):
            bench.channel.post_freeze("#no-such-channel", FREEZE)
        bench.is_down()
        with pytest.raises(Unreachable):
            bench.channel.post_freeze("#ml-churn", FREEZE)


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


class TestEvidence:
    """What is told with a version's evaluation report."""

    def test_the_evidence_is_told_with_charts_and_pictures(self, bench: Bench) -> None:
        card = told_evidence(bench)
        said = "\n".join(bench.thread(card))
        assert "measured on" in said
        assert kinds(bench, card)["data_visualization"] == 2
        assert alts(bench, card) == [drawing.alt for drawing in reports.reported(FULL).drawings]
        assert len(alts(bench, card)) == 2

    def test_told_aloud_it_is_seen_in_the_channel_too(self, bench: Bench) -> None:
        card = told_evidence(bench, aloud=True)
        assert bench.hanging()[1:] == bench.thread(card)
        assert len(bench.thread(card)) == 1

    def test_told_quietly_it_is_seen_in_the_thread_only(self, bench: Bench) -> None:
        card = told_evidence(bench)
        assert len(bench.hanging()) == len(bench.thread(card)) == 1

    def test_what_was_told_aloud_counts_as_told(self, bench: Bench) -> None:
        card = told_evidence(bench, aloud=True)
        found = bench.channel.find("#ml-churn", evident(aloud=True))
        assert found == replace(card, shows=0, told=2)

    def test_where_slack_draws_no_charts_the_words_and_pictures_come_alone(self, bench: Bench) -> None:
        card = bench.channel.post("#ml-churn", a_picture(evident()))
        bench.draws_no_charts()
        told_evidence(bench, card)
        assert kinds(bench, card)["data_visualization"] == 0
        assert kinds(bench, card)["table"] == 1
        assert len(alts(bench, card)) == 2
        assert "measured on" in "\n".join(bench.thread(card))

    def test_where_nothing_can_be_uploaded_the_words_and_charts_come_alone(self, bench: Bench) -> None:
        card = bench.channel.post("#ml-churn", a_picture(evident()))
        bench.takes_no_uploads()
        told_evidence(bench, card)
        assert alts(bench, card) == []
        assert kinds(bench, card)["data_visualization"] == 2


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

    def test_a_card_that_is_refused_with_its_chart_is_sent_and_updated_without_it(
        self, slack: Slack, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        chart = next(b for b in reports.reported(FULL).blocks if b["type"] == "data_visualization")
        monkeypatch.setattr("bot.slack.views.card", lambda _: Message("card", [section("words"), chart]))
        channel, picture = SlackChannel(slack.web), a_picture(a_promotion())
        slack.breaks("chat.postMessage", error="invalid_blocks")
        card = channel.post("#ml-churn", picture)
        assert [block["type"] for block in slack.seen("ml-churn")[0]["blocks"]] == ["section"]
        assert channel.repaint(card, picture)
        assert [block["type"] for block in slack.seen("ml-churn")[0]["blocks"]] == [
            "section",
            "data_visualization",
        ]
        slack.breaks("chat.update", error="invalid_blocks")
        assert channel.repaint(card, picture)
        assert [block["type"] for block in slack.seen("ml-churn")[0]["blocks"]] == ["section"]

    def test_what_is_refused_without_charts_too_loses_its_pictures(self, slack: Slack) -> None:
        channel = SlackChannel(slack.web)
        card = channel.post("#ml-churn", a_picture(evident()))
        slack.breaks("chat.postMessage", error="invalid_blocks", times=2)
        channel.tell(card, 1, evident().story[1], replace(a_picture(evident()), reported=FULL))
        (_, told) = slack.seen("ml-churn")
        assert {block["type"] for block in told["blocks"]} <= {"section", "context", "table"}

    def test_what_is_refused_in_plain_words_is_unreachable(self, slack: Slack) -> None:
        slack.breaks("chat.postMessage", error="invalid_blocks")
        with pytest.raises(Unreachable, match=r"chat\.postMessage: invalid_blocks"):
            SlackChannel(slack.web).post("#ml-churn", a_picture(a_promotion()))
        assert slack.seen("ml-churn") == []

    @pytest.mark.parametrize("status", list(Status))
    def test_every_state_of_a_card_is_taken(self, slack: Slack, status: Status) -> None:
        promotion: Promotion = a_promotion(status=status)
        SlackChannel(slack.web).post("#ml-churn", a_picture(promotion))
        (card,) = slack.seen("ml-churn")
        assert card["blocks"][0]["text"]["text"].startswith(str(promotion.version))


def evident(*, aloud: bool = False) -> Promotion:
    """A promotion whose story tells evidence; always the same one."""
    opened = Entry(START, Status.OPENED, "Opened.")
    weighed = Entry(START, Status.WEIGHED, "Every guardrail holds.", evidence=True, aloud=aloud)
    return a_promotion(id="p_0123456789ab", story=(opened, weighed))


def told_evidence(bench: Bench, card: Card | None = None, *, aloud: bool = False) -> Card:
    """The card in whose thread it was told."""
    promotion = evident(aloud=aloud)
    card = card or bench.channel.post("#ml-churn", a_picture(promotion))
    bench.channel.tell(card, 1, promotion.story[1], replace(a_picture(promotion), reported=FULL))
    return card


def kinds(bench: Bench, card: Card) -> Counter[str]:
    """How many blocks of each kind the thread has."""
    return Counter(str(block["type"]) for block in bench.blocks(card))


def alts(bench: Bench, card: Card) -> list[str]:
    """What the thread's pictures say to people who do not see them."""
    return [str(block["alt_text"]) for block in bench.blocks(card) if block["type"] == "image"]


def _words(message: dict[str, object]) -> str:
    return words(Message(str(message["text"]), message["blocks"]))  # type: ignore[arg-type]  # JSON
