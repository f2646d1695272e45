"""EventBridge rules and their targets."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from playground.aws import LocalAws
from tests.playground.aws.kit import MakeFunction, MakeQueue, Until, unique

SAMPLE = {"group": "mrkt-churn", "status": "Approved", "n": 3, "a": {"b": {"c": 1}}}
MATCHING: list[dict[str, Any]] = [
    {"group": [{"prefix": "mrkt-"}]},
    {"status": [{"anything-but": ["Rejected"]}]},
    {"a": {"b": {"c": [1]}}},
    {"$or": [{"status": ["Approved"]}, {"group": ["other"]}]},
    {"n": [{"numeric": [">", 0, "<=", 5]}]},
    {"missing": [{"exists": False}]},
    {"group": [{"wildcard": "mrkt-*n"}]},
]


@pytest.fixture
def rule(aws: LocalAws) -> Callable[..., str]:
    def make(pattern: dict[str, Any], target: dict[str, Any]) -> str:
        name = unique("rule")
        aws.client("events").put_rule(Name=name, EventPattern=json.dumps(pattern))
        aws.client("events").put_targets(Rule=name, Targets=[{"Id": "1", **target}])
        return name

    return make


def put(aws: LocalAws, source: str, detail: Any) -> dict[str, Any]:
    entry = {"Source": source, "DetailType": "x", "Detail": json.dumps(detail)}
    answer: dict[str, Any] = aws.client("events").put_events(Entries=[entry])
    return answer


@pytest.mark.parametrize("detail", MATCHING, ids=str)
def test_patterns_match(
    aws: LocalAws, make_queue: MakeQueue, rule: Callable[..., str], detail: dict[str, Any]
) -> None:
    queue, source = make_queue(), unique("source")
    rule({"source": [source], "detail": detail}, {"Arn": queue.arn})
    put(aws, source, SAMPLE)
    assert queue.body()["detail"] == SAMPLE


def test_what_does_not_match_is_not_delivered(
    aws: LocalAws, make_queue: MakeQueue, rule: Callable[..., str]
) -> None:
    queue, source = make_queue(), unique("source")
    rule({"source": [source], "detail": {"n": [4]}}, {"Arn": queue.arn})
    put(aws, source, SAMPLE)
    put(aws, source, {"n": 4})
    assert queue.body()["detail"] == {"n": 4}
    assert queue.waiting() == 0


def test_an_event_is_reshaped_for_its_target(
    aws: LocalAws, make_queue: MakeQueue, rule: Callable[..., str]
) -> None:
    queue, source = make_queue(), unique("source")
    shape = {"InputPathsMap": {"g": "$.detail.group"}, "InputTemplate": '{"group": <g>, "text": "hi <g>"}'}
    rule({"source": [source]}, {"Arn": queue.arn, "InputTransformer": shape})
    put(aws, source, SAMPLE)
    assert queue.body() == {"group": "mrkt-churn", "text": "hi mrkt-churn"}


def test_a_function_that_fails_is_tried_again(
    aws: LocalAws, make_function: MakeFunction, rule: Callable[..., str], until: Until
) -> None:
    source = unique("source")
    function = make_function(
        "import pathlib\n"
        "def handler(event, context):\n"
        "    mark = pathlib.Path('tried')\n"
        "    if not mark.exists():\n"
        "        mark.touch()\n"
        "        raise LookupError('first')\n"
        "    print('then', event['detail']['n'])\n"
    )
    rule({"source": [source]}, {"Arn": function.arn})
    put(aws, source, SAMPLE)
    until(lambda: "then 3" in function.printed())


def test_an_event_for_a_function_that_is_gone_ends_in_the_rules_dead_letter_queue(
    aws: LocalAws, make_queue: MakeQueue, rule: Callable[..., str]
) -> None:
    dead, source = make_queue(), unique("source")
    gone = "arn:aws:lambda:us-east-1:123456789012:function:gone"
    rule({"source": [source]}, {"Arn": gone, "DeadLetterConfig": {"Arn": dead.arn}})
    put(aws, source, SAMPLE)
    letter = dead.take()
    assert json.loads(letter["Body"])["detail"] == SAMPLE
    assert letter["MessageAttributes"]["TARGET_ARN"]["StringValue"] == gone


def test_a_rule_starts_a_state_machine(aws: LocalAws, rule: Callable[..., str], until: Until) -> None:
    states, source = aws.client("stepfunctions"), unique("source")
    definition = {"StartAt": "A", "States": {"A": {"Type": "Pass", "OutputPath": "$.detail.n", "End": True}}}
    machine = states.create_state_machine(
        name=unique("machine"),
        roleArn="arn:aws:iam::123456789012:role/any",
        definition=json.dumps(definition),
    )["stateMachineArn"]
    rule({"source": [source]}, {"Arn": machine})
    put(aws, source, SAMPLE)
    done = until(
        lambda: states.list_executions(stateMachineArn=machine, statusFilter="SUCCEEDED")["executions"]
    )
    assert states.describe_execution(executionArn=done[0]["executionArn"])["output"] == "3"


def test_a_scheduled_rule_fires(aws: LocalAws, make_queue: MakeQueue) -> None:
    queue, name, events = make_queue(), unique("rule"), aws.client("events")
    events.put_rule(Name=name, ScheduleExpression="rate(1 minute)")
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": queue.arn, "Input": '"tick"'}])
    described = events.describe_rule(Name=name)
    assert described["ScheduleExpression"] == "rate(1 minute)"
    events.remove_targets(Rule=name, Ids=["1"])
    events.delete_rule(Name=name)


def test_nobody_can_pretend_to_be_sagemaker(aws: LocalAws) -> None:
    answer = put(aws, "aws.sagemaker", {})
    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0]["ErrorCode"] == "NotAuthorizedForSourceException"
