"""The words of a command, taken one by one."""

import re
from typing import Final

from bot.domain.refusals import NotUnderstood
from bot.slack.commands import Target, Thing

JOINTS: Final = frozenset({"to", "in"})
KINDS: Final = frozenset({"data", "job", "image", "commit", "endpoint"})
"""What stands before the name of a thing, with or without two hyphens."""
_ADDRESS: Final = re.compile(r"s3://|arn:|.*/")
_BETWEEN: Final = frozenset({"and", "to", "with"})
_MODEL: Final = re.compile(r"[A-Za-z0-9](?:-*[A-Za-z0-9]){0,62}")  # SageMaker API: CreateModelPackageGroup
_NUMBER: Final = re.compile(r"v?(\d{1,9})", re.IGNORECASE)


class Words:
    """The words after the verb; `tail` is what followed the two hyphens."""

    def __init__(self, words: list[str], tail: str) -> None:
        self.words, self.tail = words, tail

    def take(self) -> str:
        """The next word, empty where there is none."""
        return self.words.pop(0) if self.words else ""

    def rest(self) -> list[str]:
        """All that are left."""
        left, self.words = self.words, []
        return left

    def target(self, *, bare: bool = False) -> Target:
        """A version; `bare` lets a model alone mean its latest."""
        first = self.take()
        if not first:
            raise NotUnderstood("Which version?")
        model, colon, version = first.partition(":")
        if not colon and self.words and self.words[0].lower() not in JOINTS:
            version = self.take()
        check_model(model)
        if version.lower() == "latest" or (bare and not version):
            return Target(model, None)
        number = number_of(version)
        if number is None:
            raise NotUnderstood(f"“{version}” is no version." if version else f"Which version of {model}?")
        return Target(model, number)

    def other(self, model: str) -> Target | None:
        """A second version, of the same model where only a number is named; None where nobody named one."""
        if self.words and self.words[0].lower() in _BETWEEN:
            self.take()
            if not self.words:
                raise NotUnderstood("With which version?")
        if not self.words:
            return None
        written = self.words[0].lower()
        if written != "latest" and not written.isdigit() and number_of(written) is None:
            return self.target(bare=True)
        self.words.insert(0, model)
        return self.target()

    def model(self) -> str:
        """A model alone."""
        name = self.take()
        check_model(name)
        return name

    def traced(self) -> tuple[Target | None, Thing | None]:
        """A version, a model, an address, or a thing whose kind stands before its name."""
        if not self.words:
            raise NotUnderstood("The lineage of what?")
        kind = self.words[0].lower().removeprefix("--")
        if kind in KINDS and len(self.words) > 1:
            self.take()
            return None, Thing(self.take(), kind)
        if _ADDRESS.match(self.words[0]):
            return None, Thing(self.take())
        if len(self.words) == 1 and not _MODEL.fullmatch(self.words[0].partition(":")[0]):
            return None, Thing(self.take())
        word = self.words[0]
        bare = len(self.words) == 1 and ":" not in word
        return self.target(bare=True), Thing(word) if bare else None

    def stage(self, *, required: bool = False) -> str:
        """The stage after `to` or `in`, empty where nobody named one."""
        if self.words and self.words[0].lower() in JOINTS:
            self.take()
            if stage := self.take():
                return stage
            raise NotUnderstood("To which stage?")
        if required:
            raise NotUnderstood("To which stage?")
        return ""

    def end(self) -> None:
        """Refuses what is left over."""
        if self.words:
            raise NotUnderstood(f"I do not know what to do with “{' '.join(self.words)}”.")


def check_model(name: str) -> None:
    """Refuses what cannot be a model's name."""
    if not _MODEL.fullmatch(name):
        raise NotUnderstood(f"“{name}” is no model name." if name else "Which model?")


def number_of(text: str) -> int | None:
    """The number of a version that is written `12` or `v12`, None where it is none."""
    match = _NUMBER.fullmatch(text)
    return int(match[1]) or None if match else None
