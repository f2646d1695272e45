"""A line of a lineage tree: what a thing is, its name, and the few facts of it that matter."""

from typing import Final

from bot.domain.lineage.graph import Kind
from bot.domain.lineage.telling import name, source, told, what
from bot.domain.lineage.tree import Line
from bot.slack import rich
from bot.slack.rich import Part

FACES: Final = {
    Kind.DATA: "🗂",
    Kind.FEATURES: "🗂",
    Kind.IMAGE: "📦",
    Kind.COMMIT: "🔖",
    Kind.JOB: "⚙️",
    Kind.ARTIFACT: "🧱",
    Kind.VERSION: "🏷",
    Kind.PROMOTION: "🚀",
    Kind.ENDPOINT: "🟢",
    Kind.OTHER: "▫️",
}


def line(of: Line) -> list[Part]:
    """A line in parts."""
    node = of.node
    parts = [rich.text(f"{FACES[node.kind]} {what(node)} "), rich.text(name(node), code=True)]
    if of.again:
        return [*parts, rich.text("  (see its own line)")]
    for said in told(node, of.edge):
        parts += [rich.text("  ·  "), *rich.sentence(said)]
    if known := source(of.edge):
        parts.append(rich.text(f"  ({known})"))
    if of.hidden:
        parts.append(rich.text(f"  … {of.hidden:,} more"))
    return parts
