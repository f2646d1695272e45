"""What became of a data set since it was learned from."""

import pytest

from bot.domain.artifact import Blob
from bot.domain.lineage.dataset import Drift, drift_of, together

URI = "s3://b/train/"


def blobs(**content: str) -> list[Blob]:
    return [Blob(f"{URI}{name}.csv", f"v-{etag}", etag.strip("'"), 10) for name, etag in content.items()]


BEFORE = blobs(a="1", b="2", c="3")


@pytest.mark.parametrize(
    ("now", "changed", "added", "text"),
    [
        (BEFORE, 0, 0, "0 of 3 files"),
        (blobs(a="1", b="9", c="3"), 1, 0, "1 of 3 files"),
        (blobs(a="1", b="2"), 1, 0, "1 of 3 files"),
        (blobs(a="8", b="9"), 3, 0, "3 of 3 files"),
        (blobs(a="1", b="2", c="3", d="4"), 0, 1, "1 new"),
        (blobs(a="1", b="9", c="3", d="4", e="5"), 1, 2, "1 of 3 files, 2 new"),
        ([], 3, 0, "3 of 3 files"),
        (blobs(a="1'", b="2", c="3"), 0, 0, "0 of 3 files"),  # written again with the same bytes
    ],
)
def test_drift(now: list[Blob], changed: int, added: int, text: str) -> None:
    drift = drift_of(URI, BEFORE, now)
    assert (drift.changed, drift.added, str(drift), bool(drift)) == (
        changed,
        added,
        text,
        changed + added > 0,
    )


def test_the_drift_of_several_data_sets_is_one() -> None:
    assert (
        together([Drift(URI, 30, rewritten=2), Drift(URI, 10, deleted=1, added=4)]) == "3 of 40 files, 4 new"
    )
    assert together([Drift(URI, 30)]) == together([]) == ""
