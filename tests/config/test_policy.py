"""mlops.toml as a whole: the project, its groups and people, the ladder; and what is no mlops.toml."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import load_policy, parse_policy
from bot.domain.bounds import Bound
from bot.domain.guardrails import Guardrail
from bot.domain.meaning import Better, Meaning
from bot.domain.model import Identity
from bot.domain.policy import (
    AlarmKind,
    AlarmRule,
    Capture,
    Instance,
    ModelPolicy,
    Policy,
    Requirement,
    Rollout,
    RolloutKind,
    Serverless,
    Stage,
)
from bot.domain.refusals import Unreadable
from bot.domain.scoring import Problem
from tests.config.files import PROJECT, STAGE, refusal, with_stage

ROOT = Path(__file__).parent.parent.parent
EVERYTHING = """
[project]
name = "acme"
channel = "#ml-releases"

[groups]
leads = ["U01ANA", "@ml-leads"]
risk = ["@model-risk"]

[people]
cara = "U04CARA"
training-pipeline = "machine"

[[stages]]
name = "staging"
endpoint = "{model}-staging"
approvals = []
serverless = { memory = 2048, concurrency = 20 }
smoke = 0

[[stages]]
name = "production"
endpoint = "{model}"
approvals = [{ group = "leads", count = 1 }, { group = "risk", count = 1 }]
rollback = { approvals = [{ group = "leads" }] }
notify = ["leads"]
four_eyes = false
expires = "3d"
instance = { type = "ml.m5.large", count = 2 }
capture = { percent = 20, to = "s3://acme-ml/captured/" }
smoke = 50

[stages.rollout]
kind = "linear"
percent = 25
bake = "5m"
alarms = [
    "the-shop-s-own",
    { metric = "5xx", above = 5 },
    { metric = "latency", above = "500ms", period = "5m" },
    { metric = "invocations-missing", for = "30m" },
]

[models.churn]
channel = "#ml-churn"
guardrails = { auc = ">= 0.80", f1 = ">= champion - 0.005" }
tolerance = { auc = 0.005 }
test_data = "s3://acme-ml/churn/{stage}/"
problem = "binary_classification"
test_instance = { type = "ml.c5.xlarge", count = 2 }
model_card = "write"
metrics = { uplift = { better = "higher", unit = "%", name = "Uplift" } }

[metrics."bias.DI"]
better = "nearest 1"
name = "Impact"

[prices]
"ml.m5.large" = 0.115
"""


def with_people(line: str) -> str:
    return f"{PROJECT}{STAGE}[people]\n{line}\n"


def with_groups(line: str) -> str:
    return f"{PROJECT}{STAGE}[groups]\n{line}\n"


def with_endpoints(first: str, second: str) -> str:
    one, two = (f'[[stages]]\nname = "{n}"\nendpoint = "{e}"\n' for n, e in (("a", first), ("b", second)))
    return f"{PROJECT}{one}{two}"


# ---- what is right ---------------------------------------------------------------------------------


def test_a_file_with_every_key_says_all_of_it() -> None:
    assert parse_policy(EVERYTHING.encode()) == Policy(
        project="acme",
        channel="#ml-releases",
        groups={"leads": ("U01ANA", "@ml-leads"), "risk": ("@model-risk",)},
        people={"cara": "U04CARA", "training-pipeline": "machine"},
        stages=(
            Stage("staging", "{model}-staging", approvals=(), serverless=Serverless(2048, 20), smoke=0),
            Stage(
                "production",
                "{model}",
                approvals=(Requirement("leads", 1), Requirement("risk", 1)),
                notify=("leads",),
                four_eyes=False,
                expires=timedelta(days=3),
                rollout=Rollout(
                    RolloutKind.LINEAR,
                    25,
                    timedelta(minutes=5),
                    ("the-shop-s-own",),
                    (
                        AlarmRule(AlarmKind.ERRORS, 5),
                        AlarmRule(AlarmKind.LATENCY, 500, timedelta(minutes=5)),
                        AlarmRule(AlarmKind.MISSING, 0, timedelta(minutes=30)),
                    ),
                ),
                instance=Instance("ml.m5.large", 2),
                capture=Capture(20, "s3://acme-ml/captured/"),
                rollback_approvals=(Requirement("leads", 1),),
                smoke=50,
            ),
        ),
        models={
            "churn": ModelPolicy(
                "#ml-churn",
                (
                    Guardrail("auc", (Bound(">=", 0.8, "0.80"),)),
                    Guardrail("f1", (Bound(">=", 0.005, "0.005", of_champion=True, step="-"),)),
                ),
                {"auc": 0.005},
                "s3://acme-ml/churn/{stage}/",
                Problem.BINARY,
                Instance("ml.c5.xlarge", 2),
                {"uplift": Meaning("Uplift", Better.HIGHER, "%")},
                writes_card=True,
            )
        },
        digest=hashlib.sha256(EVERYTHING.encode()).hexdigest(),
        prices={"ml.m5.large": 0.115},
        metrics={"bias.DI": Meaning("Impact", Better.ONE)},
    )


@pytest.mark.parametrize("path", [ROOT / "mlops.toml", ROOT / "playground" / "mlops.toml"], ids=str)
def test_the_files_of_this_repository_are_the_ladder_that_the_readme_explains(path: Path) -> None:
    policy = load_policy(path)
    staging, production = policy.stages
    assert (staging.name, staging.endpoint, staging.approvals) == ("staging", "{model}-staging", ())
    assert (production.name, production.endpoint) == ("production", "{model}")
    assert production.approvals == (Requirement("leads", 1), Requirement("risk", 1))
    assert production.rollout.kind is RolloutKind.CANARY
    assert policy.people["training-pipeline"] == "machine"
    assert "churn" in policy.models
    assert policy.digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_smallest_file_asks_four_eyes_lets_nobody_approve_and_waits_a_week() -> None:
    policy = parse_policy(f"{PROJECT}{STAGE}".encode())
    assert policy.stages == (Stage("staging", "{model}", None, (), True, timedelta(days=7), Rollout()),)
    assert (policy.groups, policy.people, policy.models, policy.prices) == ({}, {}, {}, {})


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
    (f"colour = 1\n{PROJECT}", "no key `colour`; known here: project, groups, people, stages, models, price"),
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
    # the ladder
    (PROJECT, "mlops.toml needs at least one [[stages]], each with a name of its own."),
    (f"stages = []\n{PROJECT}", "needs at least one [[stages]]"),
    (f"stages = 1\n{PROJECT}", "`stages` must be a list of tables."),
    (f"stages = [1]\n{PROJECT}", "`stages` must be a list of tables."),
    (f'{PROJECT}[stages]\nname = "x"\n', "`stages` must be a list of tables."),
    (f"{PROJECT}{STAGE}{STAGE}", "each with a name of its own."),
    (f"{PROJECT}{STAGE}[[stages]]\n", "mlops.toml [stages] 2: `name` is missing."),
    (with_endpoints("{model}", "{model}"),
     "mlops.toml: the stages “a” and “b” have the same endpoint “{model}”; give each an endpoint of its own"),
    (with_endpoints("{model}-X", "{model}-x"), "“a” and “b” have the same endpoint “{model}-x”; give each"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fragment"), BROKEN, ids=[fragment for _, fragment in BROKEN])
def test_a_broken_file_hears_what_is_wrong_and_where(text: str, fragment: str) -> None:
    assert fragment in refusal(text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"policy\.toml cannot be read: No such file or directory\."):
        load_policy(tmp_path / "policy.toml")


def test_a_broken_file_is_called_by_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_bytes(b"\xff")
    with pytest.raises(Unreadable, match=r"^policy\.toml is not TOML: "):
        load_policy(tmp_path / "policy.toml")


def test_an_error_in_an_alarm_s_name_is_called_by_the_file_s_own_name(tmp_path: Path) -> None:
    alarms = 'rollout = { alarms = ["{model}-5xx", { metric = "5xx", above = 5 }] }'
    (tmp_path / "policy.toml").write_text(with_stage(alarms))
    with pytest.raises(Unreadable, match=r"^policy\.toml: the stage “staging” lists the alarm"):
        load_policy(tmp_path / "policy.toml")
