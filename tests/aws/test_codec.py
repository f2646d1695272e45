"""The codec: what the ledger reads is what it wrote, also after a field was added or taken away."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.aws.codec import from_plain, to_plain
from bot.domain.comparison import Comparison, Row
from bot.domain.envelope import Envelope
from bot.domain.model import Identity, Version
from bot.domain.promotion import Card, Consent, Entry, Promotion, Status

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDS = st.text(max_size=20)
MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7))]))
NUMBERS = st.none() | st.floats(allow_nan=False)
KNOWN = st.none() | st.booleans()
VERSIONS = st.builds(Version, WORDS, st.integers(0, 10**9))
ROWS = st.builds(Row, WORDS, NUMBERS, NUMBERS, WORDS, KNOWN, KNOWN)
COMPARISONS = st.builds(
    Comparison,
    st.lists(ROWS, max_size=3).map(tuple),
    st.none() | VERSIONS,
    st.lists(WORDS, max_size=3).map(tuple),
    st.lists(WORDS, max_size=3).map(tuple),
)
CONSENTS = st.builds(Consent, WORDS, st.lists(WORDS, max_size=3).map(tuple), MOMENTS, WORDS, WORDS)
ENTRIES = st.builds(Entry, MOMENTS, st.sampled_from(Status), WORDS, WORDS, WORDS)
PROMOTIONS = st.builds(
    Promotion,
    id=WORDS,
    version=VERSIONS,
    stage=WORDS,
    attempt=st.integers(1, 99),
    arn=WORDS,
    status=st.sampled_from(Status),
    opened_at=MOMENTS,
    registered_by=st.builds(Identity, WORDS, WORDS),
    proposer=WORDS,
    training_job=WORDS,
    report=WORDS,
    revision=st.integers(0, 10**6),
    envelope=st.none() | st.builds(Envelope, WORDS, WORDS),
    comparison=st.none() | COMPARISONS,
    consents=st.lists(CONSENTS, max_size=3).map(tuple),
    story=st.lists(ENTRIES, max_size=3).map(tuple),
    deployed_at=st.none() | MOMENTS,
)
SMALL: dict[str, Any] = {
    "id": "p_0123456789ab",
    "version": {"model": "churn", "number": 12},
    "stage": "production",
    "attempt": 1,
    "arn": "arn",
    "status": "asking",
    "opened_at": "2026-03-01T12:00:00+00:00",
    "registered_by": {},
}


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(promotion=PROMOTIONS)
def test_a_promotion_with_everything_in_it_comes_back_as_it_went(promotion: Promotion) -> None:
    assert from_plain(Promotion, json.loads(json.dumps(to_plain(promotion)))) == promotion


@given(card=st.builds(Card, WORDS, WORDS, st.integers(0), st.integers(0)))
def test_a_card_comes_back_as_it_went(card: Card) -> None:
    assert from_plain(Card, json.loads(json.dumps(to_plain(card)))) == card


def test_the_strategies_fill_every_field_there_is() -> None:
    # A field that is added to a promotion has to be added to the property above.
    assert {field.name for field in fields(Promotion)} == {
        "id", "version", "stage", "attempt", "arn", "status", "opened_at", "registered_by", "proposer",
        "training_job", "report", "revision", "envelope", "comparison", "consents", "story", "deployed_at",
    }  # fmt: skip


def test_what_an_older_record_does_not_have_takes_its_default() -> None:
    assert from_plain(Promotion, SMALL) == Promotion(
        id="p_0123456789ab",
        version=Version("churn", 12),
        stage="production",
        attempt=1,
        arn="arn",
        status=Status.ASKING,
        opened_at=NOON,
        registered_by=Identity(),
    )


def test_what_nobody_knows_any_more_is_passed_over_at_every_depth() -> None:
    newer = {**SMALL, "mood": "good", "version": {"model": "churn", "number": 12, "alias": "v12"}}
    assert from_plain(Promotion, newer) == from_plain(Promotion, SMALL)


@pytest.mark.parametrize("name", list(SMALL))
def test_what_a_record_must_have_is_never_made_up(name: str) -> None:
    with pytest.raises(TypeError, match=name):
        from_plain(Promotion, {key: value for key, value in SMALL.items() if key != name})


def test_a_status_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="'tested' is not a valid Status"):
        from_plain(Promotion, {**SMALL, "status": "tested"})


def test_a_time_is_written_with_its_zone() -> None:
    assert to_plain(NOON) == "2026-03-01T12:00:00+00:00"


@dataclass(frozen=True)
class Sizes:
    by_name: Mapping[str, float] = field(default_factory=dict)


def test_mappings_come_back_too() -> None:
    assert from_plain(Sizes, to_plain(Sizes({"auc": 0.5}))) == Sizes({"auc": 0.5})
