"""The README's way to AWS, command by command, against the local AWS."""

import hashlib
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.main_job.town import Town

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "infra" / "tools.lock"
VALUES = {"SIGNING-SECRET": "a-secret", "BOT-TOKEN": "xoxb-a-token", "YOUR-BUCKET": "acme-ml"}


@pytest.fixture(scope="session")
def tools() -> Path:
    """AWS's two command lines, in an environment of their own: they pin another botocore than ours."""
    made = ROOT / ".build" / "tools" / hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]
    if not (made / "ready").exists():
        uv = str(Path(sys.executable).parent / "uv")
        _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(made)])
        python = str(made / "bin" / "python")
        _run([uv, "pip", "sync", "--quiet", "--python", python, "--require-hashes", str(LOCK)])
        (made / "ready").touch()
    return made / "bin"


def test_every_command_of_the_readme_deploys_the_bot(town: Town, tools: Path) -> None:
    commands = _commands("## Deploy to AWS")
    assert [command.split()[0] for command in commands] == ["aws", "make", "sam", "aws"]
    for name in ("signing-secret", "bot-token"):
        town.aws("ssm").delete_parameter(Name=f"/mlops/slack/{name}")
    environment = {
        **os.environ,
        "PATH": f"{tools}:{os.environ['PATH']}",
        "AWS_ENDPOINT_URL": town.aws_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "SAM_CLI_TELEMETRY": "0",
        "LAMBDA_PYTHON": sys.executable,
    }
    try:
        for command in commands:
            # Another name than the playground's own stack, and no question that nobody answers.
            said = command.replace("--stack-name mlops ", "--stack-name readme --no-confirm-changeset ")
            for placeholder, value in VALUES.items():
                said = said.replace(placeholder, value)
            _run(["bash", "-c", said], env=environment, cwd=ROOT)
        stack = town.aws("cloudformation").describe_stacks(StackName="readme")["Stacks"][0]
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        outputs = {output["OutputKey"] for output in stack["Outputs"]}
        assert {"SlackRequestUrl", "AlarmTopicArn"} <= outputs
    finally:
        _put_back(town)


def test_the_recipe_of_the_readme_registers_a_version(town: Town) -> None:
    text = (ROOT / "README.md").read_text()
    recipe = re.findall(r"  ```python\n(.*?)```", text, re.DOTALL)[0]
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": town.aws_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    _run([sys.executable, "-c", textwrap.dedent(recipe)], env=environment)
    assert town.card("uplift:1 → production", "Waiting for approval", "ml-releases")


def _put_back(town: Town) -> None:
    town.aws("cloudformation").delete_stack(StackName="readme")
    values = {"signing-secret": "playground-signing-secret", "bot-token": "xoxb-playground"}
    for name, value in values.items():
        town.aws("ssm").put_parameter(
            Name=f"/mlops/slack/{name}", Value=value, Type="SecureString", Overwrite=True
        )


def _commands(heading: str) -> list[str]:
    text = (ROOT / "README.md").read_text()
    chapter = text[text.index(heading) :].split("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line.strip() for line in lines if line.strip()]


def _run(command: list[str], **more: Any) -> None:
    done = subprocess.run(  # noqa: S603 - the README's own commands
        command, check=False, capture_output=True, text=True, timeout=180, **more
    )
    assert done.returncode == 0, f"{command}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
