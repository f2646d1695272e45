"""The Reports port over S3."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from bot.aws.errors import code
from bot.aws.s3_objects import ABSENT, FORBIDDEN, told
from bot.domain.refusals import NotFound, NotPossible, Unreadable
from bot.domain.report import MOST_BYTES

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef


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
        answer = self._object(uri, bucket, key)
        with answer["Body"] as body:
            if answer["ContentLength"] > MOST_BYTES:
                raise Unreadable(
                    f"The report {uri} has {answer['ContentLength'] / 2**20:.0f} MB; I read at most "
                    f"{MOST_BYTES // 2**20}. Write only the metrics into it and register a new version."
                )
            return body.read()

    def _object(self, uri: str, bucket: str, key: str) -> "GetObjectOutputTypeDef":
        try:
            with told(uri):
                return self._got(uri, bucket, key)
        except NotPossible as refusal:  # such as an archived object: it is there, and nobody can read it
            raise Unreadable(refusal.sentence) from None

    def _got(self, uri: str, bucket: str, key: str) -> "GetObjectOutputTypeDef":
        try:
            return self._client.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            problem = code(error)
            if problem in ABSENT:
                raise NotFound(
                    f"The report {uri} is not there. Write it and register a new version."
                ) from None
            if problem in FORBIDDEN:
                raise NotFound(
                    f"The report {uri} cannot be read ({problem}). Let the bot’s role read that bucket: "
                    f"parameter EvidenceBucket of the stack."
                ) from None
            raise
