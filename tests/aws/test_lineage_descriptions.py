"""What a job's description, its tags and a registration's properties say, in a table."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from bot.aws.lineage import SageMakerLineage
from bot.domain.lineage import keys
from bot.domain.lineage.graph import Graph, Relation, Witness
from bot.domain.model import Version
from tests.aws.lineage_on_paper import ACCOUNT, PACKAGE, a_package, registered

VERSION, JOB = keys.version(Version("churn", 1)), keys.job("training", "Fit-1")
TAGS = f"{ACCOUNT}:training-job/fit-1"


def origin(*, tags: dict[str, str] | None = None, package: Any = None, **described: Any) -> Graph:
    paper: Any = registered(**(package or {}))
    paper.trained(**described)
    said = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
    paper.says("list_tags", TAGS, {"Tags": said})
    return SageMakerLineage(paper).origin(a_package())


def channel(name: str = "train", **source: Any) -> dict[str, Any]:
    return {"ChannelName": name, "DataSource": source}


def s3(uri: str, name: str = "train") -> dict[str, Any]:
    return channel(name, S3DataSource={"S3DataType": "S3Prefix", "S3Uri": uri})


@pytest.mark.parametrize(
    ("tags", "package", "described", "before", "after", "witness"),
    [
        ({"mlops:commit": "c0ffee"}, {}, {}, "commit:c0ffee", JOB, Witness.TAG),
        ({"git-commit": "c0ffee"}, {}, {}, "commit:c0ffee", JOB, Witness.TAG),
        ({"commit": " c0ffee "}, {}, {}, "commit:c0ffee", JOB, Witness.TAG),
        ({}, {}, {"Environment": {"GIT_COMMIT": "c0ffee"}}, "commit:c0ffee", JOB, Witness.DESCRIBED),
        ({}, {"MetadataProperties": {"CommitId": "c0ffee"}}, {}, "commit:c0ffee", VERSION, Witness.REGISTRY),
        ({}, {"CustomerMetadataProperties": {"commit": "c0ffee"}}, {}, "commit:c0ffee", VERSION, Witness.TAG),
        ({"dvc:path": "data/x", "dvc:md5": "1a2b"}, {}, {}, "data:dvc:data/x@1a2b", JOB, Witness.TAG),
        ({"dvc:path": "data/x"}, {}, {}, "data:dvc:data/x", JOB, Witness.TAG),
        ({"mlops:feature-group": "people, spend"}, {}, {}, "features:spend", JOB, Witness.TAG),
        ({}, {}, {"InputDataConfig": [s3("s3://raw/")]}, "s3://raw/", JOB, Witness.DESCRIBED),
        (
            {},
            {},
            {
                "InputDataConfig": [
                    channel(FileSystemDataSource={"FileSystemId": "fs-1", "DirectoryPath": "/a"})
                ]
            },
            "data:fs-1/a",
            JOB,
            Witness.DESCRIBED,
        ),
    ],
)
def test_what_leads_to_a_job_or_a_version(  # noqa: PLR0913 - a table's columns
    tags: dict[str, str],
    package: dict[str, Any],
    described: dict[str, Any],
    before: str,
    after: str,
    witness: Witness,
) -> None:
    graph = origin(tags=tags, package=package, **described)
    (edge,) = [edge for edge in graph.edges if edge.before == before]
    assert (edge.after, edge.witnesses) == (after, (witness,))
    assert edge.relation is (Relation.BUILT_INTO if before.startswith("commit:") else Relation.READ_BY)


def test_a_job_says_when_it_ran_and_how_it_ended() -> None:
    zone = timezone(timedelta(hours=2))
    graph = origin(
        CreationTime=datetime(2026, 3, 2, 10, 0, tzinfo=zone),
        TrainingStartTime=datetime(2026, 3, 2, 8, 1, tzinfo=UTC),
        TrainingEndTime=datetime(2026, 3, 2, 8, 9, tzinfo=UTC),
        TrainingJobStatus="Failed",
        FailureReason="disk \ue000full\n" + "x" * 400,
    )
    job = graph.by_key[JOB]
    assert job.fact("created") == "2026-03-02T08:00:00+00:00"
    assert job.fact("started") == "2026-03-02T08:01:00+00:00"
    assert job.fact("ended") == "2026-03-02T08:09:00+00:00"
    assert job.fact("status") == "Failed"
    assert job.fact("reason").startswith("disk full x")
    assert len(job.fact("reason")) == 256


def test_of_its_parameters_a_job_says_twelve_and_no_secret() -> None:
    own = {f"p{place:02}": str(place) for place in range(20)}
    hidden = {"sagemaker_program": "train.py", "db_password": "x", "API_KEY": "x", "hf_token": "x"}
    facts = origin(HyperParameters={**own, **hidden}).by_key[JOB].facts
    said = [fact.name for fact in facts if fact.name.startswith("parameter ")]
    assert said == [f"parameter p{place:02}" for place in range(12)]


@pytest.mark.parametrize(
    ("uris", "tags", "of"),
    [
        (["s3://a/"], {}, "s3://a/"),
        (["s3://a/", "s3://b/"], {}, ""),
        (["s3://a/", "s3://b/"], {"dvc:path": "x"}, "data:dvc:x"),
    ],
)
def test_rows_are_said_of_the_one_data_set_else_of_the_job(
    uris: list[str], tags: dict[str, str], of: str
) -> None:
    graph = origin(tags={"mlops:rows": "7032", **tags}, InputDataConfig=[s3(uri, uri) for uri in uris])
    rows = {edge.before: edge.fact("rows") for edge in graph.into[JOB] if edge.fact("rows")}
    assert rows == ({of: "7032"} if of else {})
    assert graph.by_key[JOB].fact("rows") == ("" if of else "7032")


def test_an_image_with_a_digest_in_its_address_says_it() -> None:
    address = f"acme/trainer@sha256:{'1' * 64}"
    graph = origin(AlgorithmSpecification={"TrainingImage": address})
    assert graph.by_key[keys.image(address)].fact("digest") == f"sha256:{'1' * 64}"


def test_a_processing_job_reads_queries_and_writes_feature_groups() -> None:
    paper: Any = registered()
    component, package = paper.component("prep", "processing"), paper.artifact("package", PACKAGE, "Model")
    paper.leads(component, package)
    paper.trained()
    athena = {
        "AthenaDatasetDefinition": {"Catalog": "lake", "Database": "people", "OutputS3Uri": "s3://tmp/"}
    }
    described = {
        "ProcessingJobName": "prep",
        "ProcessingJobArn": "prep-arn",
        "ProcessingInputs": [{"InputName": "q", "DatasetDefinition": athena}],
        "ProcessingOutputConfig": {"Outputs": [{"FeatureStoreOutput": {"FeatureGroupName": "spend"}}]},
        "AppSpecification": {"ImageUri": "acme/prep:1"},
        "ExitMessage": "done",
    }
    paper.says("describe_processing_job", "prep", described)
    paper.says("list_tags", "prep-arn", {"Tags": []})
    graph = SageMakerLineage(paper).origin(a_package())
    job = keys.job("processing", "prep")
    assert {(edge.before, edge.relation) for edge in graph.into[job]} == {
        ("data:athena:lake.people", Relation.READ_BY),
        (keys.image("acme/prep:1"), Relation.RUN_BY),
    }
    assert ("features:spend", Relation.MADE) in {(edge.after, edge.relation) for edge in graph.out_of[job]}


@pytest.mark.parametrize("type_", ["ManifestFile", "AugmentedManifestFile"])
def test_an_input_that_lists_its_files_is_a_gap(type_: str) -> None:
    source = {"S3DataType": type_, "S3Uri": "s3://b/list.manifest"}
    graph = origin(InputDataConfig=[channel("train", S3DataSource=source)])
    assert [gap.why for gap in graph.gaps_at[JOB]] == [
        f"its input train is a {type_}, and what that lists is not read"
    ]
