"""template.yaml: who may do what, what alarms, and what has to agree with the code."""

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.aws.ledger import MODEL_INDEX, UNDER_WAY_INDEX, DynamoLedger
from bot.slack.deliveries import ATTEMPTS

ROOT = Path(__file__).parent.parent.parent
Json = dict[str, Any]


class Cfn(yaml.SafeLoader):
    """YAML with CloudFormation's short tags, each as one key: `!Ref X` is `{"Ref": "X"}`."""


def _tagged(loader: Cfn, tag: str, node: yaml.Node) -> Json:
    if isinstance(node, yaml.MappingNode):
        return {tag: loader.construct_mapping(node, deep=True)}
    if isinstance(node, yaml.SequenceNode):
        return {tag: loader.construct_sequence(node, deep=True)}
    return {tag: loader.construct_scalar(node)}  # type: ignore[arg-type]  # the third kind of node


Cfn.add_multi_constructor("!", _tagged)

TEMPLATE: Json = yaml.load((ROOT / "template.yaml").read_text(), Cfn)  # noqa: S506 - a SafeLoader
RESOURCES: dict[str, Json] = TEMPLATE["Resources"]


def of_type(kind: str) -> dict[str, Json]:
    return {name: r["Properties"] for name, r in RESOURCES.items() if r["Type"] == kind}


FUNCTIONS = of_type("AWS::Serverless::Function")
QUEUES = of_type("AWS::SQS::Queue")
ALARMS = of_type("AWS::CloudWatch::Alarm")


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements() -> Iterator[tuple[str, Json]]:
    """Every IAM statement, with the resource that it stands in."""

    def within(name: str, node: Any) -> Iterator[tuple[str, Json]]:
        if isinstance(node, dict):
            for statement in listed(node.get("Statement", [])):
                yield name, statement
            for child in node.values():
                yield from within(name, child)
        elif isinstance(node, list):
            for child in node:
                yield from within(name, child)

    for name, resource in RESOURCES.items():
        yield from within(name, resource)


def actions_of(function: str) -> list[str]:
    """What a function may do by statements of its own."""
    return sorted(a for name, s in statements() if name == function for a in listed(s["Action"]))


# ---- who may do what -------------------------------------------------------------------------------

ANYWHERE = {
    "sagemaker:ListModelPackageGroups": "lists know no resource",
    "sagemaker:ListModelPackages": "lists know no resource",
    "ecr:GetAuthorizationToken": "knows no resource",
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
    for name, statement in statements():
        assert statement["Effect"] == "Allow", name
        assert not {"NotAction", "NotResource", "NotPrincipal"} & set(statement), name


def test_a_role_is_passed_to_sagemaker_alone_and_only_the_models_role() -> None:
    (passing,) = [s for _, s in statements() if "iam:PassRole" in listed(s["Action"])]
    assert passing["Resource"] == {"GetAtt": "ModelRole.Arn"}
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}


def test_the_open_door_may_only_put_on_the_queue_and_read_the_signing_secret() -> None:
    assert actions_of("SlackFunction") == ["sqs:SendMessage", "ssm:GetParameter"]


def test_only_the_step_may_deploy() -> None:
    deploying = [name for name, f in FUNCTIONS.items() if {"Ref": "DeployPolicy"} in f["Policies"]]
    assert deploying == ["StepFunction"]


def test_the_events_may_only_open_promotions() -> None:
    assert all("Statement" in policy for policy in FUNCTIONS["EventsFunction"]["Policies"])
    assert actions_of("EventsFunction") == [
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "sagemaker:DescribeModelPackage",
        "sagemaker:ListModelPackages",
        "states:StartExecution",
    ]


def test_a_missing_report_is_told_from_a_forbidden_one() -> None:
    (listing,) = [s for _, s in statements() if "s3:ListBucket" in listed(s["Action"])]
    assert listing["Resource"] == {"Sub": "arn:${AWS::Partition}:s3:::${EvidenceBucket}"}


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


# ---- secrets ---------------------------------------------------------------------------------------

UNREAD = {
    "SECRETS_VERSION": "a change of it changes the environment, so that every function starts anew",
}


def test_a_secret_s_change_reaches_every_function() -> None:
    variables = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["SECRETS_VERSION"] == {"Ref": "SecretsVersion"}
    assert TEMPLATE["Parameters"]["SecretsVersion"]["Default"] == "1"


def environments() -> Iterator[tuple[str, Any]]:
    for function in [TEMPLATE["Globals"]["Function"], *FUNCTIONS.values()]:
        yield from function.get("Environment", {}).get("Variables", {}).items()


def test_no_secret_stands_in_an_environment() -> None:
    for name, value in environments():
        harmless = name.endswith("_PARAMETER") or name in UNREAD
        assert harmless or not re.search(r"SECRET|TOKEN|PASSWORD|KEY", name), name
        assert not re.search(r"xox[abp]-|AKIA|[0-9a-f]{32}", json.dumps(value)), name


def test_parameters_hold_names_of_secrets_and_no_secrets() -> None:
    for name in ("SigningSecretParameter", "BotTokenParameter"):
        parameter = TEMPLATE["Parameters"][name]
        assert re.fullmatch(parameter["AllowedPattern"], parameter["Default"])


# ---- the code and the template say the same --------------------------------------------------------


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_s_handler_exists(name: str) -> None:
    module, _, attribute = FUNCTIONS[name]["Handler"].rpartition(".")
    assert callable(getattr(importlib.import_module(module), attribute))


def test_every_environment_variable_that_the_code_reads_is_set() -> None:
    read = {
        found
        for package in ("bot", "handlers")
        for path in (ROOT / package).rglob("*.py")
        for found in re.findall(r'environ(?:ment)?\["([A-Z_]+)"\]', path.read_text())
    }
    given_by_lambda = {found for found in read if found.startswith("AWS_")}
    assert read - given_by_lambda == {name for name, _ in environments()} - set(UNREAD)


def test_a_delivery_is_tried_as_often_as_the_apologies_count() -> None:
    assert QUEUES["RequestsQueue"]["RedrivePolicy"]["maxReceiveCount"] == ATTEMPTS


def test_a_message_stays_hidden_for_six_of_the_worker_s_time_outs() -> None:
    assert QUEUES["RequestsQueue"]["VisibilityTimeout"] >= 6 * FUNCTIONS["WorkerFunction"]["Timeout"]


def test_the_worker_serves_one_request_at_a_time_and_names_what_failed() -> None:
    source = FUNCTIONS["WorkerFunction"]["Events"]["Requests"]["Properties"]
    assert source["Queue"] == {"GetAtt": "RequestsQueue.Arn"}
    assert (source["BatchSize"], source["FunctionResponseTypes"]) == (1, ["ReportBatchItemFailures"])


def test_a_step_ends_before_the_state_machine_gives_it_up() -> None:
    machine = yaml.safe_load((ROOT / "infra" / "promotion.asl.yaml").read_text())
    limits = {s["TimeoutSeconds"] for s in machine["States"].values() if "TimeoutSeconds" in s}
    assert min(limits) > FUNCTIONS["StepFunction"]["Timeout"]


def test_the_ledger_has_the_indexes_that_the_code_asks() -> None:
    table = of_type("AWS::DynamoDB::Table")["LedgerTable"]
    keys = {i["IndexName"]: i["KeySchema"][0]["AttributeName"] for i in table["GlobalSecondaryIndexes"]}
    assert keys == {UNDER_WAY_INDEX: "under_way", MODEL_INDEX: "model"}
    assert all(i["Projection"] == {"ProjectionType": "ALL"} for i in table["GlobalSecondaryIndexes"])


class Asked(Exception):  # noqa: N818 - no error
    """What the ledger asked the database for."""


class Database:
    """A client that only tells what it is asked."""

    def get_paginator(self, _name: str) -> "Database":
        return self

    def paginate(self, **query: Any) -> None:
        raise Asked(query["IndexName"], query["ExpressionAttributeNames"]["#key"])


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda ledger: ledger.under_way(), (UNDER_WAY_INDEX, "under_way")),
        (lambda ledger: ledger.of_model("churn"), (MODEL_INDEX, "model")),
    ],
)
def test_each_list_goes_by_an_index_of_the_table(ask: Any, index: tuple[str, str]) -> None:
    client: Any = Database()
    with pytest.raises(Asked) as asked:
        ask(DynamoLedger(client, "ledger"))
    assert asked.value.args == index


def test_the_ledger_outlives_the_stack_and_forgets_only_what_expires() -> None:
    table = RESOURCES["LedgerTable"]
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert table["Properties"]["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_the_state_machine_is_what_the_build_writes() -> None:
    assert TEMPLATE["Globals"]["Function"]["CodeUri"] == ".build/lambda"
    assert RESOURCES["PromotionStateMachine"]["Properties"]["DefinitionUri"] == ".build/promotion.asl.json"


def test_a_sentence_that_names_a_parameter_of_the_stack_names_one_that_exists() -> None:
    named = {
        found
        for path in (ROOT / "bot").rglob("*.py")
        for found in re.findall(r"parameter (\w+) of the stack", path.read_text())
    }
    assert named
    assert named <= set(TEMPLATE["Parameters"])


# ---- when something is wrong -----------------------------------------------------------------------


def dead_letter_queues() -> set[str]:
    """Every queue that something goes to which could not be done."""
    found = re.findall(
        r'"(?:deadLetterTargetArn|Destination)": \{"GetAtt": "(\w+)\.Arn"\}', json.dumps(RESOURCES)
    )
    return set(found)


def test_every_queue_but_the_requests_is_one_for_dead_letters() -> None:
    assert dead_letter_queues() == set(QUEUES) - {"RequestsQueue"}


@pytest.mark.parametrize("queue", sorted(dead_letter_queues()))
def test_a_dead_letter_raises_an_alarm_and_is_kept_for_two_weeks(queue: str) -> None:
    watching = [
        alarm
        for alarm in ALARMS.values()
        if {"Name": "QueueName", "Value": {"GetAtt": f"{queue}.QueueName"}} in alarm["Dimensions"]
    ]
    assert [(a["MetricName"], a["Threshold"], a["ComparisonOperator"]) for a in watching] == [
        ("ApproximateNumberOfMessagesVisible", 0, "GreaterThanThreshold")
    ]
    assert QUEUES[queue]["MessageRetentionPeriod"] == 14 * 86_400


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_tells_somebody_and_says_where_to_look(name: str) -> None:
    assert ALARMS[name]["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    assert ALARMS[name]["AlarmDescription"]


def test_a_broken_workflow_raises_an_alarm() -> None:
    assert "ExecutionsFailed" in {alarm["MetricName"] for alarm in ALARMS.values()}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_that_is_started_by_an_event_keeps_what_it_could_not_do(name: str) -> None:
    events = FUNCTIONS[name].get("Events", {}).values()
    if any(event["Type"] == "EventBridgeRule" for event in events):
        failure = FUNCTIONS[name]["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
        assert failure["Destination"]["GetAtt"].removesuffix(".Arn") in dead_letter_queues()
    else:
        assert all(event["Type"] == "SQS" for event in events)
