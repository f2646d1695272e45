"""Freezes: who may decide, which moves there are, and the story that stays."""

from datetime import UTC, datetime

import pytest

from bot.domain.freeze import MOVES, Freeze, FreezeStatus, deciders, rule
from bot.domain.refusals import NotAllowed, NotPossible
from bot.domain.wording import plain
from tests.fakes.world import policy_with, the_policy

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ASKED = Freeze("churn").asked("U01CARA", "learned from bad rows", NOW, "r1")
FROZEN = ASKED.approved("U02LENA", NOW, "r2")
LEADS = frozenset({"leads"})


def test_a_freeze_is_asked_for_approved_and_lifted() -> None:
    lifted = FROZEN.lifted("U02LENA", "the rows are gone", NOW, "r3")
    assert [move.status.value for move in lifted.story] == ["asked for", "frozen", "lifted"]
    assert (ASKED.is_in_force, FROZEN.is_in_force, lifted.is_in_force) == (False, True, False)
    again = lifted.asked("U01CARA", "once more", NOW, "r4")
    assert (again.number, len(again.story)) == (2, 4)  # nothing that was ever decided is lost


def test_who_wants_something_of_it_hears_why_not_and_what_to_do() -> None:
    assert plain(FROZEN.sentence) == (
        "churn is frozen since 2026-11-25 12:00 UTC, approved by @U02LENA: learned from bad rows. "
        "Only a rollback goes out. `/mlops unfreeze churn -- reason` ends it."
    )


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda: ASKED.asked("U9", "again", NOW, "r"), "was asked to be frozen already"),
        (lambda: FROZEN.asked("U9", "again", NOW, "r"), "is frozen already"),
        (lambda: Freeze("churn").asked("U9", "", NOW, "r"), "needs a reason"),
        (lambda: FROZEN.approved("U9", NOW, "r"), "is frozen, not to be decided"),
        (lambda: FROZEN.dismissed("U9", NOW, "r"), "is frozen, not to be decided"),
        (lambda: ASKED.lifted("U9", "why", NOW, "r"), "churn is not frozen"),
        (lambda: FROZEN.lifted("U9", "", NOW, "r"), "needs a reason"),
        (lambda: Freeze("churn").approved("U9", NOW, "r"), "Nobody asked to freeze churn"),
    ],
)
def test_a_move_that_is_not_in_the_table_is_refused_in_words(act: object, said: str) -> None:
    with pytest.raises(NotPossible, match=said):
        act()  # type: ignore[operator]


def test_every_status_has_its_moves() -> None:
    assert set(MOVES) == set(FreezeStatus)


def test_one_of_those_whom_the_top_stage_asks_decides() -> None:
    assert deciders(the_policy()) == ("leads", "risk")
    rule(ASKED, the_policy(), "U02LENA", LEADS)


@pytest.mark.parametrize(
    ("freeze", "who", "groups", "said"),
    [
        (ASKED, "U09NOBODY", frozenset(), "Only leads or risk may decide"),
        (ASKED, "U01CARA", LEADS, "somebody else has to approve it"),
    ],
)
def test_others_do_not(freeze: Freeze, who: str, groups: frozenset[str], said: str) -> None:
    with pytest.raises(NotAllowed, match=said):
        rule(freeze, the_policy(), who, groups)


def test_who_asked_may_lift_it_later() -> None:
    rule(FROZEN, the_policy(), "U01CARA", LEADS)


@pytest.mark.parametrize("approvals", [None, ()])
def test_where_the_top_stage_asks_nobody_nobody_may(approvals: object) -> None:
    with pytest.raises(NotAllowed, match="Nobody may decide"):
        rule(ASKED, policy_with(approvals=approvals), "U02LENA", LEADS)
