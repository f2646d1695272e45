"""Files that hold more than any report does: refused soon, with what to do; large reports are read."""

import json
import math
import tracemalloc
from collections.abc import Iterator

import pytest

from bot.domain.formats import parse_report
from bot.domain.formats.limits import MOST_VALUES
from bot.domain.formats.reading import MOST_ODDITIES, MOST_UNNOTED, Found
from bot.domain.refusals import Unreadable
from tests.domain.formats.reports import NEXT, URI, notes, read, refusal_of, values

MEGABYTES = 4
TOO_MANY = f"The report {URI} holds more than 200,000 values, which is the most that I look at. "


def filled(before: str, unit: str, after: str) -> bytes:
    times = (MEGABYTES * 2**20 - len(before) - len(after)) // len(unit)
    return f"{before}{unit * times}{after}".encode()


def keyed(value: str) -> bytes:
    return ("{" + "".join(f'"k{number}":{value},' for number in range(300_000)) + '"z":1}').encode()


LARGE = {
    "empty objects": filled('{"a":[', "{},", "{}]}"),
    "empty lists": filled('{"a":[', "[],", "[]]}"),
    "numbers beside an object": filled('{"x":1,"a":[{},', "1,", "1]}"),
    "short numbers alone": filled('{"x":1,"a":[', "1,", "1]}"),
    "nothing under many keys": keyed("null"),
    "objects under many keys": keyed("{}"),
    "one key again and again": filled('{"z":1,', '"a":1,"a":2,', '"b":1}'),
    "one metric again and again": filled('{"metrics":[', '{"name":"a","value":1},', "{}]}"),
    "texts": filled('{"z":1,"a":[', '{"v":"s"},', "{}]}"),
    "words": filled('{"z":1,"a":[', '"w",', '"w"]}'),
    "truth values as slices": filled('{"z":1,"slices":[', "true,", "true]}"),
    "violations": filled('{"violations":[', '{"description":"distance: 1"},', "{}]}"),
    "quotes in texts": filled('{"z":"', '\\\\\\"', '","a":[' + "{}," * 250_000 + "{}]}"),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_a_file_of_more_values_than_anybody_writes_is_refused_with_what_to_do(name: str) -> None:
    assert refusal_of(LARGE[name]) == f"{TOO_MANY}Write only the metrics into it {NEXT}"


def test_such_a_file_is_refused_before_it_is_decoded() -> None:
    tracemalloc.start()
    try:
        refusal_of(LARGE["empty objects"])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 6 * MEGABYTES * 2**20  # decoded, it takes 25 times the file


def test_brackets_and_colons_inside_texts_are_no_values() -> None:
    report = read({"auc": 0.9, "notes": "[{:" * MOST_VALUES})
    assert values(report) == {"auc": 0.9}


def test_a_long_curve_is_no_heap_of_values() -> None:
    shares = [number / 250_000 for number in range(250_000)]
    curve = {"false_positive_rates": shares, "true_positive_rates": shares}
    block = {"auc": {"value": 0.9}, "receiver_operating_characteristic_curve": curve}
    report = read({"binary_classification_metrics": block})
    assert (len(report.curves), notes(report)) == (1, [])


def test_pairs_make_a_long_curve_too() -> None:
    report = read({"auc": 0.9, "roc_curve": [[number / 60_000] * 2 for number in range(60_000)]})
    assert (len(report.curves), notes(report)) == (1, [])


def test_explanations_of_140_000_features_are_read() -> None:
    shap = {f"feature_{number}": number / 7 for number in range(140_000)}
    report = read({"explanations": {"kernel_shap": {"label0": {"global_shap_values": shap}}}})
    assert len(report.attributions[0].features) == 140_000


def test_20_000_metrics_with_all_that_belongs_to_them_are_read() -> None:
    entry = {"value": 0.5, "standard_deviation": 0.1, "notes": "measured on the held-out data"}
    report = read({"metrics": {f"m{number}": entry for number in range(20_000)}})
    assert len(report.metrics) == 20_000


def test_more_notes_than_anybody_could_mean_end_the_reading() -> None:
    found = Found(uri=URI)
    for number in range(MOST_ODDITIES + MOST_UNNOTED):
        found.odd(f"$[{number}]", "is null, no object")
    with pytest.raises(Unreadable) as refused:
        found.odd("$.last", "is null, no object")
    assert str(refused.value) == (
        f"The report {URI} has more than 101,000 things in it that I cannot take; $.last is one too many. "
        f"Write only the metrics into it {NEXT}"
    )


def test_numbers_where_objects_should_be_end_the_reading_too() -> None:
    raw = json.dumps({"violations": [1] * (MOST_ODDITIES + MOST_UNNOTED + 1)}).encode()
    assert "things in it that I cannot take" in refusal_of(raw)


def test_the_text_of_a_note_that_nobody_reads_is_never_made() -> None:
    made = []

    def why() -> str:
        made.append(1)
        return "is null, no object"

    found = Found(uri=URI)
    for _ in range(MOST_ODDITIES + 500):
        found.odd("$", why)
    assert (len(made), found.unnoted) == (MOST_ODDITIES, 500)


# ---- many of one kind: with steps that grow with the square, these would take minutes -----------------

MANY = 30_000
CELL = {"confusion_matrix": [[1]]}
SCORES = [{"name": "f1", "value": 0.5}] * MANY
GROUPS = [{"name": f"g{n % 900}", "metric_data": [{"name": "f1", "value": n}]} for n in range(MANY // 2)]


def test_many_addresses_are_one_data_set() -> None:
    report = read({"auc": 0.9, "datasets": [f"s3://b/{number}" for number in range(150_000)]})
    assert len(report.data.uris) == 150_000


def test_many_small_matrices_are_read() -> None:
    report = read({"auc": 0.9, "slices": {f"s{number}": CELL for number in range(MANY)}})
    assert len(report.matrices) == MANY


def test_many_scores_of_one_name_are_one() -> None:
    assert values(read({"dataset_scores": SCORES, "eval_name": "qa"})) == {"qa.f1": 0.5}


def test_many_groups_of_a_card_have_each_their_own() -> None:
    assert len(read({"metric_groups": GROUPS}).metrics) == 900


def test_long_keys_in_each_other_do_not_add_up() -> None:
    nested: object = 1
    for _ in range(150):
        nested = {"k" * 60_000: nested}
    raw = json.dumps({"auc": 0.9, "deep": nested}).encode()
    tracemalloc.start()
    try:
        parse_report(raw, URI)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 6 * len(raw)


# ---- names ------------------------------------------------------------------------------------------

LONG = "x" * 257


def long_named() -> Iterator[dict[str, object]]:
    yield {"auc": 0.9, LONG: 1}
    yield {"auc": 0.9, "slices": {LONG: {"auc": 0.1}}}
    yield {"auc": 0.9, "metrics": [{"name": LONG, "value": 1}]}
    yield {"auc": 0.9, "a" * 100: {"b" * 100: {"c" * 100: 1}}}


@pytest.mark.parametrize("document", list(long_named()))
def test_a_name_that_is_too_long_for_the_ledger_is_noted_and_dropped(document: dict[str, object]) -> None:
    report = read(document)
    assert values(report) == {"auc": 0.9}
    (note,) = notes(report)
    assert note.startswith("$")
    assert "characters; I take 256" in note
    assert len(note) < 600


def test_a_name_of_256_characters_is_taken() -> None:
    assert values(read({"x" * 256: 1})) == {"x" * 256: 1}


def test_an_address_that_no_object_can_have_is_noted_and_dropped() -> None:
    report = read({"auc": 0.9, "dataset": {"uri": "s3://b/" + "x" * 5000, "rows": 7}})
    assert (report.data.uris, report.data.rows) == ((), 7)
    assert notes(report) == ["$.dataset.uri is an address of 5,007 characters; I take 2,048"]


def test_the_place_of_a_note_is_cut_at_its_beginning() -> None:
    nested: object = [1]
    for _ in range(40):
        nested = {"a" * 50: nested}
    (note,) = notes(read({"auc": 0.9, "deep": nested}))
    assert note.startswith("…")
    assert len(note) < 400


# ---- the same key twice -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        {"f1": 1, "auc[region=EU]": 0.99, "slices": {"region": {"EU": {"auc": 0.1}}}},
        {"f1": 1, "slices": {"region": {"EU": {"auc": 0.1}}}, "auc[region=EU]": 0.99},
    ],
)
def test_a_name_in_brackets_cannot_pass_for_a_slice(document: dict[str, object]) -> None:
    report = read(document)
    assert sorted(metric.key for metric in report.metrics) == ["auc[region=EU]", "f1"]
    assert math.isnan(values(report)["auc[region=EU]"])
    assert [note.endswith("has the same name: neither counts") for note in notes(report)] == [True, True]


def test_brackets_alone_name_the_slice_that_they_name() -> None:
    assert values(read({"auc[region=EU]": 0.9})) == {"auc[region=EU]": 0.9}


def test_backquotes_in_a_name_are_no_marks_of_ours() -> None:
    assert list(values(read({"`auc`": 0.9}))) == ["'auc'"]
