"""One playground for the session."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.main_job.model import Model, put_test_data
from tests.main_job.town import Town

POLICY = Path(__file__).with_name("mlops.toml")


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    errors = tmp_path_factory.mktemp("playground") / "stderr"
    command = [sys.executable, "-m", "playground", "--port", "0", "--aws-port", "0", "--fast", "--no-seed"]
    with errors.open("w") as stderr:
        process = subprocess.Popen(  # noqa: S603 - our own playground
            [*command, "--policy", str(POLICY)],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("ready "), f"the playground did not start: {errors.read_text()}"
    there = Town(json.loads(line.removeprefix("ready ")))
    put_test_data(there)
    yield there
    refused = [call for call in there.look("log") if call.get("errors")]
    process.terminate()
    process.wait(timeout=10)
    assert not refused, f"Slack refused what the bot sent: {refused[:3]}"


@pytest.fixture
def model(town: Town, request: pytest.FixtureRequest) -> Iterator[Model]:
    """A model named after the test, so that tests do not meet."""
    town.look_away()
    name = request.node.get_closest_marker("model")
    own = request.node.name.removeprefix("test_").replace("_", "-")[:40].strip("-")
    yield Model(town, *(name.args if name else [own]))
    town.fault(kind="clear")
