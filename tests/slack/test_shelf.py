"""The shelf: what a model can go back to, and what its buttons carry."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.model import Version
from bot.domain.policy import Requirement
from bot.domain.promotion import Status
from bot.domain.refusals import NotUnderstood
from bot.slack.shelf import ROLL_BACK, age, card_of, choice_of, shelved
from bot.slack.views import Message
from bot.usecases.rollback import Known
from playground.slack.checker import check_message
from tests.slack.cards import NOON, promotion

LIVE = promotion(Status.LIVE)
LEADS = (Requirement("leads", 1),)
V11 = Known(Version("churn", 11), NOON - timedelta(days=3, hours=5))
V10 = Known(Version("churn", 10), NOON - timedelta(days=40), "it is Rejected in the registry.")
V9 = Known(Version("churn", 9), None)


def said(message: Message) -> list[str]:
    """The words of each block, and what its button says and carries."""
    check_message(message.text, message.blocks)
    rows = []
    for block in message.blocks:
        text = block["text"] if "text" in block else block["elements"][0]
        rows.append(text["text"])
        if button := block.get("accessory"):
            rows[-1] += f" [{button['text']['text']}: {button['action_id']} {button['value']}]"
    return rows


def confirms(message: Message) -> list[dict[str, Any]]:
    return [block["accessory"]["confirm"] for block in message.blocks if "accessory" in block]


def test_each_version_says_since_when_and_has_a_button_where_it_can_be_had() -> None:
    title, how, *rows = said(shelved(LIVE, [V11, V10, V9], LEADS, NOON))
    assert title == "*What churn can go back to in production*"
    assert how == (
        "What I saw live comes back at once, without a new test. production asks 1 of leads first."
    )
    assert len(rows) == 3
    assert rows[0].startswith("*churn:11*  ·  went live <!date^")
    assert rows[0].endswith(", 3 days ago [Roll back to churn:11: promotion.rollback p_0123456789ab|11]")
    assert rows[1].endswith(
        ", 40 days ago\n:no_entry: Cannot be deployed any more: it is Rejected in the registry."
    )
    before = "served before the bot came: it is tested and weighed like any version"
    assert rows[2].startswith(f"*churn:9*  ·  {before}")
    assert rows[2].endswith("[Roll back to churn:9: promotion.rollback p_0123456789ab|9]")


def test_what_served_before_the_bot_is_confirmed_as_what_it_is() -> None:
    (button,) = [
        block["accessory"] for block in shelved(LIVE, [V9], LEADS, NOON).blocks if "accessory" in block
    ]
    assert button["confirm"]["text"]["text"] == (
        "churn:9 is tested, weighed and asked about for production like any other version."
    )


@pytest.mark.parametrize(
    ("asked", "who"),
    [
        ((), "production asks nobody for it."),
        (LEADS, "production asks 1 of leads first."),
        (None, "Nobody may approve it: mlops.toml gives production no approvals."),
    ],
)
def test_a_click_is_confirmed_with_what_happens_then(asked: tuple[Requirement, ...] | None, who: str) -> None:
    (asks,) = confirms(shelved(LIVE, [V11], asked, NOON))
    assert asks["title"]["text"] == "Roll back to churn:11?"
    assert asks["text"]["text"] == (
        f"churn:11 takes the place of what production serves now, all at once. {who}"
    )
    assert (asks["confirm"]["text"], asks["deny"]["text"]) == ("Roll back", "Cancel")


def test_an_empty_shelf_says_why() -> None:
    assert said(shelved(LIVE, [], LEADS, NOON)) == [
        "There is nothing to roll back to: no other version of churn was live in production."
    ]


def test_slack_takes_a_shelf_of_any_length_and_any_words() -> None:
    known = [
        Known(Version("m" * 63, 999_999_999 - n), NOON, "<!channel> & `x` " * 500 if n % 2 else "")
        for n in range(200)
    ]
    asked = tuple(Requirement(f"{'g' * 60}-{n}", 20) for n in range(20))
    shown = said(shelved(LIVE, known, asked, NOON))
    assert shown[-1].endswith(" more")
    assert not any("<!channel>" in text for text in shown)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=47), "1 day ago"),
        (timedelta(days=400), "400 days ago"),
    ],
)
def test_an_age_is_told_in_the_largest_unit_that_fits(span: timedelta, words: str) -> None:
    now: datetime = NOON
    assert age(now - span, now) == words


def test_what_the_buttons_carry_is_read_back() -> None:
    assert ROLL_BACK == "promotion.rollback"
    assert choice_of("p_0123456789ab|11") == ("p_0123456789ab", 11)
    assert card_of("p_0123456789ab") == "p_0123456789ab"


@pytest.mark.parametrize(
    "value",
    ["", "|", "p_0123456789ab", "p_0123456789ab|", "p_0123456789ab|0", "p_0123456789ab|-1",
     "p_0123456789ab|1.5", "p_0123456789ab|11|12", "p_0123456789ab|1234567890", "p_0123456789AB|11",
     "p_0123456789ab|11\n", " p_0123456789ab|11", "p_0123456789ab|²", "churn|11"],
)  # fmt: skip
def test_what_no_button_of_ours_carries_is_refused_in_words(value: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        choice_of(value)
    assert "`/mlops rollback MODEL in STAGE`" in refused.value.sentence


@pytest.mark.parametrize("value", ["", "p_", "p_0123456789ab|11", "p_0123456789abc", "p_0123456789ab\n"])
def test_a_card_s_button_carries_an_id_and_nothing_else(value: str) -> None:
    with pytest.raises(NotUnderstood):
        card_of(value)
