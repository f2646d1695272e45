"""The Artifacts contract, on the fake and on S3."""

import gzip
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from bot.aws.artifacts import S3Artifacts
from bot.domain import artifact
from bot.domain.artifact import Blob, manifest_of, name_of_copy
from bot.domain.refusals import NotFound, NotPossible, Refusal, Unreadable
from bot.usecases.ports import Artifacts
from playground.aws import LocalAws, objects
from playground.aws.hooks import Hooks
from tests.contracts.benches import unique
from tests.fakes.artifacts import FakeArtifacts

CHANGED = "was overwritten or deleted since it was sealed"


@dataclass
class Bench:
    """The artifacts, a bucket that keeps versions, one that does not, and what people do there."""

    artifacts: Artifacts
    bucket: str
    plain: str
    put: Callable[[str, bytes], object]
    lose: Callable[[str], object]
    purge: Callable[[str], object]
    versions: Callable[[str], int]

    def uri(self, key: str, *, plain: bool = False) -> str:
        """An address in one of the two buckets."""
        return f"s3://{self.plain if plain else self.bucket}/{key}"

    def written(self, content: bytes = b"model", *, plain: bool = False) -> Blob:
        """A new object, as it was looked at."""
        uri = self.uri(f"{unique('job')}/model.tar.gz", plain=plain)
        self.put(uri, content)
        return self.artifacts.look(uri)

    def kept(self, source: Blob) -> Blob:
        """Its copy."""
        kept = self.artifacts.keep(source)
        assert kept is not None
        return kept


def a_fake() -> Bench:
    fake, plain = FakeArtifacts(), unique("plain")
    fake.unversioned.add(plain)
    return Bench(
        fake,
        unique("jobs"),
        plain,
        fake.put,
        fake.lose,
        fake.purge,
        lambda uri: len(fake._objects[uri].versions),  # noqa: SLF001 - what it really wrote
    )


def on_s3(aws: LocalAws) -> Bench:
    s3 = aws.client("s3")
    bucket, plain, project = unique("jobs"), unique("plain"), unique("project")
    for name in (bucket, plain, project):
        s3.create_bucket(Bucket=name)
    for name in (bucket, project):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})

    def put(uri: str, content: bytes) -> None:
        where, key = artifact.split(uri)
        s3.put_object(Bucket=where, Key=key, Body=content)

    def lose(uri: str) -> None:
        where, key = artifact.split(uri)
        s3.delete_object(Bucket=where, Key=key)

    def versions(uri: str) -> list[str]:
        where, key = artifact.split(uri)
        listed = s3.list_object_versions(Bucket=where, Prefix=key).get("Versions", [])
        return [item["VersionId"] for item in listed]

    def purge(uri: str) -> None:
        where, key = artifact.split(uri)
        for version in versions(uri):
            s3.delete_object(Bucket=where, Key=key, VersionId=version)

    return Bench(S3Artifacts(s3, project), bucket, plain, put, lose, purge, lambda uri: len(versions(uri)))


@pytest.fixture(scope="module")
def repaired(aws: LocalAws) -> Iterator[None]:
    hooks = Hooks()
    objects.install(aws._machinery.emulator, hooks)  # noqa: SLF001 - until the machinery installs it
    yield
    hooks.remove()


@pytest.fixture(params=["fake", "real"])
def bench(request: pytest.FixtureRequest) -> Bench:
    if request.param == "fake":
        return a_fake()
    request.getfixturevalue("repaired")
    return on_s3(request.getfixturevalue("aws"))


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class TestLooking:
    def test_it_names_one_version_of_one_object(self, bench: Bench) -> None:
        first = bench.written(b"first")
        bench.put(first.uri, b"second!")
        second = bench.artifacts.look(first.uri)
        assert (first.size, second.size) == (5, 7)
        assert first.version
        assert second.version not in {"", first.version}
        assert first.etag != second.etag
        assert not first.etag.startswith('"')

    def test_a_bucket_without_versions_gives_none(self, bench: Bench) -> None:
        assert bench.written(plain=True).version == ""

    @pytest.mark.parametrize("key", ["a b/ü/model+1.tar.gz", "run=1?/model#2.tar.gz", "100%/model.tar.gz"])
    def test_any_name_will_do(self, bench: Bench, key: str) -> None:
        bench.put(bench.uri(key), b"model")
        assert bench.artifacts.look(bench.uri(key)).size == 5
        assert bench.kept(bench.artifacts.look(bench.uri(key))).sha256 == digest(b"model")
        assert [blob.uri for blob in bench.artifacts.files(bench.uri(key))] == [bench.uri(key)]

    def test_what_is_not_there_is_named(self, bench: Bench) -> None:
        uri = bench.uri("missing.tar.gz")
        with pytest.raises(NotFound) as refused:
            bench.artifacts.look(uri)
        assert refused.value.sentence == (
            f"There is nothing at {uri}. Write it there and register a new version."
        )

    def test_so_is_a_bucket_that_is_not_there_and_an_object_that_was_deleted(self, bench: Bench) -> None:
        with pytest.raises(NotFound, match="There is nothing at"):
            bench.artifacts.look(f"s3://{unique('nowhere')}/model.tar.gz")
        blob = bench.written()
        bench.lose(blob.uri)
        with pytest.raises(NotFound, match="There is nothing at"):
            bench.artifacts.look(blob.uri)

    @pytest.mark.parametrize("uri", ["", "model.tar.gz", "https://jobs/model", "s3://jobs", "s3://jobs/"])
    def test_what_is_no_address_is_refused_everywhere(self, bench: Bench, uri: str) -> None:
        for ask in (
            bench.artifacts.look,
            bench.artifacts.files,
            bench.artifacts.manifest,
            lambda uri: list(bench.artifacts.lines(uri)),
            lambda uri: bench.artifacts.read(uri, 10),
            lambda uri: bench.artifacts.exists_exactly(Blob(uri, "", "", 0)),
        ):
            with pytest.raises(Unreadable, match="is no address of an object in S3"):
                ask(uri)


class TestBeingExactlyThere:
    @pytest.mark.parametrize("plain", [False, True])
    def test_it_is_until_it_is_overwritten(self, bench: Bench, *, plain: bool) -> None:
        blob = bench.written(plain=plain)
        assert bench.artifacts.exists_exactly(blob)
        bench.put(blob.uri, b"other")
        assert not bench.artifacts.exists_exactly(blob)

    def test_the_same_bytes_written_anew_are_another_version(self, bench: Bench) -> None:
        blob = bench.written()
        bench.put(blob.uri, b"model")
        assert not bench.artifacts.exists_exactly(blob)

    def test_or_until_it_is_deleted(self, bench: Bench) -> None:
        blob = bench.written()
        bench.lose(blob.uri)
        assert not bench.artifacts.exists_exactly(blob)

    def test_a_known_checksum_counts(self, bench: Bench) -> None:
        kept = bench.kept(bench.written())
        assert bench.artifacts.exists_exactly(kept)
        assert bench.artifacts.exists_exactly(replace(kept, sha256=""))
        assert not bench.artifacts.exists_exactly(replace(kept, sha256="0" * 64))


class TestKeeping:
    @pytest.mark.parametrize("plain", [False, True])
    @pytest.mark.parametrize("content", [b"", b"model", b"\x00" * 300_000])
    def test_the_copy_has_a_version_and_a_checksum(
        self, bench: Bench, content: bytes, *, plain: bool
    ) -> None:
        source = bench.written(content, plain=plain)
        kept = bench.kept(source)
        assert kept.uri == bench.artifacts.project_uri(name_of_copy(source))
        assert kept.version
        assert (kept.size, kept.sha256) == (len(content), digest(content))
        assert kept == bench.artifacts.look(kept.uri)
        assert bench.artifacts.read(kept.uri, len(content)) == content

    def test_nothing_is_copied_twice(self, bench: Bench) -> None:
        source = bench.written()
        assert bench.kept(source) == bench.kept(source)
        assert bench.versions(bench.kept(source).uri) == 1

    def test_each_version_has_a_copy_of_its_own(self, bench: Bench) -> None:
        first = bench.written(b"first")
        bench.put(first.uri, b"second")
        second = bench.artifacts.look(first.uri)
        assert bench.kept(second).sha256 == digest(b"second")
        assert bench.kept(first).sha256 == digest(b"first")

    def test_a_version_is_still_there_when_it_was_overwritten_and_deleted(self, bench: Bench) -> None:
        source = bench.written(b"first")
        bench.put(source.uri, b"second")
        bench.lose(source.uri)
        assert bench.kept(source).sha256 == digest(b"first")

    def test_without_versions_an_overwritten_object_is_refused(self, bench: Bench) -> None:
        source = bench.written(b"first", plain=True)
        bench.put(source.uri, b"other")
        with pytest.raises(NotPossible) as refused:
            bench.artifacts.keep(source)
        assert refused.value.sentence == (
            f"{source.uri} was overwritten or deleted since it was sealed. Register what shall be deployed "
            f"as a new version."
        )

    @pytest.mark.parametrize("plain", [False, True])
    def test_so_is_one_that_is_gone(self, bench: Bench, *, plain: bool) -> None:
        source = bench.written(plain=plain)
        bench.purge(source.uri)
        with pytest.raises(NotPossible, match=CHANGED):
            bench.artifacts.keep(source)

    def test_what_was_kept_does_not_need_its_source(self, bench: Bench) -> None:
        source = bench.written()
        kept = bench.kept(source)
        bench.purge(source.uri)
        assert bench.kept(source) == kept

    def test_a_copy_that_was_lost_is_made_again(self, bench: Bench) -> None:
        source = bench.written()
        bench.lose(bench.kept(source).uri)
        assert bench.kept(source).sha256 == digest(b"model")

    @pytest.mark.parametrize("plain", [False, True])
    def test_something_else_of_the_same_length_is_no_copy(self, bench: Bench, *, plain: bool) -> None:
        source = bench.written(b"model", plain=plain)
        place = bench.artifacts.project_uri(name_of_copy(source))
        bench.put(place, b"mOdel")
        with pytest.raises(NotPossible) as refused:
            bench.artifacts.keep(source)
        assert refused.value.sentence == (
            f"{place} is no copy of {source.uri}, though its name says so. Delete it, and look who wrote it "
            f"there."
        )

    def test_what_lies_there_already_with_the_same_content_is_one(self, bench: Bench) -> None:
        source = bench.written(b"model")
        bench.put(bench.artifacts.project_uri(name_of_copy(source)), b"model")
        assert bench.kept(source).sha256 == digest(b"model")

    def test_a_copy_of_a_copy_is_one_too(self, bench: Bench) -> None:
        kept = bench.kept(bench.written())
        assert bench.kept(kept).sha256 == kept.sha256


class TestPrefix:
    def test_all_files_in_key_order_without_folders(self, bench: Bench) -> None:
        for key, content in {
            "t/b.csv": b"bb",
            "t/a/": b"",
            "t/a/z.csv": b"z",
            "t/": b"",
            "u.csv": b"u",
        }.items():
            bench.put(bench.uri(key), content)
        files = bench.artifacts.files(bench.uri("t/"))
        assert [(blob.uri, blob.size) for blob in files] == [
            (bench.uri("t/a/z.csv"), 1),
            (bench.uri("t/b.csv"), 2),
        ]

    @pytest.mark.parametrize("plain", [False, True])
    def test_a_file_in_the_list_is_the_file_looked_at(self, bench: Bench, *, plain: bool) -> None:
        uri = bench.uri("t/a.csv", plain=plain)
        bench.put(uri, b"old")
        bench.put(uri, b"new")
        assert list(bench.artifacts.files(bench.uri("t/", plain=plain))) == [bench.artifacts.look(uri)]

    def test_an_empty_folder_has_no_files_no_manifest_and_no_lines(self, bench: Bench) -> None:
        bench.put(bench.uri("t/gone.csv"), b"1\n")
        bench.lose(bench.uri("t/gone.csv"))
        bench.put(bench.uri("t/"), b"")
        assert list(bench.artifacts.files(bench.uri("t/"))) == []
        for ask in (bench.artifacts.manifest, lambda uri: list(bench.artifacts.lines(uri))):
            with pytest.raises(NotFound, match=f"There is nothing at {bench.uri('t/')}"):
                ask(bench.uri("t/"))

    @pytest.mark.parametrize("plain", [False, True])
    def test_the_manifest_changes_with_any_file_and_only_then(self, bench: Bench, *, plain: bool) -> None:
        prefix = bench.uri("t/", plain=plain)
        bench.put(f"{prefix}a.csv", b"1,2\n")
        bench.put(f"{prefix}b.csv", b"3,4\n")
        before = bench.artifacts.manifest(prefix)
        assert (before.files, before.bytes) == (2, 8)
        assert (
            before == manifest_of(prefix, bench.artifacts.files(prefix)) == bench.artifacts.manifest(prefix)
        )
        bench.put(f"{prefix}b.csv", b"3,5\n")
        after = bench.artifacts.manifest(prefix)
        assert (after.files, after.bytes) == (2, 8)
        assert after.digest != before.digest

    def test_a_long_list_is_read_to_its_end(self, bench: Bench) -> None:
        for number in range(1_003):
            bench.put(bench.uri(f"many/{number:05}"), b"")
        assert bench.artifacts.manifest(bench.uri("many/")).files == 1_003

    def test_too_long_a_list_is_refused(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        for module in ("bot.aws.artifacts", "tests.fakes.artifacts", "bot.domain.artifact"):
            monkeypatch.setattr(f"{module}.MOST_FILES", 2)
        for number in range(3):
            bench.put(bench.uri(f"t/{number}"), b"")
        with pytest.raises(NotPossible, match=f"There are more than 2 files under {bench.uri('t/')}"):
            bench.artifacts.manifest(bench.uri("t/"))


class TestLines:
    def test_files_follow_one_another_packed_or_not(self, bench: Bench) -> None:
        bench.put(bench.uri("t/a.csv"), b"1,2\r\n\n3,\xc3\xbc")
        bench.put(bench.uri("t/b.csv.gz"), gzip.compress(b"4,5\n6,\r7\n", mtime=0))
        bench.put(bench.uri("t/c.csv"), b"")
        bench.put(bench.uri("t/d.csv"), "\ufeff8,\u2028 9\n".encode())
        assert list(bench.artifacts.lines(bench.uri("t/"))) == [
            "1,2",
            "",
            "3,ü",
            "4,5",
            "6,\r7",
            "8,\u2028 9",
        ]

    @pytest.mark.parametrize(
        ("name", "content", "sentence"),
        [
            ("latin.csv", "1,ü\n".encode("latin-1"), "is no text in UTF-8"),
            ("no.csv.gz", b"1,2\n", "cannot be unpacked"),
            ("half.csv.gz", gzip.compress(b"1,2\n" * 999, mtime=0)[:-9], "cannot be unpacked"),
            ("latin.csv.gz", gzip.compress(b"\xff\n", mtime=0), "is no text in UTF-8"),
        ],
    )
    def test_what_cannot_be_read_is_named(
        self, bench: Bench, name: str, content: bytes, sentence: str
    ) -> None:
        bench.put(bench.uri(f"t/{name}"), content)
        with pytest.raises(Unreadable) as refused:
            list(bench.artifacts.lines(bench.uri("t/")))
        assert bench.uri(f"t/{name}") in refused.value.sentence
        assert sentence in refused.value.sentence


class TestReadingAndWriting:
    def test_what_is_written_is_read(self, bench: Bench) -> None:
        written = bench.artifacts.write("reports/p_1/test.json", b'{"a": 1}')
        assert written.uri == bench.artifacts.project_uri("reports/p_1/test.json")
        assert written.sha256 == digest(b'{"a": 1}')
        assert bench.artifacts.look(written.uri) == written
        assert bench.artifacts.read(written.uri, 8) == b'{"a": 1}'

    def test_the_same_bytes_are_written_once(self, bench: Bench) -> None:
        name = f"reports/{unique('p')}.json"
        assert bench.artifacts.write(name, b"1") == bench.artifacts.write(name, b"1")
        assert bench.versions(bench.artifacts.project_uri(name)) == 1

    def test_other_bytes_are_a_new_version(self, bench: Bench) -> None:
        name = f"reports/{unique('p')}.json"
        bench.artifacts.write(name, b"1")
        assert bench.artifacts.write(name, b"2").sha256 == digest(b"2")
        assert bench.artifacts.read(bench.artifacts.project_uri(name), 1) == b"2"

    def test_a_large_one_is_refused(self, bench: Bench) -> None:
        blob = bench.written(b"x" * 11)
        assert bench.artifacts.read(blob.uri, 11) == b"x" * 11
        with pytest.raises(Unreadable, match=f"{blob.uri} has 11 bytes; I read at most 10"):
            bench.artifacts.read(blob.uri, 10)

    def test_one_that_is_not_there_is_named(self, bench: Bench) -> None:
        with pytest.raises(NotFound, match="There is nothing at"):
            bench.artifacts.read(bench.uri("missing.json"), 10)


class TestTheFake:
    def test_it_copies_when_its_pauses_are_over_and_tells_what_it_copied(self) -> None:
        fake = FakeArtifacts()
        source = fake.put("s3://jobs/model.tar.gz", b"model")
        fake.pauses = 2
        assert [fake.keep(source) is None for _ in range(4)] == [True, True, False, False]
        assert fake.copies == [source.uri]


def test_every_refusal_says_what_to_do() -> None:
    refusals: list[Refusal] = [
        artifact.no_address("x"),
        artifact.nothing_at("x"),
        artifact.changed_since("x"),
        artifact.too_many_under("x"),
        artifact.too_large("x", 2, 1),
        artifact.no_copy_of("x", "y"),
    ]
    assert all(len(refusal.sentence.removesuffix(".").split(". ")) == 2 for refusal in refusals)
