"""Copies of objects into the project's bucket: by S3 itself, with a checksum, whole or in parts."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from bot.aws.errors import code
from bot.aws.s3_marks import guard, mark_of
from bot.aws.s3_objects import ABSENT, CHANGED, told
from bot.domain.artifact import Blob, changed_since, split
from bot.domain.refusals import NotPossible

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef, CopySourceTypeDef, PartTypeDef

LARGEST_COPY: Final = 5 * 2**30  # bytes in one CopyObject (Amazon S3 User Guide: Amazon S3 limits)

_GONE: Final = ABSENT | CHANGED
_MOST_PARTS: Final = 10_000  # likewise
_PART: Final = 2**28  # bytes; copied within a few seconds, so that no part outlasts a read time-out

# Another caller is at it, or was and has finished: look again (Amazon S3 User Guide: Conditional writes).
_SOMEBODY_ELSE: Final = frozenset(
    {"ConditionalRequestConflict", "OperationAborted", "NoSuchUpload", "InvalidPart"}
)


class Copier:
    """Copies into one bucket; an unfinished copy stays in S3 as a multipart upload, and is taken up again."""

    def __init__(
        self,
        client: "S3Client",
        bucket: str,
        budget: timedelta,
        clock: Callable[[], float] = time.monotonic,
        largest_copy: int = LARGEST_COPY,
    ) -> None:
        self._client, self._bucket = client, bucket
        self._budget, self._clock = budget.total_seconds(), clock
        self._largest = largest_copy
        guard(client)

    def copy(self, source: Blob, key: str) -> None:
        """Begin or go on; whether it is finished shows at the key, where nothing is ever replaced.

        Raises:
            NotPossible: The source is not any more what it was, or another object has the key already.
            NotFound: The source may not be read.
        """
        try:
            if source.size <= self._largest:
                self._whole(source, key)
            else:
                self._in_parts(source, key)
        except NotPossible:
            if source.size > self._largest:
                self._abandon(key)
            raise
        except ClientError as error:
            if code(error) not in _SOMEBODY_ELSE:
                raise

    def _whole(self, source: Blob, key: str) -> None:
        with _as_sealed(source):
            self._client.copy_object(
                Bucket=self._bucket,
                Key=key,
                CopySource=_address(source),
                CopySourceIfMatch=f'"{source.etag}"',
                ChecksumAlgorithm="SHA256",
                MetadataDirective="REPLACE",
                Metadata=mark_of(source),
                # The source's tags are not ours, and copying them needs permissions.
                TaggingDirective="REPLACE",
            )

    def _in_parts(self, source: Blob, key: str) -> None:
        until = self._clock() + self._budget
        upload = self._begun(key) or self._begin(source, key)
        size = max(min(_PART, self._largest), math.ceil(source.size / _MOST_PARTS))
        there, count = self._parts(key, upload), math.ceil(source.size / size)
        for number in range(1, count + 1):
            first = (number - 1) * size
            last = min(first + size, source.size) - 1
            if number in there and there[number]["Size"] == last - first + 1:
                continue
            self._part(source, key, upload, number, f"bytes={first}-{last}")
            # Looked at after the part: every call gets somewhere.
            if self._clock() >= until:
                return
        self._complete(source, key, upload, count)

    def _part(self, source: Blob, key: str, upload: str, number: int, reach: str) -> None:
        with _as_sealed(source):
            self._client.upload_part_copy(
                Bucket=self._bucket,
                Key=key,
                UploadId=upload,
                PartNumber=number,
                CopySource=_address(source),
                CopySourceIfMatch=f'"{source.etag}"',
                CopySourceRange=reach,
            )

    def _complete(self, source: Blob, key: str, upload: str, count: int) -> None:
        # Listed anew: somebody else may have copied the same parts meanwhile.
        parts = self._parts(key, upload)
        with _as_sealed(source):
            self._client.complete_multipart_upload(
                Bucket=self._bucket,
                Key=key,
                UploadId=upload,
                MultipartUpload={"Parts": [_completed(parts[number]) for number in range(1, count + 1)]},
                MpuObjectSize=source.size,
                IfNoneMatch="*",
            )

    def _begin(self, source: Blob, key: str) -> str:
        mine = self._client.create_multipart_upload(
            Bucket=self._bucket,
            Key=key,
            ChecksumAlgorithm="SHA256",
            ChecksumType="COMPOSITE",
            Metadata=mark_of(source),
        )["UploadId"]
        # Two callers who began at once go on with the same one.
        chosen = self._begun(key) or mine
        if chosen != mine:
            self._abort(key, mine)
        return chosen

    def _begun(self, key: str) -> str:
        """The unfinished upload that everybody goes on with, empty where there is none."""
        return min(self._uploads(key), default=("", ""))[1]

    def _uploads(self, key: str) -> list[tuple[str, str]]:
        pages = self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket, Prefix=key)
        return [
            (upload["Initiated"].isoformat(), upload["UploadId"])
            for page in pages
            for upload in page.get("Uploads", [])
            if upload["Key"] == key
        ]

    def _parts(self, key: str, upload: str) -> "Mapping[int, PartTypeDef]":
        pages = self._client.get_paginator("list_parts").paginate(
            Bucket=self._bucket, Key=key, UploadId=upload
        )
        return {part["PartNumber"]: part for page in pages for part in page.get("Parts", [])}

    def _abandon(self, key: str) -> None:
        """Parts that nobody will complete cost money until they are aborted."""
        for _, upload in self._uploads(key):
            self._abort(key, upload)

    def _abort(self, key: str, upload: str) -> None:
        try:
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload)
        except ClientError as error:
            if code(error) not in _SOMEBODY_ELSE:
                raise


@contextmanager
def _as_sealed(source: Blob) -> Iterator[None]:
    """Where a condition of the copy does not hold, the source has changed, or the key is taken."""
    with told(source.uri):
        try:
            yield
        except ClientError as error:
            if code(error) in _GONE:
                raise changed_since(source.uri) from None
            raise


def _address(source: Blob) -> "CopySourceTypeDef":
    bucket, key = split(source.uri)
    if not source.version:
        return {"Bucket": bucket, "Key": key}
    return {"Bucket": bucket, "Key": key, "VersionId": source.version}


def _completed(part: "PartTypeDef") -> "CompletedPartTypeDef":
    """Each part's checksum must be repeated (Amazon S3 API: CompleteMultipartUpload)."""
    return {
        "PartNumber": part["PartNumber"],
        "ETag": part["ETag"],
        "ChecksumSHA256": part["ChecksumSHA256"],
    }
