"""Starting and stopping: nothing before, nothing left over."""

import subprocess
import sys
from pathlib import Path

import pytest

from playground.aws import LocalAws

ROOT = Path(__file__).parents[3]

IMPORT = """
import os, sys
before = dict(os.environ)
import playground.aws
assert dict(os.environ) == before
assert not {"ministack", "moto", "boto3", "uvicorn"} & set(sys.modules)
"""

TWICE = """
import os, threading, time, urllib.request
from pathlib import Path
from playground.aws import LocalAws

def children():
    threads = Path("/proc/self/task").glob("*/children")
    return [pid for thread in threads for pid in thread.read_text().split()]

before = dict(os.environ)
for _ in range(2):
    aws = LocalAws(port=0, fast=True)
    aws.start()
    data = Path("tests/playground/aws/data")
    stack = aws.deploy(data / "template.yaml", name="app", parameters={"Stage": "test"}, root=data)
    assert aws.invoke_url("Door", method="GET", path="/", headers={}, body=b"").status == 200
    assert children()
    temporary = aws._machinery.code._root
    aws.client("sagemaker").create_model_package_group(ModelPackageGroupName="churn")
    began = time.monotonic()
    aws.stop()
    assert time.monotonic() - began < 3
    assert not children(), children()
    assert dict(os.environ) == before
    assert not temporary.exists()
    try:
        urllib.request.urlopen(aws.url, timeout=1)
    except OSError:
        pass
    else:
        raise AssertionError("still answers")
left = [thread.name for thread in threading.enumerate() if thread.name.startswith("aws")]
assert not left, left
"""


def run(program: str) -> None:
    done = subprocess.run(  # noqa: S603 - a program of these tests
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_importing_does_nothing() -> None:
    run(IMPORT)


def test_stopping_ends_all_and_starting_again_starts_empty() -> None:
    run(TWICE)


def test_it_answers_on_this_machine_only(aws: LocalAws) -> None:
    assert aws.url.startswith("http://127.0.0.1:")


def test_a_second_one_in_the_same_process_is_refused(aws: LocalAws) -> None:
    assert aws.url
    with pytest.raises(RuntimeError, match="already"):
        LocalAws(port=0).start()
    aws.client("sts").get_caller_identity()


def test_a_port_that_is_taken_is_refused_in_a_sentence(aws: LocalAws) -> None:
    port = int(aws.url.rpartition(":")[2])
    with pytest.raises(OSError, match=f"Port {port} is taken"):
        LocalAws(port=port).start()


def test_stopping_what_was_not_started_does_nothing() -> None:
    LocalAws(port=0).stop()


def test_a_pace_of_something_unknown_is_refused_in_a_sentence(aws: LocalAws) -> None:
    with pytest.raises(ValueError, match=r"seconds, 0 or more, for create_endpoint.*; not tea"):
        aws.pace({"tea": 3})
    with pytest.raises(ValueError, match="not job"):
        aws.pace({"job": -1})
