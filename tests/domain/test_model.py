"""Versions and who registered them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import Identity, Version
from bot.domain.refusals import NotUnderstood

ARN = "arn:aws:sagemaker:eu-central-1:123456789012:model-package"
NAMES = st.from_regex(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", fullmatch=True)


def test_a_version_is_written_with_a_colon() -> None:
    assert str(Version("churn", 12)) == "churn:12"


def test_versions_sort_by_number_and_not_by_their_digits() -> None:
    assert sorted([Version("churn", 10), Version("churn", 9), Version("auto", 11)]) == [
        Version("auto", 11),
        Version("churn", 9),
        Version("churn", 10),
    ]


@given(model=NAMES, number=st.integers(1, 999_999_999))
def test_every_version_is_found_again_in_its_arn(model: str, number: int) -> None:
    assert Version.of_arn(f"{ARN}/{model}/{number}") == Version(model, number)


def test_other_partitions_have_versions_too() -> None:
    assert Version.of_arn("arn:aws-us-gov:sagemaker:us-gov-west-1:1:model-package/a/1") == Version("a", 1)


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "churn:12",
        f"{ARN}/churn",
        f"{ARN}/churn/",
        f"{ARN}/churn/latest",
        f"{ARN}/churn/12/13",
        f"x{ARN}/churn/12",
        "arn:aws:sagemaker:eu-central-1:123456789012:model-package-group/churn/12",
        "arn:aws:sagemaker:eu-central-1:123456789012:model/churn/12",
        "arn:aws:s3:eu-central-1:123456789012:model-package/churn/12",
    ],
)
def test_anything_else_is_no_versioned_package_and_the_sentence_names_it(arn: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        Version.of_arn(arn)
    assert refused.value.sentence == f"{arn} is not the ARN of a versioned model package."


@pytest.mark.parametrize(
    ("identity", "name"),
    [
        (Identity("cara", "arn:aws:sts::1:assumed-role/Studio/SageMaker"), "cara"),
        (Identity("", "arn:aws:iam::1:role/service-role/training-pipeline"), "training-pipeline"),
        (Identity("", "arn:aws:iam::1:root"), "arn:aws:iam::1:root"),
        (Identity(), ""),
    ],
)
def test_whoever_registered_goes_by_the_shortest_name_people_know(identity: Identity, name: str) -> None:
    assert identity.name == name
