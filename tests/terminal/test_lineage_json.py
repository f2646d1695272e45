"""Lineage answers as JSON: the published schema, and everything that is in the graph."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator, ValidationError

from bot.domain.lineage.graph import Kind, Relation, Witness
from bot.terminal.lineage_json import document, text
from bot.usecases.traced import History, Recalled, Traced
from tests.slack.lineages import TRACES, WHOLE
from tests.slack.recalls import DOUBTFUL, FOUND, HISTORY, RECALLS
from tests.terminal.lineage_cases import HOSTILE, HOSTILE_RECALL, recalls, traces

PUBLISHED: Final = json.loads(
    (Path(__file__).parents[2] / "docs/lineage.schema.json").read_text(encoding="utf-8")
)
ANSWERS: Final[dict[str, Traced | Recalled | History]] = {
    **{f"lineage {name}": found for name, found in TRACES.items()},
    **{f"recall {name}": found for name, found in RECALLS.items()},
    "hostile": HOSTILE,
    "hostile recall": HOSTILE_RECALL,
    "history": HISTORY,
    "no history": History("new", (), 0),
}


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, Mapping):
        yield dict(schema)
        for value in schema.values():
            yield from nodes(value)
    if isinstance(schema, list):
        for value in schema:
            yield from nodes(value)


def closed(schema: Any) -> Any:
    """The schema, in which what is not described is wrong: for readers members may be added."""
    if isinstance(schema, list):
        return [closed(value) for value in schema]
    if not isinstance(schema, dict):
        return schema
    more = {"additionalProperties": False} if "properties" in schema else {}
    return {key: closed(value) for key, value in schema.items()} | more


CLOSED: Final = Draft202012Validator(closed(PUBLISHED), format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_the_published_schema_is_one_and_describes_each_member() -> None:
    Draft202012Validator.check_schema(PUBLISHED)
    for schema in nodes(PUBLISHED):
        for name, member in schema.get("properties", {}).items():
            assert {"description", "$ref", "const", "format"} & member.keys(), name


def test_the_schema_knows_all_kinds_relations_and_witnesses() -> None:
    known = PUBLISHED["$defs"]
    assert known["node"]["properties"]["kind"]["enum"] == list(Kind)
    assert known["edge"]["properties"]["relation"]["enum"] == list(Relation)
    assert known["witness"]["enum"] == list(Witness)


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_is_as_published_and_ascii(name: str) -> None:
    written = text(ANSWERS[name])
    assert written.isascii()
    CLOSED.validate(json.loads(written))


def test_what_is_not_as_published_is_told_from_what_is() -> None:
    found = document(WHOLE)
    for wrong in ({"answer": "guess"}, {"branches": -1}, {"nodes": [{"key": "x"}]}, {"unheard": 1}):
        with pytest.raises(ValidationError):
            CLOSED.validate(found | wrong)


@given(traces)
def test_every_node_edge_and_gap_is_in_the_document(found: Traced) -> None:
    made = json.loads(text(found))
    CLOSED.validate(made)
    graph = found.graph
    known = {(one["key"], one["kind"], one["name"], len(one["facts"])) for one in made["nodes"]}
    assert known >= {(one.key, one.kind, one.name, len(one.facts)) for one in graph.nodes}
    edges = [(one["before"], one["after"], one["relation"], one["witnesses"]) for one in made["edges"]]
    assert edges == [(one.before, one.after, one.relation, list(one.witnesses)) for one in graph.edges]
    assert [(one["at"], one["why"]) for one in made["gaps"]] == [(one.at, one.why) for one in graph.gaps]


@given(recalls)
def test_nothing_in_an_answer_points_at_a_node_that_is_not_in_it(found: Recalled) -> None:
    made = json.loads(text(found))
    CLOSED.validate(made)
    known = {one["key"] for one in made["nodes"]}
    named = {end for edge in made["edges"] for end in (edge["before"], edge["after"])}
    named |= {key for one in made["learned"] for key in one["way"]}
    named |= {one["endpoint"] for learned in made["learned"] for one in learned["live"]}
    named |= {one["at"] for one in made["gaps"] if one["at"]}
    assert known >= named | set(made["unjudged"]) | set(made["unregistered"])


def test_an_answer_says_whether_it_is_the_whole_one() -> None:
    assert not document(FOUND)["complete"]  # two endpoints have no lineage
    assert document(RECALLS["certain"])["complete"]
    assert (document(DOUBTFUL)["unread"], document(DOUBTFUL)["frozen"]) == (12, ["churn"])


def test_who_approved_what_is_live_is_an_id_a_group_and_a_time() -> None:
    brought = document(FOUND)["exposed"][0]["promotion"]
    assert (brought["status"], brought["live_since"]) == ("live", "2026-03-01T12:08:00+00:00")
    assert brought["approvals"][0] == {
        "person": "U01ANA",
        "groups": ["leads"],
        "at": "2026-11-25T12:00:00+00:00",
    }


def test_people_in_facts_are_plain_names() -> None:
    assert '"@U01ANA and @U03RITA"' in text(WHOLE)
