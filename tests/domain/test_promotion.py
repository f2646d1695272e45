"""Promotions: the moves that they may make, and the names that they go by."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import Identity, Version
from bot.domain.promotion import MOVES, OVER, Entry, Promotion, Status, promotion_id, said
from bot.domain.refusals import NotPossible

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)
ARN = "arn:aws:sagemaker:eu-central-1:1:model-package/churn/12"
PROMOTION = Promotion(
    id="p_0123456789ab",
    version=Version("churn", 12),
    stage="production",
    attempt=1,
    arn=ARN,
    status=Status.OPENED,
    opened_at=NOON,
    registered_by=Identity("cara"),
    story=(Entry(NOON, Status.OPENED, "The registry has a new version."),),
)
LEGAL = {
    "opened": "sealed refused failed",
    "sealed": "tested refused superseded failed",
    "tested": "weighed refused superseded failed",
    "weighed": "asking approved superseded failed",
    "asking": "approved rejected expired superseded failed",
    "approved": "deploying superseded failed",
    "deploying": "watching superseded failed",
    "watching": "live rolled_back failed",
    "live": "superseded rolled_back",
    "failed": "rolled_back",
}
PAIRS = [(Status(old), Status(new)) for old, new in product(Status, Status)]
ALLOWED = {(Status(old), Status(new)) for old, onward in LEGAL.items() for new in onward.split()}
SAGEMAKER_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")  # Amazon SageMaker API: CreateModel


def at(status: Status) -> Promotion:
    return replace(PROMOTION, status=status)


@pytest.mark.parametrize(("old", "new"), sorted(ALLOWED))
def test_a_legal_move_is_made_and_told(old: Status, new: Status) -> None:
    moved = at(old).moved(new, LATER, "On it goes.", who="U1", request="r1", report="s3://b/r")
    assert moved.status is new
    assert moved.last == Entry(LATER, new, "On it goes.", "U1", "r1")
    assert moved.story[:-1] == PROMOTION.story
    assert moved.report == "s3://b/r"


@pytest.mark.parametrize(("old", "new"), [(o, n) for o, n in PAIRS if o is not n and (o, n) not in ALLOWED])
def test_an_illegal_move_is_refused_in_words(old: Status, new: Status) -> None:
    with pytest.raises(NotPossible) as refused:
        at(old).moved(new, LATER, "No.")
    assert refused.value.sentence == f"churn:12 to production is {said(old)} and cannot become {said(new)}."


@pytest.mark.parametrize("status", Status)
def test_a_line_can_be_told_without_a_move(status: Status) -> None:
    told = at(status).moved(status, LATER, "Nothing moved.")
    assert (told.status, told.last.text) == (status, "Nothing moved.")


def test_a_move_leaves_the_old_promotion_as_it_was() -> None:
    PROMOTION.moved(Status.SEALED, LATER, "Sealed.")
    assert (PROMOTION.status, len(PROMOTION.story)) == (Status.OPENED, 1)


def test_the_table_says_where_every_status_leads() -> None:
    assert set(MOVES) == set(Status)
    assert {(old, new) for old, onward in MOVES.items() for new in onward} == ALLOWED


@pytest.mark.parametrize("status", Status)
def test_what_only_its_successor_can_move_is_over(status: Status) -> None:
    assert at(status).is_over is (status in OVER)
    assert (status in OVER) is (MOVES[status] <= {Status.SUPERSEDED, Status.ROLLED_BACK})


@pytest.mark.parametrize("status", sorted(OVER))
def test_nothing_that_is_over_ever_goes_on(status: Status) -> None:
    ahead = {status}
    while onward := {new for old in ahead for new in MOVES[old]} - ahead:
        ahead |= onward
    assert ahead <= OVER


WAY = [
    Status.OPENED,
    Status.SEALED,
    Status.TESTED,
    Status.WEIGHED,
    Status.APPROVED,
    Status.DEPLOYING,
    Status.WATCHING,
    Status.LIVE,
]


@pytest.mark.parametrize(("before", "status"), list(pairwise(WAY)))
def test_what_goes_live_was_sealed_tested_weighed_and_approved_on_the_way(
    before: Status, status: Status
) -> None:
    leading = {old for old in Status if status in MOVES[old]}
    assert leading - {Status.ASKING} == {before}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("unsettled", [False, True])
def test_a_promotion_is_done_when_it_is_closed_and_its_endpoint_has_settled(
    status: Status,
    closed: bool,  # noqa: FBT001 - a column of the table
    unsettled: bool,  # noqa: FBT001 - a column of the table
) -> None:
    ended = replace(at(status), closed=closed, unsettled=unsettled)
    assert ended.is_done is (status in OVER and closed and not unsettled)


def test_it_knows_when_it_went_live_also_after_it_was_superseded() -> None:
    live = at(Status.WATCHING).moved(Status.LIVE, LATER, "Live.")
    later = live.moved(Status.SUPERSEDED, LATER + timedelta(hours=1), "churn:13 went live.")
    assert (at(Status.WATCHING).went_live, live.went_live, later.went_live) == (None, LATER, LATER)


def test_a_move_changes_nothing_that_it_is_not_told_to() -> None:
    full = replace(at(Status.SEALED), rollback=True, looks=3, unsettled=True)
    moved = full.moved(Status.TESTED, LATER, "Tested.")
    assert moved == replace(full, status=Status.TESTED, story=moved.story)


@pytest.mark.parametrize("status", Status)
def test_a_promotion_that_is_under_way_can_always_fail(status: Status) -> None:
    assert (Status.FAILED in MOVES[status]) is (status not in OVER)


@pytest.mark.parametrize("status", Status)
def test_every_status_can_be_said_in_plain_words(status: Status) -> None:
    assert re.fullmatch(r"[a-z]+( [a-z]+)*", said(status))


def test_its_title_says_what_goes_where() -> None:
    assert PROMOTION.title == "churn:12 to production"


@given(
    model=st.from_regex(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", fullmatch=True)
    | st.sampled_from(["m" * 63, "a" * 39 + "-" * 23 + "b", "a" + "-" * 61 + "b"]),
    number=st.integers(1, 999_999_999),
)
def test_what_it_creates_in_sagemaker_has_a_legal_name(model: str, number: int) -> None:
    promotion = replace(PROMOTION, version=Version(model, number), id=promotion_id(ARN, NOON, "s", 1))
    assert len(promotion.resource) <= 63
    assert SAGEMAKER_NAME.fullmatch(promotion.resource)


def test_two_promotions_create_different_things() -> None:
    other = replace(PROMOTION, id="p_ffffffffffff")
    assert PROMOTION.resource == "churn-12-0123456789ab" != other.resource


def test_an_id_is_opaque_and_stays_the_same_for_ever() -> None:
    # Buttons, executions and ledger items carry it: this may change only on purpose.
    assert promotion_id(ARN, NOON, "production", 1) == "p_4dea854c724d"


def test_the_reader_s_time_zone_is_no_part_of_an_id() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=-7)))
    assert promotion_id(ARN, there, "production", 1) == promotion_id(ARN, NOON, "production", 1)


IDENTITIES = st.tuples(
    st.sampled_from([ARN, f"{ARN}3"]),
    st.datetimes(timezones=st.just(UTC)),
    st.sampled_from(["staging", "production"]),
    st.integers(1, 99),
)


@given(one=IDENTITIES, other=IDENTITIES)
def test_one_event_names_one_promotion_and_two_name_two(
    one: tuple[str, datetime, str, int], other: tuple[str, datetime, str, int]
) -> None:
    assert re.fullmatch(r"p_[0-9a-f]{12}", promotion_id(*one))
    assert (promotion_id(*one) == promotion_id(*other)) is (one == other)
