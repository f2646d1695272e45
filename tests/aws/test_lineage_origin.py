"""Origins: SageMaker's graph and the descriptions of jobs, in the words of people."""

from bot.aws.lineage import SageMakerLineage
from bot.domain.lineage import keys
from bot.domain.lineage.graph import Gap, Graph, Kind, Relation, Witness
from bot.domain.lineage.walks import upstream
from bot.domain.model import Version
from tests.aws.lineage_on_paper import (
    ACCOUNT,
    ARTIFACT,
    OTHER_ACCOUNT,
    PACKAGE,
    Paper,
    a_package,
    error,
    registered,
)

VERSION, JOB = keys.version(Version("churn", 1)), keys.job("training", "Fit-1")
S3 = {"S3DataType": "S3Prefix"}


def reads(*uris: str) -> list[object]:
    """The channels of a training job."""
    return [{"ChannelName": "train", "DataSource": {"S3DataSource": {**S3, "S3Uri": uri}}} for uri in uris]


def origin(paper: Paper) -> Graph:
    client: object = paper
    return SageMakerLineage(client).origin(a_package())  # type: ignore[arg-type]  # a paper is no boto3 client


def ends(graph: Graph) -> dict[tuple[str, str], Relation]:
    return {(edge.before, edge.after): edge.relation for edge in graph.edges}


def drawn() -> Paper:
    """The graph that SageMaker draws of a version whose data a processing job made."""
    paper = registered()
    raw, clean = paper.artifact("raw", "s3://raw/"), paper.artifact("clean", "s3://clean/")
    image = paper.artifact("image", "acme/trainer:1", "Image")
    model, package = paper.artifact("model", ARTIFACT, "Model"), paper.artifact("package", PACKAGE, "Model")
    paper.leads(raw, paper.component("clean-1", "processing"), clean, paper.component("Fit-1"))
    paper.leads(image, paper.component("Fit-1"))
    paper.leads(paper.component("Fit-1"), model, type_="Produced")
    paper.leads(model, package)
    paper.trained()
    job = {"ProcessingJobName": "clean-1", "ProcessingJobArn": "arn", "ProcessingJobStatus": "Completed"}
    paper.says("describe_processing_job", "clean-1", job)
    paper.says("list_tags", "arn", {"Tags": []})
    return paper


def test_the_graph_leads_from_raw_data_to_the_version() -> None:
    graph = origin(drawn())
    cleaned = keys.job("processing", "clean-1")
    assert ends(graph) == {
        ("s3://raw/", cleaned): Relation.READ_BY,
        (cleaned, "s3://clean/"): Relation.MADE,
        ("s3://clean/", JOB): Relation.READ_BY,
        (keys.image("acme/trainer:1"), JOB): Relation.RUN_BY,
        (JOB, ARTIFACT): Relation.MADE,
        (ARTIFACT, VERSION): Relation.REGISTERED_AS,
        (keys.image("acme/xgboost:1"), VERSION): Relation.RUN_BY,
    }
    assert graph.gaps == ()
    assert graph.by_key[ARTIFACT].kind is Kind.ARTIFACT
    (made,) = graph.out_of[JOB]
    assert made.witnesses == (Witness.LINEAGE, Witness.DESCRIBED)


def test_the_name_of_a_job_is_spelt_as_its_addresses_spell_it() -> None:
    paper = drawn()
    assert origin(paper).by_key[JOB].name == "Fit-1"
    assert ("describe_training_job", {"TrainingJobName": "Fit-1"}) in paper.asked


def test_what_cannot_change_is_asked_once() -> None:
    paper = drawn()
    lineage = SageMakerLineage(paper)  # type: ignore[arg-type]  # a paper is no boto3 client
    first = lineage.origin(a_package())
    calls = lineage.calls
    assert calls == len(paper.asked)
    assert lineage.origin(a_package()) == first
    assert paper.count("describe_artifact") == 5
    assert paper.count("describe_training_job") == 1
    missing = (
        "describe_trial_component"  # of this paper: what is not there may come, so it is asked for again
    )
    assert [operation for operation, _ in paper.asked[calls:] if operation != missing] == [
        "describe_model_package",
        "list_artifacts",
        "query_lineage",
    ]


def test_without_a_graph_the_descriptions_tell_it() -> None:
    paper = registered()
    paper.trained(InputDataConfig=reads("s3://raw/"), AlgorithmSpecification={"TrainingImage": "acme/t:1"})
    graph = origin(paper)
    assert {"s3://raw/", keys.image("acme/t:1"), JOB, ARTIFACT} <= set(upstream(graph, [VERSION]))
    assert graph.gaps == ()


def test_where_the_package_is_not_in_the_graph_its_artifact_is_asked_for() -> None:
    paper = registered()
    paper.leads(paper.artifact("raw", "s3://raw/"), paper.component("Fit-1"), paper.artifact("m", ARTIFACT))
    paper.trained()
    assert "s3://raw/" in upstream(origin(paper), [VERSION])


def test_what_a_described_job_read_is_looked_up_in_the_graph() -> None:
    paper = registered()
    paper.trained(InputDataConfig=reads("s3://clean/"))
    paper.leads(
        paper.artifact("raw", "s3://raw/"), paper.artifact("clean", "s3://clean/"), type_="DerivedFrom"
    )
    graph = origin(paper)
    assert ends(graph)["s3://raw/", "s3://clean/"] is Relation.LED_TO
    assert "s3://raw/" in upstream(graph, [VERSION])


def test_the_artifact_of_another_job_leads_on_to_that_job() -> None:
    paper = registered()
    parent = "s3://models/Fit-0/output/model.tar.gz"
    paper.trained(InputDataConfig=reads(parent))
    paper.trained("Fit-0", InputDataConfig=reads("s3://older/"))
    graph = origin(paper)
    assert graph.by_key[parent].kind is Kind.ARTIFACT
    assert "s3://older/" in upstream(graph, [VERSION])


def test_approvals_and_groups_only_lead_on() -> None:
    paper = drawn()
    approval, group = paper.entity("action", "ok", "Approval"), paper.entity("context", "churn", "ModelGroup")
    extra = paper.artifact("extra", "s3://extra/")
    paper.leads(extra, approval, group, f"{ACCOUNT}:artifact/clean")
    graph = origin(paper)
    assert ends(graph)["s3://extra/", "s3://clean/"] is Relation.LED_TO
    assert not [node for node in graph.nodes if node.kind is Kind.OTHER]


def test_a_group_of_too_many_stays_in_the_graph() -> None:
    paper = drawn()
    group = paper.entity("context", "everything", "ModelGroup")
    for place in range(300):
        paper.leads(paper.entity("action", f"step-{place}", "Clean"), group)
    paper.leads(group, f"{ACCOUNT}:artifact/clean")
    graph = origin(paper)
    assert keys.other(group) in upstream(graph, [VERSION])
    assert len([node for node in graph.nodes if node.kind is Kind.OTHER]) == 301


def test_a_step_that_is_no_job_is_there_by_its_trial_component() -> None:
    paper = drawn()
    step = paper.entity("experiment-trial-component", "notebook", "Other")
    paper.leads(step, f"{ACCOUNT}:artifact/clean")
    inputs = {"table": {"Value": "s3://table/"}}
    paper.says("describe_trial_component", "notebook", {"InputArtifacts": inputs})
    graph = origin(paper)
    assert ends(graph)["s3://table/", keys.other(step)] is Relation.READ_BY


def test_two_names_of_one_thing_lead_to_each_other() -> None:
    paper = drawn()
    paper.leads(paper.artifact("copy", "s3://copy/"), f"{ACCOUNT}:artifact/raw", type_="SameAs")
    found = ends(origin(paper))
    assert ("s3://copy/", "s3://raw/") in found
    assert ("s3://raw/", "s3://copy/") in found


def test_the_same_artifact_of_another_account_is_the_same_node() -> None:
    paper = drawn()
    twin = f"{OTHER_ACCOUNT}:artifact/raw"
    paper.leads(twin, f"{ACCOUNT}:artifact/raw", type_="SameAs")
    graph = origin(paper)
    assert graph.gaps == ()
    assert not [node for node in graph.nodes if node.kind is Kind.OTHER]


def test_what_another_account_does_not_share_is_a_gap_that_names_it() -> None:
    paper = drawn()
    theirs = f"{OTHER_ACCOUNT}:artifact/secret"
    paper.leads(theirs, f"{ACCOUNT}:artifact/raw")
    paper.says("describe_artifact", theirs, error("AccessDeniedException"))
    graph = origin(paper)
    assert graph.gaps == (Gap(keys.other(theirs), "it is in account 999999999999, which does not share it"),)
    assert keys.other(theirs) in upstream(graph, [VERSION])
