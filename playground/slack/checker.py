"""Check a payload as Slack would before it takes it."""

from collections.abc import Iterator
from typing import Any

from playground.slack.files import Files
from playground.slack.flaws import Flaw, SlackError
from playground.slack.rules import broken_rules
from playground.slack.schema import mistakes

LONGEST_TEXT = 40_000  # "Truncating content" changelog: longer text is refused with msg_too_long
MOST_BLOCK_TEXT = 13_200  # undocumented; msg_blocks_too_long has been seen from here on


def block_flaws(blocks: Any, base: str = "/blocks", surface: str = "message") -> list[Flaw]:
    """Everything wrong with a list of blocks; empty when Slack would take it."""
    if not isinstance(blocks, list):
        return [Flaw("must provide an array", base)]
    found = [flaw for i, block in enumerate(blocks) for flaw in mistakes("KnownBlock", block, f"{base}/{i}")]
    return list(dict.fromkeys([*found, *broken_rules(blocks, base, surface)]))


def view_flaws(view: Any, base: str = "/view") -> list[Flaw]:
    """Everything wrong with a modal or a Home tab ("Modal views", "Home tab views")."""
    if not isinstance(view, dict):
        return [Flaw("must provide an object", base)]
    kind = view.get("type")
    if kind not in {"modal", "home"}:
        return [Flaw(f"unsupported type: {kind}", f"{base}/type")]
    found = list(mistakes("ModalView" if kind == "modal" else "HomeView", view, base))
    blocks = view.get("blocks")
    if isinstance(blocks, list):
        found += broken_rules(blocks, f"{base}/blocks", kind)
        asks = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
        if kind == "modal" and asks and "submit" not in view:
            found.append(Flaw("missing required field: submit", base))
    return list(dict.fromkeys(found))


def check_message(text: Any, blocks: Any, files: Files | None = None) -> None:
    """Refuse a message as chat.postMessage does; SlackError when it is not fit to be shown.

    With `files`, a slack_file must be one of them.
    """
    if not text and not blocks:
        raise SlackError("no_text")
    if text is not None and not isinstance(text, str):
        raise SlackError("invalid_arguments", [Flaw("must provide a string", "/text")])
    if isinstance(text, str) and len(text) > LONGEST_TEXT:
        raise SlackError("msg_too_long")
    if blocks is None:
        return
    if flaws := block_flaws(blocks) or _unseen(files, blocks, "/blocks"):
        raise SlackError("invalid_blocks", flaws)
    if sum(map(len, _texts(blocks))) > MOST_BLOCK_TEXT:
        raise SlackError("msg_blocks_too_long")


def check_view(view: Any, files: Files | None = None) -> None:
    """Refuse a view as views.open does; for `files` see `check_message`."""
    if flaws := view_flaws(view) or _unseen(files, view, "/view"):
        raise SlackError("invalid_arguments", flaws)


def _unseen(files: Files | None, payload: Any, base: str) -> list[Flaw]:
    return list(files.flaws(payload, base)) if files else []


def _texts(node: Any) -> Iterator[str]:
    """Every string that a reader sees as text."""
    if isinstance(node, list):
        for child in node:
            yield from _texts(child)
    elif isinstance(node, dict):
        for name, child in node.items():
            if name == "text" and isinstance(child, str):
                yield child
            else:
                yield from _texts(child)
