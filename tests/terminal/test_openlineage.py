"""Lineage as OpenLineage events, held against the schemas that OpenLineage publishes."""

import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator, ValidationError
from referencing import Registry, Resource

from bot.domain.lineage import keys
from bot.domain.lineage.graph import Edge, Fact, Gap, Kind, Node, Relation, Witness, graph_of
from bot.terminal.openlineage import UNKNOWN_TIME, events, text
from bot.usecases.traced import Recalled, Traced
from tests.slack.lineages import HUGE, TRACES, WHOLE, WORRYING
from tests.slack.recalls import FOUND, RECALLS
from tests.terminal.lineage_cases import HOSTILE, HOSTILE_RECALL, START, recalls, traces

FOLDER: Final = Path(__file__).parent / "data/openlineage"
SCHEMAS: Final = [json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.rglob("*.json")]
REGISTRY: Final[Registry[Any]] = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS
)
D, T = Witness.DESCRIBED, Witness.TAG
JOB: Final = keys.job("training", "train")


def validate(value: Any, address: str) -> None:
    """Raise ValidationError where the value is not what the schema at that address says."""
    validator(address).validate(value)


@cache
def validator(address: str) -> Draft202012Validator:
    check = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator({"$ref": address}, registry=REGISTRY, format_checker=check)


def facets(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "_schemaURL" in node:
            yield node
        for value in node.values():
            yield from facets(value)
    if isinstance(node, list):
        for value in node:
            yield from facets(value)


def judge(written: str) -> list[dict[str, Any]]:
    """The events of a text, each as published with all that is in it."""
    assert written.isascii()
    found = [json.loads(line) for line in written.splitlines()]
    for event in found:
        validate(event, "https://openlineage.io/spec/2-0-2/OpenLineage.json")
        validate(event, event["schemaURL"])
        assert datetime.fromisoformat(event["eventTime"]).tzinfo
        for facet in facets(event):
            validate(facet, facet["_schemaURL"])
            for address in (facet["_producer"], facet["_schemaURL"], facet.get("uri"), facet.get("url")):
                assert address is None or (urlsplit(address).scheme and " " not in address)
    return found


def trained(*facts: Fact, more: tuple[Edge, ...] = (), nodes: tuple[Node, ...] = ()) -> dict[str, Any]:
    """The event of a job of which these facts are said."""
    whole = graph_of([Node(JOB, Kind.JOB, "Train", facts), *nodes], more)
    return judge(text(Traced(JOB, whole)))[0]


def test_the_files_are_the_published_schemas_that_are_used() -> None:
    used = {
        facet["_schemaURL"].partition("#")[0]
        for found in (WHOLE, WORRYING)
        for facet in facets(events(found))
    }
    assert used <= {schema["$id"] for schema in SCHEMAS}
    for schema in SCHEMAS:
        Draft202012Validator.check_schema(schema)


def test_what_is_not_as_published_is_told_from_what_is() -> None:
    event = events(WHOLE)[0]
    wrong_id = event | {"run": {"runId": "churn"}}
    for wrong in (event | {"eventType": "DONE"}, event | {"eventTime": "now"}, wrong_id):
        with pytest.raises(ValidationError):
            judge(f"{json.dumps(wrong)}\n")
    event["job"]["facets"]["jobType"].pop("integration")
    with pytest.raises(ValidationError):
        judge(f"{json.dumps(event)}\n")


@pytest.mark.parametrize("name", sorted(TRACES.keys() - {"huge"}))
def test_every_lineage_is_as_published(name: str) -> None:
    judge(text(TRACES[name]))


@pytest.mark.parametrize("name", sorted(RECALLS.keys() - {"huge"}))
def test_every_recall_is_as_published(name: str) -> None:
    judge(text(RECALLS[name]))


def test_hostile_names_stay_inside_their_strings() -> None:
    for found in (HOSTILE, HOSTILE_RECALL):
        for event in judge(text(found)):
            assert "sourceCodeLocation" not in event.get("job", {}).get("facets", {})


@given(traces)
def test_any_graph_is_as_published_and_every_job_and_data_set_is_in_it(found: Traced) -> None:
    made = judge(text(found))
    graph = found.graph
    ends = {end for edge in graph.edges for end in (edge.before, edge.after)} | {found.start}
    ends |= {gap.at for gap in graph.gaps}
    nodes = {key: graph.by_key.get(key) or keys.bare(key) for key in {*graph.by_key, *ends}}
    jobs = [node for node in nodes.values() if node.kind is Kind.JOB]
    assert len({event["run"]["runId"] for event in made if "run" in event}) == len(jobs)
    written = json.dumps(made)
    for node in nodes.values():
        if node.kind is Kind.DATA and node.key.startswith("s3://"):
            bucket, _, key = node.key.removeprefix("s3://").partition("/")
            assert f'"namespace": "s3://{bucket}", "name": "{key}"' in written
    flows = sum(len(event.get("inputs", [])) + len(event.get("outputs", [])) for event in made)
    assert flows >= len({(e.before, e.after) for e in graph.edges if _flows(nodes, e)})


def _flows(nodes: dict[str, Node], edge: Edge) -> bool:
    return {nodes[edge.before].kind, nodes[edge.after].kind} == {Kind.JOB, Kind.DATA}


@given(recalls)
def test_any_recall_is_as_published(found: Recalled) -> None:
    judge(text(found))


def test_each_job_is_one_event_in_the_order_of_time() -> None:
    prepare, train = judge(text(WHOLE))
    assert prepare["eventTime"] == "2026-11-24T08:10:00Z"
    assert (train["job"]["namespace"], train["job"]["name"]) == ("sagemaker", "training-job/churn-train-12")
    assert (train["eventType"], train["schemaURL"][-9:]) == ("COMPLETE", "/RunEvent")
    assert [(one["namespace"], one["name"]) for one in train["inputs"]] == [
        ("s3://acme-ml", "churn/features/"),
        ("s3://acme-ml", "churn/labels.csv"),
    ]
    assert train["outputs"][0]["name"] == "churn/out/churn-train-12/output/model.tar.gz"
    assert [one["name"] for one in prepare["outputs"]] == ["churn/features/"]


def test_what_is_known_of_data_is_in_the_standard_facets() -> None:
    prepare, train = judge(text(WHOLE))
    raw, features, model = prepare["inputs"][0], prepare["outputs"][0], train["outputs"][0]
    assert raw["facets"]["version"]["datasetVersion"] == "a1b2c3d4e5f6"
    assert raw["facets"]["dataSource"]["uri"] == "s3://acme-ml"
    quality = raw["inputFacets"]["dataQualityMetrics"]
    assert (quality["bytes"], quality["fileCount"], "rowCount" in quality) == (73400320, 40, False)
    assert features["outputFacets"]["outputStatistics"]["rowCount"] == 7032
    assert model["facets"]["datasetType"]["datasetType"] == "MODEL"
    assert model["facets"]["symlinks"]["identifiers"] == [
        {"namespace": "sagemaker", "name": "model-package/churn/12", "type": "MODEL_PACKAGE"}
    ]
    assert train["run"]["facets"]["executionParameters"]["parameters"] == [
        {"key": "eta", "value": "0.2"},
        {"key": "max_depth", "value": "5"},
    ]
    tags = {one["key"]: one["value"] for one in train["job"]["facets"]["tags"]["tags"]}
    assert tags["commit"] == "4f2a9c1be07d"


def test_a_run_has_the_same_id_whenever_it_is_told_of() -> None:
    ids = [{event["run"]["runId"] for event in events(found)} for found in (WHOLE, WORRYING)]
    assert ids[0] == ids[1]
    assert all(uuid.UUID(one).version == 5 for one in ids[0])


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Completed", "COMPLETE"),
        ("Failed", "FAIL"),
        ("Stopped", "ABORT"),
        ("InProgress", "RUNNING"),
        ("Whatever", "OTHER"),
    ],
)
def test_a_job_ends_as_its_status_says(status: str, state: str) -> None:
    assert trained(Fact("status", status, D))["eventType"] == state


def test_the_description_of_a_job_counts_more_than_what_others_say() -> None:
    assert trained(Fact("status", "Completed", T), Fact("status", "Failed", D))["eventType"] == "FAIL"


def test_a_failure_says_why() -> None:
    event = trained(Fact("status", "Failed", D), Fact("reason", "Out of memory", D))
    assert event["run"]["facets"]["errorMessage"]["message"] == "Out of memory"


@pytest.mark.parametrize(
    ("facts", "time"),
    [
        ({"ended": "2026-11-24T10:00:00+01:00", "started": "2026-11-24T08:00:00Z"}, "2026-11-24T09:00:00Z"),
        ({"ended": "soon", "started": "2026-11-24T08:00:00"}, "2026-11-24T08:00:00Z"),
        ({"created": "2026-11-24T07:00:00Z"}, "2026-11-24T07:00:00Z"),
    ],
)
def test_the_time_is_when_it_ended_or_else_started_or_else_was_created(
    facts: dict[str, str], time: str
) -> None:
    event = trained(*(Fact(name, value, D) for name, value in facts.items()))
    assert event["eventTime"] == time
    assert "placeholder" not in event["job"]["facets"]["documentation"]["description"]


def test_where_nobody_knows_the_time_it_is_a_placeholder_and_said_to_be() -> None:
    event = trained()
    assert datetime.fromisoformat(event["eventTime"]) == UNKNOWN_TIME
    assert event["job"]["facets"]["documentation"]["description"].endswith(
        "Nobody knows when it ran; the event’s time is a placeholder."
    )


@pytest.mark.parametrize(
    ("repository", "url"),
    [
        ("https://git.example/acme/churn.git", "https://git.example/acme/churn.git"),
        ("git@git.example:acme/churn.git", None),
        ("https://[oops", None),
        ("https://cara:secret@git.example/x", None),
        ("ssh://git@git.example:22/acme/churn.git", "ssh://git@git.example:22/acme/churn.git"),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_the_code_has_a_place_where_its_repository_has_a_url(repository: str, url: str | None) -> None:
    commit = Node(keys.commit("4f2a9c1"), Kind.COMMIT, "4f2a9c1", (Fact("repository", repository, D),))
    facets_ = trained(more=(Edge(commit.key, JOB, Relation.BUILT_INTO, (T,)),), nodes=(commit,))["job"][
        "facets"
    ]
    place = facets_.get("sourceCodeLocation")
    assert (place and (place["url"], place["version"])) == (url and (url, "4f2a9c1"))
    assert facets_["tags"]["tags"][0]["value"] == "4f2a9c1"


@pytest.mark.parametrize(
    ("key", "name", "version"),
    [
        ("s3://bucket", ("s3://bucket", "/"), None),
        ("s3://bucket/", ("s3://bucket", "/"), None),
        ("s3://bucket/a  b/c", ("s3://bucket", "a  b/c"), None),
        (keys.data("dvc:data/raw.csv@1a2b"), ("dvc", "data/raw.csv"), "1a2b"),
        (keys.data("fsx://fs-1/share"), ("fsx://fs-1", "share"), None),
        (keys.data("fs-1"), ("sagemaker", "data/fs-1"), None),
        (keys.features("clicks"), ("sagemaker", "feature-group/clicks"), None),
        (START, ("sagemaker", "model-package/churn/1"), None),
    ],
)
def test_data_has_the_name_that_other_tools_give_it(
    key: str, name: tuple[str, str], version: str | None
) -> None:
    (read,) = trained(more=(Edge(key, JOB, Relation.READ_BY, (D,)),))["inputs"]
    assert (read["namespace"], read["name"]) == name
    assert read["facets"].get("version", {}).get("datasetVersion") == version


def test_data_that_no_job_is_known_to_have_touched_is_an_event_of_its_own() -> None:
    graph = graph_of([Node("s3://b/model.tar.gz", Kind.ARTIFACT, "s3://b/model.tar.gz")])
    (event,) = judge(text(Traced("s3://b/model.tar.gz", graph)))
    assert (event["schemaURL"][-13:], event["dataset"]["name"]) == ("/DatasetEvent", "model.tar.gz")


def test_jobs_that_follow_each_other_without_data_name_each_other() -> None:
    before = keys.job("processing", "prepare")
    graph = graph_of([], [Edge(before, JOB, Relation.LED_TO, (D,))])
    found = {event["job"]["name"]: event["run"]["facets"] for event in judge(text(Traced(JOB, graph)))}
    above = found["training-job/train"]["jobDependencies"]["upstream"]
    assert [one["job"]["name"] for one in above] == ["processing-job/prepare"]
    assert found["processing-job/prepare"]["jobDependencies"]["downstream"][0]["run"]


def test_what_could_not_be_read_or_may_overlap_is_in_the_documentation() -> None:
    graph = graph_of(
        [],
        [
            Edge("s3://b/raw", JOB, Relation.READ_BY, (D,)),
            Edge("s3://b/raw/x", "s3://b/raw", Relation.OVERLAPS, (Witness.ADDRESS,)),
        ],
        [Gap(JOB, "the job was deleted")],
    )
    run = next(event for event in judge(text(Traced(JOB, graph))) if "job" in event)
    assert run["job"]["facets"]["documentation"]["description"].endswith(
        "Not all of it could be read: the job was deleted."
    )
    documentation = run["inputs"][0]["facets"]["documentation"]["description"]
    assert documentation.endswith("May share objects with s3://b/raw/x.")


def test_a_recall_tells_of_the_jobs_that_learned_from_it_and_of_all_that_they_read() -> None:
    assert {event["job"]["name"] for event in events(FOUND) if "job" in event} == {
        *(f"training-job/churn-train-{n}" for n in (9, 11, 12)),
        "training-job/fraud-train-3",
    }


def test_a_job_that_read_five_thousand_data_sets_names_them_all() -> None:
    assert len(events(HUGE)[0]["inputs"]) == 5000
