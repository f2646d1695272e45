"""Needs: what a package takes from S3 and ECR is carried along whole, or refused by name."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.artifact import Blob
from bot.domain.model import Approval, Container, Identity, Package, Version
from bot.domain.needs import Copy, Need, Part, needs_of, parts_of, pinned
from bot.domain.refusals import NotPossible

DIGEST = f"sha256:{'a' * 64}"
ARTIFACT, CODE = "s3://acme-ml/churn/12/model.tar.gz", "s3://acme-ml/code/sourcedir.tar.gz"
CONTAINER = Container("1.dkr.ecr.eu-central-1.amazonaws.com/churn:3", DIGEST, ARTIFACT)


def package(*containers: Container) -> Package:
    return Package(
        version=Version("churn", 12),
        arn="arn",
        status="Completed",
        approval=Approval.PENDING,
        registered_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
        registered_by=Identity("cara"),
        containers=containers,
    )


def variables(**environment: str) -> Package:
    return package(replace(CONTAINER, environment=environment))


def described(**rest: Any) -> Package:
    return package(replace(CONTAINER, rest=json.dumps(rest)))


def kept(*needs: Need) -> list[Copy]:
    """Copies of what is needed, each at an address of its own."""
    return [
        Copy(need.needed_by, Blob(need.uri, "v1", "e", 1), Blob(f"s3://project/{number}", "k1", "e", 1))
        for number, need in enumerate(needs)
    ]


# ---- what is needed --------------------------------------------------------------------------------


def test_every_artifact_and_every_address_in_an_environment_is_needed() -> None:
    first = replace(CONTAINER, environment={"SAGEMAKER_SUBMIT_DIRECTORY": CODE, "MODE": "fast"})
    second = replace(CONTAINER, artifact="", environment={"B": "s3://acme-ml/b", "A": "s3://acme-ml/a"})
    assert needs_of(package(first, second)) == (
        Need("container 1 artifact", ARTIFACT),
        Need("container 1 variable SAGEMAKER_SUBMIT_DIRECTORY", CODE),
        Need("container 2 variable A", "s3://acme-ml/a"),
        Need("container 2 variable B", "s3://acme-ml/b"),
    )


def test_a_container_may_need_nothing() -> None:
    assert needs_of(package(replace(CONTAINER, artifact=""))) == ()


def test_a_variable_that_is_called_artifact_does_not_pass_for_the_artifact() -> None:
    needs = needs_of(variables(artifact=CODE))
    assert needs == (Need("container 1 artifact", ARTIFACT), Need("container 1 variable artifact", CODE))


@given(names=st.sets(st.text(min_size=1, max_size=5) | st.sampled_from(["artifact", "a", "a\ue000"])))
def test_no_two_needs_have_one_name(names: set[str]) -> None:
    needs = needs_of(variables(**dict.fromkeys(names, CODE)))
    assert len({need.needed_by for need in needs}) == len(needs) == 1 + len(names)


# ---- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "s3://acme-ml/lots/",
        "s3://acme-ml",
        "s3://acme-ml/",
        "s3:///key",
        "s3://",
        "s3://acme-ml/a,s3://acme-ml/b",
        "s3://acme-ml/a,b",
        "s3://acme-ml/a;s3://acme-ml/b",
        "s3://acme-ml/a s3://acme-ml/b",
        "s3://acme-ml/as3://acme-ml/b",
        "s3://acme-ml/a --fast",
        " s3://acme-ml/a",
        "s3://acme-ml/a\n",
        '{"code": "s3://acme-ml/a"}',
        "S3://acme-ml/a",
        "s3a://acme-ml/a",
        "s3n://acme-ml/a",
        "--from=s3://acme-ml/a",
    ],
)
def test_a_variable_that_is_not_one_object_is_refused_by_name(value: str) -> None:
    with pytest.raises(NotPossible) as refused:
        needs_of(variables(EXTRA=value))
    assert refused.value.sentence.startswith("churn:12: EXTRA of container 1 names something in S3 (“")
    assert refused.value.sentence.endswith("then register the version again.")


@pytest.mark.parametrize("value", ["", "fast", "https://acme.example/a", "s3", "s3:/x", "/opt/ml/model"])
def test_a_variable_that_names_nothing_in_s3_is_none_of_our_business(value: str) -> None:
    assert needs_of(variables(EXTRA=value)) == (Need("container 1 artifact", ARTIFACT),)


@pytest.mark.parametrize(
    "value",
    [
        '{"password": "hunter2", "code": "s3://acme-ml/a"}',
        "--from s3://acme-ml/a --password hunter2",
        "s3://acme-ml/a?password=hunter2,",
        "s3a://AKIAEXAMPLE:hunter2@acme-ml/a",
    ],
)
def test_a_refusal_does_not_tell_what_else_the_variable_holds(value: str) -> None:
    with pytest.raises(NotPossible) as refused:
        needs_of(variables(EXTRA=value))
    assert "hunter2" not in refused.value.sentence


def test_nobody_can_forge_a_mark_by_the_name_of_a_variable() -> None:
    with pytest.raises(NotPossible) as refused:
        needs_of(variables(**{"\ue000U01ANA\ue003": "s3://acme-ml/lots/"}))
    assert "churn:12: U01ANA of container 1" in refused.value.sentence


@pytest.mark.parametrize(
    ("rest", "fragment"),
    [
        ({"ProductId": "prod-1"}, "container 1 is a product of AWS Marketplace"),
        ({"AdditionalS3DataSource": {"S3Uri": "s3://a/"}}, "container 1 names an AdditionalS3DataSource"),
        ({"AdditionalModelDataSources": [{}]}, "container 1 names AdditionalModelDataSources"),
        ({"ModelDataSource": {"S3DataSource": {"S3Uri": "s3://acme-ml/other.tar.gz"}}},
         "container 1 has its model data under s3://acme-ml/other.tar.gz"),
        ({"ModelDataSource": {"S3DataSource": {"S3Uri": ARTIFACT, "CompressionType": "None"}}},
         "container 1 has its model data under"),
        ({"ModelDataSource": {"S3DataSource": {"S3DataType": "S3Prefix"}}}, "under a prefix"),
    ],
)  # fmt: skip
def test_data_that_cannot_be_carried_along_is_refused_by_name(rest: dict[str, Any], fragment: str) -> None:
    with pytest.raises(NotPossible) as refused:
        needs_of(described(**rest))
    assert refused.value.sentence.startswith("churn:12: ")
    assert fragment in refused.value.sentence
    assert "Register the version with one compressed artifact" in refused.value.sentence


@pytest.mark.parametrize(
    "rest",
    [
        {"ModelDataSource": {"S3DataSource": {"S3Uri": ARTIFACT, "CompressionType": "Gzip"}}},
        {"ModelDataSource": {"S3DataSource": {"S3Uri": ARTIFACT}}},
        {"ModelDataSource": {}, "AdditionalModelDataSources": []},
        {"Framework": "XGBOOST", "ContainerHostname": "first"},
    ],
)
def test_what_says_the_same_twice_or_nothing_of_data_is_fine(rest: dict[str, Any]) -> None:
    assert needs_of(described(**rest)) == (Need("container 1 artifact", ARTIFACT),)


def test_uncompressed_data_alone_is_refused_with_its_address() -> None:
    rest = json.dumps({"ModelDataSource": {"S3DataSource": {"S3Uri": "s3://acme-ml/raw/"}}})
    with pytest.raises(NotPossible, match="under s3://acme-ml/raw/, which I cannot seal"):
        needs_of(package(CONTAINER, replace(CONTAINER, artifact="", rest=rest)))


@pytest.mark.parametrize(
    "container", [Container("churn:3"), Container("churn:3", artifact=ARTIFACT), Container("", DIGEST)]
)
def test_an_image_whose_tag_may_be_moved_is_refused(container: Container) -> None:
    with pytest.raises(NotPossible, match="no digest of container 2’s image"):
        needs_of(package(CONTAINER, container))


def test_a_package_without_containers_is_refused() -> None:
    with pytest.raises(NotPossible, match="churn:12 has no containers to deploy"):
        needs_of(package())


# ---- what runs -------------------------------------------------------------------------------------


def test_what_runs_comes_from_the_project_s_own_copies() -> None:
    first = replace(CONTAINER, environment={"CODE": CODE, "MODE": "fast"})
    second = Container(f"predict@{DIGEST}", rest=json.dumps({"ContainerHostname": "second"}))
    both = package(first, second)
    assert parts_of(both, kept(*needs_of(both))) == (
        Part(
            f"1.dkr.ecr.eu-central-1.amazonaws.com/churn@{DIGEST}",
            "s3://project/0",
            {"CODE": "s3://project/1", "MODE": "fast"},
        ),
        Part(f"predict@{DIGEST}", "", {}, "second"),
    )


def test_each_container_runs_its_own_copy_although_two_name_one_address() -> None:
    # The object may have been overwritten between the two looks: then they are two versions.
    both = package(CONTAINER, CONTAINER)
    first, second = parts_of(both, kept(*needs_of(both)))
    assert (first.artifact, second.artifact) == ("s3://project/0", "s3://project/1")


@pytest.mark.parametrize("lacking", [0, 1])
def test_nothing_runs_from_where_a_copy_was_not_made(lacking: int) -> None:
    registered = variables(CODE=CODE)
    copies = kept(*needs_of(registered))
    copies[lacking] = replace(copies[lacking], kept=None)
    with pytest.raises(KeyError):
        parts_of(registered, copies)


VALUES = st.sampled_from(["", "fast", CODE, ARTIFACT, "s3://acme-ml/x"])
NAMES = st.sampled_from(["artifact", "A", "B"])


@given(environments=st.lists(st.dictionaries(NAMES, VALUES), min_size=1, max_size=3))
def test_no_address_outside_of_the_project_runs(environments: list[dict[str, str]]) -> None:
    registered = package(*(replace(CONTAINER, environment=one) for one in environments))
    for part in parts_of(registered, kept(*needs_of(registered))):
        addresses = [value for value in (part.artifact, *part.environment.values()) if "s3://" in value]
        assert all(address.startswith("s3://project/") for address in addresses)


# ---- images ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("image", "runs"),
    [
        ("acme/churn:3", f"acme/churn@{DIGEST}"),
        ("acme/churn", f"acme/churn@{DIGEST}"),
        ("churn:3", f"churn@{DIGEST}"),
        ("registry:5000/churn", f"registry:5000/churn@{DIGEST}"),
        ("registry:5000/acme/churn:3", f"registry:5000/acme/churn@{DIGEST}"),
        ("acme/churn@sha256:bb", "acme/churn@sha256:bb"),
        ("acme/churn:3@sha256:bb", "acme/churn@sha256:bb"),
    ],
)
def test_an_image_is_pinned_by_its_digest(image: str, runs: str) -> None:
    assert pinned(Container(image, DIGEST)) == runs


def test_an_image_without_a_digest_stays_as_it_is() -> None:
    assert pinned(Container("acme/churn:3")) == "acme/churn:3"


PLACES = st.sampled_from(["", "acme/", "registry:5000/", "registry:5000/a/b/"])
SUFFIXES = st.sampled_from(["", ":3", ":latest", "@sha256:bb", ":3@sha256:bb"])


@given(place=PLACES, suffix=SUFFIXES, digest=st.sampled_from(["", DIGEST]))
def test_a_tag_never_stays_beside_a_digest(place: str, suffix: str, digest: str) -> None:
    image = pinned(Container(f"{place}churn{suffix}", digest))
    name, at, _ = image.rpartition("/")[2].partition("@")
    assert bool(at) is bool(digest or "@" in suffix)
    assert name == "churn" or not at
