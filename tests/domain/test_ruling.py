"""Rulings: may this person do this now? Tables of cases, and the sentence that each one hears."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import Identity, Version
from bot.domain.policy import Policy, Requirement, Stage
from bot.domain.promotion import Consent, Entry, Promotion, Status
from bot.domain.quorum import missing, needed, outstanding
from bot.domain.refusals import NotFound
from bot.domain.ruling import Reason, Ruling, rule_approval, rule_rejection
from bot.domain.wording import plain

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEADS, RISK = Requirement("leads", 1), Requirement("risk", 1)
ANA, BEN, CARA, DAN = "U01ANA", "U02BEN", "U04CARA", "U05DAN"
ROLE = "arn:aws:sts::1:assumed-role/training-pipeline/nightly"
SPOOFED = "arn:aws:sts::1:assumed-role/data-scientist/training-pipeline"
PEOPLE = {"cara": CARA, "training-pipeline": "machine"}


def policy(
    approvals: tuple[Requirement, ...] | None = (LEADS, RISK),
    *,
    four_eyes: bool = True,
    people: Mapping[str, str] | None = None,
    rollback: tuple[Requirement, ...] | None = None,
) -> Policy:
    stage = Stage("production", "{model}", approvals, four_eyes=four_eyes, rollback_approvals=rollback)
    return Policy("acme", "#ml", {}, PEOPLE if people is None else people, (stage,), {})


def consent(person: str, *groups: str, minute: int = 5) -> Consent:
    return Consent(person, groups, NOON + timedelta(minutes=minute), request=f"r-{person}")


def promotion(
    status: Status = Status.ASKING,
    *consents: Consent,
    maker: Identity = Identity("cara"),  # noqa: B008 - frozen
    proposer: str = "",
    decider: str = "",
) -> Promotion:
    steps = (Status.ASKING, Status.APPROVED)  # the second approval is the last that is needed
    story = (
        Entry(NOON, Status.OPENED, "Opened."),
        *(Entry(c.at, s, "Yes.", c.person, c.request) for s, c in zip(steps, consents, strict=False)),
        Entry(NOON + timedelta(minutes=9), status, "Moved.", decider),
    )
    return Promotion(
        id="p_0123456789ab",
        version=Version("churn", 12),
        stage="production",
        attempt=1,
        arn="arn",
        status=status,
        opened_at=NOON,
        registered_by=maker,
        proposer=proposer,
        consents=consents,
        story=story,
    )


def approving(asked: Promotion, who: str, *groups: str, by: Policy | None = None) -> Ruling:
    return rule_approval(asked, by or policy(), who, frozenset(groups))


def rejecting(
    asked: Promotion, who: str, *groups: str, reason: str = "recall dropped", by: Policy | None = None
) -> Ruling:
    return rule_rejection(asked, by or policy(), who, frozenset(groups), reason)


# ---- approvals that count --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "who", "groups", "still"),
    [
        (promotion(), ANA, {"leads"}, [RISK]),
        (promotion(), ANA, {"risk"}, [LEADS]),
        (promotion(), ANA, {"leads", "risk"}, [RISK]),
        (promotion(), ANA, {"leads", "canteen"}, [RISK]),
        (promotion(Status.ASKING, consent(ANA, "leads")), BEN, {"risk"}, []),
        (promotion(Status.ASKING, consent(ANA, "leads", "risk")), BEN, {"leads"}, []),
        (promotion(Status.ASKING, consent(ANA, "leads", "risk")), BEN, {"risk"}, []),
        (promotion(maker=Identity("", ROLE)), ANA, {"leads"}, [RISK]),
        (promotion(maker=Identity("", ROLE), proposer=CARA), ANA, {"leads"}, [RISK]),
    ],
)
def test_an_approval_counts_where_it_helps_most(
    asked: Promotion, who: str, groups: set[str], still: list[Requirement]
) -> None:
    ruling = approving(asked, who, *groups)
    assert (ruling.reason, ruling.allowed, ruling.sentence) == (Reason.ALLOWED, True, "")
    assert list(ruling.missing) == still


def test_one_person_counts_once_although_in_two_groups() -> None:
    first = approving(promotion(), ANA, "leads", "risk")
    assert sum(requirement.count for requirement in first.missing) == 1


def test_of_two_leads_each_counts() -> None:
    two = policy((Requirement("leads", 2),))
    asked = promotion(Status.ASKING, consent(ANA, "leads"))
    assert approving(promotion(), ANA, "leads", by=two).missing == (Requirement("leads", 1),)
    assert approving(asked, BEN, "leads", by=two).missing == ()


def test_where_the_policy_was_relaxed_meanwhile_the_next_approval_ends_the_waiting() -> None:
    asked = promotion(Status.ASKING, consent(ANA, "leads"))
    assert approving(asked, BEN, "leads", by=policy((LEADS,))).allowed


def test_without_four_eyes_the_maker_and_the_proposer_may_approve() -> None:
    relaxed = policy(four_eyes=False)
    assert approving(promotion(), CARA, "leads", by=relaxed).allowed
    assert approving(promotion(proposer=ANA), ANA, "leads", by=relaxed).allowed
    assert approving(promotion(maker=Identity("ghost")), ANA, "leads", by=relaxed).allowed


# ---- approvals that do not -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "who", "groups", "reason", "fragment"),
    [
        # four eyes
        (promotion(), CARA, {"leads"}, Reason.FOUR_EYES,
         "You registered churn:12, so you cannot approve it: production needs somebody else’s eyes."),
        (promotion(proposer=ANA), ANA, {"leads"}, Reason.FOUR_EYES,
         "You proposed churn:12, so you cannot approve it: production needs somebody else’s eyes."),
        (promotion(maker=Identity("", ROLE), proposer=ANA), ANA, {"leads"}, Reason.FOUR_EYES,
         "You proposed"),
        (promotion(), CARA, set(), Reason.FOUR_EYES, "You registered"),
        # an unknown maker fails closed
        (promotion(maker=Identity("ghost", "arn:aws:sts::1:assumed-role/X/ghost")), ANA, {"leads"},
         Reason.UNKNOWN_MAKER, "Nobody may approve: churn:12 was registered by ghost, and I cannot tell who"),
        (promotion(maker=Identity("", "arn:aws:iam::1:user/ghost")), ANA, {"leads"}, Reason.UNKNOWN_MAKER,
         "was registered by arn:aws:iam::1:user/ghost, and I cannot tell who that is in Slack"),
        (promotion(maker=Identity("", SPOOFED)), ANA, {"leads"}, Reason.UNKNOWN_MAKER,
         f"was registered by {SPOOFED}, and I cannot tell who that is in Slack"),
        (promotion(maker=Identity()), ANA, {"leads"}, Reason.UNKNOWN_MAKER,
         "Nobody may approve: SageMaker does not say who registered churn:12, and"),
        # groups
        (promotion(), ANA, set(), Reason.NOT_IN_GROUP,
         "Only leads or risk may decide on churn:12 to production. Ask one of them to look at the card."),
        (promotion(), ANA, {"canteen"}, Reason.NOT_IN_GROUP, "Only leads or risk may decide"),
        (promotion(Status.ASKING, consent(ANA, "leads")), BEN, {"leads"}, Reason.GROUP_IS_COMPLETE,
         "was already approved by @U01ANA at 2026-03-01 12:05 UTC for leads; still needed: 1 of risk."),
        (promotion(Status.ASKING, consent(ANA, "risk")), BEN, {"risk"}, Reason.GROUP_IS_COMPLETE,
         "for risk; still needed: 1 of leads."),
        # once is enough
        (promotion(Status.ASKING, consent(ANA, "leads")), ANA, {"leads"}, Reason.ALREADY_APPROVED_BY_YOU,
         "You already approved churn:12 to production at 2026-03-01 12:05 UTC; one person counts once."),
        (promotion(Status.ASKING, consent(ANA, "leads")), ANA, {"risk"}, Reason.ALREADY_APPROVED_BY_YOU,
         "one person counts once"),
    ],
)  # fmt: skip
def test_an_approval_that_does_not_count_hears_why(
    asked: Promotion, who: str, groups: set[str], reason: Reason, fragment: str
) -> None:
    ruling = approving(asked, who, *groups)
    assert (ruling.reason, ruling.allowed) == (reason, False)
    assert fragment in plain(ruling.sentence)


def test_an_unknown_maker_s_sentence_says_who_can_help() -> None:
    ruling = approving(promotion(maker=Identity("ghost")), ANA, "leads")
    assert ruling.sentence.endswith("Ask your platform team to add them to [people] in mlops.toml.")


@pytest.mark.parametrize(
    "identity", [Identity("cara"), Identity("", ROLE), Identity("", "arn:aws:iam::1:user/team/cara")]
)
def test_a_maker_may_be_known_by_profile_by_arn_or_by_an_iam_user_s_name(identity: Identity) -> None:
    people = {"cara": CARA, ROLE: "machine"}
    assert approving(promotion(maker=identity), ANA, "leads", by=policy(people=people)).allowed


@pytest.mark.parametrize(
    ("approvals", "fragment"),
    [
        (None, "Nobody may approve for production: mlops.toml gives it no approvals."),
        ((), "production asks nobody: the policy lets evidence alone decide."),
    ],
)
def test_nobody_may_decide_where_the_policy_names_nobody(
    approvals: tuple[Requirement, ...] | None, fragment: str
) -> None:
    by = policy(approvals)
    for ruling in (approving(promotion(), ANA, "leads", by=by), rejecting(promotion(), ANA, "leads", by=by)):
        assert ruling.reason is Reason.NO_POLICY
        assert fragment in ruling.sentence


def test_a_stage_that_the_policy_no_longer_has_is_a_refusal() -> None:
    gone = replace(promotion(), stage="shadow")
    with pytest.raises(NotFound, match="no stage “shadow”"):
        approving(gone, ANA, "leads")


# ---- too early, too late ---------------------------------------------------------------------------

YES = (consent(ANA, "leads"), consent(BEN, "risk", minute=7))
BY_BEN = "was already approved by @U02BEN at 2026-03-01 12:07 UTC."
AGAIN = "`/mlops deploy churn:12 to production`"


@pytest.mark.parametrize(
    ("asked", "reason", "sentence"),
    [
        # before it asks
        (promotion(Status.OPENED), Reason.NOT_ASKING,
         "is still being weighed. Its card shows buttons as soon as it asks."),
        (promotion(Status.SEALED), Reason.NOT_ASKING, "is still being weighed."),
        (promotion(Status.TESTED), Reason.NOT_ASKING, "is still being weighed."),
        (promotion(Status.WEIGHED), Reason.NOT_ASKING, "is still being weighed."),
        # decided by people: by whom and when
        (promotion(Status.APPROVED, *YES), Reason.ALREADY_DECIDED, BY_BEN),
        (promotion(Status.DEPLOYING, *YES), Reason.ALREADY_DECIDED, BY_BEN),
        (promotion(Status.WATCHING, *YES), Reason.ALREADY_DECIDED, BY_BEN),
        (promotion(Status.LIVE, *YES), Reason.ALREADY_DECIDED, BY_BEN),
        (promotion(Status.SUPERSEDED, *YES), Reason.ALREADY_DECIDED, f"{BY_BEN[:-1]} and ended: superseded."),
        (promotion(Status.REJECTED, decider=DAN), Reason.ALREADY_DECIDED,
         "was already rejected by @U05DAN at 2026-03-01 12:09 UTC."),
        (promotion(Status.REJECTED, YES[0], decider=DAN), Reason.ALREADY_DECIDED,
         "was already rejected by @U05DAN"),
        (promotion(Status.EXPIRED), Reason.ALREADY_DECIDED,
         f"expired at 2026-03-01 12:09 UTC; propose it again with {AGAIN}."),
        (promotion(Status.EXPIRED, YES[0]), Reason.ALREADY_DECIDED, "expired at 2026-03-01 12:09 UTC"),
        # decided by evidence
        (promotion(Status.APPROVED), Reason.NOT_ASKING,
         "asked nobody: the policy lets evidence alone decide. It is approved."),
        (promotion(Status.DEPLOYING), Reason.NOT_ASKING, "It is deploying."),
        (promotion(Status.WATCHING), Reason.NOT_ASKING, "It is being watched while it rolls out."),
        (promotion(Status.LIVE), Reason.NOT_ASKING, "It is live."),
        (promotion(Status.SUPERSEDED), Reason.NOT_ASKING, "is superseded: Moved."),
        (promotion(Status.SUPERSEDED, YES[0]), Reason.NOT_ASKING, "is superseded: Moved."),
        (promotion(Status.REFUSED), Reason.NOT_ASKING, f"ended: refused. Propose it again with {AGAIN}."),
        # broken
        (promotion(Status.FAILED), Reason.NOT_ASKING, f"ended: failed. Propose it again with {AGAIN}."),
        (promotion(Status.FAILED, YES[0]), Reason.NOT_ASKING, "ended: failed."),
        (promotion(Status.FAILED, *YES), Reason.ALREADY_DECIDED, f"{BY_BEN[:-1]} and ended: failed."),
        (promotion(Status.ROLLED_BACK, *YES), Reason.ALREADY_DECIDED,
         f"{BY_BEN[:-1]} and ended: rolled back."),
    ],
)  # fmt: skip
def test_a_decision_that_comes_too_early_or_too_late_hears_how_things_stand(
    asked: Promotion, reason: Reason, sentence: str
) -> None:
    for ruling in (approving(asked, ANA, "leads"), rejecting(asked, DAN, "risk")):
        assert ruling.reason is reason
        assert plain(ruling.sentence).startswith("churn:12 to production ")
        assert sentence in plain(ruling.sentence)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.ASKING])
def test_only_what_asks_can_be_decided(status: Status) -> None:
    asked = promotion(status, decider=ANA)
    assert not approving(asked, DAN, "leads", "risk").allowed
    assert not rejecting(asked, DAN, "leads", "risk").allowed


# ---- rejections ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "who", "groups", "reason", "expected", "fragment"),
    [
        (promotion(), ANA, {"leads"}, "recall", Reason.ALLOWED, ""),
        (promotion(Status.ASKING, consent(ANA, "leads")), BEN, {"leads"}, "recall", Reason.ALLOWED, ""),
        (promotion(Status.ASKING, consent(ANA, "leads")), ANA, {"leads"}, "oh no", Reason.ALLOWED, ""),
        (promotion(), CARA, {"leads"}, "my own mistake", Reason.ALLOWED, ""),
        (promotion(maker=Identity("ghost")), ANA, {"risk"}, "who?", Reason.ALLOWED, ""),
        (promotion(), DAN, set(), "no", Reason.NOT_IN_GROUP, "Only leads or risk may decide"),
        (promotion(), DAN, set(), "", Reason.NOT_IN_GROUP, "Only leads or risk may decide"),
        (promotion(), ANA, {"leads"}, "", Reason.REASON_MISSING,
         "A rejection needs a reason. Write `/mlops reject churn:12 to production -- why not`."),
    ],
)  # fmt: skip
def test_anyone_who_is_asked_may_reject_with_a_reason(  # noqa: PLR0913 - the columns of the table
    asked: Promotion, who: str, groups: set[str], reason: str, expected: Reason, fragment: str
) -> None:
    ruling = rejecting(asked, who, *groups, reason=reason)
    assert ruling.reason is expected
    assert fragment in ruling.sentence


# ---- rollbacks -------------------------------------------------------------------------------------


def back(*consents: Consent) -> Promotion:
    return replace(promotion(Status.ASKING, *consents), rollback=True)


@pytest.mark.parametrize(
    ("asked", "rollback", "who", "groups", "reason", "still"),
    [
        # as many as forward, where the policy says nothing of rollbacks
        (back(), None, ANA, {"leads"}, Reason.ALLOWED, [RISK]),
        (back(consent(ANA, "leads")), None, BEN, {"risk"}, Reason.ALLOWED, []),
        # fewer or others, where it does
        (back(), (LEADS,), ANA, {"leads"}, Reason.ALLOWED, []),
        (back(), (LEADS,), BEN, {"risk"}, Reason.NOT_IN_GROUP, []),
        (back(), (Requirement("on-call", 1),), DAN, {"on-call"}, Reason.ALLOWED, []),
        (back(), (Requirement("leads", 2),), ANA, {"leads"}, Reason.ALLOWED, [LEADS]),
        (back(), (), ANA, {"leads", "risk"}, Reason.NO_POLICY, []),
        # but only for a rollback
        (promotion(), (LEADS,), ANA, {"leads"}, Reason.ALLOWED, [RISK]),
        (promotion(), (Requirement("on-call", 1),), DAN, {"on-call"}, Reason.NOT_IN_GROUP, []),
        # and with other eyes all the same
        (back(), (LEADS,), CARA, {"leads"}, Reason.FOUR_EYES, []),
        (replace(back(), proposer=ANA), (LEADS,), ANA, {"leads"}, Reason.FOUR_EYES, []),
    ],
)
def test_a_rollback_asks_whom_the_policy_says(  # noqa: PLR0913 - the columns of the table
    asked: Promotion,
    rollback: tuple[Requirement, ...] | None,
    who: str,
    groups: set[str],
    reason: Reason,
    still: list[Requirement],
) -> None:
    ruling = approving(asked, who, *groups, by=policy(rollback=rollback))
    assert (ruling.reason, list(ruling.missing)) == (reason, still)


def test_where_nobody_is_asked_forward_a_rollback_may_still_ask_somebody() -> None:
    by = policy((), rollback=(RISK,))
    assert approving(back(), ANA, "risk", by=by).allowed
    assert approving(promotion(), ANA, "risk", by=by).reason is Reason.NO_POLICY


def test_a_rollback_may_be_rejected_by_those_whom_it_asks() -> None:
    by = policy(rollback=(LEADS,))
    assert rejecting(back(), ANA, "leads", by=by).allowed
    assert rejecting(back(), BEN, "risk", by=by).reason is Reason.NOT_IN_GROUP
    assert "Only leads may decide" in rejecting(back(), BEN, "risk", by=by).sentence


def test_who_comes_too_late_to_a_rollback_hears_what_it_still_needs() -> None:
    by = policy(rollback=(LEADS, Requirement("legal", 1)))
    ruling = approving(back(consent(ANA, "leads")), BEN, "leads", by=by)
    assert ruling.reason is Reason.GROUP_IS_COMPLETE
    assert plain(ruling.sentence).endswith("for leads; still needed: 1 of legal.")


# ---- a ruling --------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_but_one_forbids(reason: Reason) -> None:
    assert Ruling(reason, "No.").allowed is (reason is Reason.ALLOWED)


def test_a_broken_seal_is_a_reason_of_its_own() -> None:
    assert Reason("void") is Reason.VOID


# ---- what is missing -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("requirements", "words"),
    [
        ([LEADS], "1 of leads"),
        ([LEADS, Requirement("risk", 2)], "1 of leads and 2 of risk"),
        ([LEADS, RISK, Requirement("legal", 1)], "1 of leads, 1 of risk and 1 of legal"),
    ],
)
def test_what_is_needed_is_said_in_words(requirements: list[Requirement], words: str) -> None:
    assert needed(requirements) == words


def test_what_is_outstanding_names_only_what_is_still_open() -> None:
    assert outstanding((LEADS, RISK), [consent(ANA, "leads")]) == (RISK,)
    assert outstanding((LEADS, RISK), []) == (LEADS, RISK)


def test_somebody_who_could_sit_elsewhere_makes_room() -> None:
    wanted = [Requirement("a", 1), Requirement("b", 1), Requirement("c", 1)]
    assert missing(wanted, [("a", "b"), ("b", "c"), ("a",)]) == ()


GROUPS = st.sampled_from(["a", "b", "c"])
PEOPLE_OF_GROUPS = st.lists(st.sets(GROUPS, max_size=3).map(sorted), max_size=5)
REQUIREMENTS = st.dictionaries(GROUPS, st.integers(1, 2), max_size=3).map(
    lambda counts: [Requirement(group, count) for group, count in counts.items()]
)


def fewest_missing(requirements: Sequence[Requirement], people: Sequence[Sequence[str]]) -> int:
    """By trying every order in which the people could take their seats."""
    slots = [r.group for r in requirements for _ in range(r.count)]
    seats: list[Sequence[str]] = [*people, *([()] * len(slots))]
    orders = {order[: len(slots)] for order in permutations(range(len(people) + len(slots)), len(slots))}
    return min(
        sum(group not in seats[who] for who, group in zip(order, slots, strict=True)) for order in orders
    )


@given(
    requirements=st.dictionaries(GROUPS, st.integers(1, 2), max_size=2).map(
        lambda counts: [Requirement(group, count) for group, count in counts.items()]
    ),
    people=st.lists(st.sets(GROUPS, max_size=3).map(sorted), max_size=4),
)
def test_nobody_could_seat_these_people_better(
    requirements: list[Requirement], people: list[list[str]]
) -> None:
    found = missing(requirements, people)
    assert sum(requirement.count for requirement in found) == fewest_missing(requirements, people)


@given(requirements=REQUIREMENTS, people=PEOPLE_OF_GROUPS, one_more=st.sets(GROUPS).map(sorted))
def test_one_more_approval_never_raises_what_is_missing(
    requirements: list[Requirement], people: list[list[str]], one_more: list[str]
) -> None:
    before = {r.group: r.count for r in missing(requirements, people)}
    after = {r.group: r.count for r in missing(requirements, [*people, one_more])}
    assert all(count <= before.get(group, 0) for group, count in after.items())
    assert sum(before.values()) - sum(after.values()) in {0, 1}


@given(requirements=REQUIREMENTS, people=PEOPLE_OF_GROUPS)
def test_never_more_is_missing_than_was_required(
    requirements: list[Requirement], people: list[list[str]]
) -> None:
    required = {r.group: r.count for r in requirements}
    assert all(0 < r.count <= required[r.group] for r in missing(requirements, people))
