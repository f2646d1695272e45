"""Lambda: real processes, real errors."""

import json
import os
from typing import Any

import pytest

from playground.aws import LocalAws
from tests.playground.aws.kit import MakeFunction, MakeQueue, Until

ECHO = "def handler(event, context): return {'event': event, 'request': context.aws_request_id}"


def test_a_function_gets_its_event_and_answers(make_function: MakeFunction) -> None:
    error, answer = make_function(ECHO).invoke({"a": ["ü", None]})
    assert error is None
    assert answer["event"] == {"a": ["ü", None]}
    assert answer["request"]


def test_an_idle_process_is_used_again(make_function: MakeFunction) -> None:
    function = make_function("import os\ndef handler(event, context): return os.getpid()")
    assert len({function.invoke({})[1] for _ in range(4)}) == 1


def test_at_most_five_processes_run_a_function(
    make_function: MakeFunction, make_queue: MakeQueue, until: Until
) -> None:
    out = make_queue()
    function = make_function(
        "import os, time, boto3\n"
        "def handler(event, context):\n"
        "    time.sleep(0.1)\n"
        "    boto3.client('sqs').send_message(QueueUrl=os.environ['OUT'], MessageBody=str(os.getpid()))\n",
        OUT=out.url,
    )
    for _ in range(12):
        function.later({})
    until(lambda: out.waiting() == 12, 30)
    assert len({out.take()["Body"] for _ in range(12)}) <= 5


def test_the_environment_is_the_functions_own(make_function: MakeFunction, aws: LocalAws) -> None:
    os.environ["PLAYGROUND_SECRET"] = "not for functions"
    function = make_function("import os\ndef handler(event, context): return dict(os.environ)", OWN="1")
    _, environment = function.invoke({})
    del os.environ["PLAYGROUND_SECRET"]
    assert environment["OWN"] == "1"
    assert environment["GIVEN_TO_ALL"] == "yes"
    assert environment["AWS_ENDPOINT_URL"] == aws.url
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == function.name
    assert environment["AWS_REGION"] == "us-east-1"
    assert not {"PLAYGROUND_SECRET", "PYTEST_CURRENT_TEST", "PYTHONDONTWRITEBYTECODE", "GATEWAY_PORT"} & set(
        environment
    )


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("def handler(event, context): raise LookupError('no such')", "LookupError", "no such"),
        ("import os\ndef handler(event, context): os._exit(3)", "Runtime.ExitError", "exit status 3"),
        ("import nothing_like_it", "Runtime.ImportModuleError", "nothing_like_it"),
        ("x = 1", "Runtime.HandlerNotFound", "handler"),
        ("def handler(event, context): return {1, 2}", "Runtime.MarshalError", "not JSON serializable"),
        (
            "import time\ndef handler(event, context): time.sleep(30)",
            "Sandbox.Timedout",
            "timed out after 1.00 seconds",
        ),
    ],
)
def test_errors_are_those_of_lambda(make_function: MakeFunction, source: str, kind: str, words: str) -> None:
    function = make_function(source, timeout=1)
    for _ in range(2):  # a second process fails the same way
        error, answer = function.invoke({})
        assert (error, answer["errorType"]) == ("Unhandled", kind)
        assert words in answer["errorMessage"]


def test_a_function_works_again_after_a_time_out(make_function: MakeFunction) -> None:
    function = make_function(
        "import time\ndef handler(event, context):\n    time.sleep(event['s'])\n    return 'done'", timeout=1
    )
    assert function.invoke({"s": 5})[0] == "Unhandled"
    assert function.invoke({"s": 0}) == (None, "done")


def test_what_is_printed_is_heard_and_kept(make_function: MakeFunction, aws: LocalAws, until: Until) -> None:
    heard: list[tuple[str, str]] = []
    aws.on_log = lambda name, line: heard.append((name, line))
    function = make_function("def handler(event, context): print('hello', event['to'])")
    function.invoke({"to": "you"})
    until(lambda: (function.name, "hello you") in heard)
    aws.on_log = None
    assert "hello you" in function.printed()
    function.invoke({"to": "me"})  # tells, too, what came through the pipe after the first answer
    logs = aws.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{function.name}")
    assert "hello you" in [event["message"] for event in logs["events"]]


def test_a_failing_asynchronous_event_is_tried_three_times_then_sent_to_its_destination(
    make_function: MakeFunction, make_queue: MakeQueue, aws: LocalAws, until: Until
) -> None:
    dead = make_queue()
    function = make_function("def handler(event, context):\n    print('try')\n    raise LookupError('never')")
    aws.client("lambda").put_function_event_invoke_config(
        FunctionName=function.name, DestinationConfig={"OnFailure": {"Destination": dead.arn}}
    )
    function.later({"n": 1})
    letter = dead.body()
    assert letter["requestPayload"] == {"n": 1}
    assert letter["responsePayload"]["errorType"] == "LookupError"
    assert letter["requestContext"]["condition"] == "RetriesExhausted"
    assert until(lambda: function.printed().count("try")) == 3


def test_calls_are_attributed_to_the_function_that_made_them(
    make_function: MakeFunction, aws: LocalAws
) -> None:
    function = make_function(
        "import boto3\n"
        "def handler(event, context): return boto3.client('sts').get_caller_identity()['Account']"
    )
    assert function.invoke({}) == (None, "123456789012")
    assert [call.function for call in aws.calls.of("GetCallerIdentity")][-1:] == [function.name]
    aws.client("sts").get_caller_identity()
    assert aws.calls.of("GetCallerIdentity")[-1].function == ""


def test_a_function_can_call_another(make_function: MakeFunction) -> None:
    inner = make_function(ECHO)
    outer = make_function(
        "import boto3, os, json\n"
        "def handler(event, context):\n"
        "    inner = {'FunctionName': os.environ['INNER'], 'Payload': json.dumps(event)}\n"
        "    answer = boto3.client('lambda').invoke(**inner)\n"
        "    return json.loads(answer['Payload'].read())['event']\n",
        INNER=inner.name,
    )
    assert outer.invoke({"x": 1}) == (None, {"x": 1})


def url_function(make_function: MakeFunction, aws: LocalAws, source: str) -> Any:
    function = make_function(source)
    aws.client("lambda").create_function_url_config(FunctionName=function.name, AuthType="NONE")
    return function


def test_a_function_url_gives_the_event_of_payload_2(make_function: MakeFunction, aws: LocalAws) -> None:
    function = url_function(make_function, aws, "def handler(event, context): return event")
    answer = aws.invoke_url(
        function.name,
        method="POST",
        path="/slack/events",
        query="a=1&a=2",
        headers={"Content-Type": "application/json", "X-Slack-Signature": "v0=1"},
        body=b'{"x": 1}',
    )
    assert answer.status == 200
    event = json.loads(answer.body)
    assert event["version"] == "2.0"
    assert (event["rawPath"], event["rawQueryString"]) == ("/slack/events", "a=1&a=2")
    assert event["headers"]["x-slack-signature"] == "v0=1"
    assert (event["body"], event["isBase64Encoded"]) == ('{"x": 1}', False)
    assert event["requestContext"]["http"]["method"] == "POST"


def test_a_function_url_answers_with_status_headers_and_body(
    make_function: MakeFunction, aws: LocalAws
) -> None:
    function = url_function(
        make_function,
        aws,
        "def handler(event, context):\n"
        "    headers = {'X-Kind': 'tea'}\n"
        "    return {'statusCode': 418, 'headers': headers, 'isBase64Encoded': True, 'body': 'aGk='}",
    )
    answer = aws.invoke_url(function.name, method="GET", path="/", headers={}, body=b"")
    assert (answer.status, answer.headers["x-kind"], answer.body) == (418, "tea", b"hi")


def test_a_function_url_of_a_failing_function_answers_502(make_function: MakeFunction, aws: LocalAws) -> None:
    function = url_function(make_function, aws, "def handler(event, context): raise LookupError")
    answer = aws.invoke_url(function.name, method="GET", path="/", headers={}, body=b"")
    assert answer.status == 502
