"""The Reports port in memory."""

import json
import re
from contextlib import suppress
from typing import Final

from bot.domain.artifact import no_address
from bot.domain.refusals import NotFound, Unreadable
from bot.domain.report import MOST_BYTES
from tests.fakes.artifacts import FakeArtifacts

_BUCKET: Final = re.compile(r"[a-zA-Z0-9.\-_]{1,255}")  # what boto3 lets through


class FakeReports:
    """Files by their s3:// address; also those that lie among the artifacts."""

    def __init__(self, artifacts: FakeArtifacts | None = None) -> None:
        self._files: dict[str, bytes] = {}
        self._artifacts = artifacts or FakeArtifacts()

    def write(self, uri: str, content: bytes) -> None:
        """Somebody writes a report."""
        self._files[uri] = content

    def lose(self, uri: str) -> None:
        """Somebody deletes a report."""
        del self._files[uri]

    def read(self, uri: str) -> bytes:
        """See the port."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        if not uri.startswith("s3://") or not bucket or not key:
            raise Unreadable(f"{uri} is no S3 address of a report. Register the version with one.")
        if not _BUCKET.fullmatch(bucket):
            raise no_address(uri)
        if uri not in self._files:
            with suppress(NotFound):
                return self._artifacts.read(uri, MOST_BYTES)
            raise NotFound(f"The report {uri} is not there. Write it and register a new version.")
        size = len(self._files[uri])
        if size > MOST_BYTES:
            raise Unreadable(
                f"The report {uri} has {size / 2**20:.0f} MB; I read at most {MOST_BYTES // 2**20}. "
                f"Write only the metrics into it and register a new version."
            )
        return self._files[uri]


def quality(**metrics: float | str) -> bytes:
    """A report of a binary classifier, as SageMaker Model Monitor writes it."""
    values = {name: {"value": value, "standard_deviation": 0.01} for name, value in metrics.items()}
    return json.dumps({"binary_classification_metrics": values}).encode()
