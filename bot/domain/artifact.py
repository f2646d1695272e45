"""What lies in S3, exactly: one version of one object, and all that is under a prefix."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from bot.domain.refusals import NotFound, NotPossible, Unreadable

MOST_FILES: Final = 10_000  # under one prefix; a longer list is no held-out data, but a wrong address

_SCHEME: Final = "s3://"
_LONGEST_NAME: Final = 200  # characters; with the folder far below S3's 1,024 bytes for a key


@dataclass(frozen=True)
class Blob:
    """One version of one object.

    `version` is empty where the bucket keeps none. `etag` is without its quotes. `size` is in bytes.
    `sha256` is in hex and of the whole object; of one that was written in parts S3 keeps a checksum of
    the parts' checksums, here `<hex>-<parts>`, which depends on where it was cut; it is empty where it
    is not known (Amazon S3 User Guide: Checking object integrity).
    """

    uri: str
    version: str
    etag: str
    size: int
    sha256: str = ""

    @property
    def name(self) -> str:
        """The file's name, without its folders."""
        return self.uri.rpartition("/")[2]

    def is_same(self, other: "Blob") -> bool:
        """Whether the two are the same version of the same object; checksums count where both are known."""
        unsure = not self.sha256 or not other.sha256
        return replace(self, sha256=other.sha256) == other and (unsure or self.sha256 == other.sha256)


@dataclass(frozen=True)
class Manifest:
    """All objects under a prefix as one digest: sha256, in hex, over a line for each of them."""

    uri: str
    digest: str
    files: int
    bytes: int


def manifest_of(uri: str, blobs: Iterable[Blob]) -> Manifest:
    """The manifest of these objects, in whatever order they come.

    A line is `key|version|etag|size` and its newline; in the key all but letters, digits and `_.-~/`
    is percent-encoded, so that no two lists of objects make the same lines.
    """
    digest, files, total = hashlib.sha256(), 0, 0
    for key, blob in sorted(((split(blob.uri)[1], blob) for blob in blobs), key=lambda pair: pair[0]):
        digest.update(f"{quote(key)}|{blob.version}|{blob.etag}|{blob.size}\n".encode())
        files += 1
        total += blob.size
    return Manifest(uri, digest.hexdigest(), files, total)


def split(uri: str) -> tuple[str, str]:
    """The bucket and the key, or key prefix, of an s3:// address. Raises Unreadable."""
    # Not by urlsplit: a key may have ? and # in it.
    bucket, _, key = uri.removeprefix(_SCHEME).partition("/")
    if not uri.startswith(_SCHEME) or not bucket or not key.strip("/"):
        raise no_address(uri)
    return bucket, key


def name_of_copy(source: Blob) -> str:
    """The key, in the project's bucket, of the copy of exactly this version of this object."""
    exact = hashlib.sha256(f"{source.uri}|{source.version}|{source.etag}".encode()).hexdigest()
    return f"artifacts/{exact[:32]}/{source.name[-_LONGEST_NAME:] or 'object'}"


def no_address(uri: str) -> Unreadable:
    """The refusal of what S3 takes for no address."""
    return Unreadable(f"“{uri}” is no address of an object in S3. Give it as s3://bucket/key.")


def nothing_at(uri: str) -> NotFound:
    """The refusal where there is no object."""
    return NotFound(f"There is nothing at {uri}. Write it there and register a new version.")


def changed_since(uri: str) -> NotPossible:
    """The refusal where the object is not any more the one that was sealed."""
    return NotPossible(
        f"{uri} was overwritten or deleted since it was sealed. Register what shall be deployed as a new "
        f"version."
    )


def too_many_under(uri: str) -> NotPossible:
    """The refusal of a prefix with more than MOST_FILES objects."""
    return NotPossible(
        f"There are more than {MOST_FILES:,} files under {uri}. Put them into fewer, larger ones."
    )


def too_large(uri: str, size: int, most: int) -> Unreadable:
    """The refusal of an object that is to be read whole; sizes in bytes."""
    return Unreadable(f"{uri} has {size:,} bytes; I read at most {most:,}. Write a smaller one.")


def no_copy_of(uri: str, source: str) -> NotPossible:
    """The refusal where something else lies where the project's copy belongs."""
    return NotPossible(
        f"{uri} is no copy of {source}, though its name says so. Delete it, and look who wrote it there."
    )
