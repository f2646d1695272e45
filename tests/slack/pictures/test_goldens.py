"""Each picture as golden SVG, to be looked at in a browser. `UPDATE_GOLDEN=1` writes the files anew."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.slack.drawing import Drawing
from bot.slack.pictures.confusion import confusion
from bot.slack.pictures.reliability import reliability
from bot.slack.pictures.slices import slices
from tests.slack.pictures.samples import (
    CHURN,
    CHURN_BEFORE,
    DIGITS,
    IRIS,
    IRIS_BEFORE,
    MARKETS,
    REGIONS,
    RELIABLE,
    UNRELIABLE,
)

GOLDEN = Path(__file__).parent / "golden"
DRAWN: dict[str, Callable[[], Drawing]] = {
    "confusion_alone": lambda: confusion(CHURN, "churn:12"),
    "confusion_beside": lambda: confusion(CHURN, "churn:12", CHURN_BEFORE, "churn:9"),
    "confusion_in_another_order": lambda: confusion(IRIS, "iris:3", IRIS_BEFORE, "iris:2"),
    "confusion_of_40_classes": lambda: confusion(DIGITS, "digits:1"),
    "reliability_alone": lambda: reliability([("churn:12", RELIABLE)]),
    "reliability_beside": lambda: reliability([("churn:12", RELIABLE), ("churn:9", UNRELIABLE)]),
    "slices_beside": lambda: slices(REGIONS, "AUC", "churn:12", "churn:9"),
    "slices_of_19_markets": lambda: slices(MARKETS, "AUC", "churn:12", "churn:9"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_looks_as_it_did_when_it_was_looked_at(name: str) -> None:
    file, drawn = GOLDEN / f"{name}.svg", DRAWN[name]().svg
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")


def test_every_golden_file_is_of_a_picture() -> None:
    assert {file.stem for file in GOLDEN.glob("*.svg")} == set(DRAWN)
