"""Importing does nothing: no environment, no network, and for the quick door no library."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for package in ("bot", "handlers", "infra", "playground")
    for path in (ROOT / package).rglob("*.py")
)
QUICK = {"handlers", "handlers.slack", "bot", "bot.aws", "bot.aws.quick", "bot.slack", "bot.slack.door"}
ISOLATED = """
import importlib, json, os, socket, subprocess, sys
os.environ.clear()
def forbidden(*_, **__):
    raise AssertionError("a module dials, or starts a process, when it is imported")
socket.socket.connect = socket.socket.connect_ex = socket.socket.bind = forbidden
socket.create_connection = socket.getaddrinfo = subprocess.Popen.__init__ = forbidden
before = set(sys.modules)
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception as problem:
        print(json.dumps({"module": name, "problem": repr(problem)}))
        sys.exit(1)
print(json.dumps({"loaded": sorted(set(sys.modules) - before), "environment": dict(os.environ)}))
"""


def imported(*modules: str) -> Any:
    """What a fresh process says that imports these with an empty environment and no network."""
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", ISOLATED, *modules],
        cwd=ROOT,
        env={},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_every_module_imports_without_an_environment_and_without_a_network() -> None:
    assert "bot.wiring" in MODULES
    assert "playground.__main__" in MODULES
    assert imported(*MODULES)["environment"] == {}


@pytest.mark.parametrize("module", ["handlers.events", "handlers.step", "handlers.worker", "infra.build"])
def test_each_door_imports_by_itself(module: str) -> None:
    assert module in imported(module)["loaded"]


def test_the_quick_door_brings_the_standard_library_and_two_modules_of_ours() -> None:
    loaded = imported("handlers.slack")["loaded"]
    ours = {name for name in loaded if name.partition(".")[0] in {"bot", "handlers"}}
    others = {name.partition(".")[0] for name in loaded} - {"bot", "handlers"}
    assert ours == QUICK
    assert others <= sys.stdlib_module_names


@pytest.mark.parametrize(
    ("module", "without"),
    [
        ("handlers.step", {"slack_bolt"}),
        ("handlers.events", {"slack_bolt"}),
        ("bot.slack.app", {"boto3", "botocore"}),
        ("bot.aws.ledger", {"slack_sdk", "slack_bolt"}),
        ("bot.usecases.step", {"boto3", "botocore", "slack_sdk", "slack_bolt", "yaml"}),
        ("bot.config", {"boto3", "botocore", "slack_sdk", "slack_bolt", "yaml"}),
    ],
)
def test_a_wing_does_not_bring_the_other_wing_s_library(module: str, without: set[str]) -> None:
    assert not {name.partition(".")[0] for name in imported(module)["loaded"]} & without


def test_the_domain_brings_nothing_but_the_standard_library() -> None:
    domain = [name for name in MODULES if name.startswith("bot.domain")]
    loaded = {name.partition(".")[0] for name in imported(*domain)["loaded"]}
    assert loaded - {"bot"} <= sys.stdlib_module_names
