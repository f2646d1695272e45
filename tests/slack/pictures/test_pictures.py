"""What the pictures and their alt texts say, held against numbers that are reckoned here."""

import math
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.comparison import Comparison
from bot.domain.meaning import Better, Meaning, Meanings
from bot.domain.report import Curve, CurveKind, Matrix, Metric, Report
from bot.slack.pictures import drawings
from bot.slack.pictures.confusion import confusion
from bot.slack.pictures.reliability import reliability
from bot.slack.pictures.slices import slices
from tests.slack.pictures.samples import (
    CHURN,
    CHURN_BEFORE,
    DIGITS,
    IRIS,
    IRIS_BEFORE,
    MARKETS,
    REGIONS,
    RELIABLE,
    UNRELIABLE,
    calibration_error,
    regions,
    report,
    row,
    words,
)

NAN = math.nan
NAMES = ("churn:12", "churn:9")
NOTHING = Comparison((), None, ())


def test_the_alt_text_of_a_confusion_matrix_carries_its_numbers() -> None:
    assert confusion(CHURN, "churn:12", CHURN_BEFORE, "churn:9").alt == (
        "churn:12 confusion matrix; actual 0: 1,180 answered 0, 510 answered 1; "
        "actual 1: 96 answered 0, 214 answered 1. "
        "churn:9 confusion matrix; actual 0: 1,090 answered 0, 600 answered 1; "
        "actual 1: 120 answered 0, 190 answered 1"
    )


def test_a_confusion_matrix_shows_counts_and_shares_of_rows() -> None:
    shown = words(confusion(CHURN, "churn:12").svg)
    assert {"1,180", "510", "96", "214"} <= set(shown)
    assert {"69.8%", "30.2%", "31.0%", "69.0%"} <= set(shown)


def test_the_champion_s_classes_are_put_in_the_candidate_s_order() -> None:
    alt = confusion(IRIS, "iris:3", IRIS_BEFORE, "iris:2").alt.split(". ")[1]
    assert alt == (
        "iris:2 confusion matrix; actual setosa: 49 answered setosa, 1 answered versicolor; "
        "actual versicolor: 44 answered versicolor, 6 answered virginica; "
        "actual virginica: 5 answered versicolor, 45 answered virginica"
    )


@pytest.mark.parametrize("classes", [("0", "2"), ("0",), ("0", "1", "2"), ("0", "0")])
def test_a_champion_with_other_classes_is_not_drawn_beside(classes: tuple[str, ...]) -> None:
    counts = tuple((1.0,) * len(classes) for _ in classes)
    other = confusion(CHURN, "churn:12", Matrix(classes, counts), "churn:9")
    assert other == confusion(CHURN, "churn:12")


def test_of_many_classes_the_rarest_are_one_and_no_line_is_lost() -> None:
    drawn = confusion(DIGITS, "digits:1")
    shown = words(drawn.svg)
    assert [word for word in shown if word.isdigit() and len(word) == 2][:11] == [
        f"{n}" for n in range(29, 40)
    ]
    assert "Shade is the share of the row; orange is wrong. The 11 most frequent of 40 classes" in shown
    rest = math.fsum(DIGITS.counts[i][j] for i in range(29) for j in range(29))
    assert "(29 classes are one, other)" in drawn.alt
    assert f"{rest / 1000:.1f}k" in shown


def test_an_alt_text_that_has_no_room_says_how_many_classes_it_leaves_out() -> None:
    size = 12
    names = tuple(f"class number {n} of a long list of classes" for n in range(size))
    counts = tuple(tuple(float(100 + i * size + j) for j in range(size)) for i in range(size))
    alt = confusion(Matrix(names, counts), "m:2", Matrix(names, counts), "m:1").alt
    assert len(alt) <= 2000
    assert alt.count("more classes") == 2
    told = alt.split(". ")[0].count("; actual")
    assert f"… and {size - told} more classes" in alt


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999, "999"),
        (9999, "9,999"),
        (12345, "12.3k"),
        (999_960, "1.0M"),
        (2.5, "2.5"),
        (3e9, "3.0G"),
    ],
)
def test_a_huge_count_takes_little_room(count: float, text: str) -> None:
    assert text in words(confusion(Matrix(("a", "b"), ((count, 1.0), (0, 1))), "m:1").svg)


@pytest.mark.parametrize(
    ("matrix", "shown"),
    [
        (Matrix((), ()), "The report gives no classes"),
        (Matrix(("a",), ((5.0,),)), "100%"),
        (Matrix(("a", "b"), ((0.0, 0.0), (0.0, 0.0))), "0"),
        (Matrix(("a", "b"), ((NAN, math.inf), (-1.0, 4.0))), "–"),
        (Matrix(("a", "b"), ((1.0,),)), "–"),
        (Matrix(("a",), ((1.0, 2.0), (3.0, 4.0))), "100%"),
        (Matrix(("a", "b"), ((1e308, 1e308), (1.0, 1.0))), "–"),
        (Matrix(("a", "b"), ((1e299, 1e299), (1.0, 1.0))), "50.0%"),
        (Matrix(("a", "b"), ((99_999.0, 1.0), (1.0, 1.0))), "<0.1%"),
        (Matrix(("a", "b"), ((99_999.0, 1.0), (1.0, 1.0))), ">99.9%"),
    ],
)
def test_an_odd_matrix_is_drawn_as_far_as_it_goes(matrix: Matrix, shown: str) -> None:
    assert shown in words(confusion(matrix, "m:1").svg)


def test_the_calibration_error_is_in_the_picture_and_in_its_alt_text() -> None:
    ours, theirs = (f"{calibration_error(curve):.3f}" for curve in (RELIABLE, UNRELIABLE))
    drawn = reliability([("churn:12", RELIABLE), ("churn:9", UNRELIABLE)])
    assert f"Expected calibration error: churn:12 {ours}, churn:9 {theirs}" in words(drawn.svg)
    assert (
        f"churn:12 reliability, expected calibration error {ours}; score 0.05: 0.05 positive of 620"
        in drawn.alt
    )
    assert f"churn:9 reliability, expected calibration error {theirs}; score 0.05: 0.02" in drawn.alt
    assert drawn.svg.count("<circle") == 10 + 1
    assert "2,000 lines" in words(drawn.svg)


def test_without_lines_nobody_says_how_large_the_calibration_error_is() -> None:
    drawn = reliability([("churn:12", Curve(CurveKind.CALIBRATION, RELIABLE.points))])
    assert "error" not in drawn.alt + drawn.svg
    assert not any("lines" in word for word in words(drawn.svg) if "same score" not in word)


def test_a_point_that_is_no_share_is_left_out_and_counted() -> None:
    points = ((0.1, NAN), (0.2, 1.5), (-0.1, 0.2), (math.inf, 0.1), (0.5, 0.4))
    drawn = reliability([("m:1", Curve(CurveKind.CALIBRATION, points, lines=(1, 1, 1, 1, 7)))])
    assert drawn.alt == (
        "m:1 reliability, expected calibration error 0.100, 4 points left out; score 0.5: 0.4 positive of 7"
    )


def test_the_worst_slice_comes_first_and_the_whole_before_all() -> None:
    drawn = slices(REGIONS, "AUC", "churn:12", "churn:9")
    assert drawn.title == "AUC by region"
    assert drawn.alt.startswith(
        "AUC by region, worst first; all data: churn:12 0.846, churn:9 0.835; "
        "region=Africa: churn:12 0.771 ± 0.021, churn:9 0.783; region=South America: churn:12 0.79 ± 0.014"
    )
    shown = words(drawn.svg)
    names = [word for word in shown if word in {"Africa", "South America", "Middle East", "APAC", "EU"}]
    assert names == ["Africa", "South America", "Middle East", "APAC", "EU"]
    assert {"0.790", "0.751", "all data"} <= set(shown)


def test_what_cannot_be_compared_is_not_drawn_beside() -> None:
    rows = [replace(row, comparable=False) for row in REGIONS]
    assert "churn:9" not in slices(rows, "AUC", "churn:12", "churn:9").alt
    assert "churn:9" in slices(REGIONS, "AUC", "churn:12", "churn:9").alt


def test_where_less_is_better_the_largest_is_the_worst() -> None:
    candidate = report(Metric("rmse", 3.0, part="site=A"), Metric("rmse", 9.0, part="site=B"))
    (drawn,) = drawings(candidate, None, NAMES, NOTHING)
    assert drawn.alt == "RMSE by site, worst first; site=B: churn:12 9; site=A: churn:12 3"


def test_of_many_slices_the_worst_twelve_are_drawn_and_the_rest_are_counted() -> None:
    shown = words(slices(MARKETS, "AUC", "churn:12", "churn:9").svg)
    assert "… 7 more" in shown
    assert {"00", "11"} <= set(shown)
    assert "12" not in shown
    assert "churn:9" not in shown  # it has no numbers


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (row("auc", 0.8),),
        (row("auc[a=1]", None, 0.5),),
        (row("auc[a=1]", NAN, math.inf), row("auc[a=2]", math.inf)),
        (row("auc[a=1]", 0.0), row("auc[a=2]", 0.0)),
        (row("auc[a=1]", 1e299, -1e299), row("auc[a=2]", 5e-324, -5e-324)),
        (row("auc[a=1]", 1.0, 1.0 + 1e-16, 1e-320), row("auc[b=2]", 1.0, None, NAN)),
        (row("auc[=]", 1e15), row("auc[]", 2.0), row("[", 3.0), row("", -7.0)),
    ],
)
def test_odd_slices_are_drawn_as_far_as_they_go(rows: tuple[object, ...]) -> None:
    drawn = slices(rows, "AUC", "m:2", "m:1")  # type: ignore[arg-type]  # pytest's parameters are objects
    assert words(drawn.svg)
    assert drawn.alt


def test_evidence_gives_the_pictures_that_it_has() -> None:
    candidate = report(*regions(1), matrix=CHURN, curve=RELIABLE)
    champion = report(*regions(2), matrix=CHURN_BEFORE, curve=UNRELIABLE)
    drawn = drawings(candidate, champion, NAMES, NOTHING)
    assert [one.title for one in drawn] == ["Confusion matrix", "Reliability", "AUC by region"]
    assert all("churn:9" in one.alt for one in drawn)
    alone = drawings(candidate, None, NAMES, NOTHING)
    assert [one.title for one in alone] == [one.title for one in drawn]
    assert not any("churn:9" in one.alt + one.svg for one in alone)


@pytest.mark.parametrize(
    "candidate",
    [
        report(),
        report(Metric("auc", 0.8)),
        report(matrix=Matrix((), ())),
        report(matrix=Matrix(("a", "b"), ((0.0, 0.0), (0.0, NAN)))),
        report(curve=Curve(CurveKind.CALIBRATION, ())),
        report(curve=Curve(CurveKind.CALIBRATION, ((NAN, 0.5),))),
        report(curve=Curve(CurveKind.ROC, ((0.0, 0.0), (1.0, 1.0)))),
        report(Metric("auc", 0.8), Metric("auc", 0.7, part="region=EU")),
        report(Metric("auc", 0.8, part="validation"), Metric("auc", 0.9, part="train")),
        report(Metric("bias.DPPL", 0.1, part="Gender=0"), Metric("bias.DPPL", 0.2, part="Gender=1")),
        report(Metric("data.mean", 0.1, part="age=x"), Metric("data.mean", 0.2, part="b=y")),
        report(Metric("auc", NAN, part="region=EU"), Metric("auc", 0.7, part="region=US")),
    ],
)
def test_evidence_without_any_of_it_gives_no_picture(candidate: Report) -> None:
    assert drawings(candidate, report(matrix=CHURN, curve=RELIABLE), NAMES, NOTHING) == ()


def test_the_metric_that_the_comparison_puts_first_is_the_one_that_is_sliced() -> None:
    metrics = [
        Metric(name, value, part=f"site={site}")
        for name in ("recall", "precision")
        for site, value in (("A", 0.5), ("B", 0.6))
    ]
    compared = Comparison((row("precision[site=A]", 0.5, 0.4), row("recall[site=A]", 0.5, 0.4)), None, ())
    assert [one.title for one in drawings(report(*metrics), None, NAMES, compared)] == ["Precision by site"]
    worst = Comparison(compared.rows, None, (), worst=row("recall[site=A]", 0.5, 0.4))
    assert [one.title for one in drawings(report(*metrics), None, NAMES, worst)] == ["Recall by site"]


COSTS = [Metric("waste", 3.0, part="site=A"), Metric("waste", 9.0, part="site=B")]


def test_a_metric_is_called_and_judged_as_the_comparison_says() -> None:
    said = replace(row("waste[site=A]", 3.0, None), title="Waste · site=A", unit="kg", direction=Better.LOWER)
    (drawn,) = drawings(report(*COSTS), None, NAMES, Comparison((said,), None, ()))
    assert drawn.title == "Waste (kg) by site"
    assert drawn.alt.index("site=B") < drawn.alt.index("site=A")


def test_what_the_team_says_of_a_metric_counts_where_it_is_given() -> None:
    meanings = Meanings({"waste": Meaning("Scrap", Better.LOWER, "t")})
    (drawn,) = drawings(report(*COSTS), None, NAMES, NOTHING, meanings)
    assert drawn.title == "Scrap (t) by site"
    assert drawn.alt.index("site=B") < drawn.alt.index("site=A")


class Counted(tuple[Metric, ...]):  # noqa: SLOT001 - a tuple's own cannot have any
    """Metrics that count how often somebody goes through all of them."""

    times = 0

    def __iter__(self) -> Iterator[Metric]:
        self.times += 1
        return super().__iter__()


@pytest.mark.parametrize("count", [10, 1000])
def test_however_many_slices_there_are_nobody_goes_through_them_for_each(count: int) -> None:
    metrics = Counted([Metric("auc", 0.8), *(Metric("auc", 0.7, part=f"bin {n}") for n in range(count))])
    assert drawings(replace(report(), metrics=metrics), None, NAMES, NOTHING)
    assert metrics.times < 5
