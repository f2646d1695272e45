"""What could not be read: always a gap where it belongs, never an exception, never silence."""

from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from bot.aws.lineage import SageMakerLineage
from bot.aws.lineage_reading import MOST_DESCRIBED
from bot.domain.lineage import keys
from bot.domain.lineage.graph import Gap, Graph, Relation, Witness
from bot.domain.lineage.walks import gaps_above, upstream
from bot.domain.model import Version
from tests.aws.lineage_on_paper import (
    ACCOUNT,
    ARTIFACT,
    OTHER_ACCOUNT,
    PACKAGE,
    Paper,
    a_package,
    error,
    missing,
    registered,
)

VERSION, JOB = keys.version(Version("churn", 1)), keys.job("training", "Fit-1")
THROTTLED = error("ThrottlingException")
ERRORS = [
    (THROTTLED, "SageMaker is throttling"),
    (error("InternalFailure", status=503), "SageMaker could not answer"),
    (ReadTimeoutError(endpoint_url="x"), "SageMaker did not answer in time"),
    (ConnectTimeoutError(endpoint_url="x"), "SageMaker did not answer in time"),
    (EndpointConnectionError(endpoint_url="x"), "SageMaker did not answer in time"),
    (error("AccessDeniedException"), "the role may not read it: sagemaker:Operation"),
    (missing(), "the job was deleted"),
    (error("ValidationException", "Odd."), "SageMaker refused: Odd"),
]


def origin(paper: Paper, **facts: Any) -> Graph:
    client: Any = paper
    return SageMakerLineage(client).origin(a_package(**facts))


@pytest.mark.parametrize(("raised", "why"), ERRORS, ids=lambda it: it if isinstance(it, str) else "")
def test_a_job_that_cannot_be_described_is_a_gap_above_the_version(raised: Exception, why: str) -> None:
    paper = registered()
    paper.says("describe_training_job", "Fit-1", raised)
    graph = origin(paper)
    assert gaps_above(graph, VERSION) == (Gap(JOB, why),)
    (edge,) = graph.out_of[JOB]
    assert (edge.after, edge.relation, edge.witnesses) == (ARTIFACT, Relation.MADE, (Witness.ADDRESS,))


@pytest.mark.parametrize(
    ("operation", "name", "at"),
    [
        ("describe_model_package", PACKAGE, VERSION),
        ("list_artifacts", PACKAGE, VERSION),
        ("list_artifacts", ARTIFACT, ARTIFACT),
        ("query_lineage", f"{ACCOUNT}:artifact/package", VERSION),
        ("describe_artifact", f"{ACCOUNT}:artifact/raw", keys.other(f"{ACCOUNT}:artifact/raw")),
        ("describe_context", "loop", keys.other(f"{ACCOUNT}:context/loop")),
        ("describe_training_job", "Fit-1", JOB),
        ("list_tags", f"{ACCOUNT}:training-job/fit-1", JOB),
        ("describe_trial_component", "step", keys.other(f"{ACCOUNT}:experiment-trial-component/step")),
    ],
)
def test_each_call_that_fails_leaves_a_gap_above_the_version(operation: str, name: str, at: str) -> None:
    paper = registered()
    raw, package = paper.artifact("raw", "s3://raw/"), paper.artifact("package", PACKAGE, "Model")
    step, loop = (
        paper.entity("experiment-trial-component", "step", ""),
        paper.entity("context", "loop", "Endpoint"),
    )
    paper.leads(loop, raw, step, package)
    paper.trained()
    paper.says("describe_trial_component", "step", {})
    paper.says("describe_context", "loop", {"Source": {"SourceUri": f"{ACCOUNT}:endpoint/churn"}})
    paper.says(operation, name, THROTTLED)
    graph = origin(paper)
    assert gaps_above(graph, VERSION) == (Gap(at, "SageMaker is throttling"),)


def test_after_a_few_throttled_calls_no_more_are_made_and_all_else_is_a_gap() -> None:
    paper = registered()
    for place in range(100):
        paper.leads(paper.artifact(f"a{place}", f"s3://raw/{place}"), paper.artifact("package", PACKAGE))
    paper.trained()
    paper.says("describe_artifact", "*", THROTTLED)
    graph = origin(paper)
    assert paper.count("describe_artifact") <= 16
    assert {gap.why for gap in graph.gaps} == {"SageMaker is throttling"}
    assert len(graph.gaps) >= 101


def test_an_answer_costs_no_more_than_it_may() -> None:
    paper = registered()
    for place in range(600):
        paper.leads(paper.artifact(f"a{place}", f"s3://raw/{place}"), paper.artifact("package", PACKAGE))
    paper.trained()
    client: Any = paper
    lineage = SageMakerLineage(client)
    graph = lineage.origin(a_package())
    assert lineage.calls == MOST_DESCRIBED + paper.count("query_lineage")
    assert f"it is too large to be read with {MOST_DESCRIBED} calls" in {gap.why for gap in graph.gaps}
    again = lineage.origin(a_package())
    assert len(again.gaps) < len(graph.gaps)


def test_a_deleted_job_still_tells_by_its_trial_component() -> None:
    paper = registered()
    component, package = paper.component("Fit-1"), paper.artifact("package", PACKAGE, "Model")
    paper.leads(component, paper.artifact("model", ARTIFACT, "Model"), package)
    parameters = {"depth": {"NumberValue": 3.0}, "SageMaker.InstanceType": {"StringValue": "ml.m5.large"}}
    said = {"Parameters": parameters, "InputArtifacts": {"train": {"Value": "s3://raw/"}}}
    paper.says("describe_trial_component", component.partition("/")[2], said)
    graph = origin(paper)
    assert graph.gaps == (Gap(JOB, "the job was deleted"),)
    assert graph.by_key[JOB].fact("parameter depth") == "3.0"
    assert "s3://raw/" in upstream(graph, [VERSION])


def test_a_job_of_another_account_is_not_mistaken_for_a_deleted_one() -> None:
    theirs = f"{OTHER_ACCOUNT}:training-job/fit-1"
    paper = registered(MetadataProperties={"GeneratedBy": theirs})
    graph = origin(paper)
    assert graph.gaps == (Gap(JOB, "it is in account 999999999999, which does not share it"),)
    assert paper.count("describe_training_job") == 0
    assert JOB in upstream(graph, [VERSION])


def test_a_job_that_made_something_else_leads_straight_to_the_version() -> None:
    paper = registered(MetadataProperties={"GeneratedBy": f"{ACCOUNT}:training-job/other"})
    paper.trained("other")
    paper.says("describe_training_job", "Fit-1", missing())
    graph = origin(paper, training_job="other")
    said = {edge.after: edge for edge in graph.out_of[keys.job("training", "other")]}
    assert said[VERSION].relation is Relation.LED_TO
    assert said[VERSION].witnesses == (Witness.REGISTRY,)


def test_no_gap_where_nothing_is_known_and_nothing_failed() -> None:
    paper = registered()
    graph = origin(paper, training_job="")
    assert [gap.at for gap in graph.gaps] == [JOB]
    loose = Paper()
    loose.says("describe_model_package", PACKAGE, {})
    client: Any = loose
    alone = SageMakerLineage(client).origin(a_package("s3://models/model.tar.gz", training_job=""))
    assert alone.gaps == ()
    assert {node.key for node in alone.nodes} == {
        VERSION,
        "s3://models/model.tar.gz",
        keys.image("acme/xgboost:1"),
    }
