"""SQS, alone and as a source of Lambda events."""

import json
import time

from playground.aws import LocalAws
from tests.playground.aws.kit import Function, MakeFunction, MakeQueue, Queue, Until

FORWARD = """
import json, os, time, boto3
sqs = boto3.client("sqs")
def handler(event, context):
    failed = []
    for record in event["Records"]:
        body = json.loads(record["body"])
        print("got", body["n"], record["attributes"]["ApproximateReceiveCount"])
        time.sleep(body.get("sleep", 0))
        if body.get("fail"):
            failed.append({"itemIdentifier": record["messageId"]})
        else:
            sqs.send_message(QueueUrl=os.environ["OUT"], MessageBody=record["body"])
    return {"batchItemFailures": failed}
"""


def feed(aws: LocalAws, queue: Queue, function: Function, size: int = 10) -> None:
    aws.client("lambda").create_event_source_mapping(
        FunctionName=function.name,
        EventSourceArn=queue.arn,
        BatchSize=size,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )


def test_a_message_reaches_its_function_at_once(
    aws: LocalAws, make_function: MakeFunction, make_queue: MakeQueue
) -> None:
    source, out = make_queue(), make_queue()
    feed(aws, source, make_function(FORWARD, OUT=out.url))
    source.send({"n": 0})
    out.take()  # the process is warm
    times = []
    for n in range(5):
        began = time.monotonic()
        source.send({"n": n})
        assert out.body()["n"] == n
        times.append(time.monotonic() - began)
    assert min(times) < 0.2


def test_several_batches_run_at_once(
    aws: LocalAws, make_function: MakeFunction, make_queue: MakeQueue
) -> None:
    source, out = make_queue(), make_queue()
    feed(aws, source, make_function(FORWARD, OUT=out.url), size=1)
    source.send({"n": 0, "sleep": 5})
    source.send({"n": 1})
    assert out.body()["n"] == 1  # not held up by the first


def test_what_keeps_failing_ends_in_the_dead_letter_queue_and_the_rest_of_its_batch_does_not(
    aws: LocalAws, make_function: MakeFunction, make_queue: MakeQueue, until: Until
) -> None:
    dead, out = make_queue(), make_queue()
    redrive = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 2})
    source = make_queue(VisibilityTimeout="1", RedrivePolicy=redrive)
    function = make_function(FORWARD, OUT=out.url)
    for n in range(3):
        source.send({"n": n, "fail": n == 1})
    feed(aws, source, function)
    assert {out.body()["n"], out.body()["n"]} == {0, 2}
    assert dead.body()["n"] == 1
    # On a busy machine its last try may still be printing when it is a dead letter.
    until(lambda: [one for one in function.printed() if one.startswith("got 1")] == ["got 1 1", "got 1 2"])
    assert source.waiting() == out.waiting() == 0


def test_long_visibility_time_outs_are_cut_short_when_time_is_short(
    aws: LocalAws, make_function: MakeFunction, make_queue: MakeQueue, until: Until
) -> None:
    source, out = make_queue(VisibilityTimeout="600"), make_queue()
    function = make_function(FORWARD, OUT=out.url)
    source.send({"n": 7, "fail": True})
    feed(aws, source, function)
    until(lambda: "got 7 2" in function.printed())


def test_the_message_of_a_killed_process_comes_back(
    aws: LocalAws, make_function: MakeFunction, make_queue: MakeQueue, until: Until
) -> None:
    source, out = make_queue(VisibilityTimeout="1"), make_queue()
    function = make_function(FORWARD, OUT=out.url)
    aws.faults.inject({"kind": "kill", "call": "SendMessage", "times": 1})
    feed(aws, source, function)
    source.send({"n": 3})  # not from a function: nobody to kill
    assert out.body()["n"] == 3
    until(lambda: function.printed()[:2] == ["got 3 1", "got 3 2"])  # a slow second one may see it again


def test_a_delayed_message_arrives_later(aws: LocalAws, make_queue: MakeQueue) -> None:
    queue = make_queue()
    aws.client("sqs").send_message(QueueUrl=queue.url, MessageBody="1", DelaySeconds=1)
    began = time.monotonic()
    assert queue.body() == 1
    assert time.monotonic() - began > 0.8
