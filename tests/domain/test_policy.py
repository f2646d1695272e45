"""The policy: its ladder, what a stage asks and names, and who stands behind a registration."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import Identity
from bot.domain.policy import (
    MACHINE,
    AlarmKind,
    AlarmRule,
    ModelPolicy,
    Policy,
    Requirement,
    Rollout,
    RolloutKind,
    Stage,
    alarm_name,
)
from bot.domain.refusals import NotFound

CARA, DAN = "U04CARA", "U05DAN"
PEOPLE = {
    "cara": CARA,  # a Studio profile, or an IAM user
    "training-pipeline": MACHINE,  # a role
    "ops/dan": DAN,  # a session of a role
    "arn:aws:sts::1:assumed-role/exact/session": DAN,
    "exact": MACHINE,
}
POLICY = Policy("acme", "#ml", {}, PEOPLE, (), {})


def assumed(role: str, session: str, partition: str = "aws") -> str:
    return f"arn:{partition}:sts::1:assumed-role/{role}/{session}"


@pytest.mark.parametrize(
    ("identity", "maker"),
    [
        # the Studio profile
        (Identity("cara"), CARA),
        (Identity("cara", assumed("data-scientist", "cara")), CARA),
        (Identity("cara", assumed("training-pipeline", "SageMaker")), CARA),
        (Identity("ghost", assumed("Studio", "SageMaker")), None),
        # the whole ARN comes first
        (Identity("", assumed("exact", "session")), DAN),
        (Identity("cara", assumed("exact", "session")), DAN),
        (Identity("", assumed("exact", "other")), MACHINE),
        # an IAM user's name, whatever its path
        (Identity("", "arn:aws:iam::1:user/cara"), CARA),
        (Identity("", "arn:aws:iam::1:user/team/a/cara"), CARA),
        (Identity("", "arn:aws:iam::1:user/cara/dan"), None),
        (Identity("", "arn:aws:iam::1:user/ops/dan"), None),
        # a role, with any session
        (Identity("", assumed("training-pipeline", "nightly")), MACHINE),
        (Identity("", assumed("training-pipeline", "cara")), MACHINE),
        (Identity("", assumed("training-pipeline", "nightly", "aws-cn")), MACHINE),
        # a session of a role
        (Identity("", assumed("ops", "dan")), DAN),
        (Identity("", assumed("ops", "ana")), None),
        (Identity("", assumed("dan", "ops")), None),
        # never a session alone: `--role-session-name training-pipeline` makes nobody a machine
        (Identity("", assumed("data-scientist", "training-pipeline")), None),
        (Identity("", assumed("data-scientist", "cara")), None),
        (Identity("ghost", assumed("data-scientist", "training-pipeline")), None),
        # what is no user and no assumed role is known by its whole ARN only
        (Identity("", "arn:aws:sts::1:federated-user/cara"), None),
        (Identity("", "arn:aws:iam::1:root"), None),
        (Identity("", "arn:aws:s3:::assumed-role/training-pipeline/x"), None),
        (Identity("", "training-pipeline"), MACHINE),
        (Identity("", "x/training-pipeline"), None),
        (Identity("", ":::::"), None),
        (Identity(), None),
    ],
)
def test_a_maker_is_known_by_who_they_are_and_never_by_a_session_alone(
    identity: Identity, maker: str | None
) -> None:
    assert POLICY.maker(identity) == maker


NAMES = st.sampled_from(["cara", "dan", "ops", "training-pipeline", "exact", "Studio"])


@given(role=NAMES, session=NAMES)
def test_whoever_names_a_session_becomes_no_one_that_the_role_is_not_trusted_with(
    role: str, session: str
) -> None:
    found = POLICY.maker(Identity("", assumed(role, session)))
    assert found == PEOPLE.get(f"{role}/{session}", PEOPLE.get(role))


def test_nobody_is_known_by_an_empty_name() -> None:
    assert Policy("acme", "#ml", {}, {"": CARA}, (), {}).maker(Identity()) is None


# ---- the ladder ------------------------------------------------------------------------------------

LEADS, RISK = Requirement("leads", 2), Requirement("risk", 1)
LADDER = Policy(
    "acme",
    "#ml-releases",
    {},
    {},
    tuple(Stage(name, f"{{model}}-{name}") for name in ("dev", "staging", "production")),
    {
        "churn": ModelPolicy("#ml-churn", test_data="s3://acme-ml/churn/{stage}/"),
        "fraud": ModelPolicy(test_data="s3://acme-ml/fraud/"),
    },
)


@pytest.mark.parametrize(
    ("name", "below", "above"),
    [
        ("dev", None, "staging"),
        ("staging", "dev", "production"),
        ("production", "staging", None),
        ("taken-out", None, None),
    ],
)
def test_a_rung_has_one_below_and_one_above(name: str, below: str | None, above: str | None) -> None:
    lower, upper = LADDER.below(name), LADDER.above(name)
    assert (lower and lower.name, upper and upper.name) == (below, above)


def test_a_stage_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(NotFound, match=r"no stage “prod”\. mlops\.toml has: dev, staging, production\."):
        LADDER.stage("prod")


@pytest.mark.parametrize(
    ("model", "channel", "data"),
    [
        ("churn", "#ml-churn", "s3://acme-ml/churn/staging/"),
        ("fraud", "#ml-releases", "s3://acme-ml/fraud/"),
        ("unknown", "#ml-releases", ""),
    ],
)
def test_a_model_of_which_little_is_said_has_the_defaults(model: str, channel: str, data: str) -> None:
    assert LADDER.channel_of(model) == channel
    assert LADDER.of_model(model).test_data_of("staging") == data


# ---- what a stage asks and how it deploys ----------------------------------------------------------


@pytest.mark.parametrize(
    ("approvals", "back", "asked_forward", "asked_back"),
    [
        ((LEADS, RISK), None, (LEADS, RISK), (LEADS, RISK)),
        ((LEADS, RISK), (RISK,), (LEADS, RISK), (RISK,)),
        ((LEADS, RISK), (), (LEADS, RISK), ()),
        ((), (RISK,), (), (RISK,)),
        (None, None, None, None),
        (None, (RISK,), None, (RISK,)),
    ],
)
def test_rolling_back_asks_as_rolling_forward_unless_the_policy_says_otherwise(
    approvals: tuple[Requirement, ...] | None,
    back: tuple[Requirement, ...] | None,
    asked_forward: tuple[Requirement, ...] | None,
    asked_back: tuple[Requirement, ...] | None,
) -> None:
    stage = Stage("production", "{model}", approvals=approvals, rollback_approvals=back)
    assert stage.asks(rollback=False) == asked_forward
    assert stage.asks(rollback=True) == asked_back


GUARDED = Rollout(
    RolloutKind.CANARY,
    10,
    timedelta(minutes=10),
    ("{endpoint}-gpu", "shop-{model}", "pager"),
    (AlarmRule(AlarmKind.ERRORS, 5), AlarmRule(AlarmKind.MISSING)),
)


def test_a_rollback_goes_at_once_and_no_alarm_takes_it_back() -> None:
    stage = Stage("production", "{model}", rollout=GUARDED)
    assert stage.rollout_of(rollback=False) == GUARDED
    assert stage.rollout_of(rollback=True) == Rollout()


def test_endpoints_and_alarms_are_named_after_the_model() -> None:
    stage = Stage("production", "{model}-prod", rollout=GUARDED)
    assert stage.endpoint_of("churn") == "churn-prod"
    assert stage.alarms_of("churn", GUARDED) == (
        "churn-prod-gpu",
        "shop-churn",
        "pager",
        "churn-prod-5xx",
        "churn-prod-invocations-missing",
    )
    assert stage.alarms_of("churn", Rollout()) == ()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (AlarmKind.ERRORS, "churn-5xx"),
        (AlarmKind.LATENCY, "churn-latency"),
        (AlarmKind.MISSING, "churn-invocations-missing"),
    ],
)
def test_an_alarm_of_the_workflow_s_is_called_after_the_endpoint(kind: AlarmKind, name: str) -> None:
    assert alarm_name("churn", kind) == name


@pytest.mark.parametrize(
    ("rollout", "said"),
    [
        (Rollout(), "all-at-once"),
        (Rollout(alarms=("a",)), "all-at-once"),
        (GUARDED, "canary 10 % for 10 min"),
        (Rollout(RolloutKind.LINEAR, 25, timedelta(hours=1)), "linear 25 % every 60 min"),
        (Rollout(RolloutKind.ROLLING, 5, timedelta(seconds=90)), "rolling 5 % every 1.5 min"),
    ],
)
def test_a_rollout_says_itself_in_a_few_words(rollout: Rollout, said: str) -> None:
    assert str(rollout) == said
