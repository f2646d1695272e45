"""The Reports port over S3."""

from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from bot.aws.errors import code
from bot.domain.refusals import NotFound, Unreadable
from bot.domain.report import MOST_BYTES

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ABSENT: Final = frozenset({"NoSuchKey", "NoSuchBucket", "404"})
_FORBIDDEN: Final = frozenset({"AccessDenied", "403", "AllAccessDisabled"})


class S3Reports:
    """Report files by their s3:// URI."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    def read(self, uri: str) -> bytes:
        """See the port. A large file is refused before its body is read."""
        # Not by urlsplit: a key may have ? and # in it.
        scheme, _, rest = uri.partition("://")
        bucket, _, key = rest.partition("/")
        if scheme != "s3" or not bucket or not key.strip("/"):
            raise Unreadable(f"{uri} is no S3 address of a report. Register the version with one.")
        try:
            answer = self._client.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            refusal = _refusal(uri, code(error))
            if refusal is None:
                raise
            raise refusal from None
        with answer["Body"] as body:
            if answer["ContentLength"] > MOST_BYTES:
                raise Unreadable(
                    f"The report {uri} has {answer['ContentLength'] / 2**20:.0f} MB; I read at most "
                    f"{MOST_BYTES // 2**20}. Write only the metrics into it and register a new version."
                )
            return body.read()


def _refusal(uri: str, problem: str) -> NotFound | None:
    """None where S3 may well give the file a moment later (Amazon S3 API: Error responses)."""
    if problem in _ABSENT:
        return NotFound(f"The report {uri} is not there. Write it and register a new version.")
    if problem in _FORBIDDEN:
        return NotFound(
            f"The report {uri} cannot be read ({problem}). Let the bot’s role read that bucket: "
            f"parameter EvidenceBucket of the stack."
        )
    return None
