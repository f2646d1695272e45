"""Parsing: a definition is parsed once, however often it is executed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.parse import asl_parser

from playground.aws.hooks import Hooks
from playground.aws.parsing import Definitions


def definition(name: str) -> str:
    return json.dumps({"StartAt": name, "States": {name: {"Type": "Pass", "End": True}}})


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The definitions that ANTLR has parsed."""
    texts: list[str] = []
    stream = vars(asl_parser)["InputStream"]

    def noted(text: str) -> Any:
        texts.append(text)
        return stream(text)

    monkeypatch.setattr(asl_parser, "InputStream", noted)
    hooks = Hooks()
    Definitions().install(hooks)
    yield texts
    hooks.remove()


def parse(text: str) -> Any:
    program, _ = asl_parser.AmazonStateLanguageParser.parse(text)
    return program


def test_a_definition_is_parsed_once_and_each_execution_has_its_own_program(parsed: list[str]) -> None:
    first, second = parse(definition("Once")), parse(definition("Once"))
    assert parsed == [definition("Once")]
    assert first is not second


def test_an_updated_definition_is_another(parsed: list[str]) -> None:
    assert parse(definition("Old")).start_at.start_at_name == "Old"
    assert parse(definition("New")).start_at.start_at_name == "New"
    assert parsed == [definition("Old"), definition("New")]


def test_what_cannot_be_parsed_is_refused_every_time(parsed: list[str]) -> None:
    for _ in range(2):
        with pytest.raises(asl_parser.ASLParserException):
            parse("{")
    assert parsed == ["{", "{"]


def test_only_the_last_ones_are_kept(parsed: list[str]) -> None:
    names = [f"S{number}" for number in range(17)]
    for name in [*names, "S0"]:
        parse(definition(name))
    assert len(parsed) == 18
