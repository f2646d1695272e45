"""Files as they come: packed, cut off, in any encoding, too large, too deep."""

import codecs
import gzip
import json
import math
import time

import pytest

from bot.domain.formats import parse_report
from bot.domain.formats.reading import MOST_METRICS, MOST_ODDITIES
from bot.domain.refusals import Unreadable
from bot.domain.report import MOST_BYTES
from tests.domain.formats.reports import NEXT, URI, notes, read, refusal_of, values

PLAIN = json.dumps({"auc": 0.9, "größe": 2}, ensure_ascii=False)
MEMBER = gzip.compress(b"", mtime=0)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-32-le"),
        (b"", "utf-32-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_any_encoding_is_read_packed_or_not(mark: bytes, encoding: str, pack: type[bytes]) -> None:
    report = parse_report(pack(mark + PLAIN.encode(encoding)), URI)
    assert values(report) == {"auc": 0.9, "größe": 2}


def test_a_packed_file_may_have_several_members_and_zeros_at_its_end() -> None:
    raw = gzip.compress(PLAIN[:9].encode()) + gzip.compress(PLAIN[9:].encode()) + b"\0" * 512
    assert values(parse_report(raw, URI)) == {"auc": 0.9, "größe": 2}


@pytest.mark.parametrize(
    ("raw", "fragment"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (codecs.BOM_UTF8, "is not JSON"),
        (MEMBER, "is empty"),
        (b"auc,0.91\n", "is not JSON (Expecting value"),
        (b"{", "is not JSON ("),
        (b'{"auc": 0.9} {"auc": 0.8}', "is not JSON (Extra data"),
        (b"\xff\xfe\xff", "is not JSON ("),
        (b"\x80abc", "is not JSON ("),
        (b"[" * 200_000, "nests its values too deep"),
        (b'{"a":' * 200_000, "nests its values too deep"),
        (gzip.compress(PLAIN.encode(), mtime=0)[:-9], "is packed, and its end is missing"),
        (gzip.compress(PLAIN.encode(), mtime=0)[:5], "is packed, and its end is missing"),
        (gzip.compress(PLAIN.encode(), mtime=0) + b"more", "is packed, but not well"),
        (b"\x1f\x8b\x08" + bytes(7) + b"\xff" * 40, "is packed, but not well"),
        (gzip.compress(b"1" * (MOST_BYTES + 1), mtime=0), "unpacks to more than 20 MB"),
        (b"null", "all that it holds is null"),
        (b'"auc"', "all that it holds is “auc”"),
        (b"0.91", "all that it holds is 0.91"),
        (b"[]", "all that it holds is a list of 0"),
        (b"[0.9]", "all that it holds is a list of 1, and $ is a list of 1, no metric"),
        (b"{}", "at the top I found nothing"),
        (b'{"a": "x", "b": {}}', "at the top I found “a” and “b”"),
        (b'{"a":"","b":"","c":"","d":"","e":"","f":"","g":""}', "“a”, “b”, “c”, “d”, “e” and 2 more"),
        (b'{"auc": null}', "$.auc is null, no number"),
        (b'{"regression_metrics": {}}', "at the top I found “regression_metrics”"),
        (b'{"regression_metrics": null}', "at the top I found “regression_metrics”"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused_with_what_to_do(raw: bytes, fragment: str) -> None:
    sentence = refusal_of(raw)
    assert sentence.startswith(f"The report {URI} ")
    assert fragment in sentence
    assert sentence.endswith(NEXT)


def test_many_members_that_hold_nothing_are_empty_soon() -> None:
    started = time.process_time()
    assert "is empty" in refusal_of(MEMBER * 20_000)
    assert time.process_time() - started < 5


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = gzip.compress(b"0" * 200_000_000, compresslevel=1)
    started = time.process_time()
    assert "unpacks to more than 20 MB" in refusal_of(bomb)
    assert time.process_time() - started < 1


@pytest.mark.parametrize("depth", [50, 300, 900, 3_000, 30_000])
def test_however_deep_a_file_nests_it_is_read_or_refused(depth: int) -> None:
    raw = b'{"a":' * depth + b"1" + b"}" * depth
    try:
        found = values(parse_report(raw, URI))
    except Unreadable as refused:
        found = {refused.sentence: 1}
    deep = f"The report {URI} nests its values too deep for me to follow. Write it again"
    long = f"The report {URI} has no number that I can use; at the top I found “a”, and …"
    assert [name for name in found if name == ".".join("a" * depth) or name.startswith((deep, long))]


def test_a_whole_number_of_more_digits_than_python_reads_is_named_with_its_path() -> None:
    report = parse_report(b'{"auc": 0.9, "n": ' + b"9" * 5000 + b"}", URI)
    assert notes(report) == ["$.n is Infinity, no finite number"]
    assert values(report) == {"auc": 0.9, "n": math.inf}


def test_a_file_of_ten_thousand_metrics_is_read() -> None:
    report = read({f"m{number}": number for number in range(10_000)})
    assert [metric.value for metric in report.metrics] == list(range(10_000))


def test_a_file_of_more_metrics_than_anybody_compares_is_refused() -> None:
    raw = json.dumps({f"m{number}": number for number in range(MOST_METRICS + 1)}).encode()
    assert refusal_of(raw) == (
        f"The report {URI} has more than 20,000 metrics; $.m20000 is one too many. "
        "Leave out what nobody compares and register a new version."
    )


def test_more_notes_than_anybody_reads_are_counted() -> None:
    report = read({"auc": 0.9} | {f"list{number}": [1] for number in range(MOST_ODDITIES + 7)})
    assert notes(report)[-1] == "$ has 7 more things that I did not take"
    assert len(report.oddities) == MOST_ODDITIES + 1


def test_a_refusal_stays_short_however_long_the_names_in_the_report_are() -> None:
    assert len(refusal_of(json.dumps({f"{n}" * 20_000: [1] for n in range(9)}).encode())) < 1000


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("\ue000U0CEO\ue003 approved; mae", "U0CEO approved; mae"),
        ("mae\ud800", "mae?"),
        ("two\nlines\t here ", "two lines here"),
        ("\u202eeam\u2028end\x00", "eam end"),
        ("größe", "größe"),
    ],
)
def test_a_name_is_one_line_that_forges_nothing(written: str, name: str) -> None:
    assert list(values(read({written: 1}))) == [name]
