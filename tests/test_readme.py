"""The README says what is true."""

import os
import re
from pathlib import Path

from bot.slack.grammar import VERBS

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
COMMANDS = re.compile(r"(<!-- commands: [^>]*-->\n)(.*?)(<!-- /commands -->)", re.DOTALL)


def table() -> str:
    rows = [f"| `{verb.usage}` | {verb.summary} | `{verb.example}` |" for verb in VERBS]
    return "\n".join(["| command | what it does | for example |", "| --- | --- | --- |", *rows]) + "\n"


def test_the_table_of_commands_is_the_grammars() -> None:
    text = README.read_text()
    written = COMMANDS.sub(lambda match: match[1] + table() + match[3], text)
    if os.environ.get("UPDATE_GOLDEN"):
        README.write_text(written)
    assert text == written, "run UPDATE_GOLDEN=1 make test once and look at the difference"


def test_every_make_target_that_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", README.read_text(), re.MULTILINE))
    assert named
    assert named <= targets


def test_every_file_that_it_names_exists() -> None:
    named = re.findall(
        r"`((?:bot|handlers|infra|playground|tests|bench)/[\w./-]+|\w+\.(?:toml|yaml))`", README.read_text()
    )
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_key_of_the_policy_is_explained() -> None:
    text = README.read_text()
    keys = ["approvals", "notify", "four_eyes", "expires", "rollout"]
    keys += ["instance", "channel", "guardrails", "tolerance"]
    assert [key for key in keys if f"`{key}`" not in text] == []
