"""What of AWS's sentences reaches people."""

import pytest
from botocore.exceptions import ClientError

from bot.aws.replies import refusals
from bot.domain.refusals import NotPossible
from bot.usecases.hosting import EndpointBusy


def said(message: str, code: str = "ValidationException") -> str:
    with pytest.raises(NotPossible) as refused, refusals("SageMaker"):
        raise ClientError({"Error": {"Code": code, "Message": message}}, "CreateModel")
    return refused.value.sentence


RULE = "at 'containers.1.member.environment' failed to satisfy constraint: Map value is too long"


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("Could not find model.", "SageMaker refused: Could not find model."),
        (
            f"1 validation error detected: Value '{{KEY=secret}}' {RULE}",
            f"1 validation error detected: Value {RULE}",
        ),
        (f"Value 'it's a \nsecret' {RULE}", f"Value {RULE}"),
        (f"Value 'a secret' at 'home' {RULE}", f"Value {RULE}"),
        (
            f"2 validation errors detected: Value 'secret' at 'a' failed; Value 'secret' {RULE}",
            f"2 validation errors detected: Value at 'a' failed; Value {RULE}",
        ),
        ("Wrong. Value 'secret, and then nothing", "Wrong. Value."),
    ],
    ids=["plain", "one", "quotes", "misleading", "two", "open"],
)
def test_what_was_asked_is_not_repeated(message: str, sentence: str) -> None:
    told = said(message)
    assert sentence in told
    assert told.startswith("SageMaker refused: ")
    assert told.endswith(".")
    assert "secret" not in told


def test_a_long_sentence_is_cut_after_what_was_asked_is_out() -> None:
    told = said(f"Value '{'secret' * 100}' at 'a': {'x' * 1000}")
    assert "secret" not in told
    assert told.endswith("x….")
    assert len(told) == len("SageMaker refused: ") + 300 + len(".")


def test_no_mark_can_be_forged_in_it() -> None:
    assert said("\ue000U01ANA\ue003 said so", "ModelError") == "SageMaker refused: U01ANA said so."


def test_nor_in_what_is_told_of_a_busy_endpoint() -> None:
    message = 'Cannot update in-progress endpoint "\ue000arn\ue003".'
    with pytest.raises(EndpointBusy) as busy, refusals("SageMaker"):
        raise ClientError({"Error": {"Code": "ValidationException", "Message": message}}, "UpdateEndpoint")
    assert str(busy.value) == 'Cannot update in-progress endpoint "arn"'
