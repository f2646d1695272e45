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
from bot.domain.artifact import Blob, Manifest
from bot.domain.comparison import Comparison, Row
from bot.domain.cost import Cost, Line
from bot.domain.envelope import Envelope
from bot.domain.meaning import Better
from bot.domain.model import Identity, Version
from bot.domain.model_card import ModelCard
from bot.domain.needs import Copy
from bot.domain.policy import Instance
from bot.domain.progress import Progress, Trial
from bot.domain.promotion import Card, Consent, Entry, Promotion, Status
from bot.domain.report import Dataset

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDS = st.text(max_size=20)
MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7))]))
NUMBERS = st.none() | st.floats(allow_nan=False)
KNOWN = st.none() | st.booleans()
VERSIONS = st.builds(Version, WORDS, st.integers(0, 10**9))
ROWS = st.builds(
    Row,
    WORDS,
    NUMBERS,
    NUMBERS,
    WORDS,
    KNOWN,
    KNOWN,
    title=WORDS,
    unit=WORDS,
    candidate_deviation=NUMBERS,
    champion_deviation=NUMBERS,
    comparable=st.booleans(),
    direction=st.none() | st.sampled_from(Better),
    paired_deviation=NUMBERS,
    candidate_data=st.none()
    | st.builds(Dataset, st.lists(WORDS, max_size=2).map(tuple), WORDS, st.none() | st.integers(0, 10**12)),
)
COMPARISONS = st.builds(
    Comparison,
    st.lists(ROWS, max_size=3).map(tuple),
    st.none() | VERSIONS,
    st.lists(WORDS, max_size=3).map(tuple),
    st.lists(WORDS, max_size=3).map(tuple),
    st.integers(0, 10**6),
    st.lists(WORDS, max_size=3).map(tuple),
    WORDS,
    WORDS,
    st.none() | ROWS,
)
CARDS = st.builds(ModelCard, WORDS, WORDS, WORDS, WORDS, WORDS)
COUNTS = st.integers(0, 10**12)
SECONDS = st.floats(0, 10**6)
BLOBS = st.builds(Blob, WORDS, WORDS, WORDS, COUNTS, WORDS)
COPIES = st.builds(Copy, WORDS, BLOBS, st.none() | BLOBS)
TRIALS = st.builds(
    Trial,
    job=WORDS,
    data=st.builds(Manifest, WORDS, WORDS, COUNTS, COUNTS),
    instance=st.builds(Instance, WORDS, st.integers(1, 99)),
    model=WORDS,
    report=WORDS,
    seconds=SECONDS,
    rows=COUNTS,
    problem=WORDS,
)
PROGRESS = st.builds(
    Progress,
    phase=WORDS,
    percent=st.none() | st.integers(0, 100),
    since=st.none() | MOMENTS,
    bake=SECONDS,
    requests=COUNTS,
    errors=COUNTS,
)
COSTS = st.builds(Cost, st.lists(st.builds(Line, WORDS, WORDS, st.none() | SECONDS), max_size=3).map(tuple))
CONSENTS = st.builds(Consent, WORDS, st.lists(WORDS, max_size=3).map(tuple), MOMENTS, WORDS, WORDS)
ENTRIES = st.builds(
    Entry, MOMENTS, st.sampled_from(Status), WORDS, WORDS, WORDS, st.booleans(), st.booleans()
)
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
    reports=st.lists(WORDS, max_size=2).map(tuple),
    data_drift=WORDS,
    revision=st.integers(0, 10**6),
    envelope=st.none() | st.builds(Envelope, st.dictionaries(WORDS, WORDS, max_size=3)),
    comparison=st.none() | COMPARISONS,
    model_card=st.none() | CARDS,
    consents=st.lists(CONSENTS, max_size=3).map(tuple),
    story=st.lists(ENTRIES, max_size=3).map(tuple),
    deployed_at=st.none() | MOMENTS,
    rollback=st.booleans(),
    copies=st.lists(COPIES, max_size=2).map(tuple),
    trials=st.lists(TRIALS, max_size=2).map(tuple),
    progress=st.none() | PROGRESS,
    looks=COUNTS,
    cost=st.none() | COSTS,
    unsettled=st.booleans(),
    reopens=st.booleans(),
    closed=st.booleans(),
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
        "rollback", "copies", "trials", "progress", "looks", "cost", "unsettled", "reopens", "closed",
        "model_card", "reports", "data_drift",
    }  # fmt: skip


FULL = Promotion(
    id="p_0123456789ab",
    version=Version("churn", 12),
    stage="production",
    attempt=2,
    arn="arn",
    status=Status.WATCHING,
    opened_at=NOON,
    registered_by=Identity("cara", "arn:aws:iam::1:user/cara"),
    envelope=Envelope({"stage": "production", "container 1 image": "acme/churn:3", "grüße": "\ue000"}),
    deployed_at=NOON + timedelta(hours=1),
    rollback=True,
    copies=(
        Copy(
            "container 1 artifact",
            Blob("s3://jobs/a", "v1", "e1", 12),
            Blob("s3://ours/a", "k1", "e1", 12, "f0"),
        ),
        Copy("container 1 variable CODE", Blob("s3://jobs/b", "", "e2", 6 * 2**40)),
    ),
    trials=(
        Trial(
            "mlops-1",
            Manifest("s3://d/", "aa", 2, 30),
            Instance("ml.m5.large", 2),
            "m-1",
            "s3://r",
            62.5,
            1000,
        ),
        Trial("", Manifest("s3://d/", "aa", 2, 30), Instance("ml.m5.large"), problem="It has no answers."),
    ),
    progress=Progress("Baking", 10, NOON + timedelta(hours=2), 600, 312, 1),
    looks=7,
    cost=Cost((Line("workflow", "19 transitions", 0.0005), Line("test", "1 × ml.p9.huge for 1.0 min", None))),
    unsettled=True,
    reopens=True,
    closed=True,
)
DEFAULTS = {
    "proposer", "training_job", "report", "revision", "comparison", "consents", "story", "model_card",
    "reports", "data_drift",
}  # fmt: skip


def test_every_field_of_the_workflow_comes_back_as_it_went() -> None:
    empty = {f.name for f in fields(FULL) if getattr(FULL, f.name) in ("", 0, None, (), False)}
    assert empty == DEFAULTS  # the property above fills these
    read = from_plain(Promotion, json.loads(json.dumps(to_plain(FULL))))
    assert read == FULL
    assert read.envelope
    assert FULL.envelope
    assert read.envelope.digest == FULL.envelope.digest


def test_a_copy_that_is_not_made_yet_is_read_as_one() -> None:
    read = from_plain(Promotion, json.loads(json.dumps(to_plain(FULL))))
    assert [copy.kept is None for copy in read.copies] == [False, True]


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


OLD_ENVELOPE = {"content": "c0", "digest": "d0", "terms": "t0", "report": "r0", "endpoint": "churn"}


def test_an_envelope_of_before_it_had_facts_has_none_so_that_what_it_sealed_is_void() -> None:
    old = from_plain(Promotion, {**SMALL, "envelope": OLD_ENVELOPE})
    assert old.envelope == Envelope()
    now = Envelope({"stage": "production"})
    assert [str(change) for change in old.envelope.changes(now)] == ["stage: nothing → `production`"]
    assert old.envelope.digest != "d0"


def test_a_promotion_of_before_the_whole_workflow_was_neither_copied_nor_tested_nor_closed() -> None:
    old = from_plain(Promotion, {**SMALL, "envelope": OLD_ENVELOPE})
    assert (old.copies, old.trials, old.progress, old.cost) == ((), (), None, None)
    assert (old.rollback, old.unsettled, old.reopens, old.closed, old.looks) == (
        False,
        False,
        False,
        False,
        0,
    )


def test_what_nobody_knows_any_more_is_passed_over_at_every_depth() -> None:
    newer = {**SMALL, "mood": "good", "version": {"model": "churn", "number": 12, "alias": "v12"}}
    assert from_plain(Promotion, newer) == from_plain(Promotion, SMALL)


@pytest.mark.parametrize("name", list(SMALL))
def test_what_a_record_must_have_is_never_made_up(name: str) -> None:
    with pytest.raises(TypeError, match=name):
        from_plain(Promotion, {key: value for key, value in SMALL.items() if key != name})


def test_a_status_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="'tasted' is not a valid Status"):
        from_plain(Promotion, {**SMALL, "status": "tasted"})


def test_a_time_is_written_with_its_zone() -> None:
    assert to_plain(NOON) == "2026-03-01T12:00:00+00:00"


@dataclass(frozen=True)
class Sizes:
    by_name: Mapping[str, float] = field(default_factory=dict)


def test_mappings_come_back_too() -> None:
    assert from_plain(Sizes, to_plain(Sizes({"auc": 0.5}))) == Sizes({"auc": 0.5})


def test_a_row_of_before_it_said_what_it_was_measured_on_does_not_say_it() -> None:
    row = from_plain(Row, {"metric": "auc", "candidate": 0.9, "champion": None})
    assert row == Row("auc", 0.9, None)
    assert row.candidate_data is None
