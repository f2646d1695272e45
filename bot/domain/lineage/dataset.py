"""Data sets over time: what lay under an address when a job read it, and what became of it since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.artifact import Blob, Manifest


class Moment(StrEnum):
    """When somebody looked."""

    SUBMITTED = "when it was submitted"
    TRAINED = "when it had been trained"
    REGISTERED = "when it was registered"


@dataclass(frozen=True)
class Sighting:
    """What lay under one of a job's inputs at a moment: `channel` is the job's name for it, `listing` the
    address of the project's own list of the files, empty where it was not kept.
    """

    job: str
    channel: str
    moment: Moment
    at: datetime
    manifest: Manifest
    listing: str = ""


@dataclass(frozen=True)
class Drift:
    """What became of a data set's files: of `files` so many were `rewritten` or `deleted`; `added` are new.

    A file that was written again with the same bytes has not changed.
    """

    uri: str
    files: int
    rewritten: int = 0
    deleted: int = 0
    added: int = 0

    @property
    def changed(self) -> int:
        """How many of the files that were learned from are not what they were."""
        return self.rewritten + self.deleted

    def __bool__(self) -> bool:
        """Whether anything is different."""
        return bool(self.changed or self.added)

    def __str__(self) -> str:
        """`3 of 40 files`, or what else there is to say."""
        share = f"{self.changed:,} of {self.files:,} {'file' if self.files == 1 else 'files'}"
        more = f"{self.added:,} new" if self.added else ""
        return ", ".join(part for part in (share if self.changed or not more else "", more) if part)


def together(drifts: Iterable[Drift]) -> str:
    """Several data sets' drift in one: `3 of 40 files`; empty where nothing is different."""
    known = list(drifts)
    sums = (sum(getattr(one, name) for one in known) for name in ("files", "rewritten", "deleted", "added"))
    whole = Drift("", *sums)
    return str(whole) if whole else ""


def drift_of(uri: str, before: Iterable[Blob], now: Iterable[Blob]) -> Drift:
    """How the files under an address differ from what they were."""
    then, there = ({blob.uri: (blob.etag, blob.size) for blob in blobs} for blobs in (before, now))
    deleted = len(then.keys() - there.keys())
    rewritten = sum(there[key] != content for key, content in then.items() if key in there)
    return Drift(uri, len(then), rewritten, deleted, len(there.keys() - then.keys()))
