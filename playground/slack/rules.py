"""Block Kit rules that no type can state: what must be unique, counted, or agree with a neighbour.

Sources: "Blocks", "Block elements", "Table block" and "Data visualization block" on docs.slack.dev.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from playground.slack.charts import chart_flaws
from playground.slack.flaws import Flaw

Block = dict[str, Any]
EVERYWHERE = frozenset(
    {"actions", "alert", "card", "context", "divider", "header", "image", "input", "rich_text", "section"}
    | {"video"}
)
RICH = frozenset({"carousel", "container", "context_actions", "data_table", "data_visualization", "table"})
SURFACES = {
    "message": EVERYWHERE | RICH | {"file", "markdown", "plan", "task_card"},
    "modal": EVERYWHERE,
    "home": EVERYWHERE | RICH,
}
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_OF_A_KIND = {"table": 1, "data_visualization": 2}
MARKDOWN_CHARACTERS = 12_000


def broken_rules(blocks: list[Any], base: str, surface: str) -> Iterator[Flaw]:
    """Every rule that these blocks break on this surface (message, modal or home)."""
    known = [(f"{base}/{i}", block) for i, block in enumerate(blocks) if isinstance(block, dict)]
    yield from _counts(known, base, surface, len(blocks))
    yield from _unique_blocks(known, surface)
    for pointer, block in known:
        yield from _block_flaws(pointer, block, surface)
        yield from _unique_actions(list(elements(pointer, block)))
    everything = [found for pointer, block in known for found in elements(pointer, block)]
    if sum(bool(element.get("focus_on_load")) for _, element in everything) > 1:
        yield Flaw("only one element can have focus_on_load", base)
    for pointer, element in everything:
        yield from _element_flaws(pointer, element)


def elements(pointer: str, block: Block) -> Iterator[tuple[str, Block]]:
    """The interactive elements of a block, each with its pointer."""
    inside = block.get("elements") if block.get("type") in {"actions", "context_actions"} else []
    for i, element in enumerate(inside if isinstance(inside, list) else []):
        if isinstance(element, dict):
            yield f"{pointer}/elements/{i}", element
    for name in ("accessory", "element"):
        if isinstance(block.get(name), dict):
            yield f"{pointer}/{name}", block[name]


def _counts(known: list[tuple[str, Block]], base: str, surface: str, total: int) -> Iterator[Flaw]:
    if total > MOST_BLOCKS[surface]:
        yield Flaw(f"no more than {MOST_BLOCKS[surface]} items allowed", base)
    kinds = Counter(str(block.get("type")) for _, block in known)
    for kind, most in MOST_OF_A_KIND.items():
        if kinds[kind] > most:
            yield Flaw(f"no more than {most} {kind} blocks allowed per {surface}", base)
    markdown = (block.get("text") for _, block in known if block.get("type") == "markdown")
    if sum(len(text) for text in markdown if isinstance(text, str)) > MARKDOWN_CHARACTERS:
        yield Flaw(f"must be less than {MARKDOWN_CHARACTERS + 1} characters", base)


def _unique_blocks(known: list[tuple[str, Block]], surface: str) -> Iterator[Flaw]:
    place = "message" if surface == "message" else "view"
    seen = set()
    for pointer, block in known:
        name = block.get("block_id")
        if isinstance(name, str) and name in seen:
            yield Flaw(
                f"`block_id` {name} already exists for another block in this {place}", pointer + "/block_id"
            )
        seen.add(str(name) if name else None)


def _unique_actions(inside: list[tuple[str, Block]]) -> Iterator[Flaw]:
    """An action_id is unique in its block only: a list of rows may repeat one with other values."""
    seen = set()
    for pointer, element in inside:
        name = element.get("action_id")
        if isinstance(name, str) and name:
            if name in seen:
                yield Flaw(f"`action_id` {name} already exists", pointer + "/action_id")
            seen.add(name)


def _block_flaws(pointer: str, block: Block, surface: str) -> Iterator[Flaw]:
    kind = str(block.get("type"))
    if kind not in SURFACES[surface] and kind in SURFACES["message"]:
        yield Flaw(f"unsupported type: {kind}", pointer + "/type")
    if kind == "section" and not block.get("text") and not block.get("fields"):
        yield Flaw("missing required field: text", pointer)
    if kind == "data_visualization":
        yield from chart_flaws(pointer + "/chart", block.get("chart"))
    if kind == "table":
        yield from _ragged(pointer, block.get("rows"))


def _ragged(pointer: str, rows: Any) -> Iterator[Flaw]:
    """Every row of a table has as many cells as the first."""
    lengths = [len(row) for row in rows if isinstance(row, list)] if isinstance(rows, list) else []
    for i, length in enumerate(lengths):
        if length != lengths[0]:
            yield Flaw(f"must have {lengths[0]} cells like the first row", f"{pointer}/rows/{i}")


def _element_flaws(pointer: str, element: Block) -> Iterator[Flaw]:
    kind = str(element.get("type"))
    if kind.endswith("static_select"):
        if ("options" in element) == ("option_groups" in element):
            yield Flaw("must provide exactly one of options or option_groups", pointer)
        yield from _initial(pointer, element)
    if kind in {"checkboxes", "radio_buttons"}:
        yield from _initial(pointer, element)
    if kind == "number_input" and _number(element, "min_value") > _number(element, "max_value"):
        yield Flaw("min_value cannot be greater than max_value", pointer + "/min_value")


def options_of(element: Block) -> list[Block]:
    """All options of an element, grouped or not."""
    grouped = [
        group.get("options") for group in element.get("option_groups") or [] if isinstance(group, dict)
    ]
    lists = [element.get("options"), *grouped]
    return [option for options in lists if isinstance(options, list) for option in options]


def _initial(pointer: str, element: Block) -> Iterator[Flaw]:
    chosen = element.get("initial_options") or []
    if element.get("initial_option"):
        chosen = [element["initial_option"]]
    known = options_of(element)
    if isinstance(chosen, list) and any(option not in known for option in chosen):
        yield Flaw("initial option must match one of the options", pointer)


def _number(element: Block, name: str) -> float:
    """A bound of a number input (Slack takes it as a string); a missing one never conflicts."""
    missing = float("-inf") if name == "min_value" else float("inf")
    try:
        return float(element.get(name, missing))
    except (TypeError, ValueError):
        return missing
