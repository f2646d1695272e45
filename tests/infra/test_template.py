"""template.yaml: what is there, what alarms, and what has to agree with the code."""

import importlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from bot.aws.events import _KINDS, event_of
from bot.aws.ledger import MODEL_INDEX, UNDER_WAY_INDEX, DynamoLedger
from bot.slack.deliveries import ATTEMPTS
from tests.infra.cfn import ALARMS, FUNCTIONS, QUEUES, RESOURCES, ROOT, TEMPLATE, Json, of_type

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
        for found in re.findall(r'(?:environ(?:ment)?|_settings)\["([A-Z_]+)"\]', path.read_text())
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


# ---- the project's own copies ----------------------------------------------------------------------

BUCKET = RESOURCES["ArtifactsBucket"]


def test_what_was_copied_can_neither_be_overwritten_nor_lost_with_the_stack() -> None:
    assert (BUCKET["DeletionPolicy"], BUCKET["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert BUCKET["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}


def test_the_bucket_is_encrypted_and_nobody_outside_sees_it() -> None:
    properties = BUCKET["Properties"]
    (rule,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] in {"AES256", "aws:kms"}
    assert properties["PublicAccessBlockConfiguration"] == dict.fromkeys(
        ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"], True
    )
    assert properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_of_the_copies_only_what_was_never_finished_is_thrown_away() -> None:
    for rule in BUCKET["Properties"]["LifecycleConfiguration"]["Rules"]:
        expires = {key for key in rule if "Expiration" in key or "Transition" in key}
        assert not expires or rule["Prefix"] == "tests/", rule["Id"]
    assert "AbortIncompleteMultipartUpload" in str(BUCKET["Properties"]["LifecycleConfiguration"])


def test_its_policy_stays_with_it() -> None:
    policy = RESOURCES["ArtifactsBucketPolicy"]
    assert policy["Properties"]["Bucket"] == {"Ref": "ArtifactsBucket"}
    assert (policy["DeletionPolicy"], policy["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_nothing_is_said_by_an_alias_which_cloudformation_does_not_take() -> None:
    tokens = yaml.scan((ROOT / "template.yaml").read_text())
    assert not [token for token in tokens if isinstance(token, yaml.AliasToken | yaml.AnchorToken)]


def test_its_name_reaches_the_functions() -> None:
    variables = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["ARTIFACTS_BUCKET"] == {"Ref": "ArtifactsBucket"}


# ---- what the bot hears ----------------------------------------------------------------------------

HEARING = FUNCTIONS["EventsFunction"]["Events"]
PATTERNS: dict[str, Json] = {
    name: event["Properties"]["Pattern"]
    for name, event in HEARING.items()
    if event["Type"] == "EventBridgeRule"
}
DETAIL = {
    "ModelPackageArn": "arn",
    "EndpointName": "churn",
    "TransformJobName": "mlops-1",
    "ProcessingJobName": "evaluate-1",
    "TrainingJobName": "churn-1",
    "TrainingJobStatus": "Completed",
    "name": "p_1",
    "status": "ABORTED",
}


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_whatever_a_rule_lets_in_the_code_understands(name: str) -> None:
    for kind in PATTERNS[name]["detail-type"]:
        assert event_of({"detail-type": kind, "detail": DETAIL}) is not None


def test_everything_that_the_code_understands_is_let_in() -> None:
    let_in = {kind for pattern in PATTERNS.values() for kind in pattern["detail-type"]}
    assert let_in | {"Scheduled Event"} == set(_KINDS)


def test_only_aws_itself_is_heard_and_only_of_what_is_ours() -> None:
    assert {source for pattern in PATTERNS.values() for source in pattern["source"]} == {
        "aws.sagemaker", "aws.states",
    }  # fmt: skip
    assert PATTERNS["ExecutionEnded"]["detail"] == {
        "status": ["FAILED", "TIMED_OUT", "ABORTED"],
        "stateMachineArn": [{"Ref": "PromotionStateMachine"}],
    }
    assert PATTERNS["TransformEnded"]["detail"] == {
        "TransformJobStatus": ["Completed", "Failed", "Stopped"],
        "TransformJobName": [{"prefix": "mlops-"}],
    }
    assert PATTERNS["TrainingChanged"]["detail"] == {"TrainingJobStatus": ["InProgress", "Completed"]}
    assert PATTERNS["EvaluationEnded"]["detail"] == {"ProcessingJobStatus": ["Completed"]}


def test_no_state_of_an_endpoint_is_left_out() -> None:
    # A rollback ends in the state in which an update ends: InService.
    assert "detail" not in PATTERNS["EndpointChanged"]


def test_what_no_event_told_of_is_looked_after_at_least_every_hour() -> None:
    sweeps = [event["Properties"] for event in HEARING.values() if event["Type"] == "Schedule"]
    (minutes,) = [
        int(found[1]) for s in sweeps if (found := re.fullmatch(r"rate\((\d+) minutes\)", s["Schedule"]))
    ]
    assert minutes <= 60
    assert sweeps[0].get("Enabled", True)


# ---- the workflow ----------------------------------------------------------------------------------


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
