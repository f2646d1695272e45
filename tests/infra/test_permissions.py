"""template.yaml: who may do what, and nothing more."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.aws.tags import PROMOTION
from bot.domain.policy import AlarmKind, alarm_name
from tests.infra.cfn import FUNCTIONS, RESOURCES, ROOT, Json, listed
from tests.infra.paths import operations, reached


def statements(effect: str = "Allow") -> Iterator[tuple[str, Json]]:
    """Every IAM statement that allows, or that denies, with the resource that it stands in."""
    for name, resource in RESOURCES.items():
        for statement in statements_within(resource):
            if statement["Effect"] == effect:
                yield name, statement


def statements_within(node: Any) -> Iterator[Json]:
    if isinstance(node, dict):
        yield from listed(node.get("Statement", []))
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from statements_within(child)


def owners(function: str) -> set[str]:
    """Where a function's permissions stand: in itself and in the policies that it refers to."""
    named = [policy["Ref"] for policy in FUNCTIONS[function].get("Policies", []) if "Ref" in policy]
    return {function, *named}


def granted(function: str) -> set[str]:
    """All that a function may do."""
    return {a for name, s in statements() if name in owners(function) for a in listed(s["Action"])}


ANYWHERE = {
    "sagemaker:ListModelPackageGroups": "lists know no resource",
    "sagemaker:ListModelPackages": "lists know no resource",
    "sagemaker:ListArtifacts": "lists know no resource",
    "sagemaker:ListContexts": "lists know no resource",
    "sagemaker:ListEndpoints": "lists know no resource",
    "sagemaker:QueryLineage": "knows no resource",
    "ecr:GetAuthorizationToken": "knows no resource",
    "cloudwatch:GetMetricData": "knows no resource",
    "cloudwatch:DescribeAlarms": "with less it tells nothing of composite alarms",
    "cloudwatch:PutMetricData": "knows no resource; a condition narrows it to SageMaker's namespaces",
}


def test_there_are_statements_to_look_at() -> None:
    assert len(list(statements())) > 15


def test_nobody_may_do_everything_of_anything() -> None:
    actions = [(name, action) for name, s in statements() for action in listed(s["Action"])]
    assert [found for found in actions if "*" in found[1]] == []


def test_what_may_be_done_anywhere_is_listed_here_with_its_reason() -> None:
    anywhere = {
        action
        for _, statement in statements()
        if "*" in listed(statement.get("Resource", []))
        for action in listed(statement["Action"])
    }
    assert anywhere == set(ANYWHERE)


def test_metrics_go_to_sagemaker_s_namespaces_only() -> None:
    (metrics,) = [s for _, s in statements() if "cloudwatch:PutMetricData" in listed(s["Action"])]
    assert metrics["Condition"]["StringLike"]["cloudwatch:namespace"] == ["AWS/SageMaker", "/aws/sagemaker/*"]


def test_everything_is_allowed_explicitly_and_nothing_by_what_it_is_not() -> None:
    for name, statement in (*statements(), *statements("Deny")):
        assert not {"NotAction", "NotResource", "NotPrincipal"} & set(statement), name
    assert len(list(statements())) + len(list(statements("Deny"))) == json.dumps(RESOURCES).count('"Effect":')


def test_a_role_is_passed_to_sagemaker_alone_and_only_the_models_role() -> None:
    (passing,) = [s for _, s in statements() if "iam:PassRole" in listed(s["Action"])]
    assert passing["Resource"] == {"GetAtt": "ModelRole.Arn"}
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}


def test_the_open_door_may_only_put_on_the_queue_and_read_the_signing_secret() -> None:
    assert granted("SlackFunction") == {"sqs:SendMessage", "ssm:GetParameter"}


MAKING = {
    "sagemaker:CreateModel",
    "sagemaker:CreateEndpointConfig",
    "sagemaker:CreateEndpoint",
    "sagemaker:CreateTransformJob",
    "sagemaker:InvokeEndpoint",
    "cloudwatch:PutMetricAlarm",
    "s3:PutObject",
    "iam:PassRole",
}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_only_the_step_may_make_what_serves(name: str) -> None:
    lists = {"s3:PutObject"} if name == "EventsFunction" else set()
    assert granted(name) & MAKING == (MAKING if name == "StepFunction" else lists)


def test_whoever_hears_events_writes_lists_of_files_and_nothing_else() -> None:
    (writing,) = [s for n, s in statements() if (n, s["Action"]) == ("EventsFunction", "s3:PutObject")]
    assert writing["Resource"] == {"Sub": "${ArtifactsBucket.Arn}/listings/*"}
    statement = denied("OnlyEventsAreSeen")
    assert (statement["Action"], statement["Resource"]) == (
        ["s3:PutObject", "s3:DeleteObject*"],
        writing["Resource"],
    )
    assert statement["Condition"] == {
        "ArnNotEquals": {"aws:PrincipalArn": {"GetAtt": "EventsFunctionRole.Arn"}}
    }


def test_whoever_hears_events_may_take_back_what_a_failed_promotion_left() -> None:
    assert granted("EventsFunction") >= {
        "sagemaker:UpdateEndpoint",
        "sagemaker:DeleteEndpoint",
        "sagemaker:DeleteEndpointConfig",
        "sagemaker:DeleteModel",
        "sagemaker:StopTransformJob",
        "cloudwatch:DeleteAlarms",
    }


def test_what_slack_asks_for_changes_nothing_in_sagemaker_by_itself() -> None:
    # The worker records and resumes; the workflow acts.
    sagemaker = {action for action in granted("WorkerFunction") if action.startswith("sagemaker:")}
    assert {re.match("[A-Z][a-z]+", action.partition(":")[2])[0] for action in sagemaker} == {  # type: ignore[index]  # every action begins so
        "Describe", "List", "Query",
    }  # fmt: skip


def test_a_missing_object_is_told_from_a_forbidden_one() -> None:
    (listing,) = [
        s for n, s in statements() if n == "ReadModelsPolicy" and "s3:ListBucket" in listed(s["Action"])
    ]
    assert listing["Resource"] == [
        {"Sub": "arn:${AWS::Partition}:s3:::${EvidenceBucket}"},
        {"GetAtt": "ArtifactsBucket.Arn"},
    ]


STARS = {
    ":model-package/*": "named after models, which teams name",
    ":model/*": "named after models",
    ":endpoint/*": "named in mlops.toml",
    ":endpoint-config/*": "named after models",
    ":transform-job/mlops-*": "",
    ":alarm:*-5xx": "the workflow's own, named after endpoints",
    ":alarm:*-latency": "the same",
    ":alarm:*-invocations-missing": "the same",
    "-promotion:*": "executions of the promotion workflow",
    "/index/*": "the ledger's",
    "/*": "objects of a bucket",
    "/tests/*": "what transforms answer",
    "/listings/*": "what lay under a training job's inputs",
    ":*:artifact/*": "other accounts may share theirs",
    ":*:context/*": "the same",
    ":*:experiment-trial-component/*": "SageMaker names them after jobs; other accounts may share theirs",
    ":artifact/*": "SageMaker numbers the entities of its lineage",
    ":context/*": "SageMaker names them after endpoints and groups",
    ":context/mlops-*": "those that SageMaker did not make itself",
    ":action/mlops-*": "named after promotions",
    ":training-job/*": "teams name their jobs",
    ":processing-job/*": "the same",
    ":transform-job/*": "the same; it only looks at them",
    "*": "what endpoints capture, below CapturePrefix",
    ":*:repository/*": "AWS's own images live in its accounts",
    ":log-group:/aws/sagemaker/*": "SageMaker names them",
}
"""What stands behind the last name in a resource with a star, and why no more can be said."""


def test_a_resource_has_a_star_only_where_no_name_is_possible() -> None:
    texts = [r["Sub"] for _, s in statements() for r in listed(s.get("Resource", [])) if "Sub" in r]
    assert {text.rpartition("}")[2] for text in texts if "*" in text} == set(STARS)


@pytest.mark.parametrize("action", ["cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"])
def test_only_alarms_of_the_workflow_s_own_kinds_may_be_made_and_deleted(action: str) -> None:
    named = [
        r["Sub"] for _, s in statements() if action in listed(s["Action"]) for r in listed(s["Resource"])
    ]
    assert {text.rpartition(":alarm:")[2] for text in named} == {alarm_name("*", kind) for kind in AlarmKind}


@pytest.mark.parametrize("action", ["sagemaker:CreateTransformJob", "sagemaker:StopTransformJob"])
def test_only_the_bot_s_own_transform_jobs_may_be_run_and_stopped(action: str) -> None:
    (resource,) = [s["Resource"]["Sub"] for _, s in statements() if action in listed(s["Action"])]
    assert resource.endswith(":transform-job/mlops-*")


def test_nothing_is_written_to_s3_but_into_the_project_s_own_bucket() -> None:
    writing = [
        s["Resource"] for n, s in statements() if n != "ModelRole" and "s3:PutObject" in listed(s["Action"])
    ]
    assert writing == [{"Sub": "${ArtifactsBucket.Arn}/listings/*"}, {"Sub": "${ArtifactsBucket.Arn}/*"}]


def test_nobody_may_delete_an_object() -> None:
    assert not {a for _, s in statements() for a in listed(s["Action"]) if a.startswith("s3:Delete")}


def test_whatever_the_code_asks_of_aws_the_step_may_do() -> None:
    known = operations()
    called = {
        found
        for path in (ROOT / "bot" / "aws").glob("*.py")
        for found in re.findall(
            r'(?:\bclient|_client|_dynamodb|_s3|get_paginator\("|ssm)\.?(\w+)', path.read_text()
        )
        if found in known
    }
    assert len(called) > 35
    assert {known[method] for method in called} - granted("StepFunction") == set()


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_with_the_signing_secret_s_name_may_read_it(name: str) -> None:
    given = FUNCTIONS[name].get("Environment", {}).get("Variables", {})
    reading = [
        s["Resource"]["Sub"] for n, s in statements() if (n, s["Action"]) == (name, "ssm:GetParameter")
    ]
    named = [resource for resource in reading if resource.endswith(":parameter${SigningSecretParameter}")]
    assert (
        bool(named) == ("SIGNING_SECRET_PARAMETER" in given) == (name in {"SlackFunction", "WorkerFunction"})
    )


# ---- each handler's path ---------------------------------------------------------------------------

PATHS = {
    "EventsFunction": [("bot.usecases.hear", "hear")],  # with close and tidy
    "WorkerFunction": [("bot.slack.desk", "commanded"), ("bot.slack.desk", "clicked")],
    "StepFunction": [("bot.usecases.step", "step"), ("bot.aws.workflow", "StepFunctions.hold")],
}


@pytest.mark.parametrize("name", sorted(PATHS))
def test_a_function_may_do_what_its_path_comes_to(name: str) -> None:
    needed = {action for entry in PATHS[name] for action in reached(entry)}
    assert needed - granted(name) == set()


@pytest.mark.parametrize("name", sorted(PATHS))
def test_what_the_lineage_asks_for_by_name_may_be_done(name: str) -> None:
    """Its calls are named by texts, which no path shows."""
    known = operations()
    texts = [path.read_text() for path in (ROOT / "bot" / "aws").glob("lineage*.py")]
    asked = {known[word] for text in texts for word in re.findall(r'"([a-z_]+)"', text) if word in known}
    kinds = {f"sagemaker:Describe{kind}Job" for kind in ("Training", "Processing", "Transform")}
    written = {"sagemaker:ListContexts"} if name == "WorkerFunction" else set()
    assert len(asked) > 8
    assert (asked | kinds) - written - granted(name) == set()


@pytest.mark.parametrize(
    ("name", "comes_to", "not_to"),
    [
        ("EventsFunction", "sagemaker:DescribeTransformJob", "sagemaker:CreateModel"),
        ("EventsFunction", "s3:PutObject", "ssm:GetParameter"),
        ("WorkerFunction", "s3:GetObject", "sagemaker:UpdateEndpoint"),
        ("WorkerFunction", "states:StartExecution", "s3:PutObject"),
        ("StepFunction", "s3:ListBucketMultipartUploads", "ssm:GetParameter"),
    ],
)
def test_the_paths_are_really_followed(name: str, comes_to: str, not_to: str) -> None:
    needed = {action for entry in PATHS[name] for action in reached(entry)}
    assert comes_to in needed
    assert not_to not in needed


def test_nobody_else_comes_to_aws() -> None:
    assert set(FUNCTIONS) - set(PATHS) == {"SlackFunction"}


# ---- only what is ours -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["Model", "Endpoint", "EndpointConfig"])
def test_only_what_a_promotion_made_may_be_deleted(kind: str) -> None:
    deleting = [s for _, s in statements() if f"sagemaker:Delete{kind}" in listed(s["Action"])]
    assert [s["Condition"] for s in deleting] == [{"StringLike": {f"aws:ResourceTag/{PROMOTION}": "p_*"}}]


def denied(sid: str) -> Json:
    (statement,) = [s for _, s in statements("Deny") if s["Sid"] == sid]
    assert statement["Principal"] == "*"
    return statement


WORKFLOW, MODELS = {"GetAtt": "StepFunctionRole.Arn"}, {"GetAtt": "ModelRole.Arn"}


def test_nobody_but_the_workflow_writes_or_deletes_a_copy_or_a_report() -> None:
    statement = denied("OnlyTheWorkflowCopiesAndReports")
    assert statement["Action"] == ["s3:PutObject", "s3:DeleteObject*"]
    assert statement["Resource"] == [
        {"Sub": "${ArtifactsBucket.Arn}/artifacts/*"},
        {"Sub": "${ArtifactsBucket.Arn}/reports/*"},
    ]
    assert statement["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": WORKFLOW}}


def test_nobody_but_a_transform_and_the_workflow_writes_answers() -> None:
    statement = denied("OnlyTransformsAnswer")
    assert (statement["Action"], statement["Resource"]) == (
        "s3:PutObject", {"Sub": "${ArtifactsBucket.Arn}/tests/*"},
    )  # fmt: skip
    assert statement["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": [WORKFLOW, MODELS]}}


def test_nobody_comes_to_the_copies_without_tls() -> None:
    statement = denied("OnlyEncryptedOnTheWay")
    assert (statement["Action"], statement["Condition"]) == (
        "s3:*",
        {"Bool": {"aws:SecureTransport": "false"}},
    )
    assert {json.dumps(resource) for resource in statement["Resource"]} == {
        '{"GetAtt": "ArtifactsBucket.Arn"}', '{"Sub": "${ArtifactsBucket.Arn}/*"}',
    }  # fmt: skip


def test_whatever_the_workflow_writes_lies_where_only_it_may_write() -> None:
    folders = {
        found
        for package in ("usecases", "domain")
        for path in (ROOT / "bot" / package).glob("*.py")
        for found in re.findall(r'f"(\w+)/\{[^"]*"', path.read_text())
    }
    assert folders == {"artifacts", "listings", "reports", "tests"}
