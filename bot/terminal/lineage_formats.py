"""The formats of a lineage answer at a terminal, by name."""

from enum import StrEnum
from typing import assert_never

from bot.terminal import lineage, lineage_json, mermaid, openlineage, recall
from bot.terminal.screen import Screen
from bot.usecases.traced import Recalled, Traced


class Format(StrEnum):
    """What `--format` takes."""

    TREE = "tree"
    JSON = "json"
    MERMAID = "mermaid"
    OPENLINEAGE = "openlineage"


def text(found: Traced | Recalled, format_: Format, screen: Screen) -> str:
    """An answer in a format; lines that end in a line break. Only a tree looks at the screen."""
    match format_:
        case Format.TREE:
            return (
                lineage.traced(found, screen) if isinstance(found, Traced) else recall.recalled(found, screen)
            )
        case Format.JSON:
            return lineage_json.text(found)
        case Format.MERMAID:
            return mermaid.text(found)
        case Format.OPENLINEAGE:
            return openlineage.text(found)
        case _:
            assert_never(format_)
