"""State machines: one small machine for each thing that the interpreter must do."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from playground.aws import LocalAws
from tests.playground.aws.kit import IMAGE, ROLE, Function, MakeFunction, Queue, Until, unique

States = dict[str, Any]

FUNCTION = """
import boto3
class Custom(Exception): pass
tries = 0
def handler(event, context):
    global tries
    if event.get("token"):
        boto3.client("dynamodb").put_item(
            TableName="machine-tokens", Item={"pk": {"S": event["name"]}, "token": {"S": event["token"]}})
        return {}
    if event.get("fail"): raise Custom("nope")
    if event.get("flaky"):
        tries += 1
        if tries < 3: raise Custom(f"flaky {tries}")
    return {"echo": event}
"""


@dataclass
class Stage:
    """What the machines play with."""

    aws: LocalAws
    function: Function
    queue: Queue
    until: Until
    child: str = ""
    names: dict[str, str] = field(default_factory=dict)

    def token(self, name: str) -> str:
        key = {"pk": {"S": name}}
        row = self.until(
            lambda: self.aws.client("dynamodb").get_item(TableName="machine-tokens", Key=key).get("Item")
        )
        return str(row["token"]["S"])

    def machine(self, definition: Any, **more: Any) -> str:
        made = self.aws.client("stepfunctions").create_state_machine(
            name=unique("machine"), roleArn=ROLE, definition=json.dumps(definition), **more
        )
        return str(made["stateMachineArn"])

    def start(self, definition: Any, given: Any) -> str:
        arn = self.machine(definition)
        begun = self.aws.client("stepfunctions").start_execution(stateMachineArn=arn, input=json.dumps(given))
        return str(begun["executionArn"])

    def has(self, execution: str, kind: str) -> bool:
        history = self.aws.client("stepfunctions").get_execution_history(executionArn=execution)
        return kind in [event["type"] for event in history["events"]]

    def end(self, execution: str) -> dict[str, Any]:
        describe = self.aws.client("stepfunctions").describe_execution

        def ended() -> Any:
            described = describe(executionArn=execution)
            return described if described["status"] != "RUNNING" else None

        found: dict[str, Any] = self.until(ended, 25)
        return found


@pytest.fixture(scope="module")
def stage(
    aws: LocalAws, make_function: MakeFunction, make_queue: Callable[..., Queue], until: Until, model: str
) -> Stage:
    stage = Stage(aws, make_function(FUNCTION), make_queue(), until)
    aws.client("dynamodb").create_table(
        TableName="machine-tokens",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    aws.client("s3").create_bucket(Bucket="machine-bucket")
    aws.client("s3").put_object(Bucket="machine-bucket", Key="a.txt", Body=b"hello")
    stage.child = stage.machine(flow(C={"Type": "Pass", "Result": {"deep": [1, 2]}, "End": True}))
    sagemaker = aws.client("sagemaker")
    for name in ("machine-c1", "machine-c2"):
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants(model))
    sagemaker.create_endpoint(EndpointName="machine-e", EndpointConfigName="machine-c1")
    in_service = {"EndpointName": "machine-e", "WaiterConfig": {"Delay": 1, "MaxAttempts": 9}}
    sagemaker.get_waiter("endpoint_in_service").wait(**in_service)
    stage.names = {"FN": stage.function.arn, "QUEUE": stage.queue.url, "CHILD": stage.child, "MODEL": model}
    return stage


def variants(model: str) -> list[dict[str, Any]]:
    count = {"InitialInstanceCount": 1, "InitialVariantWeight": 1}
    return [{"VariantName": "v", "ModelName": model, "InstanceType": "ml.m5.large", **count}]


def flow(**states: Any) -> States:
    """A machine that starts with its first state."""
    return {"StartAt": next(iter(states)), "States": states}


def task(resource: str, parameters: Any = None, **more: Any) -> States:
    end = {} if "Next" in more else {"End": True}
    return {"Type": "Task", "Resource": resource, "Parameters": parameters or {}, **end, **more}


def invoke(payload: Any, **more: Any) -> States:
    return task("arn:aws:states:::lambda:invoke", {"FunctionName": "FN", "Payload": payload}, **more)


def ask(name: str, **more: Any) -> States:
    """A function gets the token, and the machine waits."""
    payload = {"name": name, "token.$": "$$.Task.Token"}
    parameters = {"FunctionName": "FN", "Payload": payload}
    return task("arn:aws:states:::lambda:invoke.waitForTaskToken", parameters, **more)


def catch(error: str) -> list[States]:
    return [{"ErrorEquals": [error], "ResultPath": "$.error", "Next": "Caught"}]


CAUGHT = {"Type": "Pass", "End": True}
SDK = "arn:aws:states:::aws-sdk:"
OPTIMISED = "arn:aws:states:::"


@dataclass(frozen=True)
class Case:
    name: str
    machine: States
    given: Any = field(default_factory=dict)
    status: str = "SUCCEEDED"
    output: Any = None  # a value, or a function that says whether the output is right


def echo(value: Any) -> Any:
    """A check for outputs that are not to be compared as a whole."""
    return value


def transform(name: str) -> States:
    return {
        "TransformJobName": name,
        "ModelName": "MODEL",
        "TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/in"}}},
        "TransformOutput": {"S3OutputPath": "s3://b/out"},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    }


TRAINING = {
    "TrainingJobName": "machine-training",
    "AlgorithmSpecification": {"TrainingImage": "i", "TrainingInputMode": "File"},
    "RoleArn": ROLE,
    "OutputDataConfig": {"S3OutputPath": "s3://b/o"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
}

PLAIN = [
    Case(
        "pass",
        flow(
            A={"Type": "Pass", "Result": {"x": 1}, "ResultPath": "$.r", "Next": "B"},
            B={"Type": "Pass", "Parameters": {"y.$": "$.r.x", "k.$": "$.keep"}, "End": True},
        ),
        {"keep": 2},
        output={"y": 1, "k": 2},
    ),
    Case(
        "choice",
        flow(
            A={
                "Type": "Choice",
                "Choices": [
                    {
                        "And": [
                            {"Variable": "$.n", "NumericGreaterThan": 1},
                            {"Variable": "$.s", "StringMatches": "ab*"},
                            {"Not": {"Variable": "$.zz", "IsPresent": True}},
                        ],
                        "Next": "Y",
                    }
                ],
                "Default": "N",
            },
            Y={"Type": "Succeed"},
            N={"Type": "Fail", "Error": "E", "Cause": "c"},
        ),
        {"n": 2, "s": "abc"},
    ),
    Case("fail", flow(N={"Type": "Fail", "Error": "E", "Cause": "c"}), status="FAILED"),
    Case(
        "wait for seconds",
        flow(A={"Type": "Wait", "SecondsPath": "$.s", "End": True}),
        {"s": 1},
    ),
    Case(
        "wait until a time",
        flow(A={"Type": "Wait", "TimestampPath": "$.t", "End": True}),
        {"t": "2020-01-01T00:00:00Z"},
    ),
    Case(
        "parallel",
        flow(
            A={
                "Type": "Parallel",
                "Branches": [
                    flow(x={"Type": "Pass", "Result": 1, "End": True}),
                    flow(y={"Type": "Pass", "Result": 2, "End": True}),
                ],
                "ResultSelector": {"r.$": "$"},
                "End": True,
            }
        ),
        output={"r": [1, 2]},
    ),
    Case(
        "map",
        flow(
            A={
                "Type": "Map",
                "ItemsPath": "$.items",
                "MaxConcurrency": 2,
                "ItemSelector": {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value"},
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "INLINE"},
                    **flow(
                        x=task(
                            f"{OPTIMISED}lambda:invoke",
                            {"FunctionName": "FN", "Payload.$": "$"},
                            OutputPath="$.Payload.echo",
                        )
                    ),
                },
                "End": True,
            }
        ),
        {"items": ["a", "b"]},
        output=[{"i": 0, "v": "a"}, {"i": 1, "v": "b"}],
    ),
    Case(
        "intrinsic functions",
        flow(
            A={
                "Type": "Pass",
                "Parameters": {
                    "f.$": "States.Format('hi {} {}', $.n, $.k.a)",
                    "m.$": "States.JsonMerge($.k, $.j, false)",
                    "arr.$": "States.Array(1, $.n)",
                    "g.$": "States.ArrayGetItem(States.StringSplit('a,b', ','), 1)",
                    "b.$": "States.Base64Encode('x')",
                    "ma.$": "States.MathAdd($.n, 1)",
                    "len.$": "States.ArrayLength($.l)",
                    "sj.$": "States.StringToJson('{\"a\":1}')",
                    "js.$": "States.JsonToString($.k)",
                    "c.$": "States.ArrayContains($.l, 2)",
                },
                "End": True,
            }
        ),
        {"n": 1, "k": {"a": "x"}, "j": {"b": 2}, "l": [1, 2]},
        output=lambda out: (
            out["f"] == "hi 1 x" and out["m"] == {"a": "x", "b": 2} and out["ma"] == 2 and out["c"] is True
        ),
    ),
    Case(
        "unique and hashed",
        flow(
            A={
                "Type": "Pass",
                "Parameters": {"u.$": "States.UUID()", "h.$": "States.Hash('a','SHA-256')"},
                "End": True,
            }
        ),
        output=lambda out: len(out["u"]) == 36 and out["h"].startswith("ca978112"),
    ),
    Case(
        "variables",
        flow(
            A={"Type": "Pass", "Assign": {"v.$": "$.a", "w": 3}, "Next": "B"},
            B={"Type": "Pass", "Parameters": {"out.$": "$v", "w.$": "$w"}, "End": True},
        ),
        {"a": 7},
        output={"out": 7, "w": 3},
    ),
    Case(
        "a machine that runs out of time",
        {"TimeoutSeconds": 1, **flow(A={"Type": "Wait", "Seconds": 10, "End": True})},
        status="TIMED_OUT",
    ),
]

FUNCTIONS = [
    Case(
        "lambda:invoke",
        flow(A=invoke({"a.$": "$.a"}, ResultSelector={"e.$": "$.Payload.echo"})),
        {"a": 5},
        output={"e": {"a": 5}},
    ),
    Case(
        "a function as the resource",
        flow(A={"Type": "Task", "Resource": "FN", "End": True}),
        {"a": 5},
        output={"echo": {"a": 5}},
    ),
    Case(
        "an exception is caught by its name",
        flow(A=invoke({"fail": True}, Catch=catch("Custom")), Caught=CAUGHT),
        {"keep": 1},
        output=lambda out: (
            out["keep"] == 1 and out["error"]["Error"] == "Custom" and "nope" in out["error"]["Cause"]
        ),
    ),
    Case("an exception that nobody catches", flow(A=invoke({"fail": True})), status="FAILED"),
    Case(
        "retry",
        flow(
            A=invoke(
                {"flaky": True},
                Retry=[
                    {"ErrorEquals": ["Custom"], "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 1.0}
                ],
                ResultSelector={"ok.$": "$.StatusCode"},
            )
        ),
        output={"ok": 200},
    ),
    Case(
        "a task that takes too long",
        flow(
            A=task(
                f"{OPTIMISED}lambda:invoke.waitForTaskToken",
                {"FunctionName": "FN", "Payload": {"x": 1}},
                TimeoutSecondsPath="$.t",
                Catch=catch("States.Timeout"),
            ),
            Caught=CAUGHT,
        ),
        {"t": 1},
        output=lambda out: out["error"]["Error"] == "States.Timeout",
    ),
    Case(
        "a task that stops beating",
        flow(
            A=ask("no heart", TimeoutSeconds=20, HeartbeatSeconds=1, Catch=catch("States.Timeout")),
            Caught=CAUGHT,
        ),
        output=lambda out: out["error"]["Error"] == "States.Timeout",  # AWS may say States.HeartbeatTimeout
    ),
]

SERVICES = [
    Case(
        "aws-sdk:dynamodb:putItem",
        flow(
            A=task(
                f"{SDK}dynamodb:putItem",
                {
                    "TableName": "machine-tokens",
                    "Item": {"pk": {"S": "sdk"}, "v": {"S.$": "States.JsonToString($)"}},
                    "ConditionExpression": "attribute_not_exists(pk)",
                },
            )
        ),
    ),
    Case(
        "a failed condition is caught by its name",
        flow(
            A=task(
                f"{SDK}dynamodb:putItem",
                {"TableName": "machine-tokens", "Item": {"pk": {"S": "twice"}}},
                Next="B",
            ),
            B=task(
                f"{SDK}dynamodb:putItem",
                {
                    "TableName": "machine-tokens",
                    "Item": {"pk": {"S": "twice"}},
                    "ConditionExpression": "attribute_not_exists(pk)",
                },
                Catch=catch("DynamoDb.ConditionalCheckFailedException"),
            ),
            Caught=CAUGHT,
        ),
        output=lambda out: out["error"]["Error"] == "DynamoDb.ConditionalCheckFailedException",
    ),
    Case(
        "dynamodb:updateItem",
        flow(
            A=task(
                f"{OPTIMISED}dynamodb:updateItem",
                {
                    "TableName": "machine-tokens",
                    "Key": {"pk": {"S": "zz"}},
                    "UpdateExpression": "SET a = :a",
                    "ExpressionAttributeValues": {":a": {"N": "1"}},
                },
            )
        ),
    ),
    Case(
        "aws-sdk:s3:copyObject, headObject",
        flow(
            A=task(
                f"{SDK}s3:copyObject",
                {"Bucket": "machine-bucket", "Key": "b.txt", "CopySource": "machine-bucket/a.txt"},
                Next="B",
            ),
            B=task(
                f"{SDK}s3:headObject",
                {"Bucket": "machine-bucket", "Key": "b.txt"},
                ResultSelector={"n.$": "$.ContentLength"},
            ),
        ),
        output={"n": 5},
    ),
    Case(
        "aws-sdk:s3:getObject of nothing is caught",
        flow(
            A=task(
                f"{SDK}s3:getObject",
                {"Bucket": "machine-bucket", "Key": "zzz"},
                Catch=catch("S3.NoSuchKeyException"),
            ),
            Caught=CAUGHT,
        ),
    ),
    Case(
        "events:putEvents",
        flow(
            A=task(
                f"{OPTIMISED}events:putEvents",
                {
                    "Entries": [
                        {
                            "Source": "bot",
                            "DetailType": "x",
                            "Detail": {"a.$": "$$.Execution.Id"},
                            "EventBusName": "default",
                        }
                    ]
                },
            )
        ),
    ),
    Case(
        "states:startExecution.sync:2",
        flow(
            A=task(
                f"{OPTIMISED}states:startExecution.sync:2",
                {"StateMachineArn": "CHILD", "Input": {"by.$": "$$.Execution.Id"}},
                ResultSelector={"o.$": "$.Output.deep", "s.$": "$.Status"},
            )
        ),
        output={"o": [1, 2], "s": "SUCCEEDED"},
    ),
    Case(
        "aws-sdk:sagemaker:describeEndpoint",
        flow(
            A=task(
                f"{SDK}sagemaker:describeEndpoint",
                {"EndpointName": "machine-e"},
                ResultSelector={"a.$": "$.EndpointArn", "t.$": "$.CreationTime"},
            )
        ),
        output=lambda out: out["a"].endswith("endpoint/machine-e") and out["t"].endswith("Z"),
    ),
    Case(
        "aws-sdk:sagemaker of nothing is caught",
        flow(
            A=task(
                f"{SDK}sagemaker:describeEndpoint",
                {"EndpointName": "none"},
                Catch=catch("SageMaker.SageMakerException"),
            ),
            Caught=CAUGHT,
        ),
    ),
    Case(
        "aws-sdk:sagemaker:createEndpointConfig",
        flow(
            A=task(
                f"{SDK}sagemaker:createEndpointConfig",
                {"EndpointConfigName": "machine-c9", "ProductionVariants": variants("MODEL")},
            )
        ),
    ),
    Case(
        "aws-sdk:sagemaker:updateEndpoint and a loop that waits for it",
        flow(
            A=task(
                f"{SDK}sagemaker:updateEndpoint",
                {"EndpointName": "machine-e", "EndpointConfigName": "machine-c2"},
                Next="W",
            ),
            W={"Type": "Wait", "Seconds": 1, "Next": "D"},
            D=task(
                f"{SDK}sagemaker:describeEndpoint",
                {"EndpointName": "machine-e"},
                ResultSelector={"s.$": "$.EndpointStatus", "c.$": "$.EndpointConfigName"},
                Next="C",
            ),
            C={
                "Type": "Choice",
                "Choices": [{"Variable": "$.s", "StringEquals": "InService", "Next": "S"}],
                "Default": "W",
            },
            S={"Type": "Succeed"},
        ),
        output={"s": "InService", "c": "machine-c2"},
    ),
    Case(
        "sagemaker:createTransformJob.sync",
        flow(A=task(f"{OPTIMISED}sagemaker:createTransformJob.sync", transform("machine-t1"))),
        output=lambda out: out["TransformJobStatus"] == "Completed",
    ),
    Case(
        "sagemaker:createTransformJob",
        flow(A=task(f"{OPTIMISED}sagemaker:createTransformJob", transform("machine-t2"))),
    ),
    Case(
        "aws-sdk:sagemaker:createTransformJob",
        flow(A=task(f"{SDK}sagemaker:createTransformJob", transform("machine-t3"))),
    ),
    Case(
        "sagemaker:createTrainingJob.sync",
        flow(A=task(f"{OPTIMISED}sagemaker:createTrainingJob.sync", TRAINING)),
        output=lambda out: out["TrainingJobStatus"] == "Completed",
    ),
    Case(
        "sagemaker:createModel",
        flow(
            A=task(
                f"{OPTIMISED}sagemaker:createModel",
                {"ModelName": "machine-m", "ExecutionRoleArn": ROLE, "PrimaryContainer": {"Image": IMAGE}},
            )
        ),
    ),
    Case(
        "sagemaker:createEndpoint",
        flow(
            A=task(
                f"{OPTIMISED}sagemaker:createEndpoint",
                {"EndpointName": "machine-e9", "EndpointConfigName": "machine-c1"},
            )
        ),
    ),
    Case(
        "an error of the sagemaker integration is caught",
        flow(
            A=task(
                f"{OPTIMISED}sagemaker:createEndpoint",
                {"EndpointName": "machine-e8", "EndpointConfigName": "none"},
                Catch=catch("SageMaker.AmazonSageMakerException"),
            ),
            Caught=CAUGHT,
        ),
    ),
]

JSONATA = [
    Case(
        "JSONata: pass, assign, choice",
        {
            "QueryLanguage": "JSONata",
            **flow(
                A={
                    "Type": "Pass",
                    "Assign": {"v": "{% $states.input.a + 1 %}", "names": "{% $states.input.items.name %}"},
                    "Output": {"x": "{% $sum($states.input.items.n) %}", "u": "{% $uuid() %}"},
                    "Next": "C",
                },
                C={
                    "Type": "Choice",
                    "Choices": [{"Condition": "{% $v > 7 and $states.input.x = 3 %}", "Next": "Y"}],
                    "Default": "N",
                },
                Y={"Type": "Pass", "Output": {"v": "{% $v %}", "n": "{% $names[0] & '!' %}"}, "End": True},
                N={"Type": "Fail"},
            ),
        },
        {"a": 7, "items": [{"name": "q\"uo'te", "n": 1}, {"name": "z", "n": 2}]},
        output={"v": 8, "n": "q\"uo'te!"},
    ),
    Case(
        "JSONata: task, map, catch",
        {
            "QueryLanguage": "JSONata",
            **flow(
                A={
                    "Type": "Task",
                    "Resource": f"{OPTIMISED}lambda:invoke",
                    "Arguments": {"FunctionName": "FN", "Payload": {"q": "{% $states.input.a %}"}},
                    "Assign": {"r": "{% $states.result.StatusCode %}"},
                    "Output": "{% $states.result.Payload.echo %}",
                    "Next": "M",
                },
                M={
                    "Type": "Map",
                    "Items": "{% [1..3] %}",
                    "ItemProcessor": flow(
                        x={"Type": "Pass", "Output": "{% $states.input * 2 %}", "End": True}
                    ),
                    "Output": {"m": "{% $states.result %}", "r": "{% $r %}"},
                    "Next": "F",
                },
                F={
                    "Type": "Task",
                    "Resource": f"{OPTIMISED}lambda:invoke",
                    "Arguments": {"FunctionName": "FN", "Payload": {"fail": True}},
                    "Catch": [
                        {
                            "ErrorEquals": ["Custom"],
                            "Output": "{% $merge([$states.input, {'err': $states.errorOutput.Error}]) %}",
                            "Next": "Z",
                        }
                    ],
                    "End": True,
                },
                Z={"Type": "Succeed"},
            ),
        },
        {"a": 7},
        output={"m": [2, 4, 6], "r": 200, "err": "Custom"},
    ),
]


def filled(machine: Any, names: dict[str, str]) -> Any:
    if isinstance(machine, dict):
        return {key: filled(value, names) for key, value in machine.items()}
    if isinstance(machine, list):
        return [filled(value, names) for value in machine]
    return names.get(machine, machine) if isinstance(machine, str) else machine


@pytest.mark.parametrize("case", [*PLAIN, *FUNCTIONS, *SERVICES, *JSONATA], ids=lambda case: case.name)
def test_a_machine_runs(stage: Stage, case: Case) -> None:
    ended = stage.end(stage.start(filled(case.machine, stage.names), case.given))
    assert ended["status"] == case.status, ended
    if callable(case.output):
        assert case.output(json.loads(ended["output"])), ended["output"]
    elif case.output is not None:
        assert json.loads(ended["output"]) == case.output


def waiting(stage: Stage, name: str, **more: Any) -> str:
    return stage.start(filled(flow(A=ask(name, **more), Caught=CAUGHT), stage.names), {})


def test_a_token_answered_with_success_gives_the_output(stage: Stage) -> None:
    execution = waiting(stage, "success")
    stage.aws.client("stepfunctions").send_task_success(
        taskToken=stage.token("success"), output='{"by": "U1"}'
    )
    assert json.loads(stage.end(execution)["output"]) == {"by": "U1"}


def test_a_token_answered_with_failure_is_caught_by_its_error(stage: Stage) -> None:
    execution = waiting(stage, "failure", Catch=catch("Rejected"))
    stage.aws.client("stepfunctions").send_task_failure(
        taskToken=stage.token("failure"), error="Rejected", cause="no"
    )
    assert json.loads(stage.end(execution)["output"])["error"] == {"Error": "Rejected", "Cause": "no"}


def test_a_token_answered_inside_the_function_is_not_lost(stage: Stage, make_function: MakeFunction) -> None:
    quick = make_function(
        "import boto3\n"
        "def handler(event, context):\n"
        "    boto3.client('stepfunctions').send_task_success(taskToken=event['token'], output='7')\n"
    )
    parameters = {"FunctionName": quick.arn, "Payload": {"token.$": "$$.Task.Token"}}
    machine = flow(A=task(f"{OPTIMISED}lambda:invoke.waitForTaskToken", parameters, TimeoutSeconds=5))
    assert stage.end(stage.start(machine, {}))["output"] == "7"


def test_heartbeats_keep_a_task_waiting(stage: Stage) -> None:
    execution, states = (
        waiting(stage, "beats", TimeoutSeconds=20, HeartbeatSeconds=1),
        stage.aws.client("stepfunctions"),
    )
    token, beats = stage.token("beats"), []

    def beat() -> bool:
        states.send_task_heartbeat(taskToken=token)
        beats.append(1)
        return len(beats) > 100  # about 2 s, of which no second is silent

    stage.until(beat)
    states.send_task_success(taskToken=token, output='"alive"')
    assert stage.end(execution)["output"] == '"alive"'


def settled(states: Any) -> tuple[type[Exception], ...]:
    """What says that a token is no longer good, depending on why."""
    errors = states.exceptions
    return errors.TaskTimedOut, errors.InvalidToken, errors.TaskDoesNotExist


ANSWERS = [
    ("send_task_success", {"output": "{}"}),
    ("send_task_failure", {"error": "E", "cause": "c"}),
    ("send_task_heartbeat", {}),
]


@pytest.mark.parametrize(("method", "answer"), ANSWERS, ids=[name for name, _ in ANSWERS])
@pytest.mark.parametrize("machine", ["still running", "ended"])
def test_a_token_is_good_for_one_answer(stage: Stage, method: str, answer: Any, machine: str) -> None:
    name, states = unique("once"), stage.aws.client("stepfunctions")
    after = {"Type": "Wait", "Seconds": 30 if machine == "still running" else 0, "End": True}
    execution = stage.start(filled(flow(A=ask(name, Next="After"), After=after), stage.names), {})
    token = stage.token(name)
    states.send_task_success(taskToken=token, output="{}")
    stage.until(lambda: stage.has(execution, "WaitStateEntered"))
    if machine == "ended":
        stage.end(execution)
    with pytest.raises(settled(states)):
        getattr(states, method)(taskToken=token, **answer)


def test_an_answer_that_comes_too_late_is_refused(stage: Stage) -> None:
    execution = waiting(stage, "late", TimeoutSeconds=1, Catch=catch("States.Timeout"))
    states, token = stage.aws.client("stepfunctions"), stage.token("late")
    stage.end(execution)
    with pytest.raises(settled(states)):
        states.send_task_success(taskToken=token, output="{}")


def test_a_token_that_never_was_is_refused(stage: Stage) -> None:
    states = stage.aws.client("stepfunctions")
    with pytest.raises(states.exceptions.InvalidToken):
        states.send_task_success(taskToken="bogus" * 10, output="{}")


def test_a_token_can_travel_through_a_queue(stage: Stage) -> None:
    parameters = {"QueueUrl": stage.queue.url, "MessageBody": {"t.$": "$$.Task.Token"}}
    execution = stage.start(flow(A=task(f"{OPTIMISED}sqs:sendMessage.waitForTaskToken", parameters)), {})
    token = stage.queue.body()["t"]
    stage.aws.client("stepfunctions").send_task_success(taskToken=token, output='"queued"')
    assert stage.end(execution)["output"] == '"queued"'


def test_jsonata_can_wait_for_a_token_too(stage: Stage) -> None:
    payload = {"name": "jsonata", "token": "{% $states.context.Task.Token %}"}
    state = {
        "Type": "Task",
        "Resource": f"{OPTIMISED}lambda:invoke.waitForTaskToken",
        "TimeoutSeconds": "{% $states.input.t %}",
        "Arguments": {"FunctionName": stage.function.arn, "Payload": payload},
        "Output": "{% $states.result.ok %}",
        "End": True,
    }
    execution = stage.start({"QueryLanguage": "JSONata", **flow(A=state)}, {"t": 15})
    stage.aws.client("stepfunctions").send_task_success(taskToken=stage.token("jsonata"), output='{"ok": 1}')
    assert stage.end(execution)["output"] == "1"


def test_many_machines_of_both_languages_run_at_once(stage: Stage) -> None:
    steps = {f"A{n}": {"Type": "Pass", "Next": f"A{n + 1}"} for n in range(10)}
    path = flow(**steps, A10={"Type": "Pass", "Parameters": {"x.$": "$"}, "End": True})
    jsonata = {
        "QueryLanguage": "JSONata",
        **flow(**steps, A10={"Type": "Pass", "Output": "{% 1 %}", "End": True}),
    }
    running = [stage.start(jsonata if n % 2 else path, {}) for n in range(12)]
    assert {stage.end(execution)["status"] for execution in running} == {"SUCCEEDED"}
