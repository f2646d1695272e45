"""Faults: what can be injected, and what it does to calls."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from playground.aws import Faults, LocalAws
from tests.playground.aws.kit import Function, MakeFunction, Until


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({}, "kind endpoint, transform, answers, events, kill, gone, throttle or error"),
        ({"kind": "flood"}, "'flood'"),
        ({"kind": "endpoint", "outcome": "fail"}, "'name' as text"),
        ({"kind": "endpoint", "name": "churn", "outcome": "explode"}, "'explode'"),
        ({"kind": "events"}, "'copies' as a whole number"),
        ({"kind": "events", "copies": -1}, "from 0 up"),
        ({"kind": "kill", "call": "Invoke", "times": 0}, "from 1 up"),
        ({"kind": "kill", "call": "Invoke", "before": True}, "not before"),
        ({"kind": "error", "call": "Invoke"}, "'code' as text"),
        ({"kind": "error", "call": "Invoke", "code": "E", "message": 3}, "'message' as text"),
        ({"kind": "throttle"}, "'percent' as a number above 0, up to 100"),
        ({"kind": "throttle", "percent": 101}, "up to 100"),
        ({"kind": "transform"}, "'reason' as text"),
        ({"kind": "transform", "reason": "no", "name": ""}, "'name' as text"),
        ({"kind": "answers", "name": "churn", "how": "late"}, "'late'"),
        ({"kind": "answers", "name": "churn", "how": "slow", "version": "old"}, "'old'"),
        ({"kind": "answers", "how": "slow"}, "'name' as text"),
    ],
)
def test_an_unknown_fault_is_refused_in_a_sentence(fault: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        Faults().inject(fault)
    assert str(refused.value).endswith(".")


def test_an_endpoints_fault_is_used_up_by_one_deployment() -> None:
    faults = Faults()
    faults.inject({"kind": "endpoint", "name": "churn", "outcome": "fail"})
    assert faults.take_endpoint("other") is None
    assert faults.take_endpoint("churn") is not None
    assert faults.take_endpoint("churn") is None


def test_a_third_of_the_calls_is_throttled_and_always_the_same_third() -> None:
    def run() -> list[bool]:
        faults = Faults()
        faults.inject({"kind": "throttle", "percent": 30})
        return [
            faults.take_call("ListModels", from_function=True, service="sagemaker") is not None
            for _ in range(100)
        ]

    refused = run()
    assert refused == run()
    assert 28 <= sum(refused) <= 32
    assert 2 <= sum(refused[:10]) <= 4


def test_only_functions_are_throttled_and_only_at_the_service_that_is_named() -> None:
    faults = Faults()
    faults.inject({"kind": "throttle", "percent": 100, "times": 1})
    assert faults.take_call("ListModels", from_function=False, service="sagemaker") is None
    assert faults.take_call("GetItem", from_function=True, service="dynamodb") is None
    throttled = faults.take_call("ListModels", from_function=True, service="sagemaker")
    assert throttled is not None
    assert (throttled.code, throttled.status) == ("ThrottlingException", 400)
    assert throttled.message == "Rate exceeded"
    assert faults.take_call("ListModels", from_function=True, service="sagemaker") is None


def test_a_transform_fault_meets_the_jobs_that_it_names() -> None:
    faults = Faults()
    faults.inject({"kind": "transform", "name": "churn", "reason": "no disk", "times": 2})
    taken = [faults.take_transform(job) for job in ("fraud-1", "test-churn-1", "churn-2", "churn-3")]
    assert taken == [None, "no disk", "no disk", None]
    faults.inject({"kind": "transform", "reason": "any"})
    assert faults.take_transform("fraud-2") == "any"


def test_answers_are_spoilt_from_the_next_deployment_on() -> None:
    faults = Faults()
    old = faults.deployment()
    faults.inject({"kind": "answers", "name": "churn", "how": "wrong"})
    faults.inject({"kind": "answers", "name": "churn", "how": "slow", "version": "all", "times": 2})
    new = faults.deployment()
    assert faults.take_answers("fraud", new) == frozenset()
    assert faults.take_answers("churn", old) == {"slow"}
    assert faults.take_answers("churn", new) == {"slow", "wrong"}
    assert faults.take_answers("churn", new) == {"wrong"}
    faults.clear()
    assert faults.take_answers("churn", new) == frozenset()


def test_events_come_twice_now_and_then_and_always_in_the_same_order() -> None:
    first, second = Faults(), Faults()
    drawn = [first.copies() for _ in range(100)]
    assert drawn == [second.copies() for _ in range(100)]
    assert 5 < drawn.count(2) < 40


def test_cleared_faults_do_nothing() -> None:
    faults = Faults()
    faults.inject({"kind": "endpoint", "name": "churn", "outcome": "fail"})
    faults.inject({"kind": "error", "call": "Invoke", "code": "E", "times": 5})
    faults.inject({"kind": "events", "copies": 7})
    faults.inject({"kind": "throttle", "percent": 100})
    faults.inject({"kind": "transform", "reason": "no"})
    faults.clear()
    assert faults.take_call("ListModels", from_function=True, service="sagemaker") is None
    assert faults.take_transform("job") is None
    assert faults.take_endpoint("churn") is None
    assert faults.take_call("Invoke", from_function=True) is None
    assert faults.copies() < 7


CALLER = """
import boto3, os
def handler(event, context):
    boto3.client("ssm").put_parameter(Name=event["name"], Value="v", Type="String")
    return os.getpid()
"""


def stored(aws: LocalAws, name: str) -> bool:
    try:
        aws.client("ssm").get_parameter(Name=name)
    except ClientError:
        return False
    return True


@pytest.mark.parametrize("after", [False, True])
def test_a_killed_function_has_made_its_call_only_if_asked(
    aws: LocalAws,
    make_function: MakeFunction,
    after: bool,  # noqa: FBT001 - a case
) -> None:
    function, name = make_function(CALLER), f"/killed/{after}"
    aws.faults.inject({"kind": "kill", "call": "PutParameter", "after": after})
    error, answer = function.invoke({"name": name})
    assert error == "Unhandled"
    assert answer["errorType"] == "Runtime.ExitError"
    assert "signal: 9" in answer["errorMessage"]
    assert stored(aws, name) is after
    assert function.invoke({"name": f"{name}/again"})[0] is None


def test_only_functions_are_killed(aws: LocalAws) -> None:
    aws.faults.inject({"kind": "kill", "call": "PutParameter"})
    aws.client("ssm").put_parameter(Name="/mine", Value="v", Type="String")
    assert stored(aws, "/mine")


CALLS = [
    ("sagemaker", "list_models", "ListModels", {}),
    ("dynamodb", "list_tables", "ListTables", {}),
    ("sqs", "list_queues", "ListQueues", {}),
    ("cloudformation", "list_stacks", "ListStacks", {}),
    ("cloudwatch", "describe_alarms", "DescribeAlarms", {}),
    ("s3", "get_object", "GetObject", {"Bucket": "any", "Key": "k"}),
    ("lambda", "invoke", "Invoke", {"FunctionName": "any"}),
    ("stepfunctions", "list_state_machines", "ListStateMachines", {}),
    ("sagemaker-runtime", "invoke_endpoint", "InvokeEndpoint", {"EndpointName": "any", "Body": b"1"}),
]


@pytest.mark.parametrize(("service", "method", "operation", "parameters"), CALLS, ids=str)
def test_an_error_is_worded_as_its_service_does(
    aws: LocalAws, service: str, method: str, operation: str, parameters: dict[str, Any]
) -> None:
    aws.faults.inject({"kind": "error", "call": operation, "code": "AccessDeniedException", "status": 403})
    with pytest.raises(ClientError) as refused:
        getattr(aws.client(service), method)(**parameters)
    response = refused.value.response
    assert response["Error"]["Code"] == "AccessDeniedException"
    assert response["Error"]["Message"] == "Injected by the playground."
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 403
    last = aws.calls.of(operation)[-1]
    assert (last.function, last.status) == ("", 403)


QUOTA = (
    "The account-level service limit 'ml.m5.large for endpoint usage' is 4 Instances, with current "
    "utilization of 4 Instances and a request delta of 1 Instances. Please use AWS Service Quotas to "
    "request an increase for this quota & wait."
)


@pytest.mark.parametrize(("service", "method", "operation", "parameters"), CALLS[:4], ids=str)
def test_an_error_can_have_its_own_words(
    aws: LocalAws, service: str, method: str, operation: str, parameters: dict[str, Any]
) -> None:
    aws.faults.inject({"kind": "error", "call": operation, "code": "ResourceLimitExceeded", "message": QUOTA})
    with pytest.raises(ClientError) as refused:
        getattr(aws.client(service), method)(**parameters)
    assert refused.value.response["Error"]["Message"] == QUOTA


def test_throttled_calls_are_tried_again_and_every_try_is_counted(aws: LocalAws) -> None:
    before = len(aws.calls.of("ListEndpointConfigs"))
    aws.faults.inject(
        {"kind": "error", "call": "ListEndpointConfigs", "code": "ThrottlingException", "times": 2}
    )
    aws.client("sagemaker").list_endpoint_configs()
    statuses = [call.status for call in aws.calls.of("ListEndpointConfigs")[before:]]
    assert statuses == [400, 400, 200]


ASKER = """
import boto3, botocore.config
def handler(event, context):
    once = botocore.config.Config(retries={"mode": "standard", "total_max_attempts": 1})
    sagemaker, said = boto3.client("sagemaker", config=once), []
    for _ in range(20):
        try:
            sagemaker.list_models()
            said.append("")
        except sagemaker.exceptions.ClientError as error:
            said.append(str(error))
    return said
"""


def test_a_function_sees_its_share_of_throttled_calls(aws: LocalAws, make_function: MakeFunction) -> None:
    aws.faults.inject({"kind": "throttle", "percent": 30})
    _, said = make_function(ASKER).invoke({})
    refused = [words for words in said if words]
    assert 5 <= len(refused) <= 7
    assert all("ThrottlingException" in words and "Rate exceeded" in words for words in refused)


def test_a_killed_asynchronous_event_is_tried_again(
    aws: LocalAws, make_function: MakeFunction, until: Until
) -> None:
    function: Function = make_function(CALLER)
    aws.faults.inject({"kind": "kill", "call": "PutParameter"})
    function.later({"name": "/tried/again"})
    until(lambda: stored(aws, "/tried/again"))
