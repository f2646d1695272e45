"""What Slack says when it refuses a call: a code and, for payloads, sentences with JSON pointers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Flaw:
    """One thing wrong with a payload, and where."""

    message: str
    pointer: str

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


class SlackError(Exception):
    """A refusal in Slack's own form; `code` is one of Slack's error codes."""

    def __init__(self, code: str, flaws: Iterable[object] = ()) -> None:
        self.code = code
        self.messages = [str(flaw) for flaw in flaws]
        super().__init__(code)

    def answer(self) -> dict[str, Any]:
        """The JSON body; the wording follows "Formatting with Block Kit" and blocks.validate."""
        body: dict[str, Any] = {"ok": False, "error": self.code}
        if self.messages:
            body["errors"] = self.messages
            body["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return body
