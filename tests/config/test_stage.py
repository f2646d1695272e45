"""[[stages]]: the endpoint, who decides, and how it is deployed."""

from datetime import timedelta

import pytest

from bot.config import parse_policy
from bot.domain.policy import Capture, Instance, Requirement, Rollout, Serverless
from tests.config.files import PROJECT, STAGE, refusal, the_stage, with_stage

LEADS = Requirement("leads", 1)
TO = 'to = "s3://acme-ml/captured/"'
SERVERLESS = "serverless = { memory = 2048, concurrency = 20 }"


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("approvals = []", "approvals", ()),
        ('approvals = [{ group = "leads" }]', "approvals", (LEADS,)),
        ('approvals = [{ group = "leads", count = 20 }]', "approvals", (Requirement("leads", 20),)),
        ("four_eyes = false", "four_eyes", False),
        ('expires = "90m"', "expires", timedelta(minutes=90)),
        ('expires = "365d"', "expires", timedelta(days=365)),
        ('notify = ["risk", "leads"]', "notify", ("risk", "leads")),
        ("", "instance", None),
        ('instance = { type = "ml.c5.xlarge" }', "instance", Instance("ml.c5.xlarge", 1)),
        ('instance = { type = "ml.g4dn.xlarge", count = 100 }', "instance", Instance("ml.g4dn.xlarge", 100)),
        ("", "serverless", None),
        ("serverless = { memory = 1024, concurrency = 1 }", "serverless", Serverless(1024, 1)),
        ("serverless = { memory = 6144, concurrency = 200 }", "serverless", Serverless(6144, 200)),
        (f'{SERVERLESS}\nrollout = {{ kind = "all-at-once" }}', "rollout", Rollout()),
        (f"{SERVERLESS}\nsmoke = 5", "smoke", 5),
        ("", "capture", None),
        (f"capture = {{ percent = 20, {TO} }}", "capture", Capture(20, "s3://acme-ml/captured/")),
        (f"capture = {{ percent = 0, {TO} }}", "capture", Capture(0, "s3://acme-ml/captured/")),
        (f"capture = {{ percent = 100, {TO} }}", "capture", Capture(100, "s3://acme-ml/captured/")),
        ("", "smoke", 10),
        ("smoke = 0", "smoke", 0),
        ("smoke = 100", "smoke", 100),
        ("", "rollback_approvals", None),
        ("rollback = {}", "rollback_approvals", None),
        ("rollback = { approvals = [] }", "rollback_approvals", ()),
        ('rollback = { approvals = [{ group = "leads" }] }', "rollback_approvals", (LEADS,)),
    ],
)
def test_a_stage_says_it_in_one_line(line: str, field: str, value: object) -> None:
    assert getattr(the_stage(line), field) == value


def test_an_endpoint_leaves_the_model_s_name_some_room() -> None:
    endpoint = "{model}-" + "x" * 39
    policy = parse_policy(f'{PROJECT}[[stages]]\nname = "x"\nendpoint = "{endpoint}"\n'.encode())
    assert policy.stages[0].endpoint == endpoint


BROKEN = [
    # the name and the endpoint
    (f'{PROJECT}[[stages]]\nendpoint = "{{model}}"\n', "[stages] 1: `name` is missing."),
    (f'{PROJECT}[[stages]]\nname = "x"\n', "`endpoint` is missing."),
    (f'{PROJECT}[[stages]]\nname = "to prod"\n', "`name` is “to prod”; use letters, digits and single hyphe"),
    (f'{PROJECT}[[stages]]\nname = "a--b"\n', "`name` is “a--b”"),
    (f'{PROJECT}[[stages]]\nname = "<!channel>"\n', "`name` is “<!channel>”"),
    (f'{PROJECT}[[stages]]\nname = "x"\nendpoint = "prod"\n', "`endpoint` must hold {model}"),
    (f'{PROJECT}[[stages]]\nname = "x"\nendpoint = "{{model}}_p"\n', "besides it letters, digits and single"),
    (f'{PROJECT}[[stages]]\nname = "x"\nendpoint = "{{model}}-"\n', "`endpoint` must hold {model}, and"),
    (f'{PROJECT}[[stages]]\nname = "x"\nendpoint = "{{stage}}-{{model}}"\n', "`endpoint` must hold {model}"),
    (f'{PROJECT}[[stages]]\nname = "x"\nendpoint = "{{model}}-{"x" * 40}"\n',
     "`endpoint` must have at most 40 characters besides {model}; shorten it."),
    (with_stage("aprovals = []"), "there is no key `aprovals`; did you mean `approvals`?"),
    (with_stage("four-eyes = true"), "there is no key `four-eyes`; did you mean `four_eyes`?"),
    # not built yet
    (with_stage('remind = ["1d"]'), "[stages] 1: `remind` is not built yet; take it out."),
    (with_stage("freeze = []"), "`freeze` is not built yet; take it out."),
    # approvals
    (with_stage('approvals = "leads"'), "`approvals` must be a list of tables."),
    (with_stage('approvals = ["leads"]'), "`approvals` must be a list of tables."),
    (with_stage("approvals = [{ count = 1 }]"), "[approvals] 1: `group` is missing."),
    (with_stage('approvals = [{ group = "lead" }]'),
     "names the group “lead”, which [groups] does not list; did you mean “leads”?"),
    (with_stage('approvals = [{ group = "ceo" }]'), "does not list; [groups] has leads, risk."),
    (f'{PROJECT}{STAGE}approvals = [{{ group = "ceo" }}]', "does not list; [groups] has none."),
    (with_stage('approvals = [{ group = "leads", count = 0 }]'), "`count` must be between 1 and 20."),
    (with_stage('approvals = [{ group = "leads", count = 21 }]'), "`count` must be between 1 and 20."),
    (with_stage('approvals = [{ group = "leads", count = true }]'), "`count` must be a whole number."),
    (with_stage('approvals = [{ group = "leads", count = 1.0 }]'), "`count` must be a whole number."),
    (with_stage('approvals = [{ group = "leads", cout = 1 }]'), "no key `cout`; did you mean `count`?"),
    (with_stage('approvals = [{ group = "leads" }, { group = "leads" }]'),
     "`approvals` names a group twice; raise its count instead."),
    # notify, four_eyes, expires
    (with_stage('notify = "leads"'), "`notify` must be a list of texts."),
    (with_stage('notify = ["leeds"]'), "`notify` names the group “leeds”, which [groups] does not list; did"),
    (with_stage('notify = ["U01ANA"]'), "names the group “U01ANA”, which [groups] does not list"),
    (with_stage('four_eyes = "yes"'), "`four_eyes` must be true or false."),
    (with_stage("four_eyes = 1"), "`four_eyes` must be true or false."),
    (with_stage("expires = 7"), "`expires` must be a time like “10m”, “12h” or “7d”."),
    (with_stage('expires = "7"'), "`expires` is “7”; write a time like"),
    (with_stage('expires = "7 days"'), "`expires` is “7 days”; write a time like"),
    (with_stage('expires = "0d"'), "`expires` is “0d”"),
    (with_stage('expires = "-1d"'), "`expires` is “-1d”"),
    (with_stage('expires = "30s"'), "`expires` is “30s”"),
    (with_stage('expires = "366d"'), "`expires` is “366d”"),
    (with_stage('expires = "99999d"'), "`expires` is “99999d”"),
    # rollback
    (with_stage("rollback = []"), "`rollback` must be a table."),
    (with_stage("rollback = { aprovals = [] }"), "[rollback]: there is no key `aprovals`; did you mean `app"),
    (with_stage("rollback = { approvals = 1 }"), "[rollback]: `approvals` must be a list of tables."),
    (with_stage('rollback = { approvals = [{ group = "lead" }] }'),
     "[rollback] [approvals] 1: `group` names the group “lead”, which [groups] does not list; did you mean"),
    (with_stage('rollback = { approvals = [{ group = "leads" }, { group = "leads" }] }'),
     "[rollback]: `approvals` names a group twice; raise its count instead."),
    # instance
    (with_stage('instance = "ml.m5.large"'), "`instance` must be a table."),
    (with_stage("instance = {}"), "[instance]: `type` is missing."),
    (with_stage('instance = { type = "ml.m5.large", count = 0 }'), "`count` must be between 1 and 100."),
    (with_stage('instance = { kind = "ml.m5.large" }'), "there is no key `kind`"),
    (with_stage('instance = { type = "ml.m5.large", count = 101 }'), "`count` must be between 1 and 100."),
    (with_stage('instance = { type = "m5.large" }'), "`type` is “m5.large”; write an instance type like “ml"),
    (with_stage('instance = { type = "ml.m5" }'), "`type` is “ml.m5”; write an instance type like “ml.m5.la"),
    # serverless
    (with_stage("serverless = true"), "`serverless` must be a table."),
    (with_stage("serverless = {}"), "[serverless]: `memory` is missing."),
    (with_stage("serverless = { memory = 2048 }"), "`concurrency` is missing."),
    (with_stage("serverless = { memory = 2048, concurency = 2 }"), "`concurency`; did you mean `concurrency"),
    (with_stage('serverless = { memory = "2GB", concurrency = 2 }'), "`memory` must be a whole number of me"),
    (with_stage("serverless = { memory = 2, concurrency = 2 }"),
     "`memory` is 2 megabytes; SageMaker has 1024, 2048, 3072, 4096, 5120 or 6144."),
    (with_stage("serverless = { memory = 1536, concurrency = 2 }"), "`memory` is 1536 megabytes; SageMaker"),
    (with_stage("serverless = { memory = 7168, concurrency = 2 }"), "`memory` is 7168 megabytes; SageMaker"),
    (with_stage("serverless = { memory = 2048, concurrency = 0 }"), "must be between 1 and 200."),
    (with_stage("serverless = { memory = 2048, concurrency = 201 }"), "must be between 1 and 200."),
    (with_stage(f'{SERVERLESS}\ninstance = {{ type = "ml.m5.large" }}'),
     "`serverless` does not go with `instance`; take the one or the other out."),
    (with_stage(f"{SERVERLESS}\ncapture = {{ percent = 9, {TO} }}"),
     "`serverless` does not go with `capture`; take the one or the other out."),
    (with_stage(f'{SERVERLESS}\nrollout = {{ kind = "canary", percent = 10 }}'),
     "`serverless` takes only the rollout all-at-once without alarms, as SageMaker guards no serverless"),
    (with_stage(f'{SERVERLESS}\nrollout = {{ alarms = ["a"] }}'), "without alarms, as SageMaker guards no "),
    (with_stage(f'{SERVERLESS}\nrollout = {{ alarms = [{{ metric = "5xx", above = 1 }}] }}'),
     "endpoint; take `rollout` out."),
    # capture
    (with_stage("capture = 20"), "`capture` must be a table."),
    (with_stage(f"capture = {{ {TO} }}"), "[capture]: `percent` is missing."),
    (with_stage("capture = { percent = 20 }"), "[capture]: `to` is missing."),
    (with_stage(f"capture = {{ percent = -1, {TO} }}"), "`percent` must be between 0 and 100."),
    (with_stage(f"capture = {{ percent = 101, {TO} }}"), "`percent` must be between 0 and 100."),
    (with_stage(f"capture = {{ percent = 2.5, {TO} }}"), "`percent` must be a whole number."),
    (with_stage(f"capture = {{ percentage = 20, {TO} }}"), "no key `percentage`; did you mean `percent`?"),
    (with_stage('capture = { percent = 20, to = "s3://acme-ml/x" }'), "`to` is “s3://acme-ml/x”; write “s3:"),
    (with_stage('capture = { percent = 20, to = "s3://acme-ml/{stage}/" }'),
     "`to` is “s3://acme-ml/{stage}/”; nothing in braces is filled in here."),
    # smoke
    (with_stage("smoke = true"), "`smoke` must be a whole number."),
    (with_stage("smoke = -1"), "`smoke` must be between 0 and 100."),
    (with_stage("smoke = 101"), "`smoke` must be between 0 and 100."),
    (with_stage("smoek = 1"), "there is no key `smoek`; did you mean `smoke`?"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fragment"), BROKEN, ids=[fragment for _, fragment in BROKEN])
def test_a_broken_stage_hears_what_is_wrong_and_where(text: str, fragment: str) -> None:
    assert fragment in refusal(text)
