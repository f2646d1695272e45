"""What only S3 can show of the Artifacts port: parts, time, races, and S3's own refusals."""

import hashlib
import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from botocore.response import StreamingBody

from bot.aws.artifacts import S3Artifacts
from bot.aws.s3_marks import mark_of
from bot.domain.artifact import Blob, name_of_copy, split
from bot.domain.refusals import NotFound, NotPossible, Unreadable
from playground.aws import LocalAws, objects
from playground.aws.hooks import Hooks
from playground.aws.identity import KEY, REGION, SECRET
from tests.contracts.benches import unique

MIB = 2**20
PART = 50_000  # bytes; AWS wants 5 MiB and more of all parts but the last, the local S3 does not
MODEL = bytes(range(250)) * 440 + b"end"  # three parts

Act = Callable[[], object]


class Wire:
    """A client of the local S3 that tells what it asked, and can be answered something else."""

    def __init__(self, session: boto3.Session, url: str) -> None:
        self.asked: list[str] = []
        self._before: dict[str, Act] = {}
        self._answers: dict[str, tuple[int, bytes]] = {}
        self._session, self._url = session, url
        once = Config(retries={"total_max_attempts": 1})
        self.s3 = session.client("s3", endpoint_url=url, config=once)
        self.s3.meta.events.register("before-send.s3", self._send)  # type: ignore[arg-type]  # it may answer

    def another(self) -> "Wire":
        """Somebody else's."""
        return Wire(self._session, self._url)

    def fails(self, operation: str, code: str, status: int) -> None:
        """Each call of an operation fails; the answer to a HEAD has no body, as with AWS."""
        content = b"" if operation == "HeadObject" else f"<Error><Code>{code}</Code></Error>".encode()
        self._answers[operation] = status, content

    def before(self, operation: str, act: Act) -> None:
        """Somebody does this right before the next call of an operation."""
        self._before[operation] = act

    def tells(self, operation: str, uri: str, **facts: Any) -> None:
        """From now on S3 answers so about one object."""

        def answer(parsed: Any, context: Any, **_: object) -> None:
            if context["asked"] == split(uri):
                parsed.update(facts)

        def ask(params: Any, context: Any, **_: object) -> None:
            context["asked"] = params["Bucket"], params["Key"]

        self.s3.meta.events.register(f"before-parameter-build.s3.{operation}", ask)
        self.s3.meta.events.register(f"after-call.s3.{operation}", answer)

    def bucket(self, *, versioned: bool = True) -> str:
        """A new bucket."""
        name = unique("bucket")
        self.s3.create_bucket(Bucket=name)
        if versioned:
            self.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    def put(self, uri: str, content: bytes, **more: Any) -> None:
        """Somebody writes an object."""
        bucket, key = split(uri)
        self.s3.put_object(Bucket=bucket, Key=key, Body=content, **more)

    def uploads(self, bucket: str) -> list[str]:
        """The unfinished uploads."""
        listed = self.s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
        return [upload["UploadId"] for upload in listed]

    def versions(self, uri: str) -> int:
        """How often an object was written."""
        bucket, key = split(uri)
        return len(self.s3.list_object_versions(Bucket=bucket, Prefix=key).get("Versions", []))

    def _send(self, request: Any, event_name: str, **_: object) -> AWSResponse | None:
        operation = event_name.rpartition(".")[2]
        self.asked.append(operation)
        if (act := self._before.pop(operation, None)) is not None:
            act()
        if operation not in self._answers:
            return None
        status, content = self._answers[operation]
        return AWSResponse(request.url, status, HTTPHeaders(), _Raw(content))


class _Raw:
    """The body of an answer that was made here."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self._content

    def read(self, *_: object) -> bytes:
        return self._content


class Watch:
    """A clock on which every look takes so many seconds."""

    def __init__(self, step: float) -> None:
        self._times = itertools.count(0.0, step)

    def __call__(self) -> float:
        return next(self._times)


@pytest.fixture(scope="module", autouse=True)
def repaired(aws: LocalAws) -> Iterator[None]:
    hooks = Hooks()
    objects.install(aws._machinery.emulator, hooks)  # noqa: SLF001 - until the machinery installs it
    yield
    hooks.remove()


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    return boto3.Session(aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name=REGION)


@pytest.fixture
def wire(aws: LocalAws, session: boto3.Session) -> Wire:
    return Wire(session, aws.url)


@pytest.fixture
def project(wire: Wire) -> str:
    return wire.bucket()


@pytest.fixture
def artifacts(wire: Wire, project: str) -> S3Artifacts:
    return S3Artifacts(wire.s3, project)


def in_parts(wire: Wire, project: str, step: float = 0.0, minutes: float = 10) -> S3Artifacts:
    return S3Artifacts(wire.s3, project, timedelta(minutes=minutes), Watch(step), largest_copy=PART)


def a_model(wire: Wire, content: bytes = MODEL, *, versioned: bool = True) -> Blob:
    uri = f"s3://{wire.bucket(versioned=versioned)}/job/model.tar.gz"
    wire.put(uri, content)
    return S3Artifacts(wire.s3, "project").look(uri)


def written_in_parts(wire: Wire, content: bytes) -> Blob:
    """A model that a training job wrote in parts."""
    bucket, key = wire.bucket(), "job/model.tar.gz"
    upload = wire.s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    part = wire.s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=1, Body=content)
    parts: Any = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    wire.s3.complete_multipart_upload(Bucket=bucket, Key=key, UploadId=upload, MultipartUpload=parts)
    return S3Artifacts(wire.s3, "project").look(f"s3://{bucket}/{key}")


def place(artifacts: S3Artifacts, source: Blob) -> str:
    """Where its copy belongs."""
    return artifacts.project_uri(name_of_copy(source))


class TestInParts:
    @pytest.mark.parametrize("versioned", [True, False])
    def test_a_large_object_is_copied_by_s3_and_its_checksum_is_of_its_parts(
        self, wire: Wire, project: str, *, versioned: bool
    ) -> None:
        source = a_model(wire, versioned=versioned)
        kept = in_parts(wire, project).keep(source)
        assert kept is not None
        parts = [MODEL[first : first + PART] for first in range(0, len(MODEL), PART)]
        sums = b"".join(hashlib.sha256(part).digest() for part in parts)
        assert kept.sha256 == f"{hashlib.sha256(sums).hexdigest()}-3"
        assert kept.size == len(MODEL)
        assert "GetObject" not in wire.asked
        assert S3Artifacts(wire.s3, project).read(kept.uri, len(MODEL)) == MODEL
        assert wire.uploads(project) == []

    def test_it_goes_on_where_time_ran_out_and_copies_no_part_twice(self, wire: Wire, project: str) -> None:
        source = a_model(wire)
        answers = [in_parts(wire, project, step=3600).keep(source) for _ in range(5)]
        assert [answer is None for answer in answers] == [True, True, True, False, False]
        assert wire.asked.count("UploadPartCopy") == 3
        assert wire.asked.count("CreateMultipartUpload") == 1
        assert answers[3] == answers[4]

    def test_it_goes_on_after_a_crash(self, wire: Wire, project: str) -> None:
        source = a_model(wire)
        wire.fails("CompleteMultipartUpload", "InternalError", 500)
        with pytest.raises(ClientError, match="InternalError"):
            in_parts(wire, project).keep(source)
        other = wire.another()
        assert in_parts(other, project).keep(source) is not None
        assert "UploadPartCopy" not in other.asked

    def test_a_part_of_another_length_is_copied_anew(self, wire: Wire, project: str) -> None:
        source = a_model(wire)
        S3Artifacts(wire.s3, project, timedelta(0), Watch(1), largest_copy=PART + 1).keep(source)
        kept = in_parts(wire, project).keep(source)
        assert kept is not None
        assert kept.sha256.endswith("-3")
        assert S3Artifacts(wire.s3, project).read(kept.uri, len(MODEL)) == MODEL

    def test_the_sealed_version_is_copied_though_it_was_overwritten_meanwhile(
        self, wire: Wire, project: str
    ) -> None:
        source = a_model(wire)
        assert in_parts(wire, project, step=3600).keep(source) is None
        wire.put(source.uri, b"x" * len(MODEL))
        kept = in_parts(wire, project).keep(source)
        assert kept is not None
        assert S3Artifacts(wire.s3, project).read(kept.uri, len(MODEL)) == MODEL

    def test_without_versions_that_is_refused_and_nothing_is_left_behind(
        self, wire: Wire, project: str
    ) -> None:
        source = a_model(wire, versioned=False)
        assert in_parts(wire, project, step=3600).keep(source) is None
        wire.put(source.uri, b"x" * len(MODEL))
        with pytest.raises(NotPossible, match="was overwritten or deleted since it was sealed"):
            in_parts(wire, project).keep(source)
        assert wire.uploads(project) == []

    def test_two_who_begin_at_once_go_on_with_the_same_upload(self, wire: Wire, project: str) -> None:
        source, other = a_model(wire), wire.another()
        wire.before("CreateMultipartUpload", lambda: in_parts(other, project, step=3600).keep(source))
        assert in_parts(wire, project).keep(source) is not None
        assert wire.asked.count("UploadPartCopy") == 2
        assert wire.uploads(project) == []

    @pytest.mark.parametrize("moment", ["UploadPartCopy", "CompleteMultipartUpload", "ListParts"])
    def test_who_comes_second_has_what_the_first_one_made(
        self, wire: Wire, project: str, moment: str
    ) -> None:
        source, other, made = a_model(wire), wire.another(), list[Blob | None]()
        wire.before(moment, lambda: made.append(in_parts(other, project).keep(source)))
        kept = in_parts(wire, project).keep(source)
        assert made == [kept]
        assert kept is not None
        assert wire.versions(kept.uri) == 1
        assert wire.uploads(project) == []

    def test_who_was_quicker_at_once_is_not_overwritten_by_parts(self, wire: Wire, project: str) -> None:
        source, made = a_model(wire), list[Blob | None]()
        quicker = S3Artifacts(wire.another().s3, project)
        wire.before("CompleteMultipartUpload", lambda: made.append(quicker.keep(source)))
        kept = in_parts(wire, project).keep(source)
        assert made == [kept]
        assert kept is not None
        assert wire.versions(kept.uri) == 1
        assert wire.uploads(project) == []


class TestAtOnce:
    def test_who_is_slower_has_what_the_quicker_one_made(self, wire: Wire, project: str) -> None:
        source, made = a_model(wire, b"model"), list[Blob | None]()
        quicker = S3Artifacts(wire.another().s3, project)
        wire.before("CopyObject", lambda: made.append(quicker.keep(source)))
        kept = S3Artifacts(wire.s3, project).keep(source)
        assert made == [kept]
        assert kept is not None
        assert wire.versions(kept.uri) == 1

    def test_many_callers_have_one_version(self, wire: Wire, project: str) -> None:
        source, kept = a_model(wire, b"model"), list[Blob | None]()
        keepers = [S3Artifacts(wire.s3, project) for _ in range(8)]
        threads = [
            threading.Thread(target=lambda each=each: kept.append(each.keep(source))) for each in keepers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(kept) == 8
        assert len(set(kept)) == 1
        assert kept[0] is not None
        assert wire.versions(kept[0].uri) == 1

    def test_a_conflict_is_an_invitation_to_come_again(self, wire: Wire, artifacts: S3Artifacts) -> None:
        wire.fails("CopyObject", "ConditionalRequestConflict", 409)
        assert artifacts.keep(a_model(wire, b"model")) is None

    def test_two_who_write_the_same_write_it_once(self, wire: Wire, project: str) -> None:
        other = S3Artifacts(wire.another().s3, project)
        wire.before("PutObject", lambda: other.write("a.json", b"1"))
        written = S3Artifacts(wire.s3, project).write("a.json", b"1")
        assert wire.versions(written.uri) == 1

    def test_two_who_write_different_things_do_not_overwrite_each_other(
        self, wire: Wire, project: str
    ) -> None:
        other = S3Artifacts(wire.another().s3, project)
        wire.before("PutObject", lambda: other.write("a.json", b"2"))
        with pytest.raises(ClientError, match="PreconditionFailed"):
            S3Artifacts(wire.s3, project).write("a.json", b"1")
        assert other.read(other.project_uri("a.json"), 1) == b"2"


class TestChecksum:
    def test_one_that_the_scientist_had_taken_is_seen(self, wire: Wire, artifacts: S3Artifacts) -> None:
        uri = f"s3://{wire.bucket()}/model.tar.gz"
        wire.put(uri, b"model", ChecksumAlgorithm="SHA256")
        assert artifacts.look(uri).sha256 == hashlib.sha256(b"model").hexdigest()

    def test_where_s3_has_none_of_a_copy_it_is_taken_a_megabyte_at_a_time(
        self, wire: Wire, artifacts: S3Artifacts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        content = b"x" * (3 * MIB)
        source = a_model(wire, content)
        wire.put(artifacts.project_uri(name_of_copy(source)), content)
        amounts, read = list[int | None](), StreamingBody.read

        def watched(body: StreamingBody, amt: int | None = None) -> bytes:
            amounts.append(amt)
            return read(body, amt)

        monkeypatch.setattr(StreamingBody, "read", watched)
        kept = artifacts.keep(source)
        assert kept is not None
        assert kept.sha256 == hashlib.sha256(content).hexdigest()
        assert set(amounts) == {MIB}
        assert "CopyObject" not in wire.asked

    def test_something_else_in_the_copys_place_is_refused(self, wire: Wire, artifacts: S3Artifacts) -> None:
        uri = f"s3://{wire.bucket()}/model.tar.gz"
        wire.put(uri, b"model", ChecksumAlgorithm="SHA256")
        source = artifacts.look(uri)
        place = artifacts.project_uri(name_of_copy(source))
        wire.put(place, b"mOdel")
        with pytest.raises(NotPossible, match=f"{place} is no copy of {uri}, though its name says so"):
            artifacts.keep(source)

    def test_so_is_something_of_another_length_where_no_checksum_is_known(
        self, wire: Wire, artifacts: S3Artifacts
    ) -> None:
        source = a_model(wire, b"model")
        wire.put(artifacts.project_uri(name_of_copy(source)), b"longer")
        with pytest.raises(NotPossible, match="is no copy of"):
            artifacts.keep(source)

    def test_who_only_forges_our_mark_is_found_out_by_the_md5(
        self, wire: Wire, artifacts: S3Artifacts
    ) -> None:
        source = a_model(wire, b"model")
        wire.put(place(artifacts, source), b"mOdel", Metadata=dict(mark_of(source)))
        with pytest.raises(NotPossible, match="is no copy of"):
            artifacts.keep(source)

    def test_the_mark_tells_a_copy_of_what_was_written_in_parts(self, wire: Wire, project: str) -> None:
        artifacts = in_parts(wire, project)
        source = written_in_parts(wire, MODEL)
        kept = S3Artifacts(wire.s3, project).keep(source)
        assert kept is not None
        assert artifacts.keep(source) == kept
        wire.put(kept.uri, b"x" * len(MODEL))
        with pytest.raises(NotPossible, match="is no copy of"):
            artifacts.keep(source)

    @pytest.mark.parametrize("key", ["aws:kms", "aws:kms:dsse"])
    def test_so_it_does_where_the_source_is_encrypted_and_its_etag_says_nothing(
        self, wire: Wire, artifacts: S3Artifacts, key: str
    ) -> None:
        source = replace(a_model(wire, b"model"), etag="0" * 32)
        wire.put(place(artifacts, source), b"model", Metadata=dict(mark_of(source)))
        wire.tells("HeadObject", source.uri, ETag=f'"{source.etag}"', ServerSideEncryption=key)
        assert artifacts.keep(source) is not None

    def test_and_where_the_source_is_gone(self, wire: Wire, artifacts: S3Artifacts) -> None:
        source = Blob(f"s3://{wire.bucket()}/gone", "", "0" * 32, 5)
        wire.put(place(artifacts, source), b"model", Metadata=dict(mark_of(source)))
        assert artifacts.keep(source) is not None


class TestOlderBoto3:
    """Lambda's runtime brings a boto3 of its own."""

    def test_a_copy_replaces_nothing_though_it_does_not_know_the_parameters(
        self, wire: Wire, project: str
    ) -> None:
        known: Any = wire.s3.meta.service_model.operation_model("CopyObject").input_shape
        for later in ("IfNoneMatch", "IfMatch", "AnnotationDirective"):
            del known.members[later]
        source, headers = a_model(wire, b"model"), list[dict[str, Any]]()
        wire.s3.meta.events.register(
            "before-send.s3.CopyObject", lambda request, **_: headers.append(dict(request.headers))
        )
        for _ in range(2):  # however many share the client
            artifacts = S3Artifacts(wire.s3, project)
        assert artifacts.keep(source) is not None
        (sent,) = headers
        assert sent["If-None-Match"] == b"*"
        assert sent["x-amz-object-annotation-directive"] == b"EXCLUDE"
        signed = str(sent["Authorization"])
        assert "if-none-match;" in signed
        assert "x-amz-object-annotation-directive;" in signed

    def test_what_it_does_not_understand_is_not_called_a_wrong_address(
        self, wire: Wire, artifacts: S3Artifacts
    ) -> None:
        source = a_model(wire, b"model")
        known: Any = wire.s3.meta.service_model.operation_model("CopyObject").input_shape
        del known.members["TaggingDirective"]
        with pytest.raises(ParamValidationError, match="Unknown parameter"):
            artifacts.keep(source)


class TestRefusals:
    ASKS = {  # noqa: RUF012 - read only
        "HeadObject": lambda artifacts, blob: artifacts.look(blob.uri),
        "GetObject": lambda artifacts, blob: artifacts.read(blob.uri, 10),
        "ListObjectVersions": lambda artifacts, blob: artifacts.files(blob.uri),
        "CopyObject": lambda artifacts, blob: artifacts.keep(blob),
    }

    @pytest.mark.parametrize("operation", ASKS)
    def test_what_the_bot_may_not_read_says_what_to_do(
        self, wire: Wire, artifacts: S3Artifacts, operation: str
    ) -> None:
        source = a_model(wire, b"model")
        wire.fails(operation, "AccessDenied", 403)
        problem = "403" if operation == "HeadObject" else "AccessDenied"
        with pytest.raises(NotFound) as refused:
            self.ASKS[operation](artifacts, source)
        assert refused.value.sentence == (
            f"{source.uri} cannot be read ({problem}). Let the bot’s role read that bucket: parameter "
            f"EvidenceBucket of the stack."
        )

    def test_that_is_not_taken_for_a_change(self, wire: Wire, artifacts: S3Artifacts) -> None:
        source = a_model(wire, b"model")
        wire.fails("HeadObject", "AccessDenied", 403)
        with pytest.raises(NotFound, match="cannot be read"):
            artifacts.exists_exactly(source)

    @pytest.mark.parametrize(
        ("problem", "status"), [("SlowDown", 503), ("InternalError", 500), ("ExpiredToken", 400)]
    )
    @pytest.mark.parametrize("operation", ASKS)
    def test_what_may_pass_is_left_to_the_retry(
        self, wire: Wire, artifacts: S3Artifacts, operation: str, problem: str, status: int
    ) -> None:
        source = a_model(wire, b"model")
        wire.fails(operation, problem, status)
        with pytest.raises(ClientError, match=str(status) if operation == "HeadObject" else problem):
            self.ASKS[operation](artifacts, source)

    @pytest.mark.parametrize(
        "operation", ["CreateMultipartUpload", "ListMultipartUploads", "UploadPartCopy", "ListParts"]
    )
    def test_so_it_is_in_parts(self, wire: Wire, project: str, operation: str) -> None:
        source = a_model(wire)
        wire.fails(operation, "SlowDown", 503)
        with pytest.raises(ClientError, match="SlowDown"):
            in_parts(wire, project).keep(source)

    @pytest.mark.parametrize("operation", ["CreateMultipartUpload", "ListMultipartUploads"])
    def test_trouble_with_our_own_bucket_is_not_laid_at_the_sources_door(
        self, wire: Wire, project: str, operation: str
    ) -> None:
        source = a_model(wire)
        wire.fails(operation, "AccessDenied", 403)
        with pytest.raises(ClientError, match="AccessDenied"):
            in_parts(wire, project).keep(source)

    def test_an_archived_object_is_to_be_restored(self, wire: Wire, artifacts: S3Artifacts) -> None:
        source = a_model(wire, b"model")
        wire.fails("CopyObject", "InvalidObjectState", 403)
        with pytest.raises(NotPossible, match=r"lies in an archive\. Restore it in S3 and try again\."):
            artifacts.keep(source)

    @pytest.mark.parametrize("uri", ["s3://a b/model", "s3://A_B!/model", f"s3://jobs/{'k' * 1025}"])
    def test_an_address_that_s3_cannot_have_is_refused(self, artifacts: S3Artifacts, uri: str) -> None:
        with pytest.raises((Unreadable, NotFound)):
            artifacts.look(uri)

    def test_an_object_overwritten_while_the_list_is_read_is_refused(
        self, wire: Wire, artifacts: S3Artifacts
    ) -> None:
        uri = f"s3://{wire.bucket(versioned=False)}/t/a.csv"
        wire.put(uri, b"1\n")
        other = wire.another()
        wire.before("GetObject", lambda: other.put(uri, b"2\n"))
        with pytest.raises(NotPossible, match=f"{uri} was overwritten"):
            list(artifacts.lines(uri))

    def test_with_versions_it_is_read_as_listed(self, wire: Wire, artifacts: S3Artifacts) -> None:
        uri = f"s3://{wire.bucket()}/t/a.csv"
        wire.put(uri, b"1\n")
        other = wire.another()
        wire.before("GetObject", lambda: other.put(uri, b"2\n"))
        assert list(artifacts.lines(uri)) == ["1"]

    def test_a_line_without_end_is_refused(self, wire: Wire, artifacts: S3Artifacts) -> None:
        uri = f"s3://{wire.bucket()}/t/a.csv"
        wire.put(uri, b"x" * (9 * MIB))
        with pytest.raises(Unreadable, match="has a line of more than 8,388,608 characters"):
            list(artifacts.lines(uri))
