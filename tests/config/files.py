"""Small mlops.toml files, right but for the lines that a test puts in, and what reading them gives."""

import pytest

from bot.config import parse_policy
from bot.domain.policy import ModelPolicy, Stage
from bot.domain.refusals import Unreadable

PROJECT = '[project]\nname = "acme"\nchannel = "#ml"\n'
GROUPS = '[groups]\nleads = ["U01ANA"]\nrisk = ["@model-risk"]\n'
STAGE = '[[stages]]\nname = "staging"\nendpoint = "{model}"\n'


def with_stage(line: str) -> str:
    return f"{PROJECT}{GROUPS}{STAGE}{line}\n"


def with_model(line: str) -> str:
    return f"{PROJECT}{STAGE}[models.churn]\n{line}\n"


def with_rollout(line: str) -> str:
    return with_stage(f"rollout = {{ {line} }}")


def with_alarms(line: str) -> str:
    return with_rollout(f"alarms = [{line}]")


def the_stage(line: str) -> Stage:
    return parse_policy(with_stage(line).encode()).stages[0]


def the_model(line: str) -> ModelPolicy:
    return parse_policy(with_model(line).encode()).of_model("churn")


def refusal(text: str) -> str:
    """The sentence for a broken file: it names the file, and it is one."""
    with pytest.raises(Unreadable) as refused:
        parse_policy(text.encode())
    sentence = refused.value.sentence
    assert sentence.startswith("mlops.toml")
    assert sentence.endswith((".", "?"))
    assert not sentence.endswith(("?.", ".."))
    return sentence
