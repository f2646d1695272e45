"""The command line, as a person and as a script meet it: what it prints, and how it ends."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, NoCredentialsError, NoRegionError

from bot import cli
from bot.domain.refusals import NotFound
from bot.usecases.ports import Ports
from tests.fakes.world import World

ALONE = (
    "Nothing but churn:1 is live in production. Name the version to compare with: "
    "`mlops compare churn:1 churn:N`."
)


@dataclass
class Heard:
    code: int
    out: str
    err: str


def typed(arguments: str, world: Callable[[Path, str], Ports]) -> Heard:
    out, err = io.StringIO(), io.StringIO()
    code = cli.run(arguments.split(), world, out, err)
    return Heard(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def ports() -> Ports:
    """churn:1 is live, churn:2 is better; nobody changes anything here."""
    world = World()
    world.register("churn", auc=0.9)
    world.brings("churn:1", "staging")
    world.brings("churn:1", "production")
    world.register("churn", auc=0.95)
    return world.ports


def over(ports: Ports) -> Callable[[Path, str], Ports]:
    return lambda _policy, _stack: ports


def nowhere(_policy: Path, _stack: str) -> Ports:
    raise AssertionError("this needs no AWS")


@pytest.mark.parametrize(
    "words", ["report churn:2", "report churn 2", "report churn v2", "report churn latest", "report churn"]
)
def test_a_report_is_written_as_in_slack(words: str, ports: Ports) -> None:
    heard = typed(words, over(ports))
    assert (heard.code, heard.err) == (0, "")
    first, verdict, _, head, auc, *_ = heard.out.splitlines()
    assert first == "churn:2 · evaluation report"
    assert verdict == "Every guardrail holds; better than churn:1 on 1 of 1 metrics."
    assert head.split() == ["Metric", "churn:2", "Guardrail", "churn:1", "(production)", "Difference"]
    assert auc.split("  ")[0] == "AUC"
    assert "✓ ≥ 0.80" in auc


@pytest.mark.parametrize("words", ["compare churn:2 churn:1", "compare churn 2 1", "compare churn:2"])
def test_two_versions_are_compared(words: str, ports: Ports) -> None:
    heard = typed(words, over(ports))
    assert heard.code == 0
    assert heard.out.splitlines()[0] == "churn:2 beside churn:1"


@pytest.mark.parametrize(
    "words",
    ["report churn:2 --json", "--json report churn:2", "report --json churn:2", "compare churn 2 1 --json"],
)
def test_json_is_one_object(words: str, ports: Ports) -> None:
    heard = typed(words, over(ports))
    assert heard.code == 0
    shown = json.loads(heard.out)
    assert (shown["version"], shown["champion"], shown["passed"]) == ("churn:2", "churn:1", True)
    assert shown["rows"][0]["candidate"] == 0.95


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("report churn:9", "The registry has no churn:9. The newest is churn:2: `/mlops show churn:2`."),
        ("compare churn:1", ALONE),
        ("approve churn:2", "That is done in Slack for now: type `/mlops approve churn:2` there."),
        ("approve churn:2 -- fine",
         "That is done in Slack for now: type `/mlops approve churn:2 -- fine` there."),
        ("models", "That is done in Slack for now: type `/mlops models` there."),
    ],
    ids=["no such version", "nothing else is live", "a deed", "a deed with a comment", "a list"],
)  # fmt: skip
def test_a_refusal_is_a_sentence_on_stderr_and_a_1(words: str, sentence: str, ports: Ports) -> None:
    heard = typed(f"--json {words}", over(ports))
    assert (heard.code, heard.out) == (1, "")
    assert heard.err == f"{sentence}\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("report", "Which version? Write it like `mlops report churn:12`."),
        ("reprot churn:2", "I do not know “reprot”. Did you mean `mlops report churn:2`?"),
        ("aprove churn:2", "I do not know “aprove”. Did you mean `/mlops approve churn:2`?"),
        ("help nonsense", "I do not know “nonsense”. `mlops help` lists what I understand."),
        ("report \x1b[2Jx", "“�[2Jx” is no model name. Write it like `mlops report churn:12`."),
    ],
)
def test_wrong_usage_is_a_sentence_on_stderr_and_a_2(words: str, sentence: str) -> None:
    heard = typed(words, nowhere)
    assert (heard.code, heard.out, heard.err) == (2, "", f"{sentence}\n")


def test_an_option_that_nobody_knows_is_a_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        typed("report churn:2 --yaml", nowhere)
    assert ended.value.code == 2
    assert "--yaml" in capsys.readouterr().err


@pytest.mark.parametrize("words", ["report churn:2 -- for Ana", "compare churn:2 churn:1 -- --json"])
def test_a_comment_is_passed_over_where_nobody_needs_one(words: str, ports: Ports) -> None:
    heard = typed(words, over(ports))
    assert (heard.code, heard.err) == (0, "")
    assert heard.out.startswith("churn:2 ")


@pytest.mark.parametrize("words", ["", "help"])
def test_help_lists_what_works_here(words: str) -> None:
    heard = typed(words, nowhere)
    assert (heard.code, heard.err) == (0, "")
    assert "compare MODEL:V [MODEL:W]" in heard.out
    assert "Two versions, metric by metric." in heard.out


def test_help_for_one_verb_says_where_it_works() -> None:
    assert typed("help report", nowhere).out.startswith("mlops report MODEL[:V]\n")
    assert typed("help approve", nowhere).out.startswith("In Slack: /mlops approve ")


def denied(name: str) -> ClientError:
    return ClientError({"Error": {"Code": name, "Message": "User: me is not authorized"}}, "DescribeStacks")


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (NoCredentialsError(), "AWS does not know you: Unable to locate credentials. Log in"),
        (NoRegionError(), "No AWS region is set. Set AWS_REGION"),
        (denied("AccessDenied"), "AWS does not let you: User: me is not authorized"),
        (denied("ExpiredToken"), "Your AWS login is over. Log in"),
        (NotFound("There is no stack “x” in this account and region."), "There is no stack “x”"),
    ],
    ids=["no credentials", "no region", "not allowed", "login over", "no stack"],
)
def test_a_trouble_with_aws_is_a_sentence_too(trouble: Exception, said: str) -> None:
    def troubled(_policy: Path, _stack: str) -> Ports:
        raise trouble

    heard = typed("report churn:2", troubled)
    assert (heard.code, heard.out) == (1, "")
    assert heard.err.startswith(said)
    assert heard.err.count("\n") == 1


def test_a_fault_of_ours_is_not_told_as_a_refusal() -> None:
    def broken(_policy: Path, _stack: str) -> Ports:
        raise KeyError("x")

    with pytest.raises(KeyError):
        typed("report churn:2", broken)


def test_the_policy_and_the_stack_are_those_that_are_named(ports: Ports) -> None:
    asked: list[tuple[Path, str]] = []

    def world(policy: Path, stack: str) -> Ports:
        asked.append((policy, stack))
        return ports

    typed("report churn:2", world)
    typed("report churn:2 --policy team/mlops.toml --stack mlops-eu", world)
    assert asked == [(Path("mlops.toml"), "mlops"), (Path("team/mlops.toml"), "mlops-eu")]


# ---- lineage ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def traced() -> Ports:
    """churn:1 learned from features, and serves."""
    world = World()
    world.lineage.trained("churn:1", data=["s3://acme/features/"], job="churn-train-1")
    world.lineage.serve("churn", "churn:1")
    world.lineage.serve("legacy", "s3://who/knows.tar.gz")
    return world.ports


@pytest.mark.parametrize("words", ["lineage churn:1", "lineage churn", "lineage --endpoint churn"])
def test_a_lineage_is_a_tree(words: str, traced: Ports) -> None:
    heard = typed(words, over(traced))
    assert (heard.code, heard.err) == (0, "")
    assert "s3://acme/features/" in heard.out
    assert "churn-train-1" in heard.out


def test_a_recall_says_what_cannot_be_judged(traced: Ports) -> None:
    heard = typed("lineage s3://acme/", over(traced))
    assert "1 version of churn learned from it; 1 of them is live" in " ".join(heard.out.split())
    assert "legacy" in heard.out
    assert "churn:1" in typed("lineage --data s3://acme/features/", over(traced)).out


@pytest.mark.parametrize("words", ["--format json", "--json"])
def test_a_lineage_is_one_object(words: str, traced: Ports) -> None:
    assert json.loads(typed(f"lineage churn:1 {words}", over(traced)).out)


def test_a_lineage_is_drawn_by_others(traced: Ports) -> None:
    assert typed("lineage churn:1 --format mermaid", over(traced)).out.startswith("flowchart LR")
    events = typed("lineage churn:1 --format openlineage", over(traced)).out.splitlines()
    assert [json.loads(event)["job"]["name"] for event in events if "job" in json.loads(event)]


def test_a_format_that_nobody_knows_is_wrong_usage(traced: Ports) -> None:
    with pytest.raises(SystemExit) as ended:
        typed("lineage churn:1 --format yaml", over(traced))
    assert ended.value.code == 2


def test_a_story_is_told_by_pages(ports: Ports) -> None:
    heard = typed("history churn", over(ports))
    assert heard.code == 0
    assert "was registered" in heard.out
    assert json.loads(typed("history churn --json", over(ports)).out)
    refused = typed("history churn --older x", over(ports))
    assert (refused.code, refused.out) == (1, "")


def test_what_only_may_be_read_is_answered_all_the_same() -> None:
    world = World()
    world.lineage.trained("churn:1", data=["s3://acme/features/"])
    world.breaks(
        "origins.keep", ClientError({"Error": {"Code": "AccessDeniedException"}}, "PutItem"), times=9
    )
    assert "s3://acme/features/" in typed("lineage churn:1", over(world.ports)).out
