"""mlops.toml: what it says, and the sentence for everything that it says wrong."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.config import load_policy, parse_policy
from bot.domain.guardrails import Guardrail
from bot.domain.model import Identity
from bot.domain.policy import Instance, ModelPolicy, Policy, Requirement, Rollout, RolloutKind, Stage
from bot.domain.refusals import Unreadable

ROOT = Path(__file__).parent.parent
PROJECT = '[project]\nname = "acme"\nchannel = "#ml"\n'
GROUPS = '[groups]\nleads = ["U01ANA"]\nrisk = ["@model-risk"]\n'
STAGE = '[[stages]]\nname = "staging"\nendpoint = "{model}"\n'


def with_stage(line: str) -> str:
    return f"{PROJECT}{GROUPS}{STAGE}{line}\n"


def with_model(line: str) -> str:
    return f"{PROJECT}{STAGE}[models.churn]\n{line}\n"


def with_people(line: str) -> str:
    return f"{PROJECT}{STAGE}[people]\n{line}\n"


def with_groups(line: str) -> str:
    return f"{PROJECT}{STAGE}[groups]\n{line}\n"


def with_endpoints(first: str, second: str) -> str:
    one, two = (f'[[stages]]\nname = "{n}"\nendpoint = "{e}"\n' for n, e in (("a", first), ("b", second)))
    return f"{PROJECT}{one}{two}"


# ---- what is right ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [ROOT / "mlops.toml", ROOT / "playground" / "mlops.toml"], ids=str)
def test_the_files_of_this_repository_say_what_the_readme_explains(path: Path) -> None:
    assert load_policy(path) == Policy(
        project="acme",
        channel="#ml-releases",
        groups={
            "data-scientists": ("@data-science",),
            "leads": ("U01ANA", "@ml-leads"),
            "risk": ("@model-risk",),
        },
        people={"cara": "U04CARA", "training-pipeline": "machine"},
        stages=(
            Stage("staging", "{model}-staging", approvals=(), instance=Instance("ml.m5.large")),
            Stage(
                "production",
                "{model}",
                approvals=(Requirement("leads", 1), Requirement("risk", 1)),
                notify=("leads",),
                rollout=Rollout(
                    RolloutKind.CANARY, 10, timedelta(minutes=10), ("{endpoint}-5xx", "{endpoint}-latency")
                ),
                instance=Instance("ml.m5.large"),
            ),
        ),
        models={
            "churn": ModelPolicy("#ml-churn", (Guardrail("auc", ">=", 0.8, written="0.80"),), {"auc": 0.005})
        },
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def test_the_smallest_file_asks_four_eyes_lets_nobody_approve_and_waits_a_week() -> None:
    policy = parse_policy(f"{PROJECT}{STAGE}".encode())
    assert policy.stages == (Stage("staging", "{model}", None, (), True, timedelta(days=7), Rollout()),)
    assert (policy.groups, policy.people, policy.models) == ({}, {}, {})


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("approvals = []", "approvals", ()),
        ('approvals = [{ group = "leads" }]', "approvals", (Requirement("leads", 1),)),
        ('approvals = [{ group = "leads", count = 20 }]', "approvals", (Requirement("leads", 20),)),
        ("four_eyes = false", "four_eyes", False),
        ('expires = "90m"', "expires", timedelta(minutes=90)),
        ('expires = "365d"', "expires", timedelta(days=365)),
        ('notify = ["risk", "leads"]', "notify", ("risk", "leads")),
        ("rollout = {}", "rollout", Rollout()),
        ('rollout = { alarms = ["a"] }', "rollout", Rollout(alarms=("a",))),
        ('rollout = { kind = "canary", percent = 50 }', "rollout",
         Rollout(RolloutKind.CANARY, 50, timedelta(minutes=10))),
        ('rollout = { kind = "canary", percent = 1, bake = "1h" }', "rollout",
         Rollout(RolloutKind.CANARY, 1, timedelta(hours=1))),
        ('instance = { type = "ml.c5.xlarge", count = 2 }', "instance", Instance("ml.c5.xlarge", 2)),
    ],
)  # fmt: skip
def test_a_stage_says_it_in_one_line(line: str, field: str, value: object) -> None:
    assert getattr(parse_policy(with_stage(line).encode()).stages[0], field) == value


def test_a_change_of_a_comment_is_another_policy() -> None:
    raw = f"{PROJECT}{STAGE}".encode()
    assert parse_policy(raw).digest != parse_policy(raw + b"# hello\n").digest


@pytest.mark.parametrize(
    ("identity", "maker"),
    [
        (Identity("cara", "arn:aws:sts::1:assumed-role/Studio/SageMaker"), "U04CARA"),
        (Identity("", "arn:aws:sts::1:assumed-role/training-pipeline/nightly"), "machine"),
        (Identity("", "arn:aws:sts::1:assumed-role/Studio/training-pipeline"), None),
        (Identity("", "arn:aws:sts::1:assumed-role/ops/dan"), "U05DAN"),
        (Identity("", "arn:aws:iam::1:user/exact"), "U05DAN"),
    ],
)
def test_the_file_s_people_are_who_stands_behind_a_registration(
    identity: Identity, maker: str | None
) -> None:
    people = 'cara = "U04CARA"\ntraining-pipeline = "machine"\n"ops/dan" = "U05DAN"\n'
    exact = '"arn:aws:iam::1:user/exact" = "U05DAN"'
    assert parse_policy(with_people(people + exact).encode()).maker(identity) == maker


def test_two_stages_may_share_a_part_of_their_endpoint() -> None:
    stages = parse_policy(with_endpoints("{model}", "{model}-x").encode()).stages
    assert [stage.endpoint for stage in stages] == ["{model}", "{model}-x"]


@pytest.mark.parametrize("name", ["acme", "Risk + Co", "a_b.c:d/e=f+g-h@i", "Größe 7", "x" * 256])
def test_a_project_may_be_called_what_a_tag_can_hold(name: str) -> None:
    assert parse_policy(f'[project]\nname = "{name}"\nchannel = "#ml"\n{STAGE}'.encode()).project == name


def test_an_endpoint_leaves_the_model_s_name_some_room() -> None:
    endpoint = "{model}-" + "x" * 39
    policy = parse_policy(f'{PROJECT}[[stages]]\nname = "x"\nendpoint = "{endpoint}"\n'.encode())
    assert policy.stages[0].endpoint == endpoint


def test_a_model_without_a_channel_talks_in_the_project_s() -> None:
    policy = load_policy(ROOT / "mlops.toml")
    assert (policy.channel_of("churn"), policy.channel_of("fraud")) == ("#ml-churn", "#ml-releases")


def test_endpoints_and_alarms_are_named_after_the_model() -> None:
    staging, production = load_policy(ROOT / "mlops.toml").stages
    assert staging.endpoint_of("churn") == "churn-staging"
    assert production.alarms_of("churn") == ("churn-5xx", "churn-latency")


def test_above_staging_is_production_and_above_that_nothing() -> None:
    policy = load_policy(ROOT / "mlops.toml")
    assert policy.above("staging") == policy.stage("production")
    assert policy.above("production") is None


# ---- what is wrong ---------------------------------------------------------------------------------

BROKEN = [
    # no TOML
    ("= 1", "mlops.toml is not TOML: Invalid statement"),
    (f"a = {'9' * 5000}", "mlops.toml is not TOML: Exceeds the limit"),
    (f"a = {'[' * 5000}", "mlops.toml is not TOML: "),
    (f'{PROJECT}name = "twice"', "mlops.toml is not TOML: Cannot overwrite a value"),
    # the top
    ("", "mlops.toml: `project` is missing."),
    (f"{PROJECT}{STAGE}[stage]\n", "there is no key `stage`; did you mean `stages`?"),
    (f"[projct]\n{PROJECT}{STAGE}", "there is no key `projct`; did you mean `project`?"),
    (f"colour = 1\n{PROJECT}", "no key `colour`; known here: project, groups, people, stages, models."),
    (f"project = 1\n{STAGE}", "`project` must be a table."),
    (f'groups = ["U01ANA"]\n{PROJECT}', "`groups` must be a table."),
    # the project
    (f'[project]\nchannel = "#ml"\n{STAGE}', "mlops.toml [project]: `name` is missing."),
    (f'[project]\nname = "acme"\n{STAGE}', "`channel` is missing."),
    (f'[project]\nname = " "\nchannel = "#ml"\n{STAGE}', "`name` must not be empty."),
    (f"[project]\nname = 7\nchannel = 8\n{STAGE}", "`name` must be a text."),
    (f"[project]\nname = true\nchannel = 8\n{STAGE}", "`name` must be a text."),
    (f'[project]\nname = "R&D"\nchannel = "#ml"\n{STAGE}', "`name` must be at most 256 letters, digits, spa"),
    (f'[project]\nname = "a\\n"\nchannel = "#ml"\n{STAGE}', "as SageMaker's tags want it."),
    (f'[project]\nname = "{"x" * 257}"\nchannel = "#ml"\n{STAGE}', "must be at most 256 letters, digits"),
    (f'{PROJECT}chanel = "#x"\n{STAGE}', "there is no key `chanel`; did you mean `channel`?"),
    # groups
    (with_groups('leads = "U01ANA"'), "[groups]: `leads` must be a list of texts."),
    (with_groups("leads = [1]"), "`leads` must be a list of texts."),
    (with_groups('leads = [""]'), "`leads` must be a list of texts."),
    (with_groups('leads = ["ana"]'), "`leads` has “ana”; write a Slack user id or a @user-group."),
    (with_groups('leads = ["@ML Leads"]'), "has “@ML Leads”; write a Slack user id"),
    (with_groups('leads = ["u01ana"]'), "has “u01ana”"),
    (with_groups('leads = ["S01GROUP"]'), "has “S01GROUP”"),
    (with_groups('leads = ["U01ANA\\n"]'), "write a Slack user id or a @user-group"),
    # people
    (with_people("cara = 4"), "[people]: `cara` must be a text."),
    (with_people('cara = ""'), "`cara` must not be empty."),
    (with_people('cara = "@cara"'), "`cara` is “@cara”; write a Slack user id, or “machine”."),
    (with_people('cara = "Machine"'), "`cara` is “Machine”; write a Slack user id, or “machine”."),
    # stages
    (PROJECT, "mlops.toml needs at least one [[stages]], each with a name of its own."),
    (f"stages = []\n{PROJECT}", "needs at least one [[stages]]"),
    (f"stages = 1\n{PROJECT}", "`stages` must be a list of tables."),
    (f"stages = [1]\n{PROJECT}", "`stages` must be a list of tables."),
    (f'{PROJECT}[stages]\nname = "x"\n', "`stages` must be a list of tables."),
    (f"{PROJECT}{STAGE}{STAGE}", "each with a name of its own."),
    (f"{PROJECT}{STAGE}[[stages]]\n", "mlops.toml [stages] 2: `name` is missing."),
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
    (with_endpoints("{model}", "{model}"),
     "mlops.toml: the stages “a” and “b” have the same endpoint “{model}”; give each an endpoint of its own"),
    (with_endpoints("{model}-X", "{model}-x"), "“a” and “b” have the same endpoint “{model}-x”; give each"),
    (with_stage("aprovals = []"), "there is no key `aprovals`; did you mean `approvals`?"),
    (with_stage("four-eyes = true"), "there is no key `four-eyes`; did you mean `four_eyes`?"),
    # not built yet
    (with_stage('remind = ["1d"]'), "[stages] 1: `remind` is not built yet; take it out."),
    (with_stage("freeze = []"), "`freeze` is not built yet; take it out."),
    (with_model('test_data = "s3://acme/test/"'), "[models] [churn]: `test_data` is not built yet; take it"),
    (with_stage('rollout = { kind = "linear" }'), "`kind` “linear” is not built yet; use all-at-once or can"),
    (with_stage('rollout = { kind = "rolling" }'), "`kind` “rolling” is not built yet"),
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
    # rollout
    (with_stage('rollout = "canary"'), "`rollout` must be a table."),
    (with_stage('rollout = { kind = "canaray" }'), "`kind` is “canaray”; use all-at-once or canary."),
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
    (with_stage('rollout = { alarms = "x" }'), "`alarms` must be a list of texts."),
    (with_stage(f"rollout = {{ alarms = {json.dumps(list('abcdefghijk'))} }}"), "`alarms` must be at most"),
    # instance
    (with_stage('instance = "ml.m5.large"'), "`instance` must be a table."),
    (with_stage("instance = {}"), "[instance]: `type` is missing."),
    (with_stage('instance = { type = "ml.m5.large", count = 0 }'), "`count` must be between 1 and 100."),
    (with_stage('instance = { kind = "ml.m5.large" }'), "there is no key `kind`"),
    # models
    (f"{PROJECT}{STAGE}[models]\nchurn = 1\n", "[models]: `churn` must be a table."),
    (with_model("channel = 1"), "`channel` must be a text."),
    (with_model('chanel = "#x"'), "there is no key `chanel`; did you mean `channel`?"),
    (with_model('guardrail = { auc = ">= 1" }'), "no key `guardrail`; did you mean `guardrails`?"),
    (with_model('guardrails = ["auc >= 0.8"]'), "`guardrails` must be a table."),
    (with_model("guardrails = { auc = 0.8 }"), "[guardrails]: `auc` must be a text."),
    (with_model('guardrails = { auc = "" }'), "`auc` must not be empty."),
    (with_model('guardrails = { auc = "0.8" }'), "[guardrails]: “0.8” is no guardrail for auc. Write"),
    (with_model('guardrails = { auc = ">= 80%" }'), "“>= 80%” is no guardrail for auc."),
    (with_model("guardrails = { auc = { min = 1 } }"), "`auc` must be a text."),
    (with_model("tolerance = 0.1"), "`tolerance` must be a table."),
    (with_model('tolerance = { auc = "0.1" }'), "[tolerance]: `auc` must be a number."),
    (with_model("tolerance = { auc = true }"), "`auc` must be a number."),
    (with_model("tolerance = { auc = -0.1 }"), "`auc` must be a number of 0 or more."),
    (with_model("tolerance = { auc = nan }"), "`auc` must be a number of 0 or more."),
    (with_model("tolerance = { auc = inf }"), "`auc` must be a number of 0 or more."),
    (with_model(f"tolerance = {{ auc = 1{'0' * 400} }}"), "`auc` must be a number of 0 or more."),
    (with_model("tolerance = { rows = 0.1 }"), "`rows` has no known direction, so nothing can be worse; use"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fragment"), BROKEN, ids=[fragment for _, fragment in BROKEN])
def test_a_broken_file_hears_what_is_wrong_and_where(text: str, fragment: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_policy(text.encode())
    assert fragment in refused.value.sentence
    assert refused.value.sentence.startswith("mlops.toml")
    assert refused.value.sentence.endswith((".", "?"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"policy\.toml cannot be read: No such file or directory\."):
        load_policy(tmp_path / "policy.toml")


def test_a_broken_file_is_called_by_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_bytes(b"\xff")
    with pytest.raises(Unreadable, match=r"^policy\.toml is not TOML: "):
        load_policy(tmp_path / "policy.toml")


KEYS = st.text(min_size=1) | st.sampled_from(
    [
        "project", "groups", "people", "stages", "models", "name", "channel", "endpoint", "approvals",
        "notify", "four_eyes", "expires", "rollout", "instance", "remind", "group", "count", "kind",
        "percent", "bake", "alarms", "type", "guardrails", "tolerance", "auc", "leads",
    ]
)  # fmt: skip
SCALARS = (
    st.booleans() | st.integers() | st.floats() | st.text()
    | st.sampled_from(["{model}", "canary", "linear", "leads", "U01ANA", "@x", "10m", ">= 0.8", "machine"])
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=15,
)
VALID: dict[str, Any] = {
    "project": {"name": "acme", "channel": "#ml"},
    "groups": {"leads": ["U01ANA"]},
    "stages": [
        {
            "name": "production",
            "endpoint": "{model}",
            "approvals": [{"group": "leads", "count": 1}],
            "rollout": {"kind": "canary", "percent": 10, "bake": "10m"},
            "instance": {"type": "ml.m5.large"},
        }
    ],
    "models": {"churn": {"guardrails": {"auc": ">= 0.8"}, "tolerance": {"auc": 0.1}}},
}


def toml(value: object) -> str:
    """A value as TOML writes it in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return quoted(value) if isinstance(value, str) else str(value).lower()


def quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(letter):08x}" for letter in text) + '"'


def outcome(document: dict[str, Any]) -> Policy | str:
    try:
        return parse_policy("".join(f"{quoted(k)} = {toml(v)}\n" for k, v in document.items()).encode())
    except Unreadable as refused:
        return refused.sentence


def put(node: Any, where: list[int], value: object) -> Any:
    """The document with one value in it replaced."""
    if not where or not isinstance(node, dict | list) or not node:
        return value
    keys = list(node) if isinstance(node, dict) else list(range(len(node)))
    key = keys[where[0] % len(keys)]
    copy: Any = dict(node) if isinstance(node, dict) else list(node)
    copy[key] = put(node[key], where[1:], value)
    return copy


@given(document=st.dictionaries(KEYS, VALUES, max_size=5))
@example(document=VALID)
def test_any_toml_is_a_policy_or_unreadable(document: dict[str, Any]) -> None:
    assert outcome(document)


@given(where=st.lists(st.integers(0, 5), min_size=1, max_size=5), value=VALUES)
def test_any_one_wrong_value_in_a_right_file_is_a_policy_or_unreadable(where: list[int], value: Any) -> None:
    assert outcome(put(VALID, where, value))


def test_the_right_file_that_the_properties_start_from_is_right() -> None:
    assert isinstance(outcome(VALID), Policy)
