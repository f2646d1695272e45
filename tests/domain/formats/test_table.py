"""The table of formats: each knows its own sample, and nobody else's."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.domain.formats.table import FORMATS, Format
from tests.domain.formats.reports import SAMPLES, read, sample, values

PAGE = Path(__file__).parents[3] / "docs" / "reports.md"
EXAMPLES = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)]


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
def test_the_sample_of_a_format_is_claimed_by_it_alone(one: Format) -> None:
    document = json.loads((SAMPLES / one.sample).read_bytes())
    assert [other.name for other in FORMATS if other.claims(document)] == [one.name]


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
def test_the_sample_of_a_format_is_a_report_of_its_kind(one: Format) -> None:
    assert sample(one.sample).kind == one.name


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
@pytest.mark.parametrize("document", [{}, {"auc": 0.9}, {"": {}, "metrics": [1]}])
def test_no_format_claims_what_people_write_themselves(one: Format, document: dict[str, Any]) -> None:
    assert not one.claims(document)


def test_several_formats_and_home_made_metrics_may_stand_in_one_file() -> None:
    quality = json.loads((SAMPLES / "model-quality-regression.json").read_bytes())
    classes = json.loads((SAMPLES / "scores-by-class.json").read_bytes())
    report = read(quality | classes | {"cost": {"eur": 12}})
    assert report.kind == "model quality, scores by class and home-made metrics"
    assert values(report)["cost.eur"] == 12


@pytest.mark.parametrize(
    "example", EXAMPLES, ids=lambda example: next(iter(example)) if isinstance(example, dict) else "list"
)
def test_each_example_of_the_page_on_reports_is_read_without_a_note(example: object) -> None:
    assert read(example).oddities == ()


def test_the_page_on_reports_has_an_example_of_each_format() -> None:
    kinds = {read(example).kind for example in EXAMPLES}
    assert kinds >= {one.name for one in FORMATS} - {"constraints"}  # they stand beside statistics
