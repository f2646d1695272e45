"""The README says what is true."""

import os
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

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


LOOK = ("Pause", "Watch", "Watched")
LOOK_AT_TEST = ("PauseTest", "Test", "Tested")
ASKED = ("Ask", "Expire", "Settled")
PATH = (
    "Seal",
    "Sealed",
    "Copy",
    "Copied",
    "Test",
    "Tested",
    "Weigh",
    "Weighed",
    "Ask",
    "Settle",
    "Settled",
    "Deploy",
    "Deployed",
    "Attest",
    "Close",
)
LIST_PRICE = 25 / 1_000_000  # dollars a transition (AWS Step Functions: Pricing)


def follows(state: Any) -> set[str]:
    """The names of the states that may follow a state."""
    branches = [*state.get("Choices", ()), *state.get("Catch", ())]
    return {
        found for found in (state.get("Next"), state.get("Default"), *(b["Next"] for b in branches)) if found
    }


def test_the_cost_counts_the_transitions_of_the_state_machine() -> None:
    states = yaml.safe_load((ROOT / "infra" / "promotion.asl.yaml").read_text())["States"]
    deployed = PATH.index("Deployed") + 1
    looked_once = (*PATH[:deployed], *LOOK, *PATH[deployed:], "Done")
    looks = [(*look, look[0]) for look in (LOOK, LOOK_AT_TEST)]
    for route in (looked_once, *looks, (*ASKED, ASKED[0])):
        assert [(a, b) for a, b in pairwise(route) if b not in follows(states[a])] == []
    path, look, hour = 1 + len(PATH) + 1, len(LOOK), len(ASKED)  # the start and Done are transitions too
    text = " ".join(README.read_text().split())
    assert f"{path} for the path itself, {look} for each look at the endpoint or the test" in text
    assert f"{hour} for each hour that it asks" in text
    total = path + 30 * look + 24 * hour
    assert f"{path} + 30 × {look} + 24 × {hour} = {total} transitions, ${total * LIST_PRICE:.4f};" in text
    assert f"takes {7 * 24 * hour}, ${7 * 24 * hour * LIST_PRICE:.3f}." in text


def test_every_parameter_that_it_sets_exists() -> None:
    template = (ROOT / "template.yaml").read_text()
    lines = re.findall(r"--parameter-overrides ((?:\w+=\S+ ?)+)", README.read_text())
    named = {name for line in lines for name in re.findall(r"(\w+)=", line)}
    assert named == {"EvidenceBucket", "SecretsVersion"}
    assert [name for name in named if f"\n  {name}:\n" not in template] == []


def test_every_key_of_the_policy_is_explained() -> None:
    text = README.read_text()
    keys = ["approvals", "notify", "four_eyes", "expires", "rollout"]
    keys += ["instance", "channel", "guardrails", "tolerance"]
    assert [key for key in keys if f"`{key}`" not in text] == []
