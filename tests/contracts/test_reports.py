"""The Reports contract, on the fake and on S3."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody

from bot.aws.reports import S3Reports
from bot.domain.refusals import NotFound, Unreadable
from bot.domain.report import MOST_BYTES
from bot.usecases.ports import Reports
from playground.aws import LocalAws
from tests.contracts.benches import unique
from tests.fakes.reports import FakeReports


@dataclass
class Bench:
    """The reports, a bucket, and how to write into it."""

    reports: Reports
    bucket: str
    write: Callable[[str, bytes], object]


@pytest.fixture(params=["fake", "real"])
def bench(request: pytest.FixtureRequest) -> Bench:
    bucket = unique("models")
    if request.param == "fake":
        fake = FakeReports()
        return Bench(fake, bucket, lambda key, content: fake.write(f"s3://{bucket}/{key}", content))
    aws: LocalAws = request.getfixturevalue("aws")
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=bucket)
    return Bench(
        S3Reports(s3), bucket, lambda key, content: s3.put_object(Bucket=bucket, Key=key, Body=content)
    )


class TestReports:
    @pytest.mark.parametrize("key", ["report.json", "a b/ü/report+1.json", "run=1?/report#2.json"])
    def test_a_report_is_read(self, bench: Bench, key: str) -> None:
        bench.write(key, b'{"a": 1}')
        assert bench.reports.read(f"s3://{bench.bucket}/{key}") == b'{"a": 1}'

    def test_an_empty_one_too(self, bench: Bench) -> None:
        bench.write("empty", b"")
        assert bench.reports.read(f"s3://{bench.bucket}/empty") == b""

    def test_one_that_is_not_there_is_named(self, bench: Bench) -> None:
        bench.write("other", b"")
        uri = f"s3://{bench.bucket}/missing.json"
        with pytest.raises(NotFound) as refused:
            bench.reports.read(uri)
        assert (
            refused.value.sentence == f"The report {uri} is not there. Write it and register a new version."
        )

    def test_so_is_one_whose_bucket_is_not_there(self, bench: Bench) -> None:
        uri = f"s3://{unique('nowhere')}/report.json"
        with pytest.raises(NotFound, match=f"The report {uri} is not there"):
            bench.reports.read(uri)

    @pytest.mark.parametrize(
        "uri", ["", "report.json", "https://models/report.json", "s3://models", "s3://models/", "s3:///key"]
    )
    def test_what_is_no_address_is_refused(self, bench: Bench, uri: str) -> None:
        with pytest.raises(Unreadable, match="is no S3 address of a report"):
            bench.reports.read(uri)

    @pytest.mark.parametrize("uri", ["s3://bad bucket/report.json", "s3://bücket/report.json"])
    def test_what_s3_takes_for_no_address_is_refused_too(self, bench: Bench, uri: str) -> None:
        with pytest.raises(Unreadable, match="is no address of an object in S3"):
            bench.reports.read(uri)

    def test_a_large_one_is_refused_unread(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        bench.write("large.json", b" " * (MOST_BYTES + 2**20))

        def read(*_: object) -> bytes:
            raise AssertionError("the body was read")

        monkeypatch.setattr(StreamingBody, "read", read)
        with pytest.raises(Unreadable, match=r"has 21 MB; I read at most 20\. Write only the metrics"):
            bench.reports.read(f"s3://{bench.bucket}/large.json")

    def test_the_largest_is_read(self, bench: Bench) -> None:
        bench.write("largest.json", b" " * MOST_BYTES)
        assert len(bench.reports.read(f"s3://{bench.bucket}/largest.json")) == MOST_BYTES


class TestS3:
    """What only S3 can show."""

    @pytest.mark.parametrize("problem", ["AccessDenied", "403", "AllAccessDisabled"])
    def test_a_bucket_that_the_bot_may_not_read_says_what_to_do(self, aws: LocalAws, problem: str) -> None:
        aws.faults.inject({"kind": "error", "call": "GetObject", "code": problem, "status": 403})
        with pytest.raises(NotFound) as refused:
            S3Reports(aws.client("s3")).read("s3://secret/report.json")
        assert refused.value.sentence == (
            f"The report s3://secret/report.json cannot be read ({problem}). Let the bot’s role read that "
            "bucket: parameter EvidenceBucket of the stack."
        )

    @pytest.mark.parametrize(
        ("problem", "status", "words"),
        [
            ("InvalidObjectState", 403, "s3://models/report.json lies in an archive"),
            ("KMS.DisabledException", 400, "with a key that cannot be used \\(KMS.DisabledException\\)"),
            ("KMS.NotFoundException", 400, "with a key that cannot be used \\(KMS.NotFoundException\\)"),
            ("KMS.KMSInvalidStateException", 400, "Enable the key in KMS"),
            ("PermanentRedirect", 400, "lies in another region"),
            ("KeyTooLongError", 400, "is no address of an object in S3"),
            ("InvalidBucketName", 400, "is no address of an object in S3"),
        ],
    )
    def test_what_will_never_work_is_said(self, aws: LocalAws, problem: str, status: int, words: str) -> None:
        aws.faults.inject({"kind": "error", "call": "GetObject", "code": problem, "status": status})
        with pytest.raises(Unreadable, match=words):
            S3Reports(aws.client("s3")).read("s3://models/report.json")

    @pytest.mark.parametrize(
        "uri",
        ["s3://arn:aws:s3::123456789012:accesspoint:ab.mrap/x", "s3://models/\ud800", "s3://bucket\ud800/x"],
        ids=ascii,
    )
    def test_what_boto3_cannot_even_ask_for_is_no_address(self, aws: LocalAws, uri: str) -> None:
        with pytest.raises(Unreadable, match="is no address of an object in S3"):
            S3Reports(aws.client("s3")).read(uri)

    @pytest.mark.parametrize(
        "problem", ["SlowDown", "InternalError", "ExpiredToken", "RequestTimeout", "KMS.ThrottlingException"]
    )
    def test_what_may_pass_is_left_to_the_retry(self, aws: LocalAws, problem: str) -> None:
        fault = {"kind": "error", "call": "GetObject", "code": problem, "status": 400, "times": 9}
        aws.faults.inject(fault)
        with pytest.raises(ClientError, match=problem):
            S3Reports(aws.client("s3")).read("s3://models/report.json")
        aws.faults.clear()
