"""The Artifacts port in memory."""

import gzip
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.artifact import (
    MOST_FILES,
    Blob,
    Manifest,
    changed_since,
    manifest_of,
    name_of_copy,
    no_copy_of,
    nothing_at,
    split,
    too_large,
    too_many_under,
)
from bot.domain.refusals import Unreadable


@dataclass
class _Object:
    """The versions of one object, oldest first; `deleted` where the newest is hidden."""

    versions: list[tuple[Blob, bytes]] = field(default_factory=list)
    deleted: bool = False

    @property
    def newest(self) -> tuple[Blob, bytes] | None:
        return None if self.deleted or not self.versions else self.versions[-1]


class FakeArtifacts:
    """Buckets that keep versions, but for those named in `unversioned`.

    `copies` are the addresses that were really copied, in order; `pauses` is how often `keep` still
    runs out of time before it has copied.
    """

    def __init__(self, bucket: str = "project") -> None:
        self.copies: list[str] = []
        self.unversioned: set[str] = set()
        self.pauses = 0
        self._bucket = bucket
        self._objects: dict[str, _Object] = {}
        self._written = 0

    def put(self, uri: str, content: bytes) -> Blob:
        """Somebody writes or overwrites an object; as with S3, nobody has taken its sha256."""
        return self._put(uri, content)

    def lose(self, uri: str) -> None:
        """Somebody deletes an object; where versions are kept, the older ones stay."""
        if split(uri)[0] in self.unversioned:
            del self._objects[uri]
        else:
            self._objects[uri].deleted = True

    def purge(self, uri: str) -> None:
        """Somebody deletes an object with all its versions."""
        del self._objects[uri]

    def look(self, uri: str) -> Blob:
        """See the port."""
        return self._newest(uri)[0]

    def exists_exactly(self, blob: Blob) -> bool:
        """See the port."""
        found = self._find(blob.uri)
        return found is not None and found[0].is_same(blob)

    def keep(self, source: Blob) -> Blob | None:
        """See the port."""
        uri = self.project_uri(name_of_copy(source))
        there = self._objects.get(source.uri, _Object())
        exact = [(blob, content) for blob, content in there.versions if blob.is_same(source)]
        if (kept := self._find(uri)) is not None:
            # The ETag of a fake object is its content's MD5, wherever the content has gone.
            if (kept[0].size, kept[0].etag) != (source.size, source.etag):
                raise no_copy_of(uri, source.uri)
            return replace(kept[0], sha256=hashlib.sha256(kept[1]).hexdigest())
        if not exact or (not source.version and there.newest != exact[-1]):
            raise changed_since(source.uri)
        if self.pauses > 0:
            self.pauses -= 1
            return None
        self.copies.append(source.uri)
        return self._put(uri, exact[-1][1], hashed=True)

    def files(self, prefix: str) -> Sequence[Blob]:
        """See the port."""
        split(prefix)
        newest = [there.newest for uri, there in self._objects.items() if uri.startswith(prefix)]
        found = [pair[0] for pair in newest if pair and not (pair[0].uri.endswith("/") and not pair[0].size)]
        if len(found) > MOST_FILES:
            raise too_many_under(prefix)
        return [replace(blob, sha256="") for blob in sorted(found, key=lambda blob: split(blob.uri)[1])]

    def manifest(self, prefix: str) -> Manifest:
        """See the port."""
        if not (found := self.files(prefix)):
            raise nothing_at(prefix)
        return manifest_of(prefix, found)

    def lines(self, uri: str) -> Iterator[str]:
        """See the port."""
        if not (found := self.files(uri) if uri.endswith("/") else [self.look(uri)]):
            raise nothing_at(uri)
        for blob in found:
            content = self._newest(blob.uri)[1]
            try:
                text = (gzip.decompress(content) if blob.uri.endswith(".gz") else content).decode("utf-8-sig")
            except UnicodeDecodeError:
                raise Unreadable(f"{blob.uri} is no text in UTF-8. Write it as such.") from None
            except (gzip.BadGzipFile, EOFError):
                raise Unreadable(f"{blob.uri} is called .gz but cannot be unpacked. Write it anew.") from None
            for line in text.removesuffix("\n").split("\n") if text else ():
                yield line.removesuffix("\r")

    def read(self, uri: str, most: int) -> bytes:
        """See the port."""
        blob, content = self._newest(uri)
        if blob.size > most:
            raise too_large(uri, blob.size, most)
        return content

    def write(self, name: str, content: bytes, content_type: str = "application/json") -> Blob:  # noqa: ARG002
        """See the port."""
        uri = self.project_uri(name)
        found = self._find(uri)
        if found is not None and found[1] == content:
            return found[0]
        return self._put(uri, content, hashed=True)

    def project_uri(self, name: str) -> str:
        """See the port."""
        return f"s3://{self._bucket}/{name}"

    def _put(self, uri: str, content: bytes, *, hashed: bool = False) -> Blob:
        versioned = split(uri)[0] not in self.unversioned
        self._written += 1
        blob = Blob(
            uri,
            f"v{self._written}" if versioned else "",
            hashlib.md5(content).hexdigest(),  # noqa: S324 - S3's ETag
            len(content),
            hashlib.sha256(content).hexdigest() if hashed else "",
        )
        there = self._objects.setdefault(uri, _Object())
        there.versions = [*there.versions, (blob, content)] if versioned else [(blob, content)]
        there.deleted = False
        return blob

    def _find(self, uri: str) -> tuple[Blob, bytes] | None:
        split(uri)
        return self._objects.get(uri, _Object()).newest

    def _newest(self, uri: str) -> tuple[Blob, bytes]:
        found = self._find(uri)
        if found is None:
            raise nothing_at(uri)
        return found
