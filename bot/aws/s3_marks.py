"""What our copies in S3 are asked for with, and known by."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from bot.domain.artifact import Blob

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MARK: Final = "mlops-copy-of"
_HEADERS: Final = (("If-None-Match", "*"), ("x-amz-object-annotation-directive", "EXCLUDE"))


def guard(client: "S3Client") -> None:
    """From now on a CopyObject of this client replaces nothing, and leaves annotations behind: they are
    not ours, and copying them needs permissions (Amazon S3 API: CopyObject).

    By headers: the boto3 of Lambda's runtime is not ours to choose, and may not know the parameters
    (IfNoneMatch came with botocore 1.41, AnnotationDirective after that).
    """
    client.meta.events.register("before-call.s3.CopyObject", _with_headers, unique_id=_MARK)


def mark_of(source: Blob) -> Mapping[str, str]:
    """The metadata that our copy of exactly this object has."""
    exact = f"{source.uri}|{source.version}|{source.etag}|{source.size}"
    return {_MARK: hashlib.sha256(exact.encode()).hexdigest()}


def _with_headers(params: Any, **_: object) -> None:
    params["headers"].update(_HEADERS)
