"""`--format`: one answer in four shapes."""

import json

import pytest

from bot.terminal.lineage_formats import Format, text
from bot.terminal.screen import Screen
from tests.slack.lineages import WHOLE
from tests.slack.recalls import FOUND


@pytest.mark.parametrize("found", [WHOLE, FOUND])
def test_an_answer_has_four_shapes(found: object) -> None:
    assert isinstance(found, type(WHOLE) | type(FOUND))
    shown = {format_: text(found, format_, Screen()) for format_ in Format}
    assert list(shown) == ["tree", "json", "mermaid", "openlineage"]
    assert json.loads(shown[Format.JSON])["answer"] in {"lineage", "recall"}
    assert shown[Format.MERMAID].startswith("flowchart LR\n")
    assert all(json.loads(line)["producer"] for line in shown[Format.OPENLINEAGE].splitlines())
    assert all(one.endswith("\n") for one in shown.values())


def test_only_the_tree_looks_at_the_screen() -> None:
    screens = Screen(), Screen(50, coloured=True)
    changed = [one for one in Format if text(WHOLE, one, screens[0]) != text(WHOLE, one, screens[1])]
    assert changed == [Format.TREE]
