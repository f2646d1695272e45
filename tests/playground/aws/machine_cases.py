"""One small machine for each thing that the interpreter itself must do."""

from tests.playground.aws.machine_kit import CAUGHT, OPTIMISED, Case, ask, catch, flow, invoke, task

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
