"""The Artifacts port over S3."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from bot.aws import s3_objects, s3_text
from bot.aws.s3_copy import LARGEST_COPY, Copier
from bot.aws.s3_marks import mark_of
from bot.aws.s3_objects import Seen
from bot.domain.artifact import (
    MOST_FILES,
    Blob,
    Manifest,
    manifest_of,
    name_of_copy,
    no_copy_of,
    nothing_at,
    split,
    too_large,
)
from bot.domain.refusals import NotPossible

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_BUDGET: Final = timedelta(minutes=10)  # a Lambda function has fifteen


class S3Artifacts:
    """Objects by their s3:// address, and the project's own copies of them in its bucket.

    `budget` is how long one call of `keep` copies, by `clock` in seconds, before it asks to be called
    again; `largest_copy` in bytes is what S3 copies at once.
    """

    def __init__(
        self,
        client: "S3Client",
        bucket: str,
        budget: timedelta = _BUDGET,
        clock: Callable[[], float] = time.monotonic,
        largest_copy: int = LARGEST_COPY,
    ) -> None:
        self._client, self._bucket = client, bucket
        self._copier = Copier(client, bucket, budget, clock, largest_copy)

    def look(self, uri: str) -> Blob:
        """See the port."""
        return s3_objects.head(self._client, uri)

    def exists_exactly(self, blob: Blob) -> bool:
        """See the port."""
        found = s3_objects.find(self._client, blob.uri)
        return found is not None and found.is_same(blob)

    def keep(self, source: Blob) -> Blob | None:
        """See the port. S3 does the copying; the content does not come here."""
        key = name_of_copy(source)
        if (kept := self._kept(source, key)) is not None:
            return kept
        try:
            self._copier.copy(source, key)
        except NotPossible:
            # One answer of S3 for two conditions: the source has changed, or somebody was quicker.
            if (kept := self._kept(source, key)) is not None:
                return kept
            raise
        return self._kept(source, key)

    def _kept(self, source: Blob, key: str) -> Blob | None:
        """The copy, if it is there, with its checksum. Raises NotPossible where something else is."""
        seen = s3_objects.see(self._client, self.project_uri(key))
        if seen is None:
            return None
        blob = seen.blob if seen.blob.sha256 else s3_objects.hashed(self._client, seen.blob)
        if blob.size != source.size or not self._is_copy(replace(seen, blob=blob), source):
            raise no_copy_of(blob.uri, source.uri)
        return blob

    def _is_copy(self, seen: Seen, source: Blob) -> bool:
        """Whether it has the source's content, by the best evidence that S3 has: both sha256; the MD5 in
        both ETags; else our mark, which only who may write there can set. The mark alone has to do where
        the source was written in parts, is encrypted with a key of KMS, or is gone.
        """
        sums = {blob.sha256 for blob in (source, seen.blob)}
        if all(one and "-" not in one for one in sums):
            return len(sums) == 1
        if seen.md5 and seen.md5 == source.etag:
            return True
        if not mark_of(source).items() <= seen.metadata.items():
            return False
        if not seen.md5 or "-" in source.etag:
            return True
        # Two different ETags of whole objects: only the source's encryption explains that.
        there = s3_objects.see(self._client, source.uri, source.version)
        return there is None or not (there.md5 and there.blob.is_same(source))

    def files(self, prefix: str) -> Sequence[Blob]:
        """See the port."""
        found = s3_objects.under(self._client, prefix, MOST_FILES)
        return sorted(found, key=lambda blob: split(blob.uri)[1])

    def manifest(self, prefix: str) -> Manifest:
        """See the port."""
        if not (found := self.files(prefix)):
            raise nothing_at(prefix)
        return manifest_of(prefix, found)

    def lines(self, uri: str) -> Iterator[str]:
        """See the port. Each object is read as it was when the list was made."""
        if not (found := self.files(uri) if uri.endswith("/") else [self.look(uri)]):
            raise nothing_at(uri)
        for blob in found:
            yield from s3_text.lines(s3_objects.body(self._client, blob), blob.uri)

    def read(self, uri: str, most: int) -> bytes:
        """See the port. A large object is refused before its body is read."""
        bucket, key = split(uri)
        with s3_objects.told(uri):
            answer = self._client.get_object(Bucket=bucket, Key=key)
        with closing(answer["Body"]) as body:
            if answer["ContentLength"] > most:
                raise too_large(uri, answer["ContentLength"], most)
            return body.read()

    def write(self, name: str, content: bytes, content_type: str = "application/json") -> Blob:
        """See the port. Writes only over what it has seen: S3's refusal of anything else may be retried."""
        found = s3_objects.find(self._client, self.project_uri(name))
        if found is not None and self._holds(found, content):
            return found
        condition = {"IfNoneMatch": "*"} if found is None else {"IfMatch": f'"{found.etag}"'}
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=name,
                Body=content,
                ContentType=content_type,
                ChecksumAlgorithm="SHA256",
                **condition,  # type: ignore[arg-type]  # one of two arguments, both text
            )
        except ClientError:
            # Somebody may just have written the same.
            written = s3_objects.find(self._client, self.project_uri(name))
            if written is None or not self._holds(written, content):
                raise
            return written
        return self.look(self.project_uri(name))

    def _holds(self, found: Blob, content: bytes) -> bool:
        if found.size != len(content):
            return False
        if not found.sha256 or "-" in found.sha256:
            found = s3_objects.hashed(self._client, found)
        return found.sha256 == hashlib.sha256(content).hexdigest()

    def project_uri(self, name: str) -> str:
        """See the port."""
        return f"s3://{self._bucket}/{name}"
