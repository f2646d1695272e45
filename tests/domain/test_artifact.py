"""Blobs, manifests and addresses."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.artifact import (
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
from bot.domain.refusals import Refusal, Unreadable

MODEL = Blob("s3://jobs/churn/model.tar.gz", "v1", "abc", 12, "f" * 64)


KEYS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=4).filter(lambda key: key.strip("/"))
NAMES = st.sampled_from(["", "v1", "v2"])
FILES = st.lists(
    st.builds(lambda key, v, e, n: Blob(f"s3://d/{key}", v, e, n), KEYS, NAMES, NAMES, st.integers(0, 9)),
    max_size=4,
    unique_by=lambda blob: blob.uri,
)


class TestAddress:
    @pytest.mark.parametrize(
        ("uri", "bucket", "key"),
        [
            ("s3://jobs/model.tar.gz", "jobs", "model.tar.gz"),
            ("s3://jobs/churn/test/", "jobs", "churn/test/"),
            ("s3://jobs/run=1?/a#b c", "jobs", "run=1?/a#b c"),
            ("s3://jobs//double", "jobs", "/double"),
        ],
    )
    def test_it_is_a_bucket_and_a_key(self, uri: str, bucket: str, key: str) -> None:
        assert split(uri) == (bucket, key)

    @pytest.mark.parametrize(
        "uri", ["", "model", "https://jobs/model", "s3://jobs", "s3://jobs/", "s3:///key"]
    )
    def test_anything_else_is_refused(self, uri: str) -> None:
        with pytest.raises(Unreadable, match="is no address of an object in S3"):
            split(uri)


class TestManifest:
    def test_it_is_the_digest_of_a_line_for_each_file_in_key_order(self) -> None:
        late, early = Blob("s3://d/t/b c.csv", "v2", "e2", 20), Blob("s3://d/t/a.csv", "", "e1", 10)
        manifest = manifest_of("s3://d/t/", [late, early])
        assert manifest.digest == hashlib.sha256(b"t/a.csv||e1|10\nt/b%20c.csv|v2|e2|20\n").hexdigest()
        assert (manifest.uri, manifest.files, manifest.bytes) == ("s3://d/t/", 2, 30)

    @pytest.mark.parametrize(
        "other",
        [
            Blob("s3://d/t/b", "v1", "e", 1),
            Blob("s3://d/t/a", "v2", "e", 1),
            Blob("s3://d/t/a", "v1", "f", 1),
            Blob("s3://d/t/a", "v1", "e", 2),
        ],
    )
    def test_any_other_file_makes_another(self, other: Blob) -> None:
        one = Blob("s3://d/t/a", "v1", "e", 1)
        assert manifest_of("s3://d/t/", [one]).digest != manifest_of("s3://d/t/", [other]).digest

    def test_the_order_and_the_checksums_of_files_mean_nothing(self) -> None:
        # A listing of S3's knows no checksums.
        a, b = Blob("s3://d/a", "v", "e", 1, "f" * 64), Blob("s3://d/b", "v", "e", 2)
        assert manifest_of("s3://d/", [a, b]) == manifest_of("s3://d/", [b, replace(a, sha256="")])

    def test_of_nothing_it_is_the_digest_of_nothing(self) -> None:
        assert manifest_of("s3://d/", []) == Manifest("s3://d/", hashlib.sha256().hexdigest(), 0, 0)

    @given(one=FILES, other=FILES)
    def test_two_lists_have_one_digest_only_if_they_are_the_same(
        self, one: list[Blob], other: list[Blob]
    ) -> None:
        same = sorted(one, key=repr) == sorted(other, key=repr)
        assert (manifest_of("s3://d/", one).digest == manifest_of("s3://d/", other).digest) is same

    def test_no_file_name_passes_for_two_files(self) -> None:
        two = [Blob("s3://d/a", "", "e", 1), Blob("s3://d/b", "", "e", 1)]
        one = [Blob("s3://d/a||e|1\nb", "", "e", 1)]
        assert manifest_of("s3://d/", one).digest != manifest_of("s3://d/", two).digest


class TestBlob:
    @pytest.mark.parametrize(
        ("other", "same"),
        [
            (MODEL, True),
            (Blob(MODEL.uri, "v1", "abc", 12), True),
            (Blob(MODEL.uri, "v1", "abc", 12, "e" * 64), False),
            (Blob(MODEL.uri, "v2", "abc", 12, "f" * 64), False),
            (Blob(MODEL.uri, "v1", "abd", 12), False),
            (Blob(MODEL.uri, "v1", "abc", 13), False),
            (Blob("s3://jobs/other", "v1", "abc", 12), False),
        ],
    )
    def test_it_is_the_same_where_all_that_is_known_agrees(self, other: Blob, *, same: bool) -> None:
        assert MODEL.is_same(other) is same
        assert other.is_same(MODEL) is same

    def test_its_copy_has_a_name_of_its_own_and_the_files_name(self) -> None:
        names = {name_of_copy(MODEL), name_of_copy(Blob(MODEL.uri, "v2", "abc", 12))}
        assert len(names) == 2
        assert all(name.startswith("artifacts/") and name.endswith("/model.tar.gz") for name in names)

    def test_a_long_name_is_cut_in_front(self) -> None:
        name = name_of_copy(Blob("s3://jobs/" + "ü" * 500 + ".tar.gz", "", "e", 1))
        assert name.endswith("ü.tar.gz")
        assert len(name.encode()) < 1024

    @pytest.mark.parametrize(
        "other",
        [
            Blob("s3://jobs/other/model.tar.gz", "v1", "abc", 12),
            Blob("s3://jobs2/churn/model.tar.gz", "v1", "abc", 12),
            Blob(MODEL.uri, "", "abc", 12),
            Blob(MODEL.uri, "v1", "abd", 12),
        ],
    )
    def test_no_other_object_or_version_has_the_name_of_its_copy(self, other: Blob) -> None:
        assert name_of_copy(other) != name_of_copy(MODEL)

    def test_its_copy_has_one_name_whether_its_checksum_is_known_or_not(self) -> None:
        assert name_of_copy(replace(MODEL, sha256="")) == name_of_copy(MODEL)

    def test_the_copy_of_what_has_no_name_gets_one(self) -> None:
        assert name_of_copy(Blob("s3://jobs/folder/", "", "e", 1)).endswith("/object")


class TestRefusals:
    @pytest.mark.parametrize(
        ("refusal", "fragment"),
        [
            (nothing_at("s3://a/b"), "There is nothing at s3://a/b. Write it there"),
            (changed_since("s3://a/b"), "s3://a/b was overwritten or deleted since it was sealed. Register"),
            (too_many_under("s3://a/"), "more than 10,000 files under s3://a/. Put them into fewer"),
            (too_large("s3://a/b", 2_000_000, 1000), "s3://a/b has 2,000,000 bytes; I read at most 1,000."),
            (no_copy_of("s3://p/b", "s3://a/b"), "s3://p/b is no copy of s3://a/b, though its name says so."),
        ],
    )
    def test_each_names_the_address_and_says_what_to_do(self, refusal: Refusal, fragment: str) -> None:
        assert fragment in refusal.sentence
        assert ". " in refusal.sentence
