"""[[stages]] rollout: how traffic moves, and the alarms that move it back."""

import json
from datetime import timedelta

import pytest

from bot.domain.policy import AlarmKind, AlarmRule, Rollout, RolloutKind
from tests.config.files import refusal, the_stage, with_alarms, with_rollout, with_stage

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CANARY, LINEAR, ROLLING = RolloutKind.CANARY, RolloutKind.LINEAR, RolloutKind.ROLLING


@pytest.mark.parametrize(
    ("line", "rollout"),
    [
        ("", Rollout()),
        ('kind = "all-at-once"', Rollout()),
        ('alarms = ["a"]', Rollout(alarms=("a",))),
        ('kind = "canary", percent = 1', Rollout(CANARY, 1, 10 * MINUTE)),
        ('kind = "canary", percent = 50, bake = "1h"', Rollout(CANARY, 50, HOUR)),
        ('kind = "linear", percent = 10', Rollout(LINEAR, 10, 10 * MINUTE)),
        ('kind = "linear", percent = 50, bake = "1m"', Rollout(LINEAR, 50, MINUTE)),
        ('kind = "linear", percent = 13, bake = "59m"', Rollout(LINEAR, 13, 59 * MINUTE)),
        ('kind = "rolling", percent = 5', Rollout(ROLLING, 5, 10 * MINUTE)),
        ('kind = "rolling", percent = 50, bake = "60m"', Rollout(ROLLING, 50, HOUR)),
        ('kind = "rolling", percent = 5, bake = "23m", alarms = ["a"]',
         Rollout(ROLLING, 5, 23 * MINUTE, ("a",))),
    ],
)  # fmt: skip
def test_traffic_moves_as_the_file_says(line: str, rollout: Rollout) -> None:
    assert the_stage(f"rollout = {{ {line} }}").rollout == rollout


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ('metric = "5xx", above = 5', AlarmRule(AlarmKind.ERRORS, 5, MINUTE)),
        ('metric = "5xx", above = 0', AlarmRule(AlarmKind.ERRORS, 0, MINUTE)),
        ('metric = "5xx", above = 1000000, period = "1d"', AlarmRule(AlarmKind.ERRORS, 1e6, 24 * HOUR)),
        ('metric = "latency", above = "500ms"', AlarmRule(AlarmKind.LATENCY, 500, MINUTE)),
        ('metric = "latency", above = "2s"', AlarmRule(AlarmKind.LATENCY, 2000, MINUTE)),
        ('metric = "latency", above = "1.25s"', AlarmRule(AlarmKind.LATENCY, 1250, MINUTE)),
        ('metric = "latency", above = "0.5ms"', AlarmRule(AlarmKind.LATENCY, 0.5, MINUTE)),
        ('metric = "latency", above = 500', AlarmRule(AlarmKind.LATENCY, 500, MINUTE)),
        ('metric = "latency", above = 59999.5, period = "5m"',
         AlarmRule(AlarmKind.LATENCY, 59999.5, 5 * MINUTE)),
        ('metric = "invocations-missing"', AlarmRule(AlarmKind.MISSING, 0, 15 * MINUTE)),
        ('metric = "invocations-missing", for = "1h"', AlarmRule(AlarmKind.MISSING, 0, HOUR)),
    ],
)  # fmt: skip
def test_an_alarm_is_made_as_its_table_says(line: str, rule: AlarmRule) -> None:
    assert the_stage(f"rollout = {{ alarms = [{{ {line} }}] }}").rollout.rules == (rule,)


def test_alarms_of_the_team_s_own_and_made_ones_stand_in_one_list() -> None:
    made = ('{ metric = "latency", above = 500 }', '{ metric = "5xx", above = 5 }')
    stage = the_stage(
        f'rollout = {{ alarms = ["{{endpoint}}-gpu", {made[0]}, "shop-{{model}}", {made[1]}] }}'
    )
    assert stage.alarms_of("churn", stage.rollout) == (
        "churn-gpu",
        "shop-churn",
        "churn-latency",
        "churn-5xx",
    )


def test_a_list_may_have_ten_alarms() -> None:
    assert len(the_stage(f"rollout = {{ alarms = {json.dumps(list('abcdefghij'))} }}").rollout.alarms) == 10


def test_an_alarm_may_be_named_like_one_that_is_not_made() -> None:
    own = the_stage('rollout = { alarms = ["{endpoint}-5xx", { metric = "latency", above = 1 }] }').rollout
    assert own.alarms == ("{endpoint}-5xx",)


LISTS = 'kind = "linear", percent = 10, '
ERRORS, LATENCY = '{ metric = "5xx", above = 5 }', '{ metric = "latency", above = 500 }'
MADE = "and the workflow calls an alarm of its own “{model}-5xx”; take the one or the other out."
BROKEN = [
    # rollout
    (with_stage('rollout = "canary"'), "`rollout` must be a table."),
    (with_stage('rollout = { kind = "canary" }'), "`percent` is missing."),
    (with_stage('rollout = { kind = "canary", percent = true }'), "`percent` must be a whole number."),
    (with_stage('rollout = { kind = "canary", percent = "10" }'), "`percent` must be a whole number."),
    (with_stage('rollout = { kind = "canary", percent = 0 }'), "`percent` must be between 1 and 50."),
    (with_stage('rollout = { kind = "canary", percent = 51 }'), "`percent` must be between 1 and 50."),
    (with_stage('rollout = { kind = "canary", percent = 9, bake = 10 }'), "`bake` must be a time like"),
    (with_stage('rollout = { kind = "canary", percent = 9, bake = "61m" }'),
     "`bake` must be at most “1h”, as SageMaker wants it."),
    (with_stage("rollout = { percent = 10 }"), "`kind` all-at-once takes no percent and no bake."),
    (with_stage('rollout = { kind = "all-at-once", bake = "1m" }'), "takes no percent and no bake."),
    (with_stage('rollout = { alarm = ["x"] }'), "there is no key `alarm`; did you mean `alarms`?"),
    # kind
    (with_rollout('kind = "canaray"'), "[rollout]: `kind` is “canaray”; did you mean “canary”?"),
    (with_rollout('kind = "Linear"'), "`kind` is “Linear”; did you mean “linear”?"),
    (with_rollout('kind = "shadow"'), "`kind` is “shadow”; use all-at-once, canary, linear or rolling."),
    (with_rollout('kind = ""'), "`kind` must not be empty."),
    (with_rollout("kind = 1"), "`kind` must be a text."),
    # percent
    (with_rollout('kind = "linear"'), "`percent` is missing."),
    (with_rollout('kind = "linear", percent = 9'), "`percent` must be between 10 and 50."),
    (with_rollout('kind = "linear", percent = 51'), "`percent` must be between 10 and 50."),
    (with_rollout('kind = "rolling", percent = 4'), "`percent` must be between 5 and 50."),
    (with_rollout('kind = "rolling", percent = 51'), "`percent` must be between 5 and 50."),
    (with_rollout('kind = "rolling", percent = 12.5'), "`percent` must be a whole number."),
    # bake
    (with_rollout('kind = "linear", percent = 50, bake = "61m"'), "`bake` must be at most “1h”, as SageMake"),
    (with_rollout('kind = "rolling", percent = 50, bake = "2h"'), "`bake` must be at most “1h”, as SageMake"),
    (with_rollout('kind = "rolling", percent = 50, bake = "30s"'), "`bake` is “30s”; write a time like"),
    (with_rollout('kind = "linear", percent = 10, bake = "1h"'),
     "`bake` after each of 10 steps makes 10 hours, and SageMaker ends a deployment after 8; raise percent"),
    (with_rollout('kind = "linear", percent = 10, bake = "48m"'), "each of 10 steps makes 8 hours, and"),
    (with_rollout('kind = "rolling", percent = 5, bake = "25m"'), "each of 20 steps makes 8.33 hours, and"),
    # alarms: the list
    (with_rollout('alarms = "x"'), "[rollout]: `alarms` must be a list of texts and tables."),
    (with_alarms("1"), "`alarms` must be a list of texts and tables."),
    (with_alarms('""'), "`alarms` must be a list of texts and tables."),
    (with_rollout(f"alarms = {json.dumps(list('abcdefghijk'))}"), "`alarms` must be at most 10, as SageMake"),
    (with_alarms(f"{json.dumps(list('abcdefghi'))[1:-1]}, {ERRORS}, {LATENCY}"), "`alarms` must be at most "),
    # alarms: the team's own
    (with_alarms('" "'), "`alarms` has “ ”; an alarm's name has 1 to 255 characters."),
    (with_alarms(f'"{"x" * 256}"'), "an alarm's name has 1 to 255 characters."),
    (with_alarms('"{endpiont}-x"'), "has “{endpiont}-x”; only {endpoint} and {model} are filled in."),
    (with_alarms('"{model-x"'), "has “{model-x”; only {endpoint} and {model} are filled in."),
    (with_alarms('"a", "a"'), "mlops.toml: the stage “staging” lists the alarm “a” twice; once is enough."),
    (with_alarms('"{endpoint}-x", "{model}-x"'), "lists the alarm “{model}-x” twice; once is enough."),
    # alarms: a name that the workflow takes
    (with_alarms(f'"{{endpoint}}-5xx", {ERRORS}'), f"lists the alarm “{{endpoint}}-5xx”, {MADE}"),
    (with_alarms(f'{ERRORS}, "{{model}}-5xx"'), f"lists the alarm “{{model}}-5xx”, {MADE}"),
    (with_alarms(f'"churn-5xx", {ERRORS}') + "[models.churn]\n",
     "mlops.toml: the stage “staging” lists the alarm “churn-5xx”, and the workflow calls an alarm of its o"),
    # alarms: made ones
    (with_alarms('{ metrik = "5xx", above = 5 }'), "there is no key `metrik`; did you mean `metric`?"),
    (with_alarms("{}"), "[rollout] [alarms] 1: `metric` is missing."),
    (with_alarms('"a", { metric = "5x", above = 1 }'), "[alarms] 2: `metric` is “5x”; did you mean “5xx”?"),
    (with_alarms('{ metric = "missing" }'), "`metric` is “missing”; did you mean “invocations-missing”?"),
    (with_alarms('{ metric = "4xx" }'), "`metric` is “4xx”; did you mean “5xx”?"),
    (with_alarms('{ metric = "cpu" }'), "`metric` is “cpu”; use 5xx, latency or invocations-missing."),
    (with_alarms(f'{ERRORS}, {{ metric = "5xx", above = 9 }}'), "`alarms` has two alarms for 5xx; keep one "),
    (with_alarms('{ metric = "5xx" }'), "[alarms] 1: `above` is missing."),
    (with_alarms('{ metric = "5xx", abvoe = 5 }'), "there is no key `abvoe`; did you mean `above`?"),
    (with_alarms('{ metric = "5xx", above = 5, for = "1m" }'), "`for` is called `period` for this metric; w"),
    (with_alarms('{ metric = "5xx", above = -1 }'), "`above` must be between 0 and 1000000."),
    (with_alarms('{ metric = "5xx", above = "5" }'), "`above` must be a whole number."),
    (with_alarms('{ metric = "5xx", above = true }'), "`above` must be a whole number."),
    (with_alarms('{ metric = "5xx", above = 5, period = 60 }'), "`period` must be a time like"),
    (with_alarms('{ metric = "5xx", above = 5, period = "30s" }'), "`period` is “30s”; write a time like"),
    (with_alarms('{ metric = "5xx", above = 5, period = "25h" }'), "`period` must be at most “1d”, as Cloud"),
    (with_alarms('{ metric = "latency" }'), "`above` is missing."),
    (with_alarms('{ metric = "latency", above = "fast" }'),
     "`above` must be a time like “500ms” or “2s”, or a number of milliseconds."),
    (with_alarms('{ metric = "latency", above = "500" }'), "`above` must be a time like “500ms” or “2s”, or"),
    (with_alarms('{ metric = "latency", above = "1m" }'), "`above` must be a time like “500ms” or “2s”, or"),
    (with_alarms('{ metric = "latency", above = "-5ms" }'), "`above` must be a time like “500ms” or “2s”, o"),
    (with_alarms('{ metric = "latency", above = true }'), "`above` must be a time like “500ms” or “2s”, or"),
    (with_alarms('{ metric = "latency", above = 0 }'), "`above` must be more than 0 and less than “60s”"),
    (with_alarms('{ metric = "latency", above = "0ms" }'), "`above` must be more than 0 and less than “60s”"),
    (with_alarms('{ metric = "latency", above = nan }'), "`above` must be more than 0 and less than “60s”"),
    (with_alarms('{ metric = "latency", above = inf }'), "`above` must be more than 0 and less than “60s”"),
    (with_alarms('{ metric = "latency", above = "60s" }'), "less than “60s”, after which SageMaker gives up"),
    (with_alarms('{ metric = "latency", above = 500000 }'), "less than “60s”, after which SageMaker gives u"),
    (with_alarms('{ metric = "invocations-missing", above = 1 }'), "no key `above`; known here: metric, for"),
    (with_alarms('{ metric = "invocations-missing", period = "5m" }'), "`period` is called `for` for this m"),
    (with_alarms('{ metric = "invocations-missing", for = "2d" }'), "`for` must be at most “1d”, as CloudWa"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fragment"), BROKEN, ids=[fragment for _, fragment in BROKEN])
def test_a_broken_rollout_hears_what_is_wrong_and_where(text: str, fragment: str) -> None:
    assert fragment in refusal(text)
