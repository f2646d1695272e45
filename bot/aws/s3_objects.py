"""Single objects and lists of objects in S3, as blobs, and S3's refusals in our words."""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import (
    ClientError,
    MissingDependencyException,
    ParamValidationError,
    UnsupportedS3ArnError,
)
from botocore.response import StreamingBody

from bot.aws.errors import code
from bot.domain.artifact import Blob, changed_since, no_address, nothing_at, split, too_many_under
from bot.domain.refusals import NotFound, NotPossible, Refusal

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

ABSENT: Final = frozenset({"NoSuchKey", "NoSuchBucket", "NoSuchVersion", "404"})
CHANGED: Final = frozenset({"PreconditionFailed", "412"})
FORBIDDEN: Final = frozenset({"AccessDenied", "403", "AllAccessDisabled"})

_NO_ADDRESS: Final = frozenset({"InvalidBucketName", "KeyTooLongError"})
_ELSEWHERE: Final = frozenset({"PermanentRedirect", "301", "AuthorizationHeaderMalformed"})
# Keys that are gone, disabled or of the wrong kind; what KMS may well do a moment later is not among them.
_LOCKED: Final = re.compile(r"KMS\.(?!.*(?:Throttl|Internal|Timeout|Unavailable))")
_UNVERSIONED: Final = "null"  # Amazon S3 User Guide: Working with objects in a versioning-suspended bucket
_CHUNK: Final = 2**20
# ETags of whole objects under these are their content's MD5 (Amazon S3 API: Object).
_PLAIN: Final = frozenset({"", "AES256"})
# What boto3 finds wrong with an address before it asks; anything else is our mistake.
_WRONG_ADDRESS: Final = re.compile(r"Invalid bucket name |.*\bparameter (Bucket|Key)\b")


@dataclass(frozen=True)
class Seen:
    """An object with what else S3 tells of it: the MD5 of its content in hex, empty where nobody took
    it, and the metadata that whoever wrote it gave it.
    """

    blob: Blob
    md5: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


def head(client: "S3Client", uri: str) -> Blob:
    """The newest object at this address. Raises NotFound."""
    bucket, key = split(uri)
    with told(uri):
        return _blob(uri, client.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED"))


def find(client: "S3Client", uri: str) -> Blob | None:
    """The newest object at this address, or None. Raises NotFound only where it may not be read."""
    seen = see(client, uri)
    return seen.blob if seen else None


def see(client: "S3Client", uri: str, version: str = "") -> Seen | None:
    """The same with all that S3 tells; of an earlier version where one is named."""
    bucket, key = split(uri)
    exactly: dict[str, Any] = {"VersionId": version} if version else {}
    with told(uri):
        try:
            answer = client.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED", **exactly)
        except ClientError as error:
            if code(error) in ABSENT:
                return None
            raise
    blob = _blob(uri, answer)
    plain = answer.get("ServerSideEncryption", "") in _PLAIN and "-" not in blob.etag
    return Seen(blob, blob.etag if plain else "", answer.get("Metadata", {}))


def body(client: "S3Client", blob: Blob) -> StreamingBody:
    """The content of exactly this version; the caller closes it. Raises NotFound and NotPossible."""
    bucket, key = split(blob.uri)
    exactly: dict[str, Any] = {"VersionId": blob.version} if blob.version else {}
    with told(blob.uri):
        return client.get_object(Bucket=bucket, Key=key, IfMatch=f'"{blob.etag}"', **exactly)["Body"]


def hashed(client: "S3Client", blob: Blob) -> Blob:
    """The blob with the sha256 of its content, which is read through, a megabyte at a time."""
    digest = hashlib.sha256()
    with closing(body(client, blob)) as content:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
    return replace(blob, sha256=digest.hexdigest())


def under(client: "S3Client", uri: str, most: int) -> Iterator[Blob]:
    """The newest objects under a prefix in S3's order; folders' markers are left out.

    A bucket that keeps no versions lists each object as version `null` (Amazon S3 API:
    ListObjectVersions). Raises NotFound where it may not be listed, NotPossible where there are more
    than `most`.
    """
    bucket, prefix = split(uri)
    found = 0
    with told(uri):
        for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
            for item in page.get("Versions", []):
                if not item["IsLatest"] or (item["Key"].endswith("/") and not item["Size"]):
                    continue
                if (found := found + 1) > most:
                    raise too_many_under(uri)
                yield Blob(
                    f"s3://{bucket}/{item['Key']}",
                    _version(item["VersionId"]),
                    _etag(item["ETag"]),
                    item["Size"],
                )


@contextmanager
def told(uri: str) -> Iterator[None]:
    """Turns S3's final refusals into ours; what may pass is left to the caller's retry."""
    try:
        yield
    except ParamValidationError as error:
        # Such as a bucket's name with a space in it: boto3 does not even ask.
        if not all(map(_WRONG_ADDRESS.match, str(error.kwargs["report"]).splitlines())):
            raise
        raise no_address(uri) from None
    except (MissingDependencyException, UnsupportedS3ArnError, UnicodeError):
        # Such as a multi-region access point, which boto3 alone cannot sign for, or half a character.
        raise no_address(uri) from None
    except ClientError as error:
        refusal = refusal_of(uri, code(error))
        if refusal is None:
            raise
        raise refusal from None


def refusal_of(uri: str, problem: str) -> Refusal | None:  # noqa: PLR0911 - one return a kind of trouble
    """None where S3 may well do it a moment later (Amazon S3 API: Error responses)."""
    if problem in ABSENT:
        return nothing_at(uri)
    if problem in CHANGED:
        return changed_since(uri)
    if problem in _NO_ADDRESS:
        return no_address(uri)
    if problem in FORBIDDEN:
        return NotFound(
            f"{uri} cannot be read ({problem}). Let the bot’s role read that bucket: parameter "
            f"EvidenceBucket of the stack."
        )
    if problem in _ELSEWHERE:
        return NotPossible(
            f"{uri} lies in another region ({problem}). Copy it into a bucket of the bot’s own."
        )
    if _LOCKED.match(problem):
        return NotPossible(
            f"{uri} is encrypted with a key that cannot be used ({problem}). Enable the key in KMS, or write "
            f"the object again with another."
        )
    if problem == "InvalidObjectState":
        return NotPossible(f"{uri} lies in an archive. Restore it in S3 and try again.")
    return None


def _blob(uri: str, answer: "HeadObjectOutputTypeDef") -> Blob:
    return Blob(
        uri,
        _version(answer.get("VersionId", "")),
        _etag(answer["ETag"]),
        answer["ContentLength"],
        _sha256(answer.get("ChecksumSHA256", "")),
    )


def _version(version: str) -> str:
    return "" if version == _UNVERSIONED else version


def _etag(etag: str) -> str:
    return etag.strip('"')


def _sha256(checksum: str) -> str:
    """S3's base64, of an object written in parts with `-<parts>` behind it, in hex."""
    value, dash, parts = checksum.partition("-")
    return base64.b64decode(value).hex() + dash + parts
