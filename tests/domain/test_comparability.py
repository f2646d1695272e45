"""Comparability: what was measured on what, and what is said where it differs."""

import pytest

from bot.domain.comparison import weigh
from bot.domain.guardrails import parse_guardrail
from bot.domain.report import Dataset, Metric, Report
from tests.domain.weighing import CHAMPION, measured, metric

ONE, OTHER = "ab12cd34" + "0" * 56, "99999999" + "0" * 56
DIGEST, ROWS, URIS = Dataset(digest=ONE, rows=2000), Dataset(rows=2000), Dataset(("s3://b/x/",))
ON_2000 = "the candidate was measured on 2,000 rows (manifest ab12cd34)"


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        (DIGEST, DIGEST, ""),
        (DIGEST, Dataset(digest=ONE, rows=1999), ""),
        (DIGEST, Dataset(digest=OTHER, rows=1),
         f"{ON_2000}, churn:11 on 1 row (manifest 99999999)"),
        (DIGEST, Dataset(digest=OTHER),
         f"{ON_2000}, churn:11 on the data of manifest 99999999"),
        (DIGEST, None,
         f"{ON_2000}, and nobody says on what churn:11 was"),
        (DIGEST, ROWS,
         f"{ON_2000}, and nobody says on what churn:11 was"),
        (None, DIGEST,
         f"{ON_2000.replace('the candidate', 'churn:11')}, and nobody says on what the candidate was"),
        (ROWS, Dataset(rows=1990), "the candidate was measured on 2,000 rows, churn:11 on 1,990 rows"),
        (ROWS, ROWS, ""),
        (ROWS, None, ""),
        (URIS, URIS, ""),
        (URIS, Dataset(("s3://b/y/", "s3://b/z/")),
         "the candidate was measured on s3://b/x/, churn:11 on s3://b/y/ and s3://b/z/"),
        (Dataset(("s3://b/y/", "s3://b/x/")), Dataset(("s3://b/x/", "s3://b/y/")), ""),
        (URIS, ROWS, ""),
        (None, None, ""),
    ],
)  # fmt: skip
def test_numbers_are_compared_where_they_were_measured_on_the_same(
    ours: Dataset | None, theirs: Dataset | None, why: str
) -> None:
    candidate, champion = measured(metric("auc", 0.9, 0.1, ours)), measured(metric("auc", 0.8, 0.1, theirs))
    compared = weigh(candidate, champion, CHAMPION, [], {"auc": 0.5})
    (row,) = compared.rows
    assert row.comparable is not bool(why)
    assert compared.incomparable == (f"Not comparable with churn:11: {why}." if why else "")
    if why:
        assert (row.difference, row.relative, row.clear, row.better, row.loss) == (None,) * 5
        remedy = "Name `test_data` in mlops.toml, and both are tested on the same"
        unknown = f"Nobody can say whether the tolerance of auc is met: {why}. {remedy}"
        assert compared.warnings == (unknown,)
    else:
        assert (row.better, compared.warnings) == (True, ())


@pytest.mark.parametrize(
    ("ours", "theirs", "note"),
    [
        (None, None, "Neither report says what it was measured on"),
        (Dataset(), None, "Neither report says what it was measured on"),
        (ROWS, None, "The report of churn:11 does not say what it was measured on"),
        (
            None,
            ROWS,
            "The candidate’s report does not say what it was measured on, and that of churn:11 does",
        ),
        (ROWS, ROWS, ""),
    ],
)
def test_where_nobody_says_on_what_it_was_measured_one_note_says_so(
    ours: Dataset | None, theirs: Dataset | None, note: str
) -> None:
    candidate = measured(metric("auc", 0.9, 0.1, ours), metric("f1", 0.9, 0.1, ours))
    champion = measured(metric("auc", 0.8, 0.1, theirs), metric("f1", 0.8, 0.1, theirs))
    assert weigh(candidate, champion, CHAMPION, [], {}).notes == ((note,) if note else ())


def noted(ours: dict[str, Dataset | None], rules: dict[str, str]) -> tuple[str, ...]:
    """The notes on two reports of which the champion's is silent where the candidate's is, else the same."""
    candidate, champion = (
        measured(*(metric(key, value, data=data) for key, data in ours.items())) for value in (0.9, 0.8)
    )
    guardrails = [parse_guardrail(name, rule) for name, rule in rules.items()]
    return weigh(candidate, champion, CHAMPION, guardrails, {}).notes


@pytest.mark.parametrize(
    ("ours", "rules", "notes"),
    [
        # what is ruled is named
        (
            {"auc": ROWS, "bias.DPPL[age=below 40]": None},
            {"bias.DPPL": "<= 1"},
            ("Neither report says what DPPL · age=below 40 was measured on",),
        ),
        (
            {"auc": ROWS, "f1": None, "recall": None},
            {},
            ("Neither report says what F1 and Recall were measured on",),
        ),
        (
            {"auc": None, "f1": None, "recall": None, "accuracy": None, "precision": None, "mae": ROWS},
            {},
            ("Neither report says what AUC, Accuracy, F1 and 2 more were measured on",),
        ),
        # of what nobody looks at first nothing is said, where the data of the rest are known
        ({"auc": ROWS, "bias.DPPL": None}, {}, ()),
        ({"auc": ROWS, "gain": None}, {"auc": ">= 0.1"}, ()),
        # there is nothing else to look at
        ({"gain": None}, {}, ("Neither report says what it was measured on",)),
        ({"gain": None, "loot": ROWS}, {}, ("Neither report says what gain was measured on",)),
    ],
)
def test_where_others_are_known_the_note_names_what_it_is_about(
    ours: dict[str, Dataset | None], rules: dict[str, str], notes: tuple[str, ...]
) -> None:
    assert noted(ours, rules) == notes


def test_what_a_metric_does_not_say_of_its_data_its_report_does() -> None:
    candidate, champion = (
        Report("any", "s3://b/r.json", "0" * 64, (Metric("auc", 0.9),), data=Dataset(rows=rows))
        for rows in (5, 6)
    )
    assert not weigh(candidate, champion, CHAMPION, [], {}).rows[0].comparable


def test_of_data_that_differ_for_a_part_of_the_metrics_the_sentence_names_them() -> None:
    ours = measured(metric("auc", 0.9, data=DIGEST), metric("f1", 0.9), metric("rows", 5, data=DIGEST))
    theirs = measured(metric("auc", 0.8), metric("f1", 0.8), metric("rows", 5))
    compared = weigh(ours, theirs, CHAMPION, [parse_guardrail("auc", ">= 0.8")], {})
    assert compared.incomparable.startswith("Not comparable with churn:11 on auc and rows: the candidate")
    assert compared.verdict == (
        "Every guardrail holds; better than churn:11 on 1 of 1 metrics, not comparable on 1."
    )


def test_of_what_nobody_looks_at_first_it_is_a_note() -> None:
    ours, theirs = (
        measured(metric("auc", 0.9, data=ROWS), metric("rows", 5, data=data)) for data in (ROWS, DIGEST)
    )
    compared = weigh(ours, theirs, CHAMPION, [], {})
    assert compared.incomparable == ""
    assert compared.notes[0].startswith("Not comparable with churn:11 on rows: churn:11 was measured on")


def test_a_verdict_on_nothing_that_can_be_compared_says_so() -> None:
    candidate, champion = measured(metric("auc", 0.9, data=DIGEST)), measured(metric("auc", 0.8))
    compared = weigh(candidate, champion, CHAMPION, [parse_guardrail("auc", ">= 0.8")], {})
    assert compared.verdict == "Every guardrail holds; not comparable with churn:11."


def test_a_champion_s_number_on_other_data_is_no_bound() -> None:
    candidate, champion = measured(metric("auc", 0.9, data=DIGEST)), measured(metric("auc", 0.8))
    compared = weigh(candidate, champion, CHAMPION, [parse_guardrail("auc", ">= champion")], {})
    assert compared.verdict == (
        "auc must be ≥ champion, and it cannot be held against churn:11’s: "
        f"{ON_2000}, and nobody says on what churn:11 was."
    )


def test_several_tolerances_that_nobody_can_judge_are_one_warning() -> None:
    ours = measured(metric("auc", 0.9, data=DIGEST), metric("f1", 0.9, data=DIGEST))
    theirs = measured(metric("auc", 0.8), metric("f1", 0.8))
    (warning,) = weigh(ours, theirs, CHAMPION, [], {"auc": 0.1, "f1": 0.1}).warnings
    assert warning.startswith("Nobody can say whether the tolerance of auc and f1 is met: ")
