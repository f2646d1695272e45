"""The schema of the blocks and how it is made."""

from typing import Any

import pytest

from playground.slack.make_schema import lift_limits
from playground.slack.schema import SCHEMA, definitions


@pytest.mark.parametrize(
    ("prop", "keyword", "limit"),
    [
        (
            {"type": "string", "description": "Maximum length for this field is 255 characters."},
            "maxLength",
            255,
        ),
        ({"type": "array", "description": "Maximum number of items is 10."}, "maxItems", 10),
        ({"type": "string", "description": "Limit 12,000 characters max."}, "maxLength", 12_000),
        ({"$ref": "#/definitions/T", "description": "Maximum length of 24 characters."}, "x-maxText", 24),
    ],
)
def test_limits_are_lifted_from_comments(prop: dict[str, Any], keyword: str, limit: int) -> None:
    lift_limits({"properties": {"p": prop}})
    assert prop[keyword] == limit
    assert "description" not in prop


def test_the_schema_says_how_it_was_made() -> None:
    text = SCHEMA.read_text()
    assert "make_schema.py" in text
    assert len(text) < 50_000


def test_every_block_that_the_bot_draws_is_known() -> None:
    union = str(definitions()["KnownBlock"])
    for name in ("Header", "Section", "Context", "Actions", "Table", "Markdown", "DataVisualization"):
        assert f"{name}Block" in union
