"""The way back, as a conversation: rollback by words and by buttons."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.domain.model import Approval, Version
from bot.domain.promotion import Promotion, Status
from bot.slack import desk
from bot.slack.shelf import ROLL_BACK
from bot.slack.views import REPORT, SHELF, Message
from bot.usecases.ports import Unreachable
from tests.fakes.channel import words
from tests.fakes.directory import PEOPLE
from tests.fakes.reports import quality
from tests.fakes.world import World, policy_with

BACK = "Rolling churn back to churn:1 in production. Its card follows it from here."
UNKNOWN = "The registry has no churn:9. The newest is churn:2: `/mlops show churn:2`."
ALONE = (
    "Nothing but churn:2 is live in production. Name the version to compare with: "
    "`/mlops compare churn:2 churn:N`."
)
ASKS = "production asks 1 of leads and 1 of risk first."


def two_were_live(world: World) -> World:
    """churn:1 and then churn:2 went live in production."""
    world.register("churn")
    world.brings("churn:1", "staging")
    world.brings("churn:1", "production")
    world.time_passes(days=3)
    world.register("churn", auc=0.91)
    world.brings("churn:2", "staging")
    world.brings("churn:2", "production")
    return world


@pytest.fixture
def world() -> World:
    return two_were_live(World())


def clicked(world: World, action: str, value: str, who: str = "ana", request: str = "c1") -> Message:
    return desk.clicked(world.ports, action, value, PEOPLE[who], request)


def buttons(message: Message) -> list[tuple[str, str]]:
    """What each button says and carries."""

    def found(node: Any) -> Iterator[tuple[str, str]]:
        if isinstance(node, dict) and node.get("type") == "button":
            yield node["text"]["text"], node["value"]
        elif isinstance(node, dict | list):
            for child in node.values() if isinstance(node, dict) else node:
                yield from found(child)

    return list(found(message.blocks))


def rollbacks(world: World) -> list[Any]:
    return [one for one in world.ledger.all() if one.rollback]


def the_rollback(world: World) -> Promotion:
    (found,) = [one for one in world.ledger.all() if one.rollback]
    return found


def shelf(world: World) -> Message:
    return clicked(world, SHELF, world.promotion("churn:2", "production").id)


# ---- by words --------------------------------------------------------------------------------------


def test_what_was_live_before_comes_back(world: World) -> None:
    assert world.says("cara", "rollback churn in production") == f"{BACK} {ASKS}"
    world.runs()
    (card,) = world.channel.of(the_rollback(world).id)
    assert "churn:1 → production (rollback)" in card.words
    assert card.asks
    world.says("ana", "approve churn:1 to production")
    world.says("rita", "approve churn:1 to production")
    world.runs()
    assert (world.status("churn:1", "production"), world.status("churn:2", "production")) == (
        "live",
        "rolled_back",
    )
    assert "(rollback): live, " in world.says("ana", "show churn:1")


def test_where_the_policy_asks_nobody_the_answer_promises_nothing_else() -> None:
    world = two_were_live(World(policy_with(rollback_approvals=())))
    assert world.says("cara", "rollback churn in production to v1") == BACK
    world.runs()
    assert world.status("churn:1", "production") == "live"


def test_the_same_delivery_twice_is_one_rollback_and_the_same_answer(world: World) -> None:
    first = desk.commanded(world.ports, "rollback churn in production", PEOPLE["cara"], "r-twice")
    world.runs()
    second = desk.commanded(world.ports, "rollback churn in production", PEOPLE["cara"], "r-twice")
    assert words(second) == words(first)
    assert the_rollback(world).attempt == 2


def test_two_people_who_want_the_same_back_get_it_once(world: World) -> None:
    world.says("cara", "rollback churn in production")
    said = world.says("dan", "rollback churn in production")
    assert said.startswith("churn:1 to production is on its way already")
    assert the_rollback(world).proposer == PEOPLE["cara"]


def test_a_rollback_holds_though_slack_cannot_show_its_card(world: World) -> None:
    world.breaks("channel.post", Unreachable("no"))
    assert world.says("cara", "rollback churn in production") == f"{BACK} {ASKS}"
    world.runs()
    assert len(world.channel.of(the_rollback(world).id)) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rollback churn in attic", "There is no stage “attic”. mlops.toml has: staging, production."),
        ("rollback spam in production",
         "There is nothing to roll back to: no other version of spam was live in production."),
        ("rollback churn in production to 7",
         "churn:7 was never live in production, or serves there now. The shelf has: churn:1."),
        ("rollback churn production", "Did you mean `/mlops rollback churn in production`?"),
    ],
)  # fmt: skip
def test_what_cannot_come_back_is_refused_in_words(world: World, text: str, said: str) -> None:
    assert world.says("cara", text) == said
    assert not any(one.rollback for one in world.ledger.all())


# ---- evidence --------------------------------------------------------------------------------------


def test_a_report_stands_beside_what_is_live(world: World) -> None:
    world.register("churn", auc=0.95)
    said = world.says("cara", "report churn:3")
    assert said.startswith("churn:3: Every guardrail holds; better than churn:2 on 1 of 1 metrics.")
    assert "churn:2 (production)" in said.splitlines()
    assert said == world.says("dan", "report churn latest")


def test_two_versions_are_compared_and_one_alone_with_what_is_live(world: World) -> None:
    world.register("churn", auc=0.95)
    assert world.says("cara", "compare churn 3 1").splitlines()[1] == "churn:3 beside churn:1"
    assert world.says("cara", "compare churn:3").splitlines()[1] == "churn:3 beside churn:2"
    assert world.dead_letters == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("report churn:9", UNKNOWN),
        ("compare churn:2 churn:9", UNKNOWN),
        ("compare churn:2 latest", "churn:2 is the same as churn:2. Name two versions."),
        ("compare churn:2", ALONE),
    ],
)  # fmt: skip
def test_what_has_no_evidence_to_show_is_refused_in_words(world: World, text: str, said: str) -> None:
    assert world.says("cara", text) == said


def test_a_version_without_a_report_hears_how_to_give_it_one(world: World) -> None:
    world.register("spam")
    world.registry.change(Version("spam", 1), report="")
    assert "It names no evaluation report." in world.says("cara", "report spam:1")


def test_the_report_button_of_a_card_shows_the_evidence_of_its_version(world: World) -> None:
    shown = clicked(world, REPORT, world.promotion("churn:2", "production").id)
    assert "churn:2 · evaluation report" in words(shown)
    assert "churn:1 (production)" in words(shown)  # what was live when it was weighed, and is not any more


# ---- by buttons ------------------------------------------------------------------------------------


def test_the_live_card_leads_to_the_shelf_and_the_shelf_to_the_rollback(world: World) -> None:
    assert "Roll back…" in world.card("churn:2", "production").words
    shown = shelf(world)
    assert "What churn can go back to in production" in shown.text
    ((label, value),) = buttons(shown)
    assert label == "Roll back to churn:1"
    assert words(clicked(world, ROLL_BACK, value, who="cara")) == f"{BACK} {ASKS}"
    assert (the_rollback(world).status, the_rollback(world).proposer) == (Status.OPENED, PEOPLE["cara"])


def test_the_shelf_has_no_button_for_what_the_registry_rejects(world: World) -> None:
    world.registry.change(Version("churn", 1), approval=Approval.REJECTED)
    shown = shelf(world)
    assert buttons(shown) == []
    assert "Cannot be deployed any more: it is Rejected in the registry." in words(shown)


def test_a_shelf_of_yesterday_is_looked_at_anew_when_it_is_clicked(world: World) -> None:
    ((_, value),) = buttons(shelf(world))
    world.registry.change(Version("churn", 1), approval=Approval.REJECTED)
    said = words(clicked(world, ROLL_BACK, value))
    assert said == "churn:1 cannot be rolled back to: it is Rejected in the registry."
    assert not any(one.rollback for one in world.ledger.all())


def test_the_same_click_twice_is_one_rollback(world: World) -> None:
    ((_, value),) = buttons(shelf(world))
    first, second = (words(clicked(world, ROLL_BACK, value, request="c-twice")) for _ in range(2))
    assert first == second == f"{BACK} {ASKS}"
    assert the_rollback(world).attempt == 2


@pytest.mark.parametrize("action", [SHELF, ROLL_BACK])
@pytest.mark.parametrize("value", ["", "p_lost", "p_000000000000", "p_000000000000|1", "11", "<!channel>|1"])
def test_a_button_that_carries_nonsense_is_refused_in_words(world: World, action: str, value: str) -> None:
    said = words(clicked(world, action, value))
    assert "`/mlops " in said
    assert "<!channel>" not in said


def test_a_button_that_nobody_knows_is_refused_in_words(world: World) -> None:
    assert words(clicked(world, "promotion.burn", "x")).startswith(
        "I do not know the button “promotion.burn”."
    )


# ---- what is not any more what was sealed ----------------------------------------------------------


def test_an_approval_of_what_changed_meanwhile_is_void_and_says_why() -> None:
    world = World()
    world.register("churn")
    world.brings("churn:1", "staging")
    world.registry.change(Version("churn", 1), report="s3://models/churn/1/other.json")
    world.reports.write("s3://models/churn/1/other.json", quality(auc=0.99))
    said = world.says("ana", "approve churn:1 to production")
    assert "is not any more what was sealed, so the approval is void. Changed: report: " in said
    assert said.endswith("It is weighed and asked about anew, on a card of its own.")
    assert world.promotions("churn:1", "production")[0].consents == ()
