"""Every kind of write to AWS, and a process that dies just before it or just after it."""

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.main_job.model import Model
from tests.main_job.town import Town

BEFORE, AFTER = False, True
LATER = ("PutItem", "StartExecution", "CopyObject", "CreateTransformJob", "PutObject", "UpdateEndpoint")
APPROVED = ("UpdateModelPackage", "AddTags", "PutMetricAlarm")
# What dies once a version is registered, and once it is approved. Of the writes of one state only few die
# together: a state is tried five times. Not here: who dies before it has given back the brush of a card
# (DeleteItem) makes the next one wait for 20 s.
ROWS = (
    (("SendTaskSuccess", "CreateModel", "CreateEndpointConfig", "CreateEndpoint"), APPROVED[-1:], BEFORE),
    (LATER, APPROVED[:-1], BEFORE),
    (("DeleteItem", "SendTaskSuccess", "CreateModel", "CreateEndpointConfig"), (), AFTER),
    (LATER, APPROVED, AFTER),
)
STEPS = frozenset(  # the writes that only the workflow's steps make
    {
        "AddTags",
        "CopyObject",
        "CreateEndpoint",
        "CreateEndpointConfig",
        "CreateModel",
        "CreateTransformJob",
        "PutMetricAlarm",
        "PutObject",
        "UpdateEndpoint",
        "UpdateModelPackage",
    }
)


@pytest.fixture
def deployments(town: Town) -> Iterator["Deployments"]:
    """Hears each deployment of an endpoint once."""
    heard = Deployments(town)
    yield heard
    heard.end()


class Deployments:
    """Endpoints by how often SageMaker said that a deployment to them began."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._queue = town.aws("sqs").create_queue(QueueName="deployments")["QueueUrl"]
        names = ["QueueArn"]
        queue = town.aws("sqs").get_queue_attributes(QueueUrl=self._queue, AttributeNames=names)["Attributes"]
        pattern = {
            "source": ["aws.sagemaker"],
            "detail-type": ["SageMaker Endpoint State Change"],
            "detail": {"EndpointStatus": ["CREATING", "UPDATING"]},
        }
        town.aws("events").put_rule(Name="deployments", EventPattern=json.dumps(pattern))
        target = {"Id": "deployments", "Arn": queue["QueueArn"]}
        town.aws("events").put_targets(Rule="deployments", Targets=[target])

    def begun(self) -> Counter[str]:
        """Since it was asked last."""
        found: Counter[str] = Counter()
        sqs = self._town.aws("sqs")
        while batch := sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages"):
            for message in batch:
                found[json.loads(message["Body"])["detail"]["EndpointName"]] += 1
                sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    def end(self) -> None:
        self._town.aws("events").remove_targets(Rule="deployments", Ids=["deployments"])
        self._town.aws("events").delete_rule(Name="deployments")
        self._town.aws("sqs").delete_queue(QueueUrl=self._queue)


@pytest.mark.model("swept")
def test_whatever_dies_the_version_goes_live_once(model: Model, deployments: Deployments) -> None:
    dead = model.town.dead_letters()
    model.town.fault(kind="events", copies=1)
    for number, (registered, approved, after) in enumerate(ROWS, 1):
        kill(model, registered, after=after)
        model.register()
        model.card(number, "staging", "Live")
        model.card(number, "production", "Waiting for approval")
        kill(model, approved, after=after)
        model.to_production(number)
        model.ended()

        assert model.statuses()[-2:] == [f"{number} staging live", f"{number} production live"]
        assert model.serving("production") == model.answers_as("production") == number
        assert model.serving("staging") == model.answers_as("staging") == number
        assert deployments.begun() == {"swept": 1, "swept-staging": 1}, (registered, approved, after)
        wanted = len([call for call in (*registered, *approved) if call in STEPS])
        assert failures(model) >= wanted, (registered, approved, after)  # each kill befell somebody
    assert model.town.dead_letters() == dead
    # Both endpoints had each version once, by a model and a config of its own promotion.
    assert len(model.resources()["configs"]) == len(model.resources()["models"]) == 2 * len(ROWS)


def kill(model: Model, calls: tuple[str, ...], *, after: bool) -> None:
    for call in calls:
        model.town.fault(kind="kill", call=call, after=after)


def failures(model: Model) -> int:
    """How many of the steps of the last two promotions failed and were tried again."""
    client, found = model.town.aws("stepfunctions"), 0
    for promotion in model.promotions()[-2:]:
        execution = model.town.machine().replace(":stateMachine:", ":execution:") + f":{promotion['id']}"
        pages = client.get_paginator("get_execution_history").paginate(executionArn=execution)
        found += sum("Failed" in event["type"] for page in pages for event in page["events"])
    return found
