"""The policy: who stands behind what SageMaker says about whoever registered a version."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import Identity
from bot.domain.policy import MACHINE, Policy

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
